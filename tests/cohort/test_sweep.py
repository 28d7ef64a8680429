"""Sweeping one patient: every combination is the engine's own answer, and a threshold is where the rules have one."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from formulator.cli import main
from formulator.cohort.sweep import Surface, axes_of, surface_of
from formulator.cohort.sweep.surface import agrees, condensed
from formulator.cohort.sweep.words import surface_csv, surface_json, surface_text
from formulator.engine import recommend
from formulator.explain.attribution import with_inputs
from formulator.faults import FaultsFound
from formulator.knowledge import Knowledge, load_knowledge
from formulator.profile import Profile, profile_from_mapping

TODAY = date(2026, 11, 25)
SHEDDING = {"concern": "hair_loss", "cause": "stress", "sex": "female", "age": 29, "site": "scalp"}


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


@pytest.fixture(scope="module")
def woman(knowledge: Knowledge) -> Profile:
    return profile_from_mapping(SHEDDING, "test", knowledge.catalogue)


def swept(woman: Profile, knowledge: Knowledge, *vary: str) -> Surface:
    return surface_of(woman, axes_of(vary, knowledge), knowledge, TODAY)


@pytest.mark.parametrize(
    "vary",
    [("ferritin=5..100",), ("lactation", "pregnancy"), ("cause", "sex"), ("phototype", "age=10..60", "lactation")],
)
def test_every_combination_is_what_recommend_answers_for_that_patient(
    vary: tuple[str, ...], woman: Profile, knowledge: Knowledge
) -> None:
    surface = swept(woman, knowledge, *vary)
    for points, outcome in list(surface.rows())[:60]:
        given_values = {axis.field: point.value for axis, point in zip(surface.axes, points, strict=True)}
        if outcome.refused:
            with pytest.raises(FaultsFound):
                with_inputs(woman, given_values, knowledge.catalogue)
        else:
            varied = with_inputs(woman, given_values, knowledge.catalogue)
            assert agrees(outcome, recommend(varied, knowledge, TODAY))


@settings(max_examples=25, deadline=None)
@given(value=st.floats(5, 100, allow_nan=False))
def test_any_ferritin_inside_a_stretch_gets_the_answer_of_the_stretch(
    value: float, woman: Profile, knowledge: Knowledge
) -> None:
    surface = swept(woman, knowledge, "ferritin=5..100")
    fits = [
        outcome
        for (point,), outcome in surface.rows()
        if point.low is not None
        and point.high is not None
        and (point.low <= value < point.high or (point.closed and value == point.high))
    ]
    assert len(fits) == 1, "the stretches do not part the range"
    assert agrees(fits[0], recommend(with_inputs(woman, {"ferritin": value}, knowledge.catalogue), knowledge, TODAY))


def test_the_threshold_of_iron_for_shedding_hair_is_seen_at_the_number_of_the_knowledge(
    woman: Profile, knowledge: Knowledge
) -> None:
    """What is left between two joined stretches is a threshold of what is shown, and stands in data/thresholds."""
    surface = swept(woman, knowledge, "ferritin=1..400")
    joined = condensed(surface, lambda one: one.statuses["oral_repletion"], {"ferritin": "ng/mL"})
    cuts = {point.high for point in joined.axes[0].points[:-1]}
    assert cuts
    assert cuts <= {one.value for one in knowledge.thresholds.values() if one.field == "ferritin"}
    statuses = [one.statuses["oral_repletion"] for one in joined.outcomes]
    assert all(one != other for one, other in pairwise(statuses))
    assert statuses[0] == "recommended"


def test_joining_stretches_never_changes_what_stands_at_any_combination(woman: Profile, knowledge: Knowledge) -> None:
    surface = swept(woman, knowledge, "ferritin=5..100", "age=10..70")
    joined = condensed(surface, lambda one: one.decision, {})

    def at(one: Surface, ferritin: float, age: float) -> str:
        for points, outcome in one.rows():
            inside = [
                point.low is not None
                and point.high is not None
                and (point.low <= value < point.high or (point.closed and value == point.high))
                for point, value in zip(points, (ferritin, age), strict=True)
            ]
            if all(inside):
                return outcome.decision
        pytest.fail("nothing stands there")

    for ferritin in (5, 14.9, 15, 39.9, 40, 100):
        for age in (10, 17, 18, 44, 45, 70):
            assert at(surface, ferritin, age) == at(joined, ferritin, age)


def test_a_combination_that_no_patient_can_have_says_why(knowledge: Knowledge) -> None:
    man = profile_from_mapping({**SHEDDING, "sex": "male"}, "test", knowledge.catalogue)
    surface = swept(man, knowledge, "pregnancy")
    refused = {points[0].value: outcome.refused for points, outcome in surface.rows()}
    assert "cannot be pregnant" in refused["yes"]
    assert refused["no"] == ""
    assert "/  No patient can have this" in surface_text(surface, knowledge)


def test_table_and_json_hold_one_row_for_each_combination(woman: Profile, knowledge: Knowledge) -> None:
    surface = swept(woman, knowledge, "lactation", "ferritin=5..100")
    rows = list(csv.DictReader(io.StringIO(surface_csv(surface, knowledge))))
    assert len(rows) == len(surface.outcomes) == len(json.loads(surface_json(surface, knowledge))["rows"])
    assert {row["decision"] for row in rows} <= {"treat", "treat_after", "refer_first", "do_not_treat"}


def test_with_one_component_to_show_the_table_and_the_json_hold_its_status_beside_the_decision_alone(
    woman: Profile, knowledge: Knowledge
) -> None:
    surface = swept(woman, knowledge, "lactation", "ferritin=5..100")
    table = list(csv.DictReader(io.StringIO(surface_csv(surface, knowledge, "prp"))))
    for row in (*table, *json.loads(surface_json(surface, knowledge, "prp"))["rows"]):
        assert list(row) == ["lactation", "ferritin", "decision", "prp", "impossible_because"]
    assert [row["prp"] for row in table] == [outcome.statuses["prp"] for outcome in surface.outcomes]


@pytest.mark.parametrize(
    ("vary", "says"),
    [
        (["ferritn"], "Did you mean 'ferritin'"),
        (["lactation=maybe"], "yes, no, unknown"),
        (["age=9..2"], "runs backwards"),
        (["age=-1..200"], "a whole number from 0 to 120"),
        (["ferritin=nan..5"], "is no range"),
        (["ferritin=1e999..5"], "is not a value"),
        (["ferritin=5..100/0"], "runs backwards"),
        (["ferritin=0..20000/0.1"], "steps"),
        (["event_date"], "cannot be varied"),
        (["age", "age"], "varied twice"),
        (["age", "sex", "lactation", "ferritin"], "one to 3"),
        ([], "one to 3"),
        (["cause", "concern", "site"], ""),
    ],
)
def test_what_is_no_axis_is_refused_with_what_is_allowed(vary: list[str], says: str, knowledge: Knowledge) -> None:
    if not says:
        assert axes_of(vary, knowledge)
        return
    with pytest.raises(FaultsFound, match=says.replace("(", r"\(")):
        axes_of(vary, knowledge)


def test_the_command_prints_a_grid_and_refuses_nonsense_with_exit_2(tmp_path: Path) -> None:
    profile = tmp_path / "woman.yaml"
    profile.write_text("\n".join(f"{name}: {value}" for name, value in SHEDDING.items()), encoding="utf-8")
    run = CliRunner().invoke(main, ["sweep", str(profile), "--vary", "age=10..60", "--date", "2026-11-25"])
    assert run.exit_code == 0, run.output
    assert "below 18" in run.output
    refused = CliRunner().invoke(main, ["sweep", str(profile), "--vary", "age", "--show", "nothing"])
    assert refused.exit_code == 2
    assert "is not a component" in refused.output
