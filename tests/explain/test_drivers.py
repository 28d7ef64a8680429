"""What drives an answer is what the engine answers when that one fact is another."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from formulator.engine import recommend
from formulator.engine.answer import USABLE
from formulator.explain.attribution import with_inputs
from formulator.explain.drivers import NOT_KNOWN, drivers
from formulator.faults import FaultsFound
from formulator.knowledge import Knowledge
from formulator.profile import profile_from_mapping
from tests.conftest import TODAY
from tests.strategies import Document, profile_documents


@settings(max_examples=15)
@given(document=profile_documents())
def test_every_flag_moves_just_what_a_new_answer_moves(document: Document, knowledge: Knowledge) -> None:
    profile = profile_from_mapping(document, "patient")
    answer = recommend(profile, knowledge, TODAY)
    told = {one.field: {other.value: other for other in one.others} for one in drivers(answer, knowledge)}
    flags = [name for name, value in profile.values.items() if value in ("yes", "no")][:3]
    for name in flags:
        for value in {"yes", "no", None} - {profile.get(name)}:
            try:
                other = recommend(with_inputs(profile, {name: value}, knowledge.catalogue), knowledge, TODAY)
            except FaultsFound:  # no patient can have it
                continue
            found = told.get(name, {}).get(value or NOT_KNOWN)
            now, then = ({one.id for one in a.components if one.status in USABLE} for a in (answer, other))
            assert set(found.leave if found else ()) == now - then
            assert set(found.enter if found else ()) == then - now
            assert (found.decision if found else None) == (
                other.decision if other.decision != answer.decision else None
            )


@pytest.mark.parametrize("field", ["concern", "domain"])
def test_another_concern_is_another_question(field: str, knowledge: Knowledge) -> None:
    profile = profile_from_mapping({"domain": "hair", "concern": "hair_thinning", "cause": "androgenetic"}, "patient")
    assert field not in [one.field for one in drivers(recommend(profile, knowledge, TODAY), knowledge)]


def test_the_fact_that_moves_the_decision_comes_first(knowledge: Knowledge) -> None:
    document = {"domain": "skin", "concern": "pigmentation", "cause": "melasma", "sex": "female", "age": 31}
    profile = profile_from_mapping({**document, "pregnancy": "yes", "smoking": "yes"}, "patient")
    found = drivers(recommend(profile, knowledge, TODAY), knowledge)
    decides = [any(other.decision for other in one.others) for one in found]
    assert decides == sorted(decides, reverse=True)
    assert decides[0]
