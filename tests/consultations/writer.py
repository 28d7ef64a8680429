"""Keeps consultations without end and says each time what was confirmed; killed by a test."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from formulator.consultations import ConsultationStore
from tests.consultations.made import NOW, PRP, answer


def main(path: Path, most: int) -> None:
    """At most so many consultations; to each a session is added, and every third is deleted again."""
    store = ConsultationStore(path, NOW)
    store.switch(on=True, now=NOW)
    for turn in range(most):
        kept = store.keep(answer(with_model=False), NOW, f"turn {turn}")
        _confirm("kept", kept)
        _confirm("given", store.add_given(kept, date(2026, 11, 25), PRP, NOW))
        if turn % 3 == 2:
            store.delete(kept, NOW)
            _confirm("deleted", kept)


def _confirm(what: str, identifier: str) -> None:
    sys.stdout.write(f"{what} {identifier}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
