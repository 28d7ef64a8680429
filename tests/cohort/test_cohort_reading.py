"""A column means what the same cells mean in the file of one patient, and is refused where that is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulator.cohort.patterns import profile_of
from formulator.cohort.reading import MOST_REMEMBERED, FieldReader
from formulator.engine.facts import facts_of
from formulator.faults import FaultsFound
from formulator.profile import Profile, load_catalogue, profile_from_mapping
from formulator.profile.units import units_of
from tests.cohort.making import NOTHING, alone, answerer_for, block_of, cell_of, text_table
from tests.strategies import profile_documents

CATALOGUE = load_catalogue()
ODD = (
    "unknown",
    "Unknown",
    "NaN",
    "nan",
    "inf",
    "-1",
    "0",
    "1e3",
    "007",
    "5.",
    "1,5",
    "yes",
    "true",
    "True",
    "ja",
    "[]",
)
DAYS = ("2026-11-25", "2026-02-30", "25.11.2026", "2026-12-24..2027-01-02", "2027-01-02..2026-12-24", "1999-12-31")


@st.composite
def cells(draw, field):
    """A cell of a field: mostly what could be meant, with units, blanks and mistakes."""
    text = draw(st.one_of(st.sampled_from(ODD + NOTHING + DAYS), likely(field), likely(field), st.text(max_size=6)))
    return draw(st.sampled_from(["", " ", "\t"])) + text + draw(st.sampled_from(["", "  "]))


def likely(field):
    """What is probably right."""
    if field.choices:
        return st.sampled_from(list(field.choices))
    if field.is_number:
        low, high = field.low or 0, field.high or 100
        numbers = st.one_of(
            st.floats(low - 1, high + 1).map(repr),
            st.sampled_from([low, high, low - 0.0001, high + 0.0001]).map(repr),
            st.integers(int(low) - 1, int(high) + 1).map(str),
            st.decimals(low, high, places=3).map(str),
        )
        units = st.sampled_from(["", *(f" {unit}" for unit in units_of(field.name)), " mg"])
        return st.tuples(numbers, units).map("".join)
    if field.type.startswith("list of comp"):
        return st.lists(st.sampled_from([*sorted(CATALOGUE.component_ids)[:3], "water"]), max_size=3).map(";".join)
    if field.type.startswith("list"):
        return st.lists(st.sampled_from(DAYS), max_size=3).map(";".join)
    return st.sampled_from([*DAYS, "fr", "UK", "EU", "Norway"])


@st.composite
def rows(draw):
    """A few rows over a few fields; those that can clash come often."""
    linked = ["sex", "pregnancy", "childbearing_potential", "concern", "domain", "severity_scale", "severity", "cause"]
    linked += ["start_date", "event_date", "prostate_cancer_risk"]
    names = draw(st.sets(st.sampled_from([*linked, *linked, *CATALOGUE.fields]), min_size=1, max_size=8))
    fields = [CATALOGUE.fields[name] for name in sorted(names)]
    return [{one.name: draw(cells(one)) for one in fields} for _ in range(draw(st.integers(1, 6)))]


def assert_read_as_alone(table, written, knowledge, day):
    answerer = answerer_for(table, knowledge, day)
    checked = answerer.checked(block_of(table))
    refused: dict[int, set[str]] = {}
    for one in checked.rejects:
        refused.setdefault(one.row - 1, set()).add(one.field)
    for row, row_cells in enumerate(written):
        expected = alone(row_cells, CATALOGUE)
        if isinstance(expected, Profile):
            try:
                facts_of(expected, knowledge, day)
            except FaultsFound as found:
                expected = {one.field for one in found.faults}
        if isinstance(expected, set):
            assert refused.get(row) == expected, row_cells
        else:
            assert row not in refused, row_cells
            assert profile_of(checked.reads, row) == expected
            assert {type(value) for value in profile_of(checked.reads, row).values.values()} == {
                type(value) for value in expected.values.values()
            }


@given(rows())
def test_any_cells_are_read_or_refused_as_in_the_file_of_one_patient(knowledge, today, written):
    assert_read_as_alone(text_table(written), written, knowledge, today)


@given(rows())
def test_octets_and_dictionaries_are_read_as_text_is(knowledge, today, written):
    table = text_table(written)
    for kind in (pa.binary(), pa.large_string(), pa.dictionary(pa.int8(), pa.string())):
        other = pa.table({name: table.column(name).combine_chunks().cast(kind) for name in table.column_names})
        assert_read_as_alone(other, written, knowledge, today)


@given(st.lists(profile_documents(), min_size=1, max_size=4))
def test_valid_profiles_come_back_as_they_were(knowledge, today, documents):
    drawn = [profile_from_mapping(one, "drawn") for one in documents]
    written = [{name: cell_of(value) for name, value in one.values.items() if value != ()} for one in drawn]
    written = [row or {"age": ""} for row in written]
    assert_read_as_alone(text_table(written), written, knowledge, today)


@given(st.data())
def test_columns_of_numbers_are_read_as_the_same_numbers_in_a_file(knowledge, today, data):
    field = data.draw(st.sampled_from([one for one in CATALOGUE.fields.values() if one.is_number]))
    low, high = field.low or 0, field.high or 100
    edges = [
        low,
        high,
        np.nextafter(low, -1),
        np.nextafter(high, 1e9),
        low + 0.5,
        -0.0,
        float("nan"),
        float("inf"),
        1e22,
    ]
    numbers = data.draw(
        st.lists(st.one_of(st.sampled_from(edges), st.floats(low - 2, high + 2)), min_size=1, max_size=9)
    )
    for kind in (pa.float64(), pa.float32()):
        column = pa.array(numbers, kind)
        as_written = [{field.name: repr(one)} for one in column.to_pylist()]
        assert_read_as_alone(pa.table({field.name: column}), as_written, knowledge, today)
        assert_read_as_alone(pa.table({field.name: column.dictionary_encode()}), as_written, knowledge, today)
    whole = [int(one) for one in numbers if abs(one) < 1e9] or [1]
    table = pa.table({field.name: pa.array(whole, pa.int64())})
    as_written = [{field.name: str(one)} for one in table.column(0).to_pylist()]
    assert_read_as_alone(table, as_written, knowledge, today)


def test_many_distinct_numbers_in_text_are_read_together_and_mean_the_same(knowledge, today):
    chance = np.random.default_rng(1)
    texts = [
        f"{one:.{places}f}"
        for one, places in zip(chance.uniform(0, 25_000, 900), chance.integers(0, 5, 900), strict=True)
    ]
    texts += [
        "20000",
        "20000.000001",
        "20000.0",
        "0",
        "-0",
        "0.0",
        "12 ng/mL",
        "12 ug/L",
        "12 pmol/L",
        "12 mg",
        "1e2",
        "",
    ]
    written = [{"ferritin": text, "haemoglobin": text} for text in texts]
    assert_read_as_alone(text_table(written), written, knowledge, today)


@pytest.mark.parametrize(
    ("field", "column", "expected"),
    [
        ("pregnancy", pa.array([True, False, None]), ["yes", "no", None]),
        ("start_date", pa.array([date(2027, 1, 2), None], pa.date32()), [date(2027, 1, 2), None]),
        (
            "start_date",
            pa.array(["2027-01-02T00:00:00", None]).cast(pa.timestamp("ns")),
            [date(2027, 1, 2), None],
        ),
        ("ferritin", pa.array([Decimal("12.5"), None]), [12.5, None]),
        ("age", pa.array([30, 40], pa.uint8()), [30, 40]),
        ("age", pa.nulls(2), [None, None]),
        ("stocked_components", pa.array([["prp", "biotin"], None, []]), [("biotin", "prp"), None, ()]),
        ("phototype", pa.array(["3", None]), [3, None]),
    ],
)
def test_typed_columns_are_read(field, column, expected, knowledge, today):
    table = pa.table({field: column})
    checked = answerer_for(table, knowledge, today).checked(block_of(table))
    assert not checked.rejects
    assert [checked.reads[field].value(row) for row in range(len(column))] == expected


@pytest.mark.parametrize(
    ("field", "column"),
    [
        ("start_date", pa.array(["2027-01-02T09:30:00"]).cast(pa.timestamp("us"))),
        ("pregnancy", pa.array([1])),
        ("age", pa.array([True])),
        ("age", pa.array([[30]])),
        ("sex", pa.array([{"is": "male"}])),
        ("sex", pa.array([b"\xff\xfe"])),
        ("stocked_components", pa.array([["prp", None]])),
    ],
)
def test_cells_of_a_type_that_is_none_of_the_field_are_refused(field, column, knowledge, today):
    table = pa.table({field: column})
    checked = answerer_for(table, knowledge, today).checked(block_of(table))
    assert {(one.row, one.field) for one in checked.rejects} == {(1, field)}


@given(rows())
def test_a_reason_for_a_refusal_never_shows_what_was_refused(knowledge, today, written):
    table = text_table(written)
    marked = [{name: f"{text}XyZ" for name, text in row.items()} for row in written]
    for one in answerer_for(table, knowledge, today).checked(block_of(text_table(marked))).rejects:
        assert "XyZ" not in one.reason + one.allowed
    reasons = {one.reason for one in answerer_for(table, knowledge, today).checked(block_of(table)).rejects}
    assert all(one.startswith(("The ", "A list", "Impossible combination with ")) for one in reasons)


def test_what_is_remembered_of_a_field_is_bounded_and_forgetting_changes_nothing():
    reader = FieldReader(CATALOGUE.fields["jurisdiction"], CATALOGUE)
    before = reader.read(pa.array(["fr", "XX"]))
    reader.read(pa.array([f"x{number}" for number in range(MOST_REMEMBERED + 1)]))
    after = reader.read(pa.array(["DE", "fr", "XX"]))
    assert reader.generation == 1
    assert [before.value(0), before.refusal(1)] == ["FR", after.refusal(2)]
    assert [after.value(0), after.value(1)] == ["DE", "FR"]
