"""The impact of a change on a population is what the engine, asked patient by patient with both, would have counted."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from formulator.cli import main
from formulator.cohort.impact import Impact, Patients, Side, impact_of
from formulator.cohort.impact.population import columns_left_out, patients_of
from formulator.cohort.impact.result import DECISION, NOT_KNOWN
from formulator.cohort.impact.tables import impact_csv, impact_json
from formulator.cohort.impact.tally import ColumnsFor
from formulator.cohort.impact.words import NOTHING, impact_text
from formulator.cohort.start import opened
from formulator.columns import columns_of
from formulator.engine import recommend
from formulator.knowledge import Knowledge
from formulator.knowledge.changes import changes_between
from formulator.knowledge.mixture import with_items
from formulator.knowledge.versions import Snapshot
from formulator.profile import Profile
from formulator.proof.drawn import answered, profiles
from formulator.proof.worked import load_cases
from tests.conftest import CHECKOUT

TODAY = date(2026, 11, 25)
COUNT, WORKED = 110, 70
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


HEAD = "age,sex,concern,cause,smoking,ferritin,pregnancy"
ROWS = (
    "29,female,hair_loss,stress,yes,12,no",
    "34,male,hair_thinning,androgenetic,no,80,",
    "29,female,hair_loss,stress,,50,no",
    "41,female,fine_lines,,yes,50,no",
)
BROKEN = ("199,female,hair_loss,stress,yes,12,no", "30,male,hair_loss,stress,yes,12,yes", "30,male", ",,,,perhaps,,")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the knowledge with a rule more."""
    root = tmp_path_factory.mktemp("planted") / "data"
    made = shutil.ignore_patterns("versions", "verification", "pairs", "cases")
    shutil.copytree(CHECKOUT / "data", root, ignore=made)
    (root / "rules" / "safety" / "planted.yaml").write_text(RULE, encoding="utf-8")
    return root


RULE = """\
reviewed: 2026-11-25
status: active
items:
  - id: planted_smoking
    subject: procedure
    kind: excludes
    when: {smoking: yes}
    unknown: assume
    decision: do_not_treat
    harm: minor
    text: Planted - nobody who smokes.
    certainty: expert
    sources: [document_b]
"""


def asked(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["impact", *map(str, arguments), "--date", TODAY.isoformat()])


def written(path: Path, *rows: str, head: str = HEAD) -> Path:
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def test_the_command_names_the_planted_rule_with_its_count_and_its_rows(folder: Path, tmp_path: Path) -> None:
    run = asked("shipped", folder, written(tmp_path / "cohort.csv", *ROWS), "--format", "json")
    assert run.exit_code == 0, run.output
    document = json.loads(run.stdout)
    (cause,) = document["causes"]
    assert (cause["item"], cause["says"]) == ("rule planted_smoking", "Planted - nobody who smokes.")
    rows = {one["row"] for move in document["moves"] if move["part"] == "decision" for one in move["examples"]}
    assert cause["decisions"] == document["moved_decisions"] == len(rows) > 0
    assert rows <= {1, 4}, "somebody who does not smoke is moved"


def test_rows_that_are_refused_are_counted_and_named_without_a_value(folder: Path, tmp_path: Path) -> None:
    whole = written(tmp_path / "whole.csv", *ROWS)
    mixed = written(tmp_path / "mixed.csv", *(row for pair in zip(ROWS, BROKEN, strict=True) for row in pair))
    run = asked("shipped", folder, mixed, "--format", "json")
    assert run.exit_code == 1, run.output
    document, clean = json.loads(run.stdout), json.loads(asked("shipped", folder, whole, "--format", "json").stdout)
    assert document["rejected"] == len(BROKEN)
    assert sorted(row for one in document["refusals"] for row in one["examples"]) == [2, 4, 6, 8]
    assert {"perhaps", "199"}.isdisjoint(re.findall(r"\w+", json.dumps(document["refusals"])))
    for part in ("patients", "moved", "decisions", "statuses"):
        assert document[part] == clean[part], part


def test_a_version_that_is_released_is_rebuilt_and_against_itself_nothing_moves(tmp_path: Path) -> None:
    cohort = written(tmp_path / "cohort.csv", *ROWS)
    run = asked("2026.11.1", "2026.11.1", cohort)
    assert run.exit_code == 0, run.output
    assert NOTHING in run.output
    assert asked("2026.11.1", "shipped", cohort).exit_code == 0


def test_a_field_that_one_side_does_not_have_is_left_out_there_and_named(knowledge: Knowledge, tmp_path: Path) -> None:
    fields = {name: one for name, one in knowledge.catalogue.fields.items() if name != "smoking"}
    older = side("older", replace(knowledge, catalogue=replace(knowledge.catalogue, fields=fields)))
    newer = side("newer", knowledge)
    source = opened(written(tmp_path / "cohort.csv", *ROWS, "30,male,,,perhaps,,"), newer.knowledge, None)
    assert columns_left_out(source, older, newer) == ("smoking",)
    found = impact_of(older, newer, patients_of(source, older, newer, TODAY))
    assert (found.patients, found.rejected) == (len(ROWS), 1)
    assert found.refusals[0].field == "smoking"
    mirror = impact_of(newer, older, patients_of(source, newer, older, TODAY))
    assert mirror.decisions == {(now, was): count for (was, now), count in found.decisions.items()}


def test_the_cohort_as_a_file_gives_what_the_profiles_give(
    sides: tuple[Side, Side], people: list[Profile], found: Impact, tmp_path: Path
) -> None:
    names = list(sides[0].knowledge.catalogue.fields)
    path = tmp_path / "people.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, names)
        writer.writeheader()
        for one in people:
            cells = {name: ";".join(map(str, v)) if isinstance(v, list) else v for name, v in one.plain().items()}
            writer.writerow(cells)
    source = opened(path, sides[1].knowledge, None)
    read = impact_of(*sides, patients_of(source, *sides, TODAY))
    assert impact_json(read, TODAY) == impact_json(found, TODAY)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("2025.1.1", "shipped", "There is no version"),
        ("shippd", "shipped", "Did you mean 'shipped'"),
        ("shipped", "", "There is no knowledge"),
        ("../../etc", "shipped", "There is no knowledge"),
    ],
)
def test_what_is_no_knowledge_is_refused_with_what_there_is(old: str, new: str, says: str, tmp_path: Path) -> None:
    run = asked(old, new, written(tmp_path / "cohort.csv", *ROWS))
    assert run.exit_code == 2
    assert says in run.output


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("none.csv", None),
        ("a.csv", b""),
        ("a.csv", b"case,note\n1,2\n"),
        ("a.csv", b"age,age\n1,2\n"),
        ("a.parquet", b"PAR1PAR1"),
        ("a.xlsx", b"PK\x03\x04"),
    ],
)
def test_a_file_that_is_no_cohort_ends_with_exit_2_and_a_sentence(
    name: str, content: bytes | None, tmp_path: Path
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    run = asked("shipped", "shipped", path)
    assert run.exit_code == 2
    assert name in run.output
    assert "unforeseen" not in run.output
