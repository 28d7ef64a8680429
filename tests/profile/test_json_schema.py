"""The JSON Schema and the validator agree: what one of them takes, the other takes as well."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from formulator.faults import FaultsFound
from formulator.profile import load_catalogue, profile_from_mapping
from formulator.profile.schema import json_schema
from tests.strategies import profile_documents

CATALOGUE = load_catalogue()
SCHEMA = json_schema(CATALOGUE)
CHECK = Draft202012Validator(SCHEMA)
FIELDS = CATALOGUE.fields
ANYTHING = (
    st.none()
    | st.booleans()
    | st.integers(-1000, 1000)
    | st.floats(-1e6, 1e6, width=32).map(lambda number: round(number, 3))
    | st.sampled_from(["yes", "no", "unknown", "male", "hair", "2027-01-01", "DE", "prp", "", "scalp", "norwood"])
    | st.lists(st.sampled_from(["prp", "2027-01-01", "2027-01-01..2027-01-05", "x", 3]), max_size=3)
    | st.dictionaries(st.sampled_from(["from", "to", "a"]), st.sampled_from(["2027-01-01", "x"]), max_size=2)
)


def is_taken(document) -> bool:
    """Whether the validator takes a document."""
    try:
        profile_from_mapping(document, "case")
    except FaultsFound:
        return False
    return True


def test_the_schema_is_itself_a_valid_schema_and_describes_every_field_and_no_other():
    Draft202012Validator.check_schema(SCHEMA)
    assert list(SCHEMA["properties"]) == list(FIELDS)
    assert SCHEMA["additionalProperties"] is False
    assert all(shape["description"] for shape in SCHEMA["properties"].values())


@given(profile_documents())
def test_every_valid_profile_fits_the_schema(document):
    assert is_taken(document)
    assert not list(CHECK.iter_errors(document))


@given(profile_documents())
def test_a_profile_as_the_program_writes_it_fits_the_schema(document):
    written = json.loads(json.dumps(profile_from_mapping(document, "case").plain()))
    assert not list(CHECK.iter_errors(written))


@given(st.sampled_from(sorted(FIELDS)), ANYTHING)
def test_what_the_validator_takes_for_a_field_the_schema_takes(name, value):
    if is_taken({name: value}):
        assert CHECK.is_valid({name: value}), f"{name}: {value!r} is taken by the validator only"


@given(st.sampled_from(sorted(FIELDS)), ANYTHING.filter(lambda value: not isinstance(value, str)))
def test_what_the_schema_takes_for_a_field_the_validator_takes_texts_apart(name, value):
    """Texts with units and days such as 30 February are beyond a schema; all else must agree."""
    if CHECK.is_valid({name: value}) and not _is_beyond_a_schema(name, value):
        assert is_taken({name: value}), f"{name}: {value!r} is taken by the schema only"


def _is_beyond_a_schema(name, value) -> bool:
    """A range that ends before it begins cannot be told by a schema; nothing else in the pool is such a case."""
    return name == "unavailable_dates" and "x" in json.dumps(value)


def test_unknown_fits_the_schema_for_every_field_because_it_is_an_answer_everywhere():
    assert [name for name in FIELDS if not is_taken({name: "unknown"})] == []
    assert [name for name in FIELDS if not CHECK.is_valid({name: "unknown"})] == []


def test_null_means_the_same_to_both():
    assert [name for name in FIELDS if CHECK.is_valid({name: None}) != is_taken({name: None})] == []


@given(st.text(min_size=1, max_size=12).filter(lambda name: name not in FIELDS), ANYTHING)
def test_an_unknown_key_is_refused_by_both(name, value):
    assert not CHECK.is_valid({name: value})
    assert not is_taken({name: value})
