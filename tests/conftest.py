"""One thread for NumPy: beside another busy process a second one makes small products many times slower."""

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")  # read when NumPy is first imported, which is after this

pytest_plugins = ["tests.real_browser"]
