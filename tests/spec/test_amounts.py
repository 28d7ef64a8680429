"""Worked cases of arithmetic (amounts/*.yaml): every number worked out by hand, beside its calculation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from formulator.engine.amounts import Filled, Filling, Given, fill_all
from formulator.engine.blood import blood_for
from formulator.engine.delivery import Way
from formulator.engine.limits import checks
from formulator.engine.quantities import quantity
from formulator.knowledge import Knowledge
from formulator.strict_yaml import read_yaml

HERE = Path(__file__).resolve().parent / "amounts"
KEYS = {"case", "area_cm2", "weight_kg", "syringes", "calculation", "expect", "limits"}
CASES = [case for path in sorted(HERE.glob("*.yaml")) for case in read_yaml(path.read_text("utf-8"), path.name).plain()]
PLAIN = ("points", "volume_ml", "volume_per_point_ml", "per_cm2_ml", "size_ml", "barrels", "hold_up_ml", "drawn_ml",
         "diluent_ml")  # fmt: skip


def number(text: str) -> float | None:
    return None if text == "none" else float(text)


def check(found: float | None, wanted: str, what: str) -> None:
    expected = number(wanted)
    assert (found is None) == (expected is None), f"{what}: {found}, not {wanted}"
    assert expected is None or found == pytest.approx(expected, abs=5e-5), f"{what}: {found}, not {wanted}"


def given_of(case: dict[str, Any]) -> Given:
    area, weight = case.get("area_cm2"), case.get("weight_kg")
    return Given(quantity(area, "cm2") if area else None, quantity(weight, "kg") if weight else None)


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_arithmetic(case: dict[str, Any], knowledge: Knowledge) -> None:
    assert set(case) <= KEYS
    ways = [(tuple(one["components"]), Way(knowledge.techniques[one["technique"]], None)) for one in case["syringes"]]
    given = given_of(case)
    filled = fill_all([Filling(*one) for one in ways], given, knowledge)
    for one, wanted in zip(filled, case["expect"], strict=True):
        compare(one, wanted, knowledge)
    found = {one.id: one for one in checks(filled, given, knowledge)}
    for name, wanted in (case.get("limits") or {}).items():
        check(found[name].value, wanted["value"], name)
        check(found[name].allowed, wanted["allowed"], name)
        assert {True: "yes", False: "no", None: "none"}[found[name].within] == wanted["within"]
        assert list(found[name].needs) == ([wanted["needs"]] if "needs" in wanted else [])
        assert found[name].sources


def compare(one: Filled, wanted: dict[str, Any], knowledge: Knowledge) -> None:
    syringe = one.syringe
    parts = {part.id: part for part in syringe.components}
    for key in PLAIN:
        if key in wanted:
            check(getattr(syringe, key), wanted[key], key)
    for name, amount in wanted.get("doses", {}).items():
        value, unit = amount.split()
        dose = one.doses[name]
        assert dose is not None
        check(float(dose.to(unit)), value, f"dose of {name}")
        assert name not in parts or (parts[name].dose == pytest.approx(float(value), abs=5e-5))
    for name, amount in wanted.get("concentrations", {}).items():
        value, unit = amount.split()
        check(parts[name].concentration, value, f"concentration of {name}")
        assert parts[name].unit == unit
    for name, volume in wanted.get("volumes", {}).items():
        check(parts[name].volume_ml, volume, f"volume of {name}")
    if "diluent" in wanted:
        assert (syringe.diluent or "none") == wanted["diluent"]
    if "needs_area" in wanted:
        assert one.coverage.needs_area
    if "blood_ml" in wanted:
        check(blood_for(one, knowledge)[0].blood_ml, wanted["blood_ml"], "blood")
    if "says" in wanted:
        assert any(wanted["says"] in line for line in (*syringe.rounding, *syringe.notes)), syringe


def test_at_least_ten_cases_each_with_its_calculation():
    assert len(CASES) >= 10
    assert all(len(case["calculation"].strip()) > 20 for case in CASES)
