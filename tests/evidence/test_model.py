"""The fitted model: its test leaves nothing of a study in its own prediction, and it claims less when trials go."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from formulator.evidence.effects import Effect, Rules
from formulator.evidence.extract import effects_of_tables
from formulator.evidence.model.additivity import additivity_of
from formulator.evidence.model.baselines import BASELINES, random_effects
from formulator.evidence.model.cells import Fitted, cell_mapping, cells_of
from formulator.evidence.model.certainty import GRADES
from formulator.evidence.model.contrasts import Contrasts, contrasts_of
from formulator.evidence.model.fitting import fitted_to, prepared
from formulator.evidence.model.funnel import funnel_of
from formulator.evidence.model.scores import scored
from formulator.evidence.model.validate import left_out_scores, predictives, subset
from formulator.evidence.model.variants import VARIANTS, chosen, variant
from formulator.evidence.pooling.predictive import Predictive
from formulator.evidence.tables import Tables, read_tables

from .test_tables import SHIPPED

CHOSEN = variant("covariates_t")


@cache
def shipped() -> tuple[Tables, Contrasts, frozenset[str], tuple[str, ...]]:
    """Tables, contrasts, inert components and columns of the shipped data."""
    tables = read_tables(SHIPPED)
    return tables, *prepared(tables, effects_of_tables(tables, Rules())[0], SHIPPED)


def fitted(effects: tuple[Effect, ...]) -> Fitted:
    """The chosen variant fitted to some effects."""
    tables, _, inert, columns = shipped()
    return fitted_to(CHOSEN, contrasts_of(effects, inert, columns), tables, inert, columns)


def grades(model: Fitted) -> dict[tuple[str, str, str], str]:
    """Certainty of every cell and component that has an estimate."""
    return {
        (*cell, name): entry["certainty"]
        for cell in cells_of(model.contrasts.effects)
        for name, entry in cell_mapping(model, *cell)["components"].items()
        if "certainty" in entry
    }


@cache
def all_grades() -> dict[tuple[str, str, str], str]:
    """Grades with all trials."""
    return grades(fitted(shipped()[1].effects))


def check_removal(component: str) -> None:
    """Without its trials a component is not estimable, and no other grade is higher than before."""
    everything = shipped()[1].effects
    model = fitted(tuple(e for e in everything if component not in (*e.treatment, *e.control)))
    assert component not in model.estimable
    after = grades(model)
    assert not any(component == name for _, _, name in after)
    raised = [
        key for key, grade in after.items() if GRADES.index(grade) > GRADES.index(all_grades().get(key, GRADES[0]))
    ]
    assert not raised


@pytest.mark.parametrize("component", ["topical_minoxidil", "deoxycholate", "growth_factors", "prp", "oral_minoxidil"])
def test_without_its_trials_a_component_has_no_estimate_and_no_grade_rises(component: str) -> None:
    check_removal(component)


@pytest.mark.slow
@pytest.mark.parametrize("component", shipped()[3])
def test_no_grade_rises_without_any_component(component: str) -> None:
    check_removal(component)


@pytest.mark.parametrize("df", [None, 4.0])
def test_leaving_out_a_study_is_the_same_as_never_having_seen_it(df: float | None) -> None:
    _, contrasts, _, _ = shipped()
    entry = variant("covariates_t" if df else "covariates")
    folds = entry.fit(contrasts).leave_one_study_out()
    for fold in (folds[3], folds[40]):
        others = np.setdiff1d(np.arange(len(contrasts.effects)), fold.rows)
        fresh = predictives(entry.fit(subset(contrasts, others)), entry, subset(contrasts, fold.rows))
        assert fold.predictive.mean == pytest.approx(fresh.mean, abs=0.03)
        assert fold.predictive.sd == pytest.approx(fresh.sd, rel=0.05)


def test_a_wild_study_pulls_less_with_heavy_tails() -> None:
    _, contrasts, _, _ = shipped()
    model = CHOSEN.fit(contrasts)
    wild = np.abs(contrasts.estimates) > 3
    assert np.all(model.study_precision_[wild] < 0.5)
    assert np.median(model.study_precision_[~wild]) > 0.9


def test_variances_of_a_study_are_those_of_its_effects_and_arms_that_share_a_control_are_correlated() -> None:
    _, contrasts, _, _ = shipped()
    assert np.diag(contrasts.sampling) == pytest.approx([effect.variance for effect in contrasts.effects])
    assert np.min(np.linalg.eigvalsh(contrasts.sampling)) > 0
    first, second = np.flatnonzero(np.char.startswith(contrasts.studies, "olsen2002"))
    assert contrasts.sampling[first, second] == pytest.approx(contrasts.effects[first].shared_variance, rel=0.1)


def test_one_mean_of_equal_trials_is_their_average() -> None:
    _, contrasts, _, _ = shipped()
    rows = np.arange(5)
    found = random_effects(contrasts, rows)
    assert contrasts.estimates[rows].min() <= found.mean <= contrasts.estimates[rows].max()
    assert found.studies == len(set(contrasts.studies[rows]))


def test_scores_of_a_standard_normal() -> None:
    """Log density at 0 is -log(2 pi) / 2, CRPS of N(0, 1) at 0 is 2 phi(0) - 1 / sqrt(pi) = 0.23369."""
    predictive = Predictive(np.zeros((1, 1)), np.ones((1, 1)), np.ones(1))
    found = scored([(predictive, np.zeros(1))], ["a"])
    assert found.log_score[0] == pytest.approx(-0.918939, abs=1e-6)
    assert found.crps[0] == pytest.approx(0.233695, abs=1e-5)
    assert found.summary()["coverage"]["50"] == 1.0


def test_a_study_with_many_effects_weighs_as_one_study() -> None:
    predictive = Predictive(np.zeros((1, 3)), np.ones((1, 3)), np.ones(1))
    found = scored([(predictive, np.array([0.0, 0.0, 9.0]))], ["a", "a", "b"])
    assert found.summary()["coverage"]["80"] == pytest.approx(2 / 3)
    assert found.summary()["by_study"]["coverage"]["80"] == pytest.approx(1 / 2)


def test_the_rule_takes_the_best_eligible_variant() -> None:
    scores = {entry.id: [0.0] for entry in VARIANTS}
    assert chosen({**scores, "family_only_t": [5.0], "additive_t": [1.0]}).id == "additive_t"


def test_a_funnel_needs_three_studies_and_says_so() -> None:
    _, contrasts, _, _ = shipped()
    assert funnel_of("wrinkle", contrasts).p is None
    assert "too few" in funnel_of("wrinkle", contrasts).sentence
    assert "no reassurance" in funnel_of("salt", contrasts).sentence


def test_additivity_is_tested_where_the_network_has_loops() -> None:
    _, contrasts, inert, _ = shipped()
    assert additivity_of("hair_density", contrasts, inert).df > 0
    assert additivity_of("wrinkle", contrasts, inert).p is None


def test_the_baselines_are_the_three_that_were_promised() -> None:
    assert [baseline.id for baseline in BASELINES] == ["grand_mean", "per_indication", "per_component"]


def test_left_out_scores_stand_in_the_order_of_the_contrasts() -> None:
    _, contrasts, _, _ = shipped()
    few = subset(contrasts, np.arange(30))
    found = left_out_scores(variant("additive").fit(few), few)
    assert found.studies.tolist() == few.studies.tolist()
