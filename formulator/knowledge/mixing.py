"""The mixing table: the state of every pair, and what stands behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from formulator.knowledge.items.compounding import NO_DATA, MixingFact

Pair = tuple[str, str]
NO_DATA_TEXT = "No mixing data: not in one syringe; given separately, one after the other."


def pair_of(one: str, other: str) -> Pair:
    """A pair of ids in alphabetical order."""
    return (one, other) if one <= other else (other, one)


@dataclass(frozen=True)
class Mixing:
    """The state of one pair: compatible, incompatible, conflicting or no_data, with its reason and sources."""

    pair: Pair
    state: str
    text: str
    conditions: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    apart: str = "syringe"


@dataclass(frozen=True)
class MixingTable:
    """All facts; a fact about the very pair comes before one about a group."""

    facts: tuple[MixingFact, ...]
    groups: Mapping[str, frozenset[str]]

    @cached_property
    def pairs(self) -> Mapping[Pair, Mixing]:
        """Every pair of components about which something is published."""
        found: dict[Pair, Mixing] = {}
        for fact in sorted(self.facts, key=lambda one: (not one.pair, one.id)):
            for pair in self._pairs_of(fact):
                found.setdefault(pair, Mixing(pair, fact.state, fact.text, fact.conditions, fact.sources, fact.apart))
        return found

    def _pairs_of(self, fact: MixingFact) -> Iterable[Pair]:
        if fact.pair:
            return (pair_of(*fact.pair),)
        members = sorted(self.groups.get(fact.group, frozenset()) - {fact.component})
        return (pair_of(fact.component, member) for member in members)

    def of(self, one: str, other: str) -> Mixing:
        """The state of two components in one syringe; no_data where nobody published anything."""
        pair = pair_of(one, other)
        return self.pairs.get(pair) or Mixing(pair, NO_DATA, NO_DATA_TEXT)

    def about(self, component: str) -> tuple[MixingFact, ...]:
        """The facts that a monograph of this component shows, by id."""
        return tuple(fact for fact in self.facts if component in (*fact.pair, fact.component))

    def matrix(self, components: Iterable[str]) -> Mapping[Pair, Mixing]:
        """Every pair of the given components with its state, for the page that draws the table."""
        names = sorted(set(components))
        return {(a, b): self.of(a, b) for position, a in enumerate(names) for b in names[position + 1 :]}
