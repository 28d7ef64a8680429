"""The knowledge with several times as many rules, to measure how time grows with them.

Every copy of a rule speaks about the same components and reads the same fields, at other numbers: its thresholds are
shifted by one percent a copy, and a condition without any number is tied to an age that differs from copy to copy. No
engine can therefore answer a copy by having answered the rule.
"""

from __future__ import annotations

from dataclasses import replace

from formulator.conditions import All, AtLeast, Condition
from formulator.conditions.tree import thresholds_read, with_limits
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Rule

YOUNGEST, AGES = 12, 70
SHIFT = 0.01


def grown(knowledge: Knowledge, times: int) -> Knowledge:
    """The knowledge with `times` as many rules; with 1 the knowledge itself."""
    rules = dict(knowledge.rules)
    for copy in range(1, times):
        for place, rule in enumerate(knowledge.rules.values()):
            made = _copied(rule, copy, place)
            rules[made.id] = made
    return replace(knowledge, rules=rules)


def _copied(rule: Rule, copy: int, place: int) -> Rule:
    return rule.model_copy(update={"id": f"{rule.id}_{copy}", "when": _shifted(rule.when, copy, place)})


def _shifted(condition: Condition, copy: int, place: int) -> Condition:
    if thresholds_read(condition):
        return with_limits(condition, lambda one: one.limit * (1 + SHIFT * copy))
    return All((condition, AtLeast("age", YOUNGEST + (copy * 5 + place) % AGES, "age_of_copy")))
