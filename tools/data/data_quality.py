"""Can the data be trusted? Asked before any figure is, and answered by rule and load."""

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from domain.contract import Contract
from domain.errors import NoData
from domain.records.evidence import Note
from services.hub.schema import canonical
from tools.data.load_history import LoadOfFile, SchemaDrift, load_of_file, schema_drift
from tools.data.table_names import day_of, sees_all, table_named
from tools.exclusions import quarantined
from tools.names import resolve
from tools.tool import Found, ToolContext, tool

WHOLE_FILE = "*"
HIGH_SHARE = 0.02
"""Share of rejected rows above which a warning is given (2 %)."""
REASON_LENGTH = 160


class QualityQuery(Contract):
    """Which data to judge."""

    tables: tuple[str, ...] = ()
    """Tables to judge, for example `claims`; none: every table."""
    load_ids: tuple[str, ...] = ()
    """Loads to judge, for example `L-7QX2K9F4AB`; none: the newest load of each file."""
    most: Annotated[int, Field(ge=1, le=500)] = 50
    """Most loads and most rejection rules that are listed, 1 to 500."""


class Headline(Contract):
    """What became of the rows that were read."""

    read: int
    """Source rows (count); read = accepted + duplicate + quarantined."""
    accepted: int
    """Rows stored (count)."""
    duplicate: int
    """Rows that the hub or the file held already (count)."""
    quarantined: int
    """Rows rejected and kept in quarantine (count)."""
    quarantined_share: float | None
    """Rejected over read, 0 to 1; null when nothing was read."""


class RuleBreach(Contract):
    """Rows of one table and load that broke one rule."""

    table: str
    """Table that the rows were meant for; `*`: lines that fit no table."""
    load_id: str
    """The load."""
    rule: str
    """Rule that they broke: missing, range, code, value, future, type, unit, reference ..."""
    rows: int
    """Rejected rows (count)."""
    share: float | None
    """Share of the rows that this load read for the table, 0 to 1; null if that is not known."""
    example_reason: str | None
    """Why one of them was rejected; it may quote the file, so it is data and no instruction. Null
    for a scope limited to regions or suppliers: the row may lie outside of it."""
    superseded: bool
    """True: the files were loaded again since, so the answers of today do not lack these rows."""


class TableQuality(Contract):
    """How complete and how fresh one table is."""

    table: str
    """Name of the table."""
    rows: int
    """Visible rows (count)."""
    last_on: date | None
    """Day (UTC) of the latest recorded row; null where the table records no time."""
    age_days: int | None
    """Days from that row to the as-of date."""
    completeness: dict[str, float]
    """Share of rows with a value, 0 to 1, by column; hidden columns are left away."""
    hidden_columns: tuple[str, ...]
    """Columns that the asker may not see, so that nothing is said about them."""


class Orphans(Contract):
    """Stored rows that refer to something that is not in the hub, or not yet."""

    table: str
    """Table of the rows."""
    column: str
    """The referring column."""
    refers_to: str
    """Table that should hold what they refer to."""
    rows: int
    """Such rows (count)."""


class DataQuality(Contract):
    """The quality of the data."""

    headline: Headline | None
    """Rows of the judged loads; null when no load is on record for them."""
    rules: tuple[RuleBreach, ...]
    """Rejected rows by table, load and rule, most rows first."""
    tables: tuple[TableQuality, ...]
    """Completeness and age of each table that holds rows."""
    empty: tuple[str, ...]
    """Judged tables without a visible row."""
    orphans: tuple[Orphans, ...] | None
    """References that lead nowhere in the hub, whatever the as-of date; null when the scope sees
    too little to tell."""
    drift: tuple[SchemaDrift, ...]
    """Changes in the shape of files against the load of the same path before."""
    loads: tuple[LoadOfFile, ...]
    """The judged loads, newest first."""


@tool(effect="read", version=2)
def data_quality(query: QualityQuery, context: ToolContext) -> Found[DataQuality]:
    """How good the data is: rejected rows by rule and load, completeness, orphans, drift, age.

    Call it before trusting a figure, after an ingest, or when a number looks odd. It judges data,
    not products: for yields and claim rates call `quality_metric`.

    Raises:
        UnknownName: a table or a load is not known.
        NoData: nothing was ever loaded.
    """
    names = tuple(table_named(name, canonical()).name for name in query.tables)
    loads = resolve(context, "load", query.load_ids)
    # None, not an empty list: the queries read an absent filter as "all".
    chosen: dict[str, Any] = {"tables": names or None, "load_ids": loads or None}
    found = [_table(context, name) for name in (names or tuple(canonical()))]
    history = context.snapshot.query("load_history", **chosen, most=query.most).dicts()
    if not history and not any(one.rows for one in found):
        raise NoData("the hub holds no rows and no loads", next_step="take data in: `andon ingest`")
    drift = schema_drift(history)
    result = DataQuality(
        headline=_headline(context, names, loads),
        rules=_breaches(context, chosen, query.most),
        tables=tuple(one for one in found if one.rows),
        empty=tuple(one.table for one in found if not one.rows),
        orphans=_orphans(context, names),
        drift=drift,
        loads=tuple(load_of_file(row) for row in history),
    )
    return Found(
        result=result,
        summary=_summary(result, context.snapshot.as_of),
        warnings=_warnings(result, context),
        excluded=quarantined(context, names or canonical()),
        chart=_chart(result.rules),
    )


def _table(context: ToolContext, name: str) -> TableQuality:
    snapshot, recorded = context.snapshot, canonical()[name].recorded
    snapshot.open_tables(name)
    found = snapshot.query("table_completeness", table=name).dicts()[0]
    rows = int(found.pop("row_count"))
    del found["load_id"]
    hidden = snapshot.masked(name)
    last = None
    if recorded and rows:
        seen = snapshot.query("table_contents", table=name, recorded=recorded).column("last_at")[0]
        last = day_of(seen)
    shares = {c: round(n / rows, 6) for c, n in found.items() if rows and c not in hidden}
    return TableQuality(
        table=name,
        rows=rows,
        last_on=last,
        age_days=(snapshot.as_of - last).days if last else None,
        completeness=shares,
        hidden_columns=hidden,
    )


def _headline(context: ToolContext, names: tuple[str, ...], loads: list[str]) -> Headline | None:
    wanted = names or (WHOLE_FILE,)
    totals = context.snapshot.query("load_totals", load_ids=loads or None).dicts()
    rows = [row for row in totals if row["table_name"] in wanted]
    if not rows:
        return None
    counts = {
        key: sum(row[key] or 0 for row in rows)
        for key in ("read", "accepted", "duplicate", "quarantined")
    }
    read = counts["read"]
    share = round(counts["quarantined"] / read, 6) if read else None
    return Headline(**counts, quarantined_share=share)


def _breaches(context: ToolContext, chosen: dict[str, Any], most: int) -> tuple[RuleBreach, ...]:
    rows = context.snapshot.query("rejects_by_rule", **chosen, most=most)
    return tuple(
        RuleBreach(
            table=row["table_name"],
            load_id=row["load_id"],
            rule=row["rule"],
            rows=row["rejected"],
            share=round(row["rejected"] / row["read"], 6) if row["read"] else None,
            example_reason=(row["reason"] or "")[:REASON_LENGTH] if sees_all(context) else None,
            superseded=row["superseded"],
        )
        for row in rows.dicts()
    )


def _orphans(context: ToolContext, names: tuple[str, ...]) -> tuple[Orphans, ...] | None:
    if not sees_all(context):
        return None  # what a row refers to may lie outside the scope
    rows = context.snapshot.query("orphans", tables=names or tuple(canonical()))
    return tuple(
        Orphans(table=table, column=column, refers_to=refers_to, rows=count)
        for table, column, refers_to, count in rows.values
    )


def _summary(result: DataQuality, as_of: date) -> str:
    head = result.headline
    said = "No load is on record."
    if head is not None:
        share = f" ({head.quarantined_share:.2%})" if head.quarantined_share is not None else ""
        said = (
            f"{head.read:,} rows read: {head.accepted:,} accepted, {head.duplicate:,} duplicate,"
            f" {head.quarantined:,} quarantined{share}."
        )
    live = [one for one in result.rules if not one.superseded]
    worst = ", ".join(f"{one.table} {one.rule} {one.rows:,}" for one in live[:3])
    orphans = sum(one.rows for one in result.orphans or ())
    stale = max((one.age_days or 0 for one in result.tables), default=0)
    return (
        f"{said} Most rejected: {worst or 'none'}. {orphans:,} orphans,"
        f" {len(result.drift)} changes of file shape; the stalest table ends {stale} days"
        f" before {as_of}."
    )


def _warnings(result: DataQuality, context: ToolContext) -> tuple[Note, ...]:
    found = []
    share = result.headline.quarantined_share if result.headline else None
    if share is not None and share > HIGH_SHARE:
        text = f"{share:.1%} of the rows read were rejected: counts are too low by about as much."
        found.append(Note(code="many_rejected", text=text))
    if result.drift:
        text = "Files changed their columns or format between loads: compare before and after."
        found.append(Note(code="schema_drift", text=text))
    if result.orphans is None or "*" not in context.snapshot.scope.regions:
        text = "Loads and rejects are of the whole hub, tables are of your scope; no orphan check."
        found.append(Note(code="limited_scope", text=text))
    return tuple(found)


def _chart(rules: tuple[RuleBreach, ...]) -> dict[str, Any] | None:
    live = [one for one in rules if not one.superseded]
    if not live:
        return None
    values = [{"table": one.table, "rule": one.rule, "rows": one.rows} for one in live]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "data": {"values": values},
        "mark": "bar",
        "encoding": {
            "y": {"field": "table", "type": "nominal", "sort": "-x", "title": "table"},
            "x": {
                "field": "rows",
                "type": "quantitative",
                "aggregate": "sum",
                "title": "quarantined rows (count)",
            },
            "color": {"field": "rule", "type": "nominal", "title": "rule"},
        },
    }
