"""The words of training, explained once."""

from __future__ import annotations

import streamlit as st

_WORDS = """
**Update.** The network reads a batch of examples and says something about each. The *loss* tells how wrong
that was, and the *gradient* which way every weight has to move to make it a little less wrong. An update
moves them all: by the gradient times the *learning rate*, with a correction that depends on the optimiser.

**Epoch.** Once through all the examples that it learns from.

**Held out, validation, test.** Examples that are only measured on, never learned from; the charts call what
is measured on them validation. Whoever learns answers by heart does well on the others and badly on these.
Two tasks have too little data to hold any back, and say so. A run that stops early has used the validation
data to choose when; so it holds a third part back, the test data, and is judged on that at its end.

**Baseline, without learning.** The best that can be had without any network: always the most frequent
answer, a count of the words, the value of one season ago. It is the grey line in the charts. A run has
learned something only if it beats this line by the metric *and* by the loss; the tab Data has the other
answers of this kind.

**Gradient norm and clipping.** The length of the gradient. Through many timesteps it can grow out of
bounds; clipping cuts it to a limit, so that one bad batch cannot throw the weights away.

**Dropout, L1, L2.** Three ways to keep a network from learning by heart: leave out a share of its numbers
at random, or make large weights expensive.

**One-hot, embedding.** Two ways to feed a word or a character: as many inputs as there are different ones,
all 0 but for a single 1; or a few learned numbers for each. ∅ is padding, which only fills up a shorter
sequence.

**Head.** The layer after the last cell: it turns h into the answer, such as a share for every label.

**Nats.** How surprised the network is by the right answer: −log of the share that it gave to it. 0 is
certainty; log 2, about 0.69, is a coin.

**Bag of words.** A classifier that counts words and does not see their order.

**Momentum, forget bias.** Momentum lets updates of SGD roll on in the way they went. The forget bias is
where the keep gate f begins: at 1 the memory is kept at first.

**What you see.** Every number comes from the run itself, in double precision. While it runs, the strips and
the predictions may be a fraction of a second old. The same settings with the same seed give the same run,
digit for digit.
"""


def draw() -> None:
    """Draw the tab."""
    st.markdown(_WORDS)
