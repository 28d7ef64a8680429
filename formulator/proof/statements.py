"""The closed language in which invariants speak about an answer, and its strict reading from YAML.

Like conditions it is a small tree; nothing else can be said. It needs no solver.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import get_args

from formulator.conditions import Condition, IsOneOf, fields_read
from formulator.engine.answer import STATUSES
from formulator.faults import Fault, FaultsFound, did_you_mean, shown
from formulator.knowledge import Knowledge
from formulator.knowledge.base import ASKED_THROUGH, GRAVEST_FIRST
from formulator.knowledge.items import Certainty, Harm, Kind, Role, Rule, SourceType
from formulator.strict_yaml import Node

PLAN_PARTS = ("sessions", "procedure", "formulation")
PLAN_NEEDS = ("reassessment", "stop_rule")
REGULATED = ("approved", "off_label", "unapproved", "restricted", "banned", "cosmetic_only", "unknown")


@dataclass(frozen=True, slots=True)
class ArgumentFilter:
    """Which rules are meant; an empty tuple means any.

    `sources_only`: all its sources are of these types; `reads`: its condition reads one of these fields; `subject`: it
    speaks about one of these by that name.
    """

    kind: tuple[str, ...] = ()
    harm: tuple[str, ...] = ()
    certainty: tuple[str, ...] = ()
    role: tuple[str, ...] = ()
    decision: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    sources_only: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()

    def matches(self, rule: Rule, knowledge: Knowledge) -> bool:
        """Whether a rule of the knowledge base is meant."""
        plain = all(
            not wanted or getattr(rule, name) in wanted
            for name, wanted in (
                ("kind", self.kind),
                ("harm", self.harm),
                ("certainty", self.certainty),
                ("role", self.role),
                ("decision", self.decision),
                ("unknown", self.unknown),
            )
        )
        types = {knowledge.sources[source].type for source in rule.sources}
        weak = not self.sources_only or types <= set(self.sources_only)
        reads = not self.reads or not fields_read(rule.when).isdisjoint(self.reads)
        return plain and weak and reads and (not self.subject or not set(rule.subject).isdisjoint(self.subject))


@dataclass(frozen=True, slots=True)
class DecisionIs:
    """The decision is one of these."""

    decisions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HasPlan:
    """There is a plan."""


@dataclass(frozen=True, slots=True)
class NoPlanWith:
    """No plan holds this part: dated sessions, something brought into the skin, a formulation.

    Whether dates can be found is left out of the proof: it supposes that they always can. The statement can therefore
    be proven, but its opposite cannot, so it never stands below `not`.
    """

    part: str


@dataclass(frozen=True, slots=True)
class PlanWithout:
    """There is a plan, and it lacks a part that every plan needs."""

    part: str


@dataclass(frozen=True, slots=True)
class Used:
    """At least one component of these subjects is recommended, adjunct or optional."""

    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SomeComponent:
    """A component among the subjects has one of these statuses, and all else that is given.

    `argument`: such a rule about it holds; `without`: none such holds; `regulated`: its legal standing in the place.
    """

    among: tuple[str, ...]
    statuses: tuple[str, ...] = ()
    argument: ArgumentFilter | None = None
    without: ArgumentFilter | None = None
    regulated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SomeArgument:
    """A rule of this kind holds."""

    filter: ArgumentFilter


@dataclass(frozen=True, slots=True)
class HasReason:
    """The decision has at least one argument."""


@dataclass(frozen=True, slots=True)
class OneDecision:
    """There is a decision, and no second one."""


@dataclass(frozen=True, slots=True)
class Assumed:
    """The field is named among the assumptions."""

    field: str


@dataclass(frozen=True, slots=True)
class Asked:
    """The field is among the questions."""

    field: str


@dataclass(frozen=True, slots=True)
class UnnamedUnknown:
    """A rule of this kind hangs on an unknown in silence.

    What is assumed must be named where something is used; anything else must be asked where something is used or waits.
    """

    filter: ArgumentFilter


@dataclass(frozen=True, slots=True)
class EveryOf:
    """Every part holds."""

    parts: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class SomeOf:
    """At least one part holds."""

    parts: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class NotSo:
    """The part does not hold."""

    part: Statement


Statement = (
    DecisionIs
    | HasPlan
    | NoPlanWith
    | PlanWithout
    | Used
    | SomeComponent
    | SomeArgument
    | HasReason
    | OneDecision
    | Assumed
    | Asked
    | UnnamedUnknown
    | EveryOf
    | SomeOf
    | NotSo
)


def parse_statement(node: Node, knowledge: Knowledge) -> Statement:
    """Build the statement of a `then`.

    Raises FaultsFound where a word is not known, with its file and line.
    """
    if not isinstance(node.value, dict) or not node.value:
        raise _fault(node, f"{shown(node.plain())} is not a statement.", ", ".join(_READERS))
    return _joined(tuple(_entry(name, child, knowledge) for name, child in node.value.items()), EveryOf)


def _entry(name: str, node: Node, knowledge: Knowledge) -> Statement:
    reader = _READERS.get(name)
    if reader is None:
        raise _fault(node, f"There is no statement {name!r}.", ", ".join(_READERS), did_you_mean(name, _READERS))
    return reader(node, knowledge)


def _words(node: Node, allowed: Iterable[str], what: str) -> tuple[str, ...]:
    """One word or a list of them, each of the allowed ones."""
    known = list(allowed)
    entries = node.value if isinstance(node.value, list) else [node]
    for entry in entries:
        if entry.value not in known:
            raise _fault(
                entry,
                f"{shown(entry.plain())} is no {what}.",
                ", ".join(known) if len(known) < 30 else "",
                did_you_mean(str(entry.value), known),
            )
    if not entries:
        raise _fault(node, "The list is empty.", f"a {what} or more")
    return tuple(str(entry.value) for entry in entries)


def _parts(node: Node, knowledge: Knowledge) -> tuple[Statement, ...]:
    if not isinstance(node.value, list) or not node.value:
        raise _fault(node, "A list of statements is expected.", "- {statement: value} lines")
    return tuple(parse_statement(child, knowledge) for child in node.value)


def _certainly(node: Node, made: Statement) -> Statement:
    if node.value not in ("yes", "no"):
        raise _fault(node, f"{shown(node.plain())} is not an answer.", "yes, no")
    return made if node.value == "yes" else NotSo(made)


def _joined(parts: tuple[Statement, ...], kind: type[EveryOf | SomeOf]) -> Statement:
    return parts[0] if len(parts) == 1 else kind(parts)


def _no_plan_with(node: Node, _: Knowledge) -> Statement:
    return _joined(tuple(map(NoPlanWith, _words(node, PLAN_PARTS, "part of a plan"))), EveryOf)


def _plan_without(node: Node, _: Knowledge) -> Statement:
    return _joined(tuple(map(PlanWithout, _words(node, PLAN_NEEDS, "part that a plan needs"))), SomeOf)


def _not(node: Node, knowledge: Knowledge) -> Statement:
    part = parse_statement(node, knowledge)
    if _speaks_of_dates(part):
        raise _fault(node, "no_plan_with cannot be denied: dates are left out of the proof.", "say it without not")
    return NotSo(part)


def _speaks_of_dates(statement: Statement) -> bool:
    if isinstance(statement, EveryOf | SomeOf):
        return any(map(_speaks_of_dates, statement.parts))
    return isinstance(statement, NoPlanWith)


def _not_used(node: Node, knowledge: Knowledge) -> Statement:
    return NotSo(Used(_words(node, sorted(knowledge.subjects), "component or group")))


def _fields(node: Node, knowledge: Knowledge, kind: Callable[[str], Statement]) -> Statement:
    return _joined(tuple(kind(name) for name in _words(node, knowledge.catalogue.fields, "field")), EveryOf)


def _some_component(node: Node, knowledge: Knowledge) -> Statement:
    found = _mapping(node, ("among", "status", "argument", "without", "regulated"))
    among = found.get("among")
    return SomeComponent(
        _words(among, sorted(knowledge.subjects), "component or group") if among else ("procedure", "companions"),
        _words(found["status"], STATUSES, "status") if "status" in found else (),
        _filter(found["argument"], knowledge) if "argument" in found else None,
        _filter(found["without"], knowledge) if "without" in found else None,
        _words(found["regulated"], REGULATED, "legal standing") if "regulated" in found else (),
    )


def _filter(node: Node, knowledge: Knowledge) -> ArgumentFilter:
    found = _mapping(node, tuple(field.name for field in fields(ArgumentFilter)))
    allowed: Mapping[str, Iterable[str]] = {
        "kind": get_args(Kind),
        "harm": get_args(Harm),
        "certainty": get_args(Certainty),
        "role": get_args(Role),
        "decision": GRAVEST_FIRST,
        "unknown": ("block", "assume"),
        "sources_only": get_args(SourceType),
        "reads": knowledge.rules_reading,
        "subject": sorted(knowledge.subjects),
    }
    return ArgumentFilter(**{name: _words(child, allowed[name], name) for name, child in found.items()})


def _mapping(node: Node, allowed: tuple[str, ...]) -> dict[str, Node]:
    if not isinstance(node.value, dict) or not node.value:
        raise _fault(node, f"{shown(node.plain())} is not a mapping.", ", ".join(allowed))
    for name, child in node.value.items():
        if name not in allowed:
            raise _fault(child, f"There is no {name!r} here.", ", ".join(allowed), did_you_mean(name, allowed))
    return node.value


def _fault(node: Node, problem: str, allowed: str, advice: str = "") -> FaultsFound:
    return FaultsFound([Fault(node.place, "then", problem, allowed, advice)])


_READERS: Mapping[str, Callable[[Node, Knowledge], Statement]] = {
    "decision": lambda node, _: DecisionIs(_words(node, GRAVEST_FIRST, "decision")),
    "plan": lambda node, _: _certainly(node, HasPlan()),
    "no_plan_with": _no_plan_with,
    "plan_without": _plan_without,
    "used": lambda node, knowledge: Used(_words(node, sorted(knowledge.subjects), "component or group")),
    "not_used": _not_used,
    "some_component": _some_component,
    "argument": lambda node, knowledge: SomeArgument(_filter(node, knowledge)),
    "reason": lambda node, _: _certainly(node, HasReason()),
    "one_decision": lambda node, _: _certainly(node, OneDecision()),
    "assumed": lambda node, knowledge: _fields(node, knowledge, Assumed),
    "asked": lambda node, knowledge: _fields(node, knowledge, Asked),
    "unnamed_unknown": lambda node, knowledge: UnnamedUnknown(_filter(node, knowledge)),
    "all": lambda node, knowledge: EveryOf(_parts(node, knowledge)),
    "any": lambda node, knowledge: SomeOf(_parts(node, knowledge)),
    "not": _not,
}


def place_is(jurisdiction: str) -> Condition:
    """The condition that the patient is treated there; EU stands for every member."""
    if jurisdiction == "EU":
        return IsOneOf("in_eu", frozenset(("yes",)))
    return IsOneOf("jurisdiction", frozenset((jurisdiction,)))


def asked_through(field: str) -> str:
    """The field through which a fact is asked: itself unless it is derived."""
    return ASKED_THROUGH.get(field, field)
