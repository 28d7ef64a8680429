"""Memory of this process, from the kernel's own account where there is one."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")


def peak_bytes() -> int:
    """The most that was resident since the start, or since `forget_peak` where the kernel can forget."""
    return _of_status("VmHWM:") or _usage()


def resident_bytes() -> int:
    """What is resident now; where only the peak is known, that."""
    return _of_status("VmRSS:") or _usage()


def forget_peak() -> None:
    """Let the peak begin anew, where the kernel can."""
    if _CLEAR.exists():
        _CLEAR.write_text("5", encoding="ascii")


def _of_status(name: str) -> int:
    if not _STATUS.exists():
        return 0
    lines = (line.split() for line in _STATUS.read_text(encoding="ascii").splitlines())
    return next((int(words[1]) * 1024 for words in lines if words and words[0] == name), 0)


def _usage() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
