"""Gaps: complaints without an indication, indications without a component, decisions without a reason, holes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby

from formulator.conditions import All, Condition, IsKnown, IsOneOf, truth
from formulator.conditions.tree import AtLeast, Below, fields_read
from formulator.engine.answer import USABLE
from formulator.faults import Place
from formulator.knowledge.base import GRAVEST_FIRST
from formulator.knowledge.items import TREATMENT
from formulator.proof.analysis.findings import Check, Finding
from formulator.proof.analysis.ground import Ground
from formulator.proof.booleans import Formula, both, either, negated
from formulator.proof.facts import INDICATION
from formulator.proof.seen import Seen
from formulator.proof.space import Word

CONCERN, CAUSE = "concern", "cause"


def complaints_without_indication(ground: Ground) -> Iterator[Finding]:
    """Pairs of a concern and a cause that some patient can have, and for which no patient gets an indication.

    A pair for which the indication only waits for another fact (the sex, say) is no gap: that fact is asked. The place
    is the first indication that the concern leads to with another cause.
    """
    given = ground.answers.variables.given
    some = ground.name(ground.answers.facts.field(INDICATION).known)
    for concern, complains in given[CONCERN].values:
        for cause, caused in given[CAUSE].values:
            if ground.possible(complains, caused) and ground.never(complains, caused, some):
                words = f"{concern} with cause {cause}: no indication follows, so nothing is recommended."
                witness, place = ground.witness(complains, caused), _nearest(ground, complains)
                yield Finding(
                    "no_indication", (str(concern), str(cause)), place, words, "moderate", witness,
                    lambda at: at.answer.indication is None,
                )  # fmt: skip


def _nearest(ground: Ground, complains: Formula) -> Place:
    """Where the first indication stands that patients with this complaint can have."""
    near = (
        name for name in ground.knowledge.indications if ground.possible(complains, ground.answers.indication(name))
    )
    return next((ground.place("Indication", name) for name in near), Place("data/indications"))


def indications_without_component(ground: Ground) -> Iterator[Finding]:
    """Indications that a rule calls treatable, and in which nothing brought into the skin is usable for any patient."""
    answers, knowledge = ground.answers, ground.knowledge
    usable = ground.name(either(*(answers.usable(name) for name in sorted(knowledge.into_skin))))
    reason = ground.name(answers.any_holds(rule for rule in answers.read if TREATMENT in rule.subject))
    for name in knowledge.indications:
        here = answers.indication(name)
        if ground.possible(here, reason) and ground.never(here, usable):
            words = (
                f"{name}: a rule says that it may be treated, but nothing brought into the skin is usable in anybody."
            )
            yield Finding(
                "nothing_usable", (name,), ground.place("Indication", name), words, "severe",
                ground.witness(here, reason), _nothing_usable,
            )  # fmt: skip


def _nothing_usable(at: Seen) -> bool:
    return all(one.status not in USABLE for one in at.answer.components if one.id in at.knowledge.into_skin)


def decisions_without_reason(ground: Ground) -> Iterator[Finding]:
    """Decisions that come out for some patient without one argument for them."""
    for decision in GRAVEST_FIRST:
        silent = both(ground.answers.decision(decision), negated(ground.answers.has_reason))
        if ground.possible(silent):
            words = f"{decision}: it is decided for a patient without a reason."
            yield Finding(
                "no_reason", (decision,), Place("data/rules"), words, "severe", ground.witness(silent),
                lambda at: not at.answer.decision_arguments,
            )  # fmt: skip


@dataclass(frozen=True)
class Member:
    """An item that compares one number and is the same as its family in everything else."""

    kind: str
    id: str
    compared: Condition

    def covers(self, field: str, value: Word) -> bool:
        """Whether it speaks about a value of the number."""
        return truth(self.compared, {field: value}) is True


Family = tuple[str, Hashable, tuple[Condition, ...], str]


def families(ground: Ground) -> dict[Family, list[Member]]:
    """Items that differ only in how they compare one number: same kind, subject or field, and other conditions."""
    found: dict[Family, list[Member]] = {}
    numbers = [field.name for field in ground.knowledge.catalogue.fields.values() if field.is_number]
    items = chain(
        (("Rule", one.id, (one.subject, one.kind), one.when) for one in ground.answers.read),
        (("Derivation", one.id, one.field, one.when) for one in ground.knowledge.derivations),
    )
    for kind, name, subject, when in items:
        parts = tuple(_requirements(when))
        for number in sorted(fields_read(when).intersection(numbers)):
            compared = [part for part in parts if fields_read(part) == {number}]
            others = tuple(sorted((part for part in parts if part not in compared), key=repr))
            if any(isinstance(part, AtLeast | Below | IsOneOf) for part in compared):
                member = Member(kind, name, All(tuple(p for p in compared if not isinstance(p, IsKnown))))
                found.setdefault((kind, subject, others, number), []).append(member)
    return {family: members for family, members in found.items() if len(members) > 1}


def _requirements(when: Condition) -> Iterator[Condition]:
    if isinstance(when, All):
        for part in when.parts:
            yield from _requirements(part)
    else:
        yield when


def holes(ground: Ground) -> Iterator[Finding]:
    """Values of a number about which a family says nothing, though it speaks about lower and about higher ones.

    A family are items that differ only in how they compare this number. A family of derivations must cover the ends
    too: its fact follows from every grade or from none.
    """
    for (kind, _, others, number), members in families(ground).items():
        cells = ground.answers.variables.given[number].values
        rest = [ground.read(part).true for part in others]
        reached = [(value, cell) for value, cell in cells if ground.possible(cell, *rest)]
        covered = [any(one.covers(number, value) for one in members) for value, _ in reached]
        for first, last in _open(covered, closed=kind == "Derivation"):
            cell = either(*(cell for _, cell in reached[first : last + 1]))
            yield _hole(ground, kind, members, f"{number}={reached[first][0]}", both(cell, *rest))


def _hole(ground: Ground, kind: str, members: Sequence[Member], value: str, patients: Formula) -> Finding:
    names = [one.id for one in members]
    words = f"{', '.join(names)}: from {value} on none of them speaks, though they speak about values on both sides."
    items, shows = (*sorted(names), value), _silent(kind, names)
    return Finding("hole", items, ground.place(kind, names[0]), words, "severe", ground.witness(patients), shows)


def _open(covered: Sequence[bool], closed: bool) -> Iterator[tuple[int, int]]:
    """First and last place of each stretch that is not covered, between covered ones; with `closed` at the ends too."""
    spoken = [place for place, one in enumerate(covered) if one]
    if not spoken:
        return
    first, last = (0, len(covered) - 1) if closed else (spoken[0], spoken[-1])
    for is_covered, stretch in groupby(range(first, last + 1), key=lambda place: covered[place]):
        places = list(stretch)
        if not is_covered:
            yield places[0], places[-1]


def _silent(kind: str, names: Sequence[str]) -> Callable[[Seen], bool]:
    def shows(at: Seen) -> bool:
        if kind == "Rule":
            return not set(names) & set(at.findings.holds)
        fields = {one.field for one in at.knowledge.derivations if one.id in names}
        return all(field not in at.facts for field in fields)

    return shows


CHECKS = (
    Check(
        "no_indication",
        "Every concern with every possible cause leads to an indication.",
        complaints_without_indication,
    ),
    Check(
        "nothing_usable",
        "Every treatable indication has something to use in some patient.",
        indications_without_component,
    ),
    Check("no_reason", "No decision comes without a reason.", decisions_without_reason),
    Check("hole", "No family of bands or limits leaves out a value between its own.", holes),
)
