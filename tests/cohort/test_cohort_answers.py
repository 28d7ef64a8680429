"""Every row of a cohort gets the answer that its patient would get alone."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from formulator.cohort.bits import by_patient, items_in, listed
from formulator.cohort.patterns import READ_DIRECTLY, Patterns, _exact_fields, told
from formulator.cohort.request import EXTRAS
from formulator.engine import recommend
from formulator.evidence.artefact import load_evidence
from formulator.knowledge.base import DERIVED_NUMBERS
from formulator.profile import Profile
from formulator.proof.drawn import answered, profiles
from formulator.proof.worked import load_cases
from tests.cohort.making import answerer_for, block_of, cells_of, text_table


@pytest.fixture(scope="module")
def model():
    return load_evidence()


def table_of(patients):
    """The patients as columns of text, with a column that is carried along."""
    rows = [cells_of(one) for one in patients]
    return text_table(rows).append_column("chart", pa.array([f"c{place}" for place in range(len(rows))]))


def assert_as_alone(patients, knowledge, day, **asked):
    table = table_of(patients)
    answerer = answerer_for(table, knowledge, day, **asked)
    found = answerer.answer(block_of(table))
    assert not found.rejects
    rows = found.table.to_pylist()
    assert len(rows) == len(patients)
    for place, (row, one) in enumerate(zip(rows, patients, strict=True)):
        alone = answered(one, knowledge, day)
        assert (row["row"], row["chart"]) == (place + 1, f"c{place}")
        assert row["decision"] == alone.verdict.decision
        assert row["indication"] == alone.patient.facts.get("indication")
        for each in alone.components:
            assert row[f"status_{each.id}"] == each.status
        rules = row["rules"] if asked.get("lists") else items_in(row["rules"], answerer.compiled.rules)
        assert list(rules) == list(alone.findings.holds)
    return rows


@pytest.mark.parametrize("lists", [False, True])
def test_random_patients_with_unknowns_get_decision_statuses_and_rules(lists, knowledge, catalogue, today):
    assert_as_alone(list(profiles(catalogue, 11, 150, today)), knowledge, today, lists=lists)


def test_every_worked_case_gets_its_answer(knowledge):
    by_day = {}
    for case in load_cases():
        by_day.setdefault(case.day, []).append(case.profile)
    for day, patients in by_day.items():
        assert_as_alone(patients, knowledge, day)


def test_fields_that_may_be_asked_hold_every_question_of_the_engine(knowledge, catalogue, today):
    patients = list(profiles(catalogue, 12, 25, today))
    for row, one in zip(assert_as_alone(patients, knowledge, today), patients, strict=True):
        assert {each.field for each in recommend(one, knowledge, today).missing} <= set(row["may_ask"])


def treated(knowledge, catalogue, day, seed, count):
    """Patients of whom about half are treated, as most random ones are not."""
    drawn = profiles(catalogue, seed, 40 * count, day)
    found = [one for one in drawn if answered(one, knowledge, day).verdict.decision == "treat"][:count]
    cases = [case.profile for case in load_cases() if case.day == day]
    return found + random.Random(seed).sample(cases, min(count, len(cases)))


def assert_told_as_alone(rows, patients, knowledge, day, model):
    for row, one in zip(rows, patients, strict=True):
        expected = told(recommend(one, knowledge, day, model))
        assert row["questions"] == list(expected.questions)
        assert row["assumptions"] == list(expected.assumptions)
        assert row["formulation"] == expected.formulation
        assert row["plan_sessions"] == expected.sessions
        assert row["plan_first"] == expected.first
        assert row["plan_interval_days"] == expected.interval_days


def test_questions_formulation_and_plan_are_those_of_the_patient_alone(knowledge, catalogue, today, model):
    patients = treated(knowledge, catalogue, today, 13, 25)
    asked = [replace(one, asked_unknown=frozenset({"ssri", "ferritin"} - set(one.values))) for one in patients[::3]]
    patients += asked
    found = assert_as_alone(patients, knowledge, today, extras=EXTRAS, model=model)
    assert_told_as_alone(found, patients, knowledge, today, model)
    assert sum(row["formulation"] is not None for row in found) > 10
    assert sum(row["plan_first"] is not None for row in found) > 10


def test_of_patients_who_are_not_treated_formulations_alone_ask_nothing(knowledge, catalogue, today):
    patients = list(profiles(catalogue, 14, 40, today))
    table = table_of(patients)
    answerer = answerer_for(table, knowledge, today, extras=("formulations", "plan"))
    rows = answerer.answer(block_of(table)).table.to_pylist()
    planned = [row["decision"] in ("treat", "treat_after") for row in rows]
    assert answerer.patterns.asked == sum(planned) < len(rows)
    for row, one in zip(rows, patients, strict=True):
        expected = told(recommend(one, knowledge, today))
        assert (row["formulation"], row["plan_sessions"], row["plan_first"]) == (
            expected.formulation,
            expected.sessions,
            expected.first,
        )


def varied(one, knowledge, chance):
    """The same patient with other numbers in the cells that every condition tells apart, of fields read through
    conditions alone."""
    exact = _exact_fields(knowledge)
    values = dict(one.values)
    for name, value in one.values.items():
        field = knowledge.catalogue.fields[name]
        if field.type != "number" or name in exact:
            continue
        cuts = sorted({edge for cell in knowledge.cells.get(name, ()) for edge in (cell.low, cell.high) if edge})
        below = [cut for cut in cuts if cut <= value]
        above = [cut for cut in cuts if cut > value]
        low = max(below, default=field.low or 0.0)
        high = min([*above, field.high or 1e9])
        values[name] = low + (high - low) * chance.random() * 0.99
    return Profile({name: values[name] for name in one.values}, one.asked_unknown)


def test_patients_whom_no_condition_tells_apart_are_asked_about_once_and_are_alike(knowledge, catalogue, today, model):
    chance = random.Random(15)
    originals = [one for one in treated(knowledge, catalogue, today, 16, 12) if "severity" not in one.values]
    others = [varied(one, knowledge, chance) for one in originals]
    assert any(one.values != other.values for one, other in zip(originals, others, strict=True))
    table = table_of([*originals, *others])
    answerer = answerer_for(table, knowledge, today, extras=EXTRAS, model=model)
    rows = answerer.answer(block_of(table)).table.to_pylist()
    assert answerer.patterns.asked <= len(originals)
    assert_told_as_alone(rows, [*originals, *others], knowledge, today, model)


def test_what_composing_and_planning_read_beside_conditions_is_part_of_the_pattern(knowledge, today):
    exact = Patterns(knowledge, today, None, directly=True).exact
    assert set(READ_DIRECTLY) <= exact <= set(knowledge.catalogue.fields) | set(DERIVED_NUMBERS) | {"indication"}


def test_fields_that_the_engine_reads_by_their_value_are_known_here():
    """The engine's steps after the findings name the fields that they read; each is part of a pattern."""
    import re
    from pathlib import Path

    import formulator.engine

    folder = Path(formulator.engine.__file__).parent
    found = set()
    for path in folder.glob("*.py"):
        if path.stem not in ("facts", "questions", "consequences", "reachable"):
            text = path.read_text(encoding="utf-8")
            found |= set(re.findall(r"(?:profile|facts)\.get\(\s*\"(\w+)\"", text))
            found |= set(re.findall(r"(?:profile|facts)\[\s*\"(\w+)\"", text))
    assert found - {"indication"} <= set(READ_DIRECTLY)
    assert "site" in found


@pytest.mark.parametrize(("items", "count"), [(1, 1), (8, 64), (9, 65), (132, 1000), (829, 1100), (829, 0)])
def test_bits_of_items_are_turned_into_bits_of_patients(items, count):
    chance = np.random.default_rng(items)
    truths = chance.random((items, count)) < 0.2
    padded = np.zeros((items, -(-count // 64) * 64), dtype=np.bool_)
    padded[:, :count] = truths
    rows = np.packbits(padded, axis=1, bitorder="little").view(np.uint64)
    octets = by_patient(rows, count)
    names = [f"r{place}" for place in range(items)]
    begins, places = listed(octets, items)
    for patient in range(count):
        expected = [names[item] for item in range(items) if truths[item, patient]]
        assert list(items_in(octets[patient].tobytes(), names)) == expected
        assert [names[item] for item in places[begins[patient] : begins[patient + 1]]] == expected
