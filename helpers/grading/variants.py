"""Which variant of an exercise a cohort gets: an HMAC of the instructor's secret picks it, never the published one.

It stops copying from another cohort or from the published solution, not somebody who works out every variant from the
public template.
"""

import hashlib
import hmac
from pathlib import Path

from helpers.grading.course import Stop
from helpers.grading.derive import variants

SHORTEST = 16  # characters of a secret


def read_secret(path):
    """The secret in a file, as bytes. Stop says what is wrong with it."""
    path = Path(path).expanduser()
    try:
        secret = path.read_bytes().strip()
    except OSError as error:
        raise Stop(
            f"The secret file {path} cannot be read ({error.strerror}). Make one, keep it to yourself and use it again "
            f"for this cohort: `head -c 24 /dev/urandom | base64 > {path}`."
        ) from None
    if len(secret) < SHORTEST:
        raise Stop(f"The secret in {path} has {len(secret)} characters; {SHORTEST} or more cannot be guessed.")
    return secret


def pick(nb, assignment, cohort, secret):
    """One variant for each exercise of a source notebook that has some: dict exercise -> name."""
    picked = {}
    for exercise, choices in variants(nb).items():
        digest = hmac.new(secret, f"{cohort}\n{assignment}\n{exercise}".encode(), hashlib.sha256).digest()
        others = choices[1:]
        if others:
            picked[exercise] = others[int.from_bytes(digest, "big") % len(others)]["name"]
    return picked
