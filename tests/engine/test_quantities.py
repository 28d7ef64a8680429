"""Units: a closed table, exact, and nothing is added that does not fit."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulator.engine.filling import draw, part
from formulator.engine.quantities import UnitFault, is_unit, quantity


def test_percent_is_weight_in_volume():
    assert quantity("0.9", "%").to("mg/mL") == 9
    assert (quantity(1, "%") * quantity(3, "mL")).to("mg") == 30


def test_floats_enter_through_their_shortest_form():
    assert (quantity(0.1, "mL") + quantity(0.2, "mL")).to("mL") == Decimal("0.3")


@pytest.mark.parametrize("unit", ["", "drops", "mg/", "/mL", "mg/mL/kg", "MG", "mmol"])
def test_units_outside_the_table_are_refused(unit):
    assert not is_unit(unit)
    with pytest.raises(UnitFault):
        quantity(1, unit)


def test_what_does_not_fit_is_not_added_compared_or_shown():
    for action in (
        lambda: quantity(1, "mg") + quantity(1, "mL"),
        lambda: quantity(1, "mg") <= quantity(1, "IU"),
        lambda: quantity(1, "mg").to("mL"),
        lambda: (quantity("4.5", "mg/kg") * quantity(70, "kg")).to("mg/kg"),
        lambda: quantity(1, "mg").whole(quantity(1, "mL")),
    ):
        with pytest.raises(UnitFault):
            action()


def test_a_body_weight_is_no_drug_weight():
    with pytest.raises(UnitFault):
        quantity(1, "kg").to("mg")


@given(
    volume=st.decimals(min_value="0.01", max_value="60", places=2),
    point=st.sampled_from(["0.01", "0.05", "0.1", "0.2"]),
)
def test_what_is_drawn_holds_the_volume_and_the_hold_up_and_fits_the_barrels(volume, point, knowledge):
    wanted = quantity(volume, "mL")
    drawn = draw(wanted, quantity(point, "mL"), knowledge.composition)
    assert (wanted + drawn.hold_up).to("mL") <= drawn.volume.to("mL") + Decimal("1e-20")
    assert drawn.volume.to("mL") <= Decimal(str(drawn.barrel.capacity_ml)) * drawn.barrels
    assert Decimal(str(drawn.barrel.graduation_ml)) <= Decimal(point)


@given(
    wanted=st.integers(1, 50),
    vial=st.integers(51, 500),
    volume=st.decimals(min_value="0.5", max_value="20", places=1),
)
def test_a_dilution_is_never_stronger_than_wanted(wanted, vial, volume, knowledge):
    made = part(quantity(wanted, "mg/mL"), quantity(vial, "mg/mL"), quantity(volume, "mL"), knowledge.composition)
    assert made.concentration.to("mg/mL") <= wanted + Decimal("1e-20")
    assert made.from_vial <= quantity(volume, "mL")
