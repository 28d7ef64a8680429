"""The model orders and quantifies what the rules permit; it never overrules them."""

from __future__ import annotations

from hypothesis import example, given

from formulator.engine.answer import STATUSES
from formulator.evidence.artefact import load_evidence
from formulator.profile import profile_from_mapping
from tests.engine.asking import ask, statuses
from tests.strategies import profile_documents

MODEL = load_evidence()


@given(profile_documents())
def test_no_status_and_no_decision_depends_on_the_model(document):
    with_model, without = ask(document, model=MODEL), ask(document)
    assert statuses(with_model) == statuses(without)
    assert with_model.decision == without.decision


@given(profile_documents())
def test_an_excluded_component_is_never_estimated(document):
    for one in ask(document, model=MODEL).components:
        if one.status == "contraindicated":
            assert not one.response.estimable
            assert one.response.effect is None


@given(profile_documents())
def test_components_stay_in_the_order_of_their_statuses(document):
    order = [STATUSES.index(one.status) for one in ask(document, model=MODEL).components]
    assert order == sorted(order)


@given(profile_documents())
def test_every_missing_number_has_a_code_and_a_reason(document):
    for one in ask(document, model=MODEL).components:
        response = one.response
        numbers = (response.effect, response.low, response.high, response.p_better_than_control)
        assert all((number is not None) == response.estimable for number in numbers)
        assert response.code
        assert response.estimable or response.reason


MAN = {"domain": "hair", "concern": "hair_thinning", "cause": "androgenetic", "sex": "male", "age": 34, "site": "scalp"}


@given(profile_documents())
@example(MAN)
def test_every_number_is_what_the_model_says_of_this_component_for_this_patient(document):
    answer = ask(document, model=MODEL)
    assert (answer.model_version, answer.model_sha256) == (MODEL.version, MODEL.sha256)
    values = profile_from_mapping(document, "case").values
    for one in answer.components:
        if one.status == "contraindicated":
            assert one.response.code == "excluded"
        elif answer.indication is None:
            assert one.response.code == "out_of_scope"
        else:
            said = MODEL.response(one.id, answer.indication, sex=values.get("sex"), age=values.get("age"))
            assert {key: getattr(one.response, key) for key in said.contract()} == said.contract()
            assert one.response.family == said.family
            assert one.response.own == (None if said.own is None else (said.own, said.own_low, said.own_high))
            assert (one.response.natural is None) == (said.natural is None)


def test_some_components_are_estimated_so_that_this_says_something():
    found = ask(MAN, model=MODEL).components
    assert sum(one.response.estimable for one in found) >= 3
    assert any(one.response.natural for one in found)


@given(profile_documents())
@example(MAN)
def test_inside_a_status_the_cautious_end_of_the_own_effect_orders_then_certainty_then_the_name(document):
    """Written out: what is estimated first, the higher lower end first; deferred ones by the role they would have."""
    certainties = ["high", "moderate", "low", "very_low", "expert"]
    for status in STATUSES:
        keys = []
        for one in (each for each in ask(document, model=MODEL).components if each.status == status):
            low = one.response.own[1] if one.response.own else None
            roles = [["main", "adjunct", "optional", None].index(each.role) for each in one.arguments]
            speaking = [certainties.index(each.certainty) for each in one.arguments if each.kind in ("for", "confirms")]
            place = min(roles, default=4) if status == "deferred" else 0
            keys.append((place, low is None, 0 if low is None else -low, min(speaking, default=5), one.id))
        assert keys == sorted(keys)


@given(profile_documents())
@example({**MAN, "haemophilia": "yes"})
@example({"domain": "skin", "concern": "fine_lines", "sex": "female", "age": 30, "site": "face", "phototype": 3})
def test_only_a_patient_who_may_be_treated_now_hears_what_cannot_be_put_together(document):
    answer = ask(document)
    if answer.decision != "treat" or (answer.plan and answer.plan.provisional):
        assert answer.infeasible is None
    if answer.plan and answer.plan.provisional:
        assert answer.formulations == ()
    if answer.plan is None:
        assert (answer.before, answer.after, answer.side_effects) == ((), (), ())


def test_without_a_model_every_component_says_that_the_rules_answer_alone():
    answer = ask({"concern": "hair_thinning", "cause": "androgenetic", "sex": "male"})
    assert {one.response.code for one in answer.components} == {"no_model"}
    assert answer.model_version is None
    assert answer.model_sha256 is None
