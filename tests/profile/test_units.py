"""Units are converted by molar mass or refused; the oracle is a table written by hand, in exact fractions."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulator.faults import FaultsFound
from formulator.profile import profile_from_mapping
from formulator.profile.units import to_stored_unit, units_of

MOLAR_MASS = {
    "ferritin": Fraction(445_000),  # g/mol, about 24 subunits and no iron
    "haemoglobin": Fraction(16_114),  # the monomer, as laboratories report it
    "vitamin_d_25oh": Fraction("400.64"),
    "vitamin_b12": Fraction("1355.37"),
    "folate": Fraction("441.40"),
    "zinc": Fraction("65.38"),
    "free_t4": Fraction("776.87"),
    "testosterone_total": Fraction("288.42"),
    "dheas": Fraction("368.49"),
}
NANO, PICO, MICRO, MILLI = (Fraction(1, 10**power) for power in (9, 12, 6, 3))
LITRE, DECILITRE, MILLILITRE = Fraction(1), Fraction(1, 10), Fraction(1, 1000)


def moles(field: str, amount: Fraction, gram: Fraction, volume: Fraction) -> Fraction:
    """The factor from an amount of substance per litre to a mass per volume."""
    return amount * MOLAR_MASS[field] / gram * volume


STORED = {
    "ferritin": "ng/mL",
    "haemoglobin": "g/dL",
    "vitamin_d_25oh": "ng/mL",
    "vitamin_b12": "pg/mL",
    "folate": "ng/mL",
    "zinc": "ug/dL",
    "tsh": "mIU/L",
    "free_t4": "ng/dL",
    "testosterone_total": "ng/dL",
    "dheas": "ug/dL",
    "platelets": "10^9/L",
    "inr": "ratio",
    "hba1c": "percent",
    "egfr": "mL/min/1.73m2",
    "weight_kg": "kg",
    "area_cm2": "cm2",
    "age": "years",
    "duration_months": "months",
}
ONE = Fraction(1)
FACTORS = {
    ("ferritin", "ug/L"): ONE,
    ("ferritin", "pmol/L"): moles("ferritin", PICO, NANO, MILLILITRE),
    ("haemoglobin", "g/L"): DECILITRE,
    ("haemoglobin", "mmol/L"): moles("haemoglobin", MILLI, ONE, DECILITRE),
    ("vitamin_d_25oh", "ug/L"): ONE,
    ("vitamin_d_25oh", "nmol/L"): moles("vitamin_d_25oh", NANO, NANO, MILLILITRE),
    ("vitamin_b12", "ng/L"): ONE,
    ("vitamin_b12", "pmol/L"): moles("vitamin_b12", PICO, PICO, MILLILITRE),
    ("folate", "ug/L"): ONE,
    ("folate", "nmol/L"): moles("folate", NANO, NANO, MILLILITRE),
    ("zinc", "ug/L"): DECILITRE,
    ("zinc", "umol/L"): moles("zinc", MICRO, MICRO, DECILITRE),
    ("tsh", "mU/L"): ONE,
    ("tsh", "uIU/mL"): ONE,
    ("free_t4", "pmol/L"): moles("free_t4", PICO, NANO, DECILITRE),
    ("testosterone_total", "ng/mL"): Fraction(100),
    ("testosterone_total", "nmol/L"): moles("testosterone_total", NANO, NANO, DECILITRE),
    ("dheas", "umol/L"): moles("dheas", MICRO, MICRO, DECILITRE),
    ("platelets", "10^3/uL"): ONE,
    ("platelets", "/uL"): Fraction(1, 1000),
    ("platelets", "G/L"): ONE,
    ("hba1c", "%"): ONE,
    ("egfr", "mL/min/1.73 m2"): ONE,
    ("weight_kg", "lb"): Fraction("0.45359237"),
    ("area_cm2", "m2"): Fraction(10_000),
    ("duration_months", "years"): Fraction(12),
    ("duration_months", "weeks"): Fraction(7) / (Fraction("365.25") / 12),
    **dict.fromkeys(STORED.items(), ONE),
}
OFFSET_UNITS = {("hba1c", "mmol/mol")}
STEP = Fraction(1, 10_000)  # stored values keep four decimals
FACTOR_DIGITS = Fraction(1, 50_000)  # the table carries factors to about five significant digits


def test_every_unit_that_is_accepted_has_an_entry_in_the_hand_written_oracle_and_the_other_way_round():
    accepted = {(field, unit) for field in STORED for unit in units_of(field)}
    assert accepted == set(FACTORS) | OFFSET_UNITS


def test_every_field_with_a_unit_accepts_its_own_unit_first(catalogue):
    own = {field.name: field.unit for field in catalogue.fields.values() if field.is_number and units_of(field.name)}
    assert own == STORED
    assert all(units_of(field)[0] == unit for field, unit in STORED.items())


@pytest.mark.parametrize(("field", "unit"), sorted(FACTORS))
@given(st.decimals(0, 1000, places=3))
def test_a_value_is_converted_by_the_factor_that_follows_from_molar_mass_and_volume(field, unit, number):
    stored = to_stored_unit(field, number, unit)
    exact = Fraction(number) * FACTORS[field, unit]
    assert abs(Fraction(stored) - exact) <= STEP / 2 + abs(exact) * FACTOR_DIGITS


@pytest.mark.parametrize("field", sorted(STORED))
@given(st.decimals(0, 100, places=9))
def test_a_value_in_the_stored_unit_is_kept_to_the_last_digit(field, number):
    assert to_stored_unit(field, number, STORED[field]) == number


@pytest.mark.parametrize(("field", "unit"), sorted(FACTORS))
@given(st.integers(1, 10_000))
def test_converting_there_and_back_gives_the_value_that_was_entered(field, unit, tenths):
    number = Decimal(tenths) / 10
    back = Fraction(to_stored_unit(field, number, unit)) / FACTORS[field, unit]
    assert abs(back - Fraction(number)) <= STEP / FACTORS[field, unit] + Fraction(number) * FACTOR_DIGITS


@pytest.mark.parametrize(
    ("ifcc", "ngsp"), [(20, "4.0"), (31, "5.0"), (42, "6.0"), (53, "7.0"), (64, "8.0"), (86, "10.0")]
)
def test_hba1c_in_mmol_per_mol_becomes_the_percentage_of_the_published_table(ifcc, ngsp):
    stored = to_stored_unit("hba1c", Decimal(ifcc), "mmol/mol")
    assert round(stored, 1) == Decimal(ngsp)


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        ("ferritin", "30 ng/mL", 30.0),
        ("ferritin", "100 pmol/L", 44.5),
        ("vitamin_d_25oh", "75 nmol/L", 30.048),
        ("haemoglobin", "135 g/L", 13.5),
        ("zinc", "10 \u00b5mol/L", 65.38),
        ("zinc", "10 \u03bcmol/L", 65.38),
        ("platelets", "250000 /uL", 250.0),
        ("weight_kg", "10 lb", 4.5359),
        ("area_cm2", "0.01 m2", 100.0),
        ("ferritin", "30ng/mL", 30.0),
        ("ferritin", "  30   ng/mL ", 30.0),
    ],
)
def test_a_lab_may_be_given_as_text_with_its_unit(field, text, expected):
    assert profile_from_mapping({field: text}, "case").values == {field: expected}


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("ferritin", "30 mg/mL"),
        ("ferritin", "30 ng/ml"),
        ("ferritin", "30 NG/ML"),
        ("ferritin", "30 ng"),
        ("ferritin", "30 ng/mL serum"),
        ("ferritin", "30 nmol/L"),
        ("haemoglobin", "14 g"),
        ("tsh", "2 pmol/L"),
        ("testosterone_total", "5 ng/dl"),
        ("phototype", "4 years"),
        ("severity", "3 points"),
        ("max_sessions", "5 sessions"),
        ("weight_kg", "11 st"),
    ],
)
def test_a_unit_that_is_not_in_the_table_is_refused_with_the_units_that_are(field, text):
    with pytest.raises(FaultsFound) as found:
        profile_from_mapping({field: text}, "case")
    [fault] = found.value.faults
    assert fault.field == field
    assert "unit" in fault.problem
    assert all(unit in fault.allowed for unit in units_of(field))


@pytest.mark.parametrize("number", ["1e24", "1e50", "999999999999e99"])
def test_a_number_beyond_all_measure_in_another_unit_is_refused_like_any_number_out_of_range(number):
    for field, unit in FACTORS:
        with pytest.raises(FaultsFound):
            profile_from_mapping({field: f"{number} {unit}"}, "case")


@pytest.mark.parametrize(("field", "high_in_unit"), [("ferritin", "44944 pmol/L"), ("haemoglobin", "301 g/L")])
def test_the_range_is_checked_after_conversion(field, high_in_unit):
    if field == "ferritin":
        assert profile_from_mapping({field: "44000 pmol/L"}, "case").values[field] == pytest.approx(19580)
    with pytest.raises(FaultsFound, match="outside the range"):
        profile_from_mapping({field: high_in_unit}, "case")
