"""onnxruntime's LSTM in float32, outputs only: plain, with peepholes, coupled, either way, of unequal length.

Its ``input_forget`` is what this project calls coupled, f = 1 − i: the weights and the peephole of f have no
effect, which is checked while the file is written.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

from tests.lstm_core.peers.stored import Arrays, generator, under

B, T, D, H = 2, 4, 2, 3
BLOCKS, PEEPHOLES = "iofc", "iof"
DIRECTIONS = {"forward": 1, "reverse": 1, "bidirectional": 2}
OPSET, IR_VERSION = 14, 8


def run(fed: Arrays, direction: str, coupled: bool) -> Arrays:
    """Run one LSTM node; return Y, Y_h and Y_c."""
    names = ["X", "W", "R", "B", "sequence_lens", "initial_h", "initial_c", "P"]
    node = helper.make_node(
        "LSTM",
        [name if name in fed else "" for name in names],
        ["Y", "Y_h", "Y_c"],
        direction=direction,
        hidden_size=H,
        input_forget=int(coupled),
    )
    inputs = [
        helper.make_tensor_value_info(key, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)
        for key, array in fed.items()
    ]
    directions = DIRECTIONS[direction]
    shapes = [(T, directions, B, H), (directions, B, H), (directions, B, H)]
    outputs = [
        helper.make_tensor_value_info(key, TensorProto.FLOAT, shape)
        for key, shape in zip(node.output, shapes, strict=True)
    ]
    model = helper.make_model(
        helper.make_graph([node], "lstm", inputs, outputs),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
    )
    onnx.checker.check_model(model, full_check=True)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    return dict(zip(node.output, session.run(None, fed), strict=True))


def in_our_layout(
    W: np.ndarray, R: np.ndarray, bias: np.ndarray, P: np.ndarray | None, coupled: bool
) -> Arrays:
    """Turn one direction's arrays, a row per unit in the order i o f c, into ours; the two biases add up."""
    wanted = "ico" if coupled else "ifco"

    def turned(rows: np.ndarray) -> np.ndarray:
        blocks = dict(zip(BLOCKS, np.split(rows, 4), strict=True))
        return np.ascontiguousarray(np.concatenate([blocks[name] for name in wanted]).T)

    ours = {"W": turned(W), "U": turned(R), "b": turned(bias[: 4 * H] + bias[4 * H :])}
    if P is not None:
        rows = dict(zip(PEEPHOLES, np.split(P, 3), strict=True))
        ours["P"] = np.stack([rows[name] for name in wanted if name in rows])
    return ours


def lstm(name: str, *, peephole: bool, coupled: bool) -> Arrays:
    """Run the same inputs forward, in reverse, both ways, and both ways as sequences of unequal length."""
    rng = generator(name)

    def draw(*shape: int, scale: float = 0.9) -> np.ndarray:
        return rng.uniform(-scale, scale, shape).astype(np.float32)

    both = {"W": draw(2, 4 * H, D), "R": draw(2, 4 * H, H), "B": draw(2, 8 * H)}
    both |= {"initial_h": draw(2, B, H), "initial_c": draw(2, B, H)}
    if peephole:
        both["P"] = draw(2, 3 * H)
    X = draw(T, B, D, scale=2)
    arrays: Arrays = {"x": X.swapaxes(0, 1).copy()}
    if peephole:
        arrays |= under("peer", both)
    for index, where in enumerate(("layer_0", "layer_0.reverse")):
        P = both["P"][index] if peephole else None
        ours = in_our_layout(both["W"][index], both["R"][index], both["B"][index], P, coupled)
        arrays |= under(f"params.{where}", ours)
        arrays |= {f"initial.{where}.{key}": both[f"initial_{key}"][index] for key in "hc"}

    chosen = {"forward": [0], "reverse": [1], "bidirectional": [0, 1]}
    for direction, indices in chosen.items():
        fed = {"X": X} | {key: array[indices] for key, array in both.items()}
        arrays |= under(direction, collected(run(fed, direction, coupled)))
    lengths = np.array([4, 2], dtype=np.int32)
    unequal = run({"X": X, "sequence_lens": lengths, **both}, "bidirectional", coupled)
    arrays |= under("unequal", collected(unequal) | {"mask": np.arange(T) < lengths[:, np.newaxis]})

    if coupled:  # what the weights of f are makes no difference
        changed = both | {"W": both["W"].copy(), "R": both["R"].copy()}
        for key in "WR":
            changed[key][:, 2 * H : 3 * H] += 1
        if peephole:
            changed["P"] = both["P"].copy()
            changed["P"][:, 2 * H :] += 1
        again = run({"X": X, **changed}, "bidirectional", coupled)
        if not np.array_equal(collected(again)["h"], arrays["bidirectional.h"]):
            raise ValueError("input_forget=1 depends on the weights of the forget gate")
    return arrays


def collected(outputs: Arrays) -> Arrays:
    """Return h (B, T, directions·H) and the last states (B, directions·H), directions side by side."""
    return {
        "h": np.concatenate(list(outputs["Y"].transpose(1, 2, 0, 3)), axis=-1),
        "last_h": np.concatenate(list(outputs["Y_h"]), axis=-1),
        "last_c": np.concatenate(list(outputs["Y_c"]), axis=-1),
    }


CASES: dict[str, Callable[[str], Arrays]] = {
    "onnxruntime_lstm": partial(lstm, peephole=False, coupled=False),
    "onnxruntime_lstm_peephole": partial(lstm, peephole=True, coupled=False),
    "onnxruntime_lstm_coupled": partial(lstm, peephole=False, coupled=True),
    "onnxruntime_lstm_coupled_peephole": partial(lstm, peephole=True, coupled=True),
}
