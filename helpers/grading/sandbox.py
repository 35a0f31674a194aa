"""The sandboxed kernel in which learners' code runs while it is graded, with limits (Linux, bubblewrap).

Inside the sandbox there is no network, and the gradebook, the sources, other submissions and other processes cannot be
seen. Python, its packages and `helpers` can be read but not written. Code can write only to a small memory disk and to
the private folder that holds the sockets to the grader. `python -m helpers.grading.sandbox ...` starts the kernel.

What it does not do: the memory limit is for each process, so many processes together can use a multiple of it (there
are at most PROCESSES); learners' code and the tests share one kernel (see `helpers.grading.steps`).
"""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

from helpers.data import archives

ROOT = Path(__file__).resolve().parents[2]
MEMORY = 3_000_000_000  # bytes of address space for each process; torch alone takes 1.2 GB
PROCESSES = 64  # and threads
FILE_SIZE = 50_000_000
DISK = 100_000_000
CPU_SECONDS = 300
NOBODY = 200_000  # the first of a range of user ids that no account uses, for grading as root
UNSANDBOXED = "RNN_UNROLLED_UNSANDBOXED"
PR_SET_PDEATHSIG = 1  # of prctl(2)
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts")


class Kernel(AsyncKernelManager):
    """A kernel manager that starts the sandboxed kernel and talks to it through sockets in a private folder."""

    def __init__(self, **traits):
        super().__init__(**traits)
        self.folder = tempfile.mkdtemp(
            prefix=f"rnn-{os.getpid()}-"
        )  # short, because a socket's path may have at most 107 characters
        self.transport = "ipc"
        self.connection_file = os.path.join(self.folder, "k.json")
        self.ip = os.path.join(self.folder, "k")
        self.shutdown_wait_time = 1.0

    @property
    def kernel_spec(self):
        if os.environ.get(UNSANDBOXED):
            argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        else:
            argv = [sys.executable, "-m", "helpers.grading.sandbox", "{connection_file}"]
        return KernelSpec(
            argv=argv,
            display_name="Grading",
            language="python",
            interrupt_mode="message",
            env={"PYTHONPATH": str(ROOT), **dict.fromkeys(THREADS, "1")},
        )

    async def cleanup_resources(self, restart=False):
        await super().cleanup_resources(restart)
        if not restart:
            shutil.rmtree(self.folder, ignore_errors=True)


def sweep():
    """Remove the private folders of graders that were killed."""
    for folder in Path(tempfile.gettempdir()).glob("rnn-*-*"):
        if (grader := grader_of(folder)) and not psutil.pid_exists(grader):
            shutil.rmtree(folder, ignore_errors=True)


def grader_of(folder):
    """Return the id of the process that made a private folder, read from the folder's name; None if it is not there."""
    owner = Path(folder).name.split("-")[1]
    return int(owner) if owner.isdecimal() else None


def why_not():
    """Return a sentence that says why learners' code cannot run in the sandbox here, or None if it can."""
    if os.environ.get(UNSANDBOXED):
        return None
    reason = obstacle()
    if reason is None:
        return None
    return (
        f"Grading runs learners' code, and does not do so without a sandbox: {reason}. "
        "If you trust every submission, add SANDBOX=no to the same command. "
        "The learners' code can then read and change what you can."
    )


def obstacle():
    """Return a few words that say why the sandbox does not work on this machine, or None if it does."""
    reason = None
    if sys.platform != "linux":
        reason = "the sandbox needs Linux"
    elif missing := [name for name in ("bwrap", "prlimit", "setpriv") if not shutil.which(name)]:
        reason = f"{' and '.join(missing)} cannot be found (on Debian and Ubuntu: apt install bubblewrap util-linux)"
    else:
        with tempfile.TemporaryDirectory(prefix="rnn-") as folder:
            tried = subprocess.run([*command(folder), "/bin/true"], capture_output=True, text=True)
        if tried.returncode:
            errors = tried.stderr.strip().splitlines() or ["it does not say why"]
            reason = (
                f"bubblewrap is not allowed to make a sandbox on this machine, as in most containers ({errors[-1]})"
            )
    return reason


def command(folder):
    """Return the words to put before a command line to run it in the sandbox, where it may write into `folder`."""
    root = os.geteuid() == 0
    walls = ["bwrap", "--die-with-parent", "--new-session", "--clearenv", "--hostname", "grading"]
    walls += ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    walls += ["--cap-drop", "ALL"]
    walls += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"] if root else ["--unshare-user"]
    walls += ["--proc", "/proc", "--dev", "/dev", "--size", str(DISK), "--perms", "1777", "--tmpfs", "/tmp"]
    walls += ["--size", "1000000", "--perms", "1777", "--tmpfs", "/dev/shm"]
    data = str(archives.cache())
    readable = [*SYSTEM, sys.base_prefix, sys.prefix, str(ROOT / "helpers"), data]
    for parent in dict.fromkeys(str(parent) for path in readable for parent in reversed(Path(path).parents[:-1])):
        walls += ["--perms", "0755", "--dir", parent]
    for path in dict.fromkeys(readable):
        walls += ["--ro-bind-try", path, path]
    walls += ["--tmpfs", str(ROOT / "helpers" / "grading"), "--bind", folder, folder, "--chdir", "/tmp"]
    inside = {
        "HOME": "/tmp",
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),
        "RNN_UNROLLED_DATA": data,
        "LANG": "C.UTF-8",
    }
    inside |= {"MPLCONFIGDIR": "/tmp", "IPYTHONDIR": "/tmp/.ipython", "PYTHONDONTWRITEBYTECODE": "1"}
    for name, value in (inside | dict.fromkeys(THREADS, "1")).items():
        walls += ["--setenv", name, value]
    limits = ["prlimit", f"--as={MEMORY}", f"--nproc={PROCESSES}", f"--fsize={FILE_SIZE}", f"--cpu={CPU_SECONDS}"]
    limits += ["--core=0", "--nofile=256"]
    if root:
        user = str(_owner(folder))
        limits = ["setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--no-new-privs", *limits]
    return [*walls, "--", *limits]


def _owner(folder):
    """Give the folder to a user id of its own (as root), so that each kernel has its own limit on processes."""
    user = NOBODY + os.getpid() % 100_000
    for path in (folder, *Path(folder).iterdir()):
        os.chown(path, user, user)
    return user


def main(connection_file, *options):
    if sentence := why_not():
        return sentence
    folder = os.path.dirname(connection_file)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # bubblewrap asks for the same, but only once it runs
    if os.getppid() != grader_of(folder):
        return "The grader that started this kernel has ended."
    kernel = [sys.executable, "-m", "ipykernel_launcher", "-f", connection_file, *options]
    line = [*command(folder), *kernel]
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.execvp(line[0], line)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
