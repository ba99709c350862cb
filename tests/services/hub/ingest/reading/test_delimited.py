"""Delimited text that is as it should be, in all the ways in which it can be."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Read = Callable[..., Any]
Opener = Callable[..., Any]


def test_a_clean_utf8_file_is_read_in_place(read: Read, folder: Path) -> None:
    got = read("id,name\n1,Bolzen\n2,螺栓\n")
    assert got.rows == [("1", "Bolzen"), ("2", "螺栓")]
    assert got.lines == [2, 3]
    assert str(folder / "export.csv") in got.source.sql
    assert (got.source.encoding, got.source.delimiter) == ("utf-8", ",")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "\x1f"])
def test_the_delimiter_is_found_by_even_records(read: Read, delimiter: str) -> None:
    rows = [["id", "text", "value"], ["1", "a b", "1.5"], ["2", "c", "2.5"], ["3", "d", "3"]]
    got = read("".join(delimiter.join(row) + "\n" for row in rows), "export.txt")
    assert got.source.delimiter == delimiter
    assert got.rows == [tuple(row) for row in rows[1:]]
    assert got.source.delimiter_confidence > 0.9


def test_decimal_commas_do_not_hide_the_semicolon(read: Read) -> None:
    got = read("a;b;c\n1,5;2,5;3,5\n4,5;5,5;6,5\n")
    assert got.source.delimiter == ";"
    assert got.rows[0] == ("1,5", "2,5", "3,5")


def test_two_delimiters_that_fit_alike_lower_the_confidence(read: Read) -> None:
    got = read("1,5;2\n3,5;4\n", header=False)
    assert got.source.delimiter == ";"
    assert got.source.delimiter_confidence <= 0.5


def test_a_file_of_one_column_keeps_its_commas(read: Read) -> None:
    got = read("comment\nwell, yes\nno\nmaybe, or, not\n")
    assert got.source.columns == ("comment",)
    assert got.source.delimiter is None
    assert got.rows == [("well, yes",), ("no",), ("maybe, or, not",)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_ends_a_line(read: Read, end: str) -> None:
    got = read(end.join(["a,b", "1,2", '"x\ny",4', "5,6", ""]))
    assert got.rows == [("1", "2"), ("x\ny", "4"), ("5", "6")]
    assert got.lines == [2, 3, 5]


def test_mixed_line_ends_are_all_line_ends(read: Read) -> None:
    got = read("a,b\n1,2\r\n3,4\r5,6\n")
    assert got.rows == [("1", "2"), ("3", "4"), ("5", "6")]
    assert got.lines == [2, 3, 4]


def test_a_missing_last_line_end_is_fine(read: Read) -> None:
    assert read("a,b\n1,2\n3,4").rows == [("1", "2"), ("3", "4")]


def test_quoted_line_ends_move_the_lines_below(read: Read) -> None:
    got = read('a,b\n"1\n1\r\n1",2\n3,4\n"5\n",6\n7,8\n')
    assert got.rows[0] == ("1\n1\r\n1", "2")
    assert got.lines == [2, 5, 6, 8]


def test_blank_lines_are_no_records_and_keep_their_numbers(read: Read) -> None:
    got = read("\n\na,b\n\n1,2\n   \n\n3,4\n\n")
    assert got.rows == [("1", "2"), ("3", "4")]
    assert got.lines == [5, 8]


def test_lines_above_the_header_can_be_skipped(read: Read) -> None:
    got = read('Report "x\nmade today, by us\na,b\n1,2\n', skip_lines=2)
    assert got.source.columns == ("a", "b")
    assert got.lines == [4]


def test_a_header_may_hold_line_ends(read: Read) -> None:
    got = read('"a\nunit",b\n1,2\n')
    assert got.source.columns == ("a\nunit", "b")
    assert got.lines == [3]


def test_a_byte_order_mark_is_no_part_of_a_name(read: Read) -> None:
    got = read(b"\xef\xbb\xbfid,b\n1,2\n")
    assert got.source.columns == ("id", "b")
    assert got.rows == [("1", "2")]


def test_names_are_trimmed_and_empty_ones_are_numbered(read: Read) -> None:
    assert read(" a ,,c\n1,2,3\n").source.columns == ("a", "column_2", "c")


def test_columns_can_be_named_where_there_is_no_header(read: Read) -> None:
    got = read("1\tx\n2\ty\n", columns=["id", "name"])
    assert got.source.columns == ("id", "name")
    assert got.lines == [1, 2]


def test_columns_can_replace_a_header(read: Read) -> None:
    got = read("A,A\n1,2\n", header=True, columns=["first", "second"])
    assert got.source.columns == ("first", "second")
    assert got.rows == [("1", "2")]


def test_a_header_alone_is_a_table_without_rows(read: Read) -> None:
    got = read("a,b\n")
    assert (got.rows, got.source.records, got.source.malformed) == ([], 0, ())


def test_ids_like_numbers_stay_text(read: Read) -> None:
    assert read("id,n\n24E012,007\n1e9,+1.50\n").rows == [("24E012", "007"), ("1e9", "+1.50")]


def test_empty_text_is_null_quoted_or_not(read: Read) -> None:
    assert read('a,b\n,""\nx,\n').rows == [(None, None), ("x", None)]


def test_null_values_are_compared_after_trimming(read: Read) -> None:
    got = read("a,b\n NA ,n/a\nNAN, \n", null_values=["NA", "n/a"])
    assert got.rows == [(None, None), ("NAN", None)]


def test_without_quoting_a_quote_is_a_sign_like_others(read: Read) -> None:
    got = read('a\tb\n"5 inch\t6"\n"x\ty"\n', quote="")
    assert got.rows == [('"5 inch', '6"'), ('"x', 'y"')]


def test_another_quote_sign_can_be_named(read: Read) -> None:
    assert read("a,b\n'1,5',''''\n", quote="'").rows == [("1,5", "'")]


@pytest.mark.parametrize("name", ["it's.csv", "we[i]rd*?.csv", 'say "x";--.csv', "файл.csv"])
def test_file_names_are_data_not_sql(read: Read, folder: Path, name: str) -> None:
    (folder / "weird.csv").write_text("a,b\nno,no\n")
    assert read("a,b\n1,2\n", name).rows == [("1", "2")]


def test_column_names_are_data_not_sql(read: Read) -> None:
    names = ("a'); DROP TABLE x; --", 'b"b', "c}")
    header = ",".join('"' + name.replace('"', '""') + '"' for name in names)
    got = read(f"{header}\n1,2,3\n", null_values=["2"])
    assert got.source.columns == names
    assert got.rows == [("1", None, "3")]


def test_a_long_file_keeps_order_and_lines_through_many_blocks(read: Read) -> None:
    text = "".join(f'{n},"note {n}{chr(10) * (n % 3)}{"x" * (n % 97)}"\n' for n in range(60_000))
    got = read("id,note\n" + text)
    expected, line = [], 2
    for n in range(60_000):
        expected.append(line)
        line += 1 + n % 3
    assert [int(str(row[0])) for row in got.rows] == list(range(60_000))
    assert got.lines == expected


def test_a_path_is_recorded_relative_to_the_ingested_folder(open_: Opener, folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "x.csv").write_text("a,b\n1,2\n")
    source = open_("deep/x.csv")
    assert source.path == "deep/x.csv"
    assert source.bytes == 8
    assert source.sha256 == hashlib.sha256(b"a,b\n1,2\n").hexdigest()
