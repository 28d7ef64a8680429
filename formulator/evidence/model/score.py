"""`formulator evidence score`: other people's studies predicted by the model and the baselines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from formulator.evidence.effects import CONTROLLED, POOLED, REASONS, WITHIN_ARM, Effect, Exclusion, Rules
from formulator.evidence.extract import effects_of_tables
from formulator.evidence.model.baselines import BASELINES, forecast
from formulator.evidence.model.contrasts import (
    Contrasts,
    component_columns,
    contrasts_of,
    controlled,
    inert_components,
)
from formulator.evidence.model.scores import Scores, scored
from formulator.evidence.model.validate import baseline_scores, left_out_scores, predictives
from formulator.evidence.model.variants import Variant
from formulator.evidence.tables import Study, read_tables
from formulator.faults import Fault, FaultsFound, Place

Array = NDArray[np.float64]
NOT_SCORED = {
    WITHIN_ARM: "within_arm_only",
    POOLED: "pooled_by_a_review",
}
SKIP_REASONS = {
    "within_arm_only": "A gain within one arm is no effect of treatment, and the model predicts none",
    "pooled_by_a_review": "A review's pooled effect is no trial",
    **REASONS,
}
_LEAST_TITLE = 25
FEWEST_STUDIES = 10
REFITTED = "the model and the baselines were fitted again without these training studies"
AMONG_THEMSELVES = "too few training studies are left without them, so each study was predicted from the others of DIR"


@dataclass(frozen=True, slots=True)
class Skipped:
    """An effect or an outcome that is not scored, with its code and a sentence."""

    study: str
    outcome: str
    code: str
    sentence: str


@dataclass(frozen=True, slots=True, eq=False)
class ScoreReport:
    """What was scored and skipped; `removed` are training studies that the folder brings too, taken out of the fit."""

    model: Scores
    baselines: Mapping[str, Scores]
    effects: tuple[Effect, ...]
    means: tuple[float, ...]
    intervals: tuple[tuple[float, float], ...]
    skipped: tuple[Skipped, ...]
    removed: tuple[str, ...]
    handling: str
    trained_on: int
    variant: str

    def mapping(self) -> dict[str, Any]:
        """The report as JSON."""
        counts = Counter(entry.code for entry in self.skipped)
        return {
            "schema": "formulator/evidence-score/1",
            "scored": len(self.effects),
            "studies_scored": len({effect.study for effect in self.effects}),
            "skipped": len(self.skipped),
            "skipped_by_reason": dict(sorted(counts.items())),
            "model": {"variant": self.variant, **self.model.summary()},
            "baselines": {name: scores.summary() for name, scores in self.baselines.items()},
            "trained_on_studies": self.trained_on,
            "already_in_training_data": {
                "handling": self.handling,
                "studies": list(self.removed),
            },
            "effects": [self._effect(number) for number in range(len(self.effects))],
            "skipped_rows": [
                {"study": s.study, "outcome": s.outcome, "code": s.code, "sentence": s.sentence} for s in self.skipped
            ],
        }

    def _effect(self, number: int) -> dict[str, Any]:
        effect, (low, high) = self.effects[number], self.intervals[number]
        return {
            "study": effect.study,
            "family": effect.family,
            "indications": list(effect.indications),
            "added": list(effect.added),
            "removed": list(effect.removed),
            "estimate": effect.estimate,
            "se": effect.se,
            "predicted": self.means[number],
            "low_80": low,
            "high_80": high,
            "log_score": float(self.model.log_score[number]),
            "crps": float(self.model.crps[number]),
        }


def score_folder(folder: Path, training: Path, entry: Variant) -> ScoreReport:
    """Score the controlled effects of a folder with a variant and the baselines, all trained on `training`.

    Bad rows of the folder are skipped and listed. Raises FaultsFound where a table or a column of it is missing, or a
    row of the training data is bad.
    """
    theirs, ours = read_tables(folder, refuse=False), read_tables(training, refuse=True)
    effects, exclusions = effects_of_tables(theirs, Rules())
    everything = controlled(effects_of_tables(ours, Rules())[0])
    known = known_studies(ours.studies.values(), theirs.studies.values())
    trained = [effect for effect in everything if effect.study not in known]
    test = controlled(effects)
    inert = inert_components(ours.vocabulary) | inert_components(theirs.vocabulary)
    columns = component_columns([*trained, *test], inert)
    train, asked = contrasts_of(trained, inert, columns), contrasts_of(test, inert, columns)
    alone = len(set(train.studies.tolist())) < FEWEST_STUDIES
    forecasts = _among_themselves(asked, entry) if alone and test else _predicted(train, asked, entry)
    return ScoreReport(
        model=forecasts.model,
        baselines=forecasts.baselines,
        effects=test,
        means=tuple(forecasts.means.tolist()),
        intervals=tuple(zip(forecasts.low.tolist(), forecasts.high.tolist(), strict=True)),
        handling=AMONG_THEMSELVES if alone else REFITTED,
        skipped=_skipped(effects, exclusions),
        removed=tuple(sorted(known & {effect.study for effect in everything})),
        trained_on=len({effect.study for effect in trained}),
        variant=entry.id,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Forecasts:
    """Scores of the model and of each baseline, means and 80 % intervals of the model."""

    model: Scores
    baselines: dict[str, Scores]
    means: Array
    low: Array
    high: Array


def _predicted(train: Contrasts, test: Contrasts, entry: Variant) -> _Forecasts:
    """Forecasts by what `train` teaches."""
    names, values, nothing = test.studies.tolist(), test.estimates, np.zeros(0)
    if not test.effects:
        return _Forecasts(scored([], []), {b.id: scored([], []) for b in BASELINES}, nothing, nothing, nothing)
    predictive = predictives(entry.fit(train), entry, test)
    baselines = {}
    for baseline in BASELINES:
        found = forecast(baseline, train, test.effects)
        baselines[baseline.id] = scored(((one, values[[row]]) for row, one in enumerate(found)), names)
    return _Forecasts(scored([(predictive, values)], names), baselines, predictive.mean, *predictive.interval(0.8))


def _among_themselves(test: Contrasts, entry: Variant) -> _Forecasts:
    """Forecasts of each study by the others of the folder. Raises FaultsFound where there are too few."""
    if len(set(test.studies.tolist())) < FEWEST_STUDIES:
        problem = "The folder holds the training data and too few studies to predict each from the others."
        raise FaultsFound([Fault(Place(), "", problem, f"at least {FEWEST_STUDIES} studies")])
    fit = entry.fit(test)
    numbers = np.empty((3, len(test.effects)))
    for fold in fit.leave_one_study_out():
        numbers[:, fold.rows] = fold.predictive.mean, *fold.predictive.interval(0.8)
    baselines = {baseline.id: baseline_scores(baseline, test) for baseline in BASELINES}
    return _Forecasts(left_out_scores(fit, test), baselines, *numbers)


def _skipped(effects: Sequence[Effect], exclusions: Sequence[Exclusion]) -> tuple[Skipped, ...]:
    found = [Skipped(entry.study, entry.outcome, entry.code, entry.sentence) for entry in exclusions]
    found += [_not_scored(effect) for effect in effects if effect.kind != CONTROLLED or effect.metric != "SMD"]
    return tuple(found)


def _not_scored(effect: Effect) -> Skipped:
    code = NOT_SCORED.get(effect.kind, "not_convertible")
    return Skipped(effect.study, effect.outcome, code, f"{SKIP_REASONS[code]}.")


def known_studies(ours: Iterable[Study], theirs: Iterable[Study]) -> set[str]:
    """Ids of our studies that are among theirs: by id, DOI, address of the paper or a long title."""
    keys = {key for study in theirs for key in _keys(study)}
    return {study.id for study in ours if keys & _keys(study)}


def _keys(study: Study) -> set[tuple[str, str]]:
    doi = study.row.text("doi").lower().removeprefix("https://doi.org/").strip()
    title = "".join(character for character in study.row.text("title").lower() if character.isalnum())
    url = study.url.lower().rstrip("/")
    found = {("id", study.id), ("doi", doi), ("url", url), ("title", title if len(title) >= _LEAST_TITLE else "")}
    return {key for key in found if key[1]}


def score_text(report: ScoreReport) -> str:
    """The report for people."""
    data = report.mapping()
    lines = [f"{data['scored']} effects of {data['studies_scored']} studies scored, {data['skipped']} skipped."]
    lines += [
        f"  {count:4d} {code}: {SKIP_REASONS.get(code, code)}." for code, count in data["skipped_by_reason"].items()
    ]
    if report.removed:
        count, listed = len(report.removed), ", ".join(report.removed[:5]) + (" ..." if report.removed[5:] else "")
        lines.append(f"Already in the training data: {count} studies ({listed}); {report.handling}.")
    lines.append(f"Trained on {report.trained_on} studies; variant {report.variant}.")
    if not report.effects:
        return "\n".join([*lines, "Nothing can be scored: no controlled effect with a variance."]) + "\n"
    lines += ["", *_table({"model": report.model, **report.baselines})]
    return "\n".join(lines) + "\n"


def _table(found: Mapping[str, Scores]) -> list[str]:
    head = f"{'':16}{'50 %':>7}{'80 %':>7}{'95 %':>7}{'log score':>11}{'CRPS':>8}{'RMSE':>8}"
    return [head, *(_line(name, scores.summary()) for name, scores in found.items())]


def _line(name: str, summary: Mapping[str, Any]) -> str:
    coverage = "".join(f"{summary['coverage'][level]:7.1%}" for level in ("50", "80", "95"))
    return f"{name:16}{coverage}{summary['log_score']:11.3f}{summary['crps']:8.3f}{summary['rmse']:8.3f}"
