"""Every id that the knowledge mentions must exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic import BaseModel

from formulator.faults import Fault, Place, did_you_mean
from formulator.knowledge.base import Knowledge


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
        knowledge.washouts,
        knowledge.planning,
        knowledge.disagreements,
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
    for name in getattr(item, "technique", ()):
        yield "technique", "the technique", name, knowledge.techniques
    for use in getattr(item, "uses", ()):
        yield "uses", "the indication", use.indication, knowledge.indications
    for test in getattr(item, "work_up", ()):
        for name in test.fields:
            yield "work_up", "the field", name, knowledge.catalogue.fields
    medicine = getattr(item, "medicine", None)
    if medicine is not None:
        yield "medicine", "the field", medicine, knowledge.catalogue.fields


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
