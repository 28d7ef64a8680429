"""All checks in a row, against what is accepted: the entry of the analysis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from time import perf_counter

from formulator.faults import Fault, Place
from formulator.knowledge import Knowledge
from formulator.knowledge.acceptances import Acceptance
from formulator.proof.analysis import conflicts, dead, gaps, local, overlaps, redundancy
from formulator.proof.analysis.findings import Check, Finding
from formulator.proof.analysis.ground import Ground, ground_of
from formulator.proof.seen import seen

CHECKS: tuple[Check, ...] = (
    *dead.CHECKS,
    *gaps.CHECKS,
    *overlaps.CHECKS,
    *redundancy.CHECKS,
    *conflicts.CHECKS,
    *local.CHECKS,
)
Placed = Sequence[tuple[Acceptance, Place]]


@dataclass(frozen=True)
class Checked:
    """One check with what it found: `open` is to be mended, `accepted` is meant so, `idle` accepts nothing any more."""

    name: str
    sentence: str
    open: tuple[Finding, ...]
    accepted: tuple[tuple[Finding, Acceptance], ...]
    idle: tuple[Fault, ...]
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether nothing is left to mend."""
        return not (self.open or self.idle)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that was found."""
        return (*self.open, *(finding for finding, _ in self.accepted))

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What must be mended, with file and line."""
        return (*(one.fault() for one in self.open), *self.idle)


def analyse(
    knowledge: Knowledge, acceptances: Placed, today: date, checks: Sequence[Check] = CHECKS
) -> Iterator[Checked]:
    """Each check as it is done, over every possible patient of the knowledge base."""
    ground = ground_of(knowledge, today)
    for check in checks:
        yield _checked(check, ground, acceptances)


def _checked(check: Check, ground: Ground, acceptances: Placed) -> Checked:
    started = perf_counter()
    findings = tuple(check.find(ground.anew()))
    by_entry = {
        finding: (one, entry)
        for finding in findings
        for one, _ in acceptances
        if (entry := one.covering(check.name, finding.key)) is not None
    }
    used = {(one.id, entry) for one, entry in by_entry.values()}
    return Checked(
        check.name,
        check.sentence,
        tuple(finding for finding in findings if finding not in by_entry),
        tuple((finding, by_entry[finding][0]) for finding in findings if finding in by_entry),
        tuple(_idle(check.name, acceptances, used)),
        perf_counter() - started,
    )


def _idle(check: str, acceptances: Placed, used: set[tuple[str, str]]) -> Iterator[Fault]:
    for one, place in acceptances:
        for entry in one.findings if one.check == check else ():
            if (one.id, entry) not in used:
                problem = f"{one.id}: {entry!r} is accepted, but {check} finds no such thing any more."
                yield Fault(place, "findings", problem, advice="Remove it.")


def shown_by_engine(finding: Finding, knowledge: Knowledge, today: date) -> bool:
    """Whether the engine's own answer to the witness is as the finding says; a finding without witness claims none."""
    return finding.witness is None or finding.shows(seen(finding.witness, knowledge, today))
