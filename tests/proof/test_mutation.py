"""Small faults planted in the knowledge are noticed by cases, invariants and pairs; what is not noticed is named."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from formulator.conditions import truth
from formulator.knowledge import Knowledge
from formulator.proof.explained import SURVIVORS, Explained, load_explained, unexplained
from formulator.proof.mutants import (
    DEMOTED,
    DROPPED,
    FLIPPED,
    KINDS,
    MILDER,
    MOVED,
    SOFTENED,
    SWAPPED,
    UNNEGATED,
    Mutant,
    all_mutants,
)
from formulator.proof.pairs import ASKED_ON, Pair
from tests.engine.asking import shipped

pytest.importorskip("z3")

from formulator.proof.mutation import (
    CASES,
    EQUIVALENT,
    INVARIANTS,
    KILLED,
    PAIR_ANSWER,
    PAIR_ARGUMENT,
    SURVIVED,
    Jury,
    MutationReport,
    jury_of,
    mutation_score,
)
from formulator.proof.seen import seen
from formulator.proof.worked import load_cases, problems, whole_answer


@cache
def jury() -> Jury:
    """Everything that may notice a fault, read once."""
    return jury_of(shipped())


@cache
def mutants() -> tuple[Mutant, ...]:
    """Every mutant of the shipped knowledge."""
    return all_mutants(shipped())


def of_rule(rule: str, kind: str | None = None) -> list[Mutant]:
    """The mutants of one rule, all or of one kind."""
    return [one for one in mutants() if one.rule == rule and kind in (None, one.kind)]


@cache
def sampled() -> MutationReport:
    """The outcomes of every so many-th mutant."""
    return mutation_score(shipped(), jury(), mutants()[::40])


def test_every_mutant_differs_from_the_original_in_its_rule_alone() -> None:
    assert len({(one.rule, one.fault) for one in mutants()}) == len(mutants())
    for one in mutants():
        assert one.changed != shipped().rules[one.rule], one.fault
    for one in mutants()[::50]:
        knowledge = one.knowledge(shipped())
        differing = {name for name in shipped().rules if knowledge.rules.get(name) != shipped().rules[name]}
        assert differing == {one.rule}


def test_every_kind_of_fault_is_planted_and_every_rule_is_dropped_once() -> None:
    assert {one.kind for one in mutants()} == set(KINDS)
    assert [one.rule for one in mutants() if one.kind == DROPPED] == list(shipped().rules)


def test_what_a_mutant_takes_over_is_what_it_would_work_out_itself() -> None:
    for one in mutants()[::300]:
        taken = one.knowledge(shipped())
        fresh = replace(shipped(), rules=dict(taken.rules))
        for name in (*fresh.rules, one.rule)[:: 40 if one.changed else 41]:
            if name in fresh.rules:
                assert taken.components_of_rule[name] == fresh.components_of_rule[name]
                assert taken.subjects_of_rule[name] == fresh.subjects_of_rule[name]
        assert taken.into_skin == fresh.into_skin
        assert taken.cells == fresh.cells


def test_faulty_conditions_are_what_their_kind_says() -> None:
    """Read on facts by hand: a dropped not is the opposite, a swapped all is an any."""
    (one, *_) = [each for each in mutants() if each.kind == FLIPPED]
    assert one.changed is not None
    field = one.fault.split(": ")[1].split()[0]
    sound = shipped().rules[one.rule].when
    opposite = [truth(sound, {field: value}) != truth(one.changed.when, {field: value}) for value in (0.0, 1e6)]
    assert any(opposite)
    assert {each.kind for each in mutants() if "not" in each.kind} == {UNNEGATED}
    assert all(" of " in each.what for each in mutants() if each.kind == SWAPPED)
    moved = [each.what.split(": ")[1].split(" to ") for each in mutants() if each.kind == MOVED]
    assert {round(abs(float(one) - float(other)), 6) for one, other in moved} <= {1.0, 0.5, 0.1, 0.01}


def test_the_named_killer_notices_through_the_whole_engine() -> None:
    """What was worked out from short answers is asked again of complete recommendations."""
    cases = {case.sentence: case for case in load_cases()}
    confirmed = 0
    for outcome in sampled().outcomes:
        knowledge = outcome.mutant.knowledge(shipped())
        sentence = outcome.noticed_by.get(CASES)
        if sentence:
            confirmed += 1
            assert list(problems(cases[sentence], whole_answer(cases[sentence], knowledge))), outcome
            assert not list(problems(cases[sentence], whole_answer(cases[sentence], shipped())))
        if PAIR_ANSWER in outcome.noticed_by:
            confirmed += 1
            assert differs_in_recommendation(named(outcome.noticed_by[PAIR_ANSWER]), knowledge), outcome
        law = next((one for one in jury().invariants if one.id == outcome.noticed_by.get(INVARIANTS)), None)
        if law and law.then:
            confirmed += 1
            assert any(
                truth(law.when, at.facts) and not at.holds(law.then) for at in all_seen(outcome.mutant, knowledge)
            ), outcome
    assert confirmed > 40


def named(name: str) -> Pair:
    """The pair of that name."""
    return next(pair for pair in jury().pairs if f"{pair.rule}, {pair.shows}" == name)


def differs_in_recommendation(pair: Pair, knowledge: Knowledge) -> bool:
    """Whether a whole recommendation shows another decision or status than recorded."""
    for side in pair.sides:
        answer = seen(pair.document(side, ASKED_ON), knowledge, ASKED_ON).answer
        now = {one.id: one.status for one in answer.components}
        if answer.decision != side.decision or any(now[name] != status for name, status in side.statuses):
            return True
    return False


def all_seen(mutant: Mutant, knowledge: Knowledge):
    """The answers to the patients of cases that the rule touches, sound or faulty, and of its pairs."""
    conditions = [one.when for one in (shipped().rules[mutant.rule], mutant.changed) if one is not None]
    for case, sight in jury().case_sights:
        if any(truth(when, sight.outlook.patient.facts) is not False for when in conditions):
            yield seen(case.profile.plain(), knowledge, case.day)
    for pair in jury().pairs_of[mutant.rule]:
        yield from (seen(pair.document(side, ASKED_ON), knowledge, ASKED_ON) for side in pair.sides)


def test_a_dropped_pregnancy_rule_is_noticed_by_everyone() -> None:
    (outcome,) = mutation_score(shipped(), jury(), of_rule("pregnancy_no_procedure", DROPPED)).outcomes
    assert outcome.verdict == KILLED
    assert set(outcome.noticed_by) == {CASES, INVARIANTS, PAIR_ANSWER, PAIR_ARGUMENT}


def test_haemophilia_weakened_to_a_caution_is_noticed_though_the_rule_on_bleeding_disorders_says_the_same() -> None:
    (weakened,) = of_rule("haemophilia_no_injection", SOFTENED)
    (outcome,) = mutation_score(shipped(), jury(), [weakened]).outcomes
    assert PAIR_ARGUMENT in outcome.noticed_by
    nobody = Jury(shipped(), (), (), ())
    assert [one.verdict for one in mutation_score(shipped(), nobody, [weakened]).outcomes] == [EQUIVALENT]


def test_a_rule_that_nothing_pins_survives_and_is_named() -> None:
    """A small knowledge base whose second rule has no case, no invariant and no pair."""
    pinned = "haemophilia_no_injection"
    unpinned = next(name for name, rule in shipped().rules.items() if rule.role == "main" and "melasma" in name)
    small = replace(shipped(), rules={name: shipped().rules[name] for name in (pinned, unpinned)})
    pairs = tuple(pair for pair in jury().pairs if pair.rule == pinned and not pair.shows.startswith("effect"))
    report = mutation_score(small, Jury(small, (), (), pairs))
    assert {one.rule for one in report.survivors} == {unpinned}
    assert {DROPPED, DEMOTED} <= {one.kind for one in report.survivors}
    assert report.by_rule[unpinned][SURVIVED] == len(report.survivors)
    assert report.by_rule[pinned][SURVIVED] == 0
    assert report.score < 1


def test_a_fault_that_changes_nobodys_answer_is_proven_to_be_equivalent() -> None:
    """A copy of a rule under another name makes each of the two superfluous for decisions and statuses."""
    rule = shipped().rules["haemophilia_no_injection"]
    twice = {rule.id: rule, "the_same_again": rule.model_copy(update={"id": "the_same_again"})}
    small = replace(shipped(), rules=twice)
    milder = [one for one in all_mutants(small) if one.rule == rule.id and one.kind == MILDER]
    assert [one.verdict for one in mutation_score(small, Jury(small, (), (), ()), milder).outcomes] == [EQUIVALENT]


def test_the_same_faults_get_the_same_outcomes() -> None:
    some = mutants()[7:400:40]
    assert mutation_score(shipped(), jury(), some) == mutation_score(shipped(), jury_of(shipped()), some)


def test_the_sample_is_noticed() -> None:
    assert sampled().score >= 0.95
    assert sampled().score >= sampled().score_by(CASES, INVARIANTS, PAIR_ANSWER) > sampled().score_by(CASES) > 0
    explained = {(one.rule, one.what) for one in load_explained(SURVIVORS)}
    assert [one for one in sampled().survivors if (one.rule, one.fault) not in explained] == []


def test_an_explanation_of_a_survivor_that_is_noticed_by_now_fails() -> None:
    rule = "haemophilia_no_injection"
    report = mutation_score(shipped(), jury(), of_rule(rule, DROPPED))
    stale = Explained(rule, DROPPED, "nothing notices it, or so they say")
    found = [(one.rule, one.fault) for one in report.survivors]
    assert list(unexplained(found, [stale])) == [f"{rule}: {DROPPED}: a reason is written for what is gone"]


@pytest.mark.slow
def test_nearly_every_fault_in_the_knowledge_is_noticed_and_each_that_is_not_is_explained() -> None:
    report = mutation_score(shipped(), jury())
    assert report.score >= 0.95
    survivors = [(one.rule, one.fault) for one in report.survivors]
    assert list(unexplained(survivors, load_explained(SURVIVORS))) == []
