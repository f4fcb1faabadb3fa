"""The plain LSTM at speed: a run over time, and back through it, in buffers that are made once.

Only for the LSTM whose options are all default; `unroll` and `backpropagate` are the readable path, and tests
hold the two equal. In a small network time goes into the number of NumPy calls, not into arithmetic. So the
numbers are laid out to need few calls, on contiguous memory, through views that are made beforehand.

With n = H·B numbers per signal and timestep, a timestep forward is seven calls:

- The operand [x; h₋; 1] has a column per example: one product with [W; U; b] gives all pre-activations. The
  columns of i, f and o are halved. As σ(z) = (1 + tanh(z/2)) / 2, one tanh then serves all four blocks, and
  adding 1 to three of them gives twice the gates.
- In the row [c₋ | 2i | 2f | g | 2o] blocks 0 and 1 times blocks 2 and 3 are [2 f c₋ | 2 i g], and the mean of
  these two is c. The operand gets 2h = 2o ⊙ tanh(c); the rows of U are halved to match. Doubling is exact.

A timestep back is five. First comes, for many timesteps at once, what does not depend on the gradient::

    [ f | g i (1−i) | c₋ f (1−f) | i (1−g²) | tanh(c) o (1−o) | o (1−tanh²(c)) ]

The loop multiplies blocks 4 and 5 by d_h and blocks 0 to 3 by d_c, in place, which leaves::

    [ f d_c | d_pre_i | d_pre_f | d_pre_g | d_pre_o | d_c through h ]

Block 5 lies beside block 0 of the next row, and their sum is d_c: a product with a matrix of ones both adds
them and writes the sum four times. Another product over many timesteps gives the parameters' gradients.

The loops run on a stage of a few timesteps, the only ones that views are kept for. What they compute is
copied to where every signal is contiguous in time; on anything else NumPy is several times slower.
"""

from lstm_core.fused.workspace import Workspace, Workspaces, applies

__all__ = ["Workspace", "Workspaces", "applies"]
