"""What the pages share: everything that knows Streamlit or Plotly."""

import os

# Products are small here. A second thread for each makes them no faster when the machine is idle, and many
# times slower when thirty visitors share two cores. NumPy reads this when it is imported, which is later.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
