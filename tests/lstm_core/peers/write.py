"""Write the arrays that the core is compared with, from torch, Keras (on torch) and onnxruntime.

Run from the project's folder, in an environment of its own that has the three packages (the tests need none
of them, only the files)::

    pip install "numpy==2.4.6" "torch==2.13.0" "keras==3.15.1" "onnx==1.23.2" "onnxruntime==1.31.1"
    python -m tests.lstm_core.peers.write

Written with Python 3.11 and the CPU build of torch, on one thread. Every file records the versions it was
written with. The same versions on the same machine write the same bytes; another processor may change the
last digits.
"""

from __future__ import annotations

import os
import platform
import tempfile
from importlib.metadata import version

import numpy as np

from tests.lstm_core.peers.stored import FOLDER, PACKAGES, Arrays

ENVIRONMENT = {
    "KERAS_BACKEND": "torch",
    "KERAS_TORCH_DEVICE": "cpu",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


def cases() -> dict[str, Arrays]:
    """Compute every case; the peers are imported here, after the environment is set."""
    from tests.lstm_core.peers import (
        keras_layers,
        keras_networks,
        onnxruntime_layers,
        torch_layers,
        torch_networks,
        torch_signals,
        torch_training,
    )

    modules = (
        torch_layers,
        torch_signals,
        torch_networks,
        torch_training,
        keras_layers,
        keras_networks,
        onnxruntime_layers,
    )
    return {name: compute(name) for module in modules for name, compute in module.CASES.items()}


def main() -> None:
    """Replace all stored files."""
    with tempfile.TemporaryDirectory() as home:  # settings in the user's own folder could change the numbers
        os.environ.update(ENVIRONMENT, KERAS_HOME=home)
        computed = cases()
    versions = {"python": platform.python_version()} | {name: version(name) for name in PACKAGES[1:]}
    for path in FOLDER.glob("*.npz"):
        path.unlink()
    total = 0
    for name, arrays in computed.items():
        for key, array in arrays.items():
            if array.dtype.kind == "f" and not np.isfinite(array).all():
                raise ValueError(f"{name}: {key} is not finite")
        path = FOLDER / f"{name}.npz"
        np.savez_compressed(path, allow_pickle=False, **arrays, versions=np.array(list(versions.items())))
        total += path.stat().st_size
        print(f"{path.name:50} {len(arrays):4} arrays {path.stat().st_size:8} bytes")
    print(f"{len(computed)} files, {total} bytes")


if __name__ == "__main__":
    main()
