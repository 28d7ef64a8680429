"""Plays cases without end into a progress file and says each time what was confirmed; killed by a test."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

from formulator.learn.progress import ProgressStore
from tests.learn.progress_made import DAY, NOW, decision, result


def main(path: Path, most: int) -> None:
    """At most so many attempts; every second is decided, with a lesson that was missed."""
    store = ProgressStore(path, NOW)
    for turn in itertools.islice(itertools.count(), most):
        attempt = store.begin_attempt(f"case_{turn}", NOW)
        store.save_step(attempt, {"step": turn}, NOW)
        _confirm("saved", attempt, turn)
        if turn % 2:
            store.commit_attempt(attempt, decision(), result(("rule:always",), (f"rule:r{turn}",)), NOW + turn * DAY)
            _confirm("decided", attempt, turn)


def _confirm(what: str, attempt: str, turn: int) -> None:
    sys.stdout.write(f"{what} {attempt} {turn}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
