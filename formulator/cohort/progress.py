"""How far a run is, on one line of the terminal: rows, rate, time left."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TextIO

_EVERY_SECONDS = 0.5


class ProgressLine:
    """Rewrites one line on a terminal; elsewhere it writes a line now and then."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self.stream, self.clock = stream, clock
        self.began = self.last = clock()
        self._before: tuple[int, float] | None = None
        self._is_terminal = stream.isatty()

    def __call__(self, answered: int, rejected: int, share: float) -> None:
        """Told whenever a part is finished; what was done before this process counts for no rate."""
        now, done = self.clock(), answered + rejected
        if self._before is None:
            self._before = (done, share)
        if now - self.last < (_EVERY_SECONDS if self._is_terminal else 10 * _EVERY_SECONDS) and share < 1:
            return
        self.last = now
        end = "\r" if self._is_terminal else "\n"
        self.stream.write(f"{self._line(done, rejected, share, now - self.began):<70}{end}")
        self.stream.flush()

    def _line(self, done: int, rejected: int, share: float, seconds: float) -> str:
        rows_before, share_before = self._before or (0, 0.0)
        rate = (done - rows_before) / seconds if seconds > 0 else 0.0
        speed = (share - share_before) / seconds if seconds > 0 else 0.0
        left = f", {_duration((1 - share) / speed)} left" if speed > 0 and share < 1 else ""
        return f"{done:,} rows ({share:.0%}), {rejected:,} rejected, {rate:,.0f} a second{left}"

    def end(self) -> None:
        """Leave the line."""
        if self._is_terminal and self._before is not None:
            self.stream.write("\n")


def silent(_: int, __: int, ___: float) -> None:
    """No progress is shown."""


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
