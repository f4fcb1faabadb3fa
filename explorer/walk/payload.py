"""The walk as a web component gets it: stages made of sentences, tables, lines of arithmetic and a chart.

Every text in here is shown as text. What a person typed stands only where a sentence quotes it.
"""

from __future__ import annotations

from collections.abc import Sequence

from explorer import published
from explorer.theme import FACES
from explorer.walk import steps
from explorer.walk.arithmetic import DECIMALS, exact, fixed
from explorer.walk.steps import Assessment, Chain, Document, Params, Rate, Reading, Timestep, Training, Walk

Block = dict[str, object]
Cell = str | dict[str, object]
CHOICES = {
    "published": "Published weights",
    "trained": f"Trained here: {published.EPOCHS} epochs, Adam {published.LEARNING_RATE}",
    "own": f"Trained here: Adam {steps.learning_rate('own')}",
    "current": "This run, at this moment",
}
"""The weights that one can walk with, by key."""
_DRAWN = ("trained", "own")
_RATES: tuple[Rate, ...] = ("published", "own")
_LOOKS = FACES["LSTM"].looks
_NO_BREAK = "\u00a0"
_FUNCTIONS = {"i": "σ", "f": "σ", "g": "tanh", "o": "σ"}


def message(stages: Sequence[Block]) -> dict[str, object]:
    """Return what the component shows."""
    return {"stages": list(stages), "looks": FACES["LSTM"].for_browser()["looks"]}


def opening() -> Block:
    """Say what this is."""
    return _text(
        "The notebook “Building an LSTM from scratch” trains the smallest network that can guess a next "
        "word, and works out its prediction by hand. Here is every stage of it, in order. Only the 22 "
        "published weights and the five published probabilities are copied from there; all else is "
        "computed now, so any line can be checked."
    )


# ---- 1 to 4: from words to numbers


def data_stages(reading: Reading) -> Block:
    """Return the stages that no weight plays a part in."""
    stages = [_documents(), _ids(), _padding(reading), _labels()]
    return {"kind": "columns", "blocks": stages}


def _documents() -> Block:
    """1: what there is to learn."""
    rows: list[list[Cell]] = [
        [_quoted(document.text), _quoted(" ".join(document.before)), _quoted(document.after)]
        for document in steps.documents()
    ]
    return _stage(
        1,
        "Documents",
        _text(
            "Two short texts are all there is to learn. The network reads the words of each but the last, "
            "and has to say the last."
        ),
        _table(["document", "is read", "comes next"], rows),
    )


def _ids() -> Block:
    """2: a number for each word."""
    rows: list[list[Cell]] = [
        [str(word.id), word.word, str(word.count), str(word.first)]
        if word.id
        else [str(word.id), f"{word.word} padding", "–", "–"]
        for word in steps.vocabulary()
    ]
    return _stage(
        2,
        "Ids",
        _text(
            "A network computes with numbers, so each word gets one, its id. The most frequent word gets 1; "
            "among equals the one that comes first in the documents. Id 0 is no word: it only fills up."
        ),
        _table(["id", "word", "times in the documents", "first as word no."], rows, numbers=(0, 2, 3)),
    )


def _padding(reading: Reading) -> Block:
    """3: all texts of one length."""
    readings = [steps.read(" ".join(document.before)) for document in steps.documents()]
    for shown in (reading, steps.read("is")):
        if shown.ids not in [other.ids for other in readings]:
            readings.append(shown)
    length = len(reading.ids)
    rows: list[list[Cell]] = []
    for shown in readings:
        ids = [id_ for id_, live in zip(shown.ids, shown.live, strict=True) if live]
        cells: list[Cell] = [
            str(id_) if live else {"text": str(id_), "class": "pad"}
            for id_, live in zip(shown.ids, shown.live, strict=True)
        ]
        rows.append([_quoted(shown.text), ", ".join(map(str, ids)), *cells])
    return _stage(
        3,
        "Padding",
        _text(
            f"All sequences have to be of one length, here {length}. A shorter one is filled up with 0 on "
            "the left, so that its last word still comes last. Both documents are long enough; hatched is "
            "what was filled in."
        ),
        _table(["text", "ids", *(f"t = {t + 1}" for t in range(length))], rows, numbers=range(2, 2 + length)),
        _text(
            "One id is the input x of one timestep t: one plain number. So the network has to take “this” "
            "for three times as much as “is”, which makes it hard to learn.",
            note=True,
        ),
    )


def _labels() -> Block:
    """4: the answers as rows of 0 and 1."""
    classes = steps.vocabulary()
    rows: list[list[Cell]] = []
    for document in steps.documents():
        one_hot: list[Cell] = [
            {"text": str(number), "class": "hit" if number else "muted"} for number in document.one_hot
        ]
        rows.append([_quoted(" ".join(document.before)), _quoted(document.after), *one_hot])
    return _stage(
        4,
        "One-hot labels",
        _text(
            f"The right answer is written as {len(classes)} numbers, one for each id: 1 for the word that "
            "comes next and 0 for all others. They are the probabilities that a perfect network would give."
        ),
        _table(
            ["after", "comes", *(f"{word.id} {word.word}" for word in classes)],
            rows,
            numbers=range(2, 2 + len(classes)),
        ),
    )


# ---- 5 and 6: the weights, and where they come from


def network_stage(params: Params, name: str) -> Block:
    """5: the 22 numbers."""
    inside, outside = len(steps.gate_weights(params)) * 3, len(steps.class_weights(params)) * 2
    shape_rows: list[list[Cell]] = [
        [shape.words, shape.name, _size(shape.shape), str(shape.count)] for shape in steps.shapes()
    ]
    gate_rows: list[list[Cell]] = [
        [_signal(own.gate), exact(own.kernel), exact(own.recurrent), exact(own.bias)]
        for own in steps.gate_weights(params)
    ]
    class_rows: list[list[Cell]] = [
        [own.word, exact(own.kernel), exact(own.bias)] for own in steps.class_weights(params)
    ]
    return _stage(
        5,
        f"The network: {inside} + {outside} = {inside + outside} parameters",
        _text(
            "One LSTM unit reads the ids; a dense layer turns its last output h into a score for each of "
            "the five classes; softmax turns the scores into probabilities. The unit has three numbers for "
            "each of its gates i, f, o and its candidate g: a kernel that weighs x, a recurrent one that "
            "weighs h of the step before, and a bias. The dense layer has two numbers for each class."
        ),
        _table(["array", "name", "shape", "numbers"], shape_rows, numbers=(3,), total=str(inside + outside)),
        _text(
            f"Shapes and counts are fixed. The {inside + outside} numbers below, and all of stages 7 and 8, "
            f"depend on the weights to walk with, now: {name}."
        ),
        {
            "kind": "pair",
            "blocks": [
                _table(
                    ["gate", "kernel W", "recurrent U", "bias b"],
                    gate_rows,
                    numbers=(1, 2, 3),
                    caption="LSTM unit",
                ),
                _table(
                    ["class", "kernel", "bias"],
                    class_rows,
                    numbers=(1, 2),
                    caption="Dense layer and softmax",
                ),
            ],
        },
    )


def training_head() -> Block:
    """6: how weights are found; the runs follow under the seed."""
    return _stage(
        6,
        f"Training: {published.EPOCHS} epochs",
        _text(
            "Training begins with drawn weights and changes all 22 a little after each look at both "
            "documents, an epoch. The optimiser Adam decides how far each goes. What is made smaller is "
            "the loss, binary cross-entropy: how surprised the network is by the right answers (worked out "
            f"at the end). The notebook trained with Adam’s usual learning rate, {published.LEARNING_RATE}. "
            "Both runs below start from the same drawn weights and were just computed here."
        ),
    )


def training_rest(seed: int) -> Block:
    """Return the two runs, and what came of them."""
    runs = {rate: steps.trained(seed, rate) for rate in _RATES}
    found = {rate: steps.assess(run.params) for rate, run in runs.items()}
    weights = steps.assess(published.params())
    rows = [
        *(_training_row(_run_name(runs[rate]), found[rate], runs[rate]) for rate in _RATES),
        _training_row("the published weights", weights, None),
    ]
    curves = [
        {
            "name": _run_name(run),
            "hue": hue,
            "dash": dash,
            "losses": [round(loss, 5) for loss in run.losses.tolist()],
        }
        for run, hue, dash in zip(runs.values(), ("c", "f"), ("6 3", ""), strict=True)
    ]
    return {
        "kind": "stage",
        "title": "",
        "blocks": [
            {
                "kind": "chart",
                "curves": curves,
                "level": {"name": "½ for “an” and ½ for “example”, always", "value": weights.baseline},
                "about": f"Loss against epochs. {_run_words(runs['published'])} {_run_words(runs['own'])}",
            },
            _table(
                [
                    "weights",
                    "loss before",
                    "loss after",
                    *(_share_of(document) for document in steps.documents()),
                    "right",
                ],
                rows,
                numbers=range(1, 6),
            ),
            *(_text(_verdict(_run_name(runs[rate]), found[rate])) for rate in _RATES),
            _text(_published_verdict(weights)),
        ],
    }


def _share_of(document: Document) -> str:
    """Name the probability of the right word; what was read stays on one line."""
    return f"P(“{document.after}” after “{_NO_BREAK.join(document.before)}”)"


def _run_name(run: Training) -> str:
    return f"Adam {run.learning_rate}"


def _run_words(run: Training) -> str:
    return f"{_run_name(run)}: from {run.losses[0]:.3f} to {run.losses[-1]:.3f}."


def _training_row(name: str, found: Assessment, run: Training | None) -> list[Cell]:
    return [
        name,
        f"{run.losses[0]:.4f}" if run else "–",
        f"{found.loss:.4f}",
        *(f"{answer.share:.3f}" for answer in found.answers),
        f"{found.right} of {len(found.answers)}",
    ]


def _verdict(name: str, found: Assessment) -> str:
    """Say what a run has learned, measured by what can be had without reading."""
    both = found.right == len(found.answers)
    if found.loss < found.baseline:
        learned = (
            "it gets both right and has learned the example" if both else "it has learned something, not all"
        )
        return (
            f"{name}: after {published.EPOCHS} epochs the loss of {found.loss:.4f} is below "
            f"{found.baseline:.4f}, what one gets who never reads and always says ½ and ½: {learned}."
        )
    top = (
        "though the right word is ahead in both, it is not sure of either"
        if both
        else f"it gets {found.right} of {len(found.answers)} right"
    )
    return (
        f"{name}: after {published.EPOCHS} epochs the loss of {found.loss:.4f} is still above "
        f"{found.baseline:.4f}, what one gets who never reads and always says ½ and ½. It has not learned "
        f"the example: {top}. {published.EPOCHS} steps as small as these are too few; another seed can be "
        "tried above."
    )


def _published_verdict(found: Assessment) -> str:
    wrong = [answer for answer in found.answers if not answer.right]
    said = " and ".join(
        f"after “{' '.join(answer.document.before)}” they say “{answer.said}”, not “{answer.document.after}”"
        for answer in wrong
    )
    return (
        f"The published weights have a loss of {found.loss:.4f}, above {found.baseline:.4f} too: {said}. "
        "They are a fair example of the arithmetic, not of a network that has learned."
    )


# ---- 7: what the network says


def prediction_stage(params: Params, choice: str, name: str, reading: Reading) -> Block:
    """7: the probabilities."""
    usual = steps.read(published.TEXT)
    title = f"Prediction for {_quoted(usual.text)}"
    blocks: list[Block] = [
        _text(
            f"{name}. Each class gets a probability; together they "
            "are 1. The largest, in bold, is what the network says."
        ),
        _prediction(params, choice, usual),
    ]
    if reading.ids != usual.ids:
        blocks.append(_prediction(params, choice, reading))
        title += f" and for {_quoted(reading.text)}"
    return _stage(7, title, *blocks)


def _prediction(params: Params, choice: str, reading: Reading) -> Block:
    said = steps.shares(params, reading)
    names = [word.word for word in steps.vocabulary()]
    document = steps.document_of(reading)
    truth = document.after if document else None
    largest = max(range(len(said)), key=said.__getitem__)
    head, numbers = ["class", "", "probability"], [2]
    columns: list[list[Cell]] = [
        [f"{name} ✓" if name == truth else name for name in names],
        [{"bar": share, "class": "said" if k == largest else ""} for k, share in enumerate(said)],
        [fixed(share) for share in said],
    ]
    after = []
    if reading.padded:
        head[2] = "0 skipped"
        head.append("0 read")
        numbers.append(3)
        other = steps.shares(params, reading, skip=False)
        columns.append([fixed(share) for share in other])
        differ = any(fixed(one) != fixed(two) for one, two in zip(said, other, strict=True))
        after = [
            _text(
                "This text is shorter than the network’s two timesteps. This app skips padding: h and c "
                "stay 0 until the first word. The notebook’s Keras model has no Masking layer and reads "
                "the 0 as if it were a word, which moves its gates by their biases alone. "
                + ("So the two differ." if differ else "With these weights that makes no difference."),
                note=True,
            )
        ]
    elif choice == "published" and reading.text == published.TEXT:
        head += ["as published", "difference"]
        numbers += [3, 4]
        columns.append([exact(share) for share in published.PREDICTION])
        gaps = [share - known for share, known in zip(said, published.PREDICTION, strict=True)]
        columns.append([_signed(gap) for gap in gaps])
        after = [
            _text(
                f"The largest difference is {max(map(abs, gaps)):.9f}: the notebook computed with 32 bits a "
                "number, about 7 digits; here it is 64, about 16.",
                note=True,
            )
        ]
    rows = [list(row) for row in zip(*columns, strict=True)]
    caption = f"After {_quoted(reading.text)}" + (f", where {_quoted(truth)} is right ✓" if truth else "")
    return {
        "kind": "group",
        "blocks": [_table(head, rows, numbers=numbers, caption=caption, mark=largest), *after],
    }


def _signed(value: float) -> str:
    return ("+" if value > 0 else "−" if value < 0 else "") + f"{abs(value):.{DECIMALS + 1}f}"


# ---- 8: by hand


def hand_stage(params: Params, walk: Walk) -> Block:
    """8: every line of it."""
    reading = walk.reading
    padded = "" if not reading.padded else ", padding skipped" if walk.skip else ", padding read as 0"
    blocks: list[Block] = [
        _text(
            f"Results have {DECIMALS} decimals. What goes into a line has as many as it takes: type the "
            "digits you see into a calculator with keys for eˣ and ln, and you get the digits you see. x "
            "is the input, h₋ and c₋ are output and memory of the step before (0 before the first), a is "
            "the sum that enters a gate, its pre-activation. σ(a) = 1 ÷ (1 + e^(−a)) lies between 0 and 1, "
            "and tanh(a) = 1 − 2 ÷ (e^(2 × a) + 1) between −1 and 1."
        )
    ]
    for timestep in walk.timesteps:
        blocks += _timestep(timestep)
    blocks += _head(walk)
    blocks += _loss(params, reading)
    return _stage(8, f"By hand: {_quoted(reading.text)}{padded}", *blocks)


def _timestep(step: Timestep) -> list[Block]:
    title = f"t = {step.t}: x = {step.x}"
    if step.skipped:
        return [
            _heading(f"{title}, padding"),
            _text("Skipped: nothing is computed, h and c stay 0 as they were."),
        ]
    name = _quoted(step.word) if step.x else "padding, read as the number 0"
    before = f"h₋ = {fixed(step.h_prev)}, c₋ = {fixed(step.c_prev)}"
    cards: list[Block] = [
        _card(_signal(own.signal), _FUNCTIONS[own.signal], [own, gate])
        for own, gate in zip(step.sums, step.gates, strict=True)
    ]
    after = [chain for chain in (step.c, step.squashed, step.h) if chain is not None]  # all of them
    cards += [_card(_signal("c"), "", after[:1]), _card(_signal("h"), "", after[1:])]
    return [
        _heading(f"{title}, {name}"),
        _text(f"From the step before: {before}."),
        {"kind": "cards", "cards": cards},
    ]


def _head(walk: Walk) -> list[Block]:
    head = walk.head
    shifted = (
        " The largest is taken away from each first, so that no power is too large; no probability changes "
        "by it."
        if head.shift
        else ""
    )
    return [
        _heading("Dense layer: a logit z for each class"),
        _text("z = h × kernel + bias, with h of the last step and the two numbers of each class."),
        _lines(head.logits),
        _heading("Softmax: from logits to probabilities"),
        _text(f"Each logit becomes a positive number, e to the power of z.{shifted}"),
        _lines((*head.powers, head.total), total=True),
        _text("Each of these divided by their sum is the probability y of its class."),
        _lines(head.shares),
    ]


def _loss(params: Params, reading: Reading) -> list[Block]:
    document = steps.document_of(reading)
    instead = ""
    if document is None:
        document = steps.documents()[0]
        instead = f" No answer is known for {_quoted(reading.text)}, so here is that of the first document."
    loss = steps.loss_by_hand(params, document)
    cut = (
        "Here that changes something"
        if loss.cut
        else "Here that changes nothing, as no y lies so near to 0 or 1"
    )
    return [
        _heading(
            f"The loss after {_quoted(' '.join(document.before))}, where {_quoted(document.after)} is right"
        ),
        _text(
            "Binary cross-entropy takes each class as a question of its own: the right one counts ln y, "
            "every other one ln(1 − y). The loss is their mean with its sign turned, so 0 is perfect. As "
            "in Keras, y is first cut to at least 0.0000001 and at most 0.9999999, so that no logarithm is "
            f"infinite. {cut}.{instead}"
        ),
        _lines(loss.terms),
        {
            "kind": "cards",
            "cards": [
                _card({"text": "loss of this document"}, "", [loss.mean]),
                _card({"text": "loss of both, as in training"}, "", [loss.of_both]),
            ],
        },
    ]


# ---- building blocks


def name_of(choice: str, seed: int) -> str:
    """Return what the chosen weights are called."""
    return f"{CHOICES[choice]}, seed {seed}" if choice in _DRAWN else CHOICES[choice]


def _stage(number: int, title: str, *blocks: Block) -> Block:
    return {"kind": "stage", "number": number, "title": title, "blocks": list(blocks)}


def _text(text: str, *, note: bool = False) -> Block:
    return {"kind": "text", "text": text, "note": note}


def _heading(text: str) -> Block:
    return {"kind": "heading", "text": text}


def _table(
    head: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    *,
    numbers: Sequence[int] = (),
    caption: str = "",
    total: str = "",
    mark: int | None = None,
) -> Block:
    """Describe a table; the columns in `numbers` are set to the right."""
    return {
        "kind": "table",
        "head": list(head),
        "rows": [list(row) for row in rows],
        "numbers": list(numbers),
        "caption": caption,
        "total": total,
        "mark": mark,
    }


def _card(title: Cell, function: str, chains: Sequence[Chain]) -> Block:
    return {"title": title, "function": function, "chains": [_written(chain) for chain in chains]}


def _lines(chains: Sequence[Chain], *, total: bool = False) -> Block:
    return {"kind": "lines", "lines": [_written(chain) for chain in chains], "total": total}


def _written(chain: Chain) -> Block:
    return {
        "symbol": chain.symbol,
        "signal": chain.signal,
        "formula": chain.formula,
        "parts": list(chain.parts),
        "result": chain.result,
    }


def _signal(key: str) -> dict[str, object]:
    return {"signal": key, "text": _LOOKS[key].word}


def _quoted(text: str) -> str:
    return f"“{text}”"


def _size(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape))
