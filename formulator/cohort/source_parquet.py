"""A cohort in a Parquet file: fields come as the distinct values that the file keeps, wherever it keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from formulator.cohort.kernels import pq
from formulator.cohort.source import BYTES_OF_BLOCK, Layout, Reject, Source, layout_of, unreadable
from formulator.profile import Catalogue


class ParquetSource(Source):
    """Cells have types; text, numbers, truths, dates and lists are all read as the values of a profile are."""

    def __init__(self, path: Path, catalogue: Catalogue, written: frozenset[str]) -> None:
        self.path, self.name = path, path.name
        try:
            with pq.ParquetFile(path) as file:
                self.schema, footer = file.schema_arrow, file.metadata
                self.rows = footer.num_rows
                groups = (footer.row_group(place) for place in range(footer.num_row_groups))
                self._row_bytes = max((one.total_byte_size / max(1, one.num_rows) for one in groups), default=0.0)
        except (pa.ArrowException, OSError, ValueError) as error:
            raise self._broken(error) from None
        self.layout: Layout = layout_of(self.schema.names, self.name, catalogue, written)

    def _broken(self, error: Exception) -> Exception:
        if isinstance(error, OSError) and error.strerror and error.errno:
            return unreadable(self.name, f"The file cannot be read: {error.strerror}.")
        return unreadable(self.name, "The file is damaged or no Parquet file.")

    def empty(self) -> pa.Table:
        """No rows, with the columns of the file."""
        return self.schema.empty_table()

    def batches(self, most_rows: int) -> Iterator[tuple[pa.Table, npt.NDArray[np.int64], tuple[Reject, ...]]]:
        """The rows in portions that fit into a block's memory."""
        portion = max(1, min(most_rows, int(BYTES_OF_BLOCK / max(1.0, self._row_bytes))))
        texts = [
            name
            for name in self.layout.fields
            if pa.types.is_string(self.schema.field(name).type)
            or pa.types.is_large_string(self.schema.field(name).type)
        ]
        read = 0
        try:
            with pq.ParquetFile(self.path, read_dictionary=texts, pre_buffer=False) as file:
                for batch in file.iter_batches(batch_size=portion):
                    rows = np.arange(read + 1, read + len(batch) + 1, dtype=np.int64)
                    read += len(batch)
                    yield pa.Table.from_batches([batch]), rows, ()
        except (pa.ArrowException, OSError, ValueError) as error:
            raise self._broken(error) from None
