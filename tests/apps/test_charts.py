"""Charts of evidence as pictures: harmless, bounded, and in every script."""

import json
import re
import struct
import sys
from typing import Any

import pytest

from apps.charts import MOST_PIXELS, MOST_ROWS, png, svg
from domain.errors import BadArgument, InvalidArgument

ROWS = [
    {"what": "漏水", "n": 3},
    {"what": "تسرب الماء", "n": 5},
    {"what": "Überlauf <script>alert(1)</script>", "n": 4},
]


def bars(**changed: Any) -> dict[str, Any]:
    return {
        "data": {"values": ROWS},
        "mark": "bar",
        "encoding": {
            "y": {"field": "what", "type": "nominal", "title": None},
            "x": {"field": "n", "type": "quantitative", "title": "reports (count)"},
        },
        **changed,
    }


def size(picture: bytes) -> tuple[int, int]:
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", picture[16:24])


def test_a_picture_holds_words_as_words_and_nothing_that_runs_or_leads_away() -> None:
    text = svg(bars())
    assert "&lt;script&gt;" in text
    assert "<script" not in text
    assert "href" not in text
    assert not re.search(r"\son\w+=", text)


def test_each_text_names_fonts_that_have_its_letters() -> None:
    text = svg(bars())
    found = re.findall(r'font-family="([^",]+)[^>]*>([^<]+)<', text)
    by_words = {words: font for font, words in found}
    assert by_words["漏水"] == "Noto Sans CJK SC"
    assert by_words["تسرب الماء"] == "Noto Sans Arabic"
    assert by_words["reports (count)"] == "Noto Sans"


def test_a_picture_grows_with_its_scale() -> None:
    small, large = size(png(bars(), scale=1)), size(png(bars(), scale=3))
    assert large[0] == pytest.approx(3 * small[0], abs=3)


def test_the_plot_is_as_wide_as_asked_where_the_specification_leaves_it_open() -> None:
    narrow, wide = size(png(bars(), width=300, scale=1)), size(png(bars(), width=900, scale=1))
    assert wide[0] - narrow[0] == pytest.approx(600, abs=30)
    fixed = bars(width=100)
    assert size(png(fixed, width=300)) == size(png(fixed, width=900))


@pytest.mark.parametrize(
    "reaching",
    [
        bars(data={"url": "http://127.0.0.1:9/rows.json"}),
        bars(data={"url": "file:///etc/passwd", "format": {"type": "csv"}}),
        bars(mark={"type": "image", "url": "http://127.0.0.1:9/x.png"}),
        bars(mark="image"),
        bars(mark={"type": "bar", "href": "http://127.0.0.1:9/"}),
        {"layer": [bars(transform=[{"lookup": "n", "from": {"data": {"url": "x"}}}])]},
    ],
)
def test_a_specification_that_reaches_out_is_refused(reaching: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgument, match="from elsewhere"):
        svg(reaching)


def test_a_column_may_bear_any_name() -> None:
    rows = [{"url": "a", "href": 1}]
    encoding = {"x": {"field": "href", "type": "quantitative"}, "y": {"field": "url"}}
    assert "<svg" in svg({"data": {"values": rows}, "mark": "bar", "encoding": encoding})


@pytest.mark.parametrize(
    ("large", "reason"),
    [
        (bars(data={"values": [{"what": "x", "n": 1}] * (MOST_ROWS + 1)}), "rows of at most"),
        (bars(width=100_000, height=100_000), "more than 4,000 px"),
        (bars(width=4_000, height=4_001), "height"),
        (bars(width=4_000, height=4_000), "pixels of at most"),
        (bars(data={"values": [{"what": str(n), "n": 1} for n in range(2000)]}), "2,000 different"),
    ],
)
def test_what_is_too_large_is_refused_in_words(large: dict[str, Any], reason: str) -> None:
    with pytest.raises(InvalidArgument, match=reason) as caught:
        png(large)
    assert caught.value.next_step


def test_a_large_picture_is_scaled_down_to_what_is_taken() -> None:
    wide, high = size(png(bars(width=3000, height=1500), scale=4))
    assert wide * high <= MOST_PIXELS * 1.01


@pytest.mark.parametrize("broken", [{}, {"mark": "nonsense"}, {"mark": 3, "encoding": []}])
def test_what_is_no_chart_is_refused_in_one_line(broken: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgument, match="cannot be drawn") as caught:
        svg(broken)
    assert "\n" not in caught.value.message
    assert len(caught.value.message) < 400


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(BadArgument) as caught:
        svg(bars(title=json.dumps("drawn for the first time")))
    assert "andon[charts]" in caught.value.next_step
