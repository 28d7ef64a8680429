"""Why a field is asked: in one line what hangs on it, taken from the rules that read it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from formulator.engine.reachable import READ_ALWAYS, READ_BY_PLAN, SETTLED_FIRST, Reach
from formulator.knowledge import Knowledge
from formulator.knowledge.base import INJECTIONS, PROCEDURE
from formulator.knowledge.items import Rule

_MOST_NAMED = 3
_WHOLE = frozenset((PROCEDURE, INJECTIONS))
_CAN = {"do_not_treat": "rule treatment out", "refer_first": "call for a referral", "treat_after": "delay treatment"}


def why_asked(field: str, reach: Reach, knowledge: Knowledge) -> str:
    """What a field decides for this concern, in short sentences; empty where nothing hangs on it."""
    rules = [knowledge.rules[name] for name in reach.rules_of.get(field, ())]
    parts = ["Settles what is treated"] if field in SETTLED_FIRST[1:] else []
    parts += _on_treatment(rules)
    parts += _on_components(rules, reach, knowledge)
    if not parts and field in reach.others:
        parts = [_beside_the_rules(field, reach, knowledge)]
    return " ".join(f"{part}." for part in parts)


def _beside_the_rules(field: str, reach: Reach, knowledge: Knowledge) -> str:
    if field in _tests(reach, knowledge):
        return "Wanted before treatment"
    planned = field in (*READ_BY_PLAN, *READ_ALWAYS, "weight_kg", "start_date")
    return "Shapes plan and amounts" if planned else "Adds advice"


def can_stop(field: str, reach: Reach, knowledge: Knowledge) -> bool:
    """Whether a rule that reads the field rules treatment out, refers or delays it."""
    return any(knowledge.rules[name].decision for name in reach.rules_of.get(field, ()))


def _on_treatment(rules: Iterable[Rule]) -> list[str]:
    found = {rule.decision for rule in rules} & _CAN.keys()
    words = [word for decision, word in _CAN.items() if decision in found]
    return [f"Can {_joined(words)}"] if words else []


def _on_components(rules: Iterable[Rule], reach: Reach, knowledge: Knowledge) -> list[str]:
    """What these rules say about components, and whether they warn about the procedure as a whole."""
    speaking = [rule for rule in rules if not rule.decision]
    single = [rule for rule in speaking if not _WHOLE.issuperset(rule.subject)]
    about = {name for rule in single for name in knowledge.component_set_of_rule[rule.id] & reach.usable}
    found = [_bears_on(about, all(rule.kind == "excludes" for rule in single), knowledge)] if about else []
    return found + (["Adds a caution to the procedure"] if len(single) < len(speaking) else [])


def _bears_on(about: Collection[str], excludes: bool, knowledge: Knowledge) -> str:
    names = sorted((knowledge.components[name].name for name in about), key=str.lower)
    listed = "; ".join(names) if len(names) <= _MOST_NAMED else f"{len(names)} components"
    return f"Can exclude {listed}" if excludes else f"Decides on {listed}"


def _tests(reach: Reach, knowledge: Knowledge) -> frozenset[str]:
    tests = (test for name in reach.indications for test in knowledge.indications[name].work_up)
    return frozenset(field for test in tests for field in test.fields)


def _joined(words: Sequence[str]) -> str:
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))
