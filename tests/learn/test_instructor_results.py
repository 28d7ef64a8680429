"""What a class hands in: read as hostile, graded by the same diagnosers, counted without names."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from formulator.learn.cases import answer_of
from formulator.learn.commitment import plain_commitment
from formulator.learn.commitment_reading import commitment_from
from formulator.learn.diagnosis import feedback_of
from formulator.learn.diagnosis.words import lesson_words
from formulator.learn.instructor.answer_file import answer_file_from
from formulator.learn.instructor.results import MOST_FILES, Results, results_of
from formulator.learn.instructor.session import session_json
from formulator.learn.instructor.tables import missed_by_case, most_missed, results_csv, results_text
from formulator.learn.progress import ProgressStore, judged
from tests.learn.taught import FIRST, filled, form, perfect, run_class, session, shipped, some_cases

HASTY: dict[str, Any] = {"cause": "postpartum", "decision": "treat", "components": {"prp": "main"}}
RIGHT = {number: perfect(case) for number, case in enumerate(some_cases(), 1)}


def results(*files: bytes, anyway: bool = False, names: tuple[str, ...] = ()) -> Results:
    """The files of a class, graded."""
    knowledge, book, model = shipped()
    named = [(names[at] if names else f"file {at}.yaml", content) for at, content in enumerate(files)]
    return results_of(named, session(), book, knowledge, model, anyway)


def test_the_answer_file_as_it_is_handed_out_decides_nothing() -> None:
    file = answer_file_from(filled("A1", {}), "a.yaml")
    assert file.session_sha256 == session().sha256
    assert [one.decision for one in file.answers.values()] == [{}] * len(some_cases())
    found = results(filled("A1", {}))
    assert found == Results((), (), ())


def test_a_perfect_decision_written_into_the_file_comes_back_whole_and_is_graded_as_such() -> None:
    knowledge, book, model = shipped()
    file = answer_file_from(filled("A1", RIGHT), "a.yaml")
    found = {one.case: one.feedback for one in results(filled("A1", RIGHT)).graded}
    for number, case in enumerate(some_cases(), 1):
        read = commitment_from(dict(file.answers[number].decision), case, knowledge)
        assert plain_commitment(read) == perfect(case), case.id
        assert found[case.id] == feedback_of(read, case, book, knowledge, model)
    assert found[FIRST].mistakes == ()


def test_each_answer_gets_the_feedback_that_a_single_trainee_gets() -> None:
    knowledge, book, model = shipped()
    case = book.cases[FIRST]
    (graded,) = results(filled("A1", {1: HASTY})).graded
    alone = feedback_of(commitment_from(HASTY, case, knowledge), case, book, knowledge, model)
    assert (graded.label, graded.case, graded.feedback) == ("A1", FIRST, alone)
    assert alone.mistakes


def test_lessons_are_counted_by_trainee_and_the_most_missed_come_first() -> None:
    found = results(filled("A1", {1: HASTY}), filled("B2", {1: HASTY}), filled("C3", {1: RIGHT[1]}))
    rows = missed_by_case(found)
    assert {one.case for one in rows} == {FIRST}
    iron = [one for one in rows if one.lesson.key == "rule:low_ferritin_shedding_replace_iron_first"]
    assert iron
    assert all(one.codes == ("A1", "B2") and one.of == 3 for one in iron)
    counts = [len(one.codes) for one in most_missed(found)]
    assert counts == sorted(counts, reverse=True)
    wrong = {one.lesson for graded in found.graded for one in graded.feedback.mistakes}
    assert {one.lesson for one in most_missed(found)} == wrong
    for one in most_missed(found):
        assert set(one.codes) == {
            graded.label for graded in found.graded if one.lesson in {each.lesson for each in graded.feedback.mistakes}
        }
        assert len(one.codes) <= one.of <= len(found.labels)


def test_the_order_of_the_files_changes_nothing_in_the_tables() -> None:
    files = filled("A1", {1: HASTY}), filled("B2", {1: {"decision": "do_not_treat"}}), filled("C3", {1: RIGHT[1]})
    assert most_missed(results(*files)) == most_missed(results(*files[::-1]))
    assert missed_by_case(results(*files)) == missed_by_case(results(*files[::-1]))


def test_the_csv_and_the_text_hold_every_row_with_its_lesson_in_words() -> None:
    knowledge, _, _ = shipped()
    found = results(filled("A1", {1: HASTY}), filled("B2", {1: RIGHT[1]}))
    rows = list(csv.DictReader(io.StringIO(results_csv(found, knowledge))))
    assert [(row["lesson"], row["missed_by"], row["of"], row["codes"]) for row in rows] == [
        (one.lesson.key, str(len(one.codes)), str(one.of), "; ".join(one.codes)) for one in missed_by_case(found)
    ]
    text = results_text(found, knowledge)
    for one in most_missed(found):
        assert one.lesson.key in text
        assert lesson_words(one.lesson, knowledge).split()[0] in text


def test_what_was_made_for_other_knowledge_is_said_and_graded_only_when_that_is_asked_for() -> None:
    plain: dict[str, Any] = form() | {"label": "A1", "knowledge": "0" * 64}
    plain["answers"]["1"] |= HASTY
    content = yaml.safe_dump(plain).encode()
    said = results(content)
    assert said.graded == ()
    assert "made for knowledge 000000000000" in said.differing[0].problem
    graded = results(content, anyway=True)
    assert graded.differing == said.differing
    assert [(one.label, one.differs) for one in graded.graded] == [("A1", True)]


def test_an_answer_to_a_case_that_has_changed_is_said_and_graded_only_when_that_is_asked_for() -> None:
    plain: dict[str, Any] = form() | {"label": "A1"}
    plain["answers"]["1"] |= {**HASTY, "case": "1" * 64}
    content = yaml.safe_dump(plain).encode()
    assert "changed since" in results(content).differing[0].problem
    assert results(content).graded == ()
    assert [one.case for one in results(content, anyway=True).graded] == [FIRST]


def test_a_file_of_another_session_counts_only_where_it_answers_the_very_same_case() -> None:
    plain: dict[str, Any] = form() | {"label": "A1", "session": "2" * 64}
    plain["answers"]["1"] |= HASTY
    assert [one.case for one in results(yaml.safe_dump(plain).encode()).graded] == [FIRST]
    plain["answers"]["1"]["case"] = "3" * 64
    foreign = results(yaml.safe_dump(plain).encode(), anyway=True)
    assert foreign.graded == ()
    assert "another session" in foreign.refused[0].problem


def test_each_code_counts_once_and_the_name_of_a_file_stands_in_no_table() -> None:
    knowledge, _, _ = shipped()
    twice = results(filled("A1", {1: HASTY}), filled("a1", {1: HASTY}), names=("Ada Lovelace.yaml", "Grace.yaml"))
    assert len(twice.graded) == 1
    assert "stands in another file already" in twice.refused[0].problem
    shown = results_text(twice, knowledge) + results_csv(twice, knowledge)
    assert "Ada" not in shown
    assert "Lovelace" not in shown


def test_more_files_than_a_class_has_are_refused_beyond_the_limit() -> None:
    files = [b"x"] * (MOST_FILES + 3)
    assert sum("too many files" in one.problem for one in results(*files).refused) == 3


def test_an_export_of_progress_is_graded_by_its_first_decision_about_each_case() -> None:
    knowledge, book, model = shipped()
    case = book.cases[FIRST]
    answer = answer_of(case, knowledge, model)
    store = ProgressStore(None, datetime(2026, 11, 25, 9, tzinfo=UTC))
    for hour, raw in ((10, HASTY), (12, RIGHT[1])):
        at = datetime(2026, 11, 25, hour, tzinfo=UTC)
        commitment = commitment_from(raw, case, knowledge)
        feedback = feedback_of(commitment, case, book, knowledge, model)
        attempt = store.begin_attempt(case.id, at)
        store.commit_attempt(attempt, commitment, judged(case, answer, commitment, feedback), at)
    found = results(store.export_progress(), filled("A1", {1: RIGHT[1]}))
    assert [(one.label, one.case) for one in found.graded] == [("progress #1", FIRST), ("A1", FIRST)]
    alone = feedback_of(commitment_from(HASTY, case, knowledge), case, book, knowledge, model)
    assert found.graded[0].feedback == alone


def test_an_export_without_a_case_of_the_session_is_said() -> None:
    empty = ProgressStore(None, datetime(2026, 11, 25, 9, tzinfo=UTC)).export_progress()
    assert "no decision about a case of this session" in results(empty).refused[0].problem


Break = Callable[[dict[str, Any]], Any]


def put(*path: str, value: Any) -> Break:
    """Put a value at a place of the file."""

    def change(plain: dict[str, Any]) -> None:
        inner = plain
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = value

    return change


def take(*path: str) -> Break:
    """Take a key out."""

    def change(plain: dict[str, Any]) -> None:
        inner = plain
        for key in path[:-1]:
            inner = inner[key]
        del inner[path[-1]]

    return change


def answer(key: str, value: Any) -> Break:
    """Another value in the answer to the first case."""
    return put("answers", "1", key, value=value)


BROKEN: dict[str, Break] = {
    **{f"without {key}": take(key) for key in ("schema", "session", "knowledge", "label", "answers")},
    **{f"{key} is a list": put(key, value=["x"]) for key in ("schema", "session", "knowledge", "label", "answers")},
    **{f"{key} is empty": put(key, value="") for key in ("schema", "session", "knowledge", "label", "answers")},
    "another key": put("extra", value="x"),
    "another schema": put("schema", value="formulator/answers/2"),
    "a short hash": put("knowledge", value="abc"),
    "a hash with a blank line": put("session", value="a" * 63 + "\n"),
    "a full name": put("label", value="Ada Augusta King, Countess of Lovelace"),
    "a label that is a formula": put("label", value="=1+1"),
    "a label with markup": put("label", value="**[x](http://x)**"),
    "a label of two lines": put("label", value="a\nb"),
    "a label in another script": put("label", value="Ада"),
    "case number zero": put("answers", "0", value={"case": "0" * 64}),
    "case number minus one": put("answers", "-1", value={"case": "0" * 64}),
    "a word for a number": put("answers", "first", value={"case": "0" * 64}),
    "a number beyond any session": put("answers", "99", value={"case": "0" * 64}),
    "an answer that is text": put("answers", "1", value="treat"),
    "an answer that is a list": put("answers", "1", value=[]),
    "no hash of the case": take("answers", "1", "case"),
    "a hash that is none": answer("case", "xyz"),
    "no decision": take("answers", "1", "decision"),
    "an unknown decision": answer("decision", "inject"),
    "a decision that is a list": answer("decision", ["treat"]),
    "a decision that is a mapping": answer("decision", {"treat": "yes"}),
    "a cause that is no choice": answer("cause", "witchcraft"),
    "an unknown finding": answer("asked", ["xray_of_the_soul"]),
    "findings as text": answer("asked", "onset"),
    "findings in findings": answer("asked", [["onset"]]),
    "a finding twice": answer("asked", ["onset", "onset"]),
    "very many findings": answer("asked", ["onset"] * 5000),
    "an unknown field to settle": answer("settle", ["mood"]),
    "an unknown component": answer("components", {"snake_oil": "main"}),
    "an unknown role": answer("components", {"prp": "star"}),
    "components as a list": answer("components", ["prp"]),
    "an exclusion for no field": answer("exclusions", {"prp": "because"}),
    "an unknown certainty": answer("graded", {"prp": "certain"}),
    "a claim that is no claim": answer("believed", {"Z99": "yes"}),
    "a belief that is neither yes nor no": answer("believed", {"A01": "maybe"}),
    "certainty beyond a hundred": answer("sure", "101"),
    "negative certainty": answer("sure", "-1"),
    "certainty in words": answer("sure", "very"),
    "certainty that is not finite": answer("sure", "inf"),
    "a certainty of many digits": answer("sure", "9" * 5000),
    "half a session": answer("course", {"sessions": "2.5"}),
    "no session": answer("course", {"sessions": "0"}),
    "sessions without end": answer("course", {"sessions": "100000"}),
    "an unknown part of the course": answer("course", {"hours": "3"}),
    "a course in words": answer("course", "weekly"),
    "syringes as text": answer("syringes", "two"),
    "a syringe without a component": answer("syringes", [[{"strength": "5"}]]),
    "a strength in words": answer("syringes", [[{"component": "prp", "strength": "much", "unit": "%"}]]),
    "a volume that is no number": answer("syringes", [[{"component": "prp", "volume_ml": "nan"}]]),
    "another key in the answer": answer("password", "x"),
}
RAW: dict[str, bytes] = {
    "nothing": b"",
    "blanks": b"   \n\n",
    "bytes": bytes(range(256)),
    "a PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "UTF-16": "label: A1".encode("utf-16"),
    "too long": b"#" * 2_000_001,
    "a list": b"[1, 2]",
    "a word": b"treat",
    "an alias bomb": b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
    "a tag": b"label: !!python/object/apply:os.system [ls]\n",
    "deep nesting": b"[" * 5000,
    "many parts": b"- x\n" * 60_000,
    "a key twice": b"label: A1\nlabel: A2\n",
    "cut off": filled("A1", {1: HASTY})[:180],
    "an open quote": b'label: "A1\n',
    "a null byte": b"label: A\x001\n",
    "progress that is none": b'{"format": "formulator/progress/1", "attempts": [1]}',
    "progress of another shape": b'{"format": "formulator/progress/1", "attempts": {"a": []}, "x": 1}',
    "deep JSON that says progress": b'{"format": "formulator/progress/1", "x": ' + b"[" * 100_000,
}


def test_the_ways_to_be_wrong_are_many() -> None:
    assert len(BROKEN) + len(RAW) >= 75


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_a_wrong_answer_file_is_never_graded_and_always_gets_a_message(name: str) -> None:
    plain: dict[str, Any] = form() | {"label": "A1"}
    plain["answers"]["1"] |= HASTY
    BROKEN[name](plain)
    found = results(yaml.safe_dump(plain, allow_unicode=True, sort_keys=False).encode())
    assert found.graded == ()
    assert found.refused
    assert all(one.problem and one.place.file == "file 0.yaml" for one in found.refused)


@pytest.mark.parametrize("name", sorted(RAW))
def test_a_file_that_is_no_answer_file_gets_a_message_and_stops_nothing_else(name: str) -> None:
    found = results(RAW[name], filled("B2", {1: HASTY}))
    assert [one.label for one in found.graded] == ["B2"]
    assert found.refused
    assert all(one.problem for one in found.refused)
    assert all(len(str(one)) < 2000 for one in found.refused)


def test_one_wrong_answer_in_a_file_leaves_the_others_of_the_file() -> None:
    found = results(filled("A1", {**RIGHT, 1: {"decision": "inject"}}))
    assert {one.case for one in found.graded} == {one.id for one in some_cases()} - {FIRST}
    assert len(found.refused) == 1
    assert found.refused[0].field == "case 1: decision"


def test_the_command_prints_the_table_names_what_was_left_out_and_keeps_no_file(tmp_path: Path) -> None:
    place = {name: tmp_path / name for name in ("s.json", "a.yaml", "b.yaml", "t.csv")}
    place["s.json"].write_text(session_json(session()))
    place["a.yaml"].write_bytes(filled("A1", {1: HASTY}))
    place["b.yaml"].write_bytes(b"[]")
    given = [place["a.yaml"], place["b.yaml"], "--results", place["s.json"]]
    ran = run_class(*given, "--csv", place["t.csv"])
    assert ran.exit_code == 0
    assert "1 answers of 1 trainees" in ran.stdout
    assert "low_ferritin_shedding_replace_iron_first" in ran.stdout
    assert "b.yaml" in ran.stderr
    assert place["t.csv"].read_text(encoding="utf-8-sig").startswith("case,kind,skill,lesson")
    assert run_class(place["b.yaml"], "--results", place["s.json"]).exit_code == 2
