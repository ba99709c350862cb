"""Text in the encodings of the world, marked or not."""

from collections.abc import Callable
from typing import Any

import pytest

Read = Callable[..., Any]

SAMPLES = {
    "gb18030": [
        "产品编号,故障描述\n1,电池充电时发热严重，屏幕出现闪烁\n",
        "供应商编号,数量\nS1,4\n",
    ],
    "big5": ["產品編號,故障描述\n1,電池充電時發熱嚴重，螢幕出現閃爍\n", "供應商,數量\nS1,4\n"],
    "cp932": ["部品番号,不具合内容\n1,充電中にバッテリーが熱くなる\n", "部品番号,数量\n1,2\n"],
    "cp949": ["부품번호,고장내용\n1,충전 중에 배터리가 뜨거워집니다\n", "공급업체,수량\nS1,5\n"],
    "cp1251": ["Номер,Описание\n1,Стук в передней подвеске\n", "Поставщик,Кол-во\nS1,5\n"],
    "cp1256": ["رقم,وصف\n1,البطارية تسخن كثيرا أثناء الشحن\n", "المورد,الكمية\nS1,5\n"],
    "cp1252": [
        "Teil,Beschreibung\n1,Gehäuse überhitzt beim Laden\n",
        "pièce,défaut\n1,L’arrêt – très décevant\n",
        "t,v [°C]\n1,2\n",
        "a,price €\n1,5 µm ±1\n",
    ],
}
CASES = [(name, text) for name, texts in SAMPLES.items() for text in texts]


@pytest.mark.parametrize(("encoding", "text"), CASES)
def test_an_unmarked_encoding_is_told_by_the_likeness_of_its_text(
    read: Read, encoding: str, text: str
) -> None:
    got = read(text.encode(encoding))
    assert [list(got.source.columns), *map(list, got.rows)] == [
        line.split(",") for line in text.splitlines()
    ]
    assert got.source.encoding == encoding
    assert 0 < got.source.encoding_confidence < 1
    assert f"guessed as {encoding}" in got.source.notes[0]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_utf16_is_read_with_and_without_a_mark(read: Read, encoding: str) -> None:
    got = read("编号,描述\r\n1,电池\r\n2,ab\r\n".encode(encoding))
    assert got.source.columns == ("编号", "描述")
    assert got.rows == [("1", "电池"), ("2", "ab")]
    assert got.lines == [2, 3]


def test_an_encoding_that_shows_late_in_the_file_is_still_found(read: Read) -> None:
    got = read(b"a,b\n" + b"1,plain\n" * 200_000 + "2,Größe\n".encode("cp1252"))
    assert got.rows[-1] == ("2", "Größe")
    assert got.source.encoding == "cp1252"


def test_the_given_encoding_wins(read: Read) -> None:
    got = read("a,b\n1,é\n".encode("cp1252"), encoding="cp1251")
    assert got.rows == [("1", "й")]
    assert (got.source.encoding, got.source.encoding_confidence) == ("cp1251", 1.0)


def test_text_garbled_before_it_came_stays_as_it_came(read: Read) -> None:
    assert read("a,b\n1,CÃ´te d'Ivoire\n").rows == [("1", "CÃ´te d'Ivoire")]


def test_bytes_that_the_given_encoding_lacks_cost_their_row_only(read: Read) -> None:
    got = read("a,b\n1,电池\n".encode("gb18030") + b"2,\xff\xff\n3,x\n", encoding="gb18030")
    assert got.rows == [("1", "电池"), ("3", "x")]
    assert got.problems == [(3, "encoding")]


def test_half_a_sign_at_the_end_of_utf16_costs_its_row_only(read: Read) -> None:
    got = read("a,b\n1,x\n2,y".encode("utf-16") + b"\x41")
    assert got.rows == [("1", "x")]
    assert got.problems == [(3, "encoding")]


def test_ascii_is_certain(read: Read) -> None:
    got = read("a,b\n1,2\n")
    assert (got.source.encoding, got.source.encoding_confidence, got.source.notes) == (
        "utf-8",
        1.0,
        (),
    )


def test_signs_are_not_cut_where_blocks_meet(read: Read) -> None:
    text = "a,b\n" + "".join(f"{n},电池充电时发热严重{n}\n" for n in range(60_000))
    got = read(text.encode("gb18030"))
    assert got.source.records == 60_000
    assert got.rows[59_999] == ("59999", "电池充电时发热严重59999")
