"""The model orders and quantifies what the rules permit; it never overrules them."""

from __future__ import annotations

from hypothesis import given

from formulator.engine.answer import STATUSES
from formulator.evidence.artefact import load_evidence
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


def test_without_a_model_every_component_says_that_the_rules_answer_alone():
    answer = ask({"concern": "hair_thinning", "cause": "androgenetic", "sex": "male"})
    assert {one.response.code for one in answer.components} == {"no_model"}
    assert answer.model_sha256 is None
