"""What damaged inputs once brought down, each mended and kept as a case."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from formulator.cli import main
from formulator.evidence.families import load_vocabulary
from formulator.evidence.tables import read_tables
from formulator.faults import MOST_FAULTS, FaultsFound
from formulator.knowledge.lint import lint_report
from formulator.profile import profile_from_text
from formulator.strict_yaml import MOST_PARTS, read_yaml
from formulator.ui.examples import read_example
from formulator.ui.link import choices_of_link
from formulator.ui.state import profile_of_upload
from tests.fuzz.seeds import small_evidence, small_knowledge


def faults_of(text: str) -> list[str]:
    """What a profile is refused for."""
    with pytest.raises(FaultsFound) as found:
        profile_from_text(text, "case")
    return [str(fault) for fault in found.value.faults]


# ------------------------------------------------------------------ profiles and cases


def test_a_document_of_very_many_tiny_parts_is_refused_before_a_tree_of_it_is_built():
    assert len(read_yaml(f"a: [{'b,' * (MOST_PARTS - 10)}]", "f").mapping()["a"].value) == MOST_PARTS - 10
    with pytest.raises(FaultsFound, match="too many parts"):
        read_yaml(f"a: [{'b,' * MOST_PARTS}]", "f")


def test_a_profile_of_thousands_of_unknown_fields_is_read_until_there_are_enough_messages():
    faults = faults_of("".join(f"field_{number}: 1\n" for number in range(9_000)))
    assert len(faults) == MOST_FAULTS + 1
    assert f"after {MOST_FAULTS} faults" in faults[-1]
    assert faults[-1].startswith(f"case:{MOST_FAULTS}:")


def test_a_profile_with_as_many_faults_as_are_shown_shows_every_one():
    faults = faults_of("".join(f"field_{number}: 1\n" for number in range(MOST_FAULTS - 1)))
    assert len(faults) == MOST_FAULTS - 1


@pytest.mark.parametrize("gap", [" " * 400_000, "." * 400_000, " to" * 100_000, "/" * 400_000])
def test_a_range_of_dates_with_an_endless_gap_is_refused_without_being_taken_apart(gap):
    [fault] = faults_of(f'unavailable_dates: ["2026-01-01{gap}2026-01-02"]\n')
    assert "unavailable_dates" in fault
    assert len(fault) < 400


@pytest.mark.parametrize("text", ['{"profile": {"age": 30, "age": 80}}', '{"profile": {"age": 30}, "profile": {}}'])
def test_a_key_that_stands_twice_in_an_uploaded_answer_is_refused_and_never_settled_in_silence(text, catalogue):
    with pytest.raises(FaultsFound, match="twice"):
        profile_of_upload(text.encode(), "case.json", catalogue)


def test_a_downloaded_answer_is_read_through_its_profile(catalogue):
    content = json.dumps({"decision": "treat", "profile": {"age": 30, "sex": "male"}}).encode()
    assert profile_of_upload(content, "answer.json", catalogue).values == {"age": 30, "sex": "male"}


@pytest.mark.parametrize(
    "text",
    [
        "title: A man\nteaches: Much.\n",
        "title: A man\nteaches: Much.\nprofile: none\n",
        "title: [A man]\nteaches: Much.\nprofile: {age: 30}\n",
        "title: A man\nteaches: Much.\nprofile: {age: 30}\nmore: 1\n",
        "- 1\n",
    ],
)
def test_an_example_of_another_shape_is_refused(text):
    with pytest.raises(FaultsFound, match="no example"):
        read_example(text, "example.yaml")


def test_a_link_of_a_thousand_strange_parts_is_answered_with_a_screenful_of_messages(knowledge):
    values, refused = choices_of_link({f"part_{number}": ["x"] for number in range(1_000)}, knowledge)
    assert not values
    assert len(refused) == 21
    assert "980 more" in refused[-1]


# ------------------------------------------------------------------ knowledge and evidence


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("profile/units.csv", ",ng/mL,1,", ",ng/mL,one,", "units.csv"),
        ("profile/units.csv", ",ng/mL,1,", ",ng/mL,NaN,", "units.csv"),
        ("profile/units.csv", ",ng/mL,1,0", ",ng/mL", "units.csv, line"),
        ("profile/fields.csv", "\nage,", "\nage\nage,", "fields.csv, line"),
        ("profile/scales.csv", "\nnorwood,1", "\nnorwood,Infinity", "scales.csv"),
        ("profile/impossible.csv", "\n", "\nsex,female,more,cells,than,there,are,columns\n", "impossible.csv, line"),
        ("sources/sources.json", '"date-parts": [', '"date-parts": [], "was": [', "source cannot be read"),
    ],
)
def test_a_table_with_a_broken_row_is_reported_by_name(file, old, new, words, tmp_path):
    folder = tmp_path / "knowledge"
    texts = small_knowledge(folder)
    assert old in texts[file]
    (folder / file).write_text(texts[file].replace(old, new, 1), encoding="utf-8")
    report = lint_report(folder)
    assert not report.loaded
    assert any(words in str(fault) for fault in report.faults), report.text()


@pytest.fixture
def evidence(tmp_path) -> Path:
    """A few studies with their vocabulary."""
    small_evidence(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("file", "change", "words"),
    [
        ("outcome_labels.csv", lambda content: content + b"cut,short\n", "cannot be read"),
        ("outcome_labels.csv", lambda content: content.replace(b",yes,", b",yes,first,", 1), "cannot be read"),
        ("families.csv", lambda content: content + b"\xff\n", "not a table in UTF-8"),
        ("component_ids.csv", lambda content: content + b"cut\n", "cannot be read"),
        ("enums.csv", lambda content: content + b"a" * 200_000, "not a table in UTF-8"),
        ("studies.csv", lambda content: content + b"a" * 200_000, "not CSV"),
    ],
)
def test_a_vocabulary_or_table_that_is_no_table_is_refused_by_name(file, change, words, evidence):
    (evidence / file).write_bytes(change((evidence / file).read_bytes()))
    with pytest.raises(FaultsFound) as found:
        read_tables(evidence)
    assert any(fault.place.file == file and words in fault.problem for fault in found.value.faults)


def test_a_label_whose_factor_is_no_finite_number_is_refused(evidence):
    rows = (evidence / "outcome_labels.csv").read_text(encoding="utf-8").splitlines()
    header = rows[0].split(",")
    label = dict.fromkeys(header, "") | {"label": "made_up", "rank": "1", "natural_factor": "inf"}
    rows.append(",".join(label.values()))
    (evidence / "outcome_labels.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    with pytest.raises(FaultsFound, match="'inf' is not a number"):
        load_vocabulary(evidence)


def test_a_table_of_very_many_bad_rows_is_refused_with_the_first_messages(evidence):
    with (evidence / "arms.csv").open("a", encoding="utf-8") as stream:
        stream.writelines(f"no_such_study_{number},a\n" for number in range(2_000))
    with pytest.raises(FaultsFound) as found:
        read_tables(evidence)
    assert len(found.value.faults) == MOST_FAULTS + 1
    assert "more faults are not shown" in str(found.value.faults[-1])


@pytest.mark.parametrize("option", ["--date", "--zone", "--technique"])
def test_an_endless_option_is_quoted_in_a_line_of_bounded_length(option, tmp_path):
    (tmp_path / "case.yaml").write_text("age: 40\n", encoding="utf-8")
    run = CliRunner().invoke(main, ["recommend", str(tmp_path / "case.yaml"), option, "\u202ex\x1b" * 9_000])
    assert run.exit_code == 2
    assert len(run.output) < 400
    assert run.output.isprintable() or run.output.rstrip("\n").isprintable()
