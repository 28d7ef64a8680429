"""A cohort in a Parquet file: fields come as the distinct values that the file keeps, wherever it keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from formulator.cohort.kernels import pq
from formulator.cohort.source import BYTES_OF_BLOCK, File, Held, Reject, Renamed, Source, unreadable
from formulator.profile import Catalogue


class ParquetSource(Source):
    """Cells have types; text, numbers, truths, dates and lists are all read as the values of a profile are."""

    def __init__(
        self, path: File, catalogue: Catalogue, written: frozenset[str], renamed: Renamed | None = None
    ) -> None:
        self.path, self.name, self.catalogue, self.written = path, path.name, catalogue, written
        try:
            with pq.ParquetFile(_readable(path)) as file:
                self.schema, footer = file.schema_arrow, file.metadata
                self.rows = footer.num_rows
                groups = (footer.row_group(place) for place in range(footer.num_row_groups))
                self._row_bytes = max((one.total_byte_size / max(1, one.num_rows) for one in groups), default=0.0)
        except (pa.ArrowException, OSError, ValueError) as error:
            raise self._broken(error) from None
        written_names: list[str] = list(map(str, self.schema.names))
        self.names = [(renamed or {}).get(name, name) for name in written_names]

    def _broken(self, error: Exception) -> Exception:
        if isinstance(error, OSError) and error.strerror and error.errno:
            return unreadable(self.name, f"The file cannot be read: {error.strerror}.")
        return unreadable(self.name, "The file is damaged or no Parquet file.")

    def empty(self) -> pa.Table:
        """No rows, with the columns of the file."""
        return self.schema.empty_table().rename_columns(self.names)

    def batches(self, most_rows: int) -> Iterator[tuple[pa.Table, npt.NDArray[np.int64], tuple[Reject, ...]]]:
        """The rows in portions that fit into a block's memory."""
        portion = max(1, min(most_rows, int(BYTES_OF_BLOCK / max(1.0, self._row_bytes))))
        texts = [
            one.name
            for one, name in zip(self.schema, self.names, strict=True)
            if name in self.layout.fields and (pa.types.is_string(one.type) or pa.types.is_large_string(one.type))
        ]
        read = 0
        try:
            with pq.ParquetFile(_readable(self.path), read_dictionary=texts, pre_buffer=False) as file:
                for batch in file.iter_batches(batch_size=portion):
                    rows = np.arange(read + 1, read + len(batch) + 1, dtype=np.int64)
                    read += len(batch)
                    yield pa.Table.from_batches([batch]).rename_columns(self.names), rows, ()
        except (pa.ArrowException, OSError, ValueError) as error:
            raise self._broken(error) from None


def _readable(file: File) -> Any:
    """A path, or the stream of a file in memory."""
    return file.open() if isinstance(file, Held) else file
