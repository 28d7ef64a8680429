"""Do component effects add up? Q of the additive model against the full network, outcome family by outcome family."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from formulator.evidence.effects import Effect
from formulator.evidence.model.contrasts import Contrasts
from formulator.evidence.network import Contrast, fit_network
from formulator.faults import FaultsFound

INERT = "inert control"


@dataclass(frozen=True, slots=True)
class Additivity:
    """Q, degrees of freedom and p of the difference; p None where no loop of the network tests it."""

    family: str
    studies: int
    q: float
    df: int
    p: float | None


def additivity_of(family: str, contrasts: Contrasts, inert: frozenset[str]) -> Additivity:
    """The test of one family; arms that hold the same components (doses) are taken once."""
    rows = _pairs(family, contrasts, inert)
    studies = len({row.study for row in rows})
    try:
        used = {part for row in rows for part in (row.treat1, row.treat2)}
        fit = fit_network(rows, inactive=[INERT] if INERT in used else [])
    except FaultsFound:
        return Additivity(family, studies, 0.0, 0, None)
    return Additivity(family, studies, fit.additivity.q, fit.additivity.df, fit.additivity.p)


def _pairs(family: str, contrasts: Contrasts, inert: frozenset[str]) -> list[Contrast]:
    by_study: dict[str, list[int]] = {}
    for number, effect in enumerate(contrasts.effects):
        if effect.family == family:
            by_study.setdefault(effect.study, []).append(number)
    return [pair for rows in by_study.values() for pair in _of_study(rows, contrasts, inert)]


def _of_study(rows: Sequence[int], contrasts: Contrasts, inert: frozenset[str]) -> list[Contrast]:
    first = contrasts.effects[rows[0]]
    control = _name(first.control, inert)
    different: dict[str, int] = {}
    for row in rows:
        treated = _name(contrasts.effects[row].treatment, inert)
        if treated != control and contrasts.effects[row].control_arm == first.control_arm:
            different.setdefault(treated, row)
    found = [_against(contrasts.effects[row], treated, control) for treated, row in different.items()]
    names = list(different)
    for number, one in enumerate(names):
        found += [_between(contrasts, one, other, different) for other in names[number + 1 :]]
    return found


def _against(effect: Effect, treated: str, control: str) -> Contrast:
    return Contrast(effect.study, treated, control, effect.estimate, effect.se)


def _between(contrasts: Contrasts, one: str, other: str, rows: dict[str, int]) -> Contrast:
    first, second = rows[one], rows[other]
    variance = contrasts.sampling[first, first] + contrasts.sampling[second, second]
    variance -= 2 * contrasts.sampling[first, second]
    difference = contrasts.effects[first].estimate - contrasts.effects[second].estimate
    return Contrast(contrasts.effects[first].study, one, other, difference, sqrt(variance))


def _name(components: Sequence[str], inert: frozenset[str]) -> str:
    return " + ".join(part for part in components if part not in inert) or INERT
