"""What is assumed, and what to ask next: each unknown field with what its answers would change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from formulator.conditions import truth
from formulator.conditions.cells import Cell, absent_words, cells_of
from formulator.engine.answer import USABLE, Assumption, ComponentAnswer, Question
from formulator.engine.assess import status_of
from formulator.engine.facts import derive
from formulator.engine.findings import HARM_ORDER, Findings
from formulator.engine.patient import Patient
from formulator.knowledge import Knowledge
from formulator.knowledge.base import GRAVEST_FIRST
from formulator.knowledge.items import Rule

_MOVABLE = USABLE | {"deferred"}


@dataclass(frozen=True)
class Situation:
    """Everything that an answer is compared with: the facts, what holds, what is open, and where that led."""

    patient: Patient
    findings: Findings
    components: Mapping[str, ComponentAnswer]
    decision: str

    @property
    def facts(self) -> Mapping[str, Any]:
        """Everything known about the patient."""
        return self.patient.facts

    @property
    def knowledge(self) -> Knowledge:
        """The knowledge that the answer was made with."""
        return self.patient.knowledge

    def concerns_answer(self, rule: Rule) -> bool:
        """Whether a rule speaks about something that is part of the answer or could be."""
        touched = self.knowledge.components_of_rule[rule.id]
        return rule.role is not None or any(self.components[name].status in _MOVABLE for name in touched)


def assumptions(situation: Situation) -> tuple[Assumption, ...]:
    """Facts taken as absent: open exclusions that do not block, on something that is used here."""
    rules_of: dict[tuple[str, str], list[str]] = {}
    for identifier, fields in situation.findings.open.items():
        rule = situation.knowledge.rules[identifier]
        if rule.unknown == "assume" and _touches_used(rule, situation):
            for field in fields:
                rules_of.setdefault((field, absent_words(rule.when, field)), []).append(identifier)
    return tuple(Assumption(field, value, tuple(sorted(rules))) for (field, value), rules in sorted(rules_of.items()))


def _touches_used(rule: Rule, situation: Situation) -> bool:
    return any(situation.components[name].status in USABLE for name in situation.knowledge.components_of_rule[rule.id])


def questions(situation: Situation) -> tuple[Question, ...]:
    """Every unknown field whose answer would change something, the most valuable first.

    Fields that the clinician marked as unknown come first, then what blocks, then what could change the decision, then
    what could move most components.
    """
    asked_unknown = situation.patient.profile.asked_unknown
    ranked = []
    for field, rules in _open_fields(situation).items():
        question, worth = _question(field, rules, situation)
        if question.answers:
            ranked.append(((field not in asked_unknown, *worth, _position(field, situation)), question))
    return tuple(question for _, question in sorted(ranked, key=lambda pair: pair[0]))


def _position(field: str, situation: Situation) -> tuple[int, str]:
    fields = list(situation.knowledge.catalogue.fields)
    return (fields.index(field) if field in fields else len(fields), field)


def _open_fields(situation: Situation) -> dict[str, list[Rule]]:
    """Unknown input fields on which a rule hangs, or whose absence a rule has noticed."""
    found: dict[str, list[Rule]] = {}
    asked = situation.knowledge.catalogue.fields
    for group in (situation.findings.open, situation.findings.holds):
        for identifier, fields in group.items():
            rule = situation.knowledge.rules[identifier]
            for field in fields:
                if field not in situation.facts and field in asked and situation.concerns_answer(rule):
                    found.setdefault(field, []).append(rule)
    return found


def _question(field: str, rules: list[Rule], situation: Situation) -> tuple[Question, tuple[int, ...]]:
    gravest = min(rules, key=lambda rule: (rule.unknown != "block", HARM_ORDER.index(rule.harm), rule.id))
    answers: dict[str, tuple[str, ...]] = {}
    worst_decision, most_moves, anything = 0, 0, False
    for cell in cells_of((rule.when for rule in situation.knowledge.rules_reading.get(field, ())), field):
        decision, moves = _consequence(field, cell, situation)
        changes = _words(decision, moves, situation)
        anything = anything or bool(changes)
        answers[cell.words] = changes or ("nothing changes",)
        worst_decision = max(worst_decision, _gravity(decision) if decision != situation.decision else 0)
        most_moves = max(most_moves, len(moves))
    blocks = any(rule.unknown == "block" for rule in rules)
    worth = (not blocks, -worst_decision, HARM_ORDER.index(gravest.harm), -most_moves)
    return Question(field, gravest.ask or gravest.text, answers if anything else {}), worth


def _gravity(decision: str) -> int:
    return len(GRAVEST_FIRST) - GRAVEST_FIRST.index(decision)


def _words(decision: str, moves: Mapping[str, tuple[str, str, str]], situation: Situation) -> tuple[str, ...]:
    words = [] if decision == situation.decision else [f"decision: {situation.decision} -> {decision}"]
    for name, (old, new, reason) in sorted(moves.items()):
        because = f" ({reason})" if reason else ""
        words.append(f"{situation.knowledge.components[name].name}: {old} -> {new}{because}")
    return tuple(words)


def _consequence(field: str, cell: Cell, situation: Situation) -> tuple[str, dict[str, tuple[str, str, str]]]:
    """The decision and the components that move if the field had a value of this cell."""
    facts = {**situation.facts, field: cell.value}
    changed = {field}
    if field in situation.knowledge.fields_behind_derivations:
        derive(facts, situation.knowledge)
        changed = {name for name, value in facts.items() if situation.facts.get(name) != value}
    touched = {rule.id: rule for name in changed for rule in situation.knowledge.rules_reading.get(name, ())}
    now = {identifier: truth(rule.when, facts) for identifier, rule in touched.items()}
    moved = {
        identifier for identifier, value in now.items() if value is not _truth_before(identifier, situation.findings)
    }
    decision = _decision_with(now, situation)
    return decision, _moves(moved, now, situation)


def _truth_before(identifier: str, findings: Findings) -> bool | None:
    return True if identifier in findings.holds else None if identifier in findings.open else False


def _decision_with(now: Mapping[str, bool | None], situation: Situation) -> str:
    """The decision when the truths in `now` replace the old ones; mirrors decide."""
    holds = {*situation.findings.holds, *(name for name, value in now.items() if value)} - {
        name for name, value in now.items() if not value
    }
    hangs = {*situation.findings.open, *(name for name, value in now.items() if value is None)} - {
        name for name, value in now.items() if value is not None
    }
    return situation.knowledge.decision_of(holds, hangs)


def _moves(
    moved: Iterable[str], now: Mapping[str, bool | None], situation: Situation
) -> dict[str, tuple[str, str, str]]:
    found = {}
    for name in sorted({name for rule in moved for name in situation.knowledge.components_of_rule[rule]}):
        old = situation.components[name].status
        new = _status_with(name, now, situation)
        if new != old and (old in _MOVABLE or new in _MOVABLE):
            found[name] = (old, new, _reason(name, moved, now, situation))
    return found


def _status_with(name: str, now: Mapping[str, bool | None], situation: Situation) -> str:
    answer, rules = situation.components[name], situation.knowledge.rules
    holding = {one.rule for one in answer.arguments if one.rule in situation.findings.holds}
    hanging = {one.rule for one in answer.not_evaluated}
    for identifier in now:
        if name in situation.knowledge.components_of_rule[identifier]:
            holding.discard(identifier)
            hanging.discard(identifier)
            (holding if now[identifier] else hanging if now[identifier] is None else set()).add(identifier)
    return status_of([rules[one] for one in holding], any(rules[one].unknown == "block" for one in hanging))


def _reason(name: str, moved: Iterable[str], now: Mapping[str, bool | None], situation: Situation) -> str:
    """The sentence of a rule that newly holds for the component, or nothing where rules only fell away."""
    new = sorted(rule for rule in moved if now[rule] and name in situation.knowledge.components_of_rule[rule])
    return situation.knowledge.rules[new[0]].text if new else ""
