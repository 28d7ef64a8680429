"""The space of patients is cut exactly where conditions cut it, and every cell can be written as a profile."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from itertools import combinations, product
from typing import Any

import pytest

from formulator.conditions import truth
from formulator.conditions.tree import atoms
from formulator.profile import profile_from_mapping
from formulator.proof.space import DAYS_TO_EVENT, EVENT, conditions_of, space_of
from tests.conftest import CHECKOUT, TODAY
from tests.engine.asking import shipped
from tests.proof.patients import profiles


def test_every_comparison_reads_a_value_as_it_reads_what_stands_for_its_cell() -> None:
    space = space_of(shipped())
    read = {atom for condition in conditions_of(shipped()) for atom in atoms(condition) if atom.field in space.cells}
    for profile in profiles(shipped().catalogue, seed=90, count=300):
        for atom in read:
            value: Any = profile.get(atom.field)
            if value is not None:
                stands = space.cells[atom.field][space.place(atom.field, value)].value
                assert truth(atom, {atom.field: value}) == truth(atom, {atom.field: stands}), (atom, value)


def test_the_limits_of_a_field_and_of_a_scale_fall_into_cells_of_their_own() -> None:
    space = space_of(shipped())
    for scale in shipped().catalogue.scales.values():
        inside, outside = space.place("severity", scale.high), scale.high + 0.001
        assert outside > 100 or space.place("severity", outside) != inside
    assert space.place("age", 17) != space.place("age", 18)
    with pytest.raises(KeyError):
        space.place("age", 121)


@pytest.mark.parametrize("field", sorted(space_of(shipped()).cells))
def test_every_cell_is_shown_by_a_value_that_a_clinician_can_enter(field: str) -> None:
    space = space_of(shipped())
    for number in range(len(space.cells[field])):
        profile = profile_from_mapping(space.document({field: number}, (), TODAY), "cell", shipped().catalogue)
        assert set(profile.values) == {EVENT if field == DAYS_TO_EVENT else field}


def test_the_number_of_patients_is_what_counting_one_by_one_finds() -> None:
    whole = space_of(shipped())
    names = ("sex", "pregnancy", "lactation", "childbearing_potential", "severity_scale", "severity", "smoking")
    pairs = tuple(pair for pair in whole.impossible if all(field in names for field, _ in pair))
    small = replace(whole, cells={name: whole.cells[name] for name in names}, impossible=pairs)
    barred = set(pairs) | {(other, one) for one, other in pairs}
    every = product(*(range(-1, len(cells)) for cells in small.cells.values()))
    possible = (
        not any(pair in barred for pair in combinations(zip(small.cells, chosen, strict=True), 2)) for chosen in every
    )
    assert small.patients() == sum(possible)
    assert whole.patients() > 10**70


WITHOUT_SOLVER = """
import sys
sys.modules["z3"] = None
import formulator.cli, formulator.engine, formulator.proof.seen
from formulator.knowledge import load_knowledge
from formulator.proof.invariants import load_invariants
print(len(load_invariants(load_knowledge())))
"""


def test_without_the_solver_invariants_can_still_be_read_and_everything_else_works() -> None:
    ran = subprocess.run([sys.executable, "-c", WITHOUT_SOLVER], cwd=CHECKOUT, capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr.decode()
    assert int(ran.stdout) >= 60
