"""Make the course's environment, `.venv`: run `python3 -m helpers.install` in the project's folder.

It needs nothing but Python 3.11 or newer with venv, takes a few minutes the first time and a moment after that, and
continues where it stopped. `make lab` and `make test` run it first. If something goes wrong, one sentence says what
to do. The output of pip is in build/install.log.

It uses the standard library alone, and no new syntax, so that an old Python can run it and say that it is too old.
"""

import errno
import hashlib
import importlib.util
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "installed"
LOG = ROOT / "build" / "install.log"

OLDEST, NEWEST = (3, 11), (3, 13)  # the Pythons that the course is tested with
GIGABYTES = 2.5  # .venv takes 1.8; pip also keeps what it downloads
GIGABYTES_FOR_CARDS = 8  # PyTorch's default build for Linux needs 3.4 GB of libraries for graphics cards
TORCH_FOR_CPU = "https://download.pytorch.org/whl/cpu"
SENDS_ELSEWHERE = (  # variables for pip and Python
    *("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_USER", "PIP_PYTHON", "PIP_REQUIRE_VIRTUALENV", "PIP_DRY_RUN"),
    *("PIP_PLATFORM", "PIP_PYTHON_VERSION", "PIP_ABI", "PIP_IMPLEMENTATION", "PIP_REQUIREMENT"),
    *("PIP_NO_DEPS", "PIP_EDITABLE", "PIP_REPORT"),
    *("PYTHONHOME", "PYTHONPATH", "PYTHONUSERBASE", "PYTHONEXECUTABLE", "__PYVENV_LAUNCHER__"),
)
AGAIN = "then run the same command again: it goes on where it stopped."

NO_VERSION = r"No matching distribution found for (?P<package>\S+)"
WITH_ANOTHER_PYTHON = (
    "then `make clean`, `make lab PYTHON=python3.12` (Windows: delete .venv, `py -3.12 -m helpers.install`)."
)
ELSEWHERE = "Use another computer, or open the course in Binder or Codespaces (README.md says how)."
CAUSES = (  # (pattern in pip's output, what to do); the first match counts
    (
        r"No space left|Errno 28\b|not enough space|disk quota",
        f"The disk is full. Free about {{gigabytes}} GB, {AGAIN}",
    ),
    (
        r"Long Path",
        "Windows found a path too long. Move this folder to a short place such as C:\\course, " + AGAIN,
    ),
    (
        r"Permission denied|Read-only file system|Access is denied",
        f"A file may not be written. Close JupyterLab and other programs that use .venv, {AGAIN}",
    ),
    (
        r"NewConnectionError|ConnectionError|Connection (refused|reset|broken|aborted)|Max retries|timed out"
        r"|name resolution|getaddrinfo|ProxyError|SSLError|CERTIFICATE|IncompleteRead|ProtocolError|HTTP error",
        "The packages could not be fetched: no network, or a proxy or firewall is in the way. "
        f"Check the connection, {AGAIN}",
    ),
    (NO_VERSION, "There is no {package} {no_version}"),
    (
        r"(?:The user requested (?!\(constraint\))(?P<package>\S+)[\s\S]*)?ResolutionImpossible",
        "pip finds no {package} that this computer's settings allow: either its index cannot be reached, or a "
        "constraint asks for another version (`pip config list` names the file). Check both, " + AGAIN,
    ),
)
ANY_INDEX = CAUSES[:3]  # problems that another index does not solve


class Stop(Exception):
    """What happened and how to fix it, in one sentence."""


def main():
    """Make or repair .venv, or do nothing if it is up to date. Returns None, or the sentence to exit with."""
    started = time.time()
    try:
        if not up_to_date():
            install()
            print_line(f"The environment is ready, after {time.time() - started:.0f} seconds.")
    except Stop as stop:
        return str(stop)
    except KeyboardInterrupt:
        return "Stopped half-way. Run the same command again: it goes on where it stopped."
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return f"The disk is full. Free about {GIGABYTES} GB, {AGAIN}"
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            return (
                f"{error.filename or ROOT} may not be written. Close what uses it, or copy the course to a folder "
                f"of your own, {AGAIN}"
            )
        return f"The environment could not be made: {error}. Fix this, {AGAIN}"


def up_to_date():
    """Whether .venv is complete, and made from the files as they are now."""
    try:
        return STAMP.read_text() == fingerprint()
    except OSError:
        return False


def fingerprint():
    """Return a hash of everything .venv is made from: its path, its Python, the locked packages, and this file."""
    digest = hashlib.sha256(f"{VENV} {ask_venv('--version')}".encode())
    for name in ("requirements.txt", "pyproject.toml", "helpers/install.py"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def install():
    LOG.parent.mkdir(exist_ok=True)
    LOG.write_text("")
    if torch_is_missing():
        check_space()
    if not venv_works():
        create()
    forget_half_installed()
    gigabytes = GIGABYTES
    if torch_is_missing() and sys.platform == "linux" and not install_torch_for_cpu():
        gigabytes = GIGABYTES_FOR_CARDS
    print_line("Installing the locked packages (about 120 MB to download, a few minutes) ...")
    pip_or_stop("install", "-r", "requirements.txt", gigabytes=gigabytes)
    pip_or_stop("install", "--no-deps", "--no-build-isolation", "-e", ".")
    quiet_jupyterlab()
    keep_pictures(VENV)
    STAMP.write_text(fingerprint())


def venv_works():
    """Whether .venv is where it was made, and its Python and pip work."""
    try:
        made_here = str(VENV) in (BIN / "activate").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    version = ask_venv("-c", "import sys; print(*sys.version_info[:2])")
    if not made_here or version is None or tuple(map(int, version.split())) < OLDEST:
        return False
    return ask_venv("-m", "pip", "--version") is not None


def create(version=sys.version_info[:3]):
    if version < OLDEST:
        found = ".".join(map(str, version))
        raise Stop(
            f"This is Python {found}; the course needs 3.11 or newer. If you have one, name it: "
            "`make lab PYTHON=python3.12` (Windows: `py -3.12 -m helpers.install`); else install it from python.org."
        )
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        raise Stop(
            "This Python lacks its module for environments. On Debian and Ubuntu run "
            f"`sudo apt install python{version[0]}.{version[1]}-venv`, {AGAIN}"
        )
    if VENV.is_symlink() or VENV.is_file():
        VENV.unlink()
    elif VENV.exists():
        print_line("The .venv in this folder is unfinished, broken or from another place; making a new one.")
        shutil.rmtree(str(VENV))
    print_line("Creating the environment in .venv ...")
    python = getattr(sys, "_base_executable", sys.executable)  # not the one of the .venv just removed
    output = run([python, "-m", "venv", str(VENV)])
    if output:
        raise Stop(explain(output))


def check_space():
    free = shutil.disk_usage(str(ROOT)).free / 1e9
    if free < GIGABYTES:
        raise Stop(f"The disk has {free:.1f} GB free; the course needs about {GIGABYTES}. Free some, {AGAIN}")


def forget_half_installed():
    """Remove the records of packages whose installation was cut off, so that pip installs them again.

    pip writes a package's INSTALLER file last; without it the rest may be incomplete.
    """
    for packages in (*VENV.glob("lib/python*/site-packages"), VENV / "Lib" / "site-packages"):
        for record in packages.glob("*.dist-info"):
            if not (record / "INSTALLER").exists():
                shutil.rmtree(str(record))


def torch_is_missing():
    version = ask_venv("-c", "import importlib.metadata as m; print(m.version('torch'))")
    return version is None or version.split("+")[0] != torch_pin()


def torch_pin():
    return re.search(r"^torch==(\S+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE).group(1)


def install_torch_for_cpu():
    """Install PyTorch without pip's gigabytes for graphics cards on Linux. Returns whether it worked."""
    print_line("Installing PyTorch for the processor (about 200 MB to download) ...")
    quick = ["--retries", "0", "--timeout", "15", "--index-url", TORCH_FOR_CPU]
    output = pip("install", "--no-deps", *quick, f"torch=={torch_pin()}")
    if output and cause(output) in ANY_INDEX:
        raise Stop(explain(output))
    if output:
        print_line(
            "PyTorch's own index cannot be used from here; trying pip's usual one, where it may be several gigabytes."
        )
    return not output


def quiet_jupyterlab():
    """Write default settings for this environment's JupyterLab: no question about news, and no menus of nbgrader.

    Learners do not need the menus, which take seconds at each start. `make mark` turns formgrader on for an instructor.
    """
    quiet = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}
    parts = ("formgrader", "validate_assignment", "assignment_list", "course_list")
    off = {"ServerApp": {"jpserver_extensions": {f"nbgrader.server_extensions.{part}": False for part in parts}}}
    for place, content in (
        ("share/jupyter/lab/settings/overrides.json", quiet),
        ("etc/jupyter/jupyter_server_config.d/z_course.json", off),
        ("etc/jupyter/labconfig/page_config.json", {"disabledExtensions": {"@jupyter/nbgrader": True}}),
    ):
        (VENV / place).parent.mkdir(parents=True, exist_ok=True)
        (VENV / place).write_text(json.dumps(content, indent=2))


def keep_pictures(environment):
    """Make every Jupyter server of a Python environment save notebooks so that they show their pictures on the next day.

    Raises:
        OSError: the environment, a folder, may not be written.
    """
    hook = {"ContentsManager": {"pre_save_hook": "helpers.widgets.fallback.keep_html"}}
    place = Path(environment) / "etc/jupyter/jupyter_server_config.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        there = dict(json.loads(place.read_text()))
    except (OSError, ValueError, TypeError):
        there = {}
    place.write_text(json.dumps({**there, **hook}, indent=2))


def ask_venv(*arguments):
    """Return what .venv's Python prints, or None if it fails."""
    try:
        answer = subprocess.check_output([str(PYTHON), *arguments], stderr=subprocess.DEVNULL, env=environment())
    except (OSError, subprocess.CalledProcessError):
        return None
    return answer.decode("utf-8", "replace").strip()


def pip_or_stop(*arguments, gigabytes=GIGABYTES):
    output = pip(*arguments)
    if output:
        raise Stop(explain(output, gigabytes))


def pip(*arguments):
    """Run pip in .venv. Returns its output if it failed, else None."""
    options = ["--no-input", "--disable-pip-version-check", "--progress-bar", "off"]
    return run([str(PYTHON), "-m", "pip", *arguments, *options, *here()])


def here():
    """Return pip's options that overrule a pip.conf which sends packages elsewhere than to .venv."""
    configured = ask_venv("-m", "pip", "config", "list") or ""
    overruled = {"user": "--no-user", "target": "--target=", "prefix": f"--prefix={VENV}", "root": "--root=/"}
    return [option for name, option in overruled.items() if re.search(rf"^[\w.]+\.{name}=", configured, re.MULTILINE)]


def environment():
    """Return the environment for .venv's Python and pip: as it is, but for what sends packages elsewhere.

    Proxies, indexes and certificates stay.
    """
    return {
        **{name: value for name, value in os.environ.items() if name.upper() not in SENDS_ELSEWHERE},
        "PIP_REQUIRE_VIRTUALENV": "0",
        "PYTHONIOENCODING": "utf-8",
    }


def run(command):
    """Run a command and log its output. Returns the output if it failed, else None."""
    output = []
    pipes = dict(stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    with subprocess.Popen(command, cwd=str(ROOT), env=environment(), **pipes) as process:
        try:
            for line in process.stdout:
                output.append(line.decode("utf-8", "replace"))
                show_progress(output[-1])
        except KeyboardInterrupt:
            process.terminate()
            raise
        finally:
            show_progress("")
            with LOG.open("a", encoding="utf-8") as log:
                log.writelines(output)
    return None if process.returncode == 0 else "".join(output) or f"exit code {process.returncode}"


def show_progress(line):
    if sys.stdout.isatty() and (not line or re.match(r" *(Downloading|Using cached|Installing)", line)):
        print(f"\r  {line.strip()[:70]:70}\r", end="", flush=True)


def explain(output, gigabytes=GIGABYTES):
    """Return the sentence that explains the output of pip or venv."""
    known = cause(output)
    if known:
        pattern, sentence = known
        found = re.search(pattern, output, re.IGNORECASE)
        named = {name: text or "set of packages" for name, text in found.groupdict().items()}
        return sentence.format(gigabytes=gigabytes, no_version=no_version(), **named)
    last = output.strip().splitlines()[-1]
    return f"The installation failed ({last}). {LOG.relative_to(ROOT)} has the details; fix the cause, {AGAIN}"


def no_version():
    """Return for what kind of Python or computer a package has no version, and what to do about it."""
    found = "{}.{}".format(*python_version())
    kind = machine()
    if sys.platform == "darwin" and kind == "x86_64":
        return (
            "for a Mac with an Intel chip: PyTorch made its last version for these, 2.2.2, in 2024. "
            f"{ELSEWHERE} If this Mac has an Apple chip, its Python is made for Intel: install Python 3.12 from "
            f"python.org, {WITH_ANOTHER_PYTHON}"
        )
    if bits() == 32:
        return (
            f"for a Python of 32 bits. Install Python 3.12 (64 bit), {WITH_ANOTHER_PYTHON} On a 32-bit computer this is "
            f"not possible. {ELSEWHERE}"
        )
    if has_musl():
        return f"for a Linux with musl, such as Alpine; it needs glibc, as in Debian, Ubuntu or Fedora. {ELSEWHERE}"
    if python_version() > NEWEST:
        return f"for Python {found}, which is too new. Install Python 3.12, {WITH_ANOTHER_PYTHON}"
    if python_version() < OLDEST:
        return f"for Python {found}, which is too old. Install Python 3.12, {WITH_ANOTHER_PYTHON}"
    if kind not in ("x86_64", "amd64", "arm64", "aarch64"):
        return f"for this kind of computer ({sys.platform}, {kind}). {ELSEWHERE}"
    return (
        f"for this Python and this kind of computer (Python {found}, {sys.platform}, {kind}). Install Python 3.12 "
        f"(64 bit), {WITH_ANOTHER_PYTHON}"
    )


def machine():
    """Return the processor that this Python is made for, such as "x86_64"."""
    return platform.machine().lower()


def python_version():
    return sys.version_info[:2]


def bits():
    return 64 if sys.maxsize > 2**32 else 32


def has_musl():
    names = (sysconfig.get_config_var(name) for name in ("HOST_GNU_TYPE", "SOABI"))
    return any("musl" in (name or "") for name in names)


def cause(output):
    """Return the first of CAUSES that matches the output of pip or venv, or None."""
    return next((each for each in CAUSES if re.search(each[0], output, re.IGNORECASE)), None)


def print_line(line):
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
