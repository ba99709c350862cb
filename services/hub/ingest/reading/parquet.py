"""Parquet is read in place, with the types that it has."""

from pathlib import Path

import duckdb

from services.hub.ingest.reading.columns import column_names
from services.hub.ingest.reading.options import ReadOptions
from services.hub.ingest.reading.refusal import refuse
from services.hub.ingest.reading.relation import readable, text
from services.hub.ingest.reading.source import LineIndex, Table


def read_parquet(
    connection: duckdb.DuckDBPyConnection, path: Path, workspace: Path, shown: str
) -> Table:
    """Make a Parquet file readable; a "line" is the number of the row, from 1.

    Raises:
        DataRejected: damaged, no Parquet, or two columns that differ in letter case only.
    """
    relation = f"read_parquet({text(str(readable(path, workspace)))})"
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
        counted = connection.execute(f"SELECT count(*) FROM {relation}").fetchall()
    except duckdb.Error as failure:
        message = f"not a Parquet file, or a damaged one: {str(failure).splitlines()[0]}"
        raise refuse(shown, message, "export it again") from failure
    names = [str(row[0]) for row in described]
    column_names(names, ReadOptions(), shown)
    types = {str(row[0]): str(row[1]) for row in described}
    lines = LineIndex()
    lines.run(1, int(counted[0][0]))
    return Table(relation, tuple(names), lines, types=types)
