"""The steps and messages of the set-up, with a real but empty .venv and a fake pip."""

import ast
import errno
import json
import os
import re
import shutil
import sys
import venv
from pathlib import Path
from types import SimpleNamespace

import pytest

from helpers import install

pytestmark = pytest.mark.kernel

PIP = """
import os, pathlib, sys
here = pathlib.Path(__file__).parent
if "config" in sys.argv and (here / "config").exists():
    print((here / "config").read_text())
if "install" in sys.argv:
    with open(here / "environment", "a") as environment:
        print({name: value for name, value in os.environ.items() if name.startswith(("PIP", "PYTHON", "HTTP"))}, file=environment)
    with open(here / "calls", "a") as calls:
        print(*sys.argv[1:], file=calls)
    for line in (here / "says").read_text().splitlines():
        if_named, _, output = line.partition(" -> ")
        if if_named in sys.argv:
            sys.exit(output.replace("|", "\\n"))
"""
INDEX = "torch==2.0.0"
LOCK = "requirements.txt"

# Real output of pip 23.2 and 26.3, with "|" where a line ends.
NOT_FOUND = "ERROR: No matching distribution found for torch==2.0.0"
UNREACHABLE_WITH_A_CONSTRAINT_FILE = (
    "ERROR: Cannot install torch==2.0.0 because these package versions have conflicting dependencies.||"
    "The conflict is caused by:|    The user requested torch==2.0.0|    The user requested (constraint) torch<=2.14.1||"
    "Additionally, some packages in these conflicts have no matching distributions available for your environment:|"
    "    torch||To fix this you could try to:|1. loosen the range of package versions you've specified|"
    "2. remove package versions to allow pip to attempt to solve the dependency conflict||"
    "ERROR: ResolutionImpossible: for help visit https://pip.pypa.io/en/latest/topics/dependency-resolution/"
    "#dealing-with-dependency-conflicts"
)
BROKEN_OFF = "ERROR: ProtocolError: Connection broken: IncompleteRead(1000 bytes read)"
NO_SPACE = "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device"


class Project:
    """A project in a folder of its own; the pip in its .venv writes down how it is called."""

    def __init__(self, root):
        self.root = root
        (root / "helpers").mkdir(parents=True)
        for name in ("pyproject.toml", "helpers/install.py"):
            (root / name).write_text("")
        (root / LOCK).write_text("numpy==2.0\ntorch==2.0.0\n")

    @property
    def packages(self):
        return next((self.root / ".venv").glob("[Ll]ib/**/site-packages"))

    def make_venv(self):
        venv.create(self.root / ".venv", with_pip=False, symlinks=os.name != "nt")
        (self.packages / "pip").mkdir()
        (self.packages / "pip" / "__main__.py").write_text(PIP)
        self.pip_fails()

    def pip_fails(self, **said_if_named):
        lines = [f"{globals()[name]} -> {output}\n" for name, output in said_if_named.items()]
        (self.packages / "pip" / "says").write_text("".join(lines))

    def pip_calls(self):
        """Return the calls of pip since the last time."""
        calls = self.packages / "pip" / "calls"
        lines = calls.read_text().splitlines() if calls.exists() else []
        calls.write_text("")
        return lines

    def add_package(self, name, version, finished=True):
        record = self.packages / f"{name}-{version}.dist-info"
        record.mkdir()
        (record / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        if finished:
            (record / "INSTALLER").write_text("pip\n")
        return record


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A new project on a Linux machine with enough disk space, and a fast replacement for `python -m venv`."""
    project = Project(tmp_path / "course")
    stand_in(project.root, monkeypatch)
    really_run = install.run

    def run(command):
        if command[1:3] == ["-m", "venv"]:
            return project.make_venv()
        return really_run(command)

    monkeypatch.setattr(install, "run", run)
    monkeypatch.setattr(install.shutil, "disk_usage", lambda path: SimpleNamespace(free=9e9))
    monkeypatch.setattr(install.sys, "platform", "linux")
    return project


def stand_in(root, monkeypatch):
    """Make `helpers.install` work in another folder."""
    for name in ("VENV", "BIN", "PYTHON", "STAMP", "LOG"):
        monkeypatch.setattr(install, name, root / getattr(install, name).relative_to(install.ROOT))
    monkeypatch.setattr(install, "ROOT", root)


def test_first_run_takes_torch_for_the_processor_then_the_lock_then_the_course(project):
    assert install.main() is None
    torch, lock, course = project.pip_calls()
    assert torch.startswith("install --no-deps --retries 0") and install.TORCH_FOR_CPU in torch
    assert "torch==2.0.0" in torch
    assert lock.startswith("install -r requirements.txt")
    assert course.startswith("install --no-deps --no-build-isolation -e .")


def test_second_run_does_nothing(project, capsys):
    install.main()
    project.pip_calls()
    capsys.readouterr()
    assert install.main() is None
    assert project.pip_calls() == []
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", ["requirements.txt", "pyproject.toml", "helpers/install.py"])
def test_a_changed_file_installs_again_but_not_torch(project, name):
    install.main()
    project.pip_calls()
    project.add_package("torch", "2.0.0+cpu")
    with (project.root / name).open("a") as file:
        file.write("# changed\n")
    assert install.main() is None
    assert len(project.pip_calls()) == 2


def test_a_new_torch_in_the_lock_is_fetched(project):
    install.main()
    project.pip_calls()
    project.add_package("torch", "2.0.0+cpu")
    (project.root / LOCK).write_text("torch==2.1.0\n")
    assert install.main() is None
    assert "torch==2.1.0" in project.pip_calls()[0]


@pytest.mark.parametrize(
    "output",
    [
        NOT_FOUND,
        UNREACHABLE_WITH_A_CONSTRAINT_FILE,
        BROKEN_OFF,
        "ERROR: Could not install packages due to an OSError: HTTPSConnectionPool: Max retries exceeded with url",
        "pip._vendor.urllib3.exceptions.ReadTimeoutError: HTTPSConnectionPool: Read timed out.",
        "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.",
        "Something that pip never said before",
    ],
)
def test_whatever_ails_torchs_own_index_the_usual_one_is_tried(project, capsys, output):
    project.make_venv()
    project.pip_fails(INDEX=output)
    assert install.main() is None
    assert "trying pip's usual one" in capsys.readouterr().out
    assert len(project.pip_calls()) == 3


def test_a_full_disk_is_no_reason_to_fetch_gigabytes(project):
    project.make_venv()
    project.pip_fails(INDEX=NO_SPACE)
    assert "The disk is full. Free about 2.5 GB" in install.main()
    assert len(project.pip_calls()) == 1


def test_where_both_indexes_fail_the_last_words_become_the_sentence(project):
    project.make_venv()
    project.pip_fails(INDEX=BROKEN_OFF, LOCK=NOT_FOUND)
    assert "There is no torch==2.0.0 for this Python" in install.main()


def test_a_disk_filled_from_the_usual_index_needs_more(project):
    project.make_venv()
    project.pip_fails(INDEX=NOT_FOUND, LOCK=NO_SPACE)
    assert f"The disk is full. Free about {install.GIGABYTES_FOR_CARDS} GB" in install.main()


@pytest.mark.parametrize(
    "output, sentence",
    [
        (
            "Failed to establish a new connection: Temporary failure in name resolution",
            "could not be fetched: no network",
        ),
        ("SSLError(SSLCertVerificationError(1, 'CERTIFICATE_VERIFY_FAILED", "could not be fetched: no network"),
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "The disk is full"),
        ("ERROR: Could not install packages due to an OSError: [WinError 5] Access is denied", "Close JupyterLab"),
        ("HINT: This error might have occurred since Windows Long Path support is off", "a path too long"),
        ("ERROR: No matching distribution found for scipy==1.17.1", "There is no scipy==1.17.1 for this Python"),
        (UNREACHABLE_WITH_A_CONSTRAINT_FILE, "pip finds no torch==2.0.0 that this computer's settings allow: either"),
        ("Segmentation fault", "The installation failed (Segmentation fault). build"),
    ],
)
def test_what_pip_says_becomes_one_sentence(project, output, sentence):
    project.make_venv()
    project.pip_fails(LOCK=output)
    answer = install.main()
    assert sentence in answer and "\n" not in answer
    assert output.replace("|", "\n") in install.LOG.read_text()
    assert not install.STAMP.exists()
    project.pip_fails()
    assert install.main() is None, "the next run goes on"


def on(monkeypatch, platform="linux", machine="x86_64", bits=64, musl=False, python=(3, 12)):
    """Make `helpers.install` believe that it runs on another computer."""
    monkeypatch.setattr(install.sys, "platform", platform)
    for name, value in dict(machine=machine, bits=bits, has_musl=musl, python_version=python).items():
        monkeypatch.setattr(install, name, lambda value=value: value)


# Real output of pip 23.2: one line for each version of PyTorch left out.
NONE_FOR_TORCH = (
    "ERROR: Could not find a version that satisfies the requirement torch==2.13.0 (from versions: 2.2.0, 2.2.1, 2.2.2)\n"
    "ERROR: No matching distribution found for torch==2.13.0"
)


@pytest.mark.parametrize(
    "computer, says",
    [
        (
            dict(platform="darwin"),
            ["for a Mac with an Intel chip", "2.2.2", "Binder or Codespaces", "If this Mac has an Apple chip"],
        ),
        (
            dict(platform="darwin", machine="arm64"),
            ["for this Python and", "3.12, darwin, arm64", "Install Python 3.12"],
        ),
        (dict(platform="win32", machine="amd64", bits=32), ["for a Python of 32 bits", "Install Python 3.12 (64 bit)"]),
        (dict(machine="armv7l", bits=32), ["for a Python of 32 bits", "Binder or Codespaces"]),
        (dict(musl=True), ["for a Linux with musl, such as Alpine", "glibc", "Binder or Codespaces"]),
        (dict(python=(3, 15)), ["for Python 3.15, which is too new", "`make lab PYTHON=python3.12`"]),
        (dict(python=(3, 10)), ["for Python 3.10, which is too old", "`make lab PYTHON=python3.12`"]),
        (dict(machine="riscv64"), ["for this kind of computer (linux, riscv64)", "Binder or Codespaces"]),
        (dict(), ["for this Python and", "(Python 3.12, linux, x86_64)"]),
    ],
    ids=lambda value: " ".join(map(str, value.values())) if isinstance(value, dict) else "",
)
def test_where_there_is_no_pytorch_the_sentence_names_the_reason(monkeypatch, computer, says):
    on(monkeypatch, **computer)
    sentence = install.explain(NONE_FOR_TORCH)
    assert sentence.startswith("There is no torch==2.13.0 for ") and "\n" not in sentence
    assert [part for part in says if part not in sentence] == [], sentence


def test_a_mac_with_an_intel_chip_is_not_sent_to_another_python_first(monkeypatch):
    on(monkeypatch, platform="darwin")
    sentence = install.explain(NONE_FOR_TORCH)
    assert sentence.index("Binder") < sentence.index("install Python")


def test_the_kind_of_this_computer_is_found():
    assert install.machine() == install.machine().lower() != ""
    assert install.bits() == 64 and install.has_musl() is False and install.python_version() >= install.OLDEST


VARIABLES = {
    "PIP_TARGET": "t",
    "PIP_PREFIX": "t",
    "PIP_ROOT": "t",
    "PIP_USER": "1",
    "PIP_REQUIRE_VIRTUALENV": "1",
    "PIP_DRY_RUN": "1",
    "PIP_NO_DEPS": "1",
    "PYTHONPATH": "t",
    "PYTHONUSERBASE": "t",
}


def test_variables_that_send_packages_elsewhere_do_not_reach_pip_and_others_do(project, monkeypatch):
    kept = {"PIP_INDEX_URL": "https://index.example", "HTTPS_PROXY": "http://proxy.example", "PIP_CONFIG_FILE": "c"}
    for name, value in {**VARIABLES, **kept}.items():
        monkeypatch.setenv(name, value)
    assert install.main() is None
    lines = (project.packages / "pip" / "environment").read_text().splitlines()
    assert len(lines) == 3
    for seen in map(ast.literal_eval, lines):
        assert not {name for name, value in VARIABLES.items() if seen.get(name) == value}
        assert kept.items() <= seen.items()


def test_another_pytorch_on_pythonpath_is_not_taken_for_that_of_the_venv(project, monkeypatch, tmp_path):
    record = tmp_path / "elsewhere" / "torch-2.0.0.dist-info"
    record.mkdir(parents=True)
    (record / "METADATA").write_text("Metadata-Version: 2.1\nName: torch\nVersion: 2.0.0\n")
    monkeypatch.setenv("PYTHONPATH", str(record.parent))
    project.make_venv()
    assert install.torch_is_missing()


@pytest.mark.parametrize(
    "configured, option",
    [
        ("global.user='true'", "--no-user"),
        ("install.user='true'", "--no-user"),
        ("install.target='/scratch/t'", "--target="),
        ("global.prefix='/scratch/t'", "--prefix={venv}"),
        ("install.root='/scratch/t'", "--root=/"),
    ],
)
def test_a_pip_conf_that_sends_packages_elsewhere_is_overruled(project, configured, option):
    project.make_venv()
    (project.packages / "pip" / "config").write_text(f"global.index-url='https://index.example'\n{configured}\n")
    assert install.main() is None
    calls = project.pip_calls()
    assert len(calls) == 3 and all(call.split()[-1] == option.format(venv=install.VENV) for call in calls)


def test_without_a_pip_conf_pip_gets_no_such_option(project):
    assert install.main() is None
    assert not [call for call in project.pip_calls() if re.search("--(no-user|target|prefix|root)", call)]


def test_python_too_old():
    with pytest.raises(install.Stop, match=r"This is Python 3\.9\.18; .*`make lab PYTHON=python3\.12`"):
        install.create((3, 9, 18))


def test_old_python_can_read_the_set_up():
    tree = ast.parse(Path(install.__file__).read_text(), feature_version=(3, 6))
    names = [name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names]
    names += [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names


def test_python_without_venv(project, monkeypatch):
    monkeypatch.setattr(install.importlib.util, "find_spec", lambda name: None if name == "ensurepip" else name)
    assert "sudo apt install python3." in install.main()


def test_disk_too_small(project, monkeypatch):
    monkeypatch.setattr(install.shutil, "disk_usage", lambda path: SimpleNamespace(free=0.4e9))
    assert install.main().startswith("The disk has 0.4 GB free; the course needs about 2.5.")


@pytest.mark.parametrize(
    "number, sentence",
    [(errno.ENOSPC, "The disk is full"), (errno.EROFS, "may not be written"), (errno.EACCES, "may not be written")],
)
def test_trouble_with_the_folder(project, monkeypatch, number, sentence):
    def fail():
        raise OSError(number, os.strerror(number), str(project.root))

    monkeypatch.setattr(install, "install", fail)
    assert sentence in install.main()


def test_interrupted_run_leaves_no_stamp_and_the_next_goes_on(project, monkeypatch):
    def interrupted(*arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(install, "pip", interrupted)
        assert "Stopped half-way" in install.main()
    assert not install.up_to_date()
    assert install.main() is None
    assert install.up_to_date()


def test_half_installed_package_is_installed_again(project):
    project.make_venv()
    whole = project.add_package("whole", "1.0")
    half = project.add_package("half", "1.0", finished=False)
    assert install.main() is None
    assert whole.exists() and not half.exists()


def break_by_losing_pip(project):
    shutil.rmtree(project.packages / "pip")


def break_by_losing_python(project):
    install.PYTHON.unlink()


def break_by_stopping_early(project):
    (install.BIN / "activate").unlink()


def break_by_putting_a_file_in_its_place(project):
    shutil.rmtree(install.VENV)
    install.VENV.write_text("")


@pytest.mark.parametrize(
    "damage",
    [
        break_by_losing_pip,
        break_by_losing_python,
        break_by_stopping_early,
        break_by_putting_a_file_in_its_place,
    ],
)
def test_broken_venv_is_made_anew(project, damage):
    install.main()
    install.STAMP.unlink()
    damage(project)
    assert install.main() is None
    assert install.venv_works()
    assert len(project.pip_calls()) == 3


def test_moved_folder_is_noticed(project, monkeypatch):
    install.main()
    moved = project.root.with_name("moved")
    project.root.rename(moved)
    project.root = moved
    stand_in(moved, monkeypatch)
    assert not install.up_to_date() and not install.venv_works()
    assert install.main() is None
    assert install.up_to_date() and install.venv_works()


def test_somebody_elses_venv_in_this_folder_is_used(project):
    project.make_venv()
    (install.VENV / "theirs").write_text("")
    assert install.main() is None
    assert (install.VENV / "theirs").exists()


def test_jupyterlab_asks_nothing_at_the_first_start(project):
    install.main()
    settings = json.loads((install.VENV / "share/jupyter/lab/settings/overrides.json").read_text())
    assert settings["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"
    pages = json.loads((install.VENV / "etc/jupyter/labconfig/page_config.json").read_text())
    assert pages["disabledExtensions"] == {"@jupyter/nbgrader": True}


def test_learners_jupyterlab_starts_without_nbgraders_parts(project):
    install.main()
    last = install.VENV / "etc/jupyter/jupyter_server_config.d/z_course.json"  # read after nbgrader.json
    switched = json.loads(last.read_text())["ServerApp"]["jpserver_extensions"]
    assert len(switched) == 4 and not any(switched.values())
