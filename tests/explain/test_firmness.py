"""How firm the order is: what draws must obey, and what they must agree with."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from math import sqrt
from statistics import NormalDist

import pytest

from formulator.engine import Preferences, recommend
from formulator.engine.answer import Formulation
from formulator.engine.effect import JointEffect
from formulator.engine.firmness import TOLD_APART, beaten_by, beats, not_told_apart
from formulator.engine.options import candidates
from formulator.engine.ranking import Ranking
from formulator.evidence.artefact import load_evidence
from formulator.explain.firmness import (
    DRAWS,
    RULES_ALONE,
    drawn_effects,
    firmness_of,
    firmness_text,
    first_shares,
    order_words,
    percent,
    rank_spans,
)
from formulator.export.formulation_text import formulations_text, tie_words
from formulator.profile import profile_from_mapping
from tests.conftest import TODAY
from tests.engine.small_knowledge import small

SEEDS = range(40)
MAN = {"domain": "hair", "concern": "hair_thinning", "cause": "androgenetic", "sex": "male", "age": 34, "phototype": 4,
       "site": "scalp", "severity_scale": "norwood", "severity": 3, "anticoagulant": "no"}  # fmt: skip
MONTE_CARLO = 4.5 * 0.5 / sqrt(DRAWS)
"""4.5 standard errors of a share at its widest: a right answer misses it once in 150,000 comparisons."""


def ranking_of(seed: int, knowledge, estimate: str = "mean", scale: float = 1.0) -> Ranking | None:
    """A random small ranking in which every option is estimable; its covariances times `scale`."""
    case = small(seed, knowledge)
    options = candidates(case.patient, case.answers).options
    if case.model is None or len(options) < 2:
        return None
    joint = case.model.joint([one.id for one in options], "aga_male")
    covariance = tuple(tuple(scale * each for each in row) for row in joint.covariance)
    known = replace(joint, covariance=covariance, estimable=(True,) * len(options))
    return Ranking(options, case.patient.knowledge, known, Preferences(estimate))


def rankings(knowledge, **more) -> list[Ranking]:
    found = [one for seed in SEEDS if (one := ranking_of(seed, knowledge, **more)) is not None]
    assert len(found) > 5
    return found


def answer_for(knowledge, model, values=MAN, **more):
    return recommend(profile_from_mapping(values, "man"), knowledge, TODAY, model, **more)


@pytest.fixture(scope="module")
def model():
    return load_evidence()


def test_where_nothing_is_uncertain_the_first_is_first_in_every_draw(knowledge):
    for ranking in rankings(knowledge, scale=0.0):
        ranked = ranking.best_first()
        equals = [one for one in ranked if (one.tier, one.score) == (ranked[0].tier, ranked[0].score)]
        shares = first_shares(ranked, ranking, 50)
        assert [shares[one.positions] for one in equals] == pytest.approx([1 / len(equals)] * len(equals))
        spans = rank_spans(ranked, ranking, 0.8, 50)
        assert all(low == high for low, high in spans.values())
        for place, one in enumerate(ranked, start=1):
            better = sum((other.tier, -other.score) < (one.tier, -one.score) for other in ranked[: place - 1])
            assert spans[one.positions][0] == better + 1


def test_the_shares_of_being_first_add_up_to_one_over_all_sets_and_only_the_best_tier_has_any(knowledge):
    for ranking in rankings(knowledge):
        ranked = ranking.best_first()
        shares = first_shares(ranked, ranking)
        assert sum(shares.values()) == pytest.approx(1)
        assert all(shares[one.positions] == 0 for one in ranked if one.tier != ranked[0].tier)


def test_the_exact_share_agrees_with_the_draws_for_every_pair(knowledge):
    for ranking in rankings(knowledge)[:8]:
        ranked = [one for one in ranking.best_first() if one.tier == ranking.best_first()[0].tier][:8]
        effects = drawn_effects(ranking)
        for place, one in enumerate(ranked):
            for other in ranked[place + 1 :]:
                mine, its = (
                    effects[:, list(each.positions)].sum(axis=1) + ranking.beside_effect(each.positions, each.split)
                    for each in (one, other)
                )
                exact = beats(one, other, ranking)
                assert exact == pytest.approx(float((mine > its).mean()), abs=MONTE_CARLO)


def test_two_sets_of_one_component_are_compared_as_two_normal_numbers_written_by_hand(knowledge):
    ranking = next(one for one in rankings(knowledge) if len([x for x in one.options if x.tier == 0]) > 1)
    joint = ranking.joint
    assert joint is not None
    single = {one.positions[0]: one for one in ranking.best_first() if len(one.positions) == 1}
    pairs = [(a, b) for a in single for b in single if a < b and single[a].tier == single[b].tier]
    assert pairs
    for first, second in pairs:
        one, other = single[first], single[second]
        beside = {name: dict(ranking.parts(each)) for name, each in (("one", one), ("other", other))}
        fixed = {
            name: sum(value for part, value in parts.items() if part != "effect") for name, parts in beside.items()
        }
        gap = joint.mean[first] + fixed["one"] - joint.mean[second] - fixed["other"]
        variance = (
            joint.covariance[first][first] + joint.covariance[second][second] - 2 * joint.covariance[first][second]
        )
        assert beats(one, other, ranking) == pytest.approx(NormalDist(gap, sqrt(variance)).cdf(2 * gap) if gap else 0.5)


def test_two_identical_components_cannot_be_told_apart(knowledge):
    twin = None
    for ranking in rankings(knowledge):
        first = ranking.options[0]
        options = (first, replace(first, id=ranking.options[1].id))
        for together in (0.0, 0.09):
            joint = JointEffect((0.3, 0.3), ((0.09, together), (together, 0.09)), (True, True))
            twin = Ranking(options, ranking.knowledge, joint, Preferences("mean"))
            alone = [one for one in twin.best_first() if len(one.positions) == 1]
            if len(alone) == 2:
                shares = beaten_by(alone[1], alone[:1], twin)
                assert shares == (0.5,)
                assert not_told_apart(shares, knowledge.composition.setting(TOLD_APART)) == (1,)
                drawn = first_shares(alone, twin)
                assert drawn[(0,)] == pytest.approx(drawn[(1,)], abs=2 * MONTE_CARLO)
    assert twin is not None


def test_the_more_doubt_about_effects_the_less_firm_is_the_first(knowledge):
    by_scale = []
    for scale in (0.0, 0.25, 1.0, 4.0, 25.0):
        shares = []
        for ranking in rankings(knowledge, scale=scale):
            ranked = ranking.best_first()
            shares.append(first_shares(ranked, ranking)[ranked[0].positions])
        by_scale.append(shares)
    for less, more in pairwise(by_scale):
        assert all(before >= after - 1e-9 for before, after in zip(less, more, strict=True))
    assert sum(by_scale[-1]) < sum(by_scale[0])


def test_the_order_in_which_components_come_does_not_matter(knowledge):
    for ranking in rankings(knowledge)[:6]:
        turn = list(reversed(range(len(ranking.options))))
        joint = ranking.joint
        assert joint is not None
        turned = Ranking(
            tuple(ranking.options[place] for place in turn),
            ranking.knowledge,
            JointEffect(
                tuple(joint.mean[place] for place in turn),
                tuple(tuple(joint.covariance[one][other] for other in turn) for one in turn),
                tuple(joint.estimable[place] for place in turn),
            ),
            ranking.preferences,
        )
        here, there = (
            {
                frozenset(each.options[place].id for place in positions): share
                for positions, share in first_shares(each.best_first(), each, 500).items()
            }
            for each in (ranking, turned)
        )
        assert here == pytest.approx(there)


def test_draws_have_the_mean_and_covariance_that_the_ranking_sees(knowledge):
    import numpy as np

    for ranking in rankings(knowledge)[:6]:
        joint = ranking.joint
        assert joint is not None
        effects = drawn_effects(ranking, 40_000)
        spread = max(sqrt(joint.covariance[one][one]) for one in range(len(joint.mean)))
        assert np.allclose(effects.mean(axis=0), joint.mean, atol=6 * spread / sqrt(40_000))
        assert np.allclose(np.cov(effects.T), joint.covariance, atol=10 * spread**2 / sqrt(40_000))


def test_the_lower_one_is_never_told_apart_as_the_better_one_whatever_the_preference(knowledge):
    """With 9 of 10, as cautious as the one in ten of the cautious end, no pair stands the wrong way round."""
    limit = knowledge.composition.setting(TOLD_APART)
    for estimate in ("mean", "cautious"):
        for ranking in rankings(knowledge, estimate=estimate):
            ranked = ranking.best_first()[:12]
            for place, one in enumerate(ranked):
                for upper in ranked[:place]:
                    share = beats(one, upper, ranking)
                    assert share is None or share <= limit + 1e-6


def test_the_answer_says_which_cannot_be_told_apart_and_the_text_says_it_too(knowledge, model):
    answer = answer_for(knowledge, model)
    limit = knowledge.composition.setting(TOLD_APART)
    text = " ".join(formulations_text(answer, knowledge).split())
    assert answer.formulations[0].beaten_by == ()
    for one in answer.formulations[1:]:
        assert len(one.beaten_by) == one.rank - 1
        below = tuple(rank for rank, share in enumerate(one.beaten_by, 1) if share is not None and share < limit)
        assert one.not_told_apart_from == below
        assert (f"cannot be told apart from {below[0]}:" in text) or not below
    assert any(one.not_told_apart_from for one in answer.formulations)
    assert "cannot be told apart from the first" in order_words(answer.formulations).lower()


def test_without_a_model_or_without_an_estimable_component_rules_alone_make_the_order(knowledge, model):
    lines = {"domain": "skin", "concern": "fine_lines", "sex": "female", "age": 41, "phototype": 3, "site": "face",
             "severity_scale": "glogau", "severity": 2, "pregnancy": "no", "anticoagulant": "no"}  # fmt: skip
    for answer, used in ((answer_for(knowledge, None), None), (answer_for(knowledge, model, lines), model)):
        assert len(answer.formulations) > 1
        assert all(one.not_told_apart_from == () and set(one.beaten_by) <= {None} for one in answer.formulations)
        assert order_words(answer.formulations) == RULES_ALONE
        assert RULES_ALONE in " ".join(formulations_text(answer, knowledge).split())
        found = firmness_of(answer, knowledge, used)
        assert found is not None
        assert not found.drawn
        assert found.places == ()
        assert RULES_ALONE in " ".join(firmness_text(answer, found, knowledge).split())


@pytest.mark.parametrize("estimate", ["cautious", "mean"])
def test_the_shown_formulations_are_those_that_were_drawn_and_the_same_question_gives_the_same_bytes(
    estimate, knowledge, model
):
    preferences = Preferences(estimate)
    answer = answer_for(knowledge, model, preferences=preferences)
    once, twice = (firmness_of(answer, knowledge, model, preferences) for _ in range(2))
    assert once is not None
    assert once == twice
    assert firmness_text(answer, once, knowledge) == firmness_text(answer, twice, knowledge)
    assert [one.components for one in once.places] == [one.components for one in answer.formulations]
    assert sum(one.first_share for one in once.places) + once.not_shown_first == pytest.approx(1, abs=1e-3)
    assert all(1 <= one.rank_low <= one.rank_high <= once.permitted for one in once.places)


def test_one_formulation_or_none_is_no_order(knowledge, model):
    answer = answer_for(knowledge, model)
    assert firmness_of(replace(answer, formulations=()), knowledge, model) is None
    assert firmness_of(replace(answer, formulations=answer.formulations[:1]), knowledge, model) is None


def test_an_answer_without_the_question_does_not_wait_for_numpy():
    code = "import sys; from formulator.cli import main; import formulator.engine, formulator.explain.firmness; "
    found = subprocess.run(
        [sys.executable, "-c", code + "print('numpy' in sys.modules)"], capture_output=True, check=True
    )
    assert found.stdout.strip() == b"False"


def test_the_command_prints_text_and_json(run_program, tmp_path):
    profile = tmp_path / "man.json"
    profile.write_text(json.dumps(MAN), encoding="utf-8")
    text = run_program("firmness", str(profile), "--date", "2026-11-25")
    assert text.returncode == 0
    assert text.stdout.startswith(b"HOW FIRM IS THE ORDER?")
    found = json.loads(run_program("firmness", str(profile), "--date", "2026-11-25", "--format", "json").stdout)
    assert found["firmness"]["draws"] == DRAWS
    assert len(found["firmness"]["places"]) == len(found["order"])


def test_a_share_is_never_rounded_to_certainty():
    assert [percent(one) for one in (0, 0.001, 0.5, 0.996, 1)] == ["0 %", "under 1 %", "50 %", "over 99 %", "100 %"]


def test_a_formulation_that_stands_alone_has_no_clause():
    plain = Formulation(1, (), (), (), None, (), "")  # type: ignore[arg-type] # the response is not read here
    assert tie_words(plain) == ""
    assert tie_words(replace(plain, rank=3, not_told_apart_from=(1, 2))) == ", cannot be told apart from 1"
