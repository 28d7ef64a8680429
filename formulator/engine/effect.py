"""What the ranking asks of an evidence model, and the adapter that joins formulator.evidence to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Protocol

from formulator.engine.answer import Response
from formulator.evidence.answer import EvidenceModel, Joint


@dataclass(frozen=True, slots=True)
class JointEffect:
    """Mean and covariance of the effects of components in the order asked; higher is better, on one common scale.

    A component that is not estimable stands with mean 0 and the spread that the model leaves it, never as a sure 0.
    """

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


class TrialEffects:
    """Effects from published trials: what each component itself accounts for, without what any tested arm gains.

    What no trial isolates may do nothing: it stands at 0, as uncertain as the least known component of the model.
    """

    def __init__(self, model: EvidenceModel) -> None:
        self._model = model
        spreads = [float(one["sd"]) for one in model.document["model"]["components_over_all_cells"].values()]
        self._untested_variance = max(spreads) ** 2

    @property
    def scale(self) -> str:
        """The scale of its effects, in words."""
        return "SD of the main outcome, positive is better, without what any tested arm gains"

    def joint(self, component_ids: Sequence[str], indication: str) -> JointEffect:
        """Mean and covariance in the main outcome of an indication."""
        family = self._model.main_family(indication)
        estimable = tuple(
            family is not None and self._model.response(name, indication, family).estimable for name in component_ids
        )
        known = [name for name, is_known in zip(component_ids, estimable, strict=True) if is_known]
        joint = self._model.joint(known, indication, family) if known else Joint((), (), ())
        place = {name: joint.names.index(name) for name in known}
        mean = tuple(joint.mean[place[name]] if name in place else 0.0 for name in component_ids)
        covariance = tuple(
            tuple(self._covariance(one, other, place, joint.covariance) for other in component_ids)
            for one in component_ids
        )
        return JointEffect(mean, covariance, estimable)

    def _covariance(self, one: str, other: str, place: Mapping[str, int], known: Sequence[Sequence[float]]) -> float:
        if one in place and other in place:
            return known[place[one]][place[other]]
        return self._untested_variance if one == other else 0.0


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
    """The sum over the components of a set, with their covariances; what is not estimable adds its doubt."""
    mean = sum(joint.mean[one] for one in positions)
    variance = sum(joint.covariance[one][other] for one in positions for other in positions)
    known = tuple(one for one in positions if joint.estimable[one])
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
