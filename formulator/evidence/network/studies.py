"""Contrasts of one study into effects against its first-listed treatment, with their covariance.

The variances of the arms are solved from the pairs (Rücker and Schwarzer 2014, Stat Med 33:4353); two contrasts of a
study share the variance of the arm that both are made against.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from formulator.evidence.network.treatments import Contrast, Treatment, read_treatment, treatment_name
from formulator.faults import Fault, FaultsFound, Place, shown

Array = NDArray[np.float64]
Pair = tuple[Treatment, Treatment]

# Rounded tables contradict themselves a little. Beyond WORTH_SAYING (a share of the standard error or of the variance
# of the pair) it is noted, beyond TOO_MUCH the rows cannot describe one study.
WORTH_SAYING = 0.05
TOO_MUCH = 0.5
_CHECK_SE = "Check the standard errors of its pairs."
SMALLEST_SE, LARGEST_SE, LARGEST_ESTIMATE = 1e-9, 1e9, 1e12


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """Effects of the 2nd, 3rd, ... treatment minus the first (shape k-1) and their covariance (shape k-1, k-1)."""

    name: str
    treatments: tuple[Treatment, ...]
    effects: Array
    covariance: Array
    notes: tuple[str, ...] = ()
    place: Place = field(default_factory=Place)


def assemble_studies(contrasts: Iterable[Contrast]) -> list[Study]:
    """Studies in the order of their first contrast.

    Raises FaultsFound with everything that is wrong: numbers that are not finite, standard errors that are not
    positive, a treatment against itself, a pair that stands twice, a multi-arm study with missing or contradictory
    pairs, and a network without contrasts.
    """
    by_study: dict[str, list[Contrast]] = {}
    for contrast in contrasts:
        by_study.setdefault(contrast.study, []).append(contrast)
    if not by_study:
        raise FaultsFound([Fault(Place(), "", "There are no contrasts.", "at least one row")])
    faults: list[Fault] = []
    studies = [study for rows in by_study.values() if (study := _study(rows, faults)) is not None]
    if faults:
        raise FaultsFound(faults)
    return studies


def contrast_faults(contrast: Contrast) -> list[Fault]:
    """What is wrong with one contrast taken by itself."""
    faults = [_fault(contrast, name, problem) for name, problem in _number_problems(contrast)]
    read: list[Treatment] = []
    for name, text in (("treat1", contrast.treat1), ("treat2", contrast.treat2)):
        try:
            read.append(read_treatment(text))
        except ValueError as error:
            faults.append(_fault(contrast, name, f"the treatment {shown(text)} is not readable: {error}."))
    if len(read) == 2 and read[0] == read[1]:
        faults.append(_fault(contrast, "treat2", f"{treatment_name(read[0])} is compared with itself."))
    return faults


def _number_problems(contrast: Contrast) -> Iterable[tuple[str, str]]:
    if not math.isfinite(contrast.estimate) or abs(contrast.estimate) > LARGEST_ESTIMATE:
        yield "estimate", f"{contrast.estimate} is not a usable number."
    if not math.isfinite(contrast.se):
        yield "se", f"{contrast.se} is not a finite number."
    elif contrast.se <= 0:
        yield "se", f"A standard error is above zero; {contrast.se:g} is not."
    elif not SMALLEST_SE <= contrast.se <= LARGEST_SE:
        yield "se", f"A standard error of {contrast.se:g} is out of all proportion."


def _fault(contrast: Contrast, field: str, problem: str, advice: str = "") -> Fault:
    return Fault(contrast.place, field, f"Study {contrast.study}: {problem}", advice=advice)


def _study(rows: Sequence[Contrast], faults: list[Fault]) -> Study | None:
    found = [fault for row in rows for fault in contrast_faults(row)]
    pairs, repeated = ({}, []) if found else _pairs(rows)
    found += repeated or _missing_pairs(rows[0], pairs)
    study, contradictions = (None, []) if found else _solved(rows[0], pairs)
    faults += found or contradictions
    return study


def _pairs(rows: Sequence[Contrast]) -> tuple[dict[Pair, Contrast], list[Fault]]:
    pairs: dict[Pair, Contrast] = {}
    faults = []
    for row in rows:
        first, second = read_treatment(row.treat1), read_treatment(row.treat2)
        earlier = pairs.get((first, second)) or pairs.get((second, first))
        if earlier is not None:
            where = f" (first at {earlier.place})" if earlier.place.line else ""
            problem = f"{row.treat1} against {row.treat2} stands twice{where}."
            faults.append(
                _fault(row, "treat2", problem, "Give each pair of a study once, or another id to another study.")
            )
        else:
            pairs[first, second] = row
    return pairs, faults


def _treatments(pairs: Iterable[Pair]) -> tuple[Treatment, ...]:
    return tuple(dict.fromkeys(treatment for pair in pairs for treatment in pair))


def _missing_pairs(row: Contrast, pairs: dict[Pair, Contrast]) -> list[Fault]:
    missing = [
        f"{treatment_name(a)} against {treatment_name(b)}"
        for a, b in combinations(_treatments(pairs), 2)
        if (a, b) not in pairs and (b, a) not in pairs
    ]
    if not missing:
        return []
    listed = "; ".join(missing[:5]) + (" ..." if missing[5:] else "")
    problem = f"of {len(_treatments(pairs))} treatments, pairs are missing: {listed}."
    return [_fault(row, "treat2", problem, "A multi-arm study needs one row for every pair; two studies need two ids.")]


def _solved(row: Contrast, pairs: dict[Pair, Contrast]) -> tuple[Study | None, list[Fault]]:
    treatments = _treatments(pairs)
    incidence = _incidence(treatments, pairs)
    estimates = np.array([pair.estimate for pair in pairs.values()])
    errors = np.array([pair.se for pair in pairs.values()])
    effects = np.array([_effect_against(treatments[0], other, pairs) for other in treatments[1:]])
    variances = _arm_variances(incidence, errors)
    open_by = np.abs(incidence[:, 1:] @ effects - estimates) / errors
    off_by = np.abs(np.abs(incidence) @ variances - errors**2) / errors**2
    faults = [*_uneven_errors(row, treatments, variances, off_by, errors), *_open_loops(row, open_by)]
    if faults:
        return None, faults
    covariance = np.diag(variances[1:]) + variances[0]
    if np.linalg.eigvalsh(covariance)[0] <= 1e-9 * covariance.max():
        return None, [_fault(row, "se", "its standard errors leave a contrast without any variance.", _CHECK_SE)]
    return Study(row.study, treatments, effects, covariance, _notes(row, open_by, off_by), row.place), []


def _incidence(treatments: tuple[Treatment, ...], pairs: Iterable[Pair]) -> Array:
    """One row a pair: +1 for its first treatment, -1 for its second."""
    index = {treatment: number for number, treatment in enumerate(treatments)}
    pairs = list(pairs)
    incidence = np.zeros((len(pairs), len(treatments)))
    for number, (first, second) in enumerate(pairs):
        incidence[number, index[first]], incidence[number, index[second]] = 1.0, -1.0
    return incidence


def _effect_against(reference: Treatment, other: Treatment, pairs: dict[Pair, Contrast]) -> float:
    if (other, reference) in pairs:
        return pairs[other, reference].estimate
    return -pairs[reference, other].estimate


def _arm_variances(incidence: Array, errors: Array) -> Array:
    """Variances v with v_i + v_j = se_ij^2; of two arms only the sum is known, which the first then carries as zero."""
    if len(errors) == 1:
        return np.array([0.0, errors[0] ** 2])
    return np.asarray(np.linalg.lstsq(np.abs(incidence), errors**2, rcond=None)[0], dtype=np.float64)


def _uneven_errors(
    row: Contrast, treatments: tuple[Treatment, ...], variances: Array, off_by: Array, errors: Array
) -> list[Fault]:
    lowest = int(np.argmin(variances))
    if variances[lowest] >= -WORTH_SAYING * float(np.min(errors)) ** 2 and off_by.max() <= TOO_MUCH:
        return []
    arm = f": the arm {treatment_name(treatments[lowest])} would have the variance {variances[lowest]:.4g}"
    problem = f"its standard errors contradict each other{arm if variances[lowest] < 0 else ''}."
    return [_fault(row, "se", problem, _CHECK_SE)]


def _open_loops(row: Contrast, open_by: Array) -> list[Fault]:
    if open_by.max() <= TOO_MUCH:
        return []
    problem = f"its estimates do not add up (by {open_by.max():.2g} standard errors)."
    return [_fault(row, "estimate", problem, "Check signs: each estimate is treat1 minus treat2.")]


def _notes(row: Contrast, open_by: Array, off_by: Array) -> tuple[str, ...]:
    notes = []
    if open_by.max() > WORTH_SAYING:
        miss = f"its estimates miss adding up by {open_by.max():.2g} standard errors"
        notes.append(f"Study {row.study}: {miss}; those against its first treatment are used.")
    if off_by.max() > WORTH_SAYING:
        miss = f"its squared standard errors disagree by {off_by.max():.0%}"
        notes.append(f"Study {row.study}: {miss}; the arm variances are their least-squares solution.")
    return tuple(notes)
