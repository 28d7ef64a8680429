"""Every id that the knowledge mentions must exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic import BaseModel

from formulator.faults import Fault, Place, did_you_mean
from formulator.knowledge.base import ASKED_THROUGH, DERIVED_VALUES, Knowledge
from formulator.knowledge.items import (
    Component,
    Composition,
    Derivation,
    Disagreement,
    MixingFact,
    Protocol,
    Setter,
    Threshold,
    Washout,
)


def broken_references(knowledge: Knowledge) -> list[Fault]:
    """One fault per mention of a source, component, group, indication, field or technique that is not defined."""
    return [
        Fault(
            _place(knowledge, item),
            field,
            f"{getattr(item, 'id', '')}: {what} {name!r} is not defined.",
            "",
            did_you_mean(name, known),
        )
        for item in all_items(knowledge)
        for field, what, name, known in _mentions(knowledge, item)
        if name not in known
    ]


def _place(knowledge: Knowledge, item: BaseModel) -> Place:
    return knowledge.places.get(f"{type(item).__name__} {getattr(item, 'id', '')}", Place("data"))


def all_items(knowledge: Knowledge) -> Iterator[BaseModel]:
    """Every item of the knowledge base that can cite and mention."""
    for table in (
        knowledge.thresholds,
        knowledge.groups,
        knowledge.components,
        knowledge.indications,
        knowledge.rules,
        knowledge.protocols,
        knowledge.techniques,
        knowledge.claims,
    ):
        yield from table.values()
    for row in (
        knowledge.derivations,
        knowledge.before,
        knowledge.after,
        knowledge.expect,
        knowledge.side_effects,
        knowledge.emergencies,
        knowledge.washouts,
        knowledge.planning,
        knowledge.disagreements,
        knowledge.compatibility,
        (knowledge.composition,),
    ):
        yield from row


Mention = tuple[str, str, str, Iterable[str]]


def _mentions(knowledge: Knowledge, item: BaseModel) -> Iterator[Mention]:
    for name in sorted(sources_of(item)):
        yield "sources", "the source", name, knowledge.sources
    for name in getattr(item, "subject", ()):
        yield "subject", "the component or group", name, knowledge.subjects
    for name in getattr(item, "members", ()):
        yield "members", "the component", name, knowledge.components
    for name in _component_names(item):
        yield "components", "the component", name, knowledge.components
    yield from _mentions_of_mixtures(knowledge, item)
    for use in getattr(item, "uses", ()):
        yield "uses", "the indication", use.indication, knowledge.indications
    for name in getattr(item, "refers_to", ()):
        yield "refers_to", "the item", name, knowledge.identifiers
    if isinstance(item, Protocol):
        yield from _mentions_of_protocol(knowledge, item)
    for position in item.positions if isinstance(item, Disagreement | Threshold) else ():
        for setter in position.sets:
            yield from _mentions_of_setter(knowledge, setter)
    yield from _fields_mentioned(knowledge, item)


def _mentions_of_mixtures(knowledge: Knowledge, item: BaseModel) -> Iterator[Mention]:
    if isinstance(item, MixingFact):
        for name in (*item.pair, *((item.component,) if item.component else ())):
            yield "pair", "the component", name, knowledge.components
        if item.group:
            yield "group", "the group", item.group, knowledge.subjects
    if isinstance(item, Composition):
        for entry in (*item.one_of, *item.cost_classes):
            for name in entry.components:
                yield "components", "the component", name, knowledge.components
    if isinstance(item, Component):
        for name in (*((item.diluent,) if item.diluent else ()), *(one.id for one in item.contains)):
            yield "diluent", "the component", name, knowledge.components
        for name in item.techniques:
            yield "techniques", "the technique", name, knowledge.techniques


def _mentions_of_protocol(knowledge: Knowledge, item: Protocol) -> Iterator[Mention]:
    yield "indication", "the indication", item.id, knowledge.indications
    for name in item.technique:
        yield "technique", "the technique", name, knowledge.techniques
    for one in item.needle_free:
        yield (
            "needle_free",
            "the device or technique",
            one.technique,
            {*knowledge.techniques, *knowledge.members("devices")},
        )


def _mentions_of_setter(knowledge: Knowledge, setter: Setter) -> Iterator[Mention]:
    tables: dict[str, Iterable[str]] = {
        "protocol": knowledge.protocols,
        "component": knowledge.components,
        "rule": knowledge.rules,
        "threshold": knowledge.thresholds,
        "washout": [one.id for one in knowledge.washouts],
        "note": [one.id for one in (*knowledge.before, *knowledge.after, *knowledge.expect, *knowledge.side_effects)],
        "technique": knowledge.techniques,
    }
    for kind, known in tables.items():
        named = getattr(setter, kind, ())
        for name in (named,) if isinstance(named, str) and named else named:
            yield "positions", f"the {kind}", name, known


def _fields_mentioned(knowledge: Knowledge, item: BaseModel) -> Iterator[Mention]:
    fields = {**knowledge.catalogue.fields, **dict.fromkeys(ASKED_THROUGH)}
    for test in getattr(item, "work_up", ()):
        for name in test.fields:
            yield "work_up", "the field", name, knowledge.catalogue.fields
    if isinstance(item, Washout):
        yield "medicine", "the field", item.medicine, knowledge.catalogue.fields
    if isinstance(item, Threshold | Derivation):
        yield "field", "the field", item.field, fields
    if isinstance(item, Derivation):
        known = knowledge.catalogue.fields.get(item.field)
        yield "value", "the value", item.value, known.choices if known else DERIVED_VALUES.get(item.field, ())


def _component_names(item: BaseModel) -> Iterator[str]:
    for entry in getattr(item, "components", ()):
        yield entry if isinstance(entry, str) else entry.id


def sources_of(item: BaseModel) -> set[str]:
    """The source ids of an item and of everything inside it."""
    found: set[str] = set()
    for name in type(item).model_fields:
        value = getattr(item, name)
        if name == "sources":
            found.update(value)
        elif isinstance(value, BaseModel):
            found |= sources_of(value)
        elif isinstance(value, tuple):
            for entry in value:
                if isinstance(entry, BaseModel):
                    found |= sources_of(entry)
    return found
