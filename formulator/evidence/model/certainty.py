"""How far to trust an estimate, by stated rules after GRADE (Guyatt 2008, BMJ 336:924), and apart from it its strength.

GRADE's judgements are made by people who read trials; these rules read only what the tables hold, and say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from formulator.evidence.effects import Effect

GRADES = ("very_low", "low", "moderate", "high")
RANDOMISED_START, OTHER_START = 4, 2
MOSTLY, NEARLY_ALL = 0.5, 0.75
INCONSISTENT_I2 = 0.5
FEWEST_FOR_I2, FEWEST_BLINDED = 3, 3
ENOUGH_PATIENTS = 400
LARGE_TRIAL = 100
FUNNEL_P = 0.10
FEWEST_FOR_FUNNEL = 10
_BLIND_WORDS = ("blind", "mask", "double", "single", "assess", "evaluator", "rater", "quadruple", "scorer", "sham")
_OPEN_WORDS = ("open", "none", "not blind", "masking none", "single observer")


@dataclass(frozen=True, slots=True)
class Trial:
    """What the rules read of one study on a component: patients, design, blinding, its signed effect (SDs).

    `inert_comparator`: nothing active stood in its place; `alone`: nothing else differed between the arms.
    """

    study: str
    patients: float
    randomised: bool
    blinded: bool
    inert_comparator: bool
    alone: bool
    estimate: float
    variance: float


@dataclass(frozen=True, slots=True)
class Base:
    """What an estimate rests on. `interval` is the 95 % interval of the average effect (SDs); `isolated` says whether
    the trials of the cell alone isolate the component; the funnel is that of the family (p None: not testable), its p
    counts only where small trials find more (`funnel_slope` above zero).
    """

    trials: tuple[Trial, ...]
    interval: tuple[float, float]
    isolated: bool
    funnel_p: float | None
    funnel_studies: int
    funnel_slope: float = 0.0

    @property
    def patients(self) -> float:
        """People in all trials."""
        return sum(trial.patients for trial in self.trials)

    def share(self, have: Sequence[bool]) -> float:
        """Share of patients in the trials that have a property."""
        total = self.patients
        return sum(t.patients for t, yes in zip(self.trials, have, strict=True) if yes) / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Reason:
    """One domain: by how many levels it lowers the grade, and why (also where it does not)."""

    domain: str
    levels: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Certainty:
    """A grade with the reasons of every domain."""

    grade: str
    reasons: tuple[Reason, ...]


def is_blinded(text: str) -> bool:
    """Whether a printed word on blinding says that somebody did not know; nothing printed counts as open."""
    lower = text.lower()
    return any(word in lower for word in _BLIND_WORDS) and not any(word in lower for word in _OPEN_WORDS)


def is_randomised(effect: Effect) -> bool:
    """Whether the design of the study says randomised."""
    return effect.design.startswith("rct")


def certainty_of(base: Base) -> Certainty:
    """The grade: high for randomised trials, low for others, minus the levels of five domains; never below very low."""
    if not base.trials:
        reason = Reason("no trial", 0, "No trial of this cell holds the component.")
        return Certainty(GRADES[0], (reason,))
    start = RANDOMISED_START if base.share([t.randomised for t in base.trials]) >= MOSTLY else OTHER_START
    domains = (risk_of_bias, inconsistency, imprecision, indirectness, publication_bias)
    reasons = tuple(domain(base) for domain in domains)
    level = max(start - sum(reason.levels for reason in reasons), 1)
    begin = f"Begins at {GRADES[start - 1].replace('_', ' ')}: "
    begin += "most patients were randomised." if start == RANDOMISED_START else "most patients were not randomised."
    return Certainty(GRADES[level - 1], (Reason("design", 0, begin), *reasons))


def risk_of_bias(base: Base) -> Reason:
    """One level where under three quarters of the patients were randomised (trials that begin low for it lose nothing
    more), one where fewer than three randomised studies state blinding.
    """
    randomised = base.share([t.randomised for t in base.trials])
    blinded = sum(t.randomised and t.blinded for t in base.trials)
    levels = int(MOSTLY <= randomised < NEARLY_ALL) + int(blinded < FEWEST_BLINDED)
    sentence = (
        f"{randomised:.0%} of patients randomised; {blinded} of {len(base.trials)} studies randomised and blinded."
    )
    return Reason("risk_of_bias", levels, sentence)


def inconsistency(base: Base) -> Reason:
    """One level where fewer than three studies test the component alone (I2 of two says nothing), or their I2 is at
    least 50 %.
    """
    alone = [trial for trial in base.trials if trial.alone]
    if len(alone) < FEWEST_FOR_I2:
        return Reason("inconsistency", 1, f"{_studies(len(alone))} tested it alone: whether trials agree is unknown.")
    found = i_squared([t.estimate for t in alone], [t.variance for t in alone])
    sentence = f"I2 of {len(alone)} studies that test it alone is {found:.0%}."
    return Reason("inconsistency", int(found >= INCONSISTENT_I2), sentence)


def imprecision(base: Base) -> Reason:
    """One level below 400 patients (GRADE's rule of thumb); one below 100, or where the 95 % interval of the average
    holds zero. The interval alone would not do: it borrows from other cells.
    """
    low, high = base.interval
    open_ = low <= 0 <= high
    levels = int(base.patients < ENOUGH_PATIENTS) + int(base.patients < LARGE_TRIAL or open_)
    words = "includes" if open_ else "excludes"
    sentence = f"{base.patients:.0f} patients; the 95 % interval ({low:.2f} to {high:.2f} SD) {words} no effect."
    return Reason("imprecision", levels, sentence)


def indirectness(base: Base) -> Reason:
    """One level where no trial has an inert or same-background comparator, or the cell alone does not isolate it."""
    against_inert = any(t.inert_comparator for t in base.trials)
    if against_inert and base.isolated:
        return Reason("indirectness", 0, "Set against an inert control or the same background treatment.")
    why = "its own trials do not isolate it" if against_inert else "compared only with other active treatments"
    return Reason("indirectness", 1, f"Indirect: {why}.")


def publication_bias(base: Base) -> Reason:
    """One level where the funnel test of the family is suspicious, or cannot be made and every trial is small."""
    if base.funnel_p is not None and base.funnel_studies >= FEWEST_FOR_FUNNEL:
        suspicious = base.funnel_p < FUNNEL_P and base.funnel_slope > 0
        words = _funnel_words(suspicious, base)
        sentence = f"Funnel test of {base.funnel_studies} studies of the outcome: {words} (p = {base.funnel_p:.2f})."
        return Reason("publication_bias", int(suspicious), sentence)
    small = all(t.patients < LARGE_TRIAL for t in base.trials)
    words = f"and no trial reaches {LARGE_TRIAL} patients" if small else "but a larger trial is among them"
    return Reason("publication_bias", int(small), f"Too few studies of the outcome for a funnel test, {words}.")


def _funnel_words(suspicious: bool, base: Base) -> str:
    if suspicious:
        return "small trials find more"
    fewer = base.funnel_p is not None and base.funnel_p < FUNNEL_P
    return "small trials find less, not more" if fewer else "no sign that small trials find more"


def _studies(number: int) -> str:
    return {0: "No study", 1: "One study"}.get(number, f"{number} studies")


def i_squared(estimates: Sequence[float], variances: Sequence[float]) -> float:
    """Share of the scatter beyond chance (Higgins and Thompson 2002, Stat Med 21:1539), 0 to 1."""
    weights = [1 / variance for variance in variances]
    mean = sum(w * y for w, y in zip(weights, estimates, strict=True)) / sum(weights)
    q = sum(w * (y - mean) ** 2 for w, y in zip(weights, estimates, strict=True))
    return max(0.0, (q - (len(estimates) - 1)) / q) if q > 0 else 0.0


def strength_of(mean: float, p_above_zero: float) -> tuple[str, str]:
    """Size of an average effect in words (Cohen 1988: 0.2, 0.5, 0.8 SD) and its direction: for, against, uncertain."""
    size = "trivial"
    for limit, word in ((0.2, "small"), (0.5, "moderate"), (0.8, "large")):
        size = word if abs(mean) >= limit else size
    direction = "for" if p_above_zero >= 0.95 else "against" if p_above_zero <= 0.05 else "uncertain"
    return size, direction
