"""A cohort on disk of which some rows are broken, small blocks, and the command in this process."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from formulator.cohort import answering, start, work
from formulator.cohort.start import Ended, Wanted, cohort_answered
from formulator.proof.drawn import profiles
from tests.cohort.making import cells_of, compiled_once, write_csv

ROWS = 300
SMALL_BLOCK = 128
BREAKAGES = (
    {"age": "-4"},
    {"ferritin": "12 stone"},
    {"ferritin": "NaN"},
    {"pregnancy": "perhaps"},
    {"sex": "male", "pregnancy": "yes"},
    {"event_date": "2026-01-02"},
    {"start_date": "2027-02-30"},
)


@pytest.fixture(scope="session")
def cohort_rows(catalogue, today) -> list[dict[str, str]]:
    """Random patients as cells, with a chart number that is carried along."""
    rows = [cells_of(one) for one in profiles(catalogue, 21, ROWS, today)]
    return [{"chart": f"c{place}", **row} for place, row in enumerate(rows)]


@pytest.fixture(scope="session")
def broken_rows(cohort_rows) -> tuple[list[dict[str, str]], dict[int, set[str]]]:
    """The same with two rows in a hundred broken, and for each broken row number what was broken."""
    chance = random.Random(22)
    rows, broken = [dict(row) for row in cohort_rows], {}
    for place in chance.sample(range(ROWS), ROWS // 50):
        breakage = BREAKAGES[len(broken) % len(BREAKAGES)]
        rows[place].update(breakage)
        broken[place + 1] = set(breakage)
    return rows, broken


@pytest.fixture(scope="session")
def cohort_csv(broken_rows, tmp_path_factory) -> Path:
    """The broken cohort as a CSV file."""
    path = tmp_path_factory.mktemp("cohort") / "cohort.csv"
    write_csv(path, broken_rows[0])
    return path


@pytest.fixture
def small_blocks(monkeypatch) -> None:
    """Blocks of few rows, so that a small cohort has many parts."""
    monkeypatch.setattr(start, "rows_of_block", lambda columns, costly: SMALL_BLOCK)


Answer = Callable[..., tuple[Ended, list[str]]]


@pytest.fixture
def answer(knowledge, monkeypatch) -> Answer:
    """Answer a file into another, as the command does; returns how it ended and what was said.

    What does not change is read and compiled once for all tests.
    """
    for module in (start, work):
        monkeypatch.setattr(module, "ready_knowledge", lambda: knowledge)
    for module in (start, answering):
        monkeypatch.setattr(module, "compile_columns", compiled_once)

    def run(source: Path, out: Path, **asked: Any) -> tuple[Ended, list[str]]:
        said: list[str] = []
        ended = cohort_answered(Wanted(source, out, today="2026-11-25", **asked), said.append)
        return ended, said

    return run


def left_behind(out: Path) -> set[str]:
    """What lies beside an answer, without the answer."""
    return {one.name for one in out.parent.iterdir() if one.name.startswith((out.name, f".{out.name}"))} - {out.name}
