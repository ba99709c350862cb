"""Delimited text: read in place by DuckDB where it is clean, from a repaired copy where not."""

from pathlib import Path

from services.hub.ingest.reading.dialect import find_layout
from services.hub.ingest.reading.options import ReadOptions
from services.hub.ingest.reading.relation import csv_relation, readable
from services.hub.ingest.reading.scan import Scan
from services.hub.ingest.reading.source import Table


def read_delimited(path: Path, options: ReadOptions, workspace: Path, shown: str) -> Table:
    """Make a UTF-8 delimited file readable.

    Raises:
        DataRejected: no record, a column twice, a wrong delimiter, a line beyond the limit.
    """
    layout = find_layout(path, options, shown)
    scan = Scan(path, layout, workspace / "clean.csv", shown)
    scan.run()
    if scan.writer is None:
        place = readable(path, workspace)
        relation = csv_relation(place, layout.dialect, layout.columns, options.has_header)
    else:
        relation = csv_relation(scan.writer.path, scan.dialect, layout.columns, header=True)
    notes: tuple[str, ...] = ()
    if scan.lenient:
        notes = (f"{scan.lenient} records hold quotes that are not doubled; read leniently",)
    return Table(
        relation,
        layout.columns,
        scan.index,
        tuple(scan.malformed),
        delimiter=layout.dialect.delimiter if len(layout.columns) > 1 else None,
        delimiter_confidence=layout.confidence,
        notes=notes,
    )
