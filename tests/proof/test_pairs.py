"""Each comparison of each rule has two patients whom it alone tells apart; the engine answers them as recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from formulator.conditions import Always
from formulator.conditions.tree import AtLeast, Below
from formulator.engine.answer import Recommendation
from formulator.faults import FaultsFound
from formulator.knowledge import Knowledge
from formulator.knowledge.archive import PAIRS
from formulator.knowledge.load import knowledge_hash
from formulator.proof.atoms import deciding_atoms, resolutions
from formulator.proof.explained import COUPLED, load_explained, unexplained
from formulator.proof.pairs import (
    ASKED_ON,
    EFFECT,
    FAILS,
    UNKNOWN,
    Asked,
    Pair,
    broken_pairs,
    load_pairs,
    stale_pairs,
    unpaired,
    written,
)
from formulator.proof.questions import question_of, questions_of
from formulator.proof.space import EVENT
from tests.engine.asking import ask, shipped, statuses


@cache
def stored() -> tuple[Pair, ...]:
    """The stored pairs, read once."""
    return load_pairs()


def sample(step: int) -> tuple[Pair, ...]:
    """Every so many-th stored pair."""
    return stored()[::step]


def answer_to(pair: Pair, first: bool) -> Recommendation:
    """The engine's whole answer to one of the two."""
    return ask(pair.document(pair.first if first else pair.second, ASKED_ON), day=ASKED_ON)


def test_every_comparison_has_its_pair_and_the_engine_answers_every_pair_as_recorded() -> None:
    assert stale_pairs(shipped()) == []


def test_the_two_differ_in_one_given_field_and_the_comparison_turns_the_rule() -> None:
    for pair in stored():
        one, other = (pair.document(side, ASKED_ON) for side in pair.sides)
        differing = {name for name in {**one, **other} if one.get(name) != other.get(name)}
        assert len(differing) <= 1, pair
        if not pair.shows.startswith(EFFECT) and pair.field:
            assert differing, pair
            assert pair.first.reading != FAILS, pair
            assert pair.second.reading == FAILS, pair


def test_pairs_are_small() -> None:
    sizes = sorted(len(pair.patient) for pair in stored() if not pair.shows.startswith(EFFECT))
    assert sizes[len(sizes) // 2] <= 1
    assert sizes[-1] <= 8


def test_a_threshold_is_told_apart_at_its_edge() -> None:
    """One of the two has the threshold itself, the other one step less, unless the field has no such value."""
    steps, knowledge = resolutions(shipped()), shipped()
    by_name = {(pair.rule, pair.shows): pair for pair in stored()}
    at_edge = far = 0
    for rule in knowledge.rules.values():
        for one in deciding_atoms(rule.when):
            pair = by_name.get((rule.id, one.name))
            if pair and isinstance(one.atom, AtLeast | Below) and pair.field == one.atom.field:
                values = sorted(float(side.value) for side in pair.sides)
                edge = [one.atom.limit - steps[pair.field], one.atom.limit]
                at_edge += values == pytest.approx(edge)
                far += values != pytest.approx(edge)
    assert at_edge > 20 * far


def test_the_argument_stands_for_one_of_the_two_and_not_for_the_other() -> None:
    """Asked of whole recommendations, for rules that speak about components."""
    spoken = [pair for pair in sample(40) if pair.field and not pair.shows.startswith(EFFECT)]
    assert len(spoken) > 20
    for pair in spoken:
        found = [
            any(one.rule == pair.rule for part in answer_to(pair, first).components for one in part.arguments)
            or any(one.rule == pair.rule for one in answer_to(pair, first).decision_arguments)
            for first in (True, False)
        ]
        if shipped().components_of_rule[pair.rule]:
            assert found == [True, False], pair


def test_whole_recommendations_have_the_recorded_decision_and_statuses() -> None:
    for pair in sample(45):
        for first, side in ((True, pair.first), (False, pair.second)):
            answer = answer_to(pair, first)
            assert answer.decision == side.decision, pair
            assert [(name, statuses(answer)[name]) for name, _ in side.statuses] == list(side.statuses), pair


def test_pairs_hold_on_any_day() -> None:
    dated = tuple(pair for pair in stored() if "days_to_event" in (pair.field, *dict(pair.patient)))
    assert dated
    assert list(broken_pairs(dated, shipped(), ASKED_ON + timedelta(days=400))) == []


def changed(rule: str, **update: Any) -> Knowledge:
    """The shipped knowledge with one rule changed."""
    rules = {**shipped().rules, rule: shipped().rules[rule].model_copy(update=update)}
    return replace(shipped(), rules=rules)


def test_a_rule_that_was_changed_has_stale_pairs_that_name_it() -> None:
    always = stale_pairs(changed("haemophilia_no_injection", when=Always()))
    assert any("haemophilia_no_injection" in one for one in always)
    softened = stale_pairs(changed("haemophilia_no_injection", kind="against", unknown=None, decision=None))
    assert any("haemophilia_no_injection" in one for one in softened)


def test_a_new_comparison_without_a_pair_is_named() -> None:
    kept = [pair for pair in stored() if pair.rule != "haemophilia_no_injection"]
    coupled = [(one.rule, one.what) for one in load_explained(COUPLED)]
    assert list(unpaired(kept, coupled, shipped())) == ["haemophilia_no_injection: no pair for haemophilia: yes"]


def test_a_pair_of_an_impossible_patient_is_named() -> None:
    pair = next(one for one in stored() if one.rule == "haemophilia_no_injection")
    wrong = replace(pair, patient=(("sex", "male"), ("pregnancy", "yes")))
    (problem,) = broken_pairs([wrong], shipped(), ASKED_ON)
    assert "not a possible patient" in problem
    assert "haemophilia_no_injection" in problem


def test_pairs_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    (tmp_path / PAIRS).mkdir()
    (tmp_path / PAIRS / "all.csv").write_text(written(stored()), encoding="utf-8")
    assert load_pairs(tmp_path) == stored()


def test_a_line_that_is_no_pair_is_refused_with_its_place(tmp_path: Path) -> None:
    (tmp_path / PAIRS).mkdir()
    text = written(sample(200)).splitlines()
    (tmp_path / PAIRS / "all.csv").write_text("\n".join([*text[:2], "only,three,words"]), encoding="utf-8")
    with pytest.raises(FaultsFound, match=r"all\.csv:3"):
        load_pairs(tmp_path)


def test_pairs_do_not_change_the_hash_of_the_knowledge(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "a.yaml").write_text("one", encoding="utf-8")
    before = knowledge_hash(tmp_path)
    (tmp_path / PAIRS).mkdir()
    (tmp_path / PAIRS / "safety.csv").write_text("two", encoding="utf-8")
    assert knowledge_hash(tmp_path) == before


def test_what_has_no_pair_truly_has_none_and_says_why() -> None:
    pytest.importorskip("z3")
    from formulator.proof.pairing import pair_cells, pairing_of

    twins = pairing_of(shipped(), ASKED_ON).twins
    for one in load_explained(COUPLED):
        rule = shipped().rules[one.rule]
        (deciding,) = (each for each in deciding_atoms(rule.when) if each.name == one.what)
        assert pair_cells(rule, deciding, twins) is None, one


def test_pairs_made_anew_are_as_small_and_right_as_the_stored_ones() -> None:
    pytest.importorskip("z3")
    from formulator.proof.pairing import pairing_of, pairs_of_rule

    pairing = pairing_of(shipped(), ASKED_ON)
    by_name = {(pair.rule, pair.shows): pair for pair in stored()}
    made = [pair for rule in list(shipped().rules.values())[::60] for _, pair in pairs_of_rule(rule, pairing) if pair]
    assert list(broken_pairs(made, shipped(), ASKED_ON)) == []
    assert [len(pair.patient) for pair in made] == [len(by_name[pair.rule, pair.shows].patient) for pair in made]


def test_reasons_without_a_finding_and_findings_without_a_reason_are_named(tmp_path: Path) -> None:
    folder = tmp_path / PAIRS / "reasons"
    folder.mkdir(parents=True)
    (folder / "coupled.csv").write_text("rule,what,why\na,x,this was so once upon a time\n", encoding="utf-8")
    explained = load_explained(COUPLED, tmp_path)
    assert list(unexplained([("b", "y")], explained)) == [
        "b: y: no reason is written",
        "a: x: a reason is written for what is gone",
    ]
    (folder / "coupled.csv").write_text("rule,what,why\na,x,short\n", encoding="utf-8")
    with pytest.raises(FaultsFound, match=r"coupled\.csv:2.*There is no reason"):
        load_explained(COUPLED, tmp_path)


def test_a_pair_is_a_question_in_words_about_the_one_fact_that_differs() -> None:
    pair = next(one for one in stored() if one.rule == "haemophilia_no_injection")
    question = question_of(pair, shipped())
    assert question is not None
    assert question.differs == "Haemophilia"
    assert {question.first, question.second} == {"yes", "no"} or {question.first, question.second} == {"Yes", "No"}
    assert any("Do not treat with the first" in change for change in question.changes)
    assert question.sentence == shipped().rules["haemophilia_no_injection"].text


def test_every_pair_for_a_comparison_makes_a_question_with_something_that_changes() -> None:
    made = list(questions_of(stored(), shipped()))
    assert len(made) > 1000
    assert all(one.changes and one.first != one.second and one.sentence for one in made)


def test_an_answer_is_the_same_through_pairs_and_through_a_recommendation() -> None:
    """The short answer is not a second engine: decision and every status agree."""
    asked = Asked(shipped(), ASKED_ON)
    documents: list[Mapping[str, str]] = [pair.document(pair.first, ASKED_ON) for pair in sample(60)]
    for document in documents:
        outlook, answer = asked.outlook(document), ask(document, day=date(2026, 11, 25))
        assert (outlook.decision, dict(outlook.statuses)) == (answer.decision, statuses(answer))


def test_unknown_is_never_written_into_a_profile() -> None:
    hanging = [(pair, side) for pair in stored() for side in pair.sides if side.value == UNKNOWN]
    hanging = [(pair, side) for pair, side in hanging if pair.field != "cause"]
    assert hanging
    for pair, side in hanging:
        assert not {pair.field, EVENT} & set(pair.document(side, ASKED_ON)) or pair.field != "days_to_event"
        assert UNKNOWN not in {pair.document(side, ASKED_ON).get(pair.field)}
