"""The impact of a change on a population is what the engine, asked patient by patient with both, would have counted."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from formulator.cohort.impact import Impact, Patients, Side, impact_of
from formulator.cohort.impact.result import DECISION, NOT_KNOWN
from formulator.cohort.impact.tables import impact_csv, impact_json
from formulator.cohort.impact.tally import ColumnsFor
from formulator.cohort.impact.words import NOTHING, impact_text
from formulator.columns import columns_of
from formulator.engine import recommend
from formulator.knowledge import Knowledge
from formulator.knowledge.changes import changes_between
from formulator.knowledge.mixture import with_items
from formulator.knowledge.versions import Snapshot
from formulator.profile import Profile
from formulator.proof.drawn import answered, profiles
from formulator.proof.worked import load_cases

TODAY = date(2026, 11, 25)
COUNT, WORKED = 150, 80
Answer = Mapping[str, str]


def side(name: str, knowledge: Knowledge) -> Side:
    return Side(name, Snapshot(replace(knowledge, sha256=name), {}))


def planted(knowledge: Knowledge) -> Knowledge:
    """Other answers in every way: a rule is new, two are gone, one says more, a threshold moves."""
    rules = dict(knowledge.rules)
    smokers = rules["pregnancy_no_procedure"].model_copy(
        update={"id": "smokers_wait", "when": _condition(knowledge, "smoking"), "decision": "treat_after", "until": "x"}
    )
    speaks = [one.id for one in rules.values() if one.role == "main" and not one.when_nothing_is_left]
    for gone in [*speaks[::12], "breastfeeding_wait"]:
        del rules[gone]
    limited = next(one for one in rules.values() if one.kind == "against" and one.limits_to is None)
    rules[limited.id] = limited.model_copy(update={"limits_to": "not_indicated"})
    return replace(knowledge, rules=dict(sorted({**rules, "smokers_wait": smokers}.items())))


def _condition(knowledge: Knowledge, flag: str):
    read = (rule.when for rule in knowledge.rules.values())
    return next(when for when in read if getattr(when, "field", "") == flag)


@pytest.fixture(scope="module")
def people(knowledge: Knowledge) -> list[Profile]:
    worked = [case.profile for case in load_cases() if case.day == TODAY][:WORKED]
    return [*worked, *profiles(knowledge.catalogue, 11, COUNT - len(worked), TODAY)]


@pytest.fixture(scope="module")
def sides(knowledge: Knowledge) -> tuple[Side, Side]:
    return side("older", knowledge), side("newer", planted(knowledge))


def blocks(people: list[Profile], size: int = 67) -> Iterator[Patients]:
    """The patients in blocks of an odd size; rows are numbered from one."""
    for start in range(0, len(people), size):
        some = people[start : start + size]
        rows = np.arange(start + 1, start + 1 + len(some))
        yield Patients(rows, columns_for(some), columns_for(some))


def columns_for(some: list[Profile]) -> ColumnsFor:
    return lambda compiled: columns_of(compiled, some, TODAY)


def told(knowledge: Knowledge, people: list[Profile]) -> list[Answer]:
    """What the engine says, one by one: the decision and every status."""
    answers = (answered(one, knowledge, TODAY) for one in people)
    return [{DECISION: one.verdict.decision, **{each.id: each.status for each in one.components}} for one in answers]


def recommended(knowledge: Knowledge, people: list[Profile]) -> list[Answer]:
    """The same from whole answers."""
    answers = (recommend(one, knowledge, TODAY) for one in people)
    return [{DECISION: one.decision, **{each.id: each.status for each in one.components}} for one in answers]


@pytest.fixture(scope="module")
def both(sides: tuple[Side, Side], people: list[Profile]) -> tuple[list[Answer], list[Answer]]:
    return recommended(sides[0].knowledge, people), recommended(sides[1].knowledge, people)


@pytest.fixture(scope="module")
def found(sides: tuple[Side, Side], people: list[Profile]) -> Impact:
    return impact_of(*sides, blocks(people))


def test_every_count_is_that_of_the_engine_asked_one_by_one(
    found: Impact, both: tuple[list[Answer], list[Answer]]
) -> None:
    was, now = both
    assert found.patients == COUNT
    assert found.decisions == Counter((a[DECISION], b[DECISION]) for a, b in zip(was, now, strict=True))
    for name, pairs in found.statuses.items():
        assert pairs == Counter((a[name], b[name]) for a, b in zip(was, now, strict=True)), name
    assert found.moved == sum(a != b for a, b in zip(was, now, strict=True)) > 20
    assert found.moved_decisions == sum(a[DECISION] != b[DECISION] for a, b in zip(was, now, strict=True)) > 0
    moved = Counter((part, a[part], b[part]) for a, b in zip(was, now, strict=True) for part in a if a[part] != b[part])
    assert {(one.subject, one.before, one.after): one.patients for one in found.moves} == moved


def test_every_example_is_a_row_that_moves_in_this_way(found: Impact, both: tuple[list[Answer], list[Answer]]) -> None:
    was, now = both
    for move in found.moves:
        assert len(move.examples) == min(3, move.patients)
        rows = [one.row for one in move.examples]
        assert rows == sorted(set(rows))
        for row in rows:
            assert (was[row - 1][move.subject], now[row - 1][move.subject]) == (move.before, move.after)


def test_a_cause_is_what_brings_the_move_about_when_it_is_taken_over_alone(
    found: Impact, sides: tuple[Side, Side], people: list[Profile], both: tuple[list[Answer], list[Answer]]
) -> None:
    was, now = both
    moved = [row for row, (a, b) in enumerate(zip(was, now, strict=True)) if a != b]
    explained: set[tuple[int, str]] = set()
    causes = {one.item: one for one in found.causes}
    for change in changes_between(sides[0].snapshot, sides[1].snapshot):
        mixed = with_items(sides[0].knowledge, sides[1].knowledge, (change.item,))
        alone = told(mixed, [people[row] for row in moved])
        done = {
            (row, part)
            for row, answer in zip(moved, alone, strict=True)
            for part, says in answer.items()
            if was[row][part] != now[row][part] == says
        }
        explained |= done
        cause = causes.get(change.item)
        assert (cause.patients if cause else 0) == len({row for row, _ in done}), change.item
        assert (cause.decisions if cause else 0) == sum(part == DECISION for _, part in done)
        assert (cause.statuses if cause else 0) == sum(part != DECISION for _, part in done)
        for move in found.moves:
            for one in move.examples:
                assert (change.item in one.items) == ((one.row - 1, move.subject) in done)
    both_moved = {(row, part) for row in moved for part in was[row] if was[row][part] != now[row][part]}
    assert found.together == len({row for row, _ in both_moved - explained})


def test_a_planted_rule_is_named_as_the_cause_of_exactly_those_whom_it_moves(
    knowledge: Knowledge, people: list[Profile]
) -> None:
    rule = knowledge.rules["pregnancy_no_procedure"].model_copy(
        update={"id": "planted", "when": _condition(knowledge, "smoking"), "text": "Planted for a test."}
    )
    newer = replace(knowledge, rules=dict(sorted({**knowledge.rules, "planted": rule}.items())))
    found = impact_of(side("older", knowledge), side("newer", newer), blocks(people))
    was, now = told(knowledge, people), told(newer, people)
    (cause,) = found.causes
    assert (cause.item, cause.how, cause.says) == ("rule planted", "added", "Planted for a test.")
    assert cause.patients == found.moved == sum(a != b for a, b in zip(was, now, strict=True)) > 0
    assert found.together == 0
    assert {item for move in found.moves for one in move.examples for item in one.items} == {"rule planted"}
    (shift,) = found.rules
    assert (shift.rule, shift.went) == ("planted", 0)
    text = impact_text(found, TODAY)
    assert "rule planted (new)" in text
    assert "Planted for a test." in text


def test_a_version_changes_nothing_against_itself(knowledge: Knowledge, people: list[Profile]) -> None:
    found = impact_of(side("one", knowledge), side("one", knowledge), blocks(people))
    assert not found
    assert found.moved == found.moved_decisions == found.moved_statuses == found.together == 0
    assert not found.moves
    assert not found.causes
    assert not found.rules
    assert all(was == now for was, now in found.decisions)
    assert all(one.came == one.went == 0 and one.before == one.after for one in found.asked)
    assert NOTHING in impact_text(found, TODAY)


def test_the_other_way_round_is_the_mirror(found: Impact, sides: tuple[Side, Side], people: list[Profile]) -> None:
    mirror = impact_of(sides[1], sides[0], blocks(people, COUNT))
    assert (mirror.moved, mirror.patients) == (found.moved, found.patients)
    assert mirror.decisions == {(now, was): count for (was, now), count in found.decisions.items()}
    moves = {(one.subject, one.after, one.before): one.patients for one in mirror.moves}
    assert moves == {(one.subject, one.before, one.after): one.patients for one in found.moves}
    assert {one.rule: (one.went, one.came) for one in mirror.rules} == {
        one.rule: (one.came, one.went) for one in found.rules
    }
    assert {one.field: (one.after, one.before, one.went, one.came) for one in mirror.asked} == {
        one.field: (one.before, one.after, one.came, one.went) for one in found.asked
    }


def test_the_size_of_the_blocks_makes_no_difference(
    found: Impact, sides: tuple[Side, Side], people: list[Profile]
) -> None:
    assert impact_json(impact_of(*sides, blocks(people, 31)), TODAY) == impact_json(found, TODAY)


def test_a_component_that_one_side_does_not_know_moves_nobody_unless_it_would_be_used_or_excluded(
    knowledge: Knowledge, people: list[Profile]
) -> None:
    like = next(one for name, one in knowledge.components.items() if name in knowledge.into_skin)
    more = {**knowledge.components, "another": like.model_copy(update={"id": "another"})}
    newer = replace(knowledge, components=dict(sorted(more.items())))
    found = impact_of(side("older", knowledge), side("newer", newer), blocks(people))
    now = Counter(one["another"] for one in told(newer, people))
    assert found.statuses["another"] == {(NOT_KNOWN, status): count for status, count in now.items()}
    moved = {one.after: one.patients for one in found.moves}
    assert moved == {status: count for status, count in now.items() if status != "not_indicated"}
    assert {one.subject for one in found.moves} == {"another"}
    assert [one.item for one in found.causes] == ["component another"]


def test_what_is_said_on_paper_is_what_was_counted(found: Impact) -> None:
    document = json.loads(impact_json(found, TODAY))
    assert document["moved"] == found.moved
    assert sum(one["patients"] for one in document["decisions"]) == COUNT
    lines = list(csv.DictReader(io.StringIO(impact_csv(found))))
    assert sum(int(one["patients"]) for one in lines if one["table"] == "decisions") == COUNT
    assert {one["subject"] for one in lines if one["table"] == "causes"} == {one.item for one in found.causes}
    text = impact_text(found, TODAY)
    assert f"Moved: {found.moved:,} (" in text
    assert all(len(line) <= 140 for line in text.splitlines())


def test_with_too_many_changed_items_no_cause_is_claimed(
    sides: tuple[Side, Side], people: list[Profile], found: Impact, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("formulator.cohort.impact.alone.MOST_ITEMS", 1)
    other = impact_of(*sides, blocks(people))
    assert other.moved == found.moved
    assert not other.causes
    assert "too many" in impact_text(other, TODAY)
