"""Moves that do the same to every component: one of them is tried for all.

A move stands alone where no rule reads its field together with another field that may move: what it does to the rules
is then the same whatever else moves. If it only makes further rules hold, others that add the very same marks to the
very same components are alike, and two of them together add nothing to one.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from formulator.conditions import fields_read, truth
from formulator.engine.standing import NOTHING_SAID, said_by
from formulator.explain.change.moves import Move, Moves
from formulator.explain.change.world import World
from formulator.knowledge.items import Rule

Effect = frozenset[tuple[str, int, str]]


class DistinctMoves(Moves):
    """The moves of a patient, of those that are alike only the first, and none that does nothing."""

    def __init__(self, moves: Moves, world: World, rules: Iterable[Rule], kept: frozenset[str]) -> None:
        """`rules` are all that the wish depends on; the moves of the fields `kept` are left as they are."""
        super().__init__(world.patient, moves.answers)
        self._world = world
        self._reading: dict[str, list[Rule]] = {}
        for rule in rules:
            for name in frozenset().union(*map(world.inputs_behind, fields_read(rule.when))):
                self._reading.setdefault(name, []).append(rule)
        fields = sorted(self._reading.keys() | kept)
        every = [move for name in fields for move in moves.of(name)]
        self.alike: dict[Move, list[Move]] = {}
        first: dict[Effect, Move] = {}
        for move in every:
            effect = None if move.field in kept else self._effect(move, moves)
            stands_for = move if effect is None else first.setdefault(effect, move)
            if effect != frozenset():
                self.alike.setdefault(stands_for, []).append(move)

    def of(self, field: str) -> tuple[Move, ...]:
        """The moves of a field that are to be tried."""
        return tuple(move for move in self.alike if move.field == field)

    def _effect(self, move: Move, moves: Moves) -> Effect | None:
        """What the move adds to which component; None where it does more than add, or does not stand alone."""
        rules = self._reading[move.field]
        together = frozenset().union(
            *(self._world.inputs_behind(name) for rule in rules for name in fields_read(rule.when))
        )
        if any(moves.of(name) for name in together - {move.field}):
            return None
        state = self._world.with_changes({move.field: move.value})
        found: set[tuple[str, int, str]] = set()
        for rule in rules:
            before, after = self._world.truth_now(rule), truth(rule.when, state.facts)
            if before is after or not (before or after or rule.unknown == "block"):
                continue
            if before is True or rule.unknown == "block" or rule.decision:
                return None
            found |= self._added(rule)
        return frozenset(found)

    def _added(self, rule: Rule) -> set[tuple[str, int, str]]:
        said = said_by(rule)
        if said == NOTHING_SAID:
            return set()
        certainty = rule.certainty if rule.role else ""
        return {(name, said, certainty) for name in self._world.knowledge.components_of_rule[rule.id]}

    def expanded(self, chosen: frozenset[Move]) -> list[frozenset[Move]]:
        """Every change that these moves stand for."""
        choices = product(*(self.alike[move] for move in chosen))
        return [frozenset(one) for one in choices]
