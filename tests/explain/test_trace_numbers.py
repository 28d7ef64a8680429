"""Every number and date of an answer can be worked out anew from what stands below it in the trace."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from formulator.explain.trace import Trace, trace_of
from formulator.explain.trace.arithmetic import OPERATIONS, Arithmetic
from formulator.export.words import LIMIT_WORDS
from formulator.profile import profile_from_mapping
from formulator.ui.examples import examples
from tests.engine.asking import ask, shipped
from tests.explain.tracing import model, nodes, statuses_of
from tests.strategies import profile_documents

SATURDAY = 5
MAN = {"domain": "hair", "concern": "hair_thinning", "cause": "androgenetic", "sex": "male", "age": 34, "site": "scalp",
       "phototype": 4, "severity_scale": "norwood", "severity": 3}  # fmt: skip
SIZES = [{}, {"area_cm2": 12}, {"area_cm2": 250, "weight_kg": 48}, {"area_cm2": 900, "weight_kg": 80},
         {"area_cm2": 4000, "max_sessions": 2}]  # fmt: skip


def by_label(one: Trace, label: str) -> list[Trace]:
    """The nodes whose label begins with these words."""
    return [node for node in nodes(one) if node.label.startswith(label)]


def result(one: Trace) -> float:
    """The number of a node."""
    assert one.arithmetic is not None
    return one.arithmetic.result


def check_arithmetic(one: Trace) -> int:
    """Every number below recomputes from its operands, and its operands are the numbers of its children."""
    checked = 0
    for node in nodes(one):
        if node.arithmetic is not None:
            assert node.arithmetic.holds(), (node.label, node.value, node.arithmetic)
            if node.arithmetic.operation != "given":
                children = [result(child) for child in node.children if child.arithmetic]
                assert children[: len(node.arithmetic.operands)] == list(node.arithmetic.operands)
                checked += 1
    return checked


def test_arithmetic_that_is_wrong_is_found():
    for operation, operands, right in (
        ("sum", (1, 2), 3),
        ("whole steps", (7, 2), 3),
        ("rounded up", (0.31, 0.1), 0.4),
    ):
        assert Arithmetic(operation, operands, right).holds()
        assert not Arithmetic(operation, operands, right + 0.01).holds()
    assert Arithmetic("whole steps", (0.3, 0.1), 3).holds()
    assert set(OPERATIONS) >= {"sum", "product", "quotient", "days after"}


@given(profile_documents())
@settings(max_examples=40)
def test_every_number_and_date_of_any_answer_recomputes(document):
    answer = ask(document, model=model())
    check_arithmetic(trace_of(answer, shipped(), model()))


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize(
    "patient", ["man_34_norwood_3", "woman_24_acne_scars", "woman_41_fine_lines", "woman_58_female_pattern"]
)
@pytest.mark.parametrize("with_model", [True, False], ids=["model", "rules alone"])
def test_every_amount_of_every_formulation_stands_in_its_trace(patient, size, with_model):
    used = model() if with_model else None
    answer = ask({**profile_from_mapping(examples()[patient].profile, patient).plain(), **size}, model=used)
    whole = trace_of(answer, shipped(), used)
    assert check_arithmetic(whole) > (0 if "max_sessions" in size else 50)
    assert answer.formulations or "max_sessions" in size
    assert len(whole.children[3].children) == len(answer.formulations)
    for one, trace in zip(answer.formulations, whole.children[3].children, strict=True):
        assert result(by_label(trace, "Score")[0]) == one.score
        assert [result(node) for node in by_label(trace, "Score")[0].children] == [
            part.value for part in one.score_parts
        ]
        for number, syringe in enumerate(one.syringes, 1):
            found = by_label(trace, f"Syringe {number}:")[0]
            shown = {child.label: result(child) for child in found.children if child.arithmetic}
            assert shown.get("Points") == syringe.points
            assert shown.get("Volume") == syringe.volume_ml
            assert shown.get("Drawn up") == syringe.drawn_ml
            parts = {child.about: child for child in found.children}
            for component in syringe.components:
                amounts = {child.label: result(child) for child in parts[component.id].children}
                assert amounts.get("Dose") == component.dose
                assert amounts.get("Concentration") == component.concentration
        checks = [node for node in trace.children if node.label.startswith("Limit")]
        assert [node.value for node in checks] == [LIMIT_WORDS[check.within] for check in one.limits]
        for node, check in zip(checks, one.limits, strict=True):
            numbers = {child.label.partition(" ")[0]: result(child) for child in node.children if child.arithmetic}
            assert numbers.get("Given", numbers.get("Published")) == check.value
            assert numbers.get("Allowed") == check.allowed
        doses = [result(node) for node in trace.children if node.label.startswith("Course, ")]
        shown_doses = [each.dose for each in one.course if each.dose is not None and each.id in one.components]
        assert doses == shown_doses
        blood = [result(node) for node in trace.children if node.label.startswith("Blood for") and node.arithmetic]
        assert blood == [draw.blood_ml for draw in one.blood if draw.blood_ml is not None]


@pytest.mark.parametrize("name", sorted(examples()))
def test_every_estimate_is_its_own_part_and_the_tested_arm_with_all_its_trials(name):
    answer = ask(profile_from_mapping(examples()[name].profile, name).plain(), model=model())
    traces = statuses_of(trace_of(answer, shipped(), model()))
    for one in answer.components:
        found = by_label(traces[one.id], "Estimated gain")
        assert len(found) == one.response.estimable
        for node in found:
            assert result(node) == one.response.effect
            ends = [result(each) for each in node.children if "in 8 of 10 trials" in each.label]
            assert ends == [one.response.low, one.response.high]
            assert one.response.own is not None
            assert result(node.children[0]) == one.response.own[0]
            assert [result(each) for each in node.children[0].children] == list(one.response.own[1:])
            trials = [each for each in nodes(node) if each.kind == "trial"]
            assert len({each.about for each in trials}) == one.response.studies
            assert all(each.address.startswith("http") for each in trials)
            assert node.sentence == one.response.sentence


@given(profile_documents())
@settings(max_examples=40)
def test_every_date_of_the_plan_stands_in_the_trace_with_the_published_interval_kept(document):
    answer, profile = ask(document), profile_from_mapping(document, "case")
    plan_node = trace_of(answer, shipped(), None).children[2]
    plan = answer.plan
    if plan is None:
        assert plan_node.value == "no sessions"
        return
    days = [date.fromordinal(int(result(node))) for node in by_label(plan_node, "Session ") if node.about]
    assert sorted(days) == [one.date for one in plan.sessions]
    assert [f"{one.date}" for one in plan.reassess] == [
        node.value[-10:] for node in plan_node.children if node.label == "Reassess"
    ]
    pauses = [day for one in plan.washouts for day in (one.stop_on, one.resume_on) if day]
    shown = [node for node in plan_node.children if node.label.startswith(("Stop ", "Resume ")) and node.kind == "date"]
    assert [node.value[-10:] for node in shown] == [f"{day}" for day in pauses]
    closed: Any = profile.values.get("unavailable_dates", ())
    for node in by_label(plan_node, "Interval"):
        words, gap = node.sentence.split(), result(node)
        low, high = float(words[1]), float(words[3])
        if not low <= gap <= high:
            assert "no day of that range is open" in node.sentence
    for session in (node for node in by_label(plan_node, "Session ") if node.about):
        for reason in session.children:
            why = reason.children[1].sentence
            if "moved from" in why:
                wished = date.fromisoformat(why.partition("moved from ")[2][4:14])
                assert ("a weekend" in why) == (wished.weekday() >= SATURDAY)
                unavailable = any(wished in one for one in closed)
                assert "not available" not in why or unavailable
                start: Any = profile.values.get("start_date", answer.date)
                outside = not max(start, answer.date) <= wished <= answer.date + timedelta(days=548)
                assert unavailable or outside or wished.weekday() >= SATURDAY


def test_a_session_that_would_fall_on_a_closed_day_says_from_where_and_why_it_moved():
    start = date(2026, 11, 28)
    document = {**MAN, "start_date": start.isoformat(), "unavailable_dates": ["2026-11-30..2026-12-01"]}
    plan = trace_of(ask(document), shipped(), None).children[2]
    first = next(node for node in by_label(plan, "Session 1,") if node.about)
    assert first.value == "Wed 2026-12-02"
    assert any("moved from Sat 2026-11-28, a weekend" in node.sentence for node in nodes(first))
    given_days = {node.value for node in nodes(first) if node.about == "start_date"}
    assert given_days == {f"{start:%a} {start}"}


def test_a_component_that_joins_a_day_which_is_planned_anyway_says_so():
    plan = trace_of(ask(MAN), shipped(), None).children[2]
    third = next(node for node in by_label(plan, "Session 3,") if node.about)
    plasma = next(node for node in third.children if node.label == "Platelet-rich plasma")
    assert plasma.children[1].sentence == "published 14 to 42 days, 30 used; on a day that is planned anyway"


def test_sessions_before_an_event_are_counted_back_from_it():
    event = date(2027, 4, 17)
    plan = trace_of(ask({**MAN, "event_date": event.isoformat()}), shipped(), None).children[2]
    last = [node for node in by_label(plan, "Session ") if node.about][-1]
    days = {node.label: node for node in nodes(plan)}
    limit = days["Last day for a session"]
    assert date.fromordinal(int(result(limit))) == event - timedelta(days=result(days["Days to settle"]))
    assert all(node.arithmetic and node.arithmetic.operation == "days before" for node in last.children)
