"""The trace of a status is complete and true: all that holds stands in it, what decides is what the status hangs on."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulator.conditions import IsKnown, truth
from formulator.conditions.tree import atoms
from formulator.engine import recommend
from formulator.engine.answer import Argument
from formulator.engine.facts import facts_of
from formulator.engine.standing import said_by, standing_of, status_of
from formulator.engine.words import DECISION_WORDS, STATUS_WORDS
from formulator.explain.trace import Trace, trace_of
from formulator.explain.trace.deciding import BLOCKED, deciding, status_by
from formulator.export.words import value_label
from formulator.profile import profile_from_mapping
from tests.conftest import TODAY
from tests.engine.asking import ask, shipped, statuses
from tests.explain.tracing import (
    decided,
    nodes,
    rules_of,
    statuses_of,
    with_a_rule_that_does_not_hold,
    without,
)
from tests.strategies import profile_documents

ROLES = ("main", "adjunct", "optional")
LIMITS = ("adjunct", "optional", "not_indicated")
SAID = [
    *(("excludes", until, None, None) for until in ("", "later")),
    *((kind, "", role, None) for kind in ("for", "confirms") for role in ROLES),
    *(("against", "", None, limit) for limit in LIMITS),
]
"""Everything that a rule may say about a component: kind, until, role, limit."""


def says(kind: str, until: str, role: str | None, limit: str | None) -> Argument:
    """An argument as far as the ladder reads it."""
    return Argument("rule", "x", kind, "", "", (), "low", (), role=role, limits_to=limit, until=until)


MARKS = st.frozensets(st.sampled_from([*(said_by(says(*one)) for one in SAID), BLOCKED]), max_size=6)


@given(MARKS, st.data())
@settings(max_examples=300)
def test_what_decides_gives_the_status_whatever_becomes_of_the_rest(said, data):
    decides = deciding(said)
    rest = sorted(said - decides)
    kept = data.draw(st.sets(st.sampled_from(rest))) if rest else set()
    assert status_by(decides | kept) == status_by(said)
    marks = decides - {BLOCKED}
    standing = 0
    for one in marks:
        standing |= one
    assert status_of(standing, BLOCKED in decides) == status_by(said)


@given(MARKS)
@settings(max_examples=300)
def test_without_anything_that_decides_the_status_is_another(said):
    decides = deciding(said)
    if decides:
        assert status_by(said - decides) != status_by(said)


ASKED_WHETHER_KNOWN = {
    atom.field
    for one in shipped().indications.values()
    for atom in atoms(one.derived_from)
    if isinstance(atom, IsKnown)
}
"""Fields whose absence an indication notices: they carry it while they have no value."""


@given(profile_documents())
@settings(max_examples=15)
def test_every_rule_that_holds_and_every_question_that_blocks_stands_in_the_trace(document):
    knowledge, profile = shipped(), profile_from_mapping(document, "case")
    answer = ask(document)
    facts = facts_of(profile, knowledge, TODAY)
    traces = statuses_of(trace_of(answer, knowledge, None))
    wanted = {name: set() for name in knowledge.components}
    for rule in knowledge.rules.values():
        value = None if rule.when_nothing_is_left else truth(rule.when, facts)
        if value or (value is None and rule.unknown == "block" and not rule.when_nothing_is_left):
            for name in knowledge.components_of_rule[rule.id]:
                wanted[name].add((rule.id, "rule" if value else "question"))
    for name, trace in traces.items():
        assert {(one.about, one.kind) for one in rules_of(trace)} == wanted[name]
        assert trace.value == STATUS_WORDS[answer.component(name).status]


@given(profile_documents(), st.data())
@settings(max_examples=15)
def test_a_decisive_rule_taken_out_of_the_knowledge_moves_the_status_or_its_argument_vanishes(document, data):
    answer = ask(document)
    traces = statuses_of(trace_of(answer, shipped(), None))
    cited = sorted({one.about for trace in traces.values() for one in rules_of(trace) if one.decisive})
    for rule in data.draw(st.sets(st.sampled_from(cited), max_size=2)) if cited else ():
        now = ask(document, without(shipped(), {rule}))
        for name, trace in traces.items():
            if any(one.about == rule and one.decisive for one in rules_of(trace)):
                before, after = answer.component(name), now.component(name)
                assert after.status != before.status or rule not in {one.rule for one in after.arguments}


@given(profile_documents(), st.data())
@settings(max_examples=15)
def test_the_status_hangs_on_what_is_marked_as_decisive_and_on_nothing_else(document, data):
    answer = ask(document)
    traces = statuses_of(trace_of(answer, shipped(), None))
    with_reasons = [name for name, trace in traces.items() if any(one.decisive for one in rules_of(trace))]
    if with_reasons:
        name = data.draw(st.sampled_from(sorted(with_reasons)))
        decisive = {one.about for one in rules_of(traces[name]) if one.decisive}
        said = {one.about for one in rules_of(traces[name])} - decisive
        assert statuses(ask(document, without(shipped(), decisive)))[name] != statuses(answer)[name]
        assert statuses(ask(document, without(shipped(), said)))[name] == statuses(answer)[name]


@given(profile_documents(), st.data())
@settings(max_examples=15)
def test_a_rule_that_is_not_cited_changes_nothing_whether_it_comes_or_goes(document, data):
    knowledge, answer = shipped(), ask(document)
    trace = trace_of(answer, knowledge, None)
    cited = {node.about for node in nodes(trace)}
    uncited = sorted(name for name in knowledge.rules if name not in cited)
    profile = profile_from_mapping(document, "case")
    component = data.draw(st.sampled_from(sorted(knowledge.components)))
    changed = [without(knowledge, {data.draw(st.sampled_from(uncited))})]
    more = with_a_rule_that_does_not_hold(knowledge, profile, component)
    for other in [*changed, *([more] if more else [])]:
        now = recommend(profile, other, TODAY)
        assert decided(now) == decided(answer)
        assert trace_of(now, other, None) == trace


@given(profile_documents())
@settings(max_examples=20)
def test_every_value_in_the_trace_is_that_of_the_profile_or_follows_from_it(document):
    knowledge, answer = shipped(), ask(document)
    values = {**profile_from_mapping(document, "case").values, **answer.derived}
    trace = trace_of(answer, knowledge, None)
    facts = {node.about: node for node in nodes(trace) if node.kind == "fact"}
    for name, node in facts.items():
        assert node.value == value_label(knowledge, name, values.get(name))
        assert bool(node.children) == (name in answer.derived)
        if name in answer.derived and name != "days_to_event":
            assert _carried(node) <= (set(values) | ASKED_WHETHER_KNOWN) - {name}
    assumed = {one.field for one in answer.assumptions}
    assert {name for name, node in facts.items() if "taken as" in node.sentence} == assumed & set(facts)


@given(profile_documents())
@settings(max_examples=20)
def test_the_decisive_comparisons_of_a_rule_are_the_ones_that_its_argument_names(document):
    answer = ask(document)
    traces = statuses_of(trace_of(answer, shipped(), None))
    for one in answer.components:
        rules = {node.about: node for node in rules_of(traces[one.id])}
        for reason in one.arguments:
            assert _carried(rules[reason.rule]) == {read.field for read in reason.because}
            assert rules[reason.rule].sentence == reason.text
            assert rules[reason.rule].certainty == reason.certainty
            assert rules[reason.rule].sources == reason.sources


def _carried(one: Trace) -> set[str]:
    """The fields of the comparisons that are decisive all the way down, not followed into derivations."""
    if one.kind == "condition" and one.about:
        return {one.about}
    return {field for child in one.shown() if child.kind != "part" for field in _carried(child)}


@given(profile_documents())
@settings(max_examples=15)
def test_the_decision_is_traced_to_every_reason_that_the_answer_gives(document):
    answer = ask(document)
    decision = trace_of(answer, shipped(), None).children[0]
    assert decision.value == DECISION_WORDS[answer.decision]
    found = {one.about: one for one in decision.children if one.kind in ("rule", "question")}
    assert set(found) == {one.rule for one in answer.decision_arguments}
    rules = shipped().rules
    for name, node in found.items():
        says = rules[name].decision or "treat"
        assert node.decisive == (answer.decision == ("treat_after" if node.kind == "question" else says))
    if answer.decision != "treat" and found:
        gone = ask(document, without(shipped(), {name for name, node in found.items() if node.decisive}))
        left = {one.rule for one in gone.decision_arguments}
        assert gone.decision != answer.decision or not {name for name, node in found.items() if node.decisive} & left


@pytest.mark.parametrize("status", ["recommended", "deferred", "contraindicated"])
def test_a_status_is_what_the_rules_in_its_trace_add_up_to(status):
    document = {"domain": "hair", "concern": "hair_thinning", "cause": "androgenetic", "sex": "female", "age": 30}
    answer = ask({**document, "site": "scalp", "severity_scale": "ludwig", "severity": 1})
    traces = statuses_of(trace_of(answer, shipped(), None))
    for one in answer.components:
        if one.status == status:
            rules = rules_of(traces[one.id])
            holding = [shipped().rules[node.about] for node in rules if node.kind == "rule" and node.decisive]
            blocked = any(node.kind == "question" and node.decisive for node in rules)
            assert status_of(standing_of(holding), blocked) == status
