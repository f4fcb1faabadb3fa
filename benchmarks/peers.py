"""The same layer in PyTorch, Keras and onnxruntime, for those that are installed.

They are imported by name when they are first asked for: none of them is needed to run anything else here.
"""

from __future__ import annotations

import importlib
import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.problem import LEARNING_RATE, Problem


class NotKnownError(Exception):
    """The peer is there, but cannot solve this problem."""


class _Torch:
    """What both ways to use PyTorch share."""

    def __init__(self, problem: Problem) -> None:
        self.torch = torch = importlib.import_module("torch")
        torch.set_num_threads(1)
        self.x, self.target = torch.tensor(problem.x), torch.tensor(problem.target)
        self.weights = {
            "weight_ih_l0": torch.tensor(np.ascontiguousarray(problem.W.T)),
            "weight_hh_l0": torch.tensor(np.ascontiguousarray(problem.U.T)),
            "bias_ih_l0": torch.tensor(problem.b),
            "bias_hh_l0": torch.zeros(len(problem.b), dtype=self.x.dtype),
        }


class TorchLayer(_Torch):
    """`torch.nn.LSTM` and its fused Adam. It does not give its gates away.

    Parameters
    ----------
    problem : Problem
        What to solve.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        sizes = problem.sizes
        self.layer = self.torch.nn.LSTM(
            sizes.input_size, sizes.hidden_size, batch_first=True, dtype=self.x.dtype
        )
        self.layer.load_state_dict(self.weights)
        self.optimizer = self.torch.optim.Adam(self.layer.parameters(), lr=LEARNING_RATE, fused=True)

    def forward(self) -> Any:
        """Return h, without recording anything for a run back."""
        with self.torch.inference_mode():
            return self.layer(self.x)[0]

    def train(self) -> None:
        """Update the weights."""
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.torch.nn.functional.mse_loss(self.layer(self.x)[0], self.target)
        loss.backward()
        self.optimizer.step()

    def h(self) -> NDArray[np.floating]:
        """Return h of every timestep, shape (B, T, H)."""
        return np.asarray(self.forward().numpy())


class TorchByHand(_Torch):
    """The gates written out with PyTorch's functions, which is how one gets to see them there.

    Parameters
    ----------
    problem : Problem
        What to solve.
    """

    def forward(self) -> dict[str, list[Any]]:
        """Return i, f, g, o, c and h of every timestep."""
        torch, linear = self.torch, self.torch.nn.functional.linear
        W, U, b, _ = self.weights.values()
        record: dict[str, list[Any]] = {key: [] for key in ("i", "f", "g", "o", "c", "h")}
        with torch.inference_mode():
            h = c = torch.zeros(len(self.x), U.shape[1], dtype=self.x.dtype)
            for x_t in self.x.unbind(1):
                i, f, g, o = (linear(x_t, W, b) + linear(h, U)).chunk(4, 1)
                i, f, g, o = torch.sigmoid(i), torch.sigmoid(f), torch.tanh(g), torch.sigmoid(o)
                c = f * c + i * g
                h = o * torch.tanh(c)
                for key, value in zip(record, (i, f, g, o, c, h), strict=True):
                    record[key].append(value)
        return record

    def h(self) -> NDArray[np.floating]:
        """Return h of every timestep, shape (B, T, H)."""
        return np.asarray(self.torch.stack(self.forward()["h"], 1).numpy())


class KerasModel:
    """A Keras model of one LSTM layer, on PyTorch, trained by `train_on_batch`.

    Parameters
    ----------
    problem : Problem
        What to solve.
    """

    def __init__(self, problem: Problem) -> None:
        os.environ.setdefault("KERAS_BACKEND", "torch")
        keras = importlib.import_module("keras")
        H = problem.sizes.hidden_size
        self.x, self.target = problem.x, problem.target
        self.model = keras.Sequential(
            [
                keras.Input(self.x.shape[1:], dtype=problem.dtype),
                keras.layers.LSTM(H, return_sequences=True, dtype=problem.dtype),
            ]
        )
        self.model.set_weights([problem.W, problem.U, problem.b])
        self.model.compile(keras.optimizers.Adam(LEARNING_RATE), loss="mse")

    def train(self) -> None:
        """Update the weights."""
        self.model.train_on_batch(self.x, self.target)

    def h(self) -> NDArray[np.floating]:
        """Return h of every timestep, shape (B, T, H)."""
        return np.asarray(self.model.predict_on_batch(self.x))


class OnnxSession:
    """The LSTM operator of onnxruntime. It can only run, and shows no gates.

    Parameters
    ----------
    problem : Problem
        What to solve.
    """

    def __init__(self, problem: Problem) -> None:
        if problem.dtype != "float32":
            raise NotKnownError("its LSTM knows float32 only")
        onnx, runtime = importlib.import_module("onnx"), importlib.import_module("onnxruntime")
        T, B, D, H = problem.sizes
        order = [0, 3, 1, 2]  # i o f g

        def matrix(array: NDArray[np.floating]) -> NDArray[np.floating]:
            return np.concatenate([np.split(array.T, 4)[gate] for gate in order])[np.newaxis]

        weights = {
            "W": matrix(problem.W),
            "R": matrix(problem.U),
            "B": np.concatenate([matrix(problem.b), np.zeros((1, 4 * H), problem.dtype)], axis=1),
        }
        helper, number = onnx.helper, onnx.helper.np_dtype_to_tensor_dtype(problem.x.dtype)
        graph = helper.make_graph(
            [helper.make_node("LSTM", ["X", *weights], ["Y"], hidden_size=H)],
            "layer",
            [helper.make_tensor_value_info("X", number, [T, B, D])],
            [helper.make_tensor_value_info("Y", number, [T, 1, B, H])],
            [onnx.numpy_helper.from_array(array, name) for name, array in weights.items()],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8)
        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.session = runtime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )
        self.inputs = {"X": np.ascontiguousarray(problem.x.transpose(1, 0, 2))}

    def forward(self) -> Any:
        """Return h, timesteps first."""
        return self.session.run(None, self.inputs)[0]

    def h(self) -> NDArray[np.floating]:
        """Return h of every timestep, shape (B, T, H)."""
        return np.asarray(self.forward())[:, 0].transpose(1, 0, 2)
