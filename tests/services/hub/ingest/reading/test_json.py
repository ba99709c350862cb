"""JSON lines, and JSON that is not in lines."""

from collections.abc import Callable
from typing import Any

Read = Callable[..., Any]


def test_columns_are_the_union_of_the_keys_in_order_of_appearance(read: Read) -> None:
    got = read('{"a": 1}\n{"b": "x", "a": 2}\n\n{"c": null}\n', "x.jsonl")
    assert got.source.columns == ("a", "b", "c")
    assert got.rows == [("1", None, None), ("2", "x", None), (None, None, None)]
    assert got.lines == [1, 2, 4]


def test_numbers_keep_their_digits(read: Read) -> None:
    got = read('{"a": 1.50, "b": 12345678901234567890123, "c": 1e400, "d": "24E012"}\n', "x.jsonl")
    assert got.rows == [("1.50", "12345678901234567890123", "1E+400", "24E012")]


def test_nested_values_stay_json_and_truth_is_lower_case(read: Read) -> None:
    got = read('{"a": ["x", null, 1.5], "b": {"k": "é"}, "c": true, "d": false}\n', "x.jsonl")
    assert got.rows == [('["x", null, 1.5]', '{"k": "é"}', "true", "false")]


def test_lines_that_are_no_object_are_set_aside(read: Read) -> None:
    lines = ['{"a": 1}', '{"a": ', "[1]", '{"a": NaN}', '{"a": 1, "a": 2}', '{"a": "\\ud800"}']
    got = read("\n".join([*lines, "[" * 100_000, '{"a": 9}']), "x.jsonl")
    assert got.rows == [("1",), ("9",)]
    assert got.problems == [(line, "json") for line in (2, 3, 4, 5, 6, 7)]
    assert got.source.malformed[1].reason == "not an object"


def test_invalid_bytes_cost_their_line_only(read: Read) -> None:
    text = '{"a": "größe"}\n{"a": "maß"}\n'.encode()
    got = read(text + b'{"a": "gr\xf6"}\n', "x.jsonl")
    assert got.rows == [("größe",), ("maß",)]
    assert got.problems == [(3, "encoding")]


def test_an_array_of_objects_is_understood(read: Read) -> None:
    got = read('[\n {"a": 1,\n  "b": 2},\n {"a": 3}\n]\n', "x.json")
    assert got.rows == [("1", "2"), ("3", None)]
    assert got.lines == [2, 4]


def test_objects_over_several_lines_are_understood(read: Read) -> None:
    got = read('{\n "a": 1\n}\n{\n "a": 2\n}\n', "x.json")
    assert got.rows == [("1",), ("2",)]
    assert got.lines == [1, 4]


def test_text_with_line_ends_and_quotes_comes_through(read: Read) -> None:
    assert read('{"a": "x\\n\\"y\\", z", "b": ""}\n', "x.jsonl").rows == [('x\n"y", z', None)]


def test_text_without_a_telling_name_is_known_by_its_brace(read: Read) -> None:
    assert read('{"a": 1}\n', "export.txt").source.format == "jsonl"


def test_gbk_json_is_read(read: Read) -> None:
    got = read('{"描述": "电池充电时发热严重"}\n'.encode("gb18030"), "x.jsonl")
    assert got.rows == [("电池充电时发热严重",)]
