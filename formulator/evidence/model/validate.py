"""Leave-one-study-out: every variant and every baseline on the same folds, and the choice among the variants."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formulator.evidence.estimator import ComponentNetworkRegressor
from formulator.evidence.model.baselines import BASELINES, Baseline, forecast
from formulator.evidence.model.contrasts import Contrasts
from formulator.evidence.model.scores import Scores, scored
from formulator.evidence.model.variants import VARIANTS, Variant, chosen
from formulator.evidence.pooling.predictive import Predictive

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, eq=False)
class Validation:
    """Scores of every variant and baseline by id, the chosen variant, its fit, and the scores of choosing without the
    left-out study (`nested`): what the choice itself costs.
    """

    variants: dict[str, Scores]
    baselines: dict[str, Scores]
    chosen: Variant
    fit: ComponentNetworkRegressor
    nested: Scores


def validate(contrasts: Contrasts, say: Say = lambda _: None) -> Validation:
    """Fit and test everything; `say` is told each step."""
    fits, variants = {}, {}
    for entry in VARIANTS:
        say(f"variant {entry.id}: {entry.meaning}")
        fits[entry.id] = entry.fit(contrasts)
        variants[entry.id] = left_out_scores(fits[entry.id], contrasts)
    baselines = {}
    for baseline in BASELINES:
        say(f"baseline {baseline.id}: {baseline.meaning}")
        baselines[baseline.id] = baseline_scores(baseline, contrasts)
    best = chosen({name: scores.log_score.tolist() for name, scores in variants.items()})
    return Validation(variants, baselines, best, fits[best.id], nested_scores(variants))


def left_out_scores(fit: ComponentNetworkRegressor, contrasts: Contrasts) -> Scores:
    """Scores of a fitted variant, in the order of the contrasts."""
    folds = fit.leave_one_study_out()
    order = np.concatenate([fold.rows for fold in folds])
    parts = ((fold.predictive, contrasts.estimates[fold.rows]) for fold in folds)
    return in_order(scored(parts, contrasts.studies[order].tolist()), order)


def in_order(scores: Scores, order: NDArray[np.intp]) -> Scores:
    """Scores that stand in `order` brought back into the order of the contrasts."""
    back = np.argsort(order)
    numbers = (scores.log_score[back], scores.crps[back], scores.error[back], scores.pit[back])
    return Scores(*numbers, scores.studies[back])


def baseline_scores(baseline: Baseline, contrasts: Contrasts) -> Scores:
    """Scores of a baseline, each study forecast from all the others."""
    parts, order = [], []
    for rows, others in folds(contrasts):
        test = [contrasts.effects[row] for row in rows]
        for row, predictive in zip(rows, forecast(baseline, subset(contrasts, others), test), strict=True):
            parts.append((predictive, contrasts.estimates[[row]]))
            order.append(row)
    return in_order(scored(parts, contrasts.studies[order].tolist()), np.array(order))


def folds(contrasts: Contrasts) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Rows of a study and rows of all the others, study by study."""
    studies = contrasts.studies
    for study in np.unique(studies):
        yield np.flatnonzero(studies == study), np.flatnonzero(studies != study)


def subset(contrasts: Contrasts, rows: NDArray[np.intp]) -> Contrasts:
    """Some rows of the contrasts."""
    return Contrasts(
        tuple(contrasts.effects[row] for row in rows),
        contrasts.table.iloc[rows].reset_index(drop=True),
        contrasts.sampling[np.ix_(rows, rows)],
    )


def nested_scores(variants: dict[str, Scores]) -> Scores:
    """For each study the scores of the variant that all other studies would have chosen."""
    first = next(iter(variants.values()))
    columns = ("log_score", "crps", "error", "pit")
    picked = {name: np.empty(len(first.studies)) for name in columns}
    for study in np.unique(first.studies):
        rows = first.studies == study
        best = chosen({name: scores.log_score[~rows].tolist() for name, scores in variants.items()})
        for name in columns:
            picked[name][rows] = getattr(variants[best.id], name)[rows]
    return Scores(picked["log_score"], picked["crps"], picked["error"], picked["pit"], first.studies)


def predictives(fit: ComponentNetworkRegressor, entry: Variant, contrasts: Contrasts) -> Predictive:
    """What a fitted variant predicts that trials it has not seen print."""
    table = contrasts.table.loc[:, entry.columns(contrasts)]
    return fit.predictive(table, sampling_variance=np.diag(contrasts.sampling))
