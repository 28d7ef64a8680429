"""Which column of a file is taken for which field, and in which unit its numbers stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from formulator.cohort.kernels import pc
from formulator.cohort.source import Reject, Source
from formulator.cohort.texts import as_texts, is_plain_number
from formulator.faults import did_you_mean
from formulator.profile import Catalogue
from formulator.profile.units import units_of


def taken_for(names: Sequence[str], catalogue: Catalogue) -> dict[str, str]:
    """For each column that is a field but for case, blanks and hyphens, or that has a field's label, that field.

    A column with the very name of a field is that field and is not listed; no field is given to two columns.
    """
    exact = set(names) & set(catalogue.fields)
    known = {_bare(one.label): name for name, one in catalogue.fields.items()}
    known |= {_bare(name): name for name in catalogue.fields}
    found: dict[str, str] = {}
    for name in names:
        field = known.get(_bare(name))
        if name not in exact and field and field not in exact and field not in found.values():
            found[name] = field
    return found


def nearest(name: str, catalogue: Catalogue) -> str:
    """A question with the field that a column may be meant for, or an empty text."""
    return did_you_mean(_bare(name), catalogue.fields)


def _bare(name: str) -> str:
    return "_".join(name.strip().lower().replace("-", " ").replace("_", " ").split())


def fields_with_units(fields: Sequence[str], catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """The fields of numbers that are written in several units, each with its units, the stored one first."""
    found = {name: units_of(name) for name in fields if catalogue.fields[name].is_number}
    return {name: units for name, units in found.items() if len(units) > 1}


class InUnits(Source):
    """A cohort whose plain numbers of some fields stand in other units than those of the fields."""

    def __init__(self, source: Source, units: Mapping[str, str]) -> None:
        self.source, self.units = source, units
        self.path, self.names = source.path, source.names
        self.catalogue, self.written = source.catalogue, source.written
        self.rows, self.is_text = source.rows, source.is_text

    def batches(self, most_rows: int) -> Iterator[tuple[pa.Table, npt.NDArray[np.int64], tuple[Reject, ...]]]:
        """The same rows, with the unit behind every number that stands without one."""
        for table, rows, rejects in self.source.batches(most_rows):
            self.rows = self.source.rows
            yield self._with_units(table), rows, rejects

    def _with_units(self, table: pa.Table) -> pa.Table:
        for name, unit in self.units.items():
            chunks = [_with_unit(chunk, unit) for chunk in table.column(name).chunks]
            column = pa.chunked_array(chunks, pa.string()) if chunks else pa.chunked_array([[]], pa.string())
            table = table.set_column(table.column_names.index(name), name, column)
        return table

    def empty(self) -> pa.Table:
        """No rows, with the columns of the file."""
        return self._with_units(self.source.empty())


def _with_unit(column: pa.Array, unit: str) -> pa.Array:
    if isinstance(column, pa.DictionaryArray):
        return _with_unit(column.dictionary, unit).take(column.indices)
    texts = as_texts(column)
    if pa.types.is_nested(texts.type):
        return pa.array([None if one is None else str(one) for one in texts.to_pylist()], pa.string())
    texts = pa.array([one.decode("utf-8", "replace") if isinstance(one, bytes) else one for one in texts.to_pylist()])
    texts = pc.utf8_trim_whitespace(texts.cast(pa.string()))
    return pc.if_else(is_plain_number(texts), pc.binary_join_element_wise(texts, unit, " "), texts)
