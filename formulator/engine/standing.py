"""The status ladder: how the rules that hold for a component add up to its status.

What has been said about a component is a set of marks, kept as the bits of one number: rules are added by `|`, so their
order cannot matter.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, reduce
from operator import or_
from struct import unpack

from formulator.engine.answer import USABLE, Argument
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Rule

Standing = int

LADDER = ("recommended", "adjunct", "optional", "not_indicated")
STEP_OF_ROLE = {"main": 0, "adjunct": 1, "optional": 2}

NOTHING_SAID: Standing = 0
_EXCLUDED = 1 << 0
_EXCLUDED_FOR_NOW = 1 << 1
_SUPPORTED_AT = tuple(1 << (2 + step) for step in range(4))
_CONFIRMED_AT = tuple(1 << (6 + step) for step in range(4))
_LIMITED_TO = tuple(1 << (10 + step) for step in range(4))
LANE_BITS = 16
LANE = (1 << LANE_BITS) - 1
"""The bits that a component has where all stand side by side (`Knowledge.lanes_of_rule`)."""
BLOCKED = 1 << 14
"""The mark of a component that a question holds back; no standing, but kept beside one."""


def said_by(rule: Rule | Argument) -> Standing:
    """What one rule, or the argument that it makes, says about a component while it holds."""
    return _said(rule.kind, bool(rule.until), rule.role, rule.limits_to)


@cache
def _said(kind: str, temporary: bool, role: str | None, limit: str | None) -> Standing:
    if kind == "excludes":
        return _EXCLUDED_FOR_NOW if temporary else _EXCLUDED
    if role:
        step = STEP_OF_ROLE[role]
        return _SUPPORTED_AT[step] | (_CONFIRMED_AT[step] if kind == "confirms" else 0)
    return _LIMITED_TO[LADDER.index(limit)] if limit else NOTHING_SAID


def standing_of(holding: Iterable[Rule | Argument]) -> Standing:
    """The standing that a set of rules gives."""
    standing = NOTHING_SAID
    for rule in holding:
        standing |= said_by(rule)
    return standing


@cache
def status_of(standing: Standing, blocked: bool) -> str:
    """The status; `blocked` says that a question must be answered before the component may be used.

    An exclusion that nothing can lift contraindicates. Otherwise the highest role of what speaks for the component,
    capped by the lowest limit of what speaks against it, is what it would be (a part of good care is not capped); if it
    would be used but a temporary exclusion holds or a blocking question is open, it is deferred.
    """
    if standing & _EXCLUDED:
        return "contraindicated"
    for_now = bool(standing & _EXCLUDED_FOR_NOW)
    would_be = _would_be(standing)
    if would_be in USABLE:
        return "deferred" if for_now or blocked else would_be
    return "contraindicated" if for_now else would_be


@cache
def status_of_marks(marks: int) -> str:
    """The status of a standing beside which `BLOCKED` may be set."""
    return status_of(marks & ~BLOCKED, bool(marks & BLOCKED))


def _would_be(standing: Standing) -> str:
    lowest = len(LADDER) - 1
    supported = next((step for step in range(lowest) if standing & _SUPPORTED_AT[step]), lowest)
    confirmed = next((step for step in range(lowest) if standing & _CONFIRMED_AT[step]), lowest)
    limit = max((step for step in range(lowest + 1) if standing & _LIMITED_TO[step]), default=0)
    return LADDER[min(confirmed, max(supported, limit))]


def in_lanes(said: int, knowledge: Knowledge) -> tuple[Standing, ...]:
    """For each component, its standing among those that stand side by side in one number (`lanes_of_rule`)."""
    count = len(knowledge.components)
    return unpack(f"<{count}H", said.to_bytes(2 * count, "little"))


def standings(holding: Iterable[str], knowledge: Knowledge) -> dict[str, Standing]:
    """For each component, the standing that these rules give; they speak about all of their components at once."""
    rules, lanes = knowledge.rules, knowledge.lanes_of_rule
    said = reduce(or_, (lanes[name] * said_by(rules[name]) for name in holding), NOTHING_SAID)
    return dict(zip(knowledge.components, in_lanes(said, knowledge), strict=True))
