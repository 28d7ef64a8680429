"""A profile is taken as it was meant, or every fault in it is named with its place and what is allowed."""

from __future__ import annotations

import json
import math
from datetime import date, timedelta

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from formulator.faults import FaultsFound
from formulator.profile import DateRange, load_catalogue, profile_from_file, profile_from_mapping, profile_from_text
from formulator.strict_yaml import LARGEST_DOCUMENT
from tests.strategies import numbers_of, profile_documents

FIELDS = load_catalogue().fields
ENUMS = [name for name, field in FIELDS.items() if field.type == "enum"]
FLAGS = [name for name, field in FIELDS.items() if field.type == "bool3"]
NUMBERS = [name for name, field in FIELDS.items() if field.is_number]
BOUNDED = [name for name in NUMBERS if FIELDS[name].high is not None]
DATES = ["event_date", "start_date"]
LISTS = ["unavailable_dates", "stocked_components"]


def faults_of(text: str, name: str = "case.yaml"):
    """The faults of a profile text."""
    with pytest.raises(FaultsFound) as found:
        profile_from_text(text, name)
    return found.value.faults


def value_of(field: str, text: str):
    """What the program understands by `field: text`; None for unknown."""
    return profile_from_text(f"{field}: {text}\n", "case.yaml").get(field)


# ------------------------------------------------------------------ what is valid is understood


@given(profile_documents())
def test_every_profile_that_the_catalogue_permits_is_accepted_and_nothing_in_it_is_lost(document):
    profile = profile_from_mapping(document, "case")
    answered = {name for name, value in document.items() if value != "unknown" or name == "cause"}
    assert set(profile.values) == answered
    assert profile.asked_unknown == set(document) - answered
    for name in answered:
        field, given_value, taken = FIELDS[name], document[name], profile.values[name]
        if field.is_number:
            assert taken == given_value
            assert isinstance(taken, int if field.type == "integer" else float)
        elif field.type in ("enum", "bool3", "string"):
            assert taken == given_value


@given(profile_documents())
def test_a_profile_means_the_same_in_yaml_and_in_json(document):
    as_yaml = profile_from_text(yaml.safe_dump(document, sort_keys=False), "case.yaml")
    as_json = profile_from_text(json.dumps(document), "case.json")
    assert as_yaml == as_json


@given(profile_documents(), st.randoms(use_true_random=False))
def test_the_order_of_keys_never_matters(document, random):
    names = list(document)
    random.shuffle(names)
    shuffled = profile_from_mapping({name: document[name] for name in names}, "case")
    profile = profile_from_mapping(document, "case")
    assert shuffled.sha256() == profile.sha256()
    assert json.dumps(shuffled.plain()) == json.dumps(profile.plain())


@given(profile_documents())
def test_a_profile_that_is_written_out_and_read_again_is_the_same_profile(document):
    profile = profile_from_mapping(document, "case")
    again = profile_from_text(json.dumps(profile.plain()), "again.json")
    assert again == profile
    assert again.sha256() == profile.sha256()


@given(profile_documents(), profile_documents())
def test_two_profiles_have_the_same_hash_only_where_they_are_understood_the_same(one, other):
    first, second = profile_from_mapping(one, "case"), profile_from_mapping(other, "case")
    assert (first.sha256() == second.sha256()) == (first.plain() == second.plain())


@pytest.mark.parametrize("name", ENUMS)
def test_every_choice_of_a_field_is_accepted_as_written_and_in_no_other_case(name):
    for choice in FIELDS[name].choices:
        assert value_of(name, choice) == choice
        assert faults_of(f"{name}: {choice.upper()}\n")[0].field == name


@pytest.mark.parametrize("name", FLAGS)
@pytest.mark.parametrize(
    ("text", "meaning"), [("yes", "yes"), ("no", "no"), ("true", "yes"), ("false", "no"), ("unknown", None)]
)
def test_a_flag_takes_yes_no_unknown_true_and_false(name, text, meaning):
    assert value_of(name, text) == meaning


def test_true_and_false_of_json_are_yes_and_no():
    profile = profile_from_text('{"diabetes": true, "epilepsy": false}', "case.json")
    assert dict(profile.values) == {"diabetes": "yes", "epilepsy": "no"}


@pytest.mark.parametrize("name", FLAGS[::9])
@pytest.mark.parametrize(
    "text", ["NO", "No", "Yes", "YES", "y", "n", "on", "off", "1", "0", "maybe", "[yes]", "{yes: no}"]
)
def test_a_flag_takes_nothing_else(name, text):
    [fault] = faults_of(f"{name}: {text}\n")
    assert (fault.field, fault.place.line) == (name, 1)
    assert "yes" in fault.allowed
    assert "no" in fault.allowed


@pytest.mark.parametrize("name", sorted(set(FIELDS) - {"cause"}))
def test_unknown_is_an_answer_to_every_field_and_is_remembered_as_asked(name):
    profile = profile_from_text(f"{name}: unknown\n", "case.yaml")
    assert dict(profile.values) == {}
    assert profile.asked_unknown == {name}


def test_an_unknown_cause_is_a_finding_of_the_clinician_and_not_a_missing_answer():
    profile = profile_from_text("cause: unknown\n", "case.yaml")
    assert dict(profile.values) == {"cause": "unknown"}
    assert profile.asked_unknown == frozenset()


@pytest.mark.parametrize("text", ["", "~", "null"])
def test_an_empty_value_is_the_same_as_a_missing_key(text):
    document = "".join(f"{name}: {text}\n" for name in FIELDS)
    assert profile_from_text(document, "case.yaml") == profile_from_mapping({}, "case")


# ------------------------------------------------------------------ numbers


@pytest.mark.parametrize("name", NUMBERS)
@given(st.data())
def test_every_number_inside_the_range_is_taken_as_it_stands(name, data):
    number = data.draw(numbers_of(FIELDS[name]))
    assert value_of(name, repr(number)) == number


@given(st.floats(min_value=1e-6, max_value=20))
def test_every_number_that_json_can_carry_is_taken_however_many_digits_it_has(number):
    assert value_of("ferritin", json.dumps(number)) == number


@pytest.mark.parametrize("name", BOUNDED)
def test_the_bounds_of_a_range_belong_to_it_and_the_next_number_does_not(name):
    field = FIELDS[name]
    step = 1 if field.type == "integer" else 0.0001
    assert value_of(name, f"{field.high:g}") == field.high
    assert faults_of(f"{name}: {field.high + step}\n")[0].allowed == field.allowed()
    if field.low_is_excluded:
        assert faults_of(f"{name}: {field.low:g}\n")[0].field == name
    else:
        assert value_of(name, f"{field.low:g}") == field.low
        assert faults_of(f"{name}: {field.low - step}\n")[0].allowed == field.allowed()


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize(
    "text",
    [
        "NaN",
        "nan",
        ".nan",
        "Infinity",
        "inf",
        ".inf",
        "-.inf",
        "-Infinity",
        "true",
        "false",
        "yes",
        "no",
        "True",
        "'1,500'",
        '"1.500,5"',
        "1'500",
        "1_0",
        "0x10",
        "0b1",
        "1/2",
        "12:30",
        "\u0663\u0664",
        "\uff13\uff14",
        "\u00bd",
        "\u00b2",
        "ten",
        "[3]",
        "{a: 3}",
        "'3 4'",
        "3..4",
        "--3",
        "1e",
        "e5",
        "2 +",
        "+-2",
        "''",
    ],
)
def test_what_is_not_a_plain_decimal_number_is_refused_for_every_number_field(name, text):
    [fault] = faults_of(f"{name}: {text}\n")
    assert (fault.field, fault.place.file, fault.place.line) == (name, "case.yaml", 1)
    assert fault.allowed


@pytest.mark.parametrize("name", BOUNDED)
@pytest.mark.parametrize("text", ["1e999", "1e99", "9" * 400, "-1e99", "9" * 12])
def test_a_number_beyond_the_range_is_refused_however_large(name, text):
    [fault] = faults_of(f"{name}: {text}\n")
    assert fault.field == name
    assert len(str(fault)) < 400


@pytest.mark.parametrize("text", ["010", "007", "-010", "010.5", "'010'"])
def test_a_number_with_a_leading_zero_is_refused_because_readers_disagree_on_it(text):
    assert faults_of(f"ferritin: {text}\n")[0].field == "ferritin"


@pytest.mark.parametrize("text", ["1e999", "1e99", "9" * 400])
def test_no_field_ever_holds_a_number_that_is_not_finite(text):
    for name in NUMBERS:
        try:
            value = value_of(name, text)
        except FaultsFound:
            continue
        assert math.isfinite(value)


@pytest.mark.parametrize("name", [name for name in NUMBERS if FIELDS[name].type == "integer"])
def test_a_whole_number_field_refuses_fractions_and_takes_a_whole_number_written_as_decimal(name):
    assert value_of(name, "4.0") == 4
    [fault] = faults_of(f"{name}: 4.5\n")
    assert "whole number" in fault.problem + fault.allowed


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), True, False, [], {}, object()])
def test_plain_values_from_another_part_of_the_program_pass_the_same_checks(value):
    with pytest.raises(FaultsFound) as found:
        profile_from_mapping({"ferritin": value}, "form")
    assert found.value.faults[0].field == "ferritin"


# ------------------------------------------------------------------ dates, lists, codes


@given(st.dates(date(2000, 1, 1), date(2199, 12, 31)))
def test_every_day_of_the_calendar_is_a_date(day):
    assert value_of("event_date", day.isoformat()) == day
    assert profile_from_mapping({"event_date": day}, "form").get("event_date") == day


@pytest.mark.parametrize("name", DATES)
@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30",
        "2026-13-01",
        "2026-00-10",
        "26-01-01",
        "2026-1-1",
        "01.02.2026",
        "01/02/2026",
        "20260101",
        "2026-W01-1",
        "2026-01-01T00:00:00",
        "2026-01-01 10:00",
        "tomorrow",
        "1",
        "yes",
        "[2026-01-01]",
        "0000-01-01",
        "\uff12026-01-01",
    ],
)
def test_what_is_not_a_day_of_the_calendar_is_refused(name, text):
    [fault] = faults_of(f"{name}: {text}\n")
    assert (fault.field, fault.place.line) == (name, 1)


def test_dates_and_ranges_of_unavailable_days_may_be_written_in_four_ways():
    ways = ["2026-12-24", "2027-01-01..2027-01-06", "{from: 2027-02-01, to: 2027-02-02}", "2027-03-01 to 2027-03-04"]
    text = f"unavailable_dates: [{', '.join(ways)}]"
    assert profile_from_text(text, "case.yaml").get("unavailable_dates") == (
        DateRange(date(2026, 12, 24), date(2026, 12, 24)),
        DateRange(date(2027, 1, 1), date(2027, 1, 6)),
        DateRange(date(2027, 2, 1), date(2027, 2, 2)),
        DateRange(date(2027, 3, 1), date(2027, 3, 4)),
    )


@given(st.dates(date(2026, 1, 1), date(2030, 1, 1)), st.integers(0, 50), st.integers(-60, 60))
def test_a_range_contains_its_ends_and_what_lies_between_and_nothing_else(first, length, offset):
    last, day = first + timedelta(days=length), first + timedelta(days=offset)
    assert (day in DateRange(first, last)) == (0 <= offset <= length)


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-24",
        "[2027-01-06..2027-01-01]",
        "[2027-01-01..]",
        "[..2027-01-01]",
        "[{from: 2027-01-01}]",
        "[{from: 2027-01-01, until: 2027-01-02}]",
        "[2027-01-01..2027-01-02..2027-01-03]",
        "[[2027-01-01]]",
        "{a: b}",
        "[Christmas]",
        "[2027-02-30]",
    ],
)
def test_unavailable_dates_that_are_no_list_of_days_or_ranges_are_refused(text):
    [fault] = faults_of(f"unavailable_dates: {text}\n")
    assert fault.field == "unavailable_dates"


def test_a_list_longer_than_anyone_writes_is_refused():
    assert faults_of(f"unavailable_dates: [{', '.join(['2027-01-01'] * 401)}]\n")[0].field == "unavailable_dates"
    assert value_of("unavailable_dates", f"[{', '.join(['2027-01-01'] * 400)}]")


def test_stocked_components_are_a_set_of_component_ids(catalogue):
    every = sorted(catalogue.component_ids)
    assert value_of("stocked_components", f"[{', '.join(reversed(every))}]") == tuple(every)
    assert value_of("stocked_components", "[prp, prp]") == ("prp",)
    [fault] = faults_of("stocked_components: [prp, minoxidl]\n")
    assert "minoxidl" in fault.problem
    assert "minoxidil" in fault.advice


@pytest.mark.parametrize("text", ["prp", "{prp: 5}", "[[prp]]", "[{prp: 5}]", "['']", "[1]", "[true]"])
def test_stocked_components_that_are_no_list_of_ids_are_refused(text):
    assert faults_of(f"stocked_components: {text}\n")[0].field == "stocked_components"


def test_every_country_code_is_accepted_and_eu_is_one_of_them(catalogue):
    assert "EU" in catalogue.jurisdictions
    assert "GB" in catalogue.jurisdictions
    for code in catalogue.jurisdictions:
        assert value_of("jurisdiction", code) == code


def test_the_codes_that_yaml_would_read_as_truth_values_are_countries():
    assert value_of("jurisdiction", "NO") == "NO"


@pytest.mark.parametrize("text", ["UK", "XX", "USA", "Germany", "1", "[DE]", "E", "''"])
def test_what_is_no_country_code_is_refused(text):
    assert faults_of(f"jurisdiction: {text}\n")[0].field == "jurisdiction"


# ------------------------------------------------------------------ keys, combinations, one message per fault


@pytest.mark.parametrize(
    ("typo", "meant"),
    [
        ("feritin", "ferritin"),
        ("pregnant", "pregnancy"),
        ("photo_type", "phototype"),
        ("concerns", "concern"),
        ("antiplatelets", "antiplatelet"),
        ("Age", "age"),
        ("hemoglobin", "haemoglobin"),
        ("vitamin_d", "vitamin_d_25oh"),
    ],
)
def test_a_near_miss_of_a_key_is_refused_and_the_right_key_is_offered(typo, meant):
    [fault] = faults_of(f"sex: male\n{typo}: 1\n")
    assert fault.place.line == 2
    assert typo in str(fault)
    assert f"Did you mean {meant!r}?" in str(fault)


def test_a_key_that_resembles_nothing_is_refused_without_a_guess():
    [fault] = faults_of("zzzzqqqq: 1\n")
    assert "Did you mean" not in str(fault)
    assert "zzzzqqqq" in str(fault)


def test_a_value_that_nearly_is_a_choice_gets_the_choice_offered():
    [fault] = faults_of("cause: androgenic\n")
    assert "Did you mean 'androgenetic'?" in str(fault)


def impossible_pairs():
    """Every impossible pair of the catalogue."""
    return [pytest.param(pair, id=f"{pair.field}-{pair.other_field}") for pair in load_catalogue().impossible]


@pytest.mark.parametrize("pair", impossible_pairs())
def test_an_impossible_pair_is_refused_in_either_order_of_keys_naming_both_fields(pair):
    one, other = f"{pair.field}: {pair.value}\n", f"{pair.other_field}: {pair.other_value}\n"
    for text in (one + other, other + one):
        faults = faults_of(text)
        assert any(pair.field in str(fault) and fault.field == pair.other_field for fault in faults)
        assert all(fault.place.line in (1, 2) for fault in faults)
    profile_from_text(one, "case.yaml")
    profile_from_text(other, "case.yaml")


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("sex: male\npregnancy: yes\n", "pregnancy"),
        ("sex: male\nlactation: yes\n", "lactation"),
        ("sex: male\ncause: postpartum\n", "cause"),
        ("domain: skin\nconcern: hair_loss\n", "domain"),
        ("domain: hair\nconcern: cellulite\n", "domain"),
        ("severity_scale: norwood\nseverity: 8\n", "severity"),
        ("severity_scale: ludwig\nseverity: 0.5\n", "severity"),
        ("severity_scale: norwood\nconcern: pigmentation\n", "severity_scale"),
        ("start_date: 2027-01-02\nevent_date: 2027-01-02\n", "event_date"),
        ("start_date: 2027-01-02\nevent_date: 2027-01-01\n", "event_date"),
    ],
)
def test_combinations_that_no_patient_has_are_refused_at_the_line_of_a_field_of_theirs(text, field):
    [fault] = faults_of(text)
    assert fault.field == field
    assert fault.place.line == 1 + next(i for i, line in enumerate(text.splitlines()) if line.startswith(f"{field}:"))


def test_every_scale_takes_its_whole_range_and_not_a_step_more(catalogue):
    for scale in catalogue.scales.values():
        for severity in (scale.low, scale.high):
            profile_from_mapping({"severity_scale": scale.name, "severity": severity}, "case")
        for severity in (scale.low - 0.5, scale.high + 0.5):
            with pytest.raises(FaultsFound):
                profile_from_mapping({"severity_scale": scale.name, "severity": severity}, "case")


WRONG = {
    "enum": "purple",
    "bool3": "perhaps",
    "integer": "1.5",
    "number": "much",
    "date": "someday",
    "string": "Atlantis",
    "list of component ids": "[snake_oil]",
    "list of dates or date ranges": "[Easter]",
}


@given(st.sets(st.sampled_from(sorted(FIELDS)), min_size=1, max_size=8), st.integers(0, 3))
def test_every_fault_gets_exactly_one_message_with_file_line_field_value_and_what_is_allowed(names, remarks):
    names = sorted(names)
    lines = [f"{name}: {WRONG[FIELDS[name].type]}" for name in names]
    faults = faults_of("# remark\n" * remarks + "\n".join(lines), "patient.yaml")
    assert [fault.field for fault in faults] == names
    for position, (name, fault) in enumerate(zip(names, faults, strict=True)):
        message = str(fault)
        assert message.startswith(f"patient.yaml:{remarks + position + 1}:")
        assert name in message
        assert WRONG[FIELDS[name].type].strip("[]") in message
        assert "Allowed: " in message
        assert "\n" not in message


@pytest.mark.parametrize("text", ["just text", "- a\n- b\n", "[1, 2]", "42", "'quoted'", "null"])
def test_a_document_that_is_no_mapping_is_refused(text):
    assert "mapping" in str(faults_of(text)[0])


@given(st.text(max_size=300))
def test_no_value_is_ever_quoted_at_a_length_that_hides_the_message(value):
    for name in ("cause", "pregnancy", "ferritin", "event_date", "jurisdiction"):
        try:
            profile_from_mapping({name: value}, "form")
        except FaultsFound as found:
            for fault in found.faults:
                assert len(fault.problem) < 200
                assert str(fault).isprintable()


# ------------------------------------------------------------------ files


def test_a_file_is_read_with_or_without_a_byte_order_mark(tmp_path):
    for start in (b"", b"\xef\xbb\xbf"):
        path = tmp_path / "patient.yaml"
        path.write_bytes(start + b"sex: male\r\nage: 34\r\n")
        assert dict(profile_from_file(path).values) == {"sex": "male", "age": 34}


@pytest.mark.parametrize(
    "content",
    [
        b"sex: m\xe4le\n",
        "sex: male\n".encode("utf-16"),
        b"\x00\x01\x02\xff",
        b"sex: male\x00\n",
        b"",
        b"\n\n",
        b"%PDF-1.7",
    ],
)
def test_a_file_that_is_no_utf8_text_or_holds_nothing_is_refused_by_name(tmp_path, content):
    path = tmp_path / "patient.yaml"
    path.write_bytes(content)
    with pytest.raises(FaultsFound) as found:
        profile_from_file(path)
    assert str(found.value).startswith("patient.yaml")


def test_a_missing_file_a_folder_and_an_enormous_file_are_refused_by_name(tmp_path):
    enormous = tmp_path / "enormous.yaml"
    enormous.write_bytes(b"# " + b"x" * LARGEST_DOCUMENT)
    for path in (tmp_path / "absent.yaml", tmp_path, enormous, tmp_path / ("n" * 300)):
        with pytest.raises(FaultsFound) as found:
            profile_from_file(path)
        assert path.name in str(found.value)
