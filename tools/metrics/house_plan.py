"""The frame of a house: what the asker gave, completed from the metric catalogue."""

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

from domain.errors import InvalidArgument, UnknownName
from domain.qfd import Direction, RoofSign
from services.metrics.catalogue import View
from services.metrics.records import Metric, Need
from tools.metrics.house_records import MOST, Origin, RoofCell, WeightedNeed, WishedMetric

_Row = TypeVar("_Row")
_Named = TypeVar("_Named", Metric, Need)
_OFFERED = 3
_LIKE_ENOUGH = 60


class Column(NamedTuple):
    """A metric of the house."""

    name: str
    """As asked."""
    unit: str | None
    """Unit; None: not stated."""
    direction: Direction
    """Which way it is wished."""
    known: Metric | None
    """The same in the catalogue; None: it is the asker's own."""


class Roof(NamedTuple):
    """How wishes go together."""

    cells: tuple[RoofCell, ...]
    """Pairs of metrics with their sign."""
    origin: Origin
    """Who said it."""


def columns_of(wished: Iterable[WishedMetric], view: View) -> list[Column]:
    """The metrics of the house, in the order asked.

    Raises:
        InvalidArgument: a metric stands there twice, or is not in the catalogue and comes without a
            direction.
    """
    return [_column(one, view) for one in once("metric", wished, lambda one: one.metric)]


def catalogue_columns(needs: Iterable[Need], view: View) -> list[Column]:
    """All metrics that the catalogue knows for needs, the most weight first."""
    weights: dict[str, int] = {}
    for need in needs:
        for one in view.weighted(need):
            weights[one.metric] = weights.get(one.metric, 0) + one.weight
    ranked = sorted(weights, key=lambda name: -weights[name])[:MOST]
    return [_column(WishedMetric(metric=name), view) for name in ranked]


def known_needs(needs: Iterable[WeightedNeed], view: View) -> list[Need]:
    """The needs in the catalogue.

    Raises:
        UnknownName: the catalogue does not know one; near ones are offered.
    """
    return [_need(one.need, view) for one in needs]


def catalogue_relations(
    needs: Iterable[Need], columns: Iterable[Column], view: View
) -> tuple[tuple[int, ...], ...]:
    """How strongly the catalogue says that metrics serve needs; 0 where it says nothing."""
    names = [column.known.id if column.known else "" for column in columns]
    return tuple(tuple(view.relation(need, name) or 0 for name in names) for need in needs)


def roof_of(given: tuple[RoofCell, ...], columns: Iterable[Column]) -> Roof:
    """The roof that was given, or else that of the catalogue.

    Raises:
        UnknownName: a cell names a metric that is not in the house.
        InvalidArgument: a cell joins a metric to itself, or two cells say different things.
    """
    columns = tuple(columns)
    if not given:
        return Roof(_catalogue_roof(columns), "catalogue")
    names = {column.name for column in columns}
    signs: dict[frozenset[str], RoofSign] = {}
    for cell in given:
        pair = frozenset((cell.first, cell.second))
        if unknown := sorted(pair - names):
            raise UnknownName("metric", unknown[0], _near(unknown[0], names), "the question")
        if len(pair) == 1:
            raise InvalidArgument(f"the roof joins {cell.first!r} to itself")
        if signs.setdefault(pair, cell.sign) != cell.sign:
            raise InvalidArgument(f"the roof says two things of {cell.first!r} and {cell.second!r}")
    return Roof(tuple({frozenset((one.first, one.second)): one for one in given}.values()), "given")


def once(kind: str, rows: Iterable[_Row], named: Callable[[_Row], str]) -> list[_Row]:
    """Rows as they are.

    Raises:
        InvalidArgument: two have the same name.
    """
    found: dict[str, _Row] = {}
    for row in rows:
        name = named(row).strip()
        if found.setdefault(name.casefold(), row) is not row:
            raise InvalidArgument(f"{kind} {name!r} stands there twice", next_step="keep one")
    return list(found.values())


def _column(one: WishedMetric, view: View) -> Column:
    known = view.metrics.get(one.metric) or _called(one.metric, view.metrics.values())
    direction = one.direction or (known.direction if known else None)
    if direction is None:
        raise InvalidArgument(
            f"metric {one.metric!r} is not in the catalogue and has no direction",
            next_step="say `up`, `down` or `nominal`, or name a metric of the catalogue"
            + "".join(f", {name}" for name in _near(one.metric, view.metrics)),
        )
    return Column(one.metric, one.unit or (known.unit if known else None), direction, known)


def _need(name: str, view: View) -> Need:
    found = view.needs.get(name) or _called(name, view.needs.values())
    if found is None:
        raise UnknownName("need", name, _near(name, view.needs), "translate_need")
    return found


def _called(name: str, rows: Iterable[_Named]) -> _Named | None:
    wanted = name.strip().casefold()
    return next(
        (row for row in rows if wanted in {one.casefold() for one in row.names.values()}), None
    )


def _near(name: str, known: Iterable[str]) -> tuple[str, ...]:
    from rapidfuzz import process

    found = process.extract(name, sorted(known), limit=_OFFERED, score_cutoff=_LIKE_ENOUGH)
    return tuple(match[0] for match in found)


def _catalogue_roof(columns: tuple[Column, ...]) -> tuple[RoofCell, ...]:
    names = {column.known.id: column.name for column in columns if column.known}
    cells: dict[frozenset[str], RoofCell] = {}
    for column in columns:
        for other in column.known.tradeoffs if column.known else ():
            if other.metric in names:
                cell = RoofCell(first=column.name, second=names[other.metric], sign=other.sign)
                held = cells.setdefault(frozenset((cell.first, cell.second)), cell)
                if held.sign == "+" != cell.sign:
                    cells[frozenset((cell.first, cell.second))] = cell
    return tuple(cells.values())
