"""On the shipped knowledge a solver agrees: every smallest change is enough and needed, and none is missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

z3 = pytest.importorskip("z3")

from formulator.engine.answer import USABLE  # noqa: E402
from formulator.engine.facts import facts_of  # noqa: E402
from formulator.engine.patient import Patient  # noqa: E402
from formulator.explain.change.moves import Move, Moves  # noqa: E402
from formulator.explain.change.search import MOST_FACTS, Change, smallest_changes  # noqa: E402
from formulator.explain.change.targets import InAnswer, Treatable  # noqa: E402
from formulator.explain.change.world import World  # noqa: E402
from formulator.knowledge import Knowledge, load_knowledge  # noqa: E402
from formulator.profile import profile_from_mapping  # noqa: E402
from formulator.proof.answers import Answers, answers_of  # noqa: E402
from formulator.proof.booleans import Formula, both, either, negated  # noqa: E402
from formulator.strict_yaml import read_yaml  # noqa: E402

DAY = date(2026, 11, 25)
EXAMPLES = sorted((Path(__file__).resolve().parents[2] / "data" / "examples").glob("*.yaml"))
DATED = {"woman_25_wedding"}  # its two dates move one number; the solver knows the number only
ASKED = ("prp", "tranexamic_acid", "oral_repletion", "dutasteride", "electroporation", "minoxidil", "microneedling")


@pytest.fixture(scope="module")
def answers() -> Answers:
    """The answers to all patients as formulas."""
    return answers_of(load_knowledge())


class Solved:
    """One patient in the solver: what is fixed stays, what may move has its moves."""

    def __init__(self, patient: Patient, answers: Answers) -> None:
        self.answers, self.moves = answers, Moves(patient)
        self.given = answers.variables.given
        self.solver = z3.SolverFor("QF_FD")
        self.solver.add(*answers.variables.possible())
        self.solver.add(*(negated(one) for one in answers.variables.in_stock.values()))
        self.stays: dict[str, Formula] = {}
        for name in self.given:
            value = patient.profile.get(name)
            self.stays[name] = negated(self.given[name].known) if value is None else self.is_(name, value)
            moved = [self.is_(name, one.value) for one in self.moves.of(name)]
            self.solver.add(either(self.stays[name], *moved))
        changed = [negated(one) for one in self.stays.values()]
        self.solver.add(z3.AtMost(*changed, MOST_FACTS))

    def is_(self, name: str, value: Any) -> Formula:
        """When a field has the value."""
        return self.given[name].values[self.answers.variables.space.place(name, value)][1]

    def box(self, change: Change) -> Formula:
        """When the facts lie in a joined change or hold it."""
        return both(*(either(*(self.is_(one.field, move.value) for move in one.moves)) for one in change))

    def exactly(self, chosen: Iterable[Move]) -> Formula:
        """When just these facts have moved."""
        to = {one.field: self.is_(one.field, one.value) for one in chosen}
        return both(*to.values(), *(stays for name, stays in self.stays.items() if name not in to))

    def agrees(self, wanted: Formula, changes: Sequence[Change]) -> None:
        """Each change is enough, no part of it is, and nothing outside all of them is."""
        for change in changes:
            chosen = [one.moves[-1] for one in change]
            assert self.solver.check(both(wanted, self.exactly(chosen))) == z3.sat, change
            for left_out in chosen:
                part = [one for one in chosen if one is not left_out]
                assert self.solver.check(both(wanted, self.exactly(part))) == z3.unsat, change
        outside = both(wanted, *(negated(self.box(change)) for change in changes))
        assert self.solver.check(outside) == z3.unsat, "the search has missed a change"


def patient_of(path: Path, knowledge: Knowledge) -> Patient:
    """The patient of a shipped example."""
    content = read_yaml(path.read_text(encoding="utf-8"), path.name).plain()
    profile = profile_from_mapping(content["profile"], path.name)
    return Patient(profile, facts_of(profile, knowledge, DAY), knowledge, DAY)


@pytest.mark.parametrize("path", [one for one in EXAMPLES if one.stem not in DATED], ids=lambda one: one.stem)
def test_the_solver_finds_the_same_smallest_changes(path: Path, answers: Answers) -> None:
    knowledge = answers.knowledge
    patient = patient_of(path, knowledge)
    solved, world = Solved(patient, answers), World(patient)
    for name in ASKED:
        wanted = answers.status(name, *sorted(USABLE))
        solved.agrees(wanted, smallest_changes(InAnswer(name, knowledge), world))
    solved.agrees(answers.decision("treat"), smallest_changes(Treatable(knowledge), world))


def test_a_change_that_is_left_out_is_noticed(answers: Answers) -> None:
    path = next(one for one in EXAMPLES if one.stem == "pregnant_woman_31_melasma")
    patient = patient_of(path, answers.knowledge)
    with pytest.raises(AssertionError, match="missed"):
        Solved(patient, answers).agrees(answers.decision("treat"), ())
