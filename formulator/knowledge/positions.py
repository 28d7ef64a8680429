"""The knowledge as it would be if another position of a disagreement were the one that is used.

Never the shipped knowledge: version and hash say so, and no output can pass it off as that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from formulator.conditions.tree import with_limit
from formulator.knowledge.base import Knowledge
from formulator.knowledge.items import (
    Amount,
    CareNote,
    Disagreement,
    Entry,
    Figure,
    Phase,
    Protocol,
    Rule,
    SetsAmount,
    SetsCourse,
    SetsNote,
    SetsRule,
    SetsTechnique,
    SetsThreshold,
    SetsWashout,
    Setter,
    Technique,
    Threshold,
    Washout,
    setters_of,
)

MARK = "+position"
"""What the version of a knowledge carries in which a position replaces the one that is used."""
_CONDITIONS = ("when", "derived_from")
_DECISIONS = ("treat_after", "refer_first", "do_not_treat")
_NOTES = ("before", "after", "expect", "side_effects")
One = TypeVar("One", bound=Entry)


def disputed(knowledge: Knowledge) -> Mapping[str, Disagreement | Threshold]:
    """Every topic on which sources disagree, thresholds included, by id."""
    topics: dict[str, Disagreement | Threshold] = {one.id: one for one in knowledge.disagreements}
    return topics | {name: one for name, one in knowledge.thresholds.items() if one.positions}


def under_position(knowledge: Knowledge, topic: str, position: int) -> Knowledge:
    """The knowledge with exactly this position used (`position` counts from 0 in the order of the file).

    Raises KeyError or IndexError where there is no such topic or position, and ValueError where no plan follows from it
    or where it does not fit the items that it speaks of.
    """
    item = disputed(knowledge)[topic]
    setters = setters_of(item.positions[position], item.id if isinstance(item, Threshold) else None)
    if not setters:
        raise ValueError(f"{topic}: no plan follows from position {position}")
    return with_mark(with_setters(knowledge, setters), knowledge, f"{topic}\0{position}")


def numbers_of(threshold: Threshold) -> frozenset[float]:
    """The numbers that the positions of a disputed threshold give it."""
    setters = (setter for position in threshold.positions for setter in setters_of(position, threshold.id))
    return frozenset(one.number for one in setters if isinstance(one, SetsThreshold) and one.threshold == threshold.id)


def is_used(knowledge: Knowledge, topic: str, position: int) -> bool:
    """Whether this position is what the knowledge does today."""
    item = disputed(knowledge)[topic]
    one = item.positions[position]
    return one.number == item.value if isinstance(item, Threshold) and one.number is not None else bool(one.used)


def with_setters(knowledge: Knowledge, setters: Iterable[Setter]) -> Knowledge:
    """The knowledge after these settings; equal to the one given where they say what already holds."""
    for setter in setters:
        knowledge = _APPLIED[type(setter)](knowledge, setter)
    return knowledge


def with_mark(altered: Knowledge, shipped: Knowledge, what: str) -> Knowledge:
    """The altered knowledge under a version and hash of its own, derived from the shipped one."""
    digest = hashlib.sha256(f"{shipped.sha256}\0{what}".encode()).hexdigest()
    return replace(altered, version=shipped.version + MARK, sha256=digest)


def _revised(item: One, **changes: Any) -> One:
    """A copy with changes, checked like the item of a file; the very same object where nothing changes."""
    if all(getattr(item, name) == value for name, value in changes.items()):
        return item
    fields = type(item).model_fields
    values = {info.alias or name: getattr(item, name) for name, info in fields.items()}
    return type(item).model_validate(values | {fields[name].alias or name: value for name, value in changes.items()})


def _each(items: Iterable[One], names: Iterable[str], change: Callable[[One], One]) -> tuple[One, ...]:
    wanted = frozenset(names)
    return tuple(change(one) if getattr(one, "id", None) in wanted else one for one in items)


def _at(figure: Figure, value: float) -> Figure:
    """The figure with this value used; the published range widens where the position lies outside it."""
    if value == (figure.low if figure.used is None else figure.used):
        return figure
    return _revised(figure, low=min(figure.low, value), high=max(figure.high, value), used=value)


def _threshold(knowledge: Knowledge, setter: SetsThreshold) -> Knowledge:
    """The threshold and every condition that compares with it."""
    name, number = setter.threshold, setter.number
    threshold = _revised(knowledge.thresholds[name], value=number)
    changed: dict[str, Any] = {"thresholds": {**knowledge.thresholds, name: threshold}}
    for table in ("rules", "indications"):
        changed[table] = {key: _compared(one, name, number) for key, one in getattr(knowledge, table).items()}
    for row in ("derivations", *_NOTES, "washouts", "planning", "disagreements"):
        changed[row] = tuple(_compared(one, name, number) for one in getattr(knowledge, row))
    return replace(knowledge, **changed)


def _compared(item: One, threshold: str, number: float) -> One:
    conditions = {name: getattr(item, name) for name in _CONDITIONS if getattr(item, name, None) is not None}
    return _revised(item, **{name: with_limit(one, threshold, number) for name, one in conditions.items()})


def _rule(knowledge: Knowledge, setter: SetsRule) -> Knowledge:
    rules = dict(knowledge.rules)
    for name in setter.rule:
        if setter.becomes == "off":
            rules.pop(name, None)
        else:
            rules[name] = _revised(rules[name], **_standing(rules[name], setter))
    return replace(knowledge, rules=rules)


def _standing(rule: Rule, setter: SetsRule) -> dict[str, Any]:
    """What changes in a rule so that it becomes this."""
    becomes = setter.becomes
    if rule.kind in ("for", "confirms"):
        if becomes not in ("main", "adjunct", "optional"):
            raise ValueError(f"{rule.id} speaks for its subject: it becomes off, main, adjunct or optional")
        return {"role": becomes}
    if becomes == "main":
        raise ValueError(f"{rule.id} speaks against its subject: it cannot become main")
    if becomes == "excluded" or becomes in _DECISIONS:
        decision = becomes if becomes in _DECISIONS else None
        until = setter.until or ("" if becomes == "do_not_treat" or rule.kind != "excludes" else rule.until)
        unknown = rule.unknown or "assume"
        return {"kind": "excludes", "decision": decision, "until": until, "unknown": unknown, "limits_to": None}
    limit = None if becomes == "caution" else becomes
    return {"kind": "against", "limits_to": limit, "decision": None, "until": "", "unknown": None, "ask": ""}


def _course(knowledge: Knowledge, setter: SetsCourse) -> Knowledge:
    protocols = dict(knowledge.protocols)
    for name in setter.protocol:
        protocols[name] = _course_of(protocols[name], setter)
    return replace(knowledge, protocols=protocols)


def _course_of(protocol: Protocol, setter: SetsCourse) -> Protocol:
    changes: dict[str, Any] = {}
    if setter.session_minutes is not None and protocol.session_minutes is not None:
        changes["session_minutes"] = _at(protocol.session_minutes, setter.session_minutes)
    if setter.first_review_week is not None:
        first = _revised(protocol.reassess[0], week=setter.first_review_week)
        changes["reassess"] = tuple(sorted((first, *protocol.reassess[1:]), key=lambda one: one.week))
    if setter.phase and not setter.component:
        changes["phases"] = _phases(protocol.phases, setter)
    if setter.component:
        own = [one.id for one in protocol.components]
        if setter.component not in own:
            raise ValueError(f"{protocol.id}: {setter.component} has no course of its own")
        changes["components"] = _each(
            protocol.components, (setter.component,), lambda one: _revised(one, phases=_phases(one.phases, setter))
        )
    return _revised(protocol, **changes)


def _phases(phases: tuple[Phase, ...], setter: SetsCourse) -> tuple[Phase, ...]:
    if setter.phase not in [phase.name for phase in phases]:
        raise ValueError(f"there is no phase {setter.phase}")
    if setter.sessions == 0:
        return tuple(phase for phase in phases if phase.name != setter.phase)
    return tuple(_phase(phase, setter) if phase.name == setter.phase else phase for phase in phases)


def _phase(phase: Phase, setter: SetsCourse) -> Phase:
    changes: dict[str, Any] = {}
    if setter.sessions is not None:
        if phase.sessions is None:
            raise ValueError(f"the phase {phase.name} has no number of sessions")
        changes["sessions"] = _at(phase.sessions, setter.sessions)
    if setter.interval_days is not None:
        changes["interval_days"] = _at(phase.interval_days, setter.interval_days)
    return _revised(phase, **changes)


def _washout(knowledge: Knowledge, setter: SetsWashout) -> Knowledge:
    return replace(knowledge, washouts=_each(knowledge.washouts, setter.washout, lambda one: _pause(one, setter)))


def _pause(washout: Washout, setter: SetsWashout) -> Washout:
    """Days of a pause. A medicine that only its prescriber may pause never gets any."""
    asked = {name: getattr(setter, name) for name in ("stop_days_before", "resume_days_after")}
    days = dict.fromkeys(asked) if setter.continues else {name: one for name, one in asked.items() if one is not None}
    if washout.prescriber and any(one is not None for one in days.values()):
        raise ValueError(f"{washout.id}: only the prescriber may pause this medicine, so no position gives it days")
    return _with_its_sentence(washout, days, setter.text)


def _with_its_sentence(item: One, changes: dict[str, Any], text: str) -> One:
    """Changed days need a changed sentence, or the plan would contradict itself."""
    revised = _revised(item, **changes)
    if revised is not item and not text:
        raise ValueError(f"{getattr(item, 'id', '')}: other days need text: the sentence that says them")
    return _revised(item, **changes, text=text) if text else revised


def _note(knowledge: Knowledge, setter: SetsNote) -> Knowledge:
    return replace(knowledge, **{row: _notes(getattr(knowledge, row), setter) for row in _NOTES})


def _notes(notes: tuple[CareNote, ...], setter: SetsNote) -> tuple[CareNote, ...]:
    if setter.off:
        return tuple(one for one in notes if one.id not in setter.note)
    given = {name: getattr(setter, name) for name in ("hours", "days")}
    changes = {name: value for name, value in given.items() if value is not None}
    return _each(notes, setter.note, lambda one: _with_its_sentence(one, _in_one_unit(one, changes), setter.text))


def _in_one_unit(note: CareNote, changes: dict[str, Any]) -> dict[str, Any]:
    other = {"hours": "days", "days": "hours"}
    return changes | {other[name]: None for name in changes if getattr(note, other[name]) is not None}


def _technique(knowledge: Knowledge, setter: SetsTechnique) -> Knowledge:
    techniques = dict(knowledge.techniques)
    for name in setter.technique:
        techniques[name] = _at_depth(techniques[name], setter.depth_mm)
    return replace(knowledge, techniques=techniques)


def _at_depth(technique: Technique, depth: float) -> Technique:
    if technique.depth_mm is None:
        raise ValueError(f"{technique.id}: no depth is published")
    return _revised(technique, depth_mm=_at(technique.depth_mm, depth))


def _amount(knowledge: Knowledge, setter: SetsAmount) -> Knowledge:
    component = knowledge.components[setter.component]
    if setter.strength is not None:
        concentrations = tuple(_strength(one, setter.strength) for one in component.concentrations)
        if not any(one.used == setter.strength for one in concentrations):
            raise ValueError(f"{component.id}: no strength is used that could be set")
        component = _revised(component, concentrations=concentrations)
    if setter.high is not None:
        if setter.limit not in [one.limit for one in component.doses]:
            raise ValueError(f"{component.id}: there is no limit {setter.limit}")
        component = _revised(
            component, doses=tuple(_ceiling(one, setter.limit, setter.high) for one in component.doses)
        )
    return replace(knowledge, components={**knowledge.components, component.id: component})


def _strength(one: Amount, strength: float) -> Amount:
    return one if one.used is None else _revised(one, used=strength)


def _ceiling(one: Amount, limit: str, high: float) -> Amount:
    if one.limit != limit:
        return one
    if one.high is not None and high > one.high:
        raise ValueError(f"{limit}: no position raises a ceiling of a dose")
    return _revised(one, high=high, low=None if one.low is None else min(one.low, high))


_APPLIED: Mapping[type[Entry], Callable[[Knowledge, Any], Knowledge]] = {
    SetsAmount: _amount,
    SetsCourse: _course,
    SetsNote: _note,
    SetsRule: _rule,
    SetsTechnique: _technique,
    SetsThreshold: _threshold,
    SetsWashout: _washout,
}
