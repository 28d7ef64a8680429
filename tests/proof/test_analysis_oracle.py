"""On random small rule bases every check finds what brute force over all patients of a small domain finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulator.conditions import All, AnyOf, Condition, IsKnown, IsOneOf, Not, fields_read, truth
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
from formulator.proof.analysis.ground import Ground, ground_of
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


PRESENT = st.sets(st.sampled_from(FLAGS), min_size=1, max_size=2).map(
    lambda flags: All(tuple(IsOneOf(flag, frozenset(("yes",))) for flag in sorted(flags)))
)
SEVERE = {"kind": "against", "harm": "severe"}


@st.composite
def clashing_bases(draw: st.DrawFn) -> Knowledge:
    """Bases in which flags that are present speak for, against and over one component, so that they often clash."""
    made = draw(st.lists(st.tuples(PRESENT, st.just(("prp",)), EFFECTS), min_size=1, max_size=3))
    made += [(draw(PRESENT), ("prp",), SEVERE), (draw(PRESENT), ("prp",), SEVERE)]
    made += [(draw(TREES | PRESENT), ("prp",), {"kind": "for", "role": "main"})]
    rules = [a_rule(number, *parts) for number, parts in enumerate(made)]
    return replace(empty(), rules={one.id: one for one in rules})


def answers_to_all(knowledge: Knowledge) -> list[Answered]:
    return [answered(Profile(document), knowledge, TODAY) for document in EVERYBODY]


_GROUNDS: list[tuple[Knowledge, Ground]] = []


def found(name: str, knowledge: Knowledge) -> list[Finding]:
    """What one check finds; the formulas of the last knowledge are kept."""
    if not _GROUNDS or _GROUNDS[0][0] is not knowledge:
        _GROUNDS[:] = [(knowledge, ground_of(knowledge, TODAY))]
    check = next(one for one in CHECKS if one.name == name)
    return list(check.find(_GROUNDS[0][1].anew()))


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

    yield from _minimal(name, odd)


def recommended_against_two(knowledge: Knowledge, _: list[Answered]) -> set[str]:
    return {key for name in NAMES for key in _cautioned(name, knowledge)}


def _cautioned(name: str, knowledge: Knowledge) -> Iterator[str]:
    objections = [rule.id for rule in knowledge.rules.values() if name in rule.subject and rule.kind == "against"]
    flagged = [rule for rule in objections if set(FLAGS) & fields_read(knowledge.rules[rule].when)]

    @cache
    def odd(yes: tuple[str, ...], phototype: int | None) -> bool:
        facts = {flag: "yes" if flag in yes else "no" for flag in FLAGS} | (
            {"phototype": phototype} if phototype else {}
        )
        one = answered(Profile(facts), knowledge, TODAY)
        held = [rule for rule in flagged if rule in one.findings.holds]
        return len(held) > 1 and status(one, name) in ("recommended", "adjunct")

    yield from _minimal(name, odd)


def _minimal(name: str, odd: Callable[[tuple[str, ...], int | None], bool]) -> Iterator[str]:
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
@settings(max_examples=12)
def test_the_checks_agree_with_brute_force(knowledge):
    everybody = answers_to_all(knowledge)
    for name, by_hand in BY_HAND.items():
        findings = found(name, knowledge)
        assert {one.key for one in findings} == by_hand(knowledge, everybody), name
        assert all(shown_by_engine(one, knowledge, TODAY) for one in findings)
    assert {one.items[0] for one in found("dead_part", knowledge)} == with_dead_part(knowledge, everybody)


@given(clashing_bases())
@settings(max_examples=25)
def test_local_conflicts_are_exactly_those_that_counting_finds(knowledge):
    for name, by_hand in {"due_and_excluded": due_and_excluded, "two_cautions": recommended_against_two}.items():
        findings = found(name, knowledge)
        assert {one.key for one in findings} == by_hand(knowledge, []), name
        assert all(shown_by_engine(one, knowledge, TODAY) for one in findings)


@given(bases())
@settings(max_examples=12)
def test_a_redundant_rule_can_be_left_out_and_no_answer_changes(knowledge):
    before = answers_to_all(knowledge)
    for finding in found("redundant_rule", knowledge):
        rules = {name: rule for name, rule in knowledge.rules.items() if name != finding.key}
        after = answers_to_all(replace(knowledge, rules=rules))
        for one, other in zip(before, after, strict=True):
            assert one.verdict.decision == other.verdict.decision
            assert [each.status for each in one.components] == [each.status for each in other.components]


@given(bases())
@settings(max_examples=12)
def test_whatever_one_other_rule_makes_needless_is_found(knowledge):
    """Completeness, with an order of effects written out here: of two supports, the weaker within the stronger."""
    everybody = answers_to_all(knowledge)
    names = {one.key for one in found("redundant_rule", knowledge)}
    order = ("optional", "adjunct", "main")
    supports = [rule for rule in knowledge.rules.values() if rule.kind == "for"]
    for one, other in product(supports, supports):
        weaker = order.index(one.role or "") <= order.index(other.role or "") and set(one.subject) <= set(other.subject)
        inside = all(other.id in each.findings.holds for each in holding(one.id, everybody))
        if one is not other and weaker and inside:
            assert one.id in names


@given(st.lists(TREES, min_size=2, max_size=3))
@settings(max_examples=12)
def test_overlaps_of_indications_and_of_derived_values_are_found(conditions):
    shown = list(shipped().indications.values())
    indications = [one.model_copy(update={"derived_from": when}) for one, when in zip(shown, conditions, strict=False)]
    values = ("mild", "moderate", "severe")
    derivations = tuple(
        one.model_copy(update={"field": "severity_band", "value": value, "when": when})
        for one, value, when in zip(shipped().derivations, values, conditions, strict=False)
    )
    knowledge = replace(empty(), indications={one.id: one for one in indications}, derivations=derivations)
    true = [[one is True for one in readings(when)] for when in conditions]
    together = [
        (one, other)
        for one, other in combinations(range(len(conditions)), 2)
        if any(map(all, zip(true[one], true[other], strict=True)))
    ]
    assert {one.items for one in found("two_indications", knowledge)} == {
        (indications[one].id, indications[other].id) for one, other in together
    }
    assert {one.items for one in found("two_values", knowledge)} == {
        (derivations[one].id, derivations[other].id) for one, other in together
    }


@given(st.lists(st.sets(st.integers(1, 6), min_size=1), min_size=2, max_size=3))
@settings(max_examples=10)
def test_a_value_between_two_others_about_which_a_family_is_silent_is_found(lists):
    knowledge = replace(
        empty(),
        rules={
            f"rule_{number}": a_rule(
                number, IsOneOf("phototype", frozenset(values)), ("prp",), {"kind": "against", "harm": "minor"}
            )
            for number, values in enumerate(lists)
        },
    )
    spoken = set[int]().union(*lists)
    silent = [one for one in range(min(spoken), max(spoken)) if one not in spoken and one - 1 in spoken]
    found_values = {one.items[-1] for one in found("hole", knowledge)}
    assert found_values == {f"phototype={one}" for one in silent}
