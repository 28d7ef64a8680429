"""Which columns of a table are components, covariates and strata, and how their values become rows of the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from formulator.evidence.pooling.rows import Rows

Array = NDArray[np.float64]
Column = str | int
UNSEEN = -1.0


class StratumCodes:
    """Numbers for the values of the strata columns of a data frame, learnt once."""

    def __init__(self, strata: Sequence[Column], table: Any) -> None:
        """Raises ValueError where a stratum is not a column of the data frame; an array keeps its own numbers."""
        self.strata = list(strata)
        self.codes: dict[Column, dict[Any, float]] = {}
        if not isinstance(table, pd.DataFrame):
            return
        for name in self.strata:
            if name not in table.columns:
                raise ValueError(f"The stratum {name!r} is not a column; there are {list(table.columns)}.")
            levels = sorted(table[name].unique(), key=str)
            self.codes[name] = {level: float(code) for code, level in enumerate(levels)}

    def encoded(self, table: Any) -> Any:
        """The data frame with numbers in place of names; a value that no trial had gets UNSEEN."""
        known = [name for name in self.codes if isinstance(table, pd.DataFrame) and name in table.columns]
        if not known:
            return table
        return table.assign(**{str(name): [self.code(name, level) for level in table[name]] for name in known})

    def code(self, name: Column, level: Any) -> float:
        """Number of one value of a stratum."""
        return self.codes[name].get(level, UNSEEN) if name in self.codes else float(level)


class ColumnPlan:
    """Positions of components, covariates and strata; covariates are brought to root mean square 1 of the trials."""

    def __init__(self, names: Sequence[Any], covariates: Sequence[Column], strata: Sequence[Column]) -> None:
        """Raises ValueError where a column does not exist, is named twice, or none is left for components."""
        self.covariates = [_position(name, names) for name in covariates]
        self.strata = [_position(name, names) for name in strata]
        others = {*self.covariates, *self.strata}
        if len(others) < len(self.covariates) + len(self.strata):
            raise ValueError("A column is named twice among covariates and strata.")
        self.components = [number for number in range(len(names)) if number not in others]
        if not self.components:
            raise ValueError("No column is left for components.")
        self.component_names = [str(names[number]) for number in self.components]
        self.stratum_names = [str(names[number]) for number in self.strata]
        self.covariate_size = np.ones(len(self.covariates))

    def learn_sizes(self, table: Array) -> None:
        """Take the size of each covariate (its unit) from the trials, table of shape (m, columns)."""
        size = np.sqrt(np.mean(table[:, self.covariates] ** 2, axis=0))
        self.covariate_size = np.where(size > 0, size, 1.0)

    def rows(self, table: Array) -> Rows:
        """A table (n, columns) as rows of the model."""
        covariates = table[:, self.covariates] / self.covariate_size
        return Rows(table[:, self.components], covariates, table[:, self.strata])

    def single_components(self, asked: Mapping[int, float]) -> Rows:
        """One row a component, in the strata with the given number: code, over all levels of the others."""
        count = len(self.components)
        codes = np.full((count, len(self.strata)), np.nan)
        for number, code in asked.items():
            codes[:, number] = code
        return Rows(np.eye(count), np.zeros((count, len(self.covariates))), codes)


def _position(name: Column, names: Sequence[Any]) -> int:
    if name in names:
        return list(names).index(name)
    if isinstance(name, int) and 0 <= name < len(names):
        return name
    raise ValueError(f"The column {name!r} does not exist; there are {list(names)}.")
