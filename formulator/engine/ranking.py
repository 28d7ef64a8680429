"""How good a set of components is: effect or standing, less stated penalties; and in which syringes it goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from operator import mul

from formulator.engine.amounts import dilutable
from formulator.engine.effect import JointEffect, effect_of
from formulator.engine.options import Option, carriers
from formulator.engine.strengths import strength_of
from formulator.knowledge import Knowledge

_ROLES = ("role_main", "role_adjunct", "role_optional")
_LIMIT_OF_MIXTURE = 1
PENALTIES = (
    "each_syringe",
    "each_100_points",
    "blood_draw",
    "device_step",
    "each_cost_class",
    "weak_evidence",
    "strength_unpublished",
)
"""The penalties of data/composition.yaml, in the order in which they are counted."""

Group = tuple[int, ...]
Split = tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Preferences:
    """What the user may choose: cautious (lower bound) or mean; actives a syringe; the technique to prefer (its id)."""

    estimate: str = "cautious"
    actives_a_syringe: int | None = None
    alternatives: int | None = None
    technique: str | None = None


DEFAULT_PREFERENCES = Preferences()


@dataclass(frozen=True, slots=True)
class Ranked:
    """One set with its split into syringes and its score; the lowest tier is the highest role in it."""

    tier: int
    score: float
    positions: Group
    split: Split


@dataclass(frozen=True)
class Ranking:
    """All feasible sets of some options."""

    options: tuple[Option, ...]
    knowledge: Knowledge
    joint: JointEffect | None
    preferences: Preferences

    def __post_init__(self) -> None:
        if self.preferences.estimate not in ("cautious", "mean"):
            raise ValueError("estimate is cautious or mean")

    @cached_property
    def _weights(self) -> dict[str, float]:
        return {one.id: one.value for one in self.knowledge.composition.settings}

    @cached_property
    def _apart(self) -> tuple[int, ...]:
        """For each option, the options that never share a session with it, as bits."""
        return tuple(
            sum(1 << other for other in range(len(self.options)) if other != one and self._never(one, other))
            for one in range(len(self.options))
        )

    def _never(self, one: int, other: int) -> bool:
        names = {self.options[one].id, self.options[other].id}
        exclusive = any(names <= set(each.components) for each in self.knowledge.composition.one_of)
        return exclusive or self.knowledge.mixing.of(*sorted(names)).apart == "session"

    @cached_property
    def _joinable(self) -> tuple[int, ...]:
        """For each option, the options that may share its syringe, as bits."""
        return tuple(
            sum(1 << other for other in range(len(self.options)) if other != one and self._may_share(one, other))
            for one in range(len(self.options))
        )

    def _may_share(self, one: int, other: int) -> bool:
        first, second = self.options[one], self.options[other]
        same_way = first.way is not None and first.way == second.way
        return same_way and self.knowledge.mixing.of(first.id, second.id).state == "compatible"

    @cached_property
    def _fractions(self) -> tuple[float, ...]:
        """The part of a filling that each option takes up: 1 where it is used as supplied."""
        return tuple(self._fraction(one.id) for one in self.options)

    def _fraction(self, name: str) -> float:
        strength = strength_of(self.knowledge.components[name])
        if strength is None or strength.made_from is None or not dilutable(name, self.knowledge):
            return float(_LIMIT_OF_MIXTURE)
        return float((strength.concentration / strength.made_from).to("ratio"))

    @cached_property
    def _most_in_syringe(self) -> int:
        chosen = self.preferences.actives_a_syringe
        return int(self._weights["actives_a_syringe"]) if chosen is None else chosen

    def best_first(self) -> list[Ranked]:
        """Every feasible set, ranked: sets with a main part first, then score, then fewer components, then ids."""
        return sorted(self._all(), key=lambda one: (one.tier, -one.score, len(one.positions), one.positions))

    def _all(self) -> Iterator[Ranked]:
        most = min(int(self._weights["actives_a_session"]), len(self.options))
        for size in range(1, most + 1):
            for positions in combinations(range(len(self.options)), size):
                if self._may_meet(positions):
                    yield self._ranked(positions)

    def _may_meet(self, positions: Group) -> bool:
        """No pair that is kept apart; a device that is no main part only comes beside something that is filled."""
        bits = sum(1 << one for one in positions)
        if any(self._apart[one] & bits for one in positions):
            return False
        return any(not self.options[one].device or self.options[one].tier == 0 for one in positions)

    def _ranked(self, positions: Group) -> Ranked:
        split = self.split(positions)
        tier = min(self.options[one].tier for one in positions)
        score = self._effect(positions) + self.beside_effect(positions, split)
        return Ranked(tier, round(score, 9) + 0.0, positions, split)

    def beside_effect(self, positions: Group, split: Split) -> float:
        """What a set scores besides its effect: standing less penalties; whatever the effect, it is added to this."""
        return self._standing(positions) - sum(map(mul, self._penalties, self._counts(positions, split)))

    def split(self, positions: Group) -> Split:
        """The fewest syringes in which everything may stand together; ties go to the first in order of id."""
        filled = tuple(one for one in positions if not self.options[one].device)
        bits = sum(1 << one for one in filled)
        if not any(self._joinable[one] & bits for one in filled):
            return tuple((one,) for one in filled)
        return min(self._splits(filled), key=lambda one: (len(one), one))

    def _splits(self, filled: Group) -> Iterator[Split]:
        if not filled:
            yield ()
            return
        first, rest = filled[0], filled[1:]
        for size in range(len(rest) + 1):
            for others in combinations(rest, size):
                group = (first, *others)
                if self._fits(group):
                    left = tuple(one for one in rest if one not in others)
                    yield from ((group, *more) for more in self._splits(left))

    def _fits(self, group: Group) -> bool:
        if len(group) == 1:
            return True
        together = all(self._joinable[a] >> b & 1 for a, b in combinations(group, 2))
        room = sum(self._fractions[one] for one in group) <= _LIMIT_OF_MIXTURE
        return together and room and len(group) <= self._most_in_syringe

    @cached_property
    def _worth(self) -> tuple[float, ...]:
        """What role and certainty make of each option."""
        weights = self._weights
        return tuple(weights[_ROLES[one.tier]] * weights[f"certainty_{one.certainty}"] for one in self.options)

    @cached_property
    def modelled(self) -> bool:
        """Whether trials say anything about any option; otherwise the order rests on rules alone."""
        return self.joint is not None and any(self.joint.estimable)

    def _standing(self, positions: Group) -> float:
        """What role and certainty make of a set; beside an effect it counts less."""
        further = self._weights["each_further_active"]
        standing, share = 0.0, 1.0
        for worth in sorted((self._worth[one] for one in positions), reverse=True):
            standing += worth * share
            share *= further
        return standing * self._weights["standing_beside_effect"] if self.modelled else standing

    def _effect(self, positions: Group) -> float:
        """The cautious end or the mean of the effect of a set, as preferred; 0 where trials say nothing."""
        if self.joint is None or not self.modelled:
            return 0.0
        effect = effect_of(positions, self.joint)
        cautious = self.preferences.estimate == "cautious"
        return effect.bound(self._weights["certainty_level"]) if cautious else effect.mean

    @cached_property
    def _penalties(self) -> tuple[float, ...]:
        return tuple(self._weights[name] for name in PENALTIES)

    @cached_property
    def _devices(self) -> tuple[frozenset[str], ...]:
        """For each option, the devices that it needs or is."""
        return tuple(carriers((one,)) | ({one.id} if one.device else set()) for one in self.options)

    def _counts(self, positions: Group, split: Split) -> tuple[float, ...]:
        """How often each penalty holds, in the order of PENALTIES."""
        chosen = [self.options[one] for one in positions]
        points = sum([self.options[group[0]].points for group in split])
        return (
            len(split),
            points / 100,
            any(one.blood for one in chosen),
            len(frozenset().union(*[self._devices[one] for one in positions])),
            max([one.cost for one in chosen]),
            sum([one.weak for one in chosen]),
            sum([one.unpublished for one in chosen]),
        )

    def parts(self, one: Ranked) -> tuple[tuple[str, float], ...]:
        """The summands of a score by name; penalties are negative, those that do not hold are left out."""
        benefits = [("effect", self._effect(one.positions))] if self.modelled else []
        counts = zip(PENALTIES, self._penalties, self._counts(one.positions, one.split), strict=True)
        return (
            *benefits,
            ("standing", self._standing(one.positions)),
            *((name, -weight * count) for name, weight, count in counts if count),
        )
