"""Memory of a process."""

import contextlib
from pathlib import Path

import psutil


def memory(pid):
    """Return (PSS, RSS, highest RSS so far) of a process in MB.

    PSS divides the pages that several processes use among those processes. Where the system does not report PSS or the
    highest RSS, RSS is returned in its place.
    """
    used = psutil.Process(pid).memory_full_info()
    peak = used.rss
    with contextlib.suppress(OSError):
        status = Path(f"/proc/{pid}/status").read_text()
        peak = max(peak, 1024 * int(status.split("VmHWM:")[1].split()[0]))
    return getattr(used, "pss", used.rss) / 1e6, used.rss / 1e6, peak / 1e6
