"""Smallest changes are all there are, and each is needed: against trying everything on random small rule bases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulator.conditions import All, AnyOf, AtLeast, Below, Condition, IsKnown, IsOneOf, Not, truth
from formulator.conditions.nearest import DOES_NOT_HOLD, FAILS, HOLDS, fewest_changes, must_change
from formulator.engine.assess import assess
from formulator.engine.decide import decide
from formulator.engine.facts import facts_of
from formulator.engine.findings import read_rules
from formulator.engine.patient import Patient
from formulator.explain.change.alike import DistinctMoves
from formulator.explain.change.moves import Moves
from formulator.explain.change.search import Change, smallest_changes
from formulator.explain.change.targets import InAnswer, Target, Treatable
from formulator.explain.change.world import World
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Rule
from formulator.profile import Profile, profile_from_mapping
from tests.conditions.trees import ALL_TREES, DOMAINS, FACTS

DAY = date(2026, 11, 25)
FLAGS = ("lactation", "nsaid", "active_infection_site", "thromboembolism_history", "keloid_tendency")
LIMITS = {"ferritin_absolute_deficiency": 15.0, "ferritin_deficient": 30.0}
TRIED: dict[str, dict[Any, Any]] = {
    **{name: {"yes": "yes", "no": "no"} for name in FLAGS},
    "ferritin": {"below 15": 10.0, "15 to below 30": 20.0, "30 or more": 60.0},
}
CAN_BE_BROUGHT_TO = {
    "lactation": {"no"},
    "nsaid": {"yes", "no"},
    "active_infection_site": {"no"},
    "ferritin": {"below 15", "15 to below 30", "30 or more"},
}
"""Written by hand from data/profile/changeable.csv: what is known may change to these alone."""
BASE = {"domain": "hair", "concern": "hair_loss", "cause": "androgenetic", "sex": "female", "age": 34}
COMPONENTS = ("prp", "minoxidil")
LADDER = ("recommended", "adjunct", "optional")

FLAG_ATOMS = st.builds(
    lambda name, value: IsOneOf(name, frozenset((value,))), st.sampled_from(FLAGS), st.sampled_from(["yes", "no"])
)
LIMIT_ATOMS = st.builds(
    lambda kind, name: kind("ferritin", LIMITS[name], name),
    st.sampled_from([AtLeast, Below]),
    st.sampled_from(sorted(LIMITS)),
)
NOTICED = st.builds(IsKnown, st.sampled_from(["ferritin", "nsaid"]), st.booleans())
CONDITIONS = st.recursive(
    st.one_of(FLAG_ATOMS, FLAG_ATOMS, LIMIT_ATOMS, NOTICED),
    lambda inner: st.one_of(
        st.builds(lambda parts: All(tuple(parts)), st.lists(inner, min_size=2, max_size=3)),
        st.builds(lambda parts: AnyOf(tuple(parts)), st.lists(inner, min_size=2, max_size=3)),
        st.builds(Not, inner),
    ),
    max_leaves=4,
)
SHAPES: tuple[dict[str, Any], ...] = (
    {"kind": "excludes", "unknown": "assume", "harm": "severe"},
    {"kind": "excludes", "unknown": "block", "ask": "Is it so?", "harm": "severe"},
    {"kind": "excludes", "unknown": "assume", "until": "it is over", "harm": "minor"},
    {"kind": "for", "role": "main"},
    {"kind": "for", "role": "optional"},
    {"kind": "confirms", "role": "adjunct"},
    {"kind": "against", "limits_to": "optional", "harm": "minor"},
    {"kind": "against", "limits_to": "not_indicated", "harm": "minor"},
)
DECIDING: tuple[dict[str, Any], ...] = (
    {"decision": "do_not_treat", "unknown": "assume"},
    {"decision": "refer_first", "unknown": "block", "ask": "Is it so?"},
    {"decision": "treat_after", "unknown": "assume", "until": "it is over"},
)


def rule(number: int, when: Condition, subject: tuple[str, ...], **more: Any) -> Rule:
    """A made-up rule."""
    fixed = {"id": f"rule_{number}", "reviewed": DAY, "status": "active", "sources": ("made_up",)}
    said = {"text": f"Rule {number}.", "certainty": "expert", "when": when, "subject": subject}
    return Rule.model_validate({**fixed, **said, **more})


@st.composite
def rule_bases(draw: st.DrawFn) -> list[Rule]:
    """One to seven rules about two components, and perhaps one that decides."""
    rules = [
        rule(number, draw(CONDITIONS), (draw(st.sampled_from(COMPONENTS)),), **draw(st.sampled_from(SHAPES)))
        for number in range(draw(st.integers(1, 7)))
    ]
    if draw(st.booleans()):
        forced = {"kind": "excludes", "harm": "severe", **draw(st.sampled_from(DECIDING))}
        rules.append(rule(99, draw(CONDITIONS), ("procedure",), **forced))
    return rules


PATIENTS = st.fixed_dictionaries({}, optional={name: st.sampled_from(list(TRIED[name].values())) for name in TRIED})


def small(shipped: Knowledge, rules: list[Rule]) -> Knowledge:
    """The shipped knowledge with these rules alone, and one about saline that tells the values of ferritin apart."""
    cut = AnyOf(tuple(Below("ferritin", limit, name) for name, limit in LIMITS.items()))
    cutting = rule(100, cut, ("saline",), kind="against", harm="minor")
    return replace(shipped, rules={one.id: one for one in (*rules, cutting)})


def told(change: Change) -> Iterator[frozenset[tuple[str, str]]]:
    """Every change that a joined one stands for, as fields with their answers."""
    for chosen in product(*(one.moves for one in change)):
        yield frozenset((move.field, move.cell.words) for move in chosen)


def found_by_search(target: Target, world: World, moves: Moves | None = None) -> set[frozenset[tuple[str, str]]]:
    """What the search tells, each change once."""
    every = [one for change in smallest_changes(target, world, moves=moves) for one in told(change)]
    assert len(every) == len(set(every)), "the same change is told twice"
    return set(every)


def tries(profile: Profile) -> Iterator[tuple[frozenset[tuple[str, str]], Mapping[str, Any]]]:
    """Every way to change at most three facts that may change or are unknown, fewest first."""
    options = [
        (name, words, value)
        for name, answers in TRIED.items()
        for words, value in answers.items()
        if profile.get(name) != value and (profile.get(name) is None or words in CAN_BE_BROUGHT_TO.get(name, ()))
    ]
    for size in range(4):
        for chosen in combinations(options, size):
            if len({name for name, _, _ in chosen}) == size:
                yield (
                    frozenset((name, words) for name, words, _ in chosen),
                    {name: value for name, _, value in chosen},
                )


def by_trying(profile: Profile, is_met: Any) -> set[frozenset[tuple[str, str]]]:
    """All changes that fulfil the wish and hold no smaller one that does."""
    found: set[frozenset[tuple[str, str]]] = set()
    for change, values in tries(profile):
        if not any(one <= change for one in found) and is_met(Profile({**profile.values, **values})):
            found.add(change)
    return found


def status_of(profile: Profile, component: str, knowledge: Knowledge) -> str:
    """The status that the engine gives."""
    patient = Patient(profile, facts_of(profile, knowledge, DAY), knowledge, DAY)
    return next(one.status for one in assess(read_rules(knowledge, patient.facts), patient) if one.id == component)


def decision_of(profile: Profile, knowledge: Knowledge) -> str:
    """The decision that the engine gives."""
    patient = Patient(profile, facts_of(profile, knowledge, DAY), knowledge, DAY)
    findings = read_rules(knowledge, patient.facts)
    return decide(findings, assess(findings, patient), patient).decision


@given(rules=rule_bases(), facts=PATIENTS, component=st.sampled_from(COMPONENTS), at_least=st.sampled_from(LADDER))
def test_the_changes_that_bring_a_component_in_are_just_those_that_trying_everything_finds(
    rules, facts, component, at_least, knowledge
):
    base = small(knowledge, rules)
    profile = profile_from_mapping({**BASE, **facts}, "patient")
    world = World(Patient(profile, facts_of(profile, base, DAY), base, DAY))
    wanted = LADDER[: LADDER.index(at_least) + 1]
    expected = by_trying(profile, lambda one: status_of(one, component, base) in wanted)
    assert found_by_search(InAnswer(component, base, at_least), world) == expected


@given(rules=rule_bases(), facts=PATIENTS)
def test_the_changes_that_make_treatable_are_just_those_that_trying_everything_finds(rules, facts, knowledge):
    base = small(knowledge, rules)
    profile = profile_from_mapping({**BASE, **facts}, "patient")
    world = World(Patient(profile, facts_of(profile, base, DAY), base, DAY))
    expected = by_trying(profile, lambda one: decision_of(one, base) == "treat")
    assert found_by_search(Treatable(base), world) == expected


@given(rules=rule_bases(), facts=PATIENTS, component=st.sampled_from(COMPONENTS))
def test_moves_that_are_alike_stand_for_one_another_and_nothing_is_lost(rules, facts, component, knowledge):
    base = small(knowledge, rules)
    profile = profile_from_mapping({**BASE, **facts}, "patient")
    world = World(Patient(profile, facts_of(profile, base, DAY), base, DAY))
    moves = Moves(world.patient)
    distinct = DistinctMoves(moves, world, base.rules.values(), frozenset())
    target = InAnswer(component, base)
    assert found_by_search(target, world, distinct) == found_by_search(target, world, moves)


@given(ALL_TREES, FACTS, FACTS, st.sampled_from([HOLDS, FAILS, DOES_NOT_HOLD]))
def test_whatever_makes_a_condition_read_otherwise_touches_what_must_change(tree, facts, others, wanted):
    after = {**facts, **others}
    if truth(tree, facts) not in wanted and truth(tree, after) in wanted:
        changed = {name for name in DOMAINS if facts.get(name) != after.get(name)}
        assert changed & must_change(tree, facts, wanted)


@given(ALL_TREES, FACTS, FACTS)
def test_no_fewer_facts_than_told_make_a_condition_hold(tree, facts, others):
    after = {**facts, **others}
    if truth(tree, after) is True:
        changed = {name for name in DOMAINS if facts.get(name) != after.get(name)}
        ways = fewest_changes(tree, facts)
        assert ways
        assert len(ways[0]) <= len(changed)


@pytest.mark.parametrize("field", ["sex", "age", "phototype", "concern", "domain"])
def test_nobody_changes_sex_age_or_phototype_not_even_where_they_are_unknown(field, knowledge):
    profile = profile_from_mapping({"cause": "melasma"}, "patient")
    patient = Patient(profile, facts_of(profile, knowledge, DAY), knowledge, DAY)
    assert Moves(patient).of(field) == ()


def test_an_event_is_moved_to_a_day_that_leaves_the_time_that_rules_ask_for(knowledge):
    document = {"domain": "skin", "concern": "pre_event_glow", "sex": "female", "age": 30, "event_date": "2026-12-20"}
    profile = profile_from_mapping(document, "patient")
    patient = Patient(profile, facts_of(profile, knowledge, DAY), knowledge, DAY)
    moves = Moves(patient).of("event_date")
    assert moves
    for move in moves:
        days = (move.value - DAY).days
        assert move.cell.low is None or days >= move.cell.low
        assert move.cell.high is None or days < move.cell.high
