"""What holds for every possible patient is proven; where it does not hold, a real patient shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import pytest

from formulator.conditions import IsOneOf
from formulator.knowledge import Knowledge
from formulator.knowledge.base import GRAVEST_FIRST
from formulator.knowledge.items import Statement as Sentence
from formulator.proof.invariants import Invariant, load_invariants
from tests.conftest import TODAY
from tests.engine.asking import shipped
from tests.proof.altered import CAUTION, permissive, rule, swapped, with_rules

pytest.importorskip("z3")

from formulator.engine import tables
from formulator.proof import plans
from formulator.proof.asking import Asking
from formulator.proof.booleans import FALSE
from formulator.proof.prover import Proof, Prover, prover_of, shown_by_engine
from formulator.proof.seen import seen


@cache
def invariants() -> dict[str, Invariant]:
    """The shipped invariants by id."""
    return {one.id: one for one in load_invariants(shipped())}


@cache
def prover() -> Prover:
    """A prover of the shipped knowledge."""
    return prover_of(shipped(), tuple(invariants().values()), TODAY)


STATED = sorted(name for name, one in invariants().items() if one.then is not None)
LAWS = sorted(name for name, one in invariants().items() if one.change is not None)


def test_there_are_at_least_sixty_and_each_is_said_once() -> None:
    assert len(invariants()) >= 60
    sentences = [one.sentence for one in invariants().values()]
    assert len(set(sentences)) == len(sentences)


def test_every_statement_is_proven_for_every_patient() -> None:
    found = [prover().prove(invariants()[name]) for name in STATED]
    assert [f"{one.invariant.id}: {one.counter_example}" for one in found if not one.proven] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", LAWS)
def test_every_law_of_a_change_is_proven_and_needs_each_of_its_exceptions(name: str) -> None:
    found = prover().prove(invariants()[name])
    assert (found.counter_example, found.idle) == (None, ())


def test_every_statement_speaks_of_some_patient_and_the_engine_answers_that_one_as_it_says() -> None:
    for name in STATED:
        one = invariants()[name]
        profile = prover().some_patient(prover().premise(one))
        assert profile is not None, f"{name}: its premise is impossible"
        assert one.then is not None
        assert seen(profile, shipped(), TODAY).holds(one.then), f"{name}: {profile}"


@dataclass(frozen=True)
class Planted:
    """A fault, and the invariant that must notice it."""

    what: str
    plant: Callable[[Knowledge], Knowledge]
    noticed_by: tuple[str, ...]


def _without_stop_rule(knowledge: Knowledge) -> Knowledge:
    silent = Sentence.model_construct(text="", sources=("formulator_definitions",))
    melasma = knowledge.protocols["melasma"].model_copy(update={"stop_rule": silent})
    return replace(knowledge, protocols={**knowledge.protocols, "melasma": melasma})


def _swap(name: str) -> Callable[[Knowledge], Knowledge]:
    return lambda knowledge: with_rules(knowledge, changed={name: {"when": swapped(knowledge.rules[name].when)}})


SHEDDING = IsOneOf("indication", frozenset(("telogen_effluvium",)))
FAULTS = (
    Planted(
        "the pregnancy rule is removed",
        lambda knowledge: with_rules(knowledge, without=["pregnancy_no_procedure"]),
        ("pregnancy_no_procedure_ever", "pregnancy_is_a_reason", "possible_pregnancy_no_dated_component"),
    ),
    Planted(
        "haemophilia is weakened to a caution",
        lambda knowledge: with_rules(knowledge, changed={"haemophilia_no_injection": CAUTION}),
        ("haemophilia_is_a_reason",),
    ),
    Planted(
        "haemophilia and the bleeding disorder that follows from it are cautions",
        lambda knowledge: with_rules(
            knowledge, changed=dict.fromkeys(("haemophilia_no_injection", "bleeding_disorder_no_injection"), CAUTION)
        ),
        ("haemophilia_no_procedure_ever", "bleeding_disorder_no_procedure_ever"),
    ),
    Planted(
        "dutasteride is recommended to all with shedding",
        lambda knowledge: with_rules(knowledge, added=[rule("planted", SHEDDING, subject=("dutasteride",))]),
        ("five_alpha_reductase_inhibitors_for_pattern_loss_only",),
    ),
    Planted(
        "any becomes all in the rule on kidneys and tranexamic acid",
        _swap("renal_impairment_with_intradermal_tranexamic_acid"),
        ("failing_kidneys_are_an_argument_against_tranexamic_acid",),
    ),
    Planted(
        "all becomes any in the rule on early marks and tranexamic acid",
        _swap("injected_tranexamic_acid_in_resistant_pih"),
        ("tranexamic_acid_for_pigment_only",),
    ),
    Planted("the stop rule of melasma is deleted", _without_stop_rule, ("no_plan_without_reassessment_and_stop_rule",)),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.what)
def test_a_planted_fault_breaks_an_invariant_and_a_real_patient_shows_it(fault: Planted) -> None:
    knowledge = fault.plant(shipped())
    chosen = [invariants()[name] for name in fault.noticed_by]
    broken = prover_of(knowledge, chosen, TODAY)
    for one in chosen:
        found = broken.prove(one)
        assert not found.proven, f"{one.id} does not notice that {fault.what}"
        assert shown_by_engine(found, knowledge, TODAY), f"{one.id}: the engine does not show {found.counter_example}"
        assert not shown_by_engine(found, shipped(), TODAY), f"{one.id}: the fault is not what is shown"


FAIL_OTHERWISE = frozenset(
    (
        *(
            "exactly_one_decision",
            "a_forcing_rule_is_obeyed",
            "nothing_used_is_excluded",
            "nothing_used_without_support",
        ),
        *("no_plan_after_a_refusal", "no_procedure_before_something_else", "treat_means_something_is_left"),
        *(
            "what_blocks_is_asked_what_is_assumed_is_named",
            "every_assumption_is_named",
            "every_grave_objection_is_named",
        ),
        *("no_certainty_beyond_its_sources", "no_plan_without_reassessment_and_stop_rule"),
    )
)
"""What no missing prohibition can break; each of these is broken in another way below."""


def test_every_prohibition_fails_in_a_knowledge_base_that_permits_everything() -> None:
    open_to_all = prover_of(permissive(shipped()), tuple(invariants().values()), TODAY)
    assert {name for name in STATED if open_to_all.prove(invariants()[name]).proven} == FAIL_OTHERWISE


def fails(name: str, knowledge: Knowledge) -> Proof:
    """The failed proof of an invariant in an altered knowledge base or program."""
    one = invariants()[name]
    found = prover_of(knowledge, [one], TODAY).prove(one)
    assert not found.proven, f"{name} notices nothing"
    return found


def test_a_status_ladder_that_forgets_exclusions_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_LADDERS", {})
    monkeypatch.setattr(tables, "status_of", lambda standing, blocked: "optional")
    for name in ("nothing_used_is_excluded", "nothing_used_without_support", "no_procedure_before_something_else"):
        fails(name, shipped())


def test_a_decision_that_forgets_its_rules_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Knowledge, "decision_of", lambda *_: "treat")
    assert shown_by_engine(fails("a_forcing_rule_is_obeyed", shipped()), shipped(), TODAY)
    monkeypatch.setattr(Knowledge, "decision_of", lambda *_: "perhaps")
    fails("exactly_one_decision", shipped())


def test_a_plan_for_those_who_are_refused_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "PLANNED", GRAVEST_FIRST)
    fails("no_plan_after_a_refusal", shipped())


def test_a_question_or_an_assumption_that_is_left_out_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Asking, "asked", lambda *_: FALSE)
    monkeypatch.setattr(Asking, "assumed", lambda *_: FALSE)
    for name in ("every_assumption_is_named", "every_grave_objection_is_named", "possible_pregnancy_is_asked"):
        fails(name, shipped())
    fails("what_blocks_is_asked_what_is_assumed_is_named", shipped())


def test_nobody_is_treated_with_nothing_and_nothing_is_surer_than_its_sources() -> None:
    silent = with_rules(shipped(), without=["nothing_suitable_to_inject"])
    for name in ("treat_means_something_is_left", "every_decision_has_a_reason"):
        assert shown_by_engine(fails(name, silent), silent, TODAY)
    weak = {source.id: source.model_copy(update={"type": "clinic_page"}) for source in shipped().sources.values()}
    boasting = replace(shipped(), sources=weak)
    assert shown_by_engine(fails("no_certainty_beyond_its_sources", boasting), boasting, TODAY)


FLAGS = {"condition": "smoking", "allergy": "allergy_metal", "medication": "ssri"}


def _breaker(one: Invariant) -> Knowledge:
    """Knowledge in which one flag of the group does what the law forbids."""
    flag = FLAGS[next(iter(one.change.groups))] if one.change else ""
    said_yes, said_no = (IsOneOf(flag, frozenset((word,))) for word in ("yes", "no"))
    if one.law == "never_adds":
        return with_rules(shipped(), added=[rule("planted", said_yes, subject=("saline", "biotin", "oral_repletion"))])
    if one.law == "never_ends_a_pause":
        changed = [washout.model_copy(update={"when": said_no}) for washout in shipped().washouts]
        return replace(shipped(), washouts=tuple(changed))
    forbids = {"kind": "excludes", "unknown": "assume", "harm": "severe", "decision": "do_not_treat"}
    return with_rules(shipped(), added=[rule("planted", said_no, subject=("procedure",), **forbids)])


@pytest.mark.parametrize("name", LAWS)
def test_every_law_of_a_change_fails_where_one_flag_breaks_it(name: str) -> None:
    one, knowledge = invariants()[name], _breaker(invariants()[name])
    assert one.change is not None
    flag = FLAGS[next(iter(one.change.groups))]
    only = one.model_copy(update={"change": one.change.model_copy(update={"groups": (), "fields": (flag,), "but": {}})})
    found = prover_of(knowledge, [only], TODAY).prove(only)
    assert not found.proven
    assert shown_by_engine(found, knowledge, TODAY), found.counter_example
    assert prover().prove(only).proven, "the law holds for this flag as shipped"


def test_the_smallest_counter_example_says_no_more_than_is_needed() -> None:
    knowledge = with_rules(shipped(), without=["herpes_active_wait"])
    found: Proof = prover_of(knowledge, [invariants()["active_herpes_no_procedure"]], TODAY).prove(
        invariants()["active_herpes_no_procedure"]
    )
    assert found.counter_example is not None
    profile = dict(found.counter_example.profile)
    assert profile["herpes_active"] == "yes"
    for name in profile:
        fewer = {key: value for key, value in profile.items() if key != name}
        smaller = replace(found, counter_example=replace(found.counter_example, profile=fewer))
        assert name == "herpes_active" or not shown_by_engine(smaller, knowledge, TODAY), f"{name} is not needed"
