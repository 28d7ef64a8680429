"""Which of a study's rows stand for a family: the rows that can be set against each other, and the order among them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from formulator.evidence.effects import Effect, Rules
from formulator.evidence.extract_arms import cut_off
from formulator.evidence.families import Label
from formulator.evidence.tables import Arm, Outcome

_WEAK = frozenset({"from_p_value", "imputed_sd", "spread_not_believed"})
_BASES = (
    "change_sd", "before_and_after", "after", "percent_change", "printed_interval", "counts", "p_within", "p_between",
)  # fmt: skip
_SAME_VISIT_WEEKS = 2.0
_REFERENCE_ROLES = ("placebo", "no_treatment", "active_comparator", "intervention")


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of several arms with the same label, time and cut-off: what one contrast needs. `between` has no arm."""

    label: Label
    rows: tuple[Outcome, ...]
    between: tuple[Outcome, ...] = ()


def groups_of(rows: Sequence[Outcome], labels: dict[str, Label]) -> list[Group]:
    """Rows set beside each other: same label, time and cut-off; the second row of an arm goes into a second group."""
    found: dict[tuple[object, ...], list[Outcome]] = {}
    seen: dict[tuple[object, ...], int] = {}
    for row in rows:
        same = (row.label, *_time_key(row, rows), cut_off(row.row.text("responder_definition")))
        turn = seen[*same, row.arm] = seen.get((*same, row.arm), -1) + 1
        found.setdefault((*same, turn), []).append(row)
    return [_group(members, labels) for members in found.values()]


def _time_key(row: Outcome, rows: Sequence[Outcome]) -> tuple[object, ...]:
    """The time of a row; none where each arm has one row of the label, a fortnight apart at most (week 12 and 13)."""
    same = [other for other in rows if other.label == row.label]
    times = [other.weeks for other in same if other.weeks is not None]
    once = len({other.arm for other in same}) == len(same) == len(times)
    if once and max(times) - min(times) <= _SAME_VISIT_WEEKS:
        return ()
    return row.weeks, row.row.text("timepoint_origin")


def _group(rows: list[Outcome], labels: dict[str, Label]) -> Group:
    with_arm = tuple(row for row in rows if row.arm)
    return Group(labels[rows[0].label], with_arm, tuple(row for row in rows if not row.arm))


def reference_arm(arms: Iterable[Arm]) -> Arm:
    """The arm that the others are set against: placebo, no treatment, comparator; then fewest components."""
    return min(arms, key=lambda arm: (_role_order(arm.role), len(arm.components)))


def _role_order(role: str) -> int:
    return _REFERENCE_ROLES.index(role) if role in _REFERENCE_ROLES else len(_REFERENCE_ROLES)


def best(candidates: Sequence[tuple[Label, Sequence[Effect]]], rules: Rules) -> Sequence[Effect]:
    """The effects of the group that stands for a family in a study.

    In this order: printed spreads or counts before p-values and borrowed SDs; more contrasts; the more direct label;
    the latest time within the window, then an unknown time, then the earliest later one; the stronger basis; the first
    row.
    """
    return min(candidates, key=lambda candidate: _order(*candidate, rules))[1] if candidates else ()


def _order(label: Label, effects: Sequence[Effect], rules: Rules) -> tuple[object, ...]:
    first = effects[0]
    weak = any(flag in _WEAK for effect in effects for flag in effect.flags)
    basis = _BASES.index(first.basis) if first.basis in _BASES else len(_BASES)
    return weak, -len(effects), label.rank, _time_order(first.weeks, rules), basis, first.lines


def _time_order(weeks: float | None, rules: Rules) -> tuple[int, float]:
    if weeks is None:
        return 1, 0.0
    return (0, -weeks) if weeks <= rules.window_weeks else (2, weeks)
