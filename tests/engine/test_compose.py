"""The composer against counting, and what must hold for every formulation."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulator.engine import recommend
from formulator.engine.answer import USABLE, Formulation, Recommendation
from formulator.engine.compose import Composer
from formulator.engine.decide import Verdict
from formulator.engine.effect import TrialEffects
from formulator.engine.infeasible import smallest_clash
from formulator.engine.options import CONSTRAINTS, candidates
from formulator.engine.ranking import Preferences
from formulator.evidence.artefact import load_evidence
from formulator.export.json_export import as_json
from formulator.profile import profile_from_mapping
from tests.conftest import TODAY
from tests.engine.small_knowledge import count, small

PARTS = 20
EACH = 25
EVERYTHING = 10_000
MAN = {"domain": "hair", "concern": "hair_thinning", "cause": "androgenetic", "sex": "male", "age": 34, "phototype": 4,
       "site": "scalp", "severity_scale": "norwood", "severity": 3, "anticoagulant": "no"}  # fmt: skip
LINES = {"domain": "skin", "concern": "fine_lines", "sex": "female", "age": 41, "phototype": 3, "site": "face",
         "severity_scale": "glogau", "severity": 2, "pregnancy": "no"}  # fmt: skip


def asked(values: dict, knowledge, **more) -> Recommendation:
    return recommend(profile_from_mapping(values, "small"), knowledge, TODAY, **more)


@pytest.mark.parametrize("part", range(PARTS))
def test_counting_every_set_finds_the_same_ranking_in_500_small_knowledge_bases(part, knowledge):
    for seed in range(part * EACH, (part + 1) * EACH):
        case = small(seed, knowledge)
        estimate = "mean" if seed % 3 == 0 else "cautious"
        options = candidates(case.patient, case.answers).options
        joint = case.model.joint([one.id for one in options], "aga_male") if case.model and options else None
        preferences = Preferences(estimate, None, EVERYTHING)
        composer = Composer(case.patient, case.answers, options, joint, case.model, preferences)
        found = composer.formulations()
        counted = {one.components: one for one in count(options, case, estimate)}
        assert {one.components for one in found} <= set(counted), seed
        for one in found:
            same = counted[one.components]
            assert one.score == pytest.approx(same.score, abs=1e-8), (seed, one.components)
            assert {frozenset(each.id for each in filled.components) for filled in one.syringes} == same.syringes, seed
        keys = [(counted[one.components].tier, -round(one.score, 7)) for one in found]
        assert keys == sorted(keys), seed
        dropped = set(counted) - {one.components for one in found}
        assert all(limits_leave_nothing(composer, names) for names in dropped), (seed, dropped)


def limits_leave_nothing(composer: Composer, names: tuple[str, ...]) -> bool:
    """A set is dropped only if its own amounts are nothing: asked again alone, it is refused again."""
    from formulator.engine.ranking import Ranking

    ranked = Ranking(composer.options, composer.patient.knowledge, composer.joint, composer.preferences).best_first()
    one = next(each for each in ranked if tuple(composer.options[place].id for place in each.positions) == names)
    return composer.formulation(one) is None


def hold(one: Formulation, answer: Recommendation, knowledge) -> None:
    """What no formulation may break."""
    status = {each.id: each for each in answer.components}
    assert all(status[name].status in USABLE and status[name].stocked for name in one.components)
    assert all(status[name].status not in ("contraindicated", "deferred") for name in one.separate)
    for filled in one.syringes:
        names = [each.id for each in filled.components] + ([filled.diluent] if filled.diluent else [])
        for pair in combinations(names, 2):
            assert knowledge.mixing.of(*pair).state == "compatible", pair
        assert len(filled.components) <= 3
        assert filled.volume_ml is None or filled.volume_ml > 0
        if filled.drawn_ml is not None:
            assert filled.volume_ml is not None
            assert filled.drawn_ml >= filled.volume_ml + (filled.hold_up_ml or 0) - 1e-4
            assert filled.drawn_ml <= (filled.barrels or 0) * (filled.size_ml or 0) + 1e-9
        if filled.points and filled.volume_per_point_ml:
            assert filled.points * filled.volume_per_point_ml == pytest.approx(filled.volume_ml, abs=1e-3)
    for check in one.limits:
        if check.value is not None and check.allowed is not None and check.id != "mixture_ph":
            assert check.value <= check.allowed
            assert check.within
    for pair in combinations(one.components, 2):
        assert knowledge.mixing.of(*pair).apart == "syringe"


@pytest.mark.parametrize("seed", range(0, 200, 10))
def test_small_knowledge_bases_never_break_a_limit(seed, knowledge):
    for each in range(seed, seed + 10):
        case = small(each, knowledge)
        options = candidates(case.patient, case.answers).options
        composer = Composer(case.patient, case.answers, options, None, None, Preferences(alternatives=40))
        for one in composer.formulations():
            names = [[part.id for part in filled.components] for filled in one.syringes]
            for group in names:
                for pair in combinations(group, 2):
                    assert case.patient.knowledge.mixing.of(*pair).state == "compatible"
            assert all(check.within is not False or check.id == "mixture_ph" for check in one.limits)


@settings(max_examples=40)
@given(
    values=st.fixed_dictionaries(
        {},
        optional={
            "area_cm2": st.floats(min_value=0.01, max_value=20000, allow_nan=False),
            "weight_kg": st.floats(min_value=0.5, max_value=400, allow_nan=False),
            "needle_aversion": st.sampled_from(["yes", "no"]),
            "max_sessions": st.integers(1, 12),
            "site": st.sampled_from(["scalp", "face", "periorbital", "hands"]),
            "allergy_minoxidil": st.sampled_from(["yes", "no"]),
            "stocked_components": st.lists(
                st.sampled_from(["prp", "minoxidil", "dutasteride", "hyaluronic_acid", "microneedling"]), unique=True
            ),
        },
    ),
    base=st.sampled_from([MAN, LINES]),
)
def test_no_formulation_breaks_a_status_a_mixture_or_a_limit(values, base, knowledge):
    answer = asked({**base, **values}, knowledge)
    for place, one in enumerate(answer.formulations, start=1):
        assert one.rank == place
        assert one.why
        hold(one, answer, knowledge)
    assert not (answer.formulations and answer.infeasible)
    if answer.decision == "treat":
        assert answer.formulations or answer.infeasible


def test_five_or_more_alternatives_each_with_why_it_is_below(knowledge):
    answer = asked(MAN, knowledge)
    assert len(answer.formulations) >= 5
    assert "no effect model" in answer.formulations[0].why
    assert all("Differs:" in one.why or "Holds" in one.why for one in answer.formulations[1:])
    assert not answer.formulations[0].response.estimable
    assert any(one.pareto for one in answer.formulations)


def test_no_formulation_where_the_decision_forbids_or_waits(knowledge):
    assert asked({**MAN, "haemophilia": "yes"}, knowledge).formulations == ()
    unanswered = asked({**LINES, "pregnancy": "unknown", "age": 30}, knowledge)
    assert unanswered.decision != "treat"
    assert unanswered.formulations == ()


def test_needle_aversion_leaves_only_ways_without_a_syringe_needle(knowledge):
    answer = asked({**MAN, "needle_aversion": "yes"}, knowledge)
    routes = {knowledge.techniques[one.technique].route for each in answer.formulations for one in each.syringes}
    assert routes <= {"microneedling", "electroporation", "jet_injector"}
    assert all("microneedling" in each.separate for each in answer.formulations if each.syringes)


def test_nothing_in_stock_names_the_smallest_clash_and_what_relaxing_it_gives(knowledge):
    answer = asked({**MAN, "stocked_components": ["zinc"]}, knowledge)
    assert answer.formulations == ()
    assert answer.infeasible
    assert [one.constraint for one in answer.infeasible.clash] == ["stock"]
    assert "prp" in answer.infeasible.clash[0].gives


def test_the_smallest_clash_is_the_smallest():
    broken = [frozenset(("stock",)), frozenset(("max_sessions", "needle_aversion")), frozenset(("stock", "place"))]
    assert smallest_clash(broken) == ("stock", "needle_aversion")
    assert smallest_clash([frozenset(("place", "stock")), frozenset(("place",))]) == ("place",)
    assert set(CONSTRAINTS) == {"stock", "needle_aversion", "place", "max_sessions", "contents"}


def test_the_evidence_model_leads_the_ranking_and_mean_differs_from_cautious(knowledge):
    answers = {
        estimate: asked(MAN, knowledge, model=load_evidence(), preferences=Preferences(estimate)).formulations
        for estimate in ("cautious", "mean")
    }
    for formulations in answers.values():
        assert any(part.id == "effect" for part in formulations[0].score_parts)
        for one, other in pairwise(formulations):
            assert one.score >= other.score or one.components != other.components
    cautious, mean = ({one.components: one.score for one in found} for found in answers.values())
    shared = cautious.keys() & mean.keys()
    assert shared
    assert all(cautious[one] < mean[one] for one in shared)


def test_what_no_trial_isolates_is_never_taken_for_a_sure_nothing(knowledge):
    effects = TrialEffects(load_evidence()).joint(("prp", "minoxidil"), "aga_male")
    assert effects.estimable == (True, False)
    assert effects.mean[1] == 0
    assert effects.covariance[1][1] >= effects.covariance[0][0]


def test_the_same_question_gives_the_same_bytes(knowledge):
    assert as_json(asked(MAN, knowledge)) == as_json(asked(MAN, knowledge))


def test_prp_says_how_much_blood_which_spins_and_not_to_activate(knowledge):
    one = next(each for each in asked(MAN, knowledge).formulations if "prp" in each.components)
    assert one.blood[0].plasma_ml
    assert one.blood[0].blood_ml == pytest.approx(one.blood[0].plasma_ml / 0.1, abs=1)
    assert "Not required" in one.blood[0].activation
    assert len(one.blood[0].spins) >= 3


def test_a_verdict_that_waits_is_not_composed(knowledge):
    from formulator.engine.compose import may_be_composed
    from formulator.engine.findings import Findings
    from formulator.engine.patient import Patient

    patient = Patient(profile_from_mapping(MAN, "man"), {}, knowledge, TODAY)
    waiting = Verdict("treat_after", (), ("pregnancy",))
    assert not may_be_composed(patient, waiting, Findings({}, {}))
    assert may_be_composed(patient, replace(waiting, waits_for=()), Findings({}, {}))


def test_in_stretch_marks_plasma_follows_the_needling_of_the_protocol_and_no_body_injection(knowledge):
    marks = {"domain": "body", "concern": "striae", "sex": "female", "age": 60, "phototype": 3, "site": "abdomen"}
    answer = asked(marks, knowledge)
    techniques = {one.technique for each in answer.formulations for one in each.syringes}
    assert answer.indication == "striae"
    assert techniques <= {"microneedling_striae"}


def test_a_course_counts_what_a_product_holds_besides(knowledge):
    answer = asked(LINES | {"stocked_components": ["hyaluronic_acid_crosslinked"]}, knowledge)
    doses = {one.id: one for one in answer.formulations[0].course}
    assert doses["lidocaine"].dose == pytest.approx(3 * doses["lidocaine"].sessions)
    assert doses["lidocaine"].dose_unit == "mg"


def test_a_gel_that_holds_lidocaine_is_kept_out_where_lidocaine_is_excluded(knowledge):
    answer = asked(LINES | {"allergy_amide_anaesthetic": "yes"}, knowledge)
    assert answer.component("lidocaine").status == "contraindicated"
    assert answer.formulations
    assert all("hyaluronic_acid_crosslinked" not in one.components for one in answer.formulations)


def test_no_technique_is_borrowed_from_another_drug(knowledge):
    answer = asked(LINES | {"site": "scalp"}, knowledge)
    techniques = {one.technique for each in answer.formulations for one in each.syringes}
    assert not techniques & {"intralesional_scalp_grid", "submental_grid", "body_point_by_point"}


def test_a_preferred_technique_is_taken_wherever_it_fits(knowledge):
    usual = asked(MAN, knowledge)
    names = knowledge.protocols["aga_male"].technique
    seen = set()
    for name in names:
        answer = asked(MAN, knowledge, preferences=Preferences(technique=name))
        assert answer.decision == usual.decision
        seen |= {syringe.technique for one in answer.formulations for syringe in one.syringes}
    assert len(seen) > 1
    assert seen <= set(knowledge.techniques)
