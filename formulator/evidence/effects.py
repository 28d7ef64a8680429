"""What extraction gives: effects that a model can use, and exclusions with their reasons."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from formulator.faults import Place

CONTROLLED, WITHIN_ARM, POOLED = "controlled", "within_arm", "pooled"

REASONS = {
    "bad_row": "The row breaks a rule of the table",
    "unknown_label": "The outcome is not in the list of outcome labels",
    "not_efficacy": "The outcome does not measure efficacy (laboratory value, association, relapse, quality of life)",
    "no_figure": "Words or a bare p-value were printed, no figure",
    "no_variance": "A figure was printed, but nothing that gives its variance",
    "no_control_no_baseline": "One arm at one time: neither a control nor a baseline to compare with",
    "medians_only": "Medians were printed, no means",
    "unit_unclear": "The source does not say of what the percentage is a share",
    "not_an_effect": "A rank, a correlation or a share of studies is no effect with a variance",
    "p_bound_only": "The variance would rest on a p-value of which only a bound was printed",
    "no_arm_size": "The number of people in an arm is not printed and cannot be worked out",
    "arm_unclear": "The printed difference does not say which arms it compares",
    "same_components": "The arms differ in dose or technique, not in components",
    "unknown_component": "The contrast rests on a component that is not in the list of components",
    "overlap": "Another study brings the same patients",
    "review_quotes_trials": "A review quotes figures of single trials, which count under their own names",
    "direction_unclear": "The source does not say which direction is an improvement",
    "not_convertible": "The printed measure cannot be turned into a standardised difference",
    "case_report": "A report of single patients",
    "impossible_numbers": "The printed numbers cannot come from one study",
    "another_row_used": "Another outcome, time or cut-off of the same study stands for this family",
}


@dataclass(frozen=True, slots=True)
class Rules:
    """What extraction may assume.

    `correlation`: between times and between sides of one person, where none is printed (-1 to 1). `window_weeks`:
    the latest time up to here is taken. `borrow_sd`: a missing SD may be the median SD of the label in other trials.
    `p_bounds`: "p < 0.01" may be read as p = 0.01, which makes the effect too small and the selection one-sided.
    """

    correlation: float = 0.5
    window_weeks: float = 26.0
    borrow_sd: bool = True
    p_bounds: bool = False


@dataclass(frozen=True, slots=True)
class Effect:
    """One usable effect; a positive estimate is better for the patient, in every family and kind.

    kind: controlled (arm minus control arm), within_arm (after minus before, or the share that responded: never an
    effect of treatment) or pooled (from a review). metric: SMD (SDs), SMCR (SDs before treatment), PLO (logit of the
    share of responders); pooled effects also MD, log RR, RD. `variance` is the sampling variance, squared unit of
    the estimate. `natural_estimate` and `natural_variance` are in `natural_unit` (positive better), None where the
    label has none. `shared_variance` is the covariance with the study's other effects of the same family that use the
    same control arm. `weeks` as printed. `flags` are codes of what was assumed, `assumptions` say it in words.
    """

    study: str
    indications: tuple[str, ...]
    family: str
    outcome: str
    kind: str
    metric: str
    estimate: float
    variance: float
    n: float
    arm: str = ""
    control_arm: str = ""
    treatment: tuple[str, ...] = ()
    control: tuple[str, ...] = ()
    delivery: str = ""
    control_delivery: str = ""
    sessions: float | None = None
    design: str = ""
    split: bool = False
    n_treated: float | None = None
    n_control: float | None = None
    natural_estimate: float | None = None
    natural_variance: float | None = None
    natural_unit: str = ""
    weeks: float | None = None
    shared_variance: float = 0.0
    basis: str = ""
    flags: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    definition: str = ""
    source: str = ""
    url: str = ""
    lines: tuple[int, ...] = ()

    @property
    def se(self) -> float:
        """Standard error, unit of the estimate."""
        return sqrt(self.variance)

    @property
    def added(self) -> tuple[str, ...]:
        """Components of the treated arm that the control arm lacks."""
        return tuple(part for part in self.treatment if part not in self.control)

    @property
    def removed(self) -> tuple[str, ...]:
        """Components of the control arm that the treated arm lacks."""
        return tuple(part for part in self.control if part not in self.treatment)


@dataclass(frozen=True, slots=True)
class Exclusion:
    """An outcome that gives no effect: study, arm, label as printed, `code` of REASONS, a sentence, its place."""

    study: str
    arm: str
    outcome: str
    code: str
    sentence: str
    place: Place


class Unusable(Exception):
    """Numbers that give no effect; `code` is one of REASONS, `detail` what is missing here."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        self.detail = detail
        super().__init__(f"{code}: {detail}")

    @property
    def sentence(self) -> str:
        """The reason in words, closed by a full stop."""
        return reason_sentence(self.code, self.detail)


def reason_sentence(code: str, detail: str = "") -> str:
    """The words of a reason code with what is particular here."""
    return f"{REASONS[code]}: {detail}." if detail else f"{REASONS[code]}."
