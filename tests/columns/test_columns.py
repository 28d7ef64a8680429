"""Many patients at once get the answers that each would get alone."""

from __future__ import annotations

from datetime import timedelta
from importlib.util import find_spec

import numpy as np
import pytest

from formulator.columns import (
    DECISIONS,
    NO_INDICATION,
    STATUSES,
    assess_columns,
    cell_table,
    columns_of,
    compile_columns,
    days_to_events,
    results_for,
)
from formulator.columns.fields import is_number
from formulator.columns.threads import in_threads, parts_of
from formulator.engine import recommend
from formulator.engine.facts import derive, facts_of
from formulator.engine.findings import read_rules
from formulator.faults import FaultsFound
from formulator.profile import Profile
from formulator.proof.drawn import answered, profiles
from formulator.proof.worked import load_cases
from tests.columns.drawing import drawn, facts_of_row
from tests.columns.kleene import TRUE, UNKNOWN, truths, with_derived

EVALUATORS = ["numpy", *(["numba"] if find_spec("numba") else [])]
AROUND_BLOCKS = [1, 63, 64, 65, 1000, 4095, 4096, 4097, 65535, 65536, 65600, 131_072, 131_100]


@pytest.fixture(scope="module")
def compiled(knowledge):
    return compile_columns(knowledge)


def assert_alike(answers, patients):
    """The rows say of each patient what the engine says: rules, indication, statuses, decision."""
    knowledge = answers.compiled.knowledge
    indications, components = list(knowledge.indications), list(knowledge.components)
    for row, one in enumerate(patients):
        assert answers.rules_holding(row) == tuple(one.findings.holds)
        assert answers.rules_open(row) == tuple(one.findings.open)
        found = one.patient.facts.get("indication")
        assert answers.indication[row] == (NO_INDICATION if found is None else 1 + indications.index(found))
        statuses = {each.id: each.status for each in one.components}
        assert [STATUSES[code] for code in answers.statuses[:, row]] == [statuses[name] for name in components]
        assert DECISIONS[answers.decision[row]] == one.verdict.decision


@pytest.mark.parametrize("evaluator", EVALUATORS)
def test_random_patients_get_the_rules_statuses_and_decision_of_the_engine(
    evaluator, compiled, knowledge, catalogue, today
):
    asked = list(profiles(catalogue, 5, 400, today))
    answers = assess_columns(columns_of(compiled, asked, today), len(asked), compiled, evaluator)
    assert_alike(answers, [answered(one, knowledge, today) for one in asked])


def test_every_worked_case_gets_the_answer_of_the_engine(compiled, knowledge):
    by_day = {}
    for case in load_cases():
        by_day.setdefault(case.day, []).append(case.profile)
    for day, asked in by_day.items():
        answers = assess_columns(columns_of(compiled, asked, day), len(asked), compiled)
        assert_alike(answers, [answered(one, knowledge, day) for one in asked])


def test_a_patient_of_whom_nothing_is_known_needs_no_column(compiled, knowledge, today):
    answers = assess_columns({}, 1, compiled, "numpy")
    assert_alike(answers, [answered(Profile({}), knowledge, today)])


def test_every_question_of_the_engine_is_among_the_fields_wanted(compiled, knowledge, catalogue, today):
    asked = [case.profile for case in load_cases() if case.day == today][:40]
    asked += list(profiles(catalogue, 6, 40, today))
    answers = assess_columns(columns_of(compiled, asked, today), len(asked), compiled)
    for row, one in enumerate(asked):
        questions = {each.field for each in recommend(one, knowledge, today).missing}
        wanted = set(answers.fields_wanted(row))
        assert questions <= wanted
        assert not wanted & set(facts_of(one, knowledge, today))


def assert_as_computed(compiled, count, seed, evaluator, sample):
    """Every rule for every patient as the independent reading has it; some patients as the interpreter has them."""
    knowledge = compiled.knowledge
    columns, raw = drawn(compiled, count, seed)
    answers = assess_columns(columns, count, compiled, evaluator)
    facts = with_derived(raw, knowledge, count)
    for name in compiled.rules:
        expected = truths(knowledge.rules[name].when, facts, count)
        assert np.array_equal(answers.holds(name), expected == TRUE), name
        assert np.array_equal(answers.hangs(name), expected == UNKNOWN), name
    for row in np.random.default_rng(seed).integers(0, count, sample):
        known = facts_of_row(raw, row)
        derive(known, knowledge)
        findings = read_rules(knowledge, known)
        assert answers.rules_holding(row) == tuple(findings.holds)
        assert answers.rules_open(row) == tuple(findings.open)


@pytest.mark.parametrize("evaluator", EVALUATORS)
def test_twenty_thousand_random_patients_at_and_next_to_every_threshold(evaluator, compiled):
    assert_as_computed(compiled, 20_000, 1, evaluator, 50)


@pytest.mark.slow
@pytest.mark.parametrize("evaluator", EVALUATORS)
def test_a_million_random_patients_at_and_next_to_every_threshold(evaluator, compiled):
    assert_as_computed(compiled, 1_000_000, 2, evaluator, 2_000)


@pytest.mark.skipif(len(EVALUATORS) == 1, reason="needs the extra formulator[fast]")
@pytest.mark.parametrize("count", AROUND_BLOCKS)
def test_both_evaluators_fill_the_same_bits_and_none_beyond_the_last_patient(count, compiled):
    columns, _ = drawn(compiled, count, count)
    one, other = (assess_columns(columns, count, compiled, evaluator) for evaluator in EVALUATORS)
    assert np.array_equal(one.results, other.results)
    assert not np.unpackbits(one.results.view(np.uint8), axis=1, bitorder="little")[:, count:].any()


@pytest.mark.parametrize("evaluator", EVALUATORS)
@pytest.mark.parametrize("count", [1, 4096, 20_003])
def test_any_number_of_threads_fills_the_same_bits(evaluator, count, compiled):
    columns, _ = drawn(compiled, count, count)
    alone = assess_columns(columns, count, compiled, evaluator, threads=1)
    for threads in (2, 3, 8):
        shared = assess_columns(columns, count, compiled, evaluator, threads=threads)
        assert np.array_equal(shared.results, alone.results), threads


@pytest.mark.parametrize("count", [0, 1, 63, 64, 1000, 99_999, 1_000_000])
@pytest.mark.parametrize("threads", [1, 2, 3, 8])
def test_the_parts_of_threads_hold_every_patient_once(count, threads):
    parts = parts_of(count, threads, 64)
    assert [row for start, stop in parts for row in range(start, stop)] == list(range(count))
    assert len(parts) <= threads
    assert all(start % 64 == 0 for start, _ in parts)


def test_what_goes_wrong_in_a_thread_is_raised():
    with pytest.raises(ZeroDivisionError):
        in_threads(lambda first, last: 1 // (last - first - 1), [(0, 2), (2, 3)])


@pytest.mark.parametrize("evaluator", EVALUATORS)
def test_numbers_in_single_precision_and_whole_numbers_are_compared_as_they_are(evaluator, compiled):
    cuts = {name: np.array(cells.cuts) for name, cells in compiled.cells.items() if is_number(cells)}
    assert any((limits.astype(np.float32) < limits).any() for limits in cuts.values()), "nothing would be rounded up"
    for kind in (np.float32, np.int32, np.int64, np.uint8):
        for field, limits in cuts.items():
            numbers = np.concatenate([limits, limits + 1, limits / 2]).astype(kind)
            as_given = assess_columns({field: numbers}, len(numbers), compiled, evaluator)
            doubled = assess_columns({field: numbers.astype(np.float64)}, len(numbers), compiled, evaluator)
            assert np.array_equal(as_given.results, doubled.results), (field, kind)


@pytest.mark.parametrize("evaluator", EVALUATORS)
def test_a_column_may_be_a_part_of_another_array(evaluator, compiled):
    columns, _ = drawn(compiled, 700, 3)
    whole = assess_columns(columns, 700, compiled, evaluator)
    strided = {name: np.repeat(column, 2)[1::2] for name, column in columns.items()}
    shifted = {name: np.concatenate([column[:1], column])[1:] for name, column in columns.items()}
    for other in (strided, shifted):
        assert np.array_equal(assess_columns(other, 700, compiled, evaluator).results, whole.results)


def test_a_buffer_is_used_again_and_what_was_made_from_it_stays(compiled):
    buffer = results_for(compiled, 900)
    first_columns, _ = drawn(compiled, 900, 4)
    first = assess_columns(first_columns, 900, compiled, "numpy", buffer)
    decision = first.decision.copy()
    second_columns, _ = drawn(compiled, 130, 5)
    second = assess_columns(second_columns, 130, compiled, "numpy", buffer)
    fresh = assess_columns(second_columns, 130, compiled, "numpy")
    assert second.results.base is buffer
    assert np.array_equal(second.results, fresh.results)
    assert np.array_equal(first.decision, decision)


def test_the_counts_are_those_of_the_rows(compiled):
    columns, _ = drawn(compiled, 333, 6)
    answers = assess_columns(columns, 333, compiled)
    assert list(answers.how_many(compiled.certain)) == [answers.holds(name).sum() for name in compiled.rules]


def test_without_questions_everything_else_is_the_same(compiled, knowledge):
    columns, _ = drawn(compiled, 500, 7)
    one = assess_columns(columns, 500, compiled)
    other = assess_columns(columns, 500, compile_columns(knowledge, questions=False))
    assert np.array_equal(one.certain, other.certain)
    assert np.array_equal(one.open, other.open)
    assert np.array_equal(one.statuses, other.statuses)
    assert np.array_equal(one.decision, other.decision)
    assert other.fields_wanted(0) == ()


@pytest.mark.parametrize(
    ("column", "problem"),
    [
        (np.zeros(4, dtype=np.uint8), "shape"),
        (np.array(["yes", "no", "yes"]), "instead of codes"),
        (np.zeros(3, dtype=np.int64), "instead of codes"),
        (np.array([0, 1, 200], dtype=np.uint8), "code 200"),
    ],
)
def test_a_column_that_does_not_fit_is_refused_by_name(column, problem, compiled):
    with pytest.raises(ValueError, match=f"pregnancy.*{problem}"):
        assess_columns({"pregnancy": column}, 3, compiled)


def test_words_where_numbers_belong_are_refused(compiled):
    with pytest.raises(ValueError, match=r"ferritin.*instead of numbers"):
        assess_columns({"ferritin": np.array(["low"])}, 1, compiled)
    with pytest.raises(ValueError, match="ferritin"):
        cell_table(compiled, "ferritin", [15])


def test_days_to_events_are_those_of_the_engine(knowledge, today):
    days = [None, *(today + timedelta(days=step) for step in (-3, 0, 1, 40))]
    pairs = [(event, start) for event in days for start in days]
    events, starts = (np.array([pair[side] for pair in pairs], dtype="datetime64[D]") for side in (0, 1))
    found, refused = days_to_events(events, starts, today)
    for (event, start), number, wrong in zip(pairs, found, refused, strict=True):
        profile = Profile({name: day for name, day in (("event_date", event), ("start_date", start)) if day})
        try:
            expected = facts_of(profile, knowledge, today).get("days_to_event")
        except FaultsFound:
            assert wrong
        else:
            assert not wrong
            assert np.isnan(number) if expected is None else number == expected
