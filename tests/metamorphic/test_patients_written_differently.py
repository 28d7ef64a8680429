"""The same patient, written in other units, another notation or another week, gets the same answer."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from formulator.export.json_export import as_json
from formulator.profile import profile_from_mapping, profile_from_text
from formulator.profile.units import conversions
from tests.conftest import TODAY
from tests.engine.asking import ask, shipped
from tests.metamorphic.rewriting import plain
from tests.strategies import profile_documents

DAY = re.compile(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b")

# ------------------------------------------------------------------ units


def in_unit(field: str, stored: float, unit: str) -> str:
    """A stored value as somebody would report it in another unit, with digits to spare."""
    factor, offset = conversions()[field][unit]
    return f"{(Decimal(repr(stored)) - offset) / factor:.12f} {unit}"


@settings(max_examples=25)
@given(profile_documents(), st.data())
def test_a_value_in_any_accepted_unit_gives_the_same_answer_to_the_last_byte(document, data):
    measured = sorted(name for name in document if conversions().get(name))
    assume(measured)
    units = {name: data.draw(st.sampled_from(sorted(conversions()[name])), name) for name in measured}
    whole = {name for name in measured if shipped().catalogue.fields[name].type == "integer"}
    other = {name: in_unit(name, document[name], units[name]) for name in measured if name not in whole}
    assert as_json(ask({**document, **other})) == as_json(ask(document))


@pytest.mark.parametrize(
    ("field", "unit"), [(field, unit) for field, units in sorted(conversions().items()) for unit in units]
)
def test_every_threshold_of_a_field_is_met_in_every_unit_exactly_where_it_is_met_in_the_stored_one(
    field, unit, knowledge
):
    """A value just below, at and just above each number with which rules compare."""
    of_field = [one.value for one in knowledge.thresholds.values() if one.field == field]
    for limit in of_field or [10.0]:
        for step in ("-0.0001", "0", "0.0001"):
            stored = float(Decimal(repr(limit)) + Decimal(step))
            if shipped().catalogue.fields[field].type != "integer" or step == "0":
                document = {field: in_unit(field, stored, unit)}
                found = profile_from_mapping(document, "case")
                assert found.values[field] == stored, document


# ------------------------------------------------------------------ notation


def as_lines(document: dict) -> str:
    """A document as a person writes YAML: bare words, lists in lines of their own."""
    lines = []
    for name, value in document.items():
        if isinstance(value, list):
            lines += [f"{name}:" if value else f"{name}: []", *(f"- {entry}" for entry in value)]
        else:
            lines.append(f"{name}: {value}")
    return "\n".join(lines) + "\n"


@given(profile_documents(), st.sampled_from(["\n", "\r\n", "\n\n", "\n# a remark\n"]), st.sampled_from([None, 0, 4]))
def test_yaml_and_json_with_any_line_ends_remarks_and_indents_are_the_same_profile(document, line_end, indent):
    written = profile_from_text(as_lines(document).replace("\n", line_end), "case.yaml")
    spoken = profile_from_text(json.dumps(document, indent=indent).replace("\n", line_end.split("#")[0]), "case.json")
    assert written == spoken
    assert written.sha256() == spoken.sha256()


@settings(max_examples=25)
@given(profile_documents())
def test_unknown_said_aloud_differs_from_silence_in_the_order_of_the_questions_alone(document):
    silent = {name: value for name, value in document.items() if value != "unknown" or name == "cause"}
    aloud = plain(ask(document))
    quiet = plain(ask(silent))
    for answer in (aloud, quiet):
        del answer["profile"], answer["profile_sha256"]
        answer["missing"] = sorted(answer["missing"], key=lambda question: question["field"])
    assert aloud == quiet


# ------------------------------------------------------------------ dates


def shifted(value, days: int):
    """Every date in a document moved."""
    return json.loads(
        DAY.sub(lambda found: str(date.fromisoformat(found[0]) + timedelta(days=days)), json.dumps(value))
    )


@settings(max_examples=30)
@given(profile_documents(), st.integers(-200, 6_000))
def test_a_plan_some_weeks_later_is_the_same_plan_with_every_date_moved(document, weeks):
    """Whole weeks, because nobody is treated at weekends; over ends of months, of years, and leap days."""
    days = 7 * weeks
    expected = plain(ask(document))
    found = plain(ask(shifted(document, days), day=TODAY + timedelta(days=days)))
    del expected["profile_sha256"], found["profile_sha256"]
    assert shifted(found, -days) == expected


@settings(max_examples=20)
@given(profile_documents(), st.integers(1, 300))
def test_a_day_ruled_out_on_which_nothing_was_planned_changes_no_plan(document, days):
    assume("unavailable_dates" in document and "start_date" in document)
    before = plain(ask(document))["plan"]
    free = TODAY - timedelta(days=days)
    after = plain(ask({**document, "unavailable_dates": [*document["unavailable_dates"], str(free)]}))["plan"]
    assert before == after
