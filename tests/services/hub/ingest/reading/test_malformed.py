"""Records that are no rows: set aside with their line, while all others are kept."""

from collections.abc import Callable
from typing import Any

import pytest

Read = Callable[..., Any]


def test_too_few_and_too_many_fields_are_set_aside(read: Read) -> None:
    got = read("a,b,c\n1,2,3\n4,5\n6,7,8,9\n10,11,12\n")
    assert got.rows == [("1", "2", "3"), ("10", "11", "12")]
    assert got.lines == [2, 5]
    assert got.problems == [(3, "fields"), (4, "fields")]
    assert got.source.malformed[0].text == "4,5"
    assert got.source.malformed[0].reason == "2 fields where 3 belong"


def test_a_record_cut_off_in_a_quote_is_set_aside(read: Read) -> None:
    got = read('a,b\n1,x\n2,"it was cut he')
    assert got.rows == [("1", "x")]
    assert got.problems == [(3, "quote")]
    assert got.source.malformed[0].text == '2,"it was cut he'


def test_a_record_cut_off_in_a_quoted_line_end_is_one_record(read: Read) -> None:
    got = read('a,b\n1,x\n2,"first\nsecond\nthi')
    assert got.problems == [(3, "quote")]
    assert got.source.malformed[0].text.endswith("thi")


def test_quotes_that_are_not_doubled_lose_no_row(read: Read) -> None:
    got = read(
        "id,text,class\n"
        '1,"more "stuff" here",wish\n'
        '2,""Great" app",praise\n'
        '3,"a "quoted, with comma", bit",bug\n'
        '4,"plain",bug\n'
    )
    assert [row[1] for row in got.rows] == [
        'more "stuff" here',
        '"Great" app',
        'a "quoted, with comma", bit',
        "plain",
    ]
    assert got.lines == [2, 3, 4, 5]
    assert "3 records hold quotes" in got.source.notes[0]


def test_a_line_with_two_readings_is_not_guessed(read: Read) -> None:
    got = read('a,b\n1,2\n"x "y","z" w","v"\n3,4\n')
    assert got.rows == [("1", "2"), ("3", "4")]
    assert got.problems == [(3, "quote")]


def test_an_inch_sign_within_a_field_is_text(read: Read) -> None:
    got = read('a,b\n5" pipe,x\n6,7" tube\n')
    assert got.rows == [('5" pipe', "x"), ("6", '7" tube')]
    assert got.source.malformed == ()


def test_blanks_around_quotes_are_no_part_of_the_text(read: Read) -> None:
    assert read('a,b\n1, "x, y" \n').rows == [("1", "x, y")]


def test_a_stray_quote_costs_its_own_line_only(read: Read) -> None:
    lines = [f"{n},text {n}" for n in range(2, 30)]
    lines[5] = '7,"never closed'
    got = read("a,b\n" + "\n".join(lines) + "\n")
    assert len(got.rows) == 27
    assert got.problems == [(7, "quote")]


def test_stray_quotes_far_apart_do_not_swallow_what_is_between(read: Read) -> None:
    lines = [f"{n},text {n}" for n in range(2, 60_000)]
    lines[10] = '12,"open'
    lines[50_000] = '50002,close"'
    got = read("a,b\n" + "\n".join(lines) + "\n")
    assert got.problems == [(12, "quote")]
    assert got.source.records == len(lines) - 1


def test_invalid_bytes_cost_their_rows_only(read: Read) -> None:
    good = "".join(f"{n},größe {n}\n" for n in range(50)).encode()
    got = read(b"a,b\n" + good + b"50,gr\xf6\xdfe\n" + b"51,ok\n")
    assert got.problems == [(52, "encoding")]
    assert got.source.malformed[0].text == "50,gr\\xf6\\xdfe"
    assert got.source.records == 51
    assert got.source.encoding == "utf-8"
    assert got.source.encoding_confidence < 1
    assert "set aside" in got.source.notes[0]


def test_a_bad_row_late_in_a_large_file_keeps_every_line(read: Read) -> None:
    rows = [f"{n},{n * 7}" for n in range(200_000)]
    rows[150_000] = "150000"
    got = read("a,b\r\n" + "\r\n".join(rows) + "\r\n")
    assert got.problems == [(150_002, "fields")]
    assert got.source.records == 199_999
    assert got.lines[149_999:150_001] == [150_001, 150_003]


@pytest.mark.parametrize("zero", ["x\0y", "\0"])
def test_a_zero_byte_in_a_text_is_kept(read: Read, zero: str) -> None:
    filler = "".join(f"{n},some text that is longer than that\n" for n in range(20))
    assert read(f"a,b\n{filler}1,{zero}\n").rows[-1] == ("1", zero)


def test_a_bad_line_is_kept_as_it_stood_up_to_its_end(read: Read) -> None:
    assert read('a,b\n1,2\n x ,"y", \r\n3,4\n').source.malformed[0].text == ' x ,"y", '
