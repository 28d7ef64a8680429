"""Whether trials can tell two formulations apart, worked out exactly from the joint distribution of component effects.

The effect of a set is a sum of jointly normal component effects, so the difference between two sets is normal too, and
how often one scores more than the other needs no draws. In every draw the effects are known: the cautious end, which
guards against not knowing, has no place in it. It decides who stands above; this says how far that can be trusted.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist

from formulator.engine.effect import JointEffect
from formulator.engine.ranking import Ranked, Ranking

TOLD_APART = "told_apart"
"""The setting of data/composition.yaml: how often the upper one must score more to count as better."""
_NOTHING = 1e-9


def beats(one: Ranked, other: Ranked, ranking: Ranking) -> float | None:
    """How often `one` scores more than `other` (0 to 1; 0.5 where they are equal in every draw).

    None where trials have no say: no model, no component that they isolate, or rules that put one above the other.
    """
    if ranking.joint is None or not ranking.modelled or one.tier != other.tier:
        return None
    mean, variance = _difference(one, other, ranking.joint)
    gap = mean + _beside(one, ranking) - _beside(other, ranking)
    spread = sqrt(max(0.0, variance))
    if spread < _NOTHING:
        return 0.5 if abs(gap) < _NOTHING else float(gap > 0)
    return NormalDist().cdf(gap / spread)


def _beside(one: Ranked, ranking: Ranking) -> float:
    return ranking.beside_effect(one.positions, one.split)


def _difference(one: Ranked, other: Ranked, joint: JointEffect) -> tuple[float, float]:
    """Mean and variance of the effect of one set less that of another; what both hold cancels."""
    signs = {place: 1 for place in one.positions if place not in other.positions}
    signs |= {place: -1 for place in other.positions if place not in one.positions}
    mean = sum(sign * joint.mean[place] for place, sign in signs.items())
    variance = sum(
        sign * other_sign * joint.covariance[place][other_place]
        for place, sign in signs.items()
        for other_place, other_sign in signs.items()
    )
    return mean, variance


def beaten_by(one: Ranked, above: Sequence[Ranked], ranking: Ranking) -> tuple[float | None, ...]:
    """How often each of those above scores more, in their order, rounded to a thousandth."""
    shares = (beats(each, one, ranking) for each in above)
    return tuple(None if share is None else round(share, 3) for share in shares)


def not_told_apart(shares: Sequence[float | None], limit: float) -> tuple[int, ...]:
    """The ranks above (from 1) that score more in a smaller share of draws than the limit."""
    return tuple(rank for rank, share in enumerate(shares, start=1) if share is not None and share < limit)
