"""Answers for the tests of exports: a formulation written by hand, so that every part of a sheet is filled."""

from __future__ import annotations

from dataclasses import replace

from formulator.engine.answer import Recommendation, Response
from formulator.engine.formulation import (
    BloodDraw,
    CourseDose,
    Formulation,
    LimitCheck,
    MixingState,
    Syringe,
    SyringeComponent,
)
from tests.engine.asking import ask
from tests.samples import THINNING_MAN

HAIR = {**THINNING_MAN, "nsaid": "yes", "area_cm2": 60}
REFUSED = {
    "domain": "skin",
    "concern": "pigmentation",
    "cause": "melasma",
    "sex": "female",
    "age": 31,
    "pregnancy": "yes",
}
SOURCE = "document_a"


def with_formulation(answer: Recommendation) -> Recommendation:
    """The answer with two hand-written syringes."""
    return replace(answer, formulations=(formulation(),))


def hair_answer() -> Recommendation:
    """A man with pattern loss who takes an anti-inflammatory painkiller."""
    return with_formulation(ask(HAIR))


def refusal() -> Recommendation:
    """A pregnant woman: a decision without a plan."""
    return ask(REFUSED)


def formulation() -> Formulation:
    """Minoxidil with dexpanthenol in saline, and plasma on its own."""
    return Formulation(
        rank=1,
        syringes=(_mixture(), _plasma()),
        separate=("oral_finasteride",),
        mixing=(MixingState(("minoxidil", "prp"), "no_data", (SOURCE,), "Nobody has published it; not together."),),
        response=Response(False, "No trial isolates it."),
        objections=(),
        why="The best of the permitted mixtures.",
        components=("minoxidil", "dexpanthenol", "prp"),
        limits=(LimitCheck("m", "minoxidil", "Minoxidil a session", 15, 20, "mg", True, (), (SOURCE,)),),
        course=(CourseDose("minoxidil", 10, 150, "mg", 30),),
        blood=(
            BloodDraw("prp", 30, 4.5, "Two to four times the baseline.", "", (("1500 rpm", (SOURCE,)),), "", (SOURCE,)),
        ),
        sequence=("Minoxidil first, plasma last.",),
    )


def _mixture() -> Syringe:
    return Syringe(
        components=(
            SyringeComponent("minoxidil", 5, "mg/mL", 3, 15, "mg"),
            SyringeComponent("dexpanthenol", 50, "mg/mL", 1.2, 60, "mg"),
        ),
        diluent="saline",
        diluent_ml=1.8,
        volume_ml=6,
        technique="scalp_point_by_point",
        depth_mm=2,
        points=60,
        spacing_cm=1,
        volume_per_point_ml=0.1,
        size_ml=10,
        barrels=1,
        graduation_ml=0.5,
        drawn_ml=6.1,
        needle="30G, 4 mm",
        rounding=("Rounded to the next 0.5 mL.",),
    )


def _plasma() -> Syringe:
    return Syringe(
        components=(SyringeComponent("prp", None, "", 4.5, None, ""),),
        diluent=None,
        volume_ml=4.5,
        technique="scalp_point_by_point",
        depth_mm=2,
        points=45,
        spacing_cm=1,
        volume_per_point_ml=0.1,
        size_ml=5,
        barrels=1,
        graduation_ml=0.2,
    )
