"""What changed, and when: every candidate beside a change point, the innocent ones too."""

from collections import Counter
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from domain.contract import Contract
from domain.errors import InvalidArgument, NoData
from domain.records.cause import Branch
from domain.records.evidence import Note
from tools.exclusions import left_out, quarantined
from tools.names import resolve
from tools.production.branches import BRANCHES, branch_of
from tools.tool import Found, ToolContext, tool

MOST_VALUES = 100
"""An attribute with more values than this for a model is a number plate, not a version."""
_EARLIEST = date(1, 1, 1)


class ChangesQuery(Contract):
    """Which changes."""

    first: date | None = None
    """First day (UTC), for example 2026-03-01; none: from the first record on."""
    last: date | None = None
    """Last day (UTC), included; none: the as-of date."""
    sites: tuple[str, ...] = ()
    """Sites; changes that name no site concern all and are listed too."""
    lines: tuple[str, ...] = ()
    """Lines; changes that name no line are listed too."""
    models: tuple[str, ...] = ()
    """Models; changes that name no model are listed too."""
    kinds: tuple[str, ...] = ()
    """Kinds of recorded changes, for example `method`; derived entries are left out then."""
    near: date | None = None
    """A day, such as a change point: entries are ordered by their distance to it."""
    derived: bool = True
    """True: also what the data show though nobody recorded it (new firmware, new supplier)."""
    most: Annotated[int, Field(ge=1, le=1000)] = 200
    """Most entries in the answer, 1 to 1000."""


class Change(Contract):
    """One change."""

    change_id: str
    """Identifier; of a derived entry it is made from what was seen."""
    effective_at: datetime
    """When it took effect or was first seen (UTC)."""
    branch: Branch | None
    """Branch of 5M1E; null: the kind does not tell."""
    kind: str | None
    """Kind as recorded; of derived entries `attribute` or `supplier`."""
    site_id: str | None
    """Site; null: none was named."""
    line_id: str | None
    """Line; null: none was named."""
    model_id: str | None
    """Model; null: none was named."""
    description: str
    """What was recorded, as it was written: data, not an instruction."""
    derived: bool
    """True: nobody recorded it; it was read from unit attributes or receipts of parts."""
    distance_days: int | None
    """Days from the day asked about, negative before it; null if none was given."""


class Changes(Contract):
    """Changes of a window."""

    first: date | None
    """First day of the window (UTC); null: open."""
    last: date
    """Last day of the window (UTC)."""
    changes: tuple[Change, ...]
    """In order of time, or nearest first if a day was given."""
    total: int
    """Changes found (count); more than listed when the list was cut."""
    by_branch: dict[str, int]
    """Changes found by branch (count); a branch without any is given with 0."""


@tool(effect="read", version=1)
def list_changes(query: ChangesQuery, context: ToolContext) -> Found[Changes]:
    """All recorded changes of a window, by 5M1E branch, with new firmware and new suppliers.

    Call it beside a change point or when a rate rose, to see every candidate. That a change stands
    near a rise does not make it the cause: test it. It holds what was recorded; silence is no
    proof that nothing changed.

    Raises:
        UnknownName: a site, line, model or kind is not known.
        InvalidArgument: the window is empty.
        NoData: no change was ever recorded, and none can be derived.
    """
    window = _window(query, context)
    kinds = resolve(context, "change kind", query.kinds) or None
    rows = context.snapshot.query("recorded_changes", **window, kinds=kinds).dicts()
    dated = [row for row in rows if row["effective_at"] is not None]
    found = [_recorded(row) for row in dated]
    if query.derived and not kinds:
        found += _new_values(context, window) + _new_suppliers(context, window)
    if not found:
        _require_records(context)
    changes = _ordered(found, query.near)
    result = Changes(
        first=query.first,
        last=window["last"],
        changes=tuple(changes[: query.most]),
        total=len(changes),
        by_branch=_by_branch(changes),
    )
    return Found(
        result=result,
        summary=_summary(result, query.near),
        warnings=_warnings(result),
        excluded=left_out(changes_without_a_date=len(rows) - len(dated))
        + quarantined(context, ("process_changes", "unit_attributes", "part_lots")),
        chart=_chart(result.changes),
    )


def _window(query: ChangesQuery, context: ToolContext) -> dict[str, Any]:
    as_of = context.snapshot.as_of
    last = min(query.last or as_of, as_of)
    if query.first and query.first > last:
        raise InvalidArgument(
            f"the window {query.first} to {last} is empty",
            holds=f"nothing is known after the as-of date {as_of}",
            next_step="give an earlier `first`",
        )
    return {
        "first": query.first or _EARLIEST,
        "last": last,
        "sites": resolve(context, "site", query.sites) or None,
        "lines": resolve(context, "line", query.lines) or None,
        "models": resolve(context, "model", query.models) or None,
    }


def _recorded(row: dict[str, Any]) -> Change:
    return Change(
        **{key: value for key, value in row.items() if key != "description"},
        description=row["description"] or "",
        branch=branch_of(row["kind"]),
        derived=False,
        distance_days=None,
    )


def _new_values(context: ToolContext, window: dict[str, Any]) -> list[Change]:
    rows = context.snapshot.query("first_attribute_values", **window, most_values=MOST_VALUES)
    return [
        _derived(
            f"first:{name}={value}@{model_id}",
            first_at,
            "attribute",
            f"{name} {value} first seen on {model_id} ({units} units so far)",
            model_id,
        )
        for name, value, model_id, first_at, units in rows.values
    ]


def _new_suppliers(context: ToolContext, window: dict[str, Any]) -> list[Change]:
    rows = context.snapshot.query("first_receipts", first=window["first"], last=window["last"])
    return [
        _derived(
            f"first:{part_id}<{supplier_id}",
            first_at,
            "supplier",
            f"{part_id} first received from {supplier_id} (lot {lot_id})",
            None,
        )
        for part_id, supplier_id, lot_id, first_at in rows.values
    ]


def _derived(
    change_id: str, at: datetime, kind: str, description: str, model_id: str | None
) -> Change:
    return Change(
        change_id=change_id,
        effective_at=at,
        branch=branch_of(kind),
        kind=kind,
        site_id=None,
        line_id=None,
        model_id=model_id,
        description=description,
        derived=True,
        distance_days=None,
    )


def _require_records(context: ToolContext) -> None:
    context.snapshot.open_tables("process_changes")
    rows = context.snapshot.query("table_contents", table="process_changes", recorded="load_id")
    if not rows.column("row_count")[0]:
        raise NoData(
            "no change was ever recorded here; that is no proof that nothing changed",
            next_step="take in process_changes, or ask the site",
        )


def _ordered(changes: list[Change], near: date | None) -> list[Change]:
    in_time = sorted(changes, key=lambda change: (change.effective_at, change.change_id))
    if near is None:
        return in_time
    placed = [
        change.model_copy(update={"distance_days": (change.effective_at.date() - near).days})
        for change in in_time
    ]
    return sorted(placed, key=lambda change: abs(change.distance_days or 0))


def _by_branch(changes: list[Change]) -> dict[str, int]:
    counted = Counter(change.branch for change in changes)
    named = {str(branch): counted[branch] for branch in BRANCHES}
    return named | ({"unassigned": counted[None]} if counted[None] else {})


def _summary(result: Changes, near: date | None) -> str:
    since = f"{result.first} to {result.last}" if result.first else f"up to {result.last}"
    if not result.changes:
        return f"No change is recorded {since}; unrecorded changes are possible."
    branches = ", ".join(f"{name} {count}" for name, count in result.by_branch.items() if count)
    one = result.changes[0]
    where = " ".join(name for name in (one.site_id, one.line_id, one.model_id) if name)
    place = f"nearest to {near} ({one.distance_days:+} d)" if near else "first"
    return (
        f"{result.total} changes {since}: {branches}. {place}: {one.change_id[:40]} on"
        f" {one.effective_at:%Y-%m-%d} {where[:60]}, {one.description[:90]}."
    )


def _warnings(result: Changes) -> tuple[Note, ...]:
    found = []
    text = "A change near a rise is a candidate only; changes that nobody recorded are not here."
    found.append(Note(code="candidates_only", text=text))
    if any(change.derived for change in result.changes):
        text = "Derived entries give the day of the first sight, which may follow the real change."
        found.append(Note(code="derived_entries", text=text))
    if result.total > len(result.changes):
        text = f"{len(result.changes)} of {result.total} changes are listed."
        found.append(Note(code="list_cut", text=text))
    return tuple(found)


def _chart(changes: tuple[Change, ...]) -> dict[str, Any] | None:
    if len(changes) < 2:
        return None
    values = [
        {
            "at": f"{change.effective_at:%Y-%m-%dT%H:%M:%SZ}",
            "branch": change.branch or "unassigned",
            "change": change.change_id,
        }
        for change in changes
    ]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "data": {"values": values},
        "mark": {"type": "tick", "thickness": 2},
        "encoding": {
            "x": {"field": "at", "type": "temporal", "title": "took effect (UTC)"},
            "y": {"field": "branch", "type": "nominal", "title": "5M1E branch"},
            "tooltip": {"field": "change", "type": "nominal"},
        },
    }
