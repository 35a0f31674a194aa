"""What a process takes of the memory."""

import contextlib
from pathlib import Path

import psutil


def memory(pid):
    """(PSS, RSS, highest RSS so far) of a process in MB.

    PSS shares the pages that processes have in common out among them; where the system does not tell it, or the highest,
    RSS stands for it.
    """
    used = psutil.Process(pid).memory_full_info()
    peak = used.rss
    with contextlib.suppress(OSError):
        status = Path(f"/proc/{pid}/status").read_text()
        peak = max(peak, 1024 * int(status.split("VmHWM:")[1].split()[0]))
    return getattr(used, "pss", used.rss) / 1e6, used.rss / 1e6, peak / 1e6
