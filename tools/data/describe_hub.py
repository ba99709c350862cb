"""The first look: what is there to be asked about, and what is not there at all."""

from datetime import date

from domain.contract import Contract
from domain.records.evidence import Note
from domain.records.policy import DataClass
from services.hub.schema import Column, Table, canonical, schema
from tools.data.table_names import day_of, table_named
from tools.exclusions import quarantined
from tools.tool import Found, ToolContext, tool

LISTED = 50
"""Most values of a dimension that are listed; the total is always given."""


class HubQuery(Contract):
    """Which part of the hub to describe."""

    table: str | None = None
    """Table whose data dictionary is wanted too, for example `claims`; none: no dictionary."""


class TableContents(Contract):
    """What one table holds for the asker."""

    table: str
    """Name of the table."""
    says: str
    """What one row stands for."""
    key: tuple[str, ...]
    """Columns that together name a row."""
    rows: int
    """Visible rows (count)."""
    loads: int
    """Loads that the visible rows came with (count)."""
    first_on: date | None
    """Day (UTC) of the earliest recorded row; null where the table records no time."""
    last_on: date | None
    """Day (UTC) of the latest recorded row; null where the table records no time."""


class NamedValue(Contract):
    """One value of a dimension."""

    id: str
    """Identifier to use in questions."""
    name: str | None
    """Its name; for a country its sales region."""


class Dimension(Contract):
    """Something that questions can be narrowed or grouped by."""

    dimension: str
    """What it is, for example `model`."""
    total: int
    """Distinct values (count)."""
    values: tuple[NamedValue, ...]
    """The first 50 by identifier."""


class ColumnEntry(Contract):
    """One column in the data dictionary."""

    column: str
    """Column name."""
    type: str
    """Type of the value; timestamps are UTC, dates ISO 8601."""
    data_class: DataClass
    """Data class that decides who sees it."""
    visible: bool
    """False: the asker sees null instead of the values."""
    required: bool
    """True: a row without a value goes to quarantine."""
    means: str
    """Rules of the value: what it refers to, its range, its code list."""


class HubContents(Contract):
    """What the hub holds, as the asker may see it."""

    commit: str
    """Hub commit that was read."""
    as_of: date
    """The date that "now" stands for."""
    newest_on: date | None
    """Newest recorded day of the hub; null while it is empty."""
    tables: tuple[TableContents, ...]
    """Tables that hold rows."""
    empty: tuple[str, ...]
    """Tables without a visible row: questions on them have no data, which is not zero."""
    dimensions: tuple[Dimension, ...]
    """What can be asked about."""
    dictionary: tuple[ColumnEntry, ...] | None
    """Columns of the table that was asked for."""


@tool(effect="read", version=1)
def describe_hub(query: HubQuery, context: ToolContext) -> Found[HubContents]:
    """What the hub holds: tables with rows and dates, names to ask about, what is empty.

    Call it first, or when a name or a column is unknown; with `table` it gives that table's data
    dictionary. For the quality of the data call `data_quality`, for figures `quality_metric`.

    Raises:
        UnknownName: the hub has no table of that name.
    """
    wanted = table_named(query.table, schema()) if query.table else None
    contents = [_contents(context, table) for table in schema().values()]
    snapshot = context.snapshot
    result = HubContents(
        commit=snapshot.commit.commit_id,
        as_of=snapshot.as_of,
        newest_on=snapshot.commit.newest_on,
        tables=tuple(one for one in contents if one.rows),
        empty=tuple(one.table for one in contents if not one.rows),
        dimensions=_dimensions(context),
        dictionary=_dictionary(wanted, context) if wanted else None,
    )
    return Found(
        result=result,
        summary=_summary(result),
        warnings=_warnings(context),
        excluded=quarantined(context, canonical()),
    )


def _contents(context: ToolContext, table: Table) -> TableContents:
    context.snapshot.open_tables(table.name)
    rows = context.snapshot.query(
        "table_contents", table=table.name, recorded=table.recorded or "load_id"
    )
    total, loads, first, last = rows.values[0]
    return TableContents(
        table=table.name,
        says=table.says,
        key=table.key,
        rows=total,
        loads=loads,
        first_on=day_of(first) if table.recorded else None,
        last_on=day_of(last) if table.recorded else None,
    )


def _dimensions(context: ToolContext) -> tuple[Dimension, ...]:
    values: dict[str, list[NamedValue]] = {}
    totals: dict[str, int] = {}
    rows = context.snapshot.query("hub_dimensions", most=LISTED)
    for dimension, value_id, name, total in rows.values:
        values.setdefault(dimension, []).append(NamedValue(id=value_id, name=name))
        totals[dimension] = total
    return tuple(
        Dimension(dimension=dimension, total=totals[dimension], values=tuple(listed))
        for dimension, listed in values.items()
    )


def _dictionary(table: Table, context: ToolContext) -> tuple[ColumnEntry, ...]:
    masked = context.snapshot.masked(table.name)
    return tuple(
        ColumnEntry(
            column=column.name,
            type=column.type,
            data_class=column.data_class,
            visible=column.name not in masked,
            required=column.required,
            means=_means(table, column),
        )
        for column in table.columns
    )


def _means(table: Table, column: Column) -> str:
    said = [_bounds(column)]
    if column.references:
        orphan = "quarantined" if column.references.strict else "kept and counted"
        said.append(f"refers to {column.references.table}; a row that leads nowhere is {orphan}")
    if column.name in table.key:
        said.append("part of the key" if len(table.key) > 1 else "the key")
    if column.past:
        said.append("not in the future")
    if column.name == table.recorded:
        said.append("when the row became known")
    return "; ".join(text for text in said if text)


def _bounds(column: Column) -> str:
    if column.codes:
        return f"{column.codes} code"
    if column.values:
        return f"one of {', '.join(column.values)}"
    bounds = (("at least", column.minimum), ("at most", column.maximum))
    return ", ".join(f"{word} {bound:g}" for word, bound in bounds if bound is not None)


def _summary(result: HubContents) -> str:
    if not result.tables:
        return f"Hub commit {result.commit} holds no rows: take in data with `andon ingest`."
    totals = {one.dimension: one.total for one in result.dimensions}
    days = [day for one in result.tables for day in (one.first_on, one.last_on) if day]
    span = f", recorded {min(days)} to {max(days)}" if days else ""
    counts = ", ".join(
        f"{totals.get(kind, 0)} {label}"
        for kind, label in (
            ("model", "models"),
            ("site", "sites"),
            ("country", "markets"),
            ("supplier", "suppliers"),
            ("language", "feedback languages"),
        )
    )
    empty = ", ".join(result.empty[:6]) + (", …" if len(result.empty) > 6 else "")
    rows = sum(one.rows for one in result.tables)
    return (
        f"Hub commit {result.commit}: {rows:,} rows in {len(result.tables)} tables{span}; {counts}."
        + (f" Empty: {empty}." if empty else "")
    )


def _warnings(context: ToolContext) -> tuple[Note, ...]:
    scope = context.snapshot.scope
    if "*" in scope.regions and "*" in scope.suppliers:
        return ()
    text = "Counts are of the rows that you may see; the hub may hold more."
    return (Note(code="limited_scope", text=text),)
