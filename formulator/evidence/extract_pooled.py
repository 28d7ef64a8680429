"""What reviews print: pooled effects, kept apart from the trials that they pool."""

from __future__ import annotations

import re

from formulator.evidence.effect_sizes import EffectSize, smd_from_log_odds
from formulator.evidence.effects import POOLED, Effect, Unusable
from formulator.evidence.extract_printed import printed_effect
from formulator.evidence.families import Family, Label
from formulator.evidence.tables import Outcome, Study

_NO_DIRECTION = re.compile(r"direction not defined|sign as printed")
_BEFORE_AFTER = re.compile(r"pre-post|baseline|before-after|decrease pre")
_ONE_TRIAL = re.compile(r"\bone (?:primary |included )?study\b|do not double count|\(secondary page\)")


def pooled_effect(study: Study, row: Outcome, label: Label, family: Family) -> Effect:
    """A review's estimate: SMD (odds ratios turned into SMDs), MD, log RR, RD, or PLO for a pooled share of patients.

    It names no arms, so its components stay empty: for display beside the trials, never for fitting with them.
    Raises Unusable.
    """
    definition = row.row.text("responder_definition")
    if _NO_DIRECTION.search(definition):
        raise Unusable("direction_unclear")
    if _ONE_TRIAL.search(definition) or row.arm:
        raise Unusable("review_quotes_trials")
    effect = printed_effect(row)
    if effect.measure == "log OR":
        effect = smd_from_log_odds(effect)
    natural = _natural(effect, label)
    return Effect(
        study=study.id,
        indications=study.indications,
        family=family.id,
        outcome=label.name,
        kind=POOLED,
        metric={"OR2DL": "SMD"}.get(effect.measure, effect.measure),
        estimate=label.sign * effect.estimate,
        variance=effect.variance,
        n=study.n_total or 0.0,
        design=study.design,
        natural_estimate=natural[0] if natural else None,
        natural_variance=natural[1] if natural else None,
        natural_unit=label.natural_unit if natural else "",
        weeks=row.weeks,
        basis="printed_interval",
        flags=_flags(effect, definition),
        assumptions=effect.imputed,
        definition=definition,
        source=study.source,
        url=study.url,
        lines=(row.row.line,),
    )


def _natural(effect: EffectSize, label: Label) -> tuple[float, float] | None:
    if effect.measure != "MD" or not label.natural_unit:
        return None
    factor = label.sign * label.natural_factor
    return effect.estimate * factor, effect.variance * factor**2


def _flags(effect: EffectSize, definition: str) -> tuple[str, ...]:
    before_after = ("before_after",) if _BEFORE_AFTER.search(definition) or effect.measure == "PLO" else ()
    return (*before_after, *(("asymmetric_interval",) if effect.imputed else ()))
