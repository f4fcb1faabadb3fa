"""Sentences with a label each, out of a table or out of lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from explorer.errors import OwnDataError
from explorer.training.limits import MAX_SENTENCE
from explorer.uploads.decode import clean
from explorer.uploads.table import Table, read_table, shown
from explorer.wording import cited, counted, grouped, listed
from lstm_core.tasks.sentiment import MAX_LABELS, MAX_SENTENCES, MAX_WORDS, MAX_WORDS_IN_ALL, MIN_SENTENCES
from lstm_core.tasks.vocabulary import words

_LONGEST_LABEL = 30
_NAMES = ("label", "labels", "class", "category", "sentiment", "target", "rating", "opinion")
_SHAPE = "Write a sentence and its label in each row, with a tab or a semicolon between them."

Labelled = tuple[tuple[str, str], ...]


def read_sentences(source: Table | str) -> tuple[Labelled, tuple[str, ...]]:
    r"""Read labelled sentences.

    The label is the column with a few different short values, whichever side it is on. Lines that are
    separated by commas may have commas in their sentence, if not in their label.

    Parameters
    ----------
    source : Table or str
        A table of at least two columns, or the text of one.

    Returns
    -------
    sentences : tuple of (str, str)
        Each with its label.
    notes : tuple of str
        What was assumed.

    Raises
    ------
    OwnDataError
        If no column is a label, a row lacks one of the two, or a limit is exceeded.

    Examples
    --------
    >>> text = "positive\tgood, very good\nnegative\tnot good\n" * 5
    >>> read_sentences(text)[0][:2]
    (('good, very good', 'positive'), ('not good', 'negative'))
    """
    table = _table(source) if isinstance(source, str) else source
    if len(table.columns) < 2:
        raise OwnDataError("There is one column only, and no label.", _SHAPE)
    label = _label_column(table)
    others = [column.index for column in table.columns if column.index != label]
    sentence = max(others, key=lambda index: sum(map(len, table.cells(index))))
    rows = list(zip(table.numbers, table.cells(sentence), table.cells(label), strict=True))
    notes = list(table.notes)
    if not table.heading and _names_the_columns(rows):
        notes.append(f"Row {rows[0][0]}, {cited(rows[0][2])}, was taken for the heading.")
        rows = rows[1:]
    if len(others) > 1:
        named = ", ".join(shown(table.columns[index]) for index in (sentence, label))
        notes.append(f"Of {len(table.columns)} columns these two are used: {named}.")
    found = _checked(rows)
    labels = Counter(label for _, label in found)
    if not 2 <= len(labels) <= MAX_LABELS:
        few = "differ" if len(labels) < 2 else f"be at most {MAX_LABELS}"
        raise OwnDataError(
            f"The labels must {few}; found {len(labels)}: {listed(labels)}.",
            "Give every kind of sentence a label of its own, the same for all of that kind.",
        )
    alike = Counter(label.lower() for label in labels)
    for label_ in labels:
        if alike[label_.lower()] > 1:
            notes.append(f"Labels in capitals and in small letters, such as {cited(label_)}, are different.")
            break
    return tuple(found), tuple(notes)


def _table(text: str) -> Table:
    """Read a text as a table; if its commas do not allow that, split each line at one of them."""
    try:
        table = read_table(text)
    except OwnDataError:
        split = _split_at_a_comma(text)
        if split is None:
            raise
        return split
    return table if len(table.columns) > 1 else _split_at_a_comma(text) or table


def _split_at_a_comma(text: str) -> Table | None:
    """Split each line at its last comma, or its first, if that leaves few different labels."""
    lines = clean(text).split("\n")
    written = [line for line in lines if line.strip()]
    if 2 <= len(written) <= MAX_SENTENCES + 1 and all("," in line for line in written):
        sides = {
            "last": [line.rsplit(",", 1) for line in written],
            "first": [line.split(",", 1)[::-1] for line in written],
        }
        labels = {side: Counter(label.strip() for _, label in parts) for side, parts in sides.items()}
        side = min(labels, key=lambda side: (len(labels[side]), sum(map(len, labels[side]))))
        if len(labels[side]) <= MAX_LABELS + 1 and max(map(len, labels[side])) <= _LONGEST_LABEL:
            parts = iter(sides[side])
            rows = ("\t".join(map(_plain, next(parts))) if line.strip() else "" for line in lines)
            table = read_table("\n".join(rows))  # empty lines stay, so that rows keep their numbers
            note = f"Each line was split at its {side} comma, as sentences have commas of their own."
            return replace(table, separator=",", notes=(*table.notes, note))
    return None


def _plain(cell: str) -> str:
    """Return a cell without what a table would take for a border."""
    return " ".join(cell.split()).strip('"')


def _label_column(table: Table) -> int:
    """Return the column with a few different short values, that named so before others."""
    different = [Counter(cell for cell in table.cells(column.index) if cell) for column in table.columns]
    possible = [
        column.index
        for column, cells in zip(table.columns, different, strict=True)
        if 1 <= len(cells) <= MAX_LABELS + 1 and max(map(len, cells)) <= _LONGEST_LABEL
    ]
    if not possible:
        counts = ", ".join(
            f"{shown(column)} has {grouped(len(cells))}"
            for column, cells in zip(table.columns[:4], different, strict=False)
        )
        raise OwnDataError(
            f"No column is a label, as none has from 2 to {MAX_LABELS} different short values: {counts}.",
            _SHAPE,
        )
    named = [index for index in possible if table.columns[index].name.lower() in _NAMES]
    return min(
        named or possible, key=lambda index: (len(different[index]) < 2, sum(map(len, different[index])))
    )


def _names_the_columns(rows: Sequence[tuple[int, str, str]]) -> bool:
    """Return whether the first row is a heading: its label is no other row's, and every other label is."""
    labels = Counter(label for _, _, label in rows)
    first = rows[0][2]
    return labels.pop(first) == 1 and len(labels) >= 2 and min(labels.values()) > 1


def _checked(rows: Sequence[tuple[int, str, str]]) -> list[tuple[str, str]]:
    """Return the sentences that are there, or say which row cannot be used."""
    rows = [row for row in rows if row[1] or row[2]]
    if not MIN_SENTENCES <= len(rows) <= MAX_SENTENCES:
        raise OwnDataError(
            f"Found {counted(len(rows), 'labelled sentence')}; from {MIN_SENTENCES} to "
            f"{grouped(MAX_SENTENCES)} are used.",
            "Add some." if len(rows) < MIN_SENTENCES else "Keep a part of them.",
        )
    if sum(len(sentence.split()) for _, sentence, _ in rows) > MAX_WORDS_IN_ALL:
        raise OwnDataError(
            f"The sentences have more than {grouped(MAX_WORDS_IN_ALL)} words in all.", "Keep a part of them."
        )
    found = []
    for number, sentence, label in rows:
        if not sentence or not label:
            what, other = ("label", sentence) if sentence else ("sentence", label)
            raise OwnDataError(f"Row {grouped(number)}, {cited(other)}, has no {what}.", _SHAPE, row=number)
        if len(sentence) > MAX_SENTENCE:
            raise OwnDataError(
                f"The sentence in row {grouped(number)} has {grouped(len(sentence))} characters; at most "
                f"{grouped(MAX_SENTENCE)} are read.",
                "Keep one sentence in each row.",
                row=number,
            )
        if len(label) > _LONGEST_LABEL:
            raise OwnDataError(
                f"The label in row {grouped(number)}, {cited(label)}, has more than {_LONGEST_LABEL} "
                "characters.",
                "Use a short word for each kind of sentence.",
                row=number,
            )
        count = len(words(sentence))
        if not 1 <= count <= MAX_WORDS:
            raise OwnDataError(
                f"The sentence in row {grouped(number)}, {cited(sentence)}, has {counted(count, 'word')}; "
                f"it must have from 1 to {MAX_WORDS}.",
                "Shorten it, or take the row out.",
                row=number,
            )
        found.append((sentence, label))
    return found
