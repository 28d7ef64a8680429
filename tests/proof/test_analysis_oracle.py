"""On random small rule bases every check finds what brute force over all patients of a small domain finds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulator.conditions import All, AnyOf, Condition, IsKnown, IsOneOf, Not, truth
from formulator.engine.answer import MOVABLE
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Rule
from formulator.profile import Profile
from tests.conftest import TODAY
from tests.engine.asking import shipped
from tests.proof.patients import Answered, answered

pytest.importorskip("z3")

from formulator.proof.analysis.dead import parts_left_out
from formulator.proof.analysis.findings import Finding
from formulator.proof.analysis.ground import ground_of
from formulator.proof.analysis.report import CHECKS, shown_by_engine
from formulator.proof.space import space_of

FLAGS, PHOTOTYPES = ("smoking", "pacemaker", "epilepsy"), (1, 2, 3)
NAMES = ("prp", "pdrn")
DOMAIN: Mapping[str, tuple[Any, ...]] = {**dict.fromkeys(FLAGS, (None, "no", "yes")), "phototype": (None, *range(1, 7))}
EVERYBODY = [
    {name: value for name, value in zip(DOMAIN, values, strict=True) if value is not None}
    for values in product(*DOMAIN.values())
]

ATOMS = st.one_of(
    st.builds(
        lambda name, value: IsOneOf(name, frozenset((value,))), st.sampled_from(FLAGS), st.sampled_from(["yes", "no"])
    ),
    st.sets(st.sampled_from(PHOTOTYPES), min_size=1).map(lambda values: IsOneOf("phototype", frozenset(values))),
    st.builds(IsKnown, st.sampled_from(FLAGS), st.booleans()),
)
TREES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: All(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
        inner.map(Not),
    ),
    max_leaves=4,
)
EFFECTS = st.sampled_from(
    [
        {"kind": "for", "role": "main"},
        {"kind": "for", "role": "optional"},
        {"kind": "confirms", "role": "adjunct"},
        {"kind": "against", "limits_to": "optional", "harm": "severe"},
        {"kind": "against", "harm": "severe"},
        {"kind": "excludes", "unknown": "assume", "harm": "severe"},
        {"kind": "excludes", "unknown": "assume", "harm": "severe", "until": "Later."},
        {"kind": "excludes", "unknown": "block", "ask": "Is it so?", "harm": "severe"},
    ]
)
SUBJECTS = st.sampled_from([("prp",), ("pdrn",), ("prp", "pdrn")])


def a_rule(number: int, when: Condition, subject: tuple[str, ...], effect: Mapping[str, Any]) -> Rule:
    sound = {"status": "active", "sources": ("document_a",), "certainty": "expert", "text": f"Rule {number}."}
    return Rule.model_validate(
        {"id": f"rule_{number}", "reviewed": date(2026, 11, 25), "when": when, "subject": subject, **sound, **effect}
    )


@cache
def empty() -> Knowledge:
    """Two components and nothing said about them; the patient is known by three flags and the phototype."""
    knowledge = shipped()
    nothing: dict[str, Any] = dict.fromkeys(
        ("derivations", "washouts", "before", "after", "expect", "side_effects", "disagreements", "planning"), ()
    )
    components = {name: knowledge.components[name] for name in NAMES}
    return replace(knowledge, components=components, groups={}, indications={}, protocols={}, rules={}, **nothing)


@st.composite
def bases(draw: st.DrawFn) -> Knowledge:
    made = draw(st.lists(st.tuples(TREES, SUBJECTS, EFFECTS), min_size=2, max_size=6))
    rules = [a_rule(number, *parts) for number, parts in enumerate(made)]
    return replace(empty(), rules={one.id: one for one in rules})


def answers_to_all(knowledge: Knowledge) -> list[Answered]:
    return [answered(Profile(document), knowledge, TODAY) for document in EVERYBODY]


def found(name: str, knowledge: Knowledge) -> list[Finding]:
    check = next(one for one in CHECKS if one.name == name)
    return list(check.find(ground_of(knowledge, TODAY)))


def status(one: Answered, component: str) -> str:
    return next(each.status for each in one.components if each.id == component)


def holding(rule: str, everybody: list[Answered]) -> list[Answered]:
    return [one for one in everybody if rule in one.findings.holds]


def readings(condition: Condition) -> list[bool | None]:
    return [truth(condition, document) for document in EVERYBODY]


def dead(knowledge: Knowledge, everybody: list[Answered]) -> set[str]:
    return {name for name in knowledge.rules if not holding(name, everybody)}


def with_dead_part(knowledge: Knowledge, everybody: list[Answered]) -> set[str]:
    space, names = space_of(knowledge), set()
    for rule in knowledge.rules.values():
        whole = readings(rule.when)
        for alternative, _, rest in parts_left_out(rule.when, space):
            other = readings(rest)
            same = (
                other == whole if not alternative else [one is True for one in other] == [one is True for one in whole]
            )
            if same and holding(rule.id, everybody):
                names.add(rule.id)
    return names


def never_counting(knowledge: Knowledge, everybody: list[Answered]) -> set[str]:
    return {
        f"{rule.id} {name}"
        for rule in knowledge.rules.values()
        for name in (rule.subject if rule.role else ())
        if holding(rule.id, everybody) and all(status(one, name) not in MOVABLE for one in holding(rule.id, everybody))
    }


def never_reached(knowledge: Knowledge, everybody: list[Answered]) -> set[str]:
    high = {"main": ["recommended"], "adjunct": ["recommended", "adjunct"]}
    names = set()
    for rule in knowledge.rules.values():
        for name in rule.subject if rule.role in high else ():
            seen = {status(one, name) for one in holding(rule.id, everybody)}
            if seen & MOVABLE and seen.isdisjoint(high[rule.role or ""]):
                names.add(f"{rule.id} {name}")
    return names


def excluded_care(knowledge: Knowledge, everybody: list[Answered]) -> set[str]:
    rules = knowledge.rules.values()
    return {
        f"{one.id} {other.id} {name}"
        for one, other in product(rules, rules)
        for name in NAMES
        if one.kind == "confirms" and other.kind == "excludes" and {name} <= set(one.subject) & set(other.subject)
        and any({one.id, other.id} <= set(each.findings.holds) for each in everybody)
    }  # fmt: skip


def due_and_excluded(knowledge: Knowledge, _: list[Answered]) -> set[str]:
    return {key for name in NAMES for key in _local(name, knowledge)}


def _local(name: str, knowledge: Knowledge) -> Iterator[str]:
    rules = [rule for rule in knowledge.rules.values() if name in rule.subject]
    due = [rule.when for rule in rules if rule.kind == "confirms" or rule.role == "main"]
    against = [rule.when for rule in rules if rule.kind == "excludes"]

    def odd(yes: tuple[str, ...], phototype: int | None) -> bool:
        facts: dict[str, Any] = {flag: "yes" if flag in yes else "no" for flag in FLAGS}
        facts |= {"phototype": phototype} if phototype else {}
        return all(any(truth(one, facts) is True for one in some) for some in (due, against))

    for size in (2, 3):
        for yes in combinations(FLAGS, size):
            less = [tuple(flag for flag in yes if flag != one) for one in yes]
            if any(odd(yes, skin) and not any(odd(fewer, skin) for fewer in less) for skin in DOMAIN["phototype"]):
                yield " ".join((name, *sorted(yes)))


BY_HAND = {
    "dead_item": dead,
    "support_never_counts": never_counting,
    "role_never_reached": never_reached,
    "care_excluded": excluded_care,
}


@given(bases())
@settings(max_examples=25)
def test_the_checks_agree_with_brute_force(knowledge):
    everybody = answers_to_all(knowledge)
    for name, by_hand in BY_HAND.items():
        findings = found(name, knowledge)
        assert {one.key for one in findings} == by_hand(knowledge, everybody), name
        assert all(shown_by_engine(one, knowledge, TODAY) for one in findings)
    assert {one.items[0] for one in found("dead_part", knowledge)} == with_dead_part(knowledge, everybody)


@given(bases())
@settings(max_examples=25)
def test_local_conflicts_are_exactly_those_that_counting_finds(knowledge):
    findings = found("due_and_excluded", knowledge)
    assert {one.key for one in findings} == due_and_excluded(knowledge, [])
    assert all(shown_by_engine(one, knowledge, TODAY) for one in findings)


@given(bases())
@settings(max_examples=25)
def test_a_redundant_rule_can_be_left_out_and_no_answer_changes(knowledge):
    before = answers_to_all(knowledge)
    for finding in found("redundant_rule", knowledge):
        rules = {name: rule for name, rule in knowledge.rules.items() if name != finding.key}
        after = answers_to_all(replace(knowledge, rules=rules))
        for one, other in zip(before, after, strict=True):
            assert one.verdict.decision == other.verdict.decision
            assert [each.status for each in one.components] == [each.status for each in other.components]
