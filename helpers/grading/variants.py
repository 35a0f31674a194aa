"""Choose the variant of an exercise for a cohort, by an HMAC with the instructor's secret; never the published one.

This prevents copying from another cohort or from the published solution. It does not stop somebody who works out every
variant from the public template.
"""

import hashlib
import hmac
from pathlib import Path

from helpers.grading.course import Stop
from helpers.grading.derive import variants

MIN_SECRET_BYTES = 16


def read_secret(path):
    """Return the secret in a file, as bytes.

    Raises:
        Stop: the file cannot be read, or the secret is too short.
    """
    path = Path(path).expanduser()
    try:
        secret = path.read_bytes().strip()
    except OSError as error:
        raise Stop(
            f"The secret file {path} cannot be read ({error.strerror}). Make one, tell nobody, and use the same one "
            f"for this cohort each time: `head -c 24 /dev/urandom | base64 > {path}`."
        ) from None
    if len(secret) < MIN_SECRET_BYTES:
        raise Stop(f"The secret in {path} has {len(secret)} characters; it needs {MIN_SECRET_BYTES} or more.")
    return secret


def pick(nb, assignment, cohort, secret):
    """Return a dict exercise -> name of its variant, for each exercise of a source notebook that has variants."""
    picked = {}
    for exercise, choices in variants(nb).items():
        digest = hmac.new(secret, f"{cohort}\n{assignment}\n{exercise}".encode(), hashlib.sha256).digest()
        others = choices[1:]
        if others:
            picked[exercise] = others[int.from_bytes(digest, "big") % len(others)]["name"]
    return picked
