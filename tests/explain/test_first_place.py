"""What would bring a formulation first is what a new answer puts first: every single change is tried."""

from __future__ import annotations

from pathlib import Path

import pytest

from formulator.engine import recommend
from formulator.engine.facts import facts_of
from formulator.engine.patient import Patient
from formulator.engine.ranking import DEFAULT_PREFERENCES
from formulator.explain.change.alike import DistinctMoves
from formulator.explain.change.moves import Moves
from formulator.explain.change.rank import WISH, First
from formulator.explain.change.search import smallest_changes
from formulator.explain.change.world import World
from formulator.faults import FaultsFound
from formulator.knowledge import Knowledge
from formulator.profile import Profile, profile_from_mapping
from formulator.strict_yaml import read_yaml
from tests.conftest import CHECKOUT, TODAY

EXAMPLES = ("man_34_norwood_3", "woman_58_female_pattern", "woman_41_fine_lines")


def patient_of(name: str, knowledge: Knowledge) -> Patient:
    """The patient of a shipped example."""
    path = Path(CHECKOUT / "data" / "examples" / f"{name}.yaml")
    profile = profile_from_mapping(read_yaml(path.read_text(encoding="utf-8"), name).plain()["profile"], name)
    return Patient(profile, facts_of(profile, knowledge, TODAY), knowledge, TODAY)


def first_after_each_move(patient: Patient, moves: Moves) -> dict[tuple[str, str], frozenset[str]]:
    """What a whole new answer puts first after each single change."""
    found = {}
    for field in patient.knowledge.catalogue.fields:
        for move in moves.of(field):
            profile = Profile({**patient.profile.values, field: move.value})
            try:
                best = recommend(profile, patient.knowledge, TODAY).formulations
            except FaultsFound:
                continue
            found[field, move.cell.words] = frozenset(best[0].components) if best else frozenset()
    return found


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_single_change_that_brings_a_formulation_first_is_told_and_no_other(
    name: str, knowledge: Knowledge
) -> None:
    patient = patient_of(name, knowledge)
    moves, world = Moves(patient, answers=False), World(patient)
    tried = first_after_each_move(patient, moves)
    assert len(tried) > 30
    distinct = DistinctMoves(moves, world, knowledge.rules.values(), frozenset((WISH,)))
    for one in recommend(patient.profile, knowledge, TODAY).formulations[1:]:
        wanted = frozenset(one.components)
        target = First(wanted, knowledge, None, None, DEFAULT_PREFERENCES)
        changes = smallest_changes(target, world, most=1, moves=distinct)
        told = {(part.field, move.cell.words) for change in changes for part in change for move in part.moves}
        assert told == {move for move, best in tried.items() if best == wanted}, one.components
