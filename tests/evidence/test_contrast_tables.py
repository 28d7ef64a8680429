"""A table of contrasts is read exactly or refused by file, line and column; the command says so without a traceback."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from formulator.evidence.commands import evidence
from formulator.evidence.contrasts import contrasts_from_text, read_contrasts
from formulator.evidence.network import fit_network
from formulator.faults import FaultsFound

from .networks import PLACEBO, REFERENCE, contrasts, linde, reference

HEADER = "id,treat1,treat2,estimate,se\n"


def _faults(text: str) -> list[str]:
    with pytest.raises(FaultsFound) as caught:
        contrasts_from_text(text, "table.csv")
    return [str(fault) for fault in caught.value.faults]


def test_columns_may_stand_in_any_order_among_others_and_quotes_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text('se,note,treat2,id,treat1,estimate\n0.2,"a, b",P,1,"A + B",-1e-1\n\n', encoding="utf-8-sig")
    row = read_contrasts(path)[0]
    assert (row.study, row.treat1, row.treat2, row.estimate, row.se) == ("1", "A + B", "P", -0.1, 0.2)
    assert str(row.place) == f"{path}:2"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("1,A,P,0.5,-1", "table.csv:2:5: se: Study 1: A standard error is above zero; -1 is not."),
        ("1,A,P,0.5,0", "table.csv:2:5: se: Study 1: A standard error is above zero; 0 is not."),
        ("1,A,P,nan,1", "table.csv:2:4: estimate: 'nan' is not a number."),
        ("1,A,P,inf,1", "table.csv:2:4: estimate: 'inf' is not a number."),
        ("1,A,P,1e999,1", "table.csv:2:4: estimate: Study 1: inf is not a usable number."),
        ("1,A,P,1,1e-300", "table.csv:2:5: se: Study 1: A standard error of 1e-300 is out of all proportion."),
        ('1,A,P,"1,5",1', "table.csv:2:4: estimate: '1,5' is not a number."),
        ("1,A,P,1_0,1", "table.csv:2:4: estimate: '1_0' is not a number."),
        ("1,A,P,,1", "table.csv:2:4: estimate: Nothing stands here."),
        (",A,P,1,1", "table.csv:2:1: id: Nothing stands here."),
        ("1,A,P,1", "table.csv:2:4: The row ends after 4 columns."),
        ("1,A,A,1,1", "table.csv:2:3: treat2: Study 1: A is compared with itself."),
        ("1,A + B,B + A,1,1", "table.csv:2:3: treat2: Study 1: A + B is compared with itself."),
        ("1,A + A,P,1,1", "table.csv:2:2: treat1: Study 1: the treatment 'A + A' is not readable"),
        ("1,A + ,P,1,1", "table.csv:2:2: treat1: Study 1: the treatment 'A +' is not readable"),
    ],
)
def test_a_bad_row_is_refused_by_line_and_column(row: str, message: str) -> None:
    (fault,) = _faults(HEADER + row + "\n")
    assert fault.startswith(message)


def test_every_bad_row_is_named_not_only_the_first() -> None:
    assert [fault.split(": ")[0] for fault in _faults(HEADER + "1,A,P,x,1\n2,A,P,1,1\n3,A,P,1,y\n")] == [
        "table.csv:2:4",
        "table.csv:4:5",
    ]


def test_a_row_after_a_quoted_line_break_keeps_its_true_line() -> None:
    assert _faults(HEADER + '1,"A\nB",P,1,1\n2,A,P,1,-1\n')[0].startswith("table.csv:4:5")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        (HEADER, "no rows"),
        ("id;treat1;treat2;estimate;se\n1;A;P;1;1\n", "Separate the columns by commas"),
        ("ID,treat1,treat2,estimate,se\n1,A,P,1,1\n", "Did you mean 'ID'?"),
        ("id,treat1,treat2,estimate,se,se\n1,A,P,1,1,1\n", "stands twice"),
        (HEADER + '1,A,P,1,"1\n', "not CSV"),
    ],
)
def test_a_table_of_another_shape_is_refused_in_words(text: str, words: str) -> None:
    assert words in "\n".join(_faults(text))


@given(text=st.text(max_size=80))
def test_any_text_is_read_or_refused_and_never_breaks_the_reader(text: str) -> None:
    for candidate in (text, HEADER + text, HEADER + "1,A,P,1,1\n" + text):
        with suppress(FaultsFound):
            assert contrasts_from_text(candidate, "table.csv")


REFUSED = {
    "a pair stands twice": ([("1", "A", "P", 1, 1), ("1", "P", "A", 1, 1)], "stands twice"),
    "pairs are missing": (
        [("1", "A", "P", 1, 1), ("1", "B", "P", 1, 1)],
        "Study 1: of 3 treatments, pairs are missing: A against B",
    ),
    "errors contradict": (
        [("1", "A", "P", 0.5, 0.1), ("1", "B", "P", 0.5, 0.1), ("1", "A", "B", 0, 0.5)],
        "contradict each other",
    ),
    "estimates do not add up": (
        [("1", "A", "P", 1, 0.2), ("1", "B", "P", 1, 0.2), ("1", "A", "B", 1, 0.2)],
        "do not add up",
    ),
    "not finite": ([("1", "A", "P", float("nan"), 1)], "not a usable number"),
    "no standard error": ([("1", "A", "P", 1, float("inf"))], "not a finite number"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_study_that_cannot_be_is_refused_by_name(case: str) -> None:
    rows, words = REFUSED[case]
    with pytest.raises(FaultsFound, match="Study 1") as caught:
        fit_network(contrasts(*rows))
    assert words in str(caught.value)


def test_rounded_standard_errors_are_used_and_their_disagreement_is_noted() -> None:
    rows = contrasts(("1", "A", "P", 0.5, 0.1), ("1", "B", "P", 0.45, 0.1), ("1", "A", "B", 0.06, 0.11))
    assert any("miss adding up" in note for note in fit_network(rows, inactive="P").notes)


def test_no_contrasts_and_unknown_names_are_refused() -> None:
    with pytest.raises(FaultsFound, match="no contrasts"):
        fit_network([])
    with pytest.raises(FaultsFound, match="Did you mean 'Placebo'"):
        fit_network(linde(), inactive="Placebbo")
    with pytest.raises(FaultsFound, match="does not join two"):
        fit_network(linde(), inactive=PLACEBO, interactions=["SSRI"])


def test_the_command_prints_the_published_network_as_json() -> None:
    table = str(REFERENCE / "linde2016.csv")
    answer = CliRunner().invoke(evidence, ["network", table, "--inactive", PLACEBO, "--format", "json"])
    assert answer.exit_code == 0
    printed = json.loads(answer.stdout)
    expected = reference("cnma_linde2016.json")
    assert printed["tau2"] == pytest.approx(expected["tau2"], abs=1e-4)
    assert {row["component"] for row in printed["components"]} == {row["component"] for row in expected["components"]}
    assert {"estimate", "se", "estimable"} <= set(printed["components"][0])
    assert printed["df"] == 90
    assert printed["Q"] == pytest.approx(printed["full_network"]["Q"] + printed["additivity"]["Q"])


def test_the_command_prints_text_with_every_component_and_says_what_is_not_estimable(tmp_path: Path) -> None:
    table = tmp_path / "trap.csv"
    table.write_text(HEADER + "1,A + B,B,0.5,0.2\n2,A,P,0.4,0.2\n", encoding="utf-8")
    answer = CliRunner().invoke(evidence, ["network", str(table), "--inactive", "P", "--method", "common"])
    assert answer.exit_code == 0
    assert "B: not estimable, no contrast isolates it." in answer.stdout
    as_json = CliRunner().invoke(evidence, ["network", str(table), "--inactive", "P", "--format", "json"])
    trap = json.loads(as_json.stdout)["components"][1]
    assert (trap["estimable"], trap["estimate"], trap["se"]) == (False, None, None)


@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        (HEADER + "1,A,P,1,-1\n", (), "table.csv:2:5: se"),
        (HEADER + "1,A,P,1,1\n", ("--inactive", "Q"), "'Q' is not a component"),
        (HEADER + "1,A,P,1,1\n1,B,P,1,1\n", (), "table.csv:2: treat2: Study 1"),
        (HEADER + "1,A,P,1,1\n", ("--method", "DL"), "'DL' is not one of"),
        (None, (), "cannot be read"),
        ("\udcff", (), "not UTF-8"),
    ],
)
def test_bad_input_ends_with_exit_two_and_a_message(tmp_path: Path, text: str | None, options, words: str) -> None:
    table = tmp_path / "table.csv"
    if text is not None:
        table.write_bytes(text.encode("utf-8", errors="surrogateescape"))
    answer = CliRunner().invoke(evidence, ["network", str(table), *options])
    assert answer.exit_code == 2
    assert words in answer.stderr
    assert "Traceback" not in answer.output
    assert answer.stdout == ""
