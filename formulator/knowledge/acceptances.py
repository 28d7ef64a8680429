"""What the analysis of the rules finds and is meant so: each accepted finding with a written reason.

Read without a solver: the lint checks that an acceptance names items that exist; the analysis, that it still covers a
finding.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from formulator.faults import Fault, FaultsFound, Place, did_you_mean
from formulator.knowledge.base import DERIVED_NUMBERS, DERIVED_VALUES, GRAVEST_FIRST, Knowledge
from formulator.knowledge.items import Entry
from formulator.knowledge.items.parts import Identifier, OneOrMore, Prose
from formulator.knowledge.reading import FileReader
from formulator.paths import data_directory

FILE = "acceptances.yaml"
ANY_OTHERS = "*"
CheckName = Literal[
    "dead_item",
    "dead_part",
    "idle_threshold",
    "no_indication",
    "nothing_usable",
    "no_reason",
    "hole",
    "two_indications",
    "two_values",
    "redundant_rule",
    "support_never_counts",
    "role_never_reached",
    "care_excluded",
    "pauses_at_odds",
    "nothing_left",
    "two_cautions",
    "due_and_excluded",
]


class Acceptance(Entry):
    """Findings of one check that are meant so, and why: the reason is true of each of them.

    Each of `findings` is the items of one finding with a space between them. A last `*` stands for any further items:
    it accepts all that the check finds about the first ones, and needs a reason that follows from the check itself.
    """

    id: Identifier
    reviewed: date
    status: Literal["active"]
    check: CheckName
    findings: Annotated[OneOrMore, Field(max_length=200)]
    reason: Prose
    sources: tuple[str, ...] = ()

    def covering(self, check: str, key: str) -> str | None:
        """Which of its entries covers a finding, if any does."""
        fits = (one for one in self.findings if _fits(one, key))
        return next(fits, None) if check == self.check else None


def _fits(entry: str, key: str) -> bool:
    first, any_others, _ = entry.partition(f" {ANY_OTHERS}")
    return key.startswith(f"{first} ") if any_others else key == entry


def load_acceptances(knowledge: Knowledge, data: Path | None = None) -> tuple[tuple[Acceptance, Place], ...]:
    """All acceptances, each with its place; none where the file is not there.

    Raises FaultsFound with every fault: another shape, something that does not exist, a finding accepted twice.
    """
    root = data or data_directory()
    reader = FileReader(root)
    found = reader.items(FILE, Acceptance) if (root / FILE).exists() else []
    placed = tuple((one, reader.places[f"Acceptance {one.id}"]) for one in found)
    faults = [*reader.faults, *_dangling(placed, knowledge), *_twice(placed)]
    if faults:
        raise FaultsFound(sorted(faults, key=str))
    return placed


def _dangling(placed: tuple[tuple[Acceptance, Place], ...], knowledge: Knowledge) -> Iterator[Fault]:
    known = _words(knowledge)
    for one, place in placed:
        for source in (source for source in one.sources if source not in knowledge.sources):
            yield Fault(place, "sources", f"{one.id}: there is no source {source!r}.")
        for entry in one.findings:
            for position, word in enumerate(entry.split(" ")):
                any_others = position and word == ANY_OTHERS and entry.endswith(f" {ANY_OTHERS}")
                if word.partition("=")[0] not in known and not any_others:
                    problem = f"{one.id}: {word!r} is no item, field or value."
                    yield Fault(place, "findings", problem, "", did_you_mean(word, known))


def _words(knowledge: Knowledge) -> frozenset[str]:
    """What the items of a finding can be."""
    catalogue = knowledge.catalogue
    choices = (value for field in catalogue.fields.values() for value in field.choices)
    derived = (*DERIVED_NUMBERS, *DERIVED_VALUES, "indication")
    return knowledge.identifiers.union(catalogue.fields, choices, derived, GRAVEST_FIRST)


def _twice(placed: tuple[tuple[Acceptance, Place], ...]) -> Iterator[Fault]:
    seen: dict[tuple[str, str], str] = {}
    for one, place in placed:
        for entry in one.findings:
            if (one.check, entry) in seen:
                problem = f"{one.id}: {entry!r} is accepted by {seen[one.check, entry]} already."
                yield Fault(place, "findings", problem, "each finding once")
            seen[one.check, entry] = one.id
