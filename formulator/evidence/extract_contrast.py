"""Two arms into one standardised mean difference, by the strongest figures that both print."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import sqrt

from formulator.evidence.effect_sizes import (
    EffectSize,
    EffectSizeError,
    Sample,
    change_sd,
    logit_proportion,
    mean_difference,
    raw_sd_from_change_sd,
    smd_from_changes,
    smd_from_log_odds,
    smd_from_p,
    smd_from_responders,
    smd_within_people,
    smd_within_people_from_p,
    standardised_mean_change,
    standardised_mean_difference,
)
from formulator.evidence.effects import Rules, Unusable
from formulator.evidence.extract_arms import ArmFigures, exact_p

_LEAST_TELLING_P = 0.5


@dataclass(frozen=True, slots=True)
class Difference:
    """Treated minus control as SMD and in the label's unit (None: not printed so), and how it was reached."""

    # Sides of one person: two contrasts against one side share about half of their variance, at any equal correlation.
    smd: EffectSize
    natural: EffectSize | None
    basis: str
    flags: tuple[str, ...]
    shared_variance: float


@dataclass(frozen=True, slots=True)
class Pair:
    """A treated and a control arm with one outcome at one time; `paired` where they are sides of the same people."""

    treated: ArmFigures
    control: ArmFigures
    paired: bool
    rules: Rules

    @property
    def r(self) -> float:
        """The imputed correlation of sides and of times."""
        return self.rules.correlation

    def both(self, sample: Callable[[ArmFigures], Sample | None]) -> tuple[Sample, Sample] | None:
        """The same kind of sample of both arms, with one n where they are sides; None where one arm lacks it."""
        first, second = sample(self.treated), sample(self.control)
        return None if first is None or second is None else self.cut(first, second)

    def cut(self, first: Sample, second: Sample) -> tuple[Sample, Sample]:
        """Two samples, with the smaller n for both where they are sides of the same people."""
        smaller = min(first.n, second.n)
        return (replace(first, n=smaller), replace(second, n=smaller)) if self.paired else (first, second)


def difference_of(treated: ArmFigures, control: ArmFigures, rules: Rules) -> Difference:
    """SMD of two arms, by the first of these that both print: counts, SD of change, SDs before and after, SD after,
    SD of the percent change, p within each arm, p between them, and last the SD of other trials.

    Raises Unusable with the reason of the best route that failed.
    """
    pair = Pair(treated, control, treated.study.split, rules)
    failed: Unusable | None = None
    for route in _ROUTES:
        try:
            found = route(pair)
        except EffectSizeError as error:
            raise Unusable("impossible_numbers", str(error).rstrip(".")) from None
        except Unusable as reason:
            failed = failed or reason
            continue
        if found is not None:
            sizes = (*treated.size_flags, *control.size_flags)
            return replace(found, flags=tuple(dict.fromkeys((*found.flags, *sizes))))
    raise failed or _why_not(pair)


def _why_not(pair: Pair) -> Unusable:
    arms = (pair.treated, pair.control)
    if any(arm.row.row.text("effect_label").startswith("median") for arm in arms):
        return Unusable("medians_only")
    if any(arm.row.row.text("effect_label") == "pct_unclear" for arm in arms):
        return Unusable("unit_unclear")
    printed = ("post_mean", "change_mean", "pct_change", "effect_value")
    has_figure = any(arm.row.number(column) is not None for arm in arms for column in printed)
    return Unusable("no_variance" if has_figure else "no_figure")


def _counts(pair: Pair) -> Difference | None:
    treated, control = pair.treated.count(), pair.control.count()
    if treated is None or control is None:
        return None
    smd = smd_from_responders(treated[0], control[0])
    sides = [smd_from_log_odds(logit_proportion(count)).variance for count in (treated[0], control[0])]
    flags = [*treated[1], *control[1], *(["continuity_correction"] if smd.imputed else [])]
    if pair.paired:
        # Becker and Balagtas 1993, Stat Med 12:1055: without the paired table only a correlation can be assumed.
        smd = replace(smd, variance=smd.variance - 2 * pair.r * sqrt(sides[0] * sides[1]))
        flags.append("imputed_correlation")
    return Difference(smd, None, "counts", tuple(dict.fromkeys(flags)), smd.variance / 2 if pair.paired else sides[1])


def _sd_of_change(pair: Pair) -> Difference | None:
    changes = pair.both(lambda arm: arm.sample("change_mean", "change_sd"))
    if changes is None:
        return None
    return _from_changes(pair, changes, "change_sd")


def _before_and_after(pair: Pair) -> Difference | None:
    found = pair.treated.changes_of_time(pair.rules), pair.control.changes_of_time(pair.rules)
    if found[0] is None or found[1] is None:
        return None
    changes = pair.cut(found[0][0], found[1][0])
    if pair.paired:
        raw = sqrt((found[0][1] ** 2 + found[1][1] ** 2) / 2)
        return _from_sides(pair, changes, raw, "before_and_after")
    # The pooled SD before treatment is the yardstick of both arms (d_ppc2 of Morris 2008, Organ Res Methods 11:364).
    yardstick = [
        replace(c, sd=change_sd(sd, sd, pair.r)) for c, sd in zip(changes, (found[0][1], found[1][1]), strict=True)
    ]
    smd = smd_from_changes(yardstick[0], yardstick[1], pair.r)
    shared = 2 * (1 - pair.r) / changes[1].n
    return Difference(smd, mean_difference(*changes), "before_and_after", ("imputed_correlation",), shared)


def _after(pair: Pair) -> Difference | None:
    after = pair.both(lambda arm: arm.sample("post_mean", "post_sd"))
    if after is None:
        return None
    if pair.paired:
        smd = smd_within_people(*after, pair.r)
        return Difference(smd, _paired_difference(after, pair.r), "after", ("imputed_correlation",), smd.variance / 2)
    return Difference(standardised_mean_difference(*after), mean_difference(*after), "after", (), 1 / after[1].n)


def _percent_change(pair: Pair) -> Difference | None:
    changes = pair.both(lambda arm: arm.sample("pct_change", "pct_sd"))
    if changes is None:
        return None
    found = _from_changes(pair, changes, "percent_change")
    return replace(found, natural=None)


def _p_within(pair: Pair) -> Difference | None:
    """Each arm's SD of change from its own p; an arm whose p says little about the spread takes the other's SD."""
    arms = (pair.treated, pair.control)
    changes = [arm.change() for arm in arms]
    spreads = [sd_of_change_from_p(arm, pair.rules) for arm in arms]
    known = next((sd for sd in spreads if sd is not None), None)
    if None in changes or known is None:
        return None
    samples = _samples(pair, changes, (spreads[0] or known, spreads[1] or known))
    found = _from_changes(pair, pair.cut(*samples), "p_within")
    borrowed = ("imputed_sd",) if None in spreads else ()
    return replace(found, flags=("from_p_value", *found.flags, *borrowed))


def _samples(pair: Pair, means: list[float | None], sds: tuple[float, float]) -> tuple[Sample, Sample]:
    treated, control = means
    if treated is None or control is None:
        raise Unusable("no_figure")
    return Sample(treated, sds[0], pair.treated.people()), Sample(control, sds[1], pair.control.people())


def sd_of_change_from_p(arm: ArmFigures, rules: Rules) -> float | None:
    """SD of change (unit of the label) that makes the mean change as significant as printed, None without a p.

    Source: Cochrane Handbook 6.5.2.3, t = mean change / (SD / sqrt(n)) from a two-sided paired test.
    """
    change, p = arm.change(), _telling_p(arm, rules)
    if change is None or p is None or change == 0:
        return None
    n = arm.people()
    # At r = 0.5 the SMD of sides is J(n - 1) t / sqrt(n); the SMCR of a change of one SD is J(n - 1).
    d = smd_within_people_from_p(p, n, 0.5, sign=1).estimate
    return abs(change) / (d / standardised_mean_change(Sample(0.0, 1.0, n), 1.0, 0.5).estimate)


def _telling_p(arm: ArmFigures, rules: Rules) -> float | None:
    found = exact_p(arm.row.row.text("p_within"), rules)
    return found[0] if found and found[0] <= _LEAST_TELLING_P else None


def _p_between(pair: Pair) -> Difference | None:
    texts = [arm.row.row.text("p_between") for arm in (pair.treated, pair.control)]
    found = next((p for p in (exact_p(text, pair.rules) for text in texts) if p), None)
    sign = _direction(pair)
    if found is None or sign == 0:
        return None
    p, bound = found
    sizes = pair.treated.people(), pair.control.people()
    if pair.paired:
        smd = smd_within_people_from_p(p, min(sizes), pair.r, sign=sign, bound=bound)
        return Difference(smd, None, "p_between", ("from_p_value", "imputed_correlation"), smd.variance / 2)
    smd = smd_from_p(p, *sizes, sign=sign, bound=bound)
    return Difference(smd, None, "p_between", ("from_p_value",), 1 / sizes[1])


def _direction(pair: Pair) -> int:
    """Which arm is higher: by the change, the percent change, the value after, or the share of patients."""
    for read in (ArmFigures.change, *(_reader(name) for name in ("pct_change", "post_mean", "effect_value"))):
        values = read(pair.treated), read(pair.control)
        if values[0] is not None and values[1] is not None:
            return (values[0] > values[1]) - (values[0] < values[1])
    return 0


def _reader(column: str) -> Callable[[ArmFigures], float | None]:
    return lambda arm: arm.row.number(column)


def _borrowed(pair: Pair) -> Difference | None:
    sd = pair.treated.label.borrowed_sd
    values = [arm.change() for arm in (pair.treated, pair.control)]
    if None in values:
        values = [arm.row.number("post_mean") for arm in (pair.treated, pair.control)]
    if sd is None or None in values or not pair.rules.borrow_sd:
        return None
    spread = change_sd(sd, sd, pair.r)
    found = _from_changes(pair, pair.cut(*_samples(pair, values, (spread, spread))), "borrowed_sd")
    return replace(found, flags=("imputed_sd", *found.flags))


def _from_changes(pair: Pair, changes: tuple[Sample, Sample], basis: str) -> Difference:
    if pair.paired:
        average = sqrt((changes[0].sd ** 2 + changes[1].sd ** 2) / 2)
        return _from_sides(pair, changes, raw_sd_from_change_sd(average, pair.r), basis)
    smd = smd_from_changes(*changes, pair.r)
    shared = 2 * (1 - pair.r) / changes[1].n
    return Difference(smd, mean_difference(*changes), basis, ("imputed_correlation",), shared)


def _from_sides(pair: Pair, changes: tuple[Sample, Sample], raw: float, basis: str) -> Difference:
    """Changes of two sides of the same people, standardised by the SD at one time instead of the SD of change."""
    smd = smd_within_people(*changes, pair.r)
    ratio = sqrt((changes[0].sd ** 2 + changes[1].sd ** 2) / 2) / raw
    smd = replace(smd, estimate=smd.estimate * ratio, variance=smd.variance * ratio**2)
    return Difference(smd, _paired_difference(changes, pair.r), basis, ("imputed_correlation",), smd.variance / 2)


def _paired_difference(sides: tuple[Sample, Sample], r: float) -> EffectSize:
    independent = mean_difference(*sides)
    return replace(independent, variance=change_sd(sides[0].sd, sides[1].sd, r) ** 2 / sides[0].n)


_ROUTES = (_counts, _sd_of_change, _before_and_after, _after, _percent_change, _p_within, _p_between, _borrowed)
