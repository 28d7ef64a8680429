"""The mixing table: four states, what is known and what is not, one fact in one place."""

from __future__ import annotations

import csv
from itertools import combinations

import pytest

from formulator.engine.quantities import is_unit
from formulator.explain.browse import browse
from tests.conftest import CHECKOUT

STATES = {"compatible", "incompatible", "conflicting", "no_data"}
SHARED = CHECKOUT.parent / "shared" / "safety" / "components.csv"


@pytest.mark.parametrize(
    ("one", "other", "state"),
    [
        ("tranexamic_acid", "prp", "incompatible"),
        ("tranexamic_acid", "prf", "incompatible"),
        ("tranexamic_acid", "saline", "compatible"),
        ("tranexamic_acid", "vitamin_c", "conflicting"),
        ("deoxycholate", "saline", "incompatible"),
        ("deoxycholate", "prp", "incompatible"),
        ("deoxycholate", "lidocaine", "incompatible"),
        ("lidocaine", "phosphatidylcholine", "incompatible"),
        ("hyaluronidase", "hyaluronic_acid", "incompatible"),
        ("hyaluronidase", "lidocaine", "compatible"),
        ("minoxidil", "dutasteride", "conflicting"),
        ("minoxidil", "prp", "no_data"),
        ("vitamin_c", "pdrn", "no_data"),
        ("exosomes", "minoxidil", "no_data"),
    ],
)
def test_known_pairs_have_their_state_whichever_is_named_first(one, other, state, knowledge):
    assert knowledge.mixing.of(one, other).state == state
    assert knowledge.mixing.of(other, one) == knowledge.mixing.of(one, other)


def test_every_pair_has_one_of_four_states_and_only_known_ones_have_sources(knowledge):
    matrix = knowledge.mixing.matrix(knowledge.into_skin)
    assert len(matrix) == len(list(combinations(knowledge.into_skin, 2)))
    for one in matrix.values():
        assert one.state in STATES
        assert bool(one.sources) == (one.state != "no_data")
        assert one.text


def test_hyaluronidase_and_hyaluronic_acid_do_not_share_a_session(knowledge):
    assert knowledge.mixing.of("hyaluronidase", "hyaluronic_acid").apart == "session"
    assert knowledge.mixing.of("deoxycholate", "lidocaine").apart == "syringe"


def test_the_monograph_reads_its_mixing_from_the_table(knowledge):
    shown = browse(knowledge, "tranexamic_acid")
    assert "prp and tranexamic_acid: incompatible" in shown
    assert "penicillin" in shown
    assert "no data" in shown


def test_each_pair_stands_once(knowledge):
    named = [tuple(sorted(fact.pair)) for fact in knowledge.compatibility if fact.pair]
    assert len(named) == len(set(named))


def test_units_of_everything_that_is_calculated_are_in_the_table(knowledge):
    for component in knowledge.components.values():
        for one in (*component.concentrations, *component.doses, *component.stock):
            if one.used is not None or one.limit or one in component.stock:
                assert is_unit(one.unit), (component.id, one.unit)


def test_limits_have_ids_of_their_own(knowledge):
    names = [one.limit for component in knowledge.components.values() for one in component.doses if one.limit]
    assert len(names) == len(set(names))
    assert {"lidocaine_per_kg", "lidocaine_in_all", "deoxycholate_points", "deoxycholate_volume"} <= set(names)


@pytest.mark.skipif(not SHARED.exists(), reason="the raw material is not on this machine")
def test_every_component_whose_raw_notes_forbid_mixing_has_a_fact(knowledge):
    with SHARED.open(encoding="utf-8", newline="") as stream:
        notes = {row["component_id"]: row["compatibility_notes"] for row in csv.DictReader(stream)}
    for name, note in notes.items():
        if name in knowledge.into_skin and ("do not mix" in note or "incompatible" in note or "admix" in note):
            assert any(fact.state == "incompatible" for fact in knowledge.mixing.about(name)), name


def test_a_fact_about_a_group_holds_for_each_of_its_members_and_a_fact_about_the_very_pair_comes_first(knowledge):
    about_groups = [fact for fact in knowledge.compatibility if fact.group]
    of_pairs = {frozenset(fact.pair): fact for fact in knowledge.compatibility if fact.pair}
    assert about_groups
    for fact in about_groups:
        members = knowledge.members(fact.group) - {fact.component}
        assert members
        for member in members:
            expected = of_pairs.get(frozenset((fact.component, member)))
            found = knowledge.mixing.of(fact.component, member)
            others = [one for one in about_groups if one.component in (fact.component, member)]
            if expected is not None:
                assert (found.state, found.text, found.sources) == (expected.state, expected.text, expected.sources)
            elif len(others) == 1:
                assert (found.state, found.text, found.apart) == (fact.state, fact.text, fact.apart)
            else:
                assert found.state in {one.state for one in others}
        assert (fact.component, fact.component) not in knowledge.mixing.pairs
