"""Stages 1 to 4 in words: the documents, the ids, the padding and the labels."""

from __future__ import annotations

from explorer.lessons.worked_example.payload.blocks import Block, Cell, quoted, stage, table, text
from explorer.lessons.worked_example.steps.texts import Reading, documents, read, vocabulary


def data_stages(reading: Reading) -> Block:
    """Return the stages that no weight plays a part in."""
    return {"kind": "columns", "blocks": [_documents(), _ids(), _padding(reading), _labels()]}


def _documents() -> Block:
    """1: what there is to learn."""
    rows = [
        [quoted(document.text), quoted(document.reading.text), quoted(document.after)]
        for document in documents()
    ]
    return stage(
        1,
        "Documents",
        text(
            "Two short texts are all there is to learn. The network reads the words of each but the last, "
            "and has to say the last."
        ),
        table(["document", "is read", "comes next"], rows),
    )


def _ids() -> Block:
    """2: a number for each word."""
    rows = [
        [str(word.id), word.word, str(word.count), str(word.first)]
        if word.id
        else [str(word.id), f"{word.word} padding", "–", "–"]
        for word in vocabulary()
    ]
    return stage(
        2,
        "Ids",
        text(
            "A network computes with numbers, so each word gets one, its id. The most frequent word gets 1; "
            "among equals the one that comes first in the documents. Id 0 is no word: it only fills up."
        ),
        table(["id", "word", "times in the documents", "first as word no."], rows, numbers=(0, 2, 3)),
    )


def _padding(reading: Reading) -> Block:
    """3: all texts of one length."""
    length = len(reading.ids)
    shown = [document.reading.ids for document in documents()] + [reading.ids, read("is").ids]
    rows = [_padded(Reading(ids)) for ids in dict.fromkeys(shown)]
    return stage(
        3,
        "Padding",
        text(
            f"All sequences have to be of one length, here {length}. A shorter one is filled up with 0 on "
            "the left, so that its last word still comes last. Both documents are long enough; hatched is "
            "what was filled in."
        ),
        table(["text", "ids", *(f"t = {t + 1}" for t in range(length))], rows, numbers=range(2, 2 + length)),
        text(
            "One id is the input x of one timestep t: one plain number. So the network has to take “this” "
            "for three times as much as “is”, which makes it hard to learn.",
            note=True,
        ),
    )


def _padded(reading: Reading) -> list[Cell]:
    """Return a text with its ids, as they are and filled up."""
    read_ids = [str(id_) for id_, live in zip(reading.ids, reading.live, strict=True) if live]
    cells: list[Cell] = [
        str(id_) if live else {"text": str(id_), "class": "pad"}
        for id_, live in zip(reading.ids, reading.live, strict=True)
    ]
    return [quoted(reading.text), ", ".join(read_ids), *cells]


def _labels() -> Block:
    """4: the answers as rows of 0 and 1."""
    classes = vocabulary()
    rows: list[list[Cell]] = []
    for document in documents():
        one_hot: list[Cell] = [
            {"text": str(number), "class": "hit" if number else "muted"} for number in document.one_hot
        ]
        rows.append([quoted(document.reading.text), quoted(document.after), *one_hot])
    return stage(
        4,
        "One-hot labels",
        text(
            f"The right answer is written as {len(classes)} numbers, one for each id: 1 for the word that "
            "comes next and 0 for all others. They are the probabilities that a perfect network would give."
        ),
        table(
            ["after", "comes", *(f"{word.id} {word.word}" for word in classes)],
            rows,
            numbers=range(2, 2 + len(classes)),
        ),
    )
