"""The fields of the cell: its kind, its options, its size, and the state it starts from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np
import streamlit as st

from explorer.cell_styles import CELL_STYLES
from explorer.errors import SequenceError
from explorer.forms.numbers import whole_number
from explorer.limits import MAX_HIDDEN
from explorer.model.experiment import Experiment
from explorer.sequence import parse_numbers
from explorer.views.notice import Notice, notices
from explorer.wording import counted
from lstm_core import GRU, LSTM, MUT1, MUT2, MUT3, SimpleRNN
from lstm_core.activations import ActivationName, GateActivationName
from lstm_core.cells.base import Cell

_FUNCTIONS: tuple[ActivationName, ...] = ("tanh", "relu", "identity")
_GATE_FUNCTIONS: tuple[GateActivationName, ...] = ("sigmoid", "hard_sigmoid")
_GATES = {"forget_gate": "f keep gate", "input_gate": "i write gate", "output_gate": "o show gate"}
_SUBSCRIPT_ZERO = "₀"


def option_key(kind: str, option: str) -> str:
    """Return the key of the field of an option: the kinds share names such as "activation"."""
    return f"{kind}_{option}".lower()


def kind_and_size(last: int) -> tuple[str, int, bool]:
    """Draw the kind of cell and the number of units, side by side, and a line on the kind.

    Returns
    -------
    kind : str
        A key of ``explorer.cell_styles.CELL_STYLES``.
    size : int
        The number of units, or ``last`` while the field cannot be read.
    readable : bool
        Whether it could be.
    """
    left, right = st.columns([5, 4])
    readable = True
    kind: str = left.selectbox(
        "Kind",
        list(CELL_STYLES),
        key="cell_kind",
        format_func=lambda kind: CELL_STYLES[kind].name,
        persist_state="session",
    )
    try:
        size = whole_number(
            right,
            "Hidden size",
            1,
            MAX_HIDDEN,
            "hidden_size",
            f"The number of units, 1 to {MAX_HIDDEN}. Each has its own memory.",
        )
    except SequenceError as error:
        notices([Notice(error.headline, error.advice)], key="size_notice")
        size, readable = last, False
    with st.container(key="kind_line"):
        st.caption(CELL_STYLES[kind].line)
    return kind, size, readable


def options(kind: str, input_size: int, hidden_size: int, *, page: str = "") -> Cell:
    """Draw the options of a kind and return the cell; it can have the sizes it is asked for.

    ``page`` stands before the keys of the fields on a page that has a cell of its own.
    """
    draw = _OPTIONS[kind]
    if draw is None:
        return MUT3()
    with st.expander("Cell options", icon=":material/tune:", key=f"{page}options_open"):
        return draw(page, input_size, hidden_size)


def _lstm(page: str, input_size: int, hidden_size: int) -> LSTM:
    coupled = _checkbox(page, "LSTM", "coupled", "Couple the gates: f = 1 − i")
    st.caption("A gate that is switched off is held at 1.")
    gates = {
        name: _checkbox(page, "LSTM", name, words, disabled=coupled and name != "output_gate")
        for name, words in _GATES.items()
    }
    peephole = _checkbox(
        page,
        "LSTM",
        "peephole",
        "Peepholes",
        "The gates also see the memory: f and i the old one, o the new one.",
    )
    recurrence = _checkbox(
        page,
        "LSTM",
        "full_gate_recurrence",
        "Full gate recurrence",
        "The gates also see all gates of the step before.",
    )
    activation = _function(page, "LSTM", "activation", "Function of the candidate g")
    output = _function(page, "LSTM", "output_activation", "Function of the memory before o")
    gate: GateActivationName = st.selectbox(
        "Function of the gates",
        _GATE_FUNCTIONS,
        key=page + option_key("LSTM", "gate_activation"),
        format_func={"sigmoid": "σ, sigmoid", "hard_sigmoid": "hard σ, straight lines"}.__getitem__,
        persist_state="session",
    )
    return LSTM(
        input_gate=gates["input_gate"] or coupled,
        forget_gate=gates["forget_gate"] or coupled,
        output_gate=gates["output_gate"],
        coupled=coupled,
        peephole=peephole,
        full_gate_recurrence=recurrence,
        activation=activation,
        output_activation=output,
        gate_activation=gate,
    )


def _gru(page: str, input_size: int, hidden_size: int) -> GRU:
    after: bool = st.radio(
        "The reset gate acts",
        (True, False),
        key=page + option_key("GRU", "reset_after"),
        format_func={
            True: "after the product: r ⊙ (h₋ U)",
            False: "before the product: (r ⊙ h₋) U",
        }.__getitem__,
        captions=(
            "The form of Keras, PyTorch and cuDNN; it has a second bias.",
            "The form of the first papers; it has one bias.",
        ),
        persist_state="session",
    )
    return GRU(reset_after=after)


def _rnn(page: str, input_size: int, hidden_size: int) -> SimpleRNN:
    return SimpleRNN(activation=_function(page, "RNN", "activation", "Function of the sum"))


def _mut1(page: str, input_size: int, hidden_size: int) -> MUT1:
    words = "Weigh the input inside tanh: tanh(x W)"
    return MUT1(projected=_projected(page, "MUT1", words, "tanh(x)", input_size, hidden_size))


def _mut2(page: str, input_size: int, hidden_size: int) -> MUT2:
    words = "Weigh the input of the reset gate: x W"
    return MUT2(projected=_projected(page, "MUT2", words, "x", input_size, hidden_size))


_OPTIONS: Mapping[str, Callable[[str, int, int], Cell] | None] = {
    "LSTM": _lstm,
    "GRU": _gru,
    "RNN": _rnn,
    "MUT1": _mut1,
    "MUT2": _mut2,
    "MUT3": None,
}


def _projected(page: str, kind: str, words: str, bare: str, input_size: int, hidden_size: int) -> bool:
    """Draw whether x is weighed where the paper leaves it bare, which takes one input for each unit."""
    fits = input_size == hidden_size
    if fits:
        chosen = _checkbox(page, kind, "projected", words)
        st.caption(
            f"Switched off it is {bare} alone, as in the paper: unit 1 takes the first number and so on."
        )
        return chosen
    st.checkbox(words, value=True, key=f"always_{page + option_key(kind, 'projected')}", disabled=True)
    st.caption(
        f"The paper has {bare} alone, where each unit takes one number of its own. That needs as many "
        f"numbers per timestep as units; here there {'is' if input_size == 1 else 'are'} "
        f"{counted(input_size, 'number')} and {counted(hidden_size, 'unit')}, so the input is weighed."
    )
    return True


def _checkbox(
    page: str, kind: str, option: str, words: str, help_text: str | None = None, *, disabled: bool = False
) -> bool:
    """Draw an option that is on or off."""
    return st.checkbox(
        words, key=page + option_key(kind, option), help=help_text, disabled=disabled, persist_state="session"
    )


def _function(page: str, kind: str, option: str, words: str) -> ActivationName:
    """Draw the choice of a function."""
    chosen: ActivationName = st.selectbox(
        words, _FUNCTIONS, key=page + option_key(kind, option), persist_state="session"
    )
    return chosen


def initial_state(experiment: Experiment) -> dict[str, np.ndarray]:
    """Draw the first value of each state and return them; what cannot be read stays as it was."""
    st.subheader("Initial state", anchor=False)
    size = experiment.hidden_size
    found, problems = {}, []
    for column, name in zip(st.columns(2), experiment.cell.states, strict=False):
        symbol = name + _SUBSCRIPT_ZERO
        text = column.text_input(
            symbol,
            key=f"initial_{name}",
            persist_state="session",
            help="One number for all units, or one for each unit, such as 0 0.5 −1.",
        )
        try:
            found[name] = _state(text, size)
        except SequenceError as error:
            problems.append(Notice(f"{symbol}: {error.headline}", error.advice))
    notices(problems, key="initial_notice")
    return found


@lru_cache(maxsize=64)
def _state(text: str, size: int) -> np.ndarray:
    """Read one number for all units, or one for each; shape (size,), read-only."""
    values = parse_numbers(text).values.ravel()
    if values.size not in (1, size):
        many = f"1 number or {size}", f"There are {size} units: type one number for all, or one for each."
        expected, advice = ("1 number", "There is 1 unit.") if size == 1 else many
        raise SequenceError(f"Expected {expected}, got {values.size}.", advice)
    return np.broadcast_to(values, (size,))
