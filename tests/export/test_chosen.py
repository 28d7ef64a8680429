"""What goes on paper and into the calendar holds the chosen formulation, and no date on which nothing is given."""

from __future__ import annotations

from formulator.evidence.artefact import load_evidence
from formulator.export.chosen import for_first_formulation
from tests.engine.asking import ask

MAN = {"concern": "hair_thinning", "cause": "androgenetic", "sex": "male", "age": 34, "site": "scalp", "nsaid": "yes"}


def test_every_printed_date_gives_a_part_of_the_first_formulation() -> None:
    answer = ask(MAN, model=load_evidence())
    first = answer.formulations[0]
    chosen = {part.id for syringe in first.syringes for part in syringe.components} | set(first.separate)
    printed = for_first_formulation(answer).plan
    assert printed.sessions
    assert all(one.components and set(one.components) <= chosen for one in printed.sessions)
    assert [one.number for one in printed.sessions] == list(range(1, len(printed.sessions) + 1))
    assert {one.date for one in printed.sessions} <= {one.date for one in answer.plan.sessions}
    assert sum(one.sessions for one in printed.phases) == len(printed.sessions)


def test_pauses_of_medicines_follow_the_sessions_that_remain() -> None:
    answer = ask(MAN, model=load_evidence())
    printed = for_first_formulation(answer).plan
    dates = {one.number: one.date for one in printed.sessions}
    dated = [one for one in printed.washouts if one.session is not None]
    assert dated
    assert all(one.stop_on is None or one.stop_on < dates[one.session] for one in dated)


def test_an_answer_without_formulations_is_printed_as_it_is() -> None:
    answer = ask({**MAN, "haemophilia": "yes"})
    assert for_first_formulation(answer) is answer
