"""Local conflicts: something odd under two or three conditions, medicines or allergies together, and under no fewer.

An oddity is a formula over one answer. A set of two or three flags is a local conflict of it when some patient has exactly
these flags (of those that the oddity reads: yes for these, no for all others), the oddity holds for them, and it does not
hold for the same patient without any one of the flags, whatever flag that is. So a pair is odd where neither flag alone
is, and a triple where no pair of it is. Both patients must be possible. The search is exact: for each oddity all such sets
are enumerated; only flags on which its formula depends can belong to one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import z3

from formulator.engine.answer import USABLE
from formulator.knowledge.items import Rule
from formulator.proof.analysis.findings import Check, Finding, Severity
from formulator.proof.analysis.ground import Ground
from formulator.proof.asking import with_field
from formulator.proof.booleans import FALSE, TRUE, Formula, both, either, negated
from formulator.proof.prover import possible_patients
from formulator.proof.seen import Seen
from formulator.faults import Place

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


def local_sets(ground: Ground, formula: Formula) -> Iterator[tuple[tuple[str, ...], Formula]]:
    """Each set of two or three flags that is a local conflict, with the patients who show it."""
    flags = flags_of(ground, formula)
    if len(flags) < 2:
        return
    yes, all_known = _flags_known(ground, flags)
    solver = possible_patients(ground.answers.variables)
    solver.add(*all_known, formula, z3.AtLeast(*yes.values(), 2), z3.AtMost(*yes.values(), MOST))
    for name in flags:
        gone, *possible = with_field(
            (formula, *ground.answers.variables.possible(name)), ground.answers, name, "no"
        )
        solver.add(either(negated(yes[name]), both(negated(gone), *possible)))
    while solver.check() == z3.sat:
        model = solver.model()
        chosen = tuple(name for name in flags if z3.is_true(model[yes[name]]))
        exactly = both(*(one if name in chosen else negated(one) for name, one in yes.items()))
        yield chosen, both(formula, *all_known, exactly)
        solver.add(negated(exactly))


def _flags_known(ground: Ground, flags: Sequence[str]) -> tuple[Mapping[str, Formula], list[Formula]]:
    fields = {name: ground.answers.variables.given[name] for name in flags}
    return {name: one.has("yes") for name, one in fields.items()}, [one.known for one in fields.values()]


def _findings(ground: Ground, check: str, severity: Severity, oddities: Iterator[Oddity]) -> Iterator[Finding]:
    for one in oddities:
        for flags, patients in local_sets(ground, one.formula):
            labels = " and ".join(ground.knowledge.catalogue.fields[name].label for name in flags)
            words = f"{labels} together: {one.words}"
            witness = ground.witness(patients)
            yield Finding(check, (one.subject, *sorted(flags)), one.place, words, severity, witness, one.shows)


def left_without_component(ground: Ground) -> Iterator[Finding]:
    """Flags that together leave an indication without anything usable in the skin, while the decision is still to treat."""
    answers, knowledge = ground.answers, ground.knowledge
    usable = either(*(answers.usable(name) for name in sorted(knowledge.into_skin)))
    odd = both(answers.decision("treat"), negated(usable))

    def each() -> Iterator[Oddity]:
        for name in knowledge.indications:
            if ground.possible(both(answers.indication(name), odd)):
                words = f"{name} is to be treated and nothing is left that may be brought into the skin now."
                place = ground.place("Indication", name)
                yield Oddity(name, place, words, both(answers.indication(name), odd), _treated_with_nothing)

    yield from _findings(ground, "nothing_left", "severe", each())


def _treated_with_nothing(at: Seen) -> bool:
    skin = [one for one in at.answer.components if one.id in at.knowledge.into_skin]
    return at.answer.decision == "treat" and all(one.status not in USABLE for one in skin)


def used_against_two_cautions(ground: Ground) -> Iterator[Finding]:
    """Flags that each bring a severe objection to a component, which is recommended or an adjunct all the same."""
    answers = ground.answers

    def each() -> Iterator[Oddity]:
        for name, rules in answers.rules_about.items():
            severe = [rule for rule in rules if rule.kind == "against" and rule.harm == "severe"]
            pairs = [both(answers.holds(one.id), answers.holds(other.id)) for one, other in combinations(severe, 2)]
            odd = both(answers.status(name, "recommended", "adjunct"), either(*pairs))
            if ground.possible(odd):
                words = f"{name} is still recommended against two severe objections."
                yield Oddity(name, ground.place("Component", name), words, odd, _against_two(name))

    yield from _findings(ground, "two_cautions", "severe", each())


def _against_two(component: str) -> Callable[[Seen], bool]:
    def shows(at: Seen) -> bool:
        one = at.answer.component(component)
        return one.status in ("recommended", "adjunct") and sum(each.harm == "severe" for each in one.cautions) > 1

    return shows


def good_care_that_is_kept_back(ground: Ground) -> Iterator[Finding]:
    """Flags of which one makes a component a fixed or main part of care, and another excludes or defers it."""
    answers = ground.answers

    def each() -> Iterator[Oddity]:
        for name, rules in answers.rules_about.items():
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
    Check("nothing_left", "No two or three conditions together leave a patient to be treated with nothing.", left_without_component),
    Check("two_cautions", "Nothing is recommended against two severe objections from different conditions.", used_against_two_cautions),
    Check("due_and_excluded", "No two or three conditions together make something due and excluded.", good_care_that_is_kept_back),
)
