"""Files in and out: formats, rows that are refused, what is carried along, and input that means harm."""

from __future__ import annotations

import csv
import json
import random
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from formulator.cohort import source as sources
from formulator.cohort import source_csv
from formulator.cohort.bits import items_in
from formulator.cohort.command import cohort
from formulator.faults import FaultsFound
from tests.cohort.conftest import ROWS, left_behind
from tests.cohort.making import text_table, write_csv


def read_rejects(out):
    with out.with_name(f"{out.name}.rejects.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_two_rows_in_a_hundred_are_broken_and_all_others_are_answered(
    cohort_csv, broken_rows, answer, tmp_path, small_blocks
):
    rows, broken = broken_rows
    out = tmp_path / "answer.parquet"
    ended, said = answer(cohort_csv, out)
    assert (ended.answered, ended.rejected) == (ROWS - len(broken), len(broken))
    assert said == [f"{ended.answered} rows answered, {ended.rejected} refused, listed in answer.parquet.rejects.csv."]
    table = pq.read_table(out)
    assert table.column("row").to_pylist() == [row for row in range(1, ROWS + 1) if row not in broken]
    assert table.column("chart").to_pylist() == [rows[row - 1]["chart"] for row in table.column("row").to_pylist()]
    listed = read_rejects(out)
    assert [int(one["row"]) for one in listed] == sorted(int(one["row"]) for one in listed)
    assert {int(one["row"]) for one in listed} == set(broken)
    assert all(one["field"] in broken[int(one["row"])] for one in listed)
    assert left_behind(out) == {"answer.parquet.rejects.csv"}


def test_the_three_formats_say_the_same(cohort_csv, answer, tmp_path, small_blocks):
    for form in ("parquet", "csv", "jsonl"):
        answer(cohort_csv, tmp_path / f"answer.{form}", lists=form != "csv")
    parquet = pq.read_table(tmp_path / "answer.parquet")
    lines = [json.loads(one) for one in (tmp_path / "answer.jsonl").read_text(encoding="utf-8").splitlines()]
    assert lines == parquet.to_pylist()
    about = json.loads(parquet.schema.metadata[b"formulator"])
    with (tmp_path / "answer.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0]) == parquet.column_names
    for row, other in zip(rows, parquet.to_pylist(), strict=True):
        assert list(items_in(bytes.fromhex(row.pop("rules")), about["rules"])) == other.pop("rules")
        assert row.pop("may_ask").split() == other.pop("may_ask")
        assert row == {name: "" if value is None else str(value) for name, value in other.items()}


def test_versions_and_hashes_stand_with_every_answer(cohort_csv, answer, knowledge, tmp_path):
    for form in ("parquet", "csv", "jsonl"):
        out = tmp_path / f"answer.{form}"
        ended, _ = answer(cohort_csv, out)
        if form == "parquet":
            about = json.loads(pq.read_schema(out).metadata[b"formulator"])
        else:
            about = json.loads(out.with_name(f"{out.name}.meta.json").read_text())
            assert (about["rows_answered"], about["rows_rejected"]) == (ended.answered, ended.rejected)
        assert about["knowledge_sha256"] == knowledge.sha256
        assert about["knowledge_version"] == knowledge.version
        assert about["date"] == "2026-11-25"


def test_a_parquet_file_gives_what_the_same_csv_file_gives(broken_rows, answer, tmp_path, small_blocks):
    rows, _ = broken_rows
    write_csv(tmp_path / "one.csv", rows)
    pq.write_table(
        text_table(rows).select(list(dict.fromkeys(name for row in rows for name in row))),
        tmp_path / "two.parquet",
        row_group_size=50,
    )
    answer(tmp_path / "one.csv", tmp_path / "one.jsonl")
    answer(tmp_path / "two.parquet", tmp_path / "two.jsonl")
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes()
    assert read_rejects(tmp_path / "one.jsonl") == read_rejects(tmp_path / "two.jsonl")


@pytest.mark.parametrize(
    "style",
    [
        {"delimiter": ";"},
        {"delimiter": "\t"},
        {"lineterminator": "\n"},
        {"quoting": csv.QUOTE_ALL},
    ],
)
def test_delimiters_line_ends_and_quotation_marks_make_no_difference(style, broken_rows, answer, tmp_path):
    write_csv(tmp_path / "one.csv", broken_rows[0])
    write_csv(tmp_path / "two.csv", broken_rows[0], **style)
    for name in ("one", "two"):
        answer(tmp_path / f"{name}.csv", tmp_path / f"{name}.jsonl")
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_marks_of_encodings_are_understood(encoding, answer, tmp_path):
    (tmp_path / "in.csv").write_text("age,name\r\n34,Zoë\r\n\r\n35,李\r\n", encoding=encoding, newline="")
    ended, _ = answer(tmp_path / "in.csv", tmp_path / "out.parquet")
    assert pq.read_table(tmp_path / "out.parquet").column("name").to_pylist() == ["Zoë", "李"]
    assert ended.rejected == 0


def test_records_that_are_no_rows_are_refused_by_their_number(answer, tmp_path, small_blocks):
    records = ['34,"two\nlines"', "35", "36,x", "37,x,y", "", '38,"a ""word"""', '39,5" needle', "40"]
    (tmp_path / "in.csv").write_text("age,note\n" + "\n".join(records) + "\n")
    ended, _ = answer(tmp_path / "in.csv", tmp_path / "out.parquet")
    table = pq.read_table(tmp_path / "out.parquet")
    assert table.column("row").to_pylist() == [1, 3, 5, 6]
    assert table.column("note").to_pylist() == ["two\nlines", "x", 'a "word"', '5" needle']
    assert [(one["row"], one["reason"]) for one in read_rejects(tmp_path / "out.parquet")] == [
        ("2", "The record has 1 cells instead of 2."),
        ("4", "The record has 3 cells instead of 2."),
        ("7", "The record has 1 cells instead of 2."),
    ]
    assert (ended.answered, ended.rejected) == (4, 3)


def test_numbers_of_rows_are_right_over_many_blocks(answer, tmp_path, small_blocks, monkeypatch):
    monkeypatch.setattr(source_csv, "LONGEST_RECORD", 400)
    chance = random.Random(3)
    records, broken = [], set()
    for number in range(1, 700):
        if chance.random() < 0.1:
            broken.add(number)
            records.append(chance.choice(["1,2,3", "x"]) + ("," if chance.random() < 0.5 else ",,,"))
            if records[-1].count(",") == 1:
                records[-1] = "x"
        else:
            records.append(f"{chance.randint(18, 90)},n{number}")
    (tmp_path / "in.csv").write_text("age,name\n" + "\n".join(records))
    answer(tmp_path / "in.csv", tmp_path / "out.parquet")
    table = pq.read_table(tmp_path / "out.parquet")
    assert {int(one["row"]) for one in read_rejects(tmp_path / "out.parquet")} == broken
    assert [f"n{row}" for row in table.column("row").to_pylist()] == table.column("name").to_pylist()


def test_octets_that_are_no_text_cost_their_row_alone(answer, tmp_path):
    heading = "age,sex,Zoë\n".encode()
    (tmp_path / "in.csv").write_bytes(heading + b"34,male,a\n35,ma\xffle,b\n36,male,\xe9\n\xfe\n37,male,\xc3\xa9\n")
    answer(tmp_path / "in.csv", tmp_path / "out.parquet")
    assert [(one["row"], one["field"]) for one in read_rejects(tmp_path / "out.parquet")] == [
        ("2", "sex"),
        ("3", "Zoë"),
        ("4", ""),
    ]
    assert pq.read_table(tmp_path / "out.parquet").column("Zoë").to_pylist() == ["a", "é"]


def test_columns_are_carried_along_as_they_are(answer, tmp_path):
    carried = {
        "number": pa.array([1.5, float("nan"), None]),
        "day": pa.array([date(2026, 1, 2), None, None]),
        "inside": pa.array([{"a": [1, 2]}, None, {"a": []}]),
        "words": pa.array([["x, y", "=1"], [], None]),
        "kind": pa.array(["b", None, "a"]).dictionary_encode(),
        "octets": pa.array([b"\xff", None, b""]),
        "truth": pa.array([True, None, False]),
    }
    table = pa.table({"age": [30, 31, 32], **carried})
    pq.write_table(table, tmp_path / "in.parquet")
    answer(tmp_path / "in.parquet", tmp_path / "out.parquet")
    found = pq.read_table(tmp_path / "out.parquet")
    assert found.column_names[1 : 1 + len(carried)] == list(carried)
    assert str(found.select(list(carried)).to_pylist()) == str(table.select(list(carried)).to_pylist())
    assert found.schema.field("kind").type == table.schema.field("kind").type
    answer(tmp_path / "in.parquet", tmp_path / "out.jsonl")
    first = json.loads((tmp_path / "out.jsonl").read_text().splitlines()[0])
    assert first["inside"] == {"a": [1, 2]}
    assert (first["day"], first["octets"], first["words"]) == ("2026-01-02", "ff", ["x, y", "=1"])
    answer(tmp_path / "in.parquet", tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows[0]["words"] == '["x, y", "=1"]'
    assert rows[0]["inside"] == '{"a": [1, 2]}'


@pytest.mark.parametrize(
    "text", ["=1+1", "+2", "-3", "@x", "\t=1", "\uff1d1", " =1", "a,b", 'say "x"', "two\nlines", "-", ""]
)
def test_no_cell_of_a_csv_answer_becomes_a_formula(text, answer, tmp_path):
    write_csv(
        tmp_path / "in.csv", [{"age": "30", "note": text}, {"age": "31", "note": "harmless"}], quoting=csv.QUOTE_ALL
    )
    answer(tmp_path / "in.csv", tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows[0]["note"].removeprefix("'") == text
    assert not rows[0]["note"].strip().startswith(("=", "+", "-", "@", "\uff1d"))
    assert rows[1]["note"] == "harmless"


def test_a_heading_that_is_a_formula_is_guarded_too(answer, tmp_path):
    (tmp_path / "in.csv").write_text("age,=cmd|' /C calc'!A0\n30,x\n")
    answer(tmp_path / "in.csv", tmp_path / "out.csv")
    assert "'=cmd" in (tmp_path / "out.csv").read_text().splitlines()[0]


def test_a_name_that_looks_like_a_field_is_warned_of(answer, tmp_path):
    (tmp_path / "in.csv").write_text("age,Ferritin,vitamin d 25oh,pregnant,chart\n30,12,30,no,1\n")
    _, said = answer(tmp_path / "in.csv", tmp_path / "out.parquet")
    assert "'Ferritin'" in said[0]
    assert "Did you mean 'ferritin'?" in said[0]
    assert "vitamin_d_25oh" in said[1]
    assert not any("chart" in one for one in said)


@pytest.mark.parametrize(
    ("heading", "problem"),
    [
        ("name,chart", "No column has the name of a field"),
        ("age,age", "stands twice"),
        ("age,x,x", "stands twice"),
        ("age,decision", "The answer has a column of this name"),
        ("age,status_prp", "The answer has a column of this name"),
        (",".join(["age", *(f"c{number}" for number in range(100_000))]), "100,001 columns"),
        ("ag\udcff", "heading is not UTF-8"),
    ],
)
def test_headings_that_cannot_be_used_are_refused(heading, problem, answer, tmp_path):
    (tmp_path / "in.csv").write_text(f"{heading}\n1\n", errors="surrogateescape")
    with pytest.raises(FaultsFound, match=problem):
        answer(tmp_path / "in.csv", tmp_path / "out.parquet")
    assert [one.name for one in tmp_path.iterdir()] == ["in.csv"]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b"\x00"])
def test_files_without_anything_are_refused(content, answer, tmp_path):
    (tmp_path / "in.csv").write_bytes(content)
    (tmp_path / "in.parquet").write_bytes(content)
    for ending in ("csv", "parquet"):
        with pytest.raises(FaultsFound, match=r"no heading|No column|damaged or no Parquet"):
            answer(tmp_path / f"in.{ending}", tmp_path / "out.parquet")


def test_a_heading_without_rows_gives_an_answer_without_rows(answer, tmp_path):
    (tmp_path / "in.csv").write_text("age,chart\n")
    for form in ("parquet", "csv", "jsonl"):
        ended, _ = answer(tmp_path / "in.csv", tmp_path / f"out.{form}")
        assert (ended.answered, ended.rejected) == (0, 0)
    assert pq.read_table(tmp_path / "out.parquet").num_rows == 0
    assert (tmp_path / "out.csv").read_text().startswith("row,chart,decision,")


def test_an_answer_in_which_every_row_is_refused_has_no_rows(answer, tmp_path, small_blocks):
    (tmp_path / "in.csv").write_text("age\n" + "x\n" * 200)
    ended, _ = answer(tmp_path / "in.csv", tmp_path / "out.parquet")
    assert (ended.answered, ended.rejected) == (0, 200)
    assert pq.read_table(tmp_path / "out.parquet").num_rows == 0


def test_rejects_of_an_earlier_answer_do_not_stay(cohort_csv, answer, tmp_path):
    out = tmp_path / "out.csv"
    answer(cohort_csv, out)
    assert read_rejects(out)
    (tmp_path / "in.csv").write_text("age\n30\n")
    answer(tmp_path / "in.csv", out)
    assert left_behind(out) == {"out.csv.meta.json"}


def test_a_huge_cell_is_carried_or_ends_with_a_message(answer, tmp_path, small_blocks):
    (tmp_path / "in.csv").write_text("age,note\n30," + "x" * 3_000_000 + "\n" + "9" * 1_000_000 + ",y\n")
    ended, _ = answer(tmp_path / "in.csv", tmp_path / "out.parquet")
    assert (ended.answered, ended.rejected) == (1, 1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "latin-1"])
@pytest.mark.parametrize("times", [1, 50_000, 1_500_000])
def test_a_quotation_mark_that_is_not_closed_never_swallows_rows(times, encoding, answer, tmp_path):
    rest = "32,é\n" * times
    (tmp_path / "in.csv").write_text(f'age,note\n30,a\n31,"{rest}', encoding=encoding)
    with pytest.raises(FaultsFound, match=r"after row 1\b.*quotation mark is not closed"):
        answer(tmp_path / "in.csv", tmp_path / "out.parquet")
    assert [one.name for one in tmp_path.iterdir()] == ["in.csv"]


def test_long_cells_make_small_blocks(monkeypatch, tmp_path, catalogue):
    monkeypatch.setattr(sources, "BYTES_OF_BLOCK", 50_000)
    write_csv(tmp_path / "in.csv", [{"age": "30", "note": "x" * 1000}] * 300)
    monkeypatch.setattr(source_csv, "LONGEST_RECORD", 20_000)
    found = source_csv.CsvSource(tmp_path / "in.csv", catalogue, frozenset())
    blocks = list(found.blocks(65_536))
    assert [block.index for block in blocks] == list(range(len(blocks)))
    assert len(blocks) >= 5
    assert [row for block in blocks for row in block.rows.tolist()] == list(range(1, 301))


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_damaged_files_end_with_an_answer_or_a_message(ending, broken_rows, answer, tmp_path):
    source, out = tmp_path / f"in.{ending}", tmp_path / "out.jsonl"
    if ending == "csv":
        write_csv(source, broken_rows[0][:40])
    else:
        pq.write_table(text_table(broken_rows[0][:40]), source)
    whole = source.read_bytes()
    chance = random.Random(ending)
    refused = 0
    for _ in range(60):
        content = bytearray(whole)
        for _ in range(chance.randint(1, 3)):
            place = chance.randrange(len(content))
            there = 1 if ending == "parquet" else chance.randint(0, 9)
            content[place : place + there] = chance.randbytes(there if chance.random() < 0.5 else chance.randint(0, 9))
        if chance.random() < 0.2:
            del content[chance.randrange(len(content)) :]
        source.write_bytes(content)
        try:
            ended, _ = answer(source, out, restart=True)
            assert len(out.read_text(encoding="utf-8").splitlines()) == ended.answered
        except FaultsFound:
            refused += 1
    assert refused < 60


def test_the_command_ends_with_0_1_or_2(cohort_csv, tmp_path):
    run = CliRunner().invoke
    (tmp_path / "in.csv").write_text("age\n30\n")
    assert run(cohort, [str(tmp_path / "in.csv"), str(tmp_path / "out.csv")]).exit_code == 0
    assert run(cohort, [str(cohort_csv), str(tmp_path / "out.csv")]).exit_code == 1
    for arguments in (
        ["missing.csv", "out.csv"],
        [str(tmp_path), "out.csv"],
        [str(cohort_csv), str(tmp_path / "out.xlsx")],
        [str(cohort_csv), str(cohort_csv)],
        [str(cohort_csv), str(tmp_path / "no" / "out.csv")],
        [str(cohort_csv), str(tmp_path / "out.csv"), "--with", "everything"],
        [str(cohort_csv), str(tmp_path / "out.csv"), "--backend", "dask"],
        [str(cohort_csv), str(tmp_path / "out.csv"), "--date", "soon"],
    ):
        done = run(cohort, arguments)
        assert done.exit_code == 2, done.output
        assert "Traceback" not in done.output
        assert len(done.output.splitlines()) < 6


def test_progress_names_rows_rate_and_time_left():
    import io

    from formulator.cohort.progress import ProgressLine

    now = [0.0]
    stream = io.StringIO()
    line = ProgressLine(stream, lambda: now[0])
    line(0, 0, 0.0)
    now[0] = 10.0
    line(90_000, 10_000, 0.25)
    assert (
        stream.getvalue().split("\n")[-2].strip() == "100,000 rows (25%), 10,000 rejected, 10,000 a second, 30 s left"
    )
