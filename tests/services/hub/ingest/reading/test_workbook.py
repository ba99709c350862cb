"""Workbooks, honest and hostile."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from domain.errors import DataRejected

Opener = Callable[..., Any]
Maker = Callable[..., Path]


def test_cells_become_text_without_surprises(
    workbook: Maker, open_: Opener, connection: duckdb.DuckDBPyConnection
) -> None:
    workbook(
        {
            "Daten": {
                "A1": "id",
                "B1": "n",
                "C1": "day",
                "D1": "ok",
                "A2": "24E012",
                "B2": 12.0,
                "C2": "date:45000",
                "D2": True,
                "A3": "x",
                "B3": 0.1,
            }
        }
    )
    source = open_("book.xlsx")
    assert connection.execute(f"SELECT * FROM {source.sql}").fetchall() == [
        ("24E012", "12", "2023-03-15", "true"),
        ("x", "0.1", None, None),
    ]
    assert source.format == "excel"


def test_a_line_is_a_row_of_the_sheet(workbook: Maker, open_: Opener) -> None:
    workbook({"S": {"B3": "id", "C3": "n", "B4": "a", "C4": 1.0, "B7": "b", "C7": 2.0}})
    source = open_("book.xlsx")
    assert source.columns == ("id", "n")
    assert [source.line(0), source.line(1)] == [4, 7]


def test_rows_above_the_header_can_be_skipped(workbook: Maker, open_: Opener) -> None:
    workbook({"S": {"A1": "Report of May", "A2": "id", "B2": "n", "A3": "x", "B3": 1.0}})
    assert open_("book.xlsx", skip_lines=1).columns == ("id", "n")


def test_one_of_several_sheets_must_be_named(workbook: Maker, open_: Opener) -> None:
    workbook({"May": {"A1": "id"}, "June": {"A1": "nr", "A2": "1"}})
    with pytest.raises(DataRejected, match="several sheets") as caught:
        open_("book.xlsx")
    assert "'May', 'June'" in caught.value.next_step
    assert open_("book.xlsx", sheet="June").columns == ("nr",)


def test_an_unknown_sheet_lists_those_that_are_there(workbook: Maker, open_: Opener) -> None:
    workbook({"May": {"A1": "id"}})
    with pytest.raises(DataRejected, match="no sheet 'Mai'") as caught:
        open_("book.xlsx", sheet="Mai")
    assert "'May'" in caught.value.next_step


def test_an_empty_sheet_is_refused(workbook: Maker, open_: Opener) -> None:
    workbook({"May": {}})
    with pytest.raises(DataRejected, match="no record"):
        open_("book.xlsx")


def test_a_cell_in_the_last_corner_does_not_take_the_process_down(
    workbook: Maker, open_: Opener
) -> None:
    workbook({"S": {"A1": "id", "XFD1048576": 1.0}})
    with pytest.raises(DataRejected, match="too large for memory") as caught:
        open_("book.xlsx")
    assert caught.value.holds == "the hub is as it was"


def test_a_zip_bomb_is_known_by_its_directory(folder: Path, open_: Opener) -> None:
    with zipfile.ZipFile(folder / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", bytes(80 << 20))
    with pytest.raises(DataRejected, match="zip bomb"):
        open_("bomb.xlsx")


def test_a_directory_that_lies_is_found_out(workbook: Maker, open_: Opener) -> None:
    path = workbook({"S": {"A1": "id", "A2": "x" * 2000}})
    data = path.read_bytes()
    with zipfile.ZipFile(path) as book:
        entry = book.getinfo("xl/worksheets/s1.xml")
    true_size = entry.file_size.to_bytes(4, "little")
    assert data.count(true_size) == 2
    path.write_bytes(data.replace(true_size, (300).to_bytes(4, "little")))
    with pytest.raises(DataRejected, match="damaged workbook"):
        open_("book.xlsx")


def test_a_container_within_the_container_is_refused(folder: Path, open_: Opener) -> None:
    with zipfile.ZipFile(folder / "nest.xlsx", "w") as book:
        book.writestr("xl/more.zip", b"PK")
    with pytest.raises(DataRejected, match="within the container"):
        open_("nest.xlsx")


def test_a_container_of_very_many_files_is_refused(folder: Path, open_: Opener) -> None:
    with zipfile.ZipFile(folder / "many.xlsx", "w") as book:
        for n in range(10_001):
            book.writestr(str(n), b"")
    with pytest.raises(DataRejected, match="10001 files"):
        open_("many.xlsx")


@pytest.mark.parametrize(
    "content",
    [
        b"no workbook at all",
        b"PK\x03\x04 cut off",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    ],
)
def test_a_damaged_workbook_is_refused(folder: Path, open_: Opener, content: bytes) -> None:
    (folder / "bad.xlsx").write_bytes(content)
    with pytest.raises(DataRejected, match="damaged"):
        open_("bad.xlsx")


def test_a_column_twice_is_refused(workbook: Maker, open_: Opener) -> None:
    workbook({"S": {"A1": "id", "B1": "ID", "A2": "x", "B2": "y"}})
    with pytest.raises(DataRejected, match="'ID' occurs twice"):
        open_("book.xlsx")
