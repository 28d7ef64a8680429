"""The rules as the peers of the benchmark get them say what the knowledge base says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from benchmarks.peers import statuses
from benchmarks.peers.engines import (
    generated_python,
    numpy_masks,
    ours_numpy_all,
    ours_numpy_rules,
    ours_one,
    ours_shared,
    plain_python,
)
from benchmarks.peers.engines.conjunctions import conjunctions
from benchmarks.peers.grown import grown, rules_read
from benchmarks.peers.patients import cohort, columns_of, row_numbers
from benchmarks.peers.reference import DAY, answer, drawn_facts, packed
from benchmarks.peers.translate import read_fields, translated
from formulator.engine.assess import assess
from formulator.engine.findings import read_rules
from formulator.engine.patient import Patient
from formulator.knowledge import Knowledge, load_knowledge
from formulator.profile import Profile

TIMES = (1, 3)


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


@pytest.fixture(scope="module")
def facts(knowledge: Knowledge) -> list[dict[str, Any]]:
    return drawn_facts(knowledge, 60)


def test_the_reference_is_what_the_engine_finds_and_judges(knowledge: Knowledge, facts: list[dict[str, Any]]) -> None:
    for one in facts:
        found, expected = read_rules(knowledge, one), answer(rules_read(knowledge), knowledge, one)
        judged = assess(found, Patient(Profile({}), one, knowledge, DAY))
        assert list(found.holds) == expected["holds"]
        assert list(found.open) == expected["open"]
        assert [component.status for component in judged] == expected["statuses"]


@pytest.mark.parametrize("times", TIMES)
@pytest.mark.parametrize("engine", [plain_python, generated_python, ours_one, ours_shared])
def test_an_engine_for_one_patient_answers_like_the_reference(
    engine: Any, times: int, knowledge: Knowledge, facts: list[dict[str, Any]]
) -> None:
    larger = grown(knowledge, times)
    rules = translated(larger) | {"times": times}
    made, judge = engine.prepare(engine.given(rules) if hasattr(engine, "given") else rules), statuses.prepare(rules)
    for one in facts:
        holds, hangs = made.one(read_fields(one, rules["fields"]))
        expected = answer(rules_read(larger), larger, one)
        assert (sorted(holds), sorted(hangs)) == (sorted(expected["holds"]), sorted(expected["open"]))
        assert judge(holds, hangs) == expected["statuses"]
        if hasattr(made, "with_statuses"):
            assert made.with_statuses(read_fields(one, rules["fields"])) == (holds, hangs, expected["statuses"])


@pytest.mark.parametrize("engine", [numpy_masks, ours_numpy_rules, ours_numpy_all])
def test_an_engine_for_cohorts_answers_like_the_reference(
    engine: Any, knowledge: Knowledge, facts: list[dict[str, Any]]
) -> None:
    rules = translated(knowledge) | {"times": 1}
    made = engine.prepare(engine.given(rules) if hasattr(engine, "given") else rules)
    numbers = row_numbers(1_000, len(facts))
    loaded = made.loaded(cohort(columns_of(facts, rules["all_fields"]), numbers))
    holds, hangs = made.rows(made.many(loaded), 64, 1_000)
    expected = [np.unpackbits(bits, axis=1, count=len(rules["rules"])).T for bits in packed(knowledge, facts)]
    assert np.array_equal(holds, expected[0][:, numbers[64:]])
    assert np.array_equal(hangs, expected[1][:, numbers[64:]])


def test_a_larger_knowledge_base_asks_other_things_than_the_real_one(knowledge: Knowledge) -> None:
    real, larger = translated(knowledge), translated(grown(knowledge, 4))
    assert len(larger["rules"]) == 4 * len(real["rules"])
    assert len(larger["comparisons"]) > 1.5 * len(real["comparisons"])


def test_every_way_in_which_a_program_can_hold_is_listed_once() -> None:
    assert conjunctions(["all", 1, ["any", 2, ["all", 1, 3]]]) == [(1, 2), (1, 3)]
    assert conjunctions(["all"]) == [()]
    assert conjunctions(["any"]) == []
