"""Every smallest set of changed facts that brings a wish about, up to a number of facts: exact, nothing is sampled.

At each step the wish names sets of fields of which at least one must change. Any change that fulfils the wish must
touch each of these sets, so only their fields are tried, and a branch ends where more disjoint sets are left than facts
may still change. A set of changes is smallest where no part of it is enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from formulator.conditions.nearest import Fields
from formulator.explain.change.moves import Move, Moves
from formulator.explain.change.targets import Target
from formulator.explain.change.world import State, World
from formulator.profile.possible import clashes

MOST_FACTS = 3

Chosen = tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Altered:
    """One field and all its answers that do it, next to one another."""

    field: str
    moves: tuple[Move, ...]


Change = tuple[Altered, ...]


def smallest_changes(
    target: Target, world: World, most: int = MOST_FACTS, moves: Moves | None = None
) -> tuple[Change, ...]:
    """All smallest changes of at most `most` facts among `moves` that fulfil the wish, fewest facts first.

    Answers of one field that all do it, while everything else stays the same, are one change. One empty change where
    the wish is met already; none where no change of so many facts is enough.
    """
    search = _Search(target, world, moves or Moves(world.patient))
    search.extend((), most)
    return tuple(sorted(_joined(search.smallest()), key=lambda one: _first(one, world)))


class _Search:
    """One search; remembers what it has tried and found."""

    def __init__(self, target: Target, world: World, moves: Moves) -> None:
        self.target, self.world, self.moves = target, world, moves
        self.found: set[frozenset[Move]] = set()
        self.tried: set[frozenset[Move]] = set()

    def extend(self, chosen: Chosen, budget: int) -> None:
        """Try everything that could complete these changes with `budget` further facts."""
        key = frozenset(chosen)
        if key in self.tried or any(one <= key for one in self.found):
            return
        self.tried.add(key)
        state = self.world.with_changes({one.field: one.value for one in chosen})
        lacking = [*self.target.lacking(state), *self._impossible(state)]
        if not lacking:
            self.found.add(key)
            return
        taken = {one.field for one in chosen}
        open_sets = [self._movable(fields, taken) for fields in lacking]
        if budget and _fewest_needed(open_sets) <= budget:
            for field in self._branch(open_sets, budget):
                for move in self.moves.of(field):
                    self.extend((*chosen, move), budget - 1)

    def _impossible(self, state: State) -> list[Fields]:
        return [one.fields for one in clashes(state.values, self.world.knowledge.catalogue)]

    def _movable(self, facts: Fields, taken: set[str]) -> Fields:
        """The input fields behind these facts that may still change."""
        inputs = frozenset().union(*(self.world.inputs_behind(name) for name in facts))
        return frozenset(name for name in inputs - taken if self.moves.of(name))

    def _branch(self, open_sets: list[Fields], budget: int) -> list[str]:
        """The fields to try next; with one fact left, only what touches every set."""
        fields = frozenset.intersection(*open_sets) if budget == 1 else min(open_sets, key=self._breadth)
        return sorted(fields, key=self.world.knowledge.position_of_field.__getitem__)

    def _breadth(self, fields: Fields) -> tuple[int, list[str]]:
        return sum(len(self.moves.of(name)) for name in fields), sorted(fields)

    def smallest(self) -> list[frozenset[Move]]:
        """What was found, without what holds another one; each with all that it stands for."""
        smallest = [one for one in self.found if not any(other < one for other in self.found)]
        return [every for one in smallest for every in self.moves.expanded(one)]


def _fewest_needed(sets: Iterable[Fields]) -> float:
    """A number of facts below which the sets cannot all be touched: so many of them are disjoint."""
    covered: set[str] = set()
    needed = 0
    for one in sorted(sets, key=len):
        if not one:
            return float("inf")
        if covered.isdisjoint(one):
            needed += 1
            covered |= one
    return needed


Box = Mapping[str, frozenset[Move]]


def _joined(found: Iterable[frozenset[Move]]) -> list[Change]:
    """Changes that differ in one field only, taken together."""
    boxes = [{move.field: frozenset((move,)) for move in one} for one in sorted(found, key=_in_order)]
    fields = sorted({name for box in boxes for name in box})
    for name in fields:
        merged: dict[object, frozenset[Move]] = {}
        others: dict[object, Box] = {}
        kept: list[Box] = []
        for box in boxes:
            if name not in box:
                kept.append(box)
                continue
            rest = {other: moves for other, moves in box.items() if other != name}
            key = frozenset(rest.items())
            merged[key] = merged.get(key, frozenset()) | box[name]
            others[key] = rest
        boxes = kept + [{**others[key], name: moves} for key, moves in merged.items()]
    return [_change(box) for box in boxes]


def _change(box: Box) -> Change:
    return tuple(
        Altered(name, tuple(sorted(moves, key=lambda one: one.position))) for name, moves in sorted(box.items())
    )


def _in_order(one: frozenset[Move]) -> list[tuple[str, int]]:
    return sorted((move.field, move.position) for move in one)


def _first(change: Change, world: World) -> tuple[int, list[int], list[list[int]]]:
    position = world.knowledge.position_of_field
    places = [[move.position for move in one.moves] for one in change]
    return len(change), [position[one.field] for one in change], places
