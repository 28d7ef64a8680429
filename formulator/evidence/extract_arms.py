"""One arm at one time: the figures that several printed rows give together, and the number of people behind them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from formulator.evidence.effect_sizes import Count, Sample, change_sd
from formulator.evidence.effects import Rules, Unusable
from formulator.evidence.families import Label
from formulator.evidence.tables import Arm, Outcome, Study

_CUT_OFF = re.compile(r"(?:[<>]=?|at least|more than|greater than|better than)\s*-?(\d+(?:\.\d+)?)")
_NUMBER = re.compile(r"\d*\.?\d+(?:e-\d+)?")


@dataclass(frozen=True, slots=True)
class ArmFigures:
    """An arm's row with its label, its size in people and what was assumed about that size."""

    study: Study
    arm: Arm
    row: Outcome
    label: Label
    n: float | None
    size_flags: tuple[str, ...]

    def people(self) -> float:
        """Number of people. Raises Unusable where it is unknown."""
        if self.n is None:
            raise Unusable("no_arm_size", self.arm.id)
        return self.n

    def sample(self, mean: str, sd: str) -> Sample | None:
        """Two printed columns as a sample, None where one is empty."""
        values = self.row.number(mean), self.row.number(sd)
        return None if None in values else Sample(*values, self.people())  # type: ignore[arg-type]

    def change(self) -> float | None:
        """Mean change, unit of the label: as printed, else after minus before."""
        before, after = self.row.number("baseline_mean"), self.row.number("post_mean")
        printed = self.row.number("change_mean")
        return printed if printed is not None or before is None or after is None else after - before

    def changes_of_time(self, rules: Rules) -> tuple[Sample, float] | None:
        """Mean change with its SD, and the SD before, from the spreads before and after (or before alone)."""
        before, change = self.row.number("baseline_sd"), self.change()
        if before is None or change is None:
            return None
        after = self.row.number("post_sd") or before
        return Sample(change, change_sd(before, after, rules.correlation), self.people()), before

    def count(self) -> tuple[Count, tuple[str, ...]] | None:
        """Responders with the flags of how they were counted, None where the row has no share of patients."""
        responders, total = self.row.number("responders_n"), self.row.number("responders_total")
        derived = ("derived_counts",) if self.row.row.text("derived") == "yes" else ()
        if responders is not None:
            if total is None and self.arm.n is None:
                raise Unusable("no_arm_size", f"{responders:g} responders of an unknown number")
            of_arm = () if total is not None else ("denominator_is_arm_size",)
            return Count(responders, total or self.people()), (*derived, *of_arm)
        if self.row.row.text("effect_label") != "pct_patients":
            return None
        share, people = self.row.number("effect_value"), total or self.people()
        if share is None or not 0 <= share <= 100:
            raise Unusable("impossible_numbers", f"{share} percent of patients")
        return Count(round(share / 100 * people), people), ("derived_counts",)


def figures_of(study: Study, arms: tuple[Arm, ...], arm: Arm, row: Outcome, label: Label) -> ArmFigures:
    """An arm's row with its size: of the row, of the arm, of the study (sides of one person, one arm), or a share."""
    if row.number("responders_total") is not None:
        return ArmFigures(study, arm, row, label, row.number("responders_total"), ())
    if arm.n is not None:
        flags = () if arm.n_is_printed else ("imputed_arm_size",)
        return ArmFigures(study, arm, row, label, arm.n, flags)
    if study.n_total is None:
        return ArmFigures(study, arm, row, label, None, ())
    if study.split or len(arms) == 1:
        return ArmFigures(study, arm, row, label, study.n_total, ())
    return ArmFigures(study, arm, row, label, study.n_total // len(arms), ("imputed_arm_size",))


def exact_p(text: str, rules: Rules) -> tuple[float, bool] | None:
    """A printed p-value and whether it is a bound; None where nothing usable was printed.

    Raises Unusable where only a bound is printed and the rules do not take bounds.
    """
    if not text or text in ("significant", "not significant") or text.startswith(">"):
        return None
    number = float(_NUMBER.search(text).group())  # type: ignore[union-attr]
    # A printed 0.000 says only that p is below the last decimal.
    bound = text.startswith("<") or number == 0
    if bound and not rules.p_bounds:
        raise Unusable("p_bound_only", f"p {text}")
    return number, bound


def cut_off(definition: str) -> str:
    """The first threshold that a definition names (">= 50 %" gives 50), empty where it names none."""
    found = _CUT_OFF.search(definition)
    return found.group(1) if found else ""
