"""What one principal sees of one hub commit, as DuckDB views over pinned file lists.

A view in the schema `stored` shows a table as it is; the view of the same name in `main` shows what
the scope allows: rows of its regions and suppliers, columns of its data classes, nothing that
became known after the as-of date.
"""

from datetime import datetime

from domain.records.policy import Scope
from services.hub.schema import Column, Table

_SITES = ("site_id", "from_site")
_COUNTRIES = ("country", "to_country")


def stored_view(table: Table, files: tuple[str, ...], columns: tuple[Column, ...]) -> str:
    """The statement that shows a table's files, or an empty table of the same shape."""
    name = f'stored."{table.name}"'
    if files:
        listed = ", ".join(quote(path) for path in files)
        return f"CREATE VIEW {name} AS SELECT * FROM read_parquet([{listed}])"
    empty = ", ".join(f'NULL::{column.sql_type} AS "{column.name}"' for column in columns)
    return f"CREATE VIEW {name} AS SELECT {empty} WHERE false"


def visible_view(
    table: Table, columns: tuple[Column, ...], scope: Scope, as_of: datetime | None
) -> str:
    """The statement that shows what the scope allows of a table."""
    shown = ", ".join(_shown(table, column, scope, as_of) for column in columns)
    conditions = [text for text in (_rows(table, scope), _known(table, as_of)) if text]
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    source = f'stored."{table.name}"{_with_visible_units(table, scope)}'
    return f'CREATE VIEW main."{table.name}" AS SELECT {shown} FROM {source}{where}'


def needs(table: Table, scope: Scope) -> tuple[str, ...]:
    """Tables whose views the table's own view reads."""
    wanted: list[str] = []
    if "*" not in scope.regions:
        for column in table.scope:
            if column in _SITES:
                wanted.append("sites")
            elif column in _COUNTRIES:
                wanted.append("markets")
            elif column == "serial":
                wanted.append("units")
    return tuple(wanted)


def quote(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def _shown(table: Table, column: Column, scope: Scope, as_of: datetime | None) -> str:
    name = f'"{column.name}"'
    if column.data_class not in scope.classes:
        return f"NULL::{column.sql_type} AS {name}"
    if as_of is not None and column.past and column.name != table.recorded:
        return f"CASE WHEN {_until(column.name, as_of)} THEN {name} END AS {name}"
    return name


def _known(table: Table, as_of: datetime | None) -> str:
    if as_of is None or table.recorded is None:
        return ""
    return f'({_until(table.recorded, as_of)} OR "{table.recorded}" IS NULL)'


def _until(column: str, as_of: datetime) -> str:
    return f"\"{column}\" <= TIMESTAMPTZ '{as_of.isoformat()}'"


def _rows(table: Table, scope: Scope) -> str:
    tests = [text for column in table.scope if (text := _test(column, scope))]
    if not tests:
        return ""
    if len(tests) < len(table.scope):
        return ""  # one of the columns is without bounds, and one is enough
    if table.unscoped_visible:
        tests.append(" AND ".join(f'"{column}" IS NULL' for column in table.scope))
    return f"({' OR '.join(tests)})"


def _test(column: str, scope: Scope) -> str:
    """The condition on one scope column; empty if the scope has no bounds there."""
    if column == "supplier_id":
        return "" if "*" in scope.suppliers else f'"supplier_id" IN ({_list(scope.suppliers)})'
    if "*" in scope.regions:
        return ""
    if column == "region":
        return f'"region" IN ({_list(scope.regions)})'
    if column in _SITES:
        return f'"{column}" IN (SELECT site_id FROM main.sites)'
    if column in _COUNTRIES:
        return f'"{column}" IN (SELECT country FROM main.markets)'
    return ""  # serial: `_with_visible_units` keeps the right rows


def _with_visible_units(table: Table, scope: Scope) -> str:
    """A join that keeps the rows of visible units.

    A serial is unique, so no row doubles; and unlike `IN (SELECT ...)` a join lets DuckDB use a
    condition on one serial to skip row groups on both sides.
    """
    if table.scope != ("serial",) or "*" in scope.regions:
        return ""
    return ' JOIN (SELECT serial AS visible_serial FROM main.units) ON "serial" = visible_serial'


def _list(values: tuple[str, ...]) -> str:
    return ", ".join(quote(value) for value in values) or "NULL"
