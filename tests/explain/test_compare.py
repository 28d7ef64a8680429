"""`formulator compare`: inputs that differ, then what differs because of them; in words, as JSON, with exit codes."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner
from hypothesis import given, settings

from formulator.cli import main
from formulator.explain.compare import compare_mapping, compare_text
from formulator.explain.difference import difference
from formulator.explain.difference_lines import Names
from formulator.explain.difference_words import is_quiet, lines_of, quiet_words
from formulator.export.json_export import plain
from tests.engine.asking import ask, shipped
from tests.explain.neighbours import WOMAN, neighbours
from tests.explain.test_attribution import compared

DAY = "2026-11-25"
NURSING = {**WOMAN, "lactation": "yes", "ferritin": 85}
WEANED = {**WOMAN, "lactation": "no", "ferritin": 12}


@pytest.fixture(autouse=True)
def knowledge_is_read_once(monkeypatch, knowledge):
    """Calls in this process use the knowledge that is already read."""
    monkeypatch.setattr("formulator.knowledge.ready_knowledge", lambda: knowledge)


@pytest.fixture
def files(tmp_path):
    """Two profiles as files."""
    paths = (tmp_path / "nursing.json", tmp_path / "weaned.json")
    for path, document in zip(paths, (NURSING, WEANED), strict=True):
        path.write_text(json.dumps(document), encoding="utf-8")
    return tuple(map(str, paths))


def call(*arguments: str, stdin: str | None = None):
    """The program called in this process."""
    result = CliRunner().invoke(main, ["compare", *arguments], input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    assert "Traceback" not in result.output
    return result


def refused(*arguments: str, stdin: str | None = None) -> str:
    """The message of a refusal: exit 2, nothing on standard output."""
    result = call(*arguments, stdin=stdin)
    assert (result.exit_code, result.stdout) == (2, "")
    return result.stderr


def test_inputs_come_first_then_each_answer_that_differs_with_its_cause(files):
    result = call(*files, "--date", DAY)
    assert result.exit_code == 0
    words = " ".join(result.stdout.split())
    assert words.startswith("INPUTS THAT DIFFER 2 Ferritin: 85 ng/mL -> 12 ng/mL Lactation: Yes -> No DECISION")
    assert "~ Treat after something comes first -> Treat [Lactation]" in words
    assert "~ Not indicated -> Recommended: Oral correction of a proven deficiency [Ferritin]" in words
    assert words.index("COMPONENTS THAT MOVED") < words.index("DATES") < words.index("ARGUMENTS")


def test_json_holds_every_change_of_the_difference_with_its_causes(files):
    found = json.loads(call(*files, "--date", DAY, "--format", "json").stdout)
    assert [(one["field"], one["before"], one["after"]) for one in found["inputs"]] == [
        ("ferritin", 85, 12),
        ("lactation", "yes", "no"),
    ]
    decision = next(one for one in found["changes"] if one["part"] == "decision")
    assert (decision["before"], decision["after"]) == ("treat_after", "treat")
    assert decision["causes"] == [["lactation"]]
    assert (found["before"]["decision"], found["after"]["decision"]) == ("treat_after", "treat")
    assert found["schema"] == "formulator/comparison/1"


def test_either_profile_may_come_from_standard_input_and_the_result_is_the_same(files):
    expected = call(*files, "--date", DAY).stdout
    assert call("-", files[1], "--date", DAY, stdin=json.dumps(NURSING)).stdout == expected
    assert call(files[0], "-", "--date", DAY, stdin=json.dumps(WEANED)).stdout == expected


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_same_profile_twice_says_that_nothing_differs_and_exits_with_0(files, form):
    result = call(files[0], files[0], "--format", form)
    assert (result.exit_code, result.stderr) == (0, "")
    if form == "text":
        assert result.stdout == "No input differs, so nothing in the answer does.\n"
    else:
        found = json.loads(result.stdout)
        assert (found["inputs"], found["changes"]) == ([], [])


def test_inputs_that_differ_without_consequence_say_that_the_answer_is_the_same():
    found = compared({"haemophilia": "yes"}, {"haemophilia": "yes", "start_date": "2027-01-04"})
    assert "The answer is the same." in compare_text(found, shipped())


def test_both_from_standard_input_is_refused_because_it_holds_one_profile():
    assert "Standard input holds one profile, not two." in refused("-", "-", stdin="sex: female\n")


def test_a_bad_file_is_refused_by_name_and_line(files, tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text("sex: female\nferritin: a lot\n", encoding="utf-8")
    assert refused(files[0], str(bad)).startswith("bad.yaml:2:")
    assert refused(str(bad), files[0]).startswith("bad.yaml:2:")
    assert "absent.yaml" in refused(files[0], str(tmp_path / "absent.yaml"))
    assert "Usage" in refused(files[0])
    assert "date" in refused(*files, "--date", "tomorrow")


@given(neighbours())
@settings(max_examples=20)
def test_every_change_is_either_said_in_a_line_or_counted_among_what_moves_nothing(pair):
    found = difference(*map(ask, pair))
    names = Names(shipped(), shipped())
    told = [change for lines in lines_of(found, names).values() for line in lines for change in line.changes]
    loud = [change for change in found.changes if not is_quiet(change)]
    assert all(told.count(change) >= 1 for change in loud)
    assert all(change in loud for change in told)
    quiet = sum(map(int, re.findall(r"\d+", quiet_words(found))))
    assert quiet == len(found.changes) - len(loud)


@given(neighbours())
@settings(max_examples=20)
def test_words_are_those_of_the_clinic_and_hold_no_python(pair):
    found = compared(*pair)
    text = compare_text(found, shipped())
    words = " ".join(text.split())
    assert not re.search(r"None (->|years|minutes|days|sessions|m[gL])|(-> |\()None(?! -| [a-z])", words)
    assert not re.search(r"datetime|\(\)|dict\(|Change\(|\{|\}", words)
    assert max(map(len, text.splitlines())) <= 130
    assert len(compare_mapping(found)["changes"]) == len(found.difference.changes)


@given(neighbours())
@settings(max_examples=20)
def test_seen_from_the_other_side_what_came_went_and_what_moved_moved_back(pair):
    one, other = map(ask, pair)
    names = Names(shipped(), shipped())

    def verbs(found):
        swapped = {"came": "went", "went": "came", "changed": "changed"}
        lines = [line for group in lines_of(found, names).values() for line in group if line.part == "argument"]
        return sorted((swapped[line.verb], line.text) for line in lines), sorted((x.verb, x.text) for x in lines)

    there, back = verbs(difference(one, other)), verbs(difference(other, one))
    assert there[0] == back[1]
    assert plain(difference(one, other).mirrored().changes) == plain(difference(other, one).changes)
