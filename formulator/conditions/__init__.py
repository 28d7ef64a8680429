"""The condition language: a small closed tree over profile fields, and its readings.

One tree, several readings, each a short visitor: `evaluate` on one patient, `say` in plain words, `fields_read`.
"""

from formulator.conditions.evaluate import carried_by, truth
from formulator.conditions.parse import ConditionContext, parse_condition
from formulator.conditions.say import say
from formulator.conditions.tree import All, Always, AnyOf, AtLeast, Below, Condition, IsKnown, IsOneOf, Not, fields_read

__all__ = [
    "All",
    "Always",
    "AnyOf",
    "AtLeast",
    "Below",
    "Condition",
    "ConditionContext",
    "IsKnown",
    "IsOneOf",
    "Not",
    "carried_by",
    "fields_read",
    "parse_condition",
    "say",
    "truth",
]
