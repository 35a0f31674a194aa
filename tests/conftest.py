"""Set one thread before NumPy is imported; kernels that nbval starts inherit it."""

import os

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")

from hypothesis import settings  # noqa: E402

settings.register_profile("course", deadline=None, max_examples=50)
settings.load_profile("course")
