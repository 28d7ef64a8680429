"""What goes into one syringe: mixing facts, settings of the composition, syringes."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from formulator.knowledge.items.parts import Entry, Identifier, Item, Prose, SourceIds

MixingWord = Literal["compatible", "incompatible", "conflicting"]
NO_DATA = "no_data"


class MixingFact(Item):
    """What somebody published about two things in one syringe.

    Exactly one of: `pair` (two components), `component` with `group`, `component` with `other` in words. `apart` says
    whether they are only kept out of one syringe or out of one session.
    """

    pair: Annotated[tuple[str, ...], Field(max_length=2)] = ()
    component: str = ""
    group: str = ""
    other: str = ""
    state: MixingWord
    apart: Literal["syringe", "session"] = "syringe"
    conditions: tuple[str, ...] = ()
    text: Prose

    @model_validator(mode="after")
    def _names_two_things(self) -> MixingFact:
        about_pair = len(set(self.pair)) == 2 and not (self.component or self.group or self.other)
        about_one = not self.pair and bool(self.component) and bool(self.group) != bool(self.other)
        if not (about_pair or about_one):
            raise ValueError("names pair: [a, b] (two different), or component with group, or component with other")
        return self


class Setting(Entry):
    """A number with its reason: a limit (sourced), or a weight or penalty (a judgement, explained)."""

    id: Identifier
    kind: Literal["limit", "weight", "penalty"]
    value: float
    unit: str
    why: Prose
    sources: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _limits_are_sourced(self) -> Setting:
        if self.kind == "limit" and not self.sources:
            raise ValueError("a limit needs sources")
        return self


class OneOf(Entry):
    """Components of which one session holds at most one, and why."""

    id: Identifier
    components: Annotated[tuple[str, ...], Field(min_length=2)]
    why: Prose


class CostClass(Entry):
    """How costly a component is, relative to the others: 0 (cheap) to 3."""

    id: Identifier
    value: Annotated[int, Field(ge=0, le=3)]
    why: Prose
    components: Annotated[tuple[str, ...], Field(min_length=1)]


class Barrel(Entry):
    """A syringe: capacity, finest mark and dead space, all in mL."""

    id: Identifier
    capacity_ml: Annotated[float, Field(gt=0)]
    graduation_ml: Annotated[float, Field(gt=0)]
    dead_space_ml: Annotated[float, Field(ge=0)]
    sources: SourceIds


class NeedleDeadSpace(Entry):
    """What stays in the needle and its hub, in mL."""

    ml: Annotated[float, Field(ge=0)]
    text: Prose
    sources: SourceIds


class Composition(Entry):
    """data/composition.yaml: how formulations are limited, ranked and drawn up."""

    reviewed: date
    status: Literal["active"]
    settings: tuple[Setting, ...]
    one_of: tuple[OneOf, ...] = ()
    cost_classes: tuple[CostClass, ...] = ()
    barrels: Annotated[tuple[Barrel, ...], Field(min_length=1)]
    needle_dead_space: NeedleDeadSpace

    def setting(self, identifier: str) -> float:
        """The value of a setting; raises KeyError where data/composition.yaml has none of that id."""
        for one in self.settings:
            if one.id == identifier:
                return one.value
        raise KeyError(identifier)
