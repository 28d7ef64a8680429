"""Conditions compiled once for quick reading: the same truths as `truth`, on one patient or on many.

`compile_conditions` unfolds each condition into alternatives of comparisons joined by "and" (an or of ands) and cuts
the values of every field into cells inside which all comparisons read the same. A comparison then is two sets of cells:
those in which it certainly holds, and those in which it possibly does; unknown is a cell of its own. Kleene's logic is
a distributive lattice with De Morgan's laws, so unfolding changes no truth; it is not the logic of completions, so
nothing is simplified by "something or its opposite".
"""

from formulator.conditions.compiled.form import Conjunction, Form, Requirement, compile_conditions
from formulator.conditions.compiled.masks import FieldMasks, Match, Outlook
from formulator.conditions.compiled.unfold import MOST_ALTERNATIVES, count_alternatives
from formulator.conditions.compiled.values import UNKNOWN_CELL, FieldCells
from formulator.conditions.compiled.words import Listing, Union

__all__ = [
    "MOST_ALTERNATIVES",
    "UNKNOWN_CELL",
    "Conjunction",
    "FieldCells",
    "FieldMasks",
    "Listing",
    "Form",
    "Match",
    "Outlook",
    "Requirement",
    "Union",
    "compile_conditions",
    "count_alternatives",
]
