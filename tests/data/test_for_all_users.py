"""A data folder that several users share: what its owner writes can be read by all that the umask allows."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pooch
import pytest

import helpers
from helpers import __main__ as check
from helpers import data
from helpers.data import __main__ as command
from helpers.data import archives

COURSE = Path(helpers.__file__).parents[1]
ALL = [archive for _, archive, _ in data.ARCHIVES.values()]
posix = pytest.mark.skipif(os.name == "nt", reason="permissions of Windows are of another kind")
TEMPERATURES = data.ARCHIVES["temperatures"][1]


@pytest.fixture
def shared(monkeypatch):
    """Return a data folder that does not exist yet, in a place that other users can reach; downloads come from here."""
    at_home = data.cache()
    above = Path(tempfile.mkdtemp())
    above.chmod(0o755)
    monkeypatch.setenv("RNN_UNROLLED_DATA", str(above / "data"))

    def download(package, output_file, pooch):
        archive = next(archive for spec, archive, _ in data.ARCHIVES.values() if spec == package)
        Path(output_file).write_bytes((at_home / archive).read_bytes())

    monkeypatch.setattr(archives, "_from_package", download)
    monkeypatch.setattr(command.shadow, "lay", lambda: None)
    yield above / "data"
    shutil.rmtree(above)


@pytest.fixture
def under():
    """Return a function that sets the umask, until the end of the test."""
    before = os.umask(0o022)
    yield os.umask
    os.umask(before)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@posix
@pytest.mark.parametrize("umask, file, folder", [(0o022, 0o644, 0o755), (0o002, 0o664, 0o775), (0o077, 0o600, 0o700)])
def test_all_that_is_written_has_the_permissions_of_the_umask(shared, under, umask, file, folder):
    under(umask)
    command.main()
    assert sorted(path.name for path in shared.iterdir()) == sorted(ALL), "and nothing else is left there"
    assert {mode(path) for path in shared.iterdir()} == {file} and mode(shared) == folder


@posix
def test_what_a_lesson_fetches_is_for_all_too(shared, under):
    under(0o022)
    data.temperatures()
    assert mode(shared / TEMPERATURES) == 0o644


@posix
def test_archives_of_an_earlier_version_are_opened_to_all(shared, under):
    under(0o022)
    command.main()
    for path in shared.iterdir():
        path.chmod(0o600)
    command.main()
    assert {mode(path) for path in shared.iterdir()} == {0o644}


def test_permissions_that_somebody_widened_stay(shared, under):
    under(0o022)
    command.main()
    (shared / TEMPERATURES).chmod(0o666)
    command.main()
    assert mode(shared / TEMPERATURES) == 0o666


def denied(*arguments, **named):
    raise PermissionError(13, "Permission denied")


def test_where_nothing_can_be_written_but_all_is_here_no_sentence_comes(shared, monkeypatch, capsys):
    command.main()
    capsys.readouterr()
    monkeypatch.setattr(tempfile, "TemporaryDirectory", denied)
    monkeypatch.setattr(pooch, "retrieve", denied)
    command.main()
    assert capsys.readouterr().out.splitlines() == [f"{name}: here, intact" for name in data.ARCHIVES]
    assert len(data.temperatures()[0]) == 1461


@pytest.fixture
def unreadable(shared, monkeypatch):
    command.main()
    monkeypatch.setattr(pooch, "file_hash", denied)
    return shared


def test_an_archive_that_may_not_be_read_is_named_with_its_owner(unreadable, monkeypatch, capsys):
    monkeypatch.setattr(Path, "owner", lambda path: "anna")
    first = unreadable / ALL[0]
    sentence = (
        f"The file {first} is here, but may not be read by this user. Its owner, anna, or the administrator can change "
        f"that: chmod a+r {first}"
    )
    with pytest.raises(SystemExit) as caught:
        command.main()
    assert caught.value.args == (sentence,)
    with pytest.raises(data.DataUnavailable, match="may not be read by this user"):
        data.temperatures()
    monkeypatch.setattr(check, "QUESTIONS", {"Data": check.data})
    assert check.main() == 1
    assert capsys.readouterr().out.splitlines()[-1] == f"{'not ok':8}{'Data':12}{sentence}"


def test_an_owner_without_a_name_is_called_owner(unreadable, monkeypatch):
    def nameless(path):
        raise KeyError("uid not found: 1000640000")

    monkeypatch.setattr(Path, "owner", nameless)
    with pytest.raises(data.DataUnavailable, match=r"by this user\. Its owner or the administrator"):
        data.fetch("temperatures")


@posix
@pytest.mark.kernel
@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can become another user")
def test_another_user_reads_what_the_admin_fetched(shared, under):
    under(0o022)
    command.main()

    def ask():
        become = "import os, pwd, sys; os.setgroups([]); os.setresgid(*[12345] * 3); os.setresuid(*[12345] * 3)"
        code = f"import pooch; from helpers.data import __main__ as m; m.shadow.lay = lambda: None; {become}; m.main()"
        done = subprocess.run([sys.executable, "-c", code], cwd=COURSE, capture_output=True, text=True)
        return done.stdout + done.stderr

    assert ask().splitlines() == [f"{name}: here, intact" for name in data.ARCHIVES]
    (shared / ALL[0]).chmod(0o600)
    assert f"{shared / ALL[0]} is here, but may not be read" in ask()
    shared.chmod(0o700)
    assert f"The folder {shared} is here, but may not be read" in ask()


# No home folder


@pytest.fixture
def homeless(monkeypatch):
    """A user without HOME whose number has no name, as in a container with any user number."""

    def no_home(*arguments):
        raise RuntimeError("could not determine the home directory for '~/.cache'")

    monkeypatch.delenv("RNN_UNROLLED_DATA", raising=False)
    monkeypatch.setattr(pooch, "os_cache", no_home)


def test_without_a_home_a_sentence_says_what_to_set(homeless, monkeypatch, capsys):
    sentence = (
        "There is no home folder to keep the data in: set HOME or RNN_UNROLLED_DATA to a folder that can be written, "
        "then run: python -m helpers.data"
    )
    monkeypatch.setattr(command.shadow, "lay", lambda: None)
    with pytest.raises(SystemExit) as caught:
        command.main()
    assert caught.value.args == (sentence,)
    monkeypatch.setattr(check, "QUESTIONS", {"Data": check.data})
    assert check.main() == 1
    assert capsys.readouterr().out.splitlines() == [f"{'not ok':8}{'Data':12}{sentence}"]


def test_a_home_that_may_not_be_entered_is_no_reason_for_chmod(tmp_path, monkeypatch):
    monkeypatch.delenv("RNN_UNROLLED_DATA", raising=False)
    monkeypatch.setattr(pooch, "os_cache", lambda name: tmp_path / "root" / ".cache" / name)
    monkeypatch.setattr(Path, "stat", denied)
    monkeypatch.setattr(archives, "_may", lambda folder, mode: folder.name != "root")
    with pytest.raises(data.DataUnavailable) as caught:
        data.fetch("temperatures")
    assert "Set HOME or RNN_UNROLLED_DATA" in str(caught.value) and "chmod" not in str(caught.value)


@pytest.mark.parametrize("what", ["install", "data"])
def test_make_check_never_sends_to_itself(what):
    assert "check" not in check.repair_command(what)
