"""The sandbox in which learners' code runs while it is graded, with limits (Linux, bubblewrap).

Inside there is no network, and the gradebook, the sources, other submissions and other processes cannot be seen. The
environment is empty. Python, its packages and `helpers` can be read but not written. Code can write only to a small
memory disk. System calls that make namespaces, mounts or memory outside the limits are refused (seccomp). Where the
machine lets us make a control group, it bounds the memory and the processes of the whole sandbox; everywhere
`helpers.grading.box` watches both.
"""

import contextlib
import ctypes
import errno
import functools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from helpers.data import archives

ROOT = Path(__file__).resolve().parents[2]
MEMORY = 3_000_000_000  # bytes of address space for each process; torch alone takes 1.2 GB
TOTAL_MEMORY = 4_000_000_000  # bytes of memory for all processes and the memory disk together
PROCESSES = 64  # and threads
FILE_SIZE = 50_000_000
DISK = 100_000_000
FILES = 20_000
CPU_SECONDS = 300
NOBODY = 200_000  # the first of a range of user ids that no account uses, for grading as root
UNSANDBOXED = "RNN_UNROLLED_UNSANDBOXED"
PR_SET_PDEATHSIG = 1  # of prctl(2)
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts")
NEEDED_INSIDE = ("__init__.py", "values.py", "inside.py")
PROGRAM = [sys.executable, "-P", "-m", "helpers.grading.inside"]

NAMESPACES = 0x7E020080  # the flags CLONE_NEW* of clone(2)
REFUSED = """
unshare setns mount umount2 move_mount open_tree fsopen fsmount fsconfig fspick mount_setattr pivot_root chroot
ptrace process_vm_readv process_vm_writev keyctl add_key request_key bpf perf_event_open userfaultfd io_uring_setup
memfd_create memfd_secret shmget msgget semget kexec_load init_module finit_module open_by_handle_at name_to_handle_at
"""
SOCKETS_REFUSED = (38, 40)  # AF_ALG, AF_VSOCK: not bound by a network namespace


def start():
    """Start the program that runs a learner's cells, in the sandbox. Returns its process, with pipes to it.

    Without the sandbox (`SANDBOX=no`) it is a plain process.
    """
    pipes = dict(stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0)
    if os.environ.get(UNSANDBOXED):
        folder = tempfile.mkdtemp(prefix="rnn-")
        process = subprocess.Popen(PROGRAM, cwd=folder, env=environment(folder), start_new_session=True, **pipes)
        process.folder = folder
        return process
    return launch(PROGRAM, group=new_group(), **pipes)


def launch(program, group=None, **options):
    """Start a program in the sandbox."""
    with contextlib.ExitStack() as stack:
        arguments, rules = (stack.enter_context(tempfile.TemporaryFile()) for _ in range(2))
        arguments.write(b"".join(os.fsencode(word) + b"\0" for word in walls(rules.fileno())))
        rules.write(seccomp_rules())
        for file in (arguments, rules):
            file.seek(0)
        words = [shutil.which("bwrap"), "--args", str(arguments.fileno()), "--", *limits(), *program]
        if isinstance(group, list):  # the words that make systemd put the sandbox into a group of its own
            words, group = [*group, *words], None

        def in_the_child():
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # bubblewrap asks for it only once it runs
            for folder in group or ():
                (folder / "cgroup.procs").write_text(str(os.getpid()))

        descriptors = (arguments.fileno(), rules.fileno())
        kept = {name: os.environ[name] for name in ("XDG_RUNTIME_DIR",) if words[0] != shutil.which("bwrap")}
        process = subprocess.Popen(
            words, env=kept, cwd="/", pass_fds=descriptors, preexec_fn=in_the_child, start_new_session=True, **options
        )
    process.group = group or ()
    return process


def end(process):
    """End the sandbox and everything in it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream:
            stream.close()
    shutil.rmtree(getattr(process, "folder", ""), ignore_errors=True)
    remove(getattr(process, "group", ()))


def remove(group):
    """Remove the folders of a control group, once its last process is gone."""
    for folder in group:
        for _ in range(100):
            try:
                folder.rmdir()
                break
            except OSError as error:
                if error.errno != errno.EBUSY:
                    break
                time.sleep(0.01)


def remove_groups_of(pid):
    """Remove the control groups that a process made which was ended before it could."""
    remove([folder for parent, _ in groups() for folder in parent.glob(f"rnn-{pid}-*")])


def walls(rules):
    """Return bubblewrap's options; `rules` is the descriptor of the seccomp rules."""
    root = os.geteuid() == 0
    words = ["--die-with-parent", "--new-session", "--clearenv", "--hostname", "grading", "--seccomp", str(rules)]
    words += ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    words += ["--cap-drop", "ALL"]
    words += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"] if root else ["--unshare-user"]
    words += ["--proc", "/proc", "--dev", "/dev", "--size", str(DISK), "--perms", "1777", "--tmpfs", "/tmp"]
    words += ["--size", "1000000", "--perms", "1777", "--tmpfs", "/dev/shm"]
    readable = readable_inside()
    for parent in dict.fromkeys(str(parent) for path in readable for parent in reversed(Path(path).parents[:-1])):
        words += ["--perms", "0755", "--dir", parent]
    for path in dict.fromkeys(readable):
        words += ["--ro-bind-try", path, path]
    grading = ROOT / "helpers" / "grading"
    words += ["--perms", "0755", "--size", "1000000", "--tmpfs", str(grading)]
    for name in NEEDED_INSIDE:
        words += ["--ro-bind", str(grading / name), str(grading / name)]
    for path in (grading, "/dev", "/"):  # last, since the folders above are made in them
        words += ["--remount-ro", str(path)]
    words += ["--chdir", "/tmp"]
    for name, value in environment("/tmp").items():
        words += ["--setenv", name, value]
    return words


def readable_inside():
    """Return the paths that learners' code can read."""
    return [*SYSTEM, sys.base_prefix, sys.prefix, str(ROOT / "helpers"), str(archives.cache())]


def environment(folder):
    """Return the variables that the learner's code sees."""
    fixed = {"HOME": folder, "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    fixed |= {"RNN_UNROLLED_DATA": str(archives.cache()), "MPLCONFIGDIR": folder, "IPYTHONDIR": f"{folder}/.ipython"}
    fixed |= {"PYTHONDONTWRITEBYTECODE": "1", "MPLBACKEND": "module://matplotlib_inline.backend_inline"}
    return fixed | dict.fromkeys(THREADS, "1")


def limits():
    """Return the words before a program that bound each of its processes, as a user of its own if this is root."""
    words = ["prlimit", f"--as={MEMORY}", f"--nproc={PROCESSES}", f"--fsize={FILE_SIZE}", f"--cpu={CPU_SECONDS}"]
    words += ["--core=0", "--nofile=128"]
    if os.geteuid() == 0:
        user = str(
            NOBODY + os.getpid() % 100_000
        )  # each sandbox has its own, so that it has its own limit on processes
        words = ["setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--no-new-privs", *words]
    return words


@functools.cache
def seccomp_rules():
    """Return the system calls that the kernel refuses in the sandbox, as a compiled filter."""
    import pyseccomp

    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    for name in REFUSED.split():
        with contextlib.suppress(OSError, ValueError, RuntimeError):  # a call that this processor does not have
            rules.add_rule(pyseccomp.ERRNO(errno.EPERM), name)
    rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")  # its flags cannot be read; libraries then use clone
    for bit in range(32):
        if NAMESPACES >> bit & 1:
            flag = pyseccomp.Arg(0, pyseccomp.MASKED_EQ, 1 << bit, 1 << bit)
            rules.add_rule(pyseccomp.ERRNO(errno.EPERM), "clone", flag)
    for family in SOCKETS_REFUSED:
        rules.add_rule(pyseccomp.ERRNO(errno.EPERM), "socket", pyseccomp.Arg(0, pyseccomp.EQ, family))
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()


def new_group():
    """Make a control group that bounds the memory and the processes of one sandbox.

    Returns a tuple of its folders, or the words that make systemd put a program into one, or an empty tuple.
    """
    name = f"rnn-{os.getpid()}-{time.monotonic_ns()}"
    made = []
    for parent, bounds in groups():
        folder = parent / name
        with contextlib.suppress(OSError):
            folder.mkdir()
            made.append(folder)
            for file, value in bounds.items():
                (folder / file).write_text(str(value))
    if not made and by_systemd():
        return [*by_systemd()]
    return tuple(made)


@functools.cache
def groups():
    """Return pairs of a folder in which control groups can be made here, and the bounds to write into one."""
    base, found = Path("/sys/fs/cgroup"), []
    both = {"memory.max": TOTAL_MEMORY, "memory.swap.max": 0, "pids.max": PROCESSES + 8}
    if (base / "cgroup.controllers").exists():
        return [(base, both)] if _usable(base, both) else []
    for line in Path("/proc/self/cgroup").read_text().splitlines() if sys.platform == "linux" else ():
        _, controllers, own = line.split(":", 2)
        for controller, bounds in (
            ("memory", {"memory.limit_in_bytes": TOTAL_MEMORY}),
            ("pids", {"pids.max": PROCESSES + 8}),
        ):
            parent = base / controllers / own.lstrip("/")
            if controller in controllers.split(",") and _usable(parent, bounds):
                found.append((parent, bounds))
    return found


def _usable(parent, bounds):
    folder = parent / f"rnn-{os.getpid()}-try"
    try:
        folder.mkdir()
    except OSError:
        return False
    try:
        necessary = [file for file in bounds if "swap" not in file]
        for file in necessary:
            (folder / file).write_text(str(bounds[file]))
        return True
    except OSError:
        return False
    finally:
        folder.rmdir()


@functools.cache
def by_systemd():
    """Return the words that make the user's systemd put a program into a control group, or None."""
    if os.geteuid() == 0 or not shutil.which("systemd-run") or "XDG_RUNTIME_DIR" not in os.environ:
        return None
    words = [shutil.which("systemd-run"), "--user", "--scope", "--quiet", "--collect"]
    words += ["-p", f"MemoryMax={TOTAL_MEMORY}", "-p", "MemorySwapMax=0", "-p", f"TasksMax={PROCESSES + 8}"]
    words += ["env", "-i"]
    try:
        tried = subprocess.run([*words, "true"], capture_output=True, timeout=10)
    except subprocess.TimeoutExpired:
        return None
    return None if tried.returncode else tuple(words)


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
    if sys.platform != "linux":
        return "the sandbox needs Linux"
    if missing := [name for name in ("bwrap", "prlimit", "setpriv") if not shutil.which(name)]:
        return f"{' and '.join(missing)} cannot be found (on Debian and Ubuntu: apt install bubblewrap util-linux)"
    try:
        seccomp_rules()
    except (ImportError, OSError, RuntimeError, AttributeError):
        return "libseccomp cannot be found (on Debian and Ubuntu: apt install libseccomp2)"
    if outer := [path for path in readable_inside() if ROOT.is_relative_to(Path(path).resolve())]:
        return f"the course lies in {outer[0]}, which learners' code may read; put it into another folder"
    works = "open('/tmp/x', 'w').write('x'); import helpers.grading.values"
    process = launch([sys.executable, "-P", "-c", works], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
    try:
        errors = process.communicate(timeout=60)[1].decode(errors="replace").strip().splitlines()
    except subprocess.TimeoutExpired:
        errors = ["it does not answer"]
    finally:
        end(process)
    if process.returncode == 0:
        return None
    said = (errors or ["it does not say why"])[-1]
    return f"bubblewrap is not allowed to make a sandbox on this machine, as in most containers ({said})"


def missing_bounds():
    """Return sentences about the limits that this machine cannot enforce itself."""
    bounded = {file for _, bounds in groups() for file in bounds} if not by_systemd() else {"memory", "pids"}
    missing = [words for name, words in (("memory", "memory"), ("pids", "number of processes"))
               if not any(file.startswith(name) for file in bounded)]  # fmt: skip
    if not missing:
        return []
    return [
        f"This machine gives no control group for the {' and '.join(missing)} of a whole submission: each process is "
        f"bounded, and the sum is looked at five times a second, so a submission can exceed it for a moment."
    ]
