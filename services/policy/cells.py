"""Small cells: a count of fewer than five people can name one of them, so it is not shown.

Hiding a small count alone is not enough when a total is shown beside it: the rest is found by
subtraction. So a line (the cells that add up to one shown total) hides a second cell, and more,
until what is hidden can no longer be worked out.

A reader knows that counts are whole and that a hidden one is at least 1 (zeros concern nobody and
stay). With m hidden cells that add up to s, every cell keeps at least two possible values as long
as m >= 2 and s > m; we also ask s >= 5, or the hidden cells together would be a small cell.
Lines must not overlap: totals along one grouping, and any coarser totals of the same grouping, are
safe; two crossing sets of totals (rows and columns of one table) must not both be shown.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

SMALLEST_SHOWN = 5

Row = Mapping[str, object]


class Line(NamedTuple):
    """The cells that add up to one total."""

    column: str
    """The count column."""
    group: tuple[object, ...]
    """Values of the `within` columns; empty for the grand total."""


class Suppressed(NamedTuple):
    """Rows that may be shown."""

    rows: tuple[dict[str, object], ...]
    """The rows in their order; a hidden count, and what is derived from it, is None."""
    hidden: int
    """How many counts are hidden."""
    closed: tuple["Line", ...]
    """Lines whose total must not be shown either: the total would tell what is hidden."""


class _Cell(NamedTuple):
    row: int
    size: int


def suppress_small_cells(
    rows: Sequence[Row],
    counts: Sequence[str],
    *,
    within: Sequence[str] = (),
    derived: Mapping[str, Sequence[str]] | None = None,
) -> Suppressed:
    """Hide counts of 1 to 4, and as many others as it takes to keep them from being worked out.

    Args:
        rows: one row for each group.
        counts: columns that count people, feedback or claims; whole numbers of at least 0, or None.
        within: columns whose groups have their totals shown; none: only the grand total is.
        derived: for a count column, the columns computed from it (rates, shares, intervals), which
            are hidden with it.

    Returns:
        The rows with hidden values as None, and the lines that cannot be protected (a single cell,
        or nothing but ones): they are hidden whole, and their totals must not be shown.

    Raises:
        KeyError: a row lacks a named column.
        ValueError: a count is no whole number, or below 0.
    """
    shown = [dict(row) for row in rows]
    hidden = 0
    closed: list[Line] = []
    for column in counts:
        lines: dict[tuple[object, ...], list[_Cell]] = {}
        for place, row in enumerate(rows):
            count = _whole(row[column], column)
            if count:
                lines.setdefault(tuple(row[key] for key in within), []).append(_Cell(place, count))
        for group, line in lines.items():
            taken = _hidden_in(line)
            hidden += len(taken)
            if taken and not _protected(taken):
                closed.append(Line(column, group))
            for cell in taken:
                shown[cell.row].update(dict.fromkeys((column, *(derived or {}).get(column, ()))))
    return Suppressed(tuple(shown), hidden, tuple(closed))


def _hidden_in(line: list[_Cell]) -> list[_Cell]:
    cells = sorted(line, key=lambda cell: (cell.size, cell.row))
    taken = [cell for cell in cells if cell.size < SMALLEST_SHOWN]
    if not taken:
        return []
    for cell in cells[len(taken) :]:
        if _protected(taken):
            break
        taken.append(cell)
    return taken


def _protected(cells: list[_Cell]) -> bool:
    total = sum(cell.size for cell in cells)
    return len(cells) >= 2 and total >= SMALLEST_SHOWN and total > len(cells)


def _whole(value: object, column: str) -> int:
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{column} holds {value!r}, which is no count")
    return value
