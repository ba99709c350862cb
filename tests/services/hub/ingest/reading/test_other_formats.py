"""Parquet, columns of blanks, and compressed text."""

import gzip
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from domain.errors import DataRejected

Read = Callable[..., Any]
Opener = Callable[..., Any]


def test_parquet_keeps_its_types(
    connection: duckdb.DuckDBPyConnection, folder: Path, open_: Opener
) -> None:
    connection.execute(
        "COPY (SELECT 1 AS id, DATE '2024-01-31' AS made, 'x' AS \"it's\") TO "
        f"'{folder / 'x.parquet'}' (FORMAT parquet)"
    )
    source = open_("x.parquet")
    assert source.typed
    assert source.types == {"id": "INTEGER", "made": "DATE", "it's": "VARCHAR"}
    assert connection.execute(f"SELECT count(*) FROM {source.sql}").fetchall() == [(1,)]
    assert (source.records, source.line(0), source.encoding) == (1, 1, None)


def test_a_damaged_parquet_file_is_refused(folder: Path, open_: Opener) -> None:
    (folder / "x.parquet").write_bytes(b"PAR1 and then nothing PAR1")
    with pytest.raises(DataRejected, match="damaged one"):
        open_("x.parquet")


def test_numbers_between_blanks_need_no_options(read: Read) -> None:
    got = read("  1.0  2.5e-01   3\n 4\t5   6\n\n 7 8 9\n", "d00.dat")
    assert got.source.format == "whitespace"
    assert got.source.columns == ("column_1", "column_2", "column_3")
    assert got.rows[0] == ("1.0", "2.5e-01", "3")
    assert got.lines == [1, 2, 4]


def test_numbers_between_blanks_may_have_a_header_or_names(read: Read) -> None:
    assert read("x y\n1 2\n", format="whitespace").source.columns == ("x", "y")
    assert read("1 2\n", format="whitespace", columns=["p", "q"]).source.columns == ("p", "q")


def test_a_line_of_blanks_with_missing_numbers_is_set_aside(read: Read) -> None:
    got = read("1 2\n3\n4 5\n", "x.dat")
    assert got.rows == [("1", "2"), ("4", "5")]
    assert got.problems == [(2, "fields")]


def test_compressed_text_is_read_under_its_own_name(read: Read, folder: Path) -> None:
    got = read(gzip.compress(b"a;b\n1;2\n"), "x.csv.gz")
    assert got.rows == [("1", "2")]
    assert got.source.bytes == (folder / "x.csv.gz").stat().st_size


def test_a_compressed_bomb_is_refused(folder: Path, open_: Opener) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = b"a" * (1 << 20)
    with (folder / "x.csv.gz").open("wb") as file:
        for _ in range(80):
            file.write(packer.compress(block))
        file.write(packer.flush())
    with pytest.raises(DataRejected, match="bomb"):
        open_("x.csv.gz")


def test_compressed_text_that_was_cut_off_is_refused(folder: Path, open_: Opener) -> None:
    data = gzip.compress(bytes(range(256)) * 100)
    (folder / "x.csv.gz").write_bytes(data[: len(data) // 2])
    with pytest.raises(DataRejected, match="damaged gzip"):
        open_("x.csv.gz")
