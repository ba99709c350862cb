"""A table rule and a source become one SELECT."""

from fnmatch import fnmatchcase
from typing import NamedTuple

from domain.errors import BadArgument
from services.hub.ingest.mapping.column import CompiledColumn, compile_column
from services.hub.ingest.mapping.compiled import CompiledTarget
from services.hub.ingest.mapping.expression.to_sql import condition_sql
from services.hub.ingest.mapping.model import Target, Unpivot
from services.hub.ingest.mapping.quoting import literal, quoted
from services.hub.ingest.mapping.row import RuleRow, SourceLike, SourceRow
from services.hub.schema import Table


def compile_target(target: Target, source: SourceLike, table: Table) -> CompiledTarget:
    """The SQL that fills one table from one source.

    Run it with the session's time zone set to UTC. No row can fail the statement: a text that gives
    no value becomes NULL and breaks one of `problems`.

    Raises:
        BadArgument: a source column is missing, or a rule does not fit its column.
    """
    mapping = target.mapping
    row = SourceRow(source, target.null_values)
    unpivoted = _unpivoted(mapping.unpivot, row) if mapping.unpivot else _Unpivoted((), {})
    row.virtual = unpivoted.virtual
    columns = {
        column.name: compile_column(column, mapping.columns[column.name], row)
        for column in table.columns
        if column.name in mapping.columns
    }
    kept = _kept(target, row)
    values = {
        column.name: columns[column.name].value
        if column.name in columns
        else f"CAST(NULL AS {column.sql_type})"
        for column in table.columns
    }
    relation = _relation(source.sql, row, unpivoted)
    return CompiledTarget(
        table=table.name,
        values=values,
        staged_sql=_staged(values, columns, kept, relation),
        relation_sql=relation,
        problems=tuple(problem for item in columns.values() for problem in item.problems),
        where=quoted("__kept") if kept else None,
        distinct=mapping.distinct,
        fan_out=len(unpivoted.columns) or 1,
        used_columns=tuple(row.used),
        ignored_columns=tuple(name for name in source.columns if name not in row.used),
        missing_columns=tuple(name for name in table.column_names if name not in columns),
    )


class _Unpivoted(NamedTuple):
    """Columns turned into rows, and the two columns that they become."""

    columns: tuple[str, ...]
    virtual: dict[str, str]


def _unpivoted(unpivot: Unpivot, row: SourceRow) -> _Unpivoted:
    if unpivot.matching is not None:
        matching = unpivot.matching
        columns = tuple(name for name in row.source.columns if fnmatchcase(name, matching))
        if not columns:
            raise BadArgument(f"{row.source.path} has no column like {matching!r}")
        row.used.update(dict.fromkeys(columns))
    else:
        columns = tuple(row.find(name) for name in unpivot.columns)
    return _Unpivoted(
        columns,
        {
            unpivot.name_to: quoted(row.free_name("name")),
            unpivot.value_to: quoted(row.free_name("value")),
        },
    )


def _kept(target: Target, row: SourceRow) -> str | None:
    conditions = []
    rules = RuleRow(row)
    if target.mapping.where is not None:
        conditions.append(f"coalesce({condition_sql(target.mapping.where, rules)}, false)")
    if target.mapping.unpivot is not None:
        conditions.append(f"{rules.text(target.mapping.unpivot.value_to)} IS NOT NULL")
    return " AND ".join(conditions) or None


def _relation(sql: str, row: SourceRow, unpivoted: _Unpivoted) -> str:
    if row.numbered:
        sql = f"(SELECT *, row_number() OVER () AS {row.row_number()} FROM {sql})"
    if unpivoted.columns:
        names = ", ".join(map(literal, unpivoted.columns))
        cells = ", ".join(f"CAST({quoted(name)} AS VARCHAR)" for name in unpivoted.columns)
        name_to, value_to = unpivoted.virtual.values()
        added = f"unnest([{names}]) AS {name_to}, unnest([{cells}]) AS {value_to}"
        sql = f"(SELECT *, {added} FROM {sql})"
    return sql


def _staged(
    values: dict[str, str],
    columns: dict[str, CompiledColumn],
    kept: str | None,
    relation: str,
) -> str:
    parts = [f"{sql} AS {quoted(name)}" for name, sql in values.items()]
    for column in columns.values():
        parts += [f"{sql} AS {quoted(name)}" for name, sql in column.hidden.items()]
    if kept:
        parts.append(f"{kept} AS {quoted('__kept')}")
    return f"SELECT {', '.join(parts)} FROM {relation}"
