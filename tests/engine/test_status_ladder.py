"""From the rules that hold to a status: the highest role, capped by the lowest objection, stopped by any exclusion."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulator.conditions import Always
from formulator.engine.standing import standing_of, status_of
from formulator.knowledge.items import Rule

LADDER = ["recommended", "adjunct", "optional", "not_indicated"]


def rule(kind: str, **more: str) -> Rule:
    """A rule of a kind about one component."""
    if kind == "excludes":
        more = {"unknown": "assume", "harm": "severe"} | more
    if kind == "against":
        more = {"harm": "minor"} | more
    return Rule(
        id="some_rule",
        reviewed=date(2026, 11, 25),
        status="active",
        sources=("some_source",),
        subject=("prp",),
        kind=kind,
        when=Always(),
        text="A sentence.",
        certainty="low",
        **more,
    )


def status(rules: Sequence[Rule], *, blocked: bool = False) -> str:
    """The status that these rules give."""
    return status_of(standing_of(rules), blocked)


MAIN, ADJUNCT, OPTIONAL = (rule("for", role=role) for role in ("main", "adjunct", "optional"))
CONFIRMS_MAIN, CONFIRMS_ADJUNCT, CONFIRMS_OPTIONAL = (
    rule("confirms", role=role) for role in ("main", "adjunct", "optional")
)
CAUTION = rule("against")
TO_ADJUNCT, TO_OPTIONAL, TO_NOTHING = (rule("against", limits_to=to) for to in ("adjunct", "optional", "not_indicated"))
NEVER, NOT_YET = rule("excludes"), rule("excludes", until="the wound has healed")
EVERY = [
    MAIN,
    ADJUNCT,
    OPTIONAL,
    CONFIRMS_MAIN,
    CONFIRMS_ADJUNCT,
    CONFIRMS_OPTIONAL,
    CAUTION,
    TO_ADJUNCT,
    TO_OPTIONAL,
    TO_NOTHING,
    NEVER,
    NOT_YET,
]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([], "not_indicated"),
        ([CAUTION], "not_indicated"),
        ([MAIN], "recommended"),
        ([ADJUNCT], "adjunct"),
        ([OPTIONAL], "optional"),
        ([OPTIONAL, MAIN, ADJUNCT], "recommended"),
        ([MAIN, CAUTION], "recommended"),
        ([MAIN, TO_ADJUNCT], "adjunct"),
        ([MAIN, TO_OPTIONAL], "optional"),
        ([MAIN, TO_NOTHING], "not_indicated"),
        ([MAIN, TO_ADJUNCT, TO_OPTIONAL], "optional"),
        ([OPTIONAL, TO_ADJUNCT], "optional"),
        ([CONFIRMS_MAIN, TO_NOTHING], "recommended"),
        ([CONFIRMS_ADJUNCT, MAIN, TO_NOTHING], "adjunct"),
        ([CONFIRMS_OPTIONAL, MAIN], "recommended"),
        ([MAIN, NEVER], "contraindicated"),
        ([CONFIRMS_MAIN, NEVER], "contraindicated"),
        ([MAIN, NOT_YET, NEVER], "contraindicated"),
        ([MAIN, NOT_YET], "deferred"),
        ([MAIN, TO_OPTIONAL, NOT_YET], "deferred"),
        ([NOT_YET], "contraindicated"),
        ([MAIN, TO_NOTHING, NOT_YET], "contraindicated"),
    ],
)
def test_the_ladder_is_the_one_that_the_format_page_describes(rules, expected):
    assert status(rules) == expected


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([MAIN], "deferred"),
        ([OPTIONAL], "deferred"),
        ([], "not_indicated"),
        ([MAIN, TO_NOTHING], "not_indicated"),
        ([MAIN, NEVER], "contraindicated"),
        ([CONFIRMS_ADJUNCT], "deferred"),
    ],
)
def test_an_open_blocking_question_defers_only_what_would_be_used(rules, expected):
    assert status(rules, blocked=True) == expected


def expected_status(rules: Sequence[Rule], *, blocked: bool) -> str:
    """The oracle: words and lists, no bits."""
    role_to_status = {"main": "recommended", "adjunct": "adjunct", "optional": "optional"}
    if any(one.kind == "excludes" and one.until == "" for one in rules):
        return "contraindicated"
    speaks = sorted(LADDER.index(role_to_status[one.role]) for one in rules if one.kind in ("for", "confirms"))
    fixed = sorted(LADDER.index(role_to_status[one.role]) for one in rules if one.kind == "confirms")
    caps = sorted((LADDER.index(one.limits_to) for one in rules if one.limits_to), reverse=True)
    best = LADDER[max([*speaks[:1], *caps[:1]])] if speaks else "not_indicated"
    if fixed:
        best = LADDER[min(fixed[0], LADDER.index(best))]
    not_yet = any(one.kind == "excludes" for one in rules)
    if best == "not_indicated":
        return "contraindicated" if not_yet else best
    return "deferred" if not_yet or blocked else best


@given(st.lists(st.sampled_from(EVERY), max_size=8), st.booleans())
def test_any_mixture_of_rules_gives_the_status_that_the_words_say(rules, blocked):
    assert status(rules, blocked=blocked) == expected_status(rules, blocked=blocked)


@given(st.lists(st.sampled_from(EVERY), max_size=8), st.booleans(), st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_of_rules_matters(rules, blocked, random):
    more = rules + random.sample(rules, len(rules))
    random.shuffle(more)
    assert status(more, blocked=blocked) == status(rules, blocked=blocked)


@given(
    st.lists(st.sampled_from(EVERY), max_size=6),
    st.sampled_from([CAUTION, TO_ADJUNCT, TO_OPTIONAL, TO_NOTHING, NOT_YET, NEVER]),
)
def test_one_more_objection_never_makes_a_component_better(rules, objection):
    order = [*LADDER[:3], "deferred", "not_indicated", "contraindicated"]
    assert order.index(status([*rules, objection])) >= order.index(status(rules)) or status(rules) == "deferred"


@given(st.lists(st.sampled_from(EVERY), max_size=6), st.sampled_from(EVERY[:6]))
def test_one_more_argument_in_favour_never_makes_a_component_worse(rules, argument):
    order = [*LADDER[:3], "deferred", "not_indicated", "contraindicated"]
    assert order.index(status([*rules, argument])) <= order.index(status(rules))
