"""A kept run as a file, and back without trusting who wrote it.

The file is an .npz that NumPy opens: ``np.load("run.npz")["params/layer_0.W"]`` is a weight as the run ended,
"moment/000/…" are those of its moments before, "history/…" the numbers behind its curves, "last/…" what is
needed to go on to the last bit. "about.json" holds the bytes of a JSON text with all the rest.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields, replace
from itertools import pairwise
from operator import methodcaller
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from explorer.errors import SequenceError
from explorer.training.held_out import measure
from explorer.training.history import History
from explorer.training.limits import MAX_RUN_FILE_BYTES, MAX_SNAPSHOTS_IN_FILE
from explorer.training.plan import Plan
from explorer.training.plan_record import Arrays, array, own_arrays, plan_record, read_plan, read_words
from explorer.training.saved_run import SavedRun, SavedState, Snapshot
from explorer.training.schedule import thinned
from explorer.wording import counted, grouped
from lstm_core import Checkpoint, InputError
from lstm_core.checks import one_of, real_number, same_keys, whole_number
from lstm_core.formats import read_npz, write_npz
from lstm_core.optimizers import OptimizerState
from lstm_core.training import Best
from lstm_core.training.steps import plain

VERSION = 3
"""Of the format: since 2 a file says how many epochs the run had before it went on, since 3 whether a third
part of its data was held back."""

_WHAT = "a run of LSTM Explorer"
_ABOUT = "about.json"
_MAX_ABOUT = 300_000
_MOST = 10**12
"""Updates, epochs and seconds that can be counted."""
_LONGEST_NAME, _LONGEST_REASON = 200, 2_000

_HEADERS = 400
"""Bytes that the archive adds to an array."""
_RESERVE = 200_000
"""Bytes that are left for the rest."""

_PLACES = re.compile(r"params|moment/\d{3}|last/params|best/params", re.ASCII)
_UNSEEN = ("loss", "gradient_norm", "validation_loss", "metric")
"""What a curve may have a gap in."""
_INTEGERS = {"update": np.int64, "measured": np.int64, "clipped": np.bool_}
_CHOOSE = "Choose a file that was saved on this page."

Params = Mapping[str, NDArray[Any]]


class RunFileError(SequenceError):
    """A file is no run that can be loaded, or a run none that can be saved; see `SequenceError`."""


def write_run(run: SavedRun) -> bytes:
    """Return a run as a file of at most 10 MB; `left_out` says what there was no room for.

    Raises
    ------
    RunFileError
        If its last weights alone have no room.
    """
    run, _ = _fitted(run)
    record, arrays = plan_record(run.plan)
    sets = _Sets(arrays)
    snapshots = [_snapshot_record(run.snapshots[-1], sets.add(run.snapshots[-1].params, "params"))]
    for place, moment in enumerate(run.snapshots[:-1]):
        snapshots.insert(-1, _snapshot_record(moment, sets.add(moment.params, f"moment/{place:03d}")))
    for field in fields(History):
        arrays[f"history/{field.name}"] = getattr(run.history, field.name)
    about = {
        "what": _WHAT,
        "version": VERSION,
        "name": run.name,
        "state": run.state,
        "reason": run.reason,
        "parent": run.parent,
        "seconds": run.seconds,
        "plan": record,
        "had": run.had,
        "moments": snapshots,
        "last": None if run.last is None else _last_record(run.last, sets),
    }
    # A number of NumPy may have got among those of Python.
    text = json.dumps(about, ensure_ascii=False, allow_nan=False, indent=1, default=methodcaller("item"))
    data = write_npz({_ABOUT: np.frombuffer(text.encode("utf-8"), np.uint8), **arrays})
    try:
        _read(data)
    except InputError as error:  # what could not be loaded again is not handed out
        raise RunFileError(
            f"The run cannot be saved: {error}.", "Nothing is lost: it is still here."
        ) from None
    return data


def left_out(run: SavedRun) -> tuple[str, ...]:
    """Return sentences on what of a run there is no room for in its file.

    Raises
    ------
    RunFileError
        If its last weights alone have no room.
    """
    return _fitted(run)[1]


def read_run(data: bytes) -> SavedRun:
    """Read a run from a file that anybody may have written.

    Parameters
    ----------
    data : bytes
        At most 10 MB.

    Returns
    -------
    SavedRun
        Every number to the last bit.

    Raises
    ------
    RunFileError
        If it is another file, a newer one, a damaged one, or says what cannot be.
    """
    try:
        return _read(data)
    except RunFileError:
        raise
    except InputError as error:
        raise RunFileError(f"The file is not {_WHAT}, or is damaged: {str(error)[:300]}.", _CHOOSE) from None


# ---- writing


class _Sets:
    """Sets of parameters on their way into a file, each only once."""

    def __init__(self, arrays: dict[str, NDArray[Any]]) -> None:
        self._arrays = arrays
        self._known: list[tuple[str, Params]] = []

    @property
    def arrays(self) -> dict[str, NDArray[Any]]:
        """All arrays of the file."""
        return self._arrays

    def add(self, params: Params, place: str) -> str:
        """Put a set at a place, unless it is at another one already; return where it is."""
        for known, others in self._known:
            if _same(params, others):
                return known
        self._known.append((place, params))
        self._arrays |= {f"{place}/{name}": value for name, value in params.items()}
        return place


def _same(params: Params, others: Params) -> bool:
    return params is others or all(np.array_equal(value, others[name]) for name, value in params.items())


def _snapshot_record(moment: Snapshot, place: str) -> dict[str, Any]:
    return {"update": moment.update, "epoch": moment.epoch, "params": place}


def _last_record(last: Checkpoint, sets: _Sets) -> dict[str, Any]:
    best = None
    if last.best is not None:
        place = sets.add(last.best.params, "best/params")
        best = {name: getattr(last.best, name) for name in ("loss", "update", "epoch", "metric")} | {
            "params": place
        }
    sets.arrays["last/order"] = last.order.astype(np.int64)
    for number, moment in enumerate(last.optimizer.moments):
        sets.arrays[f"last/optimizer/{number}"] = moment
    state = last.optimizer
    return {
        "params": sets.add(last.params, "last/params"),
        "optimizer": {"name": state.name, "updates": state.updates, "scales": list(state.scales)},
        "generator": plain(last.rng_state),
        "best": best,
        **{name: getattr(last, name) for name in _COUNTS},
    }


_COUNTS = ("seen", "update", "epoch", "batch", "waited")


def _fitted(run: SavedRun) -> tuple[SavedRun, tuple[str, ...]]:
    """Return what of a run has room in a file, and what has not in words."""
    notes: list[str] = []
    run = replace(run, history=run.history.thinned())
    made = int(np.ptp(run.history.update)) + 1 if len(run.history) else 0
    if made > len(run.history):
        notes.append(
            f"Its curves have {grouped(len(run.history))} points of {grouped(made)} updates, among them the "
            "lowest and the highest."
        )
    room = MAX_RUN_FILE_BYTES - _RESERVE - run.history.nbytes
    room -= sum(own.nbytes for own in plan_record(run.plan)[1].values())
    ended = run.snapshots[-1].params
    each = _size(ended)
    room -= each
    if room < 0:
        raise RunFileError(
            f"The run is too large for a file: its weights take {grouped(each)} bytes of at most "
            f"{grouped(MAX_RUN_FILE_BYTES)}.",
            "Use fewer units or a smaller vocabulary.",
        )
    if run.last is not None:
        exact = _last_size(run.last, ended)
        if exact > room:
            run = replace(run, last=None)
            notes.append(
                "There is no room for what the optimiser remembers: the run can be gone on with from its "
                "weights, but not to the last bit."
            )
        else:
            room -= exact
    count = min(room // each + 1, MAX_SNAPSHOTS_IN_FILE)
    if count < len(run.snapshots):
        kept = thinned(run.snapshots, count * sum(value.nbytes for value in ended.values()))
        kept = kept if count > 1 else run.snapshots[-1:]
        notes.append(
            f"There is room for {counted(len(kept), 'moment')} of {len(run.snapshots)} to go back to."
        )
        run = replace(run, snapshots=kept)
    return run, tuple(notes)


def _size(params: Params) -> int:
    return sum(value.nbytes + _HEADERS for value in params.values())


def _last_size(last: Checkpoint, ended: Params) -> int:
    size = sum(moment.nbytes for moment in last.optimizer.moments) + last.order.nbytes
    size += 0 if _same(last.params, ended) else _size(last.params)
    return size + (0 if last.best is None or _same(last.best.params, ended) else _size(last.best.params))


# ---- reading


def _read(data: bytes) -> SavedRun:
    if len(data) > MAX_RUN_FILE_BYTES:
        raise RunFileError(
            f"The file has {grouped(len(data))} bytes; at most {grouped(MAX_RUN_FILE_BYTES)} are read.",
            _CHOOSE,
        )
    arrays = read_npz(data, max_bytes=2 * MAX_RUN_FILE_BYTES)
    about = _about(arrays)
    plan = read_plan(about["plan"], arrays)
    network = plan.network()
    sets = _ReadSets(arrays, network.parameter_shapes())
    rows = about["moments"]
    if not isinstance(rows, list) or not 1 <= len(rows) <= MAX_SNAPSHOTS_IN_FILE:
        raise InputError(f"moments must be a list of 1 to {MAX_SNAPSHOTS_IN_FILE}, got {rows!r:.60}")
    snapshots = tuple(_read_snapshot(row, sets) for row in rows)
    if any(later.update < sooner.update for sooner, later in pairwise(snapshots)):
        raise InputError("moments must be in the order of their updates")
    history = _read_history(arrays).thinned()
    if not len(history.measured) or not np.isfinite([history.metric, history.validation_loss]).all():
        raise InputError("the history must hold a measurement at least, and finite ones only")
    measure(plan, snapshots[-1].params)  # refuses weights with which the numbers grow too large
    last = None if about["last"] is None else _read_last(about["last"], plan, sets)
    used = {
        _ABOUT,
        *own_arrays(about["plan"]),
        *sets.used,
        *(f"history/{field.name}" for field in fields(History)),
    }
    unknown = sorted(set(arrays) - used)
    if unknown:
        raise InputError(f"a run must have no other arrays, got “{unknown[0]}”")
    one_of("state", about["state"], get_args(SavedState))
    return SavedRun(
        name=read_words("name", about["name"], _LONGEST_NAME),
        plan=plan,
        history=history,
        seconds=real_number("seconds", about["seconds"], 0, _MOST),
        state=about["state"],
        reason=read_words("reason", about["reason"], _LONGEST_REASON),
        snapshots=snapshots,
        last=last,
        parent=read_words("parent", about["parent"], _LONGEST_NAME),
        had=whole_number("had", about["had"], 0, plan.epochs - 1),
    )


def _about(arrays: Arrays) -> dict[str, Any]:
    """Read the JSON text."""
    text = array(arrays, _ABOUT, np.uint8, 1).tobytes()
    if len(text) > _MAX_ABOUT:
        raise InputError(f"{_ABOUT} must have at most {_MAX_ABOUT} bytes, got {len(text)}")
    try:
        about = json.loads(text.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number)
    except InputError:
        raise
    except (ValueError, RecursionError) as error:
        raise InputError(f"{_ABOUT} must be JSON: {error}") from None
    if not isinstance(about, dict) or about.get("what") != _WHAT:
        raise InputError(f"{_ABOUT} must say that it is of {_WHAT}")
    version = whole_number("version", about.get("version"), low=1)
    if version > VERSION:
        raise RunFileError(
            f"The file was written by a newer LSTM Explorer, in version {version} of its format; up to "
            f"{VERSION} is read.",
            "Load it there.",
        )
    if version < 2:
        about.setdefault("had", 0)
    if version < 3:
        with suppress(KeyError, TypeError, AttributeError):  # what is no plan is refused when it is read
            about["plan"]["source"].setdefault("test", False)
    same_keys(
        _ABOUT,
        about,
        ("what", "version", "name", "state", "reason", "parent", "seconds", "plan", "had", "moments", "last"),
    )
    return about


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise InputError(f"{_ABOUT} must have each key once")
    return found


def _no_number(name: str) -> None:
    raise InputError(f"{_ABOUT} must hold finite numbers, got {name}")


class _ReadSets:
    """Sets of parameters in a file, each checked and read once; and which arrays have been used."""

    def __init__(self, arrays: Arrays, shapes: Mapping[str, tuple[int, ...]]) -> None:
        self.arrays, self._shapes = arrays, shapes
        self.used: set[str] = set()
        self._read: dict[str, Params] = {}

    def take(self, name: str, dtype: type, shape: tuple[int, ...] | None = None) -> NDArray[Any]:
        """Return an array of finite numbers; without a shape, of one dimension."""
        found = array(self.arrays, name, dtype, 1 if shape is None else len(shape))
        if shape is not None and found.shape != shape:
            raise InputError(f"{name} must have shape {shape}, got {found.shape}")
        if not np.isfinite(found).all():
            raise InputError(f"{name} must hold finite numbers")
        found.flags.writeable = False
        self.used.add(name)
        return found

    def params(self, place: object) -> Params:
        """Return the parameters at a place."""
        if not isinstance(place, str) or not _PLACES.fullmatch(place):
            raise InputError(f"parameters must be at a place such as params, got {place!r:.60}")
        if place not in self._read:
            self._read[place] = {
                name: self.take(f"{place}/{name}", np.float64, shape) for name, shape in self._shapes.items()
            }
        return self._read[place]


def _read_snapshot(row: object, sets: _ReadSets) -> Snapshot:
    same_keys("a moment", row, ("update", "epoch", "params"))
    assert isinstance(row, Mapping)  # same_keys has seen to it
    update, epoch = (
        whole_number(f"the {name} of a moment", row[name], 0, _MOST) for name in ("update", "epoch")
    )
    return Snapshot(update, epoch, sets.params(row["params"]))


def _read_history(arrays: Arrays) -> History:
    found = {
        field.name: array(arrays, f"history/{field.name}", _INTEGERS.get(field.name, np.float64), 1)
        for field in fields(History)
    }
    for name, values in found.items():
        gaps = np.isnan(values) if name in _UNSEEN else False
        if not (np.isfinite(values) | gaps).all():
            raise InputError(f"history/{name} must hold finite numbers")
    for name, low in (("update", 1), ("measured", 0)):
        numbers = found[name]
        if len(numbers) and not (numbers[0] >= low and numbers[-1] <= _MOST and (np.diff(numbers) > 0).all()):
            raise InputError(f"history/{name} must ascend from {low} on")
    try:
        return History(**found)
    except ValueError as error:
        raise InputError(f"the history does not fit together: {error}") from None


def _read_last(record: object, plan: Plan, sets: _ReadSets) -> Checkpoint:
    same_keys("last", record, ("params", "optimizer", "generator", "best", *_COUNTS))
    assert isinstance(record, Mapping)
    params = sets.params(record["params"])
    counts = {name: whole_number(f"{name} of last", record[name], 0, _MOST) for name in _COUNTS}
    last = Checkpoint(
        params=params,
        optimizer=_read_optimizer(record["optimizer"], plan, sets),
        rng_state=_read_generator(record["generator"]),
        order=sets.take("last/order", np.int64).astype(np.intp),
        best=None if record["best"] is None else _read_best(record["best"], sets),
        **counts,
    )
    last.check(len(plan.data().train))
    return last


def _read_optimizer(record: object, plan: Plan, sets: _ReadSets) -> OptimizerState:
    same_keys("optimizer", record, ("name", "updates", "scales"))
    assert isinstance(record, Mapping)
    config, size = plan.optimizer_config(), plan.network().parameter_count
    if not isinstance(record["scales"], list) or len(record["scales"]) != config.remembers:
        raise InputError(f"optimizer must have {config.remembers} scales, got {record['scales']!r:.60}")
    scales = tuple(
        real_number("a scale of the optimiser", scale, 0, above=True) for scale in record["scales"]
    )
    moments = tuple(
        sets.take(f"last/optimizer/{number}", np.float64, (size,)) for number in range(config.remembers)
    )
    one_of("the name of the optimiser", record["name"], (plan.optimizer,))
    updates = whole_number("the updates of the optimiser", record["updates"], 0, _MOST)
    return OptimizerState(record["name"], updates, moments, scales)


def _read_generator(record: object) -> dict[str, Any]:
    """Read the state of PCG64, the generator of `numpy.random.default_rng`."""
    same_keys("generator", record, ("bit_generator", "state", "has_uint32", "uinteger"))
    assert isinstance(record, Mapping)
    one_of("bit_generator", record["bit_generator"], ("PCG64",))
    same_keys("the state of the generator", record["state"], ("state", "inc"))
    state = {name: whole_number(name, record["state"][name], 0, 2**128 - 1) for name in ("state", "inc")}
    if state["inc"] % 2 == 0:
        raise InputError("inc of the generator must be odd")
    return {
        "bit_generator": "PCG64",
        "state": state,
        "has_uint32": whole_number("has_uint32", record["has_uint32"], 0, 1),
        "uinteger": whole_number("uinteger", record["uinteger"], 0, 2**32 - 1),
    }


def _read_best(record: object, sets: _ReadSets) -> Best:
    same_keys("best", record, ("loss", "update", "epoch", "metric", "params"))
    assert isinstance(record, Mapping)
    loss, metric = (
        None if name == "metric" and record[name] is None else real_number(name, record[name], -math.inf)
        for name in ("loss", "metric")
    )
    assert loss is not None
    update, epoch = (
        whole_number(f"the {name} of best", record[name], 1, _MOST) for name in ("update", "epoch")
    )
    return Best(loss, update, epoch, sets.params(record["params"]), metric)
