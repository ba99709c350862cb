"""Files in the exchange format: their headers are the canonical names, so no mapping is needed."""

from collections.abc import Sequence
from difflib import get_close_matches

from domain.errors import BadArgument, DataRejected
from services.hub.ingest.mapping.model import ColumnMapping, Mapping, SourceMapping, TableMapping
from services.hub.schema import canonical


def identity_mapping(table_name: str, source_columns: Sequence[str]) -> Mapping:
    """The mapping of a file whose columns bear the canonical names, in any letter case.

    Source columns that the table does not have are ignored, and columns that the file does not have
    stay empty; `compile_target` lists both.

    Raises:
        BadArgument: there is no such table.
        DataRejected: the file lacks a key column.
    """
    tables = canonical()
    if table_name not in tables:
        near = get_close_matches(table_name, tables, 3, 0.5) or tables
        raise BadArgument(f"unknown table {table_name!r}", next_step=f"near: {', '.join(near)}")
    table = tables[table_name]
    given = {name.strip().lower(): name for name in source_columns}
    missing = [name for name in table.key if name not in given]
    if missing:
        raise DataRejected(
            f"a file of {table_name} needs the key column {', '.join(missing)}; "
            f"it has {', '.join(source_columns)}",
            holds="the hub is as it was",
            next_step="add the column, or write a mapping (`andon ingest --propose` drafts one)",
        )
    columns = {
        name: ColumnMapping(source=(given[name],)) for name in table.fillable_names if name in given
    }
    block = SourceMapping(
        files=(f"{table_name}.*",), tables={table_name: (TableMapping(columns=columns),)}
    )
    return Mapping(andon_mapping="1", sources=(block,))
