"""From studies to effects: every outcome row of a folder either gives an effect or is listed with the reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from formulator.evidence.effect_sizes import EffectSize
from formulator.evidence.effects import (
    CONTROLLED,
    WITHIN_ARM,
    Effect,
    Exclusion,
    Rules,
    Unusable,
    reason_sentence,
)
from formulator.evidence.extract_arms import ArmFigures, figures_of
from formulator.evidence.extract_contrast import Difference, difference_of
from formulator.evidence.extract_pooled import pooled_effect
from formulator.evidence.extract_printed import printed_difference
from formulator.evidence.extract_select import Group, best, groups_of, reference_arm
from formulator.evidence.extract_within import Change, change_of
from formulator.evidence.families import Family, Label
from formulator.evidence.tables import Arm, Outcome, Study, Tables, read_tables
from formulator.faults import Fault

_EXTREME = 3.0


def effects_of(
    folder: Path, rules: Rules | None = None, *, refuse: bool | None = None
) -> tuple[tuple[Effect, ...], tuple[Exclusion, ...]]:
    """Effects and exclusions of a folder with studies.csv, arms.csv and outcomes.csv.

    A study gives one outcome a family (Rules say which); an arm of several gives one effect against the study's control
    arm, and effects that share it say their covariance. `refuse` as in read_tables: by default a folder with its own
    outcome_labels.csv is refused for a bad row, any other loses the row, its unknown labels and unknown components.
    Raises FaultsFound.
    """
    return effects_of_tables(read_tables(folder, refuse=refuse), rules or Rules())


def effects_of_tables(tables: Tables, rules: Rules) -> tuple[tuple[Effect, ...], tuple[Exclusion, ...]]:
    """As effects_of, from tables that are already read."""
    effects: list[Effect] = []
    exclusions = [_rejected(fault) for fault in tables.rejected]
    for study in tables.studies.values():
        work = _StudyWork(tables, study, rules)
        effects += work.run()
        exclusions += work.exclusions()
    return tuple(effects), tuple(exclusions)


def _rejected(fault: Fault) -> Exclusion:
    return Exclusion("", "", fault.field, "bad_row", reason_sentence("bad_row", fault.problem.rstrip(".")), fault.place)


@dataclass
class _StudyWork:
    """One study on its way: the reasons that its rows met and the rows that effects rest on."""

    tables: Tables
    study: Study
    rules: Rules
    reasons: dict[int, Unusable] = field(default_factory=dict)
    used: set[int] = field(default_factory=set)
    compared: set[int] = field(default_factory=set)

    def run(self) -> list[Effect]:
        rows = [row for row in self._rows() if self._in_scope(row)]
        if self.study.is_review:
            return [effect for row in rows if (effect := self._tried(lambda r=row: self._pooled(r), [row]))]
        by_family = sorted(rows, key=lambda row: self._family(row).id)
        effects: list[Effect] = []
        for _, members in groupby(by_family, key=lambda row: self._family(row).id):
            effects += self._of_family(sorted(members, key=lambda row: row.row.line))
        return effects

    def exclusions(self) -> list[Exclusion]:
        """Rows without an effect, and rows that only describe an arm because their contrast failed."""
        return [self._exclusion(row) for row in self._rows() if self._is_left_out(row)]

    def _is_left_out(self, row: Outcome) -> bool:
        if row.row.line not in self.used:
            return True
        return row.row.line in self.reasons and row.row.line not in self.compared

    def _rows(self) -> tuple[Outcome, ...]:
        return self.tables.outcomes.get(self.study.id, ())

    @property
    def _arms(self) -> tuple[Arm, ...]:
        return self.tables.arms.get(self.study.id, ())

    def _arm(self, identifier: str) -> Arm:
        return next(arm for arm in self._arms if arm.id == identifier)

    def _label(self, row: Outcome) -> Label:
        return self.tables.vocabulary.labels[row.label]

    def _family(self, row: Outcome) -> Family:
        found = self.tables.vocabulary.family_of(row.label_family, self.study.indications)
        if found is None:
            raise Unusable("not_efficacy", row.label_family)
        return found

    def _in_scope(self, row: Outcome) -> bool:
        label = self.tables.vocabulary.labels.get(row.label)
        if label is None:
            return self._fail(row, Unusable("unknown_label", row.label))
        if self.study.id in self.tables.dropped:
            return self._fail(row, Unusable("overlap", self.tables.dropped[self.study.id]))
        if not label.used or self.tables.vocabulary.family_of(row.label_family, self.study.indications) is None:
            return self._fail(row, Unusable("not_efficacy", label.meaning))
        if self.study.design == "case_report":
            return self._fail(row, Unusable("case_report"))
        if row.comparison == "pooled" and not self.study.is_review:
            return self._fail(row, Unusable("review_quotes_trials"))
        return True

    def _fail(self, row: Outcome, reason: Unusable) -> bool:
        self.reasons.setdefault(row.row.line, reason)
        return False

    def _tried(self, make: Callable[[], Effect], rows: Sequence[Outcome]) -> Effect | None:
        try:
            effect = make()
        except Unusable as reason:
            for row in rows:
                self._fail(row, reason)
            return None
        self.used.update(effect.lines)
        return effect

    def _pooled(self, row: Outcome) -> Effect:
        return pooled_effect(self.study, row, self._label(row), self._family(row))

    def _of_family(self, rows: list[Outcome]) -> list[Effect]:
        compared = [row for row in rows if row.comparison != "within_arm"]
        groups = groups_of(compared, dict(self.tables.vocabulary.labels))
        made = [(group.label, contrasts) for group in groups if (contrasts := self._contrasts(group))]
        chosen = list(best(made, self.rules))
        for arm in self._arms:
            chosen += self._within([row for row in rows if row.arm == arm.id])
        for effect in chosen:
            self.used.update(effect.lines)
            self.compared.update(effect.lines if effect.kind == CONTROLLED else ())
        return chosen

    def _contrasts(self, group: Group) -> list[Effect]:
        found = self._between_arms(group)
        return found or [
            effect for row in group.between if (effect := self._attempt(lambda r=row: self._printed(r), [row]))
        ]

    def _attempt(self, make: Callable[[], Effect], rows: Sequence[Outcome]) -> Effect | None:
        """As _tried, but whether the effect is used is decided later."""
        before = set(self.used)
        effect = self._tried(make, rows)
        self.used = before
        return effect

    def _between_arms(self, group: Group) -> list[Effect]:
        by_arm = {row.arm: row for row in group.rows}
        if len(by_arm) < 2:
            return []
        reference = reference_arm([self._arm(identifier) for identifier in by_arm])
        control = self._figures(by_arm[reference.id])
        others = [self._figures(row) for identifier, row in by_arm.items() if identifier != reference.id]
        attempts = [self._attempt(lambda a=arm: self._controlled(a, control), [arm.row, control.row]) for arm in others]
        return [effect for effect in attempts if effect is not None]

    def _figures(self, row: Outcome) -> ArmFigures:
        return figures_of(self.study, self._arms, self._arm(row.arm), row, self._label(row))

    def _controlled(self, treated: ArmFigures, control: ArmFigures) -> Effect:
        self._check_components(treated.arm, control.arm)
        difference = difference_of(treated, control, self.rules)
        lines = (treated.row.row.line, control.row.row.line)
        return self._effect(treated, control, difference, lines, treated.row)

    def _printed(self, row: Outcome) -> Effect:
        """A difference printed without its arms: only where the study has two."""
        if len(self._arms) != 2:
            raise Unusable("arm_unclear", f"{len(self._arms)} arms")
        control = reference_arm(self._arms)
        treated = next(arm for arm in self._arms if arm.id != control.id)
        self._check_components(treated, control)
        label = self._label(row)
        sides = [figures_of(self.study, self._arms, arm, row, label) for arm in (treated, control)]
        difference = printed_difference(row, label, (sides[0].n, sides[1].n), self.rules)
        return self._effect(sides[0], sides[1], difference, (row.row.line,), row)

    def _check_components(self, treated: Arm, control: Arm) -> None:
        differing = set(treated.components) ^ set(control.components)
        if not differing:
            raise Unusable("same_components", " + ".join(treated.components))
        unknown = sorted(part for part in differing if part not in self.tables.vocabulary.components)
        unmapped = [part for part in unknown if not _is_route_form(part, self.tables)]
        if unmapped:
            raise Unusable("unknown_component", ", ".join(unmapped))

    def _effect(
        self, treated: ArmFigures, control: ArmFigures, difference: Difference, lines: tuple[int, ...], row: Outcome
    ) -> Effect:
        label, smd = treated.label, difference.smd
        total = (treated.n or 0) + (control.n or 0)
        natural = _natural(difference.natural, label)
        return Effect(
            **self._common(treated, row),
            kind=CONTROLLED,
            metric="SMD",
            estimate=label.sign * smd.estimate,
            variance=smd.variance,
            n=min(treated.n or 0, control.n or 0) if self.study.split else total,
            control_arm=control.arm.id,
            control=control.arm.components,
            control_delivery=control.arm.route,
            n_treated=treated.n,
            n_control=control.n,
            natural_estimate=natural[0] if natural else None,
            natural_variance=natural[1] if natural else None,
            natural_unit=label.natural_unit if natural else "",
            shared_variance=difference.shared_variance,
            basis=difference.basis,
            flags=(*difference.flags, *_extreme(smd)),
            assumptions=smd.imputed,
            lines=lines,
        )

    def _common(self, arm: ArmFigures, row: Outcome) -> dict[str, Any]:
        return {
            "study": self.study.id,
            "indications": self.study.indications,
            "family": self._family(row).id,
            "outcome": arm.label.name,
            "arm": arm.arm.id,
            "treatment": arm.arm.components,
            "delivery": arm.arm.route,
            "sessions": arm.arm.sessions,
            "design": self.study.design,
            "split": self.study.split,
            "weeks": row.weeks,
            "definition": row.row.text("responder_definition"),
            "source": self.study.source,
            "url": self.study.url,
        }

    def _within(self, rows: list[Outcome]) -> Sequence[Effect]:
        made = [
            (self._label(row), [effect])
            for row in rows
            if (effect := self._attempt(lambda r=row: self._change(self._figures(r)), [row]))
        ]
        measured = [candidate for candidate in made if candidate[1][0].metric == "SMCR"]
        return best(measured or made, self.rules)

    def _change(self, arm: ArmFigures) -> Effect:
        change: Change = change_of(arm, self.rules)
        label, size = arm.label, change.effect
        natural = _natural(change.natural, label)
        return Effect(
            **self._common(arm, arm.row),
            kind=WITHIN_ARM,
            metric=size.measure,
            estimate=label.sign * size.estimate,
            variance=size.variance,
            n=arm.people(),
            n_treated=arm.n,
            natural_estimate=natural[0] if natural else None,
            natural_variance=natural[1] if natural else None,
            natural_unit=label.natural_unit if natural else "",
            basis=change.basis,
            flags=(*change.flags, *_extreme(size)),
            assumptions=size.imputed,
            lines=(arm.row.row.line,),
        )

    def _exclusion(self, row: Outcome) -> Exclusion:
        reason = self.reasons.get(row.row.line) or Unusable("another_row_used")
        place = row.row.place("outcome")
        return Exclusion(self.study.id, row.arm, row.label, reason.code, reason.sentence, place)


def _is_route_form(component: str, tables: Tables) -> bool:
    """Whether an id is a known component given by another route (oral_zinc)."""
    route, _, rest = component.partition("_")
    return route in ("oral", "topical", "intramuscular", "intravenous") and rest in tables.vocabulary.components


def _natural(size: EffectSize | None, label: Label) -> tuple[float, float] | None:
    if size is None or not label.natural_unit:
        return None
    factor = label.sign * label.natural_factor
    return size.estimate * factor, size.variance * factor**2


def _extreme(size: EffectSize) -> tuple[str, ...]:
    return ("extreme",) if size.measure != "PLO" and abs(size.estimate) > _EXTREME else ()
