"""Blood, limits, rounding, notes and the reason for a rank: what stands beside the numbers of a formulation."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulator.engine import recommend
from formulator.engine.amounts import Filled, Filling, Given, fill_all
from formulator.engine.answer import Response
from formulator.engine.blood import blood_for
from formulator.engine.delivery import Way
from formulator.engine.filling import draw, part
from formulator.engine.formulation import Formulation, LimitCheck, ScorePart
from formulator.engine.limits import checks
from formulator.engine.options import Option
from formulator.engine.quantities import quantity
from formulator.engine.ranking import Ranked, Ranking
from formulator.engine.reasons import benefit_and_burden, mark_pareto, part_text, why_below
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Chemistry
from formulator.profile import profile_from_mapping
from tests.conftest import TODAY

SCALP = "scalp_point_by_point"


def with_component(knowledge: Knowledge, name: str, **parts: object) -> Knowledge:
    """The knowledge with parts of a component changed."""
    one = knowledge.components[name].model_copy(update=parts)
    return replace(knowledge, components={**knowledge.components, name: one})


def chemistry(what: str, **numbers: float) -> Chemistry:
    """A published property."""
    return Chemistry(property=what, text=f"About {what}.", sources=("made_up",), **numbers)


def filled(
    knowledge: Knowledge, *names: str, area: float | None = 24, weight: float | None = None
) -> tuple[Filled, ...]:
    """A session on the scalp: one syringe for each name (components joined by +)."""
    way = Way(knowledge.techniques[SCALP], None)
    given_size = Given(quantity(area, "cm2") if area else None, quantity(weight, "kg") if weight else None)
    return fill_all([Filling(tuple(name.split("+")), way) for name in names], given_size, knowledge)


# ------------------------------------------------------------------ blood


def test_blood_follows_from_the_lowest_yield_and_is_rounded_up_to_whole_millilitres(knowledge):
    [drawn] = blood_for(filled(knowledge, "prp", area=7)[0], knowledge)
    plasma = drawn.plasma_ml  # 0.7 mL of points, 0.12 mL of hold-up, up to a mark of 0.01 or 0.1 mL
    assert plasma == pytest.approx(0.82, abs=0.081)
    assert drawn.blood_ml == pytest.approx(-(-plasma // 0.1), abs=1e-9)
    assert drawn.blood_ml == int(drawn.blood_ml)
    assert (
        drawn.why
        == "10 mL of blood gave 1 mL in a trial; a page says 30 mL give 3 to 5 mL. The lower yield is planned with."
    )


def test_a_blood_product_says_its_target_count_every_spin_and_its_sources(knowledge):
    prp = knowledge.components["prp"]
    [drawn] = blood_for(filled(knowledge, "prp")[0], knowledge)
    assert drawn.component == "prp"
    counts = [one for one in prp.concentrations if one.unit.startswith(("million", "times")) and one.low and one.high]
    assert drawn.target == "; ".join(f"{one.low:g} to {one.high:g} {one.unit} ({one.text})" for one in counts)
    assert [words.split(":")[0] for words, _ in drawn.spins] == [
        one.property for one in prp.chemistry if "spin" in one.property
    ]
    assert all(sources for _, sources in drawn.spins)
    assert set(prp.sources) <= set(drawn.sources)
    assert len(drawn.sources) == len(set(drawn.sources))


def test_without_an_area_no_blood_is_counted_and_without_a_yield_the_tube_decides(knowledge):
    [unmeasured] = blood_for(filled(knowledge, "prp", area=None)[0], knowledge)
    assert unmeasured.blood_ml is None or unmeasured.plasma_ml
    bare = with_component(knowledge, "prp", chemistry=(), concentrations=())
    [drawn] = blood_for(filled(bare, "prp")[0], bare)
    assert drawn.blood_ml is None
    assert drawn.plasma_ml
    assert drawn.target == "No target count is published."
    assert drawn.activation == "No source speaks of activation: none is done."
    assert drawn.why == "No yield is published: the tube's instructions say how much blood it takes."
    assert drawn.spins == ()
    assert drawn.sources == tuple(dict.fromkeys(knowledge.components["prp"].sources))


def test_a_yield_without_a_lowest_value_counts_no_blood(knowledge):
    vague = with_component(knowledge, "prp", chemistry=(chemistry("plasma yield"),))
    [drawn] = blood_for(filled(vague, "prp")[0], vague)
    assert (drawn.blood_ml, drawn.why) == (None, "About plasma yield.")


def test_what_is_no_blood_product_draws_none(knowledge):
    assert blood_for(filled(knowledge, "minoxidil")[0], knowledge) == ()


# ------------------------------------------------------------------ the patient's size


MAN = {"domain": "hair", "concern": "hair_thinning", "cause": "androgenetic", "sex": "male", "age": 34, "site": "scalp",
       "severity_scale": "norwood", "severity": 3, "anticoagulant": "no"}  # fmt: skip


def plasma_alone(knowledge: Knowledge, **size: float) -> Formulation:
    """The formulation of plasma alone for a man of this size."""
    profile = profile_from_mapping({**MAN, "stocked_components": ["prp"], **size}, "case")
    found = recommend(profile, knowledge, TODAY).formulations
    return next(one for one in found if one.components == ("prp",))


def test_the_area_of_the_profile_is_what_is_covered_and_counted_as_punctures(knowledge):
    one = plasma_alone(knowledge, area_cm2=24)
    [syringe] = one.syringes
    [by_hand] = filled(knowledge, "prp", area=24)
    assert syringe.area_cm2 == 24
    assert one.burden.points == syringe.points
    if syringe.technique == SCALP:
        assert (syringe.points, syringe.volume_ml) == (by_hand.syringe.points, by_hand.syringe.volume_ml) == (24, 2.4)
    punctures = {part.id: part.value for part in one.score_parts}.get("each_100_points", 0)
    more = {part.id: part.value for part in plasma_alone(knowledge, area_cm2=48).score_parts}["each_100_points"]
    assert more < punctures <= 0


def test_without_an_area_the_published_volume_of_a_session_or_a_square_centimetre_is_given(knowledge):
    [syringe] = plasma_alone(knowledge).syringes
    assert syringe.area_cm2 is None
    assert syringe.volume_ml or syringe.per_cm2_ml


# ------------------------------------------------------------------ limits


def check_of(knowledge: Knowledge, what: str, name: str, *names: str, **size: float) -> LimitCheck:
    """One check of a session."""
    session = filled(knowledge, *names, **size)
    found = checks(session, Given(None, None), knowledge)
    return next(one for one in found if one.id == what and one.component == name)


@pytest.mark.parametrize(
    ("low", "high", "value", "within", "allowed"),
    [
        (7.0, 7.4, 7.4, True, 8),
        (2.0, 7.3, 2.0, False, 5),
        (7.0, 11.0, 11.0, False, 8),
        (1.0, 9.0, 1.0, False, 5),
        (5.0, 6.0, 5.0, True, 8),
        (6.0, 8.0, 8.0, True, 8),
        (8.1, 8.1, 8.1, False, 8),
    ],
)
def test_the_acidity_that_lies_farthest_from_the_middle_of_5_to_8_is_held_against_its_ends(
    low, high, value, within, allowed, knowledge
):
    acid = with_component(knowledge, "minoxidil", chemistry=(chemistry("pH of the solution", low=low, high=high),))
    ends = {"mixture_ph_low": 5.0, "mixture_ph_high": 8.0}
    settings = tuple(
        one.model_copy(update={"value": ends[one.id]}) if one.id in ends else one for one in acid.composition.settings
    )
    acid = replace(acid, composition=acid.composition.model_copy(update={"settings": settings}))
    found = check_of(acid, "mixture_ph", "minoxidil", "minoxidil")
    assert (found.value, found.within, found.allowed) == (value, within, allowed)
    assert (found.text, found.unit, found.needs) == ("About pH of the solution.", "pH", ())
    assert found.sources[0] == "made_up"
    assert len(found.sources) > 1


def test_the_acidity_that_nobody_published_is_not_judged_and_that_is_said(knowledge):
    for known in ((), (chemistry("pH"),)):
        bare = with_component(knowledge, "minoxidil", chemistry=known)
        found = check_of(bare, "mixture_ph", "minoxidil", "minoxidil")
        assert (found.value, found.allowed, found.within) == (None, None, None)
        assert found.text.endswith(f"{knowledge.components['minoxidil'].name} in this form: nothing was checked.")


def test_a_number_comes_before_words_about_the_same_property(knowledge):
    two = (chemistry("osmolality"), chemistry("osmolality", low=250, high=300))
    found = check_of(with_component(knowledge, "minoxidil", chemistry=two), "osmolality", "minoxidil", "minoxidil")
    assert (found.value, found.allowed, found.within, found.unit) == (300, None, None, "mOsm/kg")
    bare = with_component(knowledge, "minoxidil", chemistry=())
    found = check_of(bare, "osmolality", "minoxidil", "minoxidil")
    assert (
        found.text == f"No osmolality is published for {knowledge.components['minoxidil'].name}: nothing was checked."
    )
    assert (found.value, found.sources) == (None, ())


def test_the_volume_of_a_session_counts_every_syringe_that_is_given_the_same_way(knowledge):
    technique = knowledge.techniques[SCALP]
    found = check_of(knowledge, f"{SCALP}_session_volume", "", "prp", "minoxidil")
    parts = [one.syringe.volume_ml for one in filled(knowledge, "prp", "minoxidil")]
    assert found.value == pytest.approx(sum(parts))
    assert found.allowed == technique.volume_per_session_ml.high
    assert found.within is True
    assert found.unit == "mL"
    assert found.text == f"Published volume of a session: up to {technique.volume_per_session_ml.high:g} mL."
    assert found.sources == technique.volume_per_session_ml.sources
    assert found.needs == ()


def test_a_limit_a_kilogram_asks_for_the_weight(knowledge):
    names = [
        (name, dose.limit)
        for name, one in knowledge.components.items()
        for dose in one.doses
        if dose.limit and dose.unit == "mg/kg"
    ]
    assert names
    name, limit = names[0]
    way = Way(knowledge.techniques[SCALP], None)
    for weight, needs in ((None, ("weight_kg",)), (quantity(60, "kg"), ())):
        size = Given(quantity(20, "cm2"), weight)
        session = fill_all([Filling((name,), way)], size, knowledge)
        found = next(one for one in checks(session, size, knowledge) if one.id == limit)
        assert found.needs == needs
        assert (found.allowed is None) == (weight is None)
        assert found.within in ((None,) if weight is None else (True,))


# ------------------------------------------------------------------ filling and its words


def test_more_than_the_largest_barrel_is_measured_with_the_marks_of_the_largest(knowledge):
    largest = max(knowledge.composition.barrels, key=lambda one: one.capacity_ml)
    made = part(quantity(1, "mg/mL"), quantity(2, "mg/mL"), quantity("100.26", "mL"), knowledge.composition)
    step = quantity(largest.graduation_ml, "mL")
    assert made.from_vial == quantity("50.13", "mL").whole(step)
    assert made.rounding == (
        "" if made.from_vial == quantity("50.13", "mL") else
        f"50.13 mL from the vial rounded down to {made.from_vial.to('mL').normalize():f} mL."
    )  # fmt: skip


def test_a_trace_too_small_for_any_mark_is_not_rounded_away(knowledge):
    made = part(quantity("0.001", "mg/mL"), quantity(100, "mg/mL"), quantity(1, "mL"), knowledge.composition)
    assert made.from_vial == quantity("0.00001", "mL")
    assert made.concentration == quantity("0.001", "mg/mL")
    assert made.rounding == ""


def test_a_point_that_no_barrel_shows_is_drawn_with_the_first(knowledge):
    drawn = draw(quantity("0.1", "mL"), quantity("0.0001", "mL"), knowledge.composition)
    assert drawn.barrel == knowledge.composition.barrels[0]
    assert drawn.barrels == 1


def test_syringes_that_share_a_session_say_so(knowledge):
    shared, alone = filled(knowledge, "prp", "minoxidil"), filled(knowledge, "prp")
    note = "The published volume of a session is shared by 2 syringes: less of each than alone."
    assert all(note in one.syringe.notes for one in shared)
    assert not any("shared by" in line for line in alone[0].syringe.notes)


def test_hold_up_and_barrels_are_said_with_the_mark(knowledge):
    [one] = filled(knowledge, "prp")
    syringe = one.syringe
    [line] = [line for line in syringe.rounding if line.startswith("Hold-up")]
    assert line == (
        f"Hold-up {syringe.hold_up_ml:g} mL added, rounded up to a mark ({syringe.graduation_ml:g} mL): "
        f"{syringe.barrels} x {syringe.drawn_ml / syringe.barrels:g} mL in {syringe.size_ml:g} mL syringes."
    )


def test_what_no_source_dilutes_is_to_be_obtained_ready(knowledge):
    bare = with_component(knowledge, "tranexamic_acid", diluent="")
    [one] = filled(bare, "tranexamic_acid")
    name = knowledge.components["tranexamic_acid"].name
    assert any(
        line.startswith(f"{name}: obtain ready at ") and line.endswith("mg/mL; no source names a compatible diluent.")
        for line in one.syringe.notes
    )
    [diluted] = filled(knowledge, "tranexamic_acid")
    assert not any("obtain ready" in line for line in diluted.syringe.notes)
    assert diluted.syringe.diluent == "saline"
    assert diluted.syringe.diluent_ml == pytest.approx(
        diluted.syringe.drawn_ml * (1 - diluted.syringe.components[0].concentration / 100), abs=0.1
    )


# ------------------------------------------------------------------ why a formulation stands where it does


def option(name: str, tier: int = 0, **parts: object) -> Option:
    """An option with nothing special about it."""
    usual = {"certainty": "low", "way": None, "device": False, "points": 0, "blood": False, "cost": 0}
    return Option(id=name, tier=tier, **{**usual, "unpublished": False, **parts})


@pytest.fixture
def ranking(knowledge) -> Ranking:
    """Three options without an effect model."""
    from formulator.engine.ranking import DEFAULT_PREFERENCES

    options = (option("prp", blood=True), option("minoxidil"), option("zinc", tier=2))
    return Ranking(options, knowledge, None, DEFAULT_PREFERENCES)


def ranked(score: float, *positions: int, tier: int = 0) -> Ranked:
    """A set with a score."""
    return Ranked(tier, score, positions, tuple((one,) for one in positions))


def test_the_best_says_of_how_many_and_by_what(ranking):
    assert why_below(ranked(1, 0), None, ranking, 12) == (
        "Best of 12 permitted combinations by role and certainty (no effect model), "
        "less burden, cost and weak evidence."
    )


def test_another_tier_says_both_tiers(ranking):
    assert why_below(ranked(1, 2, tier=2), ranked(0, 0), ranking, 2) == (
        "Holds optional components only, the one above a main part of the answer."
    )
    assert why_below(ranked(1, 2, tier=1), ranked(0, 0), ranking, 2) == (
        "Holds an adjunct, the one above a main part of the answer."
    )


def test_equal_scores_are_settled_by_number_or_by_the_alphabet(ranking):
    names = [ranking.knowledge.components[one.id].name for one in ranking.options]
    assert why_below(ranked(1, 1), ranked(1, 1), ranking, 2).startswith(
        "Equal in score; only the alphabet puts it below."
    )
    more = why_below(ranked(1, 0, 1), ranked(1, 0), ranking, 2)
    assert more == f"Equal in score, with more components. Differs: with {names[1]}."


def test_a_lower_score_names_the_largest_loss_and_the_difference(ranking):
    names = [ranking.knowledge.components[one.id].name for one in ranking.options]
    above, below = ranked(5, 1), ranked(4.25, 0)
    mine, other = dict(ranking.parts(below)), dict(ranking.parts(above))
    losses = {name: other.get(name, 0) - mine.get(name, 0) for name in (*mine, *other)}
    words = why_below(below, above, ranking, 2)
    assert words.startswith("0.75 points below, mostly a blood draw (")
    assert f"({losses['blood_draw']:.2f})" in words
    assert words.endswith(f" Differs: with {names[0]}; without {names[1]}.")


def test_every_part_of_a_score_has_its_reason(knowledge):
    assert part_text("effect", knowledge) == "Estimated effect of the components that trials isolate."
    assert part_text("standing", knowledge).startswith("Role and certainty of what the rules say")
    for one in knowledge.composition.settings:
        assert part_text(one.id, knowledge) == one.why


def formulation(benefit: float, burden: float) -> Formulation:
    """A formulation with two parts of its score, both axes given."""
    parts = (ScorePart("standing", benefit, ""), ScorePart("each_syringe", -burden, ""))
    return Formulation(1, (), (), (), Response(False, ""), (), "", score_parts=parts)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=8))
def test_those_are_marked_that_nothing_beats_in_both_effect_and_burden(axes):
    marked = mark_pareto(tuple(formulation(*one) for one in axes))
    for one, (benefit, burden) in zip(marked, axes, strict=True):
        assert benefit_and_burden(one) == (benefit, burden)
        better = [other for other in axes if other[0] >= benefit and other[1] <= burden and other != (benefit, burden)]
        assert one.pareto == (not better)
