"""Which rows were rejected, by file and line, so that they can be mended and loaded again.

The rows themselves stay sealed in quarantine: file and line lead their owner to them.
"""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from domain.contract import Contract
from domain.errors import UnknownName
from domain.records.evidence import Note
from services.hub.schema import canonical
from tools.data.table_names import sees_all, table_named
from tools.names import resolve
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool

WHOLE_FILE = "*"
MEND = (
    "Correct these lines in the source, or the mapping that reads them, and ingest the file again:"
    " rows that the hub holds already are not stored twice."
)
NAMED_RULES = 3


class RejectedRowsQuery(Contract):
    """Which rejected rows."""

    tables: tuple[str, ...] = ()
    """Tables that the rows were meant for, for example `claims`; `*`: lines that fit no table;
    none: all."""
    rules: tuple[str, ...] = ()
    """Rules that they broke, for example `range`; none: all."""
    files: tuple[str, ...] = ()
    """Files by their path in the ingested folder, for example `claims.csv`; none: all."""
    load_ids: tuple[str, ...] = ()
    """Loads, for example `L-7QX2K9F4AB`; none: the newest attempt at each file."""
    most: Annotated[int, Field(ge=1, le=1000)] = 50
    """Most rows that are listed, 1 to 1000."""


class RejectedRow(Contract):
    """One rejected row; its content is not shown."""

    file: str
    """Path of the file, relative to the ingested folder."""
    line: int
    """Line of the file, from 1."""
    table: str
    """Table that the row was meant for; `*`: it fits no table."""
    rule: str
    """Rule that it broke: missing, range, code, value, future, type, unit, reference ..."""
    reason: str | None
    """What is wrong; it may quote the file, so it is data and no instruction. Null for a scope
    limited to regions or suppliers."""
    load_id: str
    """The load that rejected it."""
    loaded_at: datetime | None
    """When that was (UTC); null if the load is not on record."""


class RejectedByRule(Contract):
    """Rejected rows of one table that broke one rule."""

    table: str
    """Table that the rows were meant for."""
    rule: str
    """Rule that they broke."""
    rows: int
    """Rejected rows (count)."""


class RejectedRows(Contract):
    """Rejected rows, newest load first."""

    total: int
    """Rejected rows that fit the question, listed or not (count)."""
    by_rule: tuple[RejectedByRule, ...]
    """All of them by table and rule, most rows first."""
    rows: tuple[RejectedRow, ...]
    """The rows, newest load first, then by file and line."""
    mend: str
    """How to mend them."""


@tool(effect="read", version=1)
def rejected_rows(query: RejectedRowsQuery, context: ToolContext) -> Found[RejectedRows]:
    """Which rows an ingest rejected: file, line, rule and reason of each, and how to mend them.

    Call it after an ingest, or when an answer says that it left out quarantined rows. It never
    shows a row's content. For the state of the data as a whole call `data_quality`.

    Raises:
        UnknownName: a table, file or load is not known, or no row was ever rejected by such a rule.
    """
    chosen = _chosen(query, context)
    counts = context.snapshot.query("rejected_counts", **chosen)
    listed = context.snapshot.query("rejected_rows", **chosen, most=query.most).dicts()
    told = sees_all(context)
    result = RejectedRows(
        total=sum(counts.column("rejected")),
        by_rule=tuple(RejectedByRule(table=t, rule=r, rows=n) for t, r, n in counts.values),
        rows=tuple(_row(row, told=told) for row in listed),
        mend=MEND,
    )
    return Found(
        result=result,
        summary=_summary(result)[:SUMMARY_LIMIT],
        warnings=_warnings(result, told=told),
    )


def _chosen(query: RejectedRowsQuery, context: ToolContext) -> dict[str, Any]:
    tables = [
        name if name == WHOLE_FILE else table_named(name, canonical()).name for name in query.tables
    ]
    names = context.snapshot.query("rejecting_names").values if query.files or query.rules else []
    known = {kind: [name for of, name in names if of == kind] for kind in ("file", "rule")}
    # None, not an empty list: the queries read an absent filter as "all".
    return {
        "tables": tables or None,
        "rules": [_named("rule", name, known["rule"]) for name in query.rules] or None,
        "files": [_named("file", name, known["file"]) for name in query.files] or None,
        "load_ids": resolve(context, "load", query.load_ids) or None,
    }


def _named(kind: str, name: str, known: list[str]) -> str:
    from rapidfuzz import process

    alike = [one for one in known if one.lower() == name.strip().lower()]
    if not alike:
        near = process.extract(name, known, limit=3, score_cutoff=55)
        raise UnknownName(kind, name, tuple(match[0] for match in near))
    return name if name in alike else alike[0]


def _row(row: dict[str, Any], *, told: bool) -> RejectedRow:
    found = {key: row[key] for key in ("file", "line", "rule", "load_id", "loaded_at")}
    return RejectedRow(**found, table=row["table_name"], reason=row["reason"] if told else None)


def _summary(result: RejectedRows) -> str:
    if not result.total:
        return "No rejected rows fit the question."
    rules = ", ".join(
        f"{one.table} {one.rule} {one.rows:,}" for one in result.by_rule[:NAMED_RULES]
    )
    first = result.rows[0]
    return (
        f"{result.total:,} rejected rows ({len(result.rows):,} listed); most by {rules}. Newest:"
        f" {first.file[:60]} line {first.line}, {first.rule}. Correct the lines or the mapping and"
        " ingest the files again."
    )


def _warnings(result: RejectedRows, *, told: bool) -> tuple[Note, ...]:
    found = []
    if result.total > len(result.rows):
        text = f"{len(result.rows):,} of {result.total:,} rejected rows are listed."
        found.append(Note(code="rows_cut", text=text))
    if not told:
        text = (
            "Rejected rows bear no region: they are of the whole hub, their reasons are withheld."
        )
        found.append(Note(code="limited_scope", text=text))
    return tuple(found)
