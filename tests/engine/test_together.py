"""Two concerns of one patient."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from formulator.engine.together import about_the_person, recommend_together
from formulator.faults import FaultsFound
from formulator.profile import profile_from_mapping
from tests.conftest import TODAY
from tests.engine.asking import ask, shipped
from tests.strategies import profile_documents

PERSON = {"sex": "female", "age": 45, "phototype": 3}
HAIR = {**PERSON, "domain": "hair", "concern": "hair_thinning", "cause": "androgenetic", "pregnancy": "no"}
SKIN = {**PERSON, "domain": "skin", "concern": "fine_lines", "site": "face"}
SAFE = {"childbearing_potential": "no", "lactation": "no"}


def together(*documents):
    profiles = [profile_from_mapping(one, f"case {number}") for number, one in enumerate(documents)]
    return recommend_together(profiles, shipped(), TODAY)


def test_no_two_sessions_share_a_day_and_the_first_concern_keeps_its_own_days():
    found = together({**HAIR, **SAFE}, {**SKIN, **SAFE})
    first, second = ({one.date for one in answer.plan.sessions} for answer in found.answers)
    assert first
    assert second
    assert first.isdisjoint(second)
    assert first == {one.date for one in ask({**HAIR, **SAFE}).plan.sessions}
    dates = [one.date for _, one in found.sessions()]
    assert dates == sorted(dates)


def test_what_one_profile_knows_about_the_person_counts_for_both():
    found = together({**HAIR, **SAFE, "haemophilia": "yes"}, SKIN)
    assert [answer.decision for answer in found.answers] == ["do_not_treat", "do_not_treat"]


def test_what_concerns_one_site_stays_there():
    found = together({**HAIR, **SAFE, "active_infection_site": "yes"}, {**SKIN, **SAFE})
    assert found.answers[0].decision != "treat"
    assert "active_infection_site" not in found.answers[1].profile


def test_pauses_of_both_plans_are_read_as_one():
    found = together({**HAIR, **SAFE, "nsaid": "yes"}, {**SKIN, **SAFE})
    assert {one.medicine for one in found.washouts()} == {"nsaid"}
    assert len(found.washouts()) >= len(found.answers[1].plan.sessions)


@pytest.mark.parametrize("other", [{"age": 46}, {"sex": "male"}, {"pregnancy": "yes"}])
def test_contradictions_about_the_person_are_refused(other):
    with pytest.raises(FaultsFound, match="an earlier one") as found:
        together(HAIR, {**SKIN, **other})
    assert {fault.field for fault in found.value.faults} >= set(other)
    assert all(fault.place.line and fault.problem.startswith("Profile 2 says ") for fault in found.value.faults)


def test_two_possible_profiles_that_make_an_impossible_person_are_refused():
    skin = {name: value for name, value in SKIN.items() if name != "sex"}
    with pytest.raises(FaultsFound):
        together({**HAIR, "sex": "male", "pregnancy": "no"}, {**skin, "lactation": "yes"})


@given(profile_documents(), profile_documents())
def test_sessions_never_clash(first, second):
    shared = {name: value for name, value in first.items() if about_the_person(name, shipped().catalogue)}
    try:
        found = together(first, {**second, **shared})
    except FaultsFound:
        return
    dates = [one.date for _, one in found.sessions()]
    assert len(dates) == len(set(dates))


def test_the_command_prints_all_days_and_every_answer(tmp_path, run_program):
    files = []
    for name, document in (("hair", {**HAIR, **SAFE}), ("skin", {**SKIN, **SAFE})):
        files.append(str(tmp_path / f"{name}.json"))
        (tmp_path / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
    said = run_program("together", *files, "--date", "2026-11-25")
    assert said.returncode == 0, said.stderr
    assert said.stdout.startswith(b"ALL SESSIONS")
    content = json.loads(run_program("together", *files, "--date", "2026-11-25", "--format", "json").stdout)
    assert [one["schema"] for one in content["answers"]] == ["formulator/recommendation/1"] * 2
    assert {one["answer"] for one in content["sessions"]} == {0, 1}
