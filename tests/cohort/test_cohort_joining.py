"""Parquet files put one behind the other are one Parquet file, and a footer that is none is refused."""

from __future__ import annotations

import random

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from formulator.cohort.parquet_join import MAGIC, Joined, footer_of
from formulator.cohort.thrift import read_struct, written_struct


def part_of(count, seed):
    chance = np.random.default_rng(seed)
    return pa.table(
        {
            "row": pa.array(chance.integers(-(10**15), 10**15, count)),
            "word": pa.DictionaryArray.from_arrays(
                pa.array(chance.integers(0, 3, count, dtype=np.int8)), ["x", "y", "z"]
            ),
            "list": pa.array([[int(one)] * (one % 3) for one in chance.integers(0, 9, count)], pa.list_(pa.uint16())),
            "octets": pa.array(
                [chance.bytes(5) if one else None for one in chance.integers(0, 2, count)], pa.binary(5)
            ),
            "truth": pa.array(chance.random(count) < 0.5),
            "number": pa.array(chance.random(count)),
        }
    ).replace_schema_metadata({"about": "this"})


def joined(paths):
    whole, pages = Joined(), [MAGIC]
    for path in paths:
        footer, length = footer_of(path)
        whole.add(footer, length)
        pages.append(path.read_bytes()[len(MAGIC) : len(MAGIC) + length])
    return b"".join(pages) + whole.end()


@pytest.mark.parametrize("options", [{}, {"compression": "none", "use_dictionary": False}, {"write_page_index": True}])
@pytest.mark.parametrize("counts", [(10,), (10, 0, 3000, 1), (0, 0), tuple(range(1, 40))])
def test_parts_put_together_are_read_as_their_rows_one_after_another(counts, options, tmp_path):
    tables = [part_of(count, place) for place, count in enumerate(counts)]
    paths = [tmp_path / f"{place}.parquet" for place in range(len(counts))]
    for table, path in zip(tables, paths, strict=True):
        pq.write_table(table, path, row_group_size=1000, **options)
    whole = tmp_path / "whole.parquet"
    whole.write_bytes(joined(paths))
    found = pq.read_table(whole)
    assert found.to_pydict() == pa.concat_tables(tables).to_pydict()
    assert found.schema.metadata == {b"about": b"this"}
    groups = pq.ParquetFile(whole)
    rows = [groups.read_row_group(place).num_rows for place in range(groups.num_row_groups)]
    assert sum(rows) == sum(counts) == groups.metadata.num_rows
    assert len(pq.read_table(whole, filters=[("row", ">", 0)])) == sum(one.as_py() > 0 for one in found.column("row"))


def test_a_footer_is_written_as_it_was_read(tmp_path):
    pq.write_table(part_of(100, 1), tmp_path / "one.parquet", row_group_size=7)
    content = (tmp_path / "one.parquet").read_bytes()
    length = int.from_bytes(content[-8:-4], "little")
    footer = content[-8 - length : -8]
    assert written_struct(read_struct(footer)) == footer


def test_octets_that_are_no_footer_are_refused(tmp_path):
    pq.write_table(part_of(50, 2), tmp_path / "one.parquet")
    content = (tmp_path / "one.parquet").read_bytes()
    footer = bytearray(content[-8 - int.from_bytes(content[-8:-4], "little") : -8])
    chance = random.Random(1)
    for _ in range(2000):
        damaged = bytearray(footer)
        for _ in range(3):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            read_struct(bytes(damaged[: chance.randrange(len(damaged))] if chance.random() < 0.5 else damaged))
        except ValueError:
            continue
    for content in (b"", b"PAR1", b"PAR1" + b"\xff" * 20, b"PAR1" + b"\xff\xff\xff\x7f" + b"PAR1"):
        (tmp_path / "bad.parquet").write_bytes(content)
        with pytest.raises(ValueError, match=r"Parquet|Thrift"):
            footer_of(tmp_path / "bad.parquet")
