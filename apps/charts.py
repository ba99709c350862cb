"""A chart of evidence as a picture, for those who cannot draw its specification themselves.

Every face draws the same way. A specification is data and is not trusted: nothing in it is loaded
from anywhere, and what is too large is refused before it is drawn.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from domain.errors import BadArgument, InvalidArgument
from memory.evidence import canonical_json

if TYPE_CHECKING:
    from types import ModuleType

Chart = dict[str, Any]
"""A Vega-Lite specification with its data in it."""
WIDTH = 640
"""Width of the plot where the specification names none (px)."""
NARROWEST, WIDEST = 200, 1600
"""Widths that may be asked for (px)."""
MOST_ROWS = 5_000
"""Rows of data that one picture may show (count)."""
MOST_NAMES = 250
"""Different names on an axis or in a legend (count): letters take longest to draw."""
LONGEST_SIDE = 4_000
"""Width and height that a specification may ask for (px)."""
MOST_PIXELS = 16_000_000
"""Size of a picture (pixels, after scaling)."""
KEPT = 64
"""Pictures that are kept ready (count)."""
_REACHING = {"url", "href"}
"""Keys of a specification that would load or link something."""
_SIDES = {"width", "height", "step"}
_COMPOSED = {"hconcat", "vconcat", "concat", "repeat", "facet"}
_SIZE = re.compile(r'<svg[^>]*? width="([\d.]+)" height="([\d.]+)"')
_TEXT = re.compile(r'(<text [^>]*?font-family=")[^"]*("[^>]*>)([^<]*)')
_LATIN = "Noto Sans, DejaVu Sans, Segoe UI, Helvetica, Arial, sans-serif"
_FONTS = (
    (re.compile(r"[\u0590-\u08ff\ufb50-\ufeff]"), "Noto Sans Arabic, Noto Naskh Arabic, Tahoma"),
    (re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef]"),
     "Noto Sans CJK SC, Noto Sans SC, PingFang SC, Microsoft YaHei"),
)  # fmt: skip
"""Fonts by the letters that need them: a renderer left to itself takes the first that it finds."""
_INK, _FAINT = "#1f2933", "#d9dee3"
_COLOURS = ["#0b6e99", "#d9730d", "#4d7c0f", "#9b2c5e", "#5b5bd6", "#8a6d00", "#44546a", "#b42318"]
_CONFIG: Chart = {
    "font": _LATIN,
    "background": "#ffffff",
    "padding": 12,
    "title": {"color": _INK, "fontSize": 14, "anchor": "start", "offset": 10, "limit": WIDTH},
    "axis": {
        "labelColor": _INK,
        "titleColor": _INK,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelLimit": 380,
        "labelFlush": False,
        "gridColor": _FAINT,
        "domainColor": _FAINT,
        "tickColor": _FAINT,
    },
    "legend": {"labelColor": _INK, "titleColor": _INK, "labelFontSize": 12, "labelLimit": 300},
    "view": {"stroke": None},
    "range": {"category": _COLOURS},
    "bar": {"color": _COLOURS[0]},
    "line": {"color": _COLOURS[0], "strokeWidth": 2},
    "point": {"color": _COLOURS[0], "filled": True, "size": 60, "opacity": 1},
    "rule": {"color": _COLOURS[6]},
}


class _Picture(NamedTuple):
    """A drawn chart."""

    text: str
    """The SVG document."""
    pixels: float
    """Its size at scale 1 (pixels)."""


def svg(chart: Chart, *, width: int = WIDTH) -> str:
    """The chart as an SVG document without scripts and links.

    Args:
        chart: the specification.
        width: of its plot, where it names none (px).

    Raises:
        InvalidArgument: it would load something, is too large, or cannot be drawn.
        BadArgument: the extra `charts` is not installed.
    """
    return _drawn(_checked(chart), _within(width)).text


def png(chart: Chart, *, width: int = WIDTH, scale: float = 2.0) -> bytes:
    """The chart as a PNG picture on white.

    Args:
        chart: the specification.
        width: of its plot, where it names none (px).
        scale: pixels of the picture for each px, 1 to 4; less where the picture gets too large.

    Raises:
        InvalidArgument: as `svg`.
        BadArgument: as `svg`.
    """
    if not 1 <= scale <= 4:
        raise InvalidArgument(f"a scale of {scale:g} is not within 1 to 4")
    return _painted(_checked(chart), _within(width), scale)


@lru_cache(maxsize=KEPT)
def _painted(text: str, width: int, scale: float) -> bytes:
    drawn = _drawn(text, width)
    fits = min(scale, (MOST_PIXELS / drawn.pixels) ** 0.5)
    return bytes(_vega().svg_to_png(drawn.text, scale=max(fits, 1.0)))


@lru_cache(maxsize=KEPT)
def _drawn(text: str, width: int) -> _Picture:
    import json

    chart = json.loads(text)
    if "width" not in chart and _single(chart):
        chart["width"] = width
    try:
        drawn = _vega().vegalite_to_svg(chart, config=_CONFIG, allowed_base_urls=[])
    except ValueError as error:
        reason = str(error).splitlines()[1:2] or ["it is no Vega-Lite"]
        raise _undrawn(reason[0]) from error
    size = _SIZE.match(drawn)
    pixels = float(size[1]) * float(size[2]) if size else 0.0
    if not 0 < pixels <= MOST_PIXELS:
        raise _undrawn(f"it would have {pixels:,.0f} pixels of at most {MOST_PIXELS:,}")
    return _Picture(_TEXT.sub(_lettered, drawn), pixels)


def _lettered(text: re.Match[str]) -> str:
    """A text with the fonts that have its letters."""
    own = next((fonts for letters, fonts in _FONTS if letters.search(text[3])), None)
    return f"{text[1]}{f'{own}, {_LATIN}' if own else _LATIN}{text[2]}{text[3]}"


def _checked(chart: Chart) -> str:
    """The specification as text, once it is known to be harmless and small enough."""
    entries = list(_entries(chart))
    rows = [row for key, value in entries if key == "values" for row in _rows(value)]
    for key, value in entries:
        if key in _REACHING or value == "image":
            raise _undrawn("it would load something from elsewhere")
        if key in _SIDES and isinstance(value, int | float) and value > LONGEST_SIDE:
            raise _undrawn(f"its {key} of {value:,} is more than {LONGEST_SIDE:,} px")
    if len(rows) > MOST_ROWS:
        raise _undrawn(f"it has {len(rows):,} rows of at most {MOST_ROWS:,}")
    for field in {value["field"] for _, value in entries if _named(value)}:
        names = len({str(row.get(field)) for row in rows if isinstance(row, dict)})
        if names > MOST_NAMES:
            raise _undrawn(f"{field} has {names:,} different names of at most {MOST_NAMES:,}")
    return canonical_json({key: value for key, value in chart.items() if key != "$schema"})


def _rows(values: object) -> list[Any]:
    if isinstance(values, str):
        return values.splitlines()
    return values if isinstance(values, list) else []


def _named(channel: object) -> bool:
    """Whether a channel writes out each value of its field."""
    if not isinstance(channel, dict) or not isinstance(channel.get("field"), str):
        return False
    return channel.get("type", "nominal") in ("nominal", "ordinal")


def _entries(value: object) -> Iterator[tuple[str, Any]]:
    """Every key with its value, rows of data left out: their columns may bear any name."""
    if isinstance(value, list):
        for one in value:
            yield from _entries(one)
    elif isinstance(value, dict):
        for key, one in value.items():
            yield key, one
            if key != "values":
                yield from _entries(one)


def _single(chart: Chart) -> bool:
    encoding = chart.get("encoding") or {}
    faceted = isinstance(encoding, dict) and encoding.keys() & {"row", "column", "facet"}
    return not chart.keys() & _COMPOSED and not faceted


def _within(width: int) -> int:
    return min(max(width, NARROWEST), WIDEST)


def _undrawn(reason: str) -> InvalidArgument:
    return InvalidArgument(
        f"the chart cannot be drawn: {reason}",
        holds="its figures are in the result",
        next_step="read the result, or draw the specification yourself",
    )


def _vega() -> "ModuleType":
    try:
        import vl_convert
    except ModuleNotFoundError as error:
        raise BadArgument(
            "pictures of charts need a library that is not installed",
            holds="the chart's specification and its figures are there",
            next_step="install `andon[charts]`",
        ) from error
    return vl_convert
