"""Invariants as data: a sentence about answers, its formula, and the sources behind it; read without a solver."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator, model_validator

from formulator.conditions import Condition, fields_read
from formulator.faults import Fault, FaultsFound, Place, did_you_mean
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Entry, Item
from formulator.knowledge.items.parts import OneOrMore, ParsedCondition, Prose
from formulator.knowledge.load import condition_context
from formulator.knowledge.reading import FileReader
from formulator.paths import data_directory
from formulator.proof.statements import Statement, parse_statement, place_is

ParsedStatement = Annotated[Statement, PlainValidator(lambda value: value)]
Law = Literal["never_adds", "never_removes", "never_milder", "never_permits", "never_ends_a_pause"]


class Change(Entry):
    """One flag of a patient that changes, everything else being the same; `but` names exceptions with their reasons."""

    groups: Annotated[OneOrMore | tuple[()], Field(default=())]
    fields: Annotated[OneOrMore | tuple[()], Field(default=())]
    but: dict[str, Prose] = Field(default_factory=dict)
    before: Annotated[OneOrMore, Field(alias="from")]
    after: Annotated[Literal["yes", "no", "unknown"], Field(alias="to")]

    def of(self, knowledge: Knowledge) -> tuple[str, ...]:
        """The flags that are changed, one at a time."""
        every = knowledge.catalogue.fields.values()
        found = [one.name for one in every if one.type == "bool3" and (one.group in self.groups)]
        return tuple(name for name in dict.fromkeys((*found, *self.fields)) if name not in self.but)


class Invariant(Item):
    """What must hold for every possible patient: `then` wherever `when` certainly holds, or a law of a change.

    A law compares two answers: `never_adds` and `never_removes` speak of the components `among` that are used,
    `never_milder` of the decision that the rules force, whatever is left to use, `never_permits` of who is not
    treated, `never_ends_a_pause` of the pauses of medicines.
    """

    sentence: Prose
    when: ParsedCondition
    then: ParsedStatement | None = None
    change: Change | None = None
    law: Law | None = None
    among: Annotated[OneOrMore, Field(default=("procedure", "companions"))]

    @model_validator(mode="after")
    def _one_shape(self) -> Invariant:
        if (self.then is None) == (self.change is None) or (self.change is None) != (self.law is None):
            raise ValueError("an invariant has then, or else change and law")
        return self


def load_invariants(knowledge: Knowledge, data: Path | None = None) -> tuple[Invariant, ...]:
    """All active invariants of data/invariants, in order of file and line.

    Raises FaultsFound with every fault, each with its file and line.
    """
    reader = FileReader(data or data_directory())
    reader.context = condition_context(knowledge.catalogue, knowledge.thresholds, list(knowledge.indications))
    reader.parsers["then"] = lambda node: parse_statement(node, knowledge)
    found = reader.items("invariants/*.yaml", Invariant)
    faults = [*reader.faults, *_dangling(found, reader.places, knowledge)]
    if faults:
        raise FaultsFound(sorted(faults, key=str))
    return tuple(one for one in found if one.status == "active")


def _dangling(found: list[Invariant], places: dict[str, Place], knowledge: Knowledge) -> Iterator[Fault]:
    groups = {field.group for field in knowledge.catalogue.fields.values()}
    for one in found:
        mentioned: list[tuple[str, tuple[str, ...], Any]] = [
            ("sources", one.sources, knowledge.sources),
            ("among", one.among, knowledge.subjects),
        ]
        if one.change:
            flags = [field.name for field in knowledge.catalogue.fields.values() if field.type == "bool3"]
            mentioned += [("groups", one.change.groups, groups), ("fields", one.change.fields, flags)]
            mentioned += [("but", tuple(one.change.but), flags), ("from", one.change.before, ("yes", "no", "unknown"))]
        for field, names, known in mentioned:
            for name in names:
                if name not in known:
                    place = places.get(f"Invariant {one.id}", Place("data/invariants"))
                    yield Fault(place, field, f"{one.id}: {name!r} is not defined.", "", did_you_mean(name, known))


def conditions_behind(invariants: tuple[Invariant, ...], knowledge: Knowledge) -> Iterator[Condition]:
    """What the space of patients must tell apart besides the rules: premises, and places with a legal standing."""
    yield from (one.when for one in invariants if fields_read(one.when))
    for component in knowledge.components.values():
        for standing in component.regulatory:
            yield place_is(standing.jurisdiction)
