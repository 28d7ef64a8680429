"""What has no pair, and which faults nobody notices, each with a written reason; a reason for what is gone fails."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from formulator.faults import Fault, FaultsFound, Place
from formulator.knowledge.archive import PAIRS
from formulator.paths import data_directory

COUPLED, SURVIVORS = "coupled", "survivors"
SHORTEST_REASON = 20


@dataclass(frozen=True, slots=True)
class Explained:
    """A comparison of a rule without a pair, or a mutant that survives, and why that is right."""

    rule: str
    what: str
    why: str


def load_explained(kind: str, data: Path | None = None) -> tuple[Explained, ...]:
    """The entries of data/pairs/reasons/KIND.csv.

    Raises FaultsFound where an entry stands twice or gives no reason, with file and line.
    """
    path = (data or data_directory()) / PAIRS / "reasons" / f"{kind}.csv"
    if not path.exists():
        return ()
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    found = [Explained(row.get("rule") or "", row.get("what") or "", row.get("why") or "") for row in rows]
    faults = list(_faults(found, f"data/{PAIRS}/reasons/{kind}.csv"))
    if faults:
        raise FaultsFound(faults)
    return tuple(found)


def _faults(found: Iterable[Explained], file: str) -> Iterator[Fault]:
    seen: set[tuple[str, str]] = set()
    for line, one in enumerate(found, 2):
        if (one.rule, one.what) in seen:
            yield Fault(Place(file, line), one.rule, f"{one.what} stands twice.")
        if len(one.why) < SHORTEST_REASON:
            yield Fault(Place(file, line), one.rule, "There is no reason.", "a sentence")
        seen.add((one.rule, one.what))


def unexplained(found: Iterable[tuple[str, str]], explained: Iterable[Explained]) -> Iterator[str]:
    """What is found without a reason, and reasons for what is no longer found; each names its rule."""
    now = set(found)
    reasons: Mapping[tuple[str, str], str] = {(one.rule, one.what): one.why for one in explained}
    yield from (f"{rule}: {what}: no reason is written" for rule, what in sorted(now - set(reasons)))
    yield from (f"{rule}: {what}: a reason is written for what is gone" for rule, what in sorted(set(reasons) - now))
