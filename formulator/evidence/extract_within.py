"""One arm against its own baseline, and the share of an arm that responded: never effects of treatment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from formulator.evidence.effect_sizes import (
    EffectSize,
    EffectSizeError,
    Sample,
    change_sd,
    logit_proportion,
    raw_sd_from_change_sd,
    standardised_mean_change,
)
from formulator.evidence.effects import Rules, Unusable
from formulator.evidence.extract_arms import ArmFigures
from formulator.evidence.extract_contrast import sd_of_change_from_p

_MEAN_CHANGE = "Mean change, SD of change over n"


@dataclass(frozen=True, slots=True)
class Change:
    """After minus before in SDs before treatment (SMCR), or the logit of responders (PLO), and the natural change."""

    effect: EffectSize
    natural: EffectSize | None
    basis: str
    flags: tuple[str, ...]


def change_of(arm: ArmFigures, rules: Rules) -> Change:
    """What one arm shows, by the first of these that it prints: SDs before (and after), SD of change, SD of the percent
    change, p within the arm, responders, and last the SD of other trials.

    Raises Unusable with the reason of the best route that failed.
    """
    failed: Unusable | None = None
    for route in _ROUTES:
        try:
            found = route(arm, rules)
        except EffectSizeError as error:
            raise Unusable("impossible_numbers", str(error).rstrip(".")) from None
        except Unusable as reason:
            failed = failed or reason
            continue
        if found is not None:
            return found
    raise failed or _why_not(arm)


def _why_not(arm: ArmFigures) -> Unusable:
    measure = arm.row.row.text("effect_label")
    if measure.startswith("median"):
        return Unusable("medians_only")
    if measure == "pct_unclear":
        return Unusable("unit_unclear")
    if arm.change() is not None or arm.row.number("pct_change") is not None or measure:
        return Unusable("no_variance")
    return Unusable("no_figure" if arm.row.number("post_mean") is None else "no_control_no_baseline")


def _before(arm: ArmFigures, rules: Rules) -> Change | None:
    found = arm.changes_of_time(rules)
    if found is None:
        return None
    changes, sd = found
    return _standardised(arm, changes, sd, rules, "before_and_after")


def _sd_of_change(arm: ArmFigures, rules: Rules) -> Change | None:
    return _from_spread_of_change(arm, rules, ("change_mean", "change_sd"), "change_sd")


def _percent(arm: ArmFigures, rules: Rules) -> Change | None:
    found = _from_spread_of_change(arm, rules, ("pct_change", "pct_sd"), "percent_change")
    return replace(found, natural=None) if found else None


def _from_spread_of_change(arm: ArmFigures, rules: Rules, columns: tuple[str, str], basis: str) -> Change | None:
    changes = arm.sample(*columns)
    if changes is None:
        return None
    sd = raw_sd_from_change_sd(changes.sd, rules.correlation)
    return _standardised(arm, changes, sd, rules, basis)


def _p_within(arm: ArmFigures, rules: Rules) -> Change | None:
    spread, change = sd_of_change_from_p(arm, rules), arm.change()
    if spread is None or change is None:
        return None
    sd = raw_sd_from_change_sd(spread, rules.correlation)
    found = _standardised(arm, Sample(change, spread, arm.people()), sd, rules, "p_within")
    return Change(found.effect, found.natural, found.basis, ("from_p_value", *found.flags))


def _responders(arm: ArmFigures, rules: Rules) -> Change | None:
    found = arm.count()
    if found is None:
        return None
    effect = logit_proportion(found[0])
    corrected = ("continuity_correction",) if effect.imputed else ()
    return Change(effect, None, "counts", (*found[1], *corrected))


def _borrowed(arm: ArmFigures, rules: Rules) -> Change | None:
    sd, change = arm.label.borrowed_sd, arm.change()
    if sd is None or change is None or not rules.borrow_sd:
        return None
    changes = Sample(change, change_sd(sd, sd, rules.correlation), arm.people())
    found = _standardised(arm, changes, sd, rules, "borrowed_sd")
    return Change(found.effect, found.natural, found.basis, ("imputed_sd", *found.flags))


def _standardised(arm: ArmFigures, changes: Sample, sd: float, rules: Rules, basis: str) -> Change:
    effect = standardised_mean_change(Sample(0.0, sd, changes.n), changes.mean, rules.correlation)
    natural = EffectSize(changes.mean, changes.variance_of_mean, "MC", _MEAN_CHANGE)
    return Change(effect, natural, basis, ("imputed_correlation", *arm.size_flags))


_Route = Callable[[ArmFigures, Rules], Change | None]
_ROUTES: tuple[_Route, ...] = (_before, _sd_of_change, _percent, _p_within, _responders, _borrowed)
