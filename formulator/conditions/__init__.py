"""The condition language: a small closed tree over profile fields, and its readings.

One tree, several readings, each a short visitor: `truth` on one patient, `say` in plain words, `cells` of a field,
`must_change` for the nearest change, `remaining` for what settled facts leave of it.
"""

from formulator.conditions.evaluate import carried_by, truth
from formulator.conditions.nearest import DOES_NOT_HOLD, FAILS, HOLDS, fewest_changes, must_change
from formulator.conditions.parse import ConditionContext, parse_condition
from formulator.conditions.remaining import ALWAYS, NEVER, remaining
from formulator.conditions.say import say
from formulator.conditions.tree import All, Always, AnyOf, AtLeast, Below, Condition, IsKnown, IsOneOf, Not, fields_read

__all__ = [
    "ALWAYS",
    "DOES_NOT_HOLD",
    "FAILS",
    "HOLDS",
    "NEVER",
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
    "fewest_changes",
    "fields_read",
    "must_change",
    "parse_condition",
    "remaining",
    "say",
    "truth",
]
