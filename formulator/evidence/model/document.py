"""evidence.json: all that an answer needs at run time, as plain numbers and words with their sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from formulator.evidence.effects import POOLED, REASONS, WITHIN_ARM, Effect
from formulator.evidence.families import Vocabulary
from formulator.evidence.model.cells import Fitted, cell_mapping, cells_of, covariate_effects
from formulator.evidence.model.contrasts import asked_row
from formulator.evidence.model.fitting import Training
from formulator.evidence.model.people import people_of
from formulator.evidence.model.scope import LAST_FAMILY, MAIN_FAMILY
from formulator.evidence.model.variants import NODES, PRIOR_SCALE, RULE, VARIANTS
from formulator.evidence.tables import Study

SCHEMA = "formulator/evidence/1"
DIGITS = 5
_STUDY_COLUMNS = (
    "title", "first_author", "year", "journal", "doi", "url", "design", "blinding", "sex", "age_mean", "age_min",
    "age_max", "country", "severity", "n_total",
)  # fmt: skip


def evidence_document(training: Training) -> dict[str, Any]:
    """The whole document; numbers are rounded to five digits, so that the same data give the same bytes."""
    fitted, vocabulary = training.fitted, training.tables.vocabulary
    cells = [cell_mapping(fitted, *cell) for cell in cells_of(fitted.contrasts.effects)]
    document = {
        "schema": SCHEMA,
        "unit": "standard deviations; positive is better for the patient",
        "model": _model(fitted),
        "families": _families(vocabulary),
        "indications": dict(MAIN_FAMILY),
        "last_family": LAST_FAMILY,
        "known_components": sorted(n for n, entry in vocabulary.components.items() if entry.kind != "alias"),
        "inert": sorted(fitted.inert),
        "estimable": list(fitted.estimable),
        "heterogeneity": [list(part) for part in fitted.heterogeneity()],
        "cells": cells,
        "rows": [effect_mapping(effect) for effect in fitted.contrasts.effects],
        "within_arm": [effect_mapping(effect) for effect in training.effects if effect.kind == WITHIN_ARM],
        "pooled_by_reviews": [effect_mapping(effect) for effect in training.effects if effect.kind == POOLED],
        "studies": _studies(training),
        "regions": {region.name: list(region.codes) for region in training.tables.regions},
        "exclusions": _exclusions(training),
        "validation": validation_mapping(training),
        "funnels": [_funnel(fitted, family) for family in fitted.funnels],
        "additivity": [
            {"family": a.family, "studies": a.studies, "q": a.q, "df": a.df, "p": a.p} for a in training.additivity
        ],
        "sensitivity": _sensitivity(training, cells),
    }
    return rounded(document)


def _model(fitted: Fitted) -> dict[str, Any]:
    regressor, entry = fitted.regressor, fitted.variant
    overall = zip(
        regressor.component_names_,
        regressor.component_mean_.tolist(),
        np.sqrt(np.diag(regressor.component_covariance_)).tolist(),
        strict=True,
    )
    return {
        "variant": entry.id,
        "meaning": entry.meaning,
        "strata": list(entry.strata),
        "covariates": covariate_effects(fitted),
        "heterogeneity_df": entry.df,
        "tau2": regressor.tau2_,
        "scales": regressor.scales_,
        "prior_scale": PRIOR_SCALE,
        "nodes": NODES,
        "effective_nodes": regressor.effective_nodes_,
        "comparable_trial": {
            "tested arm": 1,
            "active comparator": 0,
            "small study": fitted.contrasts.typical_smallness,
        },
        "components_over_all_cells": {name: {"mean": mean, "sd": sd} for name, mean, sd in overall},
        "contrasts": len(fitted.contrasts.effects),
        "studies": len(set(fitted.contrasts.studies.tolist())),
    }


def _families(vocabulary: Vocabulary) -> dict[str, Any]:
    return {family.id: _family(family.id, vocabulary) for family in vocabulary.families.values()}


def _family(identifier: str, vocabulary: Vocabulary) -> dict[str, Any]:
    family = vocabulary.families[identifier]
    label = vocabulary.labels.get(family.natural_label)
    sd = label.borrowed_sd if label else None
    return {
        "name": family.name,
        "better": family.better,
        "natural_unit": family.natural_unit,
        "natural_sd": sd * label.natural_factor if label and sd else None,
        "natural_sd_trials": label.reference_sd_trials if label and sd else 0,
    }


def effect_mapping(effect: Effect) -> dict[str, Any]:
    """One effect as a row of a forest plot; the interval is the 95 % confidence interval."""
    spread = 1.959963984540054 * effect.se
    return {
        "study": effect.study,
        "kind": effect.kind,
        "metric": effect.metric,
        "indications": list(effect.indications),
        "family": effect.family,
        "outcome": effect.outcome,
        "treatment": list(effect.treatment),
        "control": list(effect.control),
        "added": list(effect.added),
        "removed": list(effect.removed),
        "design": effect.design,
        "within_person": effect.split,
        "n": effect.n,
        "n_treated": effect.n_treated,
        "n_control": effect.n_control,
        "estimate": effect.estimate,
        "se": effect.se,
        "low": effect.estimate - spread,
        "high": effect.estimate + spread,
        "natural": effect.natural_estimate,
        "natural_se": effect.natural_variance**0.5 if effect.natural_variance else None,
        "natural_unit": effect.natural_unit,
        "weeks": effect.weeks,
        "sessions": effect.sessions,
        "delivery": effect.delivery,
        "basis": effect.basis,
        "flags": list(effect.flags),
        "source": effect.source,
        "url": effect.url,
        "lines": list(effect.lines),
    }


def _studies(training: Training) -> dict[str, Any]:
    named = sorted({effect.study for effect in training.effects})
    studies, regions = training.tables.studies, training.tables.regions
    return {name: {**study_mapping(studies[name]), **people_of(studies[name], regions)} for name in named}


def study_mapping(study: Study) -> dict[str, Any]:
    """What is known about one study; columns that are empty are left out."""
    cells = {column: study.row.text(column) for column in _STUDY_COLUMNS}
    return {"source": study.source, **{column: text for column, text in cells.items() if text}}


def _exclusions(training: Training) -> dict[str, Any]:
    rows = [{"study": x.study, "arm": x.arm, "outcome": x.outcome, "code": x.code} for x in training.exclusions]
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["code"]] = counts.get(row["code"], 0) + 1
    return {
        "counts": dict(sorted(counts.items())),
        "meaning": {code: REASONS[code] for code in sorted(counts)},
        "rows": rows,
    }


def validation_mapping(training: Training) -> dict[str, Any]:
    """Figures of every variant and baseline, the rule, and the data of the calibration plot."""
    found = training.validation
    variants = {
        entry.id: {"meaning": entry.meaning, "eligible": entry.eligible, **found.variants[entry.id].summary()}
        for entry in VARIANTS
    }
    best = found.variants[found.chosen.id]
    return {
        "method": "leave one study out; every study predicted from all others, its sampling error included",
        "rule": RULE,
        "chosen": found.chosen.id,
        "variants": variants,
        "baselines": {name: scores.summary() for name, scores in found.baselines.items()},
        "choice_without_the_left_out_study": found.nested.summary(),
        "curve": {
            "model": best.curve(),
            **{name: scores.curve() for name, scores in found.baselines.items()},
        },
        "left_out": [
            {"study": study, "pit": pit, "log_score": log_score}
            for study, pit, log_score in zip(
                best.studies.tolist(), best.pit.tolist(), best.log_score.tolist(), strict=True
            )
        ],
    }


def _funnel(fitted: Fitted, family: str) -> dict[str, Any]:
    found = fitted.funnels[family]
    return {
        "family": family,
        "studies": found.studies,
        "slope": found.slope,
        "se": found.se,
        "p": found.p,
        "sentence": found.sentence,
    }


def _sensitivity(training: Training, cells: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Average effect of every component in every cell with trials, as fitted and under other assumptions."""
    asked = [(cell["family"], cell["indication"], name) for cell in cells for name in cell["components"]]
    asked = [entry for entry in asked if entry[2] in training.fitted.estimable]
    base = _averages(training.fitted, asked)
    others = {name: _averages(fitted, asked) for name, fitted in training.alternatives.items()}
    return [
        {
            "family": family,
            "indication": indication,
            "component": component,
            "as fitted": base[number],
            **{name: values[number] for name, values in others.items()},
        }
        for number, (family, indication, component) in enumerate(asked)
    ]


def _averages(fitted: Fitted, asked: Sequence[tuple[str, str, str]]) -> list[float]:
    small = fitted.contrasts.typical_smallness
    rows = [asked_row({component: 1.0}, family, indication, small) for family, indication, component in asked]
    return fitted.regressor.posterior(fitted.rows(rows))[0].tolist()


def rounded(value: Any) -> Any:
    """The same structure with every number rounded to five significant digits and NaN as null."""
    if isinstance(value, Mapping):
        return {str(key): rounded(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(entry) for entry in value]
    if isinstance(value, bool | int | str) or value is None:
        return value
    number = float(f"{float(value):.{DIGITS}g}")
    return number if np.isfinite(number) else None
