"""Local conflicts: something odd under two or three conditions, medicines or allergies together, and under no fewer.

An oddity is a formula over one answer. A set of two or three flags is a local conflict of it when some patient has
exactly these flags (of those that the oddity reads: yes for these, no for all others), the oddity holds for them, and
whichever one of the flags is taken away, it does not hold for the same patient. So a pair is odd where neither flag
alone is, and a triple where no pair of it is. The patients must be possible. The search is exact: all such sets of an
oddity are enumerated; only flags on which its formula depends can belong to one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import z3

from formulator.conditions import fields_read
from formulator.engine.answer import USABLE
from formulator.faults import Place
from formulator.knowledge.items import Rule
from formulator.proof.analysis.findings import Check, Finding, Severity
from formulator.proof.analysis.ground import Ground
from formulator.proof.asking import with_field
from formulator.proof.booleans import Formula, both, either, negated
from formulator.proof.prover import possible_patients
from formulator.proof.seen import Seen

_GROUPS = ("condition", "allergy", "medication")
MOST = 3


@dataclass(frozen=True)
class Oddity:
    """Something odd about an answer: what it is about, where that stands, in words, as a formula, seen in an answer."""

    subject: str
    place: Place
    words: str
    formula: Formula
    shows: Callable[[Seen], bool]


def flag_names(ground: Ground) -> tuple[str, ...]:
    """The conditions, allergies and medicines that are yes, no or unknown."""
    fields = ground.knowledge.catalogue.fields.values()
    return tuple(field.name for field in fields if field.type == "bool3" and field.group in _GROUPS)


def flags_of(ground: Ground, formula: Formula) -> tuple[str, ...]:
    """The flags on which a formula can depend."""
    flags = {ground.answers.variables.given[name].has("yes").get_id(): name for name in flag_names(ground)}
    seen: set[int] = set()
    found: set[str] = set()
    waiting: list[z3.ExprRef] = [formula]
    while waiting:
        term = waiting.pop()
        if term.get_id() not in seen:
            seen.add(term.get_id())
            found.update([flags[term.get_id()]] if term.get_id() in flags else ())
            waiting += term.children()
    return tuple(name for name in flag_names(ground) if name in found)


def local_sets(ground: Ground, formula: Formula) -> Iterator[tuple[str, ...]]:
    """Each set of two or three flags that is a local conflict of an oddity; pairs first."""
    flags = flags_of(ground, formula)
    if len(flags) < 2:
        return
    yes, all_known = _flags_known(ground, flags)
    solver = possible_patients(ground.answers.variables)
    solver.add(*all_known, formula, z3.AtLeast(*yes.values(), 2))
    for name in flags:
        gone, *possible = with_field((formula, *ground.answers.variables.possible(name)), ground.answers, name, "no")
        solver.add(either(negated(yes[name]), both(negated(gone), *possible)))
    for size in range(2, MOST + 1):
        most = z3.AtMost(*yes.values(), size)
        while solver.check(most) == z3.sat:
            model = solver.model()
            chosen = tuple(name for name in flags if z3.is_true(model[yes[name]]))
            yield chosen
            solver.add(negated(both(*(one if name in chosen else negated(one) for name, one in yes.items()))))


def _witness(ground: Ground, formula: Formula, chosen: Sequence[str]) -> Mapping[str, Any]:
    """A patient with these flags and no other; what does not matter is left unknown."""
    flags = {name: ground.answers.variables.given[name].has("yes") for name in flag_names(ground)}
    return ground.witness(
        ground.name(formula), *(one if name in chosen else negated(one) for name, one in flags.items())
    )


def _flags_known(ground: Ground, flags: Sequence[str]) -> tuple[Mapping[str, Formula], list[Formula]]:
    fields = {name: ground.answers.variables.given[name] for name in flags}
    return {name: one.has("yes") for name, one in fields.items()}, [one.known for one in fields.values()]


def _findings(ground: Ground, check: str, severity: Severity, oddities: Iterable[Oddity]) -> Iterator[Finding]:
    for one in oddities:
        for flags in local_sets(ground, one.formula):
            words = f"{_labels(ground, flags)} together: {one.words}"
            witness = _witness(ground, one.formula, flags)
            yield Finding(check, (one.subject, *sorted(flags)), one.place, words, severity, witness, one.shows)


def _labels(ground: Ground, flags: Sequence[str]) -> str:
    return " and ".join(ground.knowledge.catalogue.fields[name].label for name in flags)


def left_without_component(ground: Ground) -> Iterator[Finding]:
    """Indications in which flags together leave nothing usable in the skin, while the decision is still to treat.

    One finding an indication: the sentence counts the sets of flags and names the first, which the witness has.
    """
    answers, knowledge = ground.answers, ground.knowledge
    usable = either(*(answers.usable(name) for name in sorted(knowledge.into_skin)))
    for name in knowledge.indications:
        odd = both(answers.indication(name), answers.decision("treat"), negated(usable))
        sets = list(local_sets(ground, odd)) if ground.possible(odd) else []
        if sets:
            words = (
                f"{name} is to be treated and nothing may be brought into the skin now, "
                f"with {_labels(ground, sets[0])} together and {len(sets) - 1} other pairs or triples."
            )
            yield Finding(
                "nothing_left", (name,), ground.place("Indication", name), words, "severe",
                _witness(ground, odd, sets[0]), _treated_with_nothing,
            )  # fmt: skip


def _treated_with_nothing(at: Seen) -> bool:
    skin = [one for one in at.answer.components if one.id in at.knowledge.into_skin]
    return at.answer.decision == "treat" and all(one.status not in USABLE for one in skin)


def used_against_two_cautions(ground: Ground) -> Iterator[Finding]:
    """Flags that each bring a severe objection to a component, which is recommended or an adjunct all the same.

    Only objections that read a flag count: a warning that everybody gets is about no condition.
    """
    answers, flags = ground.answers, frozenset(flag_names(ground))

    def each() -> Iterator[Oddity]:
        for name, rules in answers.knowledge.rules_about.items():
            severe = [rule for rule in rules if _about_flags(rule, flags)]
            pairs = [both(answers.holds(one.id), answers.holds(other.id)) for one, other in combinations(severe, 2)]
            odd = both(answers.status(name, "recommended", "adjunct"), either(*pairs))
            if ground.possible(odd):
                words = f"{name} is still recommended against two severe objections."
                yield Oddity(name, ground.place("Component", name), words, odd, _against_two(name))

    yield from _findings(ground, "two_cautions", "severe", each())


def _about_flags(rule: Rule, flags: frozenset[str]) -> bool:
    return rule.kind == "against" and rule.harm == "severe" and not fields_read(rule.when).isdisjoint(flags)


def _against_two(component: str) -> Callable[[Seen], bool]:
    def shows(at: Seen) -> bool:
        one = at.answer.component(component)
        return one.status in ("recommended", "adjunct") and sum(each.harm == "severe" for each in one.cautions) > 1

    return shows


def good_care_that_is_kept_back(ground: Ground) -> Iterator[Finding]:
    """Flags of which one makes a component a fixed or main part of care, and another excludes or defers it."""
    answers = ground.answers

    def each() -> Iterator[Oddity]:
        for name, rules in answers.knowledge.rules_about.items():
            due = [rule for rule in rules if rule.kind == "confirms" or rule.role == "main"]
            against = [rule for rule in rules if rule.kind == "excludes"]
            odd = both(answers.any_holds(due), answers.any_holds(against))
            if ground.possible(odd):
                words = f"{name} is due by one rule and excluded by another."
                yield Oddity(name, ground.place("Component", name), words, odd, _due_and_excluded(name, due, against))

    yield from _findings(ground, "due_and_excluded", "moderate", each())


def _due_and_excluded(name: str, due: Sequence[Rule], against: Sequence[Rule]) -> Callable[[Seen], bool]:
    def shows(at: Seen) -> bool:
        status = at.answer.component(name).status
        return status in ("contraindicated", "deferred") and all(
            any(rule.id in at.findings.holds for rule in rules) for rules in (due, against)
        )

    return shows


CHECKS = (
    Check(
        "nothing_left",
        "No two or three conditions together leave a patient to be treated with nothing.",
        left_without_component,
    ),
    Check(
        "two_cautions",
        "Nothing is recommended against two severe objections from different conditions.",
        used_against_two_cautions,
    ),
    Check(
        "due_and_excluded",
        "No two or three conditions together make something due and excluded.",
        good_care_that_is_kept_back,
    ),
)
