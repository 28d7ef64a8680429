"""Design matrices of a network, and which of their columns the contrasts can tell apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formulator.evidence.network.studies import Study
from formulator.evidence.network.treatments import Treatment, in_reading_order

Array = NDArray[np.float64]
INTERACTION = " * "
# Entries of a design are small whole numbers, so singular values are either of order one or rounding.
RANK_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Columns:
    """The terms of the model in order: components, then interactions of components given together."""

    components: tuple[str, ...]
    interactions: tuple[tuple[str, ...], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """One name a column; an interaction is written `A * B`."""
        return self.components + tuple(INTERACTION.join(parts) for parts in self.interactions)

    def row(self, treatment: Treatment) -> Array:
        """0/1 for each term (shape p): does the treatment contain it?"""
        present = set(treatment)
        single = [float(name in present) for name in self.components]
        together = [float(present.issuperset(parts)) for parts in self.interactions]
        return np.array(single + together)


def component_columns(
    studies: Sequence[Study], inactive: Sequence[str] = (), interactions: Sequence[tuple[str, ...]] = ()
) -> Columns:
    """All components of the studies except the inactive ones, whose effect is zero by definition."""
    names = {name for study in studies for treatment in study.treatments for name in treatment}
    return Columns(tuple(in_reading_order(names - set(inactive))), tuple(tuple(parts) for parts in interactions))


def additive_design(studies: Sequence[Study], columns: Columns) -> Array:
    """Terms of each treatment minus those of its study's first treatment; shape (contrasts, terms)."""
    rows = [columns.row(t) - columns.row(study.treatments[0]) for study in studies for t in study.treatments[1:]]
    return np.array(rows).reshape(len(rows), len(columns.names))


def full_design(studies: Sequence[Study]) -> Array:
    """Every treatment as its own term: the network meta-analysis without additivity; shape (contrasts, treatments)."""
    treatments = sorted({treatment for study in studies for treatment in study.treatments})
    index = {treatment: number for number, treatment in enumerate(treatments)}
    ends = [(index[t], index[study.treatments[0]]) for study in studies for t in study.treatments[1:]]
    design = np.zeros((len(ends), len(treatments)))
    for row, (treated, reference) in enumerate(ends):
        design[row, treated], design[row, reference] = 1.0, -1.0
    return design


def row_space(design: Array) -> Array:
    """Orthonormal basis of what the rows of a design span; shape (terms, rank)."""
    if 0 in design.shape:
        return np.zeros((design.shape[1], 0))
    _, singular, right = np.linalg.svd(design, full_matrices=False)
    rank = int(np.sum(singular > RANK_TOLERANCE * max(float(singular[0]), 1.0)))
    return right[:rank].T


def is_estimable(combinations: Array, basis: Array) -> NDArray[np.bool_]:
    """Whether each linear combination of terms (rows; shape (q, terms)) lies in the row space.

    A pseudo-inverse answers 0.0 with standard error 0.0 outside it, which would be taken for a finding.
    """
    outside = combinations - combinations @ basis @ basis.T
    size = np.maximum(np.linalg.norm(combinations, axis=1), 1.0)
    return np.linalg.norm(outside, axis=1) <= 1e-7 * size
