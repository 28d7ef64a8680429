"""Conflicts: support that can never count, roles that are never reached, advice that contradicts itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations

from formulator.engine.answer import MOVABLE
from formulator.knowledge.items import TREATMENT, Rule
from formulator.proof.analysis.findings import Check, Finding
from formulator.proof.analysis.ground import Ground
from formulator.proof.booleans import both
from formulator.proof.seen import Seen


def support_that_never_counts(ground: Ground) -> Iterator[Finding]:
    """Rules for a component that is contraindicated or not indicated in everybody for whom they hold.

    The same for a reason to treat: wherever it holds, the decision is another one. The witness is a patient for whom
    the rule holds.
    """
    answers = ground.answers
    ground.name_rules()
    treat = ground.name(answers.decision("treat"))
    for rule in answers.read:
        holds = ground.holds(rule)
        if TREATMENT in rule.subject and ground.never(holds, treat) and ground.possible(holds):
            words = f"{ground.words(rule.id)} speaks for treating, and nobody for whom it holds is treated."
            yield _support(ground, rule, (rule.id,), words, lambda at: at.answer.decision != "treat")
        for name in ground.knowledge.components_of_rule[rule.id] if rule.role else ():
            if ground.never(holds, ground.name(answers.movable(name))) and ground.possible(holds):
                words = f"{ground.words(rule.id)} speaks for {name}, which nobody for whom it holds may use."
                yield _support(ground, rule, (rule.id, name), words, _status(name, lambda one: one not in MOVABLE))


def _support(ground: Ground, rule: Rule, items: tuple[str, ...], words: str, shows: Callable[[Seen], bool]) -> Finding:
    place, witness = ground.place("Rule", rule.id), ground.witness(ground.holds(rule))
    return Finding("support_never_counts", items, place, words, "moderate", witness, shows)


def _status(component: str, wanted: Callable[[str], bool]) -> Callable[[Seen], bool]:
    return lambda at: wanted(at.answer.component(component).status)


def roles_never_reached(ground: Ground) -> Iterator[Finding]:
    """Rules that speak for a main part or an adjunct, where a limit lowers the component below it in everybody."""
    answers = ground.answers
    reached = {"main": ("recommended",), "adjunct": ("recommended", "adjunct")}
    for rule in answers.read:
        for name in ground.knowledge.components_of_rule[rule.id] if rule.role in reached else ():
            high = ground.name(answers.status(name, *reached[rule.role or ""]))
            holds = ground.holds(rule)
            if ground.never(holds, high) and ground.possible(holds, ground.name(answers.movable(name))):
                words = f"{ground.words(rule.id)} makes {name} {rule.role}, and a limit lowers it in everybody."
                witness = ground.witness(holds, ground.name(answers.movable(name)))
                shows = _status(name, lambda one, high=reached[rule.role or ""]: one not in high)
                place = ground.place("Rule", rule.id)
                yield Finding("role_never_reached", (rule.id, name), place, words, "minor", witness, shows)


def care_that_is_excluded(ground: Ground) -> Iterator[Finding]:
    """A fixed part of good care (`confirms`) and an exclusion of the same component that hold for one patient."""
    for name, rules in ground.answers.knowledge.rules_about.items():
        for care in (one for one in rules if one.kind == "confirms"):
            for against in (one for one in rules if one.kind == "excludes"):
                both_hold = (ground.holds(care), ground.holds(against))
                if ground.possible(*both_hold):
                    words = (
                        f"{ground.words(care.id)} makes {name} part of care; {ground.words(against.id)} excludes it."
                    )
                    yield Finding(
                        "care_excluded", (care.id, against.id, name), ground.place("Rule", care.id), words, "severe",
                        ground.witness(*both_hold), _hold(care, against),
                    )  # fmt: skip


def _hold(*rules: Rule) -> Callable[[Seen], bool]:
    return lambda at: all(rule.id in at.findings.holds for rule in rules)


def pauses_at_odds(ground: Ground) -> Iterator[Finding]:
    """A medicine that is to be kept and to be paused at once, or paused while a rule confirms that it goes on.

    Two pauses with days are no fault: the longer one keeps both. The rule is one that confirms the component of the
    medicine's own name, and holds while the medicine is taken.
    """
    plans, knowledge = ground.readings.plans, ground.knowledge
    taken = {one.id: plans.washout(one.id) for one in knowledge.washouts}
    for one, other in combinations(knowledge.washouts, 2):
        days = {each.stop_days_before is None for each in (one, other)}
        if one.medicine == other.medicine and len(days) == 2 and ground.possible(taken[one.id], taken[other.id]):
            words = f"{one.id} and {other.id}: one pauses {one.medicine}, the other keeps it, in the same patient."
            yield Finding(
                "pauses_at_odds", (one.id, other.id), ground.place("Washout", other.id), words, "severe",
                ground.witness(taken[one.id], taken[other.id]),
            )  # fmt: skip
    for one in knowledge.washouts:
        about = ground.answers.knowledge.rules_about.get(one.medicine, ())
        for rule in about if one.stop_days_before is not None else ():
            together = both(taken[one.id], ground.holds(rule))
            if rule.kind == "confirms" and ground.possible(together):
                words = f"{one.id} pauses {one.medicine}, and {ground.words(rule.id)} confirms it."
                yield Finding(
                    "pauses_at_odds", (one.id, rule.id), ground.place("Washout", one.id), words, "severe",
                    ground.witness(together), _hold(rule),
                )  # fmt: skip


CHECKS = (
    Check("support_never_counts", "Whatever speaks for something counts for some patient.", support_that_never_counts),
    Check("role_never_reached", "Every role that a rule gives is reached by some patient.", roles_never_reached),
    Check("care_excluded", "No fixed part of good care is excluded.", care_that_is_excluded),
    Check("pauses_at_odds", "No medicine is paused and continued, or paused twice.", pauses_at_odds),
)
