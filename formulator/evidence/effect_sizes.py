"""Effect sizes with their sampling variances, from what studies print.

Every formula names its source. Group 1 is the treated one; a positive estimate means that group 1 is higher. Whatever a
formula had to assume (a correlation, a continuity correction, a p-value read from a bound) stands in `imputed`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from scipy.special import gammaln, ndtri
from scipy.stats import t as student_t

HEDGES = "Hedges 1981, J Educ Stat 6:107, exact bias correction; large-sample variance of Hedges and Olkin 1985, p. 86"
MEAN_DIFFERENCE = "Cochrane Handbook 6.5.1.1, unequal variances"
RATIO_OF_MEANS = "Hedges, Gurevitch and Curtis 1999, Ecology 80:1150, equation 1"
WOOLF = "Woolf 1955, Ann Hum Genet 19:251; Haldane-Anscombe 1/2 in every cell where one is zero"
HASSELBLAD_HEDGES = "Hasselblad and Hedges 1995, Psychol Bull 117:167: log odds ratio times sqrt(3)/pi"
LOGIT = "Logit of a binomial proportion, variance 1/x + 1/(n - x); 1/2 added where x is 0 or n"
BECKER = "Becker 1988, Br J Math Stat Psychol 41:257, standardised by the SD before treatment"
MORRIS = "Morris 2008, Organ Res Methods 11:364: difference of two standardised mean changes"
BONETT = "Bonett 2008, Psychol Methods 13:99, paired design standardised by the average SD"
CHANGE_SD = "Cochrane Handbook 6.5.2.8, SD of a change from both SDs and their correlation"
FROM_INTERVAL = "Cochrane Handbook 6.3.1, standard error from a confidence interval"
FROM_P = "Cochrane Handbook 6.3.2 and 6.5.2.3, t from the two-sided p-value; then Hedges 1981"


class EffectSizeError(ValueError):
    """The numbers cannot come from a study: the message says which one and why."""


@dataclass(frozen=True, slots=True)
class EffectSize:
    """One effect: estimate, sampling variance (the unit of the estimate squared), measure, source, what was imputed."""

    estimate: float
    variance: float
    measure: str
    source: str
    imputed: tuple[str, ...] = ()

    @property
    def se(self) -> float:
        """Standard error, in the unit of the estimate."""
        return math.sqrt(self.variance)

    def reversed(self) -> EffectSize:
        """The same effect with the groups exchanged, or with the direction of the outcome turned round."""
        return replace(self, estimate=-self.estimate)


@dataclass(frozen=True, slots=True)
class Sample:
    """Mean and SD of one group (any unit, the same for both groups) and its size.

    Raises EffectSizeError where a number is not finite, an SD is not positive or n is below 2.
    """

    mean: float
    sd: float
    n: float

    def __post_init__(self) -> None:
        _finite(mean=self.mean, sd=self.sd, n=self.n)
        if self.sd <= 0:
            raise EffectSizeError(f"An SD is positive; {self.sd} is not.")
        if self.n < 2:
            raise EffectSizeError(f"A group with a mean and an SD has at least 2 people; {self.n} is fewer.")

    @property
    def variance_of_mean(self) -> float:
        """Squared standard error of the mean."""
        return self.sd**2 / self.n


@dataclass(frozen=True, slots=True)
class Count:
    """Responders among n people. Raises EffectSizeError unless 0 <= responders <= n and n is at least 1."""

    responders: float
    n: float

    def __post_init__(self) -> None:
        _finite(responders=self.responders, n=self.n)
        if self.n < 1 or not 0 <= self.responders <= self.n:
            raise EffectSizeError(f"{self.responders} responders of {self.n} is impossible.")

    @property
    def cells(self) -> tuple[float, float]:
        """Responders and non-responders."""
        return self.responders, self.n - self.responders


def _finite(**numbers: float) -> None:
    for name, number in numbers.items():
        if not math.isfinite(number):
            raise EffectSizeError(f"{name} is {number}; a finite number is needed.")


def _correlation(r: float) -> float:
    if not -1 < r < 1:
        raise EffectSizeError(f"A correlation lies between -1 and 1; {r} does not.")
    return r


def _imputed_correlation(r: float, imputed: bool) -> tuple[str, ...]:
    return (f"correlation {r:g}",) if imputed else ()


def hedges_correction(degrees_of_freedom: float) -> float:
    """Hedges' exact small-sample factor J(df) = Gamma(df/2) / (sqrt(df/2) Gamma((df-1)/2)), without unit.

    Raises EffectSizeError below 2 degrees of freedom, where the factor has no finite value above zero.
    """
    if degrees_of_freedom < 2:
        raise EffectSizeError(
            f"The bias correction needs at least 2 degrees of freedom; there are {degrees_of_freedom:g}."
        )
    half = degrees_of_freedom / 2
    return float(math.exp(gammaln(half) - gammaln(half - 0.5)) / math.sqrt(half))


def pooled_sd(first: Sample, second: Sample) -> float:
    """SD within two independent groups, in the unit of the outcome."""
    weighted = (first.n - 1) * first.sd**2 + (second.n - 1) * second.sd**2
    return math.sqrt(weighted / (first.n + second.n - 2))


def standardised_mean_difference(first: Sample, second: Sample) -> EffectSize:
    """SMD, Hedges' g, in SDs. metafor: measure SMD, vtype LS."""
    return _hedges((first.mean - second.mean) / pooled_sd(first, second), first.n, second.n)


def _hedges(d: float, n1: float, n2: float) -> EffectSize:
    g = hedges_correction(n1 + n2 - 2) * d
    return EffectSize(g, 1 / n1 + 1 / n2 + g**2 / (2 * (n1 + n2)), "SMD", HEDGES)


def mean_difference(first: Sample, second: Sample) -> EffectSize:
    """MD, in the unit of the outcome. metafor: measure MD, vtype LS."""
    variance = first.variance_of_mean + second.variance_of_mean
    return EffectSize(first.mean - second.mean, variance, "MD", MEAN_DIFFERENCE)


def log_ratio_of_means(first: Sample, second: Sample) -> EffectSize:
    """ROM, natural logarithm of mean1/mean2. metafor: measure ROM, vtype LS.

    Raises EffectSizeError unless both means are positive.
    """
    if first.mean <= 0 or second.mean <= 0:
        raise EffectSizeError("A ratio of means needs two positive means.")
    variance = first.variance_of_mean / first.mean**2 + second.variance_of_mean / second.mean**2
    return EffectSize(math.log(first.mean / second.mean), variance, "ROM", RATIO_OF_MEANS)


def log_odds_ratio(first: Count, second: Count) -> EffectSize:
    """Log odds ratio of responding. metafor: measure OR."""
    cells = (*first.cells, *second.cells)
    corrected = 0.0 in cells
    a, b, c, d = (cell + 0.5 for cell in cells) if corrected else cells
    imputed = ("1/2 added to every cell",) if corrected else ()
    return EffectSize(math.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d, "OR", WOOLF, imputed)


def smd_from_log_odds(log_odds: EffectSize) -> EffectSize:
    """A log odds ratio, whatever its origin, as an SMD (logistic outcome behind the response)."""
    factor = math.sqrt(3) / math.pi
    return replace(
        log_odds,
        estimate=log_odds.estimate * factor,
        variance=log_odds.variance * factor**2,
        measure="OR2DL",
        source=HASSELBLAD_HEDGES,
    )


def smd_from_responders(first: Count, second: Count) -> EffectSize:
    """SMD from two responder counts. metafor: measure OR2DL."""
    return smd_from_log_odds(log_odds_ratio(first, second))


def logit_proportion(count: Count) -> EffectSize:
    """PLO, log odds of one group: describes an arm, it is not a treatment effect. metafor: measure PLO."""
    x, rest = count.cells
    corrected = x == 0 or rest == 0
    x, rest = (x + 0.5, rest + 0.5) if corrected else (x, rest)
    imputed = ("1/2 added to both cells",) if corrected else ()
    return EffectSize(math.log(x / rest), 1 / x + 1 / rest, "PLO", LOGIT, imputed)


def change_sd(sd_before: float, sd_after: float, r: float) -> float:
    """SD of the change within people, in the unit of the outcome, from both SDs and their correlation r."""
    return math.sqrt(sd_before**2 + sd_after**2 - 2 * _correlation(r) * sd_before * sd_after)


def raw_sd_from_change_sd(sd_of_change: float, r: float) -> float:
    """SD at one time from the SD of the change, if both times spread alike (Cochrane Handbook 6.5.2.8, solved)."""
    return sd_of_change / math.sqrt(2 * (1 - _correlation(r)))


def mean_change(before: Sample, after_mean: float, after_sd: float, r: float, *, r_imputed: bool = True) -> EffectSize:
    """MC, after minus before within one arm, in the unit of the outcome: not a treatment effect without a control."""
    spread = change_sd(before.sd, after_sd, r)
    imputed = _imputed_correlation(r, r_imputed)
    return EffectSize(after_mean - before.mean, spread**2 / before.n, "MC", CHANGE_SD, imputed)


def standardised_mean_change(before: Sample, after_mean: float, r: float, *, r_imputed: bool = True) -> EffectSize:
    """SMCR, (after - before) / SD before, in SDs. metafor: measure SMCR, vtype LS.

    r is the correlation of the two times; `r_imputed` says that no study printed it.
    """
    g = hedges_correction(before.n - 1) * (after_mean - before.mean) / before.sd
    variance = 2 * (1 - _correlation(r)) / before.n + g**2 / (2 * before.n)
    return EffectSize(g, variance, "SMCR", BECKER, _imputed_correlation(r, r_imputed))


def difference_of_standardised_changes(treated: EffectSize, control: EffectSize) -> EffectSize:
    """Change under treatment beyond the change under control, both standardised by the SD before treatment."""
    if {treated.measure, control.measure} != {"SMCR"}:
        raise EffectSizeError("Both must be standardised mean changes.")
    imputed = tuple(dict.fromkeys((*treated.imputed, *control.imputed)))
    variance = treated.variance + control.variance
    return EffectSize(treated.estimate - control.estimate, variance, "SMCR difference", MORRIS, imputed)


def smd_from_changes(first: Sample, second: Sample, r: float, *, r_imputed: bool = True) -> EffectSize:
    """Controlled effect in raw SDs from the mean changes and SDs of change of two groups.

    `first` and `second` hold mean change, SD of change, n. SDs of change are turned into raw SDs with the correlation r
    of before and after. The variance is that of a difference of changes: 2 (1 - r) (1/n1 + 1/n2) + g^2 / (2 (n1 + n2)).
    """
    raw = raw_sd_from_change_sd(pooled_sd(first, second), r)
    g = hedges_correction(first.n + second.n - 2) * (first.mean - second.mean) / raw
    variance = 2 * (1 - r) * (1 / first.n + 1 / second.n) + g**2 / (2 * (first.n + second.n))
    return EffectSize(g, variance, "SMD", MORRIS, _imputed_correlation(r, r_imputed))


def smd_within_people(first: Sample, second: Sample, r: float, *, r_imputed: bool = True) -> EffectSize:
    """SMD of two sides or periods of the same n people, in SDs; r is the correlation of the sides.

    Raises EffectSizeError where the two sides have different numbers of people.
    """
    if first.n != second.n:
        raise EffectSizeError("Two sides of the same people have the same n.")
    v1, v2, df = first.sd**2, second.sd**2, first.n - 1
    average = (v1 + v2) / 2
    g = hedges_correction(df) * (first.mean - second.mean) / math.sqrt(average)
    of_sds = g**2 * (v1**2 + v2**2 + 2 * _correlation(r) ** 2 * v1 * v2) / (8 * df * average**2)
    of_means = change_sd(first.sd, second.sd, r) ** 2 / (df * average)
    return EffectSize(g, of_sds + of_means, "SMD", BONETT, _imputed_correlation(r, r_imputed))


def from_interval(estimate: float, low: float, high: float, *, level: float = 0.95, ratio: bool = False) -> EffectSize:
    """A published estimate with its confidence interval; `ratio`: all three are ratios (OR, RR) and are taken to logs.

    The interval is read as symmetric (after logs). One that is not is flagged, since the variance is then rough.
    Raises EffectSizeError where the estimate lies outside its interval or a ratio is not positive.
    """
    _finite(estimate=estimate, low=low, high=high)
    if not low < high or not low <= estimate <= high or not 0 < level < 1:
        raise EffectSizeError(f"{estimate} ({low} to {high}, level {level}) is not an estimate within its interval.")
    if ratio and low <= 0:
        raise EffectSizeError("Ratios are positive.")
    estimate, low, high = (math.log(number) for number in (estimate, low, high)) if ratio else (estimate, low, high)
    se = (high - low) / (2 * float(ndtri((1 + level) / 2)))
    lopsided = abs(high + low - 2 * estimate) > 0.2 * (high - low)
    imputed = ("asymmetric interval read as symmetric",) if lopsided else ()
    return EffectSize(estimate, se**2, "log ratio" if ratio else "as published", FROM_INTERVAL, imputed)


def smd_from_p(p: float, n1: float, n2: float, *, sign: int, bound: bool = False) -> EffectSize:
    """SMD of two independent groups from a two-sided p-value of a t-test, in SDs.

    `sign` is +1 where group 1 is higher and -1 where it is lower. `bound` says that the study printed "p < ..."; the
    effect is then computed at the bound, so it is at least as large as stated, and flagged.
    """
    t = _t_from_p(p, n1 + n2 - 2, sign)
    effect = _hedges(t * math.sqrt(1 / n1 + 1 / n2), n1, n2)
    return replace(effect, source=FROM_P, imputed=_imputed_from_p(p, bound))


def smd_within_people_from_p(p: float, n: float, r: float, *, sign: int, bound: bool = False) -> EffectSize:
    """SMD of two sides of the same n people from the two-sided p-value of a paired t-test; r is always imputed."""
    spread = 2 * (1 - _correlation(r))
    g = hedges_correction(n - 1) * _t_from_p(p, n - 1, sign) * math.sqrt(spread / n)
    variance = spread / (n - 1) + g**2 * (1 + r**2) / (4 * (n - 1))
    return EffectSize(g, variance, "SMD", FROM_P, (*_imputed_from_p(p, bound), f"correlation {r:g}"))


def _t_from_p(p: float, df: float, sign: int) -> float:
    if not 0 < p <= 1 or sign not in (-1, 1) or not df >= 1:
        raise EffectSizeError(f"p = {p}, sign {sign}, {df:g} degrees of freedom: no t-test gives these.")
    return sign * float(student_t.isf(p / 2, df))


def _imputed_from_p(p: float, bound: bool) -> tuple[str, ...]:
    return ("effect and SD from a p-value", *((f"p taken as {p:g} where the study says below",) if bound else ()))
