"""Differences that a study or a review prints itself, with their interval."""

from __future__ import annotations

from dataclasses import replace
from math import log, sqrt

from scipy.special import ndtri

from formulator.evidence.effect_sizes import (
    HEDGES,
    EffectSize,
    EffectSizeError,
    from_interval,
    hedges_correction,
    smd_from_log_odds,
)
from formulator.evidence.effects import Rules, Unusable
from formulator.evidence.extract_contrast import Difference
from formulator.evidence.families import Label
from formulator.evidence.tables import Outcome

CLIFF = "Cliff's delta = 2 Phi(d / sqrt(2)) - 1 for two normal groups: Ruscio 2008, Psychol Methods 13:19"
LOGIT_INTERVAL = "Interval of a proportion read on the logit scale"
_RATIOS = {"OR": "log OR", "RR": "log RR"}
_NO_EFFECTS = ("SUCRA", "pearson_r", "pct_studies")
_BELIEVED_SHARE = 0.2
Sizes = tuple[float | None, float | None]


def printed_effect(row: Outcome) -> EffectSize:
    """A printed estimate with its 95 % interval on the scale where it is roughly normal; measure MD, SMD, RD, log OR,
    log RR or PLO (proportion in percent).

    Raises Unusable where there is no interval or the measure is no effect.
    """
    measure, value = row.row.text("effect_label"), row.number("effect_value")
    low, high = row.number("effect_ci_low"), row.number("effect_ci_high")
    if measure in _NO_EFFECTS:
        raise Unusable("not_an_effect", measure)
    if measure.startswith("median"):
        raise Unusable("medians_only")
    if measure == "pct_unclear":
        raise Unusable("unit_unclear")
    if value is None:
        raise Unusable("no_figure")
    if low is None or high is None:
        raise Unusable("no_variance", "no interval is printed")
    try:
        return _read(measure, value, low, high)
    except EffectSizeError as error:
        raise Unusable("impossible_numbers", str(error).rstrip(".")) from None


def _read(measure: str, value: float, low: float, high: float) -> EffectSize:
    if measure == "Cliffs_delta":
        d = from_interval(*(_d_from_delta(delta) for delta in (value, low, high)))
        return replace(d, measure="SMD", source=CLIFF)
    if measure == "proportion_pct":
        logits = from_interval(*(_logit(share) for share in (value, low, high)))
        return replace(logits, measure="PLO", source=LOGIT_INTERVAL)
    if measure in _RATIOS:
        return replace(from_interval(value, low, high, ratio=True), measure=_RATIOS[measure])
    if measure not in ("MD", "SMD", "RD"):
        raise Unusable("not_convertible", measure or "no measure is named")
    return replace(from_interval(value, low, high), measure=measure)


def _d_from_delta(delta: float) -> float:
    if not -1 < delta < 1:
        raise EffectSizeError(f"Cliff's delta lies between -1 and 1; {delta} does not.")
    return sqrt(2) * float(ndtri((delta + 1) / 2))


def _logit(share: float) -> float:
    if not 0 < share < 100:
        raise EffectSizeError(f"{share} percent has no logit.")
    return log(share / (100 - share))


def printed_difference(row: Outcome, label: Label, sizes: Sizes, rules: Rules) -> Difference:
    """A printed difference of two arms of these sizes as an SMD.

    A mean difference is divided by the SD that its interval implies; where the interval is missing or implies a spread
    below a fifth of what other trials print, by the SD of those trials.
    Raises Unusable.
    """
    if row.row.text("effect_label") == "MD":
        return _from_mean_difference(row, label, sizes, rules)
    effect = printed_effect(row)
    if effect.measure == "log OR":
        effect = smd_from_log_odds(effect)
    elif effect.measure != "SMD":
        raise Unusable("not_convertible", effect.measure)
    share = _share_of_control(sizes)
    flags = ("asymmetric_interval",) if effect.imputed else ()
    return Difference(effect, None, "printed_interval", flags, effect.variance * share)


def _from_mean_difference(row: Outcome, label: Label, sizes: Sizes, rules: Rules) -> Difference:
    value = row.number("effect_value")
    if value is None:
        raise Unusable("no_figure")
    if sizes[0] is None or sizes[1] is None:
        raise Unusable("no_arm_size")
    inverse = 1 / sizes[0] + 1 / sizes[1]
    try:
        natural: EffectSize | None = printed_effect(row)
    except Unusable as reason:
        if reason.code != "no_variance":
            raise
        natural = None
    sd, flags = _spread_of(natural, inverse, label, rules)
    g = hedges_correction(sizes[0] + sizes[1] - 2) * value / sd
    smd = EffectSize(g, inverse + g**2 / (2 * (sizes[0] + sizes[1])), "SMD", HEDGES)
    if natural is None or "imputed_sd" in flags:
        natural = EffectSize(value, sd**2 * inverse, "MD", "Mean difference, SD of other trials")
    return Difference(smd, natural, "borrowed_sd" if "imputed_sd" in flags else "printed_interval", flags, 1 / sizes[1])


def _spread_of(natural: EffectSize | None, inverse: float, label: Label, rules: Rules) -> tuple[float, tuple[str, ...]]:
    implied = sqrt(natural.variance / inverse) if natural else None
    reference = label.borrowed_sd if rules.borrow_sd else None
    if implied is not None and (label.reference_sd is None or implied >= _BELIEVED_SHARE * label.reference_sd):
        return implied, ("asymmetric_interval",) if natural and natural.imputed else ()
    if reference is None:
        raise Unusable("no_variance", "the interval implies an implausible SD" if implied else "no interval is printed")
    return reference, ("imputed_sd", *(("spread_not_believed",) if implied else ()))


def _share_of_control(sizes: Sizes) -> float:
    if sizes[0] is None or sizes[1] is None:
        return 0.5
    return sizes[0] / (sizes[0] + sizes[1])
