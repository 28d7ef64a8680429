"""Random condition trees and facts over four small fields, and two independent ways to read a tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product
from typing import Any

from hypothesis import strategies as st

from formulator.conditions import All, Always, AnyOf, AtLeast, Below, Condition, IsKnown, IsOneOf, Not
from formulator.conditions.parse import ConditionContext, ConditionField, NamedLimit
from formulator.conditions.tree import atoms

WORDS = {"flag": ("yes", "no"), "other_flag": ("yes", "no"), "colour": ("red", "green", "blue")}
LIMITS = {"low": 2.0, "middle": 5.0, "high": 7.5}
NUMBER_CELLS = (0, 2, 3.5, 5, 6, 7.5, 9)
DOMAINS: dict[str, tuple[Any, ...]] = {**WORDS, "number": NUMBER_CELLS}
CONTEXT = ConditionContext(
    {
        **{name: ConditionField(name, False, frozenset(values)) for name, values in WORDS.items()},
        "number": ConditionField("number", True, frozenset()),
        "grade": ConditionField("grade", True, frozenset(("1", "2", "3"))),
    },
    {**{name: NamedLimit("number", value) for name, value in LIMITS.items()}, "of_grade": NamedLimit("grade", 2.0)},
)

IS_ONE_OF = st.sampled_from(sorted(WORDS)).flatmap(
    lambda name: st.builds(IsOneOf, st.just(name), st.sets(st.sampled_from(WORDS[name]), min_size=1).map(frozenset))
)
COMPARISONS = st.builds(
    lambda kind, name: kind("number", LIMITS[name], name),
    st.sampled_from([AtLeast, Below]),
    st.sampled_from(sorted(LIMITS)),
)
KNOWN = st.builds(IsKnown, st.sampled_from(sorted(DOMAINS)), st.booleans())


def trees(atom: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    """Trees of any shape over these atoms."""
    return st.recursive(
        atom,
        lambda inner: st.one_of(
            st.builds(lambda parts: All(tuple(parts)), st.lists(inner, min_size=1, max_size=4)),
            st.builds(lambda parts: AnyOf(tuple(parts)), st.lists(inner, min_size=1, max_size=4)),
            st.builds(Not, inner),
        ),
        max_leaves=12,
    )


VALUE_TREES = trees(st.one_of(IS_ONE_OF, COMPARISONS, st.just(Always())))
ALL_TREES = trees(st.one_of(IS_ONE_OF, COMPARISONS, KNOWN, st.just(Always())))
FACTS = st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in DOMAINS.items()})


def completions(facts: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every way to learn what is unknown."""
    unknown = [name for name in DOMAINS if name not in facts]
    for values in product(*(DOMAINS[name] for name in unknown)):
        yield {**facts, **dict(zip(unknown, values, strict=True))}


def kleene_number(condition: Condition, facts: Mapping[str, Any]) -> Fraction:  # noqa: PLR0911
    """The oracle: truth as a number, 0 false, 1/2 unknown, 1 true; all is the least, any the greatest, not is 1 - x."""
    half, number = Fraction(1, 2), Fraction
    match condition:
        case Always():
            return number(1)
        case Not(part):
            return 1 - kleene_number(part, facts)
        case All(parts):
            return min(kleene_number(part, facts) for part in parts)
        case AnyOf(parts):
            return max(kleene_number(part, facts) for part in parts)
        case IsKnown(field, expected):
            return number(int((field in facts) == expected))
        case IsOneOf(field, values):
            return number(int(facts[field] in values)) if field in facts else half
        case AtLeast(field, limit, _):
            return number(int(facts[field] >= limit)) if field in facts else half
        case Below(field, limit, _):
            return number(int(facts[field] < limit)) if field in facts else half
    raise AssertionError(condition)


def as_truth(number: Fraction) -> bool | None:
    """Back from the number to True, False or None."""
    return None if number == Fraction(1, 2) else number == 1


def written(condition: Condition) -> Any:  # noqa: PLR0911
    """The tree as the data of a YAML file, every group as a list."""
    match condition:
        case Always():
            return "always"
        case Not(part):
            return {"not": written(part)}
        case All(parts):
            return {"all": [written(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [written(part) for part in parts]}
        case IsKnown(field, expected):
            return {field: {"known": "yes" if expected else "no"}}
        case IsOneOf(field, values):
            return {field: sorted(values)}
        case AtLeast(field, _, threshold):
            return {field: {"at_least": threshold}}
        case Below(field, _, threshold):
            return {field: {"below": threshold}}
    raise AssertionError(condition)


def fields_in(condition: Condition) -> set[str]:
    """The fields that a tree names."""
    return {atom.field for atom in atoms(condition)}
