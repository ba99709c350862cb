"""What a Vega-Lite specification shows, as far as the tools of this house draw.

A specification is read without trust: whatever does not fit is left out, and a reader that finds
nothing to draw gets nothing.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

Row = Mapping[str, Any]
LEAST, MOST = 1e-100, 1e100
"""Beyond these a difference or a logarithm has no value."""


class Layer(NamedTuple):
    """One mark with what it is drawn from."""

    mark: str
    """line, bar, rule, point, area, tick."""
    dashed: bool
    """Whether the line is dashed, as limits are."""
    encoding: Row
    """Channel to its description."""
    rows: tuple[Row, ...]
    """The data."""

    def field(self, channel: str) -> str | None:
        """Name of the column that a channel shows."""
        name = _mapping(self.encoding.get(channel)).get("field")
        return name if isinstance(name, str) else None

    def title(self, channel: str) -> str:
        """Words of an axis."""
        found = _mapping(self.encoding.get(channel))
        title = found.get("title") or found.get("field")
        return title if isinstance(title, str) else ""

    def kind(self, channel: str) -> str:
        """Scale of a channel: nominal, ordinal, temporal, quantitative."""
        return str(_mapping(self.encoding.get(channel)).get("type", ""))

    def datum(self, channel: str) -> float | None:
        """The constant that a channel stands at."""
        return number(_mapping(self.encoding.get(channel)).get("datum"))


class Spec(NamedTuple):
    """A specification, layer by layer."""

    title: str
    """Its title; may be empty."""
    layers: tuple[Layer, ...]
    """Its marks."""
    points: int
    """Rows of data in it (count)."""

    def first(self, mark: str, *channels: str, dashed: bool = False) -> Layer | None:
        """The first layer of a mark that shows a column on each of these channels."""
        for layer in self.layers:
            if layer.mark == mark and layer.dashed is dashed and all(map(layer.field, channels)):
                return layer
        return None


def read_spec(chart: object) -> Spec:
    """A specification's layers with what they inherit."""
    whole = _mapping(chart)
    rows = _rows(whole)
    parts = whole.get("layer")
    layers = [_mapping(part) for part in parts] if isinstance(parts, list) else [whole]
    title = whole.get("title")
    return Spec(
        title=title if isinstance(title, str) else "",
        layers=tuple(_layer(part, whole, rows) for part in layers),
        points=len(rows) or sum(len(_rows(part)) for part in layers),
    )


def number(value: object) -> float | None:
    """A number that can be drawn, or nothing."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if found == 0 or LEAST < abs(found) < MOST else None


def words(value: object) -> str:
    """A label; nothing is an en dash."""
    return "–" if value is None or value == "" else " ".join(str(value).split())


def _layer(part: Row, whole: Row, rows: tuple[Row, ...]) -> Layer:
    mark = part.get("mark")
    described = _mapping(mark)
    return Layer(
        mark=str(described.get("type", "")) if described else str(mark or ""),
        dashed="strokeDash" in described,
        encoding={**_mapping(whole.get("encoding")), **_mapping(part.get("encoding"))},
        rows=_rows(part) or rows,
    )


def _rows(part: Row) -> tuple[Row, ...]:
    values = _mapping(part.get("data")).get("values")
    if not isinstance(values, list):
        return ()
    return tuple(row for row in values if isinstance(row, dict))


def _mapping(value: object) -> Row:
    return value if isinstance(value, dict) else {}
