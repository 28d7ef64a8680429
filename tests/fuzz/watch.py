"""One input under watch: what came of it, how long it kept the processor, how much memory the process held."""

from __future__ import annotations

import signal
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

from formulator.faults import FaultsFound

LONGEST_SECONDS = 1.0
LARGEST_MEGABYTES = 300.0
_GIVE_UP_SECONDS = 10
_STATUS, _FORGET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


@dataclass(frozen=True)
class Verdict:
    """`kind`: answered, refused, crashed, slow or large; the last three break a promise, and `words` say how.

    `megabytes` is the most memory that the whole program held meanwhile.
    """

    kind: str
    words: str = ""
    megabytes: float = 0

    @property
    def is_broken(self) -> bool:
        """Whether a promise was broken."""
        return self.kind not in ("answered", "refused")


class _TookTooLong(BaseException):
    """Raised inside a parser that does not come back."""


def _stop(*_: object) -> None:
    raise _TookTooLong


def watched(run: Callable[[bytes], bool], content: bytes) -> Verdict:
    """Run a parser on an input; it says whether it answered (else it refused by a message of its own)."""
    _forget_the_peak()
    verdict, seconds = _timed(run, content)
    if seconds > LONGEST_SECONDS:
        verdict, again = _timed(run, content)  # once more: the first time may have paid for caches
        seconds = min(seconds, again)
    if not verdict.is_broken and seconds > LONGEST_SECONDS:
        return Verdict("slow", f"{seconds:.1f} s of processor time")
    megabytes = most_megabytes()
    if not verdict.is_broken and megabytes > LARGEST_MEGABYTES:
        return Verdict("large", f"{megabytes:.0f} MB", megabytes)
    return replace(verdict, megabytes=megabytes)


def _timed(run: Callable[[bytes], bool], content: bytes) -> tuple[Verdict, float]:
    before = signal.signal(signal.SIGVTALRM, _stop)
    start = time.process_time()
    signal.setitimer(signal.ITIMER_VIRTUAL, _GIVE_UP_SECONDS)
    try:
        verdict = _tried(run, content)
    except _TookTooLong:
        verdict = Verdict("slow", f"given up after {_GIVE_UP_SECONDS} s\n{traceback.format_exc(limit=-3)}")
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    return verdict, time.process_time() - start


def _tried(run: Callable[[bytes], bool], content: bytes) -> Verdict:
    try:
        return Verdict("answered" if run(content) else "refused")
    except FaultsFound as found:
        if found.faults and all(fault.problem for fault in found.faults):
            return Verdict("refused")
        return Verdict("crashed", "refused without a word")
    except Exception as error:
        return Verdict(
            "crashed", f"{type(error).__name__}: {str(error)[:200]}\n{traceback.format_exc(limit=-4)[-900:]}"
        )


def most_megabytes() -> float:
    """The most memory that this program held; Linux counts from the program's own start, or since it was forgotten."""
    if _STATUS.exists():
        line = next(line for line in _STATUS.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return getrusage(RUSAGE_SELF).ru_maxrss / 1024


def _forget_the_peak() -> None:
    """So that what came before, the making of the input included, is not held against it; Linux alone can."""
    if _FORGET.exists():
        _FORGET.write_text("5", encoding="ascii")
