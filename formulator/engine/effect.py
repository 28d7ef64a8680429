"""What the ranking asks of an evidence model; formulator.evidence is joined to it by an adapter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Protocol

from formulator.engine.answer import Response


@dataclass(frozen=True, slots=True)
class JointEffect:
    """Mean and covariance of the effects of components in the order asked; higher is better, on one common scale."""

    mean: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]
    estimable: tuple[bool, ...]


class EffectModel(Protocol):
    """The evidence interface."""

    @property
    def scale(self) -> str:
        """The scale of its effects, in words."""
        ...

    def joint(self, component_ids: Sequence[str], indication: str) -> JointEffect:
        """The joint effect of components in an indication; pure, the same answer for the same question."""
        ...


@dataclass(frozen=True, slots=True)
class Effect:
    """Mean and standard error of the effect of a set, of those components that can be estimated."""

    mean: float
    error: float
    estimated: tuple[int, ...]

    def bound(self, level: float) -> float:
        """The lower end of the central interval of this level (0.8: one in ten lies below)."""
        return self.mean - NormalDist().inv_cdf((1 + level) / 2) * self.error


def effect_of(positions: Sequence[int], joint: JointEffect) -> Effect:
    """The sum over the estimable components of a set, with their covariances; what is not estimable adds nothing."""
    known = tuple(one for one in positions if joint.estimable[one])
    mean = sum(joint.mean[one] for one in known)
    variance = sum(joint.covariance[one][other] for one in known for other in known)
    return Effect(mean, sqrt(max(0.0, variance)), known)


NO_MODEL = Response(estimable=False, reason="No evidence model: ranked by role and certainty, not by an effect.")


def response_of(
    positions: Sequence[int], names: Sequence[str], joint: JointEffect | None, scale: str, level: float
) -> Response:
    """The effect of a set as it is shown; not estimable as soon as one component is not, and then says which."""
    if joint is None:
        return NO_MODEL
    effect = effect_of(positions, joint)
    unknown = [names[one] for one in positions if one not in effect.estimated]
    if unknown:
        return Response(estimable=False, reason=f"No trial isolates {', '.join(unknown)}.")
    half = effect.mean - effect.bound(level)
    better = NormalDist().cdf(effect.mean / effect.error) if effect.error else float(effect.mean > 0)
    return Response(
        estimable=True,
        reason="",
        effect=round(effect.mean, 6),
        low=round(effect.mean - half, 6),
        high=round(effect.mean + half, 6),
        level=level,
        scale=scale,
        p_better_than_control=round(better, 6),
    )
