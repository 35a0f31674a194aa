"""The version of the course's code, so that a worker elsewhere cannot grade with another one."""

import functools
import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@functools.cache
def version():
    """Return a hash of the course's code; a worker grades only for the version that it has itself."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / "helpers").rglob("*.py")):
        digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()
