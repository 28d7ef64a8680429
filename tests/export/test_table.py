"""CSV that a spreadsheet cannot mistake for formulas."""

from __future__ import annotations

import csv
import io
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import example, given, strategies

from formulator.export.table import COMPONENT_COLUMNS, SESSION_COLUMNS, components_csv, guarded, sessions_csv
from tests.engine.asking import shipped
from tests.export.made import hair_answer, refusal

STARTS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b"
blanks = strategies.text(alphabet=" \u00a0\u3000\u200b\ufeff\u00ad\t\u2028", max_size=3)


def read(text):
    return list(csv.reader(io.StringIO(text, newline="")))


@given(blank=blanks, start=strategies.sampled_from(STARTS), rest=strategies.text(max_size=30))
@example(blank="", start="=", rest='HYPERLINK("http://x","y")')
@example(blank=" ", start="\uff1d", rest="cmd|' /C calc'!A0")
def test_nothing_that_could_start_a_formula_stays_bare(blank, start, rest):
    assert guarded(blank + start + rest) == "'" + blank + start + rest


@given(strategies.text(max_size=40))
def test_a_guarded_cell_never_starts_a_formula_and_keeps_its_text(text):
    cell = guarded(text)
    assert cell.removeprefix("'") == text.removeprefix("'")
    if not cell.startswith("'"):
        visible = [one for one in unicodedata.normalize("NFKC", cell) if unicodedata.category(one) not in ("Cf", "Zs")]
        assert not visible or visible[0] not in "=+-@\t\r"


@pytest.mark.parametrize("text", ["Platelet-rich plasma", "5 mg/mL", "1-2", "a=b", "", "naïve"])
def test_ordinary_text_is_left_alone(text):
    assert guarded(text) == text


def test_numbers_stay_numbers():
    assert (guarded(-0.25), guarded(12), guarded(None), guarded(1 / 3)) == ("-0.25", "12", "", "0.333333333333")


def test_components_are_all_there_with_the_amounts_of_the_first_formulation():
    answer = hair_answer()
    heading, *rows = read(components_csv(answer, shipped()))
    assert tuple(heading) == COMPONENT_COLUMNS
    assert [row[0] for row in rows] == [one.id for one in answer.components]
    minoxidil = dict(zip(heading, next(row for row in rows if row[0] == "minoxidil"), strict=True))
    assert (minoxidil["concentration"], minoxidil["unit"]) == ("5", "mg/mL")
    assert (minoxidil["volume_ml"], minoxidil["dose"], minoxidil["dose_unit"]) == ("3", "15", "mg")
    assert minoxidil["in_first_formulation"] == "yes"


def test_sessions_stand_with_their_dates_and_pauses():
    answer = hair_answer()
    heading, *rows = read(sessions_csv(answer))
    assert tuple(heading) == SESSION_COLUMNS
    assert [(row[0], row[1]) for row in rows] == [(str(one.number), str(one.date)) for one in answer.plan.sessions]
    assert "nsaid" in rows[0][5]


def test_without_a_plan_there_is_only_the_heading():
    assert read(sessions_csv(refusal())) == [list(SESSION_COLUMNS)]


def test_a_hostile_argument_is_guarded_in_its_row():
    answer = hair_answer()
    plan = replace(answer.plan, sessions=(replace(answer.plan.sessions[0], phase="=1+1", components=("@SUM(A1)",)),))
    row = read(sessions_csv(replace(answer, plan=plan)))[1]
    assert row[2:4] == ["'=1+1", "'@SUM(A1)"]
