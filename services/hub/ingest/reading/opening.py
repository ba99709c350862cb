"""Opens any export file for one pass of DuckDB, with exact lines and nothing lost.

UTF-8 delimited text that is clean, and Parquet, are read in place; everything else first becomes a
clean UTF-8 copy in the workspace, as a stream.
"""

import hashlib
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from threading import Event
from typing import NamedTuple

import duckdb

from domain.errors import HubUnavailable
from services.hub.ingest.reading.archive import unpack_gzip
from services.hub.ingest.reading.delimited import read_delimited
from services.hub.ingest.reading.encoding import Encoding
from services.hub.ingest.reading.json_lines import read_json
from services.hub.ingest.reading.kind import find_format, is_gzip, refuse_binary
from services.hub.ingest.reading.options import FileFormat, ReadOptions
from services.hub.ingest.reading.parquet import read_parquet
from services.hub.ingest.reading.place import Place, locate
from services.hub.ingest.reading.relation import without_nulls
from services.hub.ingest.reading.source import Source, Table
from services.hub.ingest.reading.transcoding import as_utf8, choose_encoding
from services.hub.ingest.reading.whitespace import read_whitespace
from services.hub.ingest.reading.workbook import read_workbook

_CHUNK = 1 << 20
_TEXT_READERS = {"csv": read_delimited, "jsonl": read_json, "whitespace": read_whitespace}


class _Opened(NamedTuple):
    """A file of one format, made readable."""

    format: FileFormat
    encoding: Encoding | None
    table: Table


def open_source(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    options: ReadOptions,
    workspace: Path,
    root: Path | None,
) -> Source:
    """Open a file; nothing but copies in `workspace` is written.

    Args:
        connection: asked for the shape of a Parquet file only.
        path: the file.
        options: what is known of it; the rest is detected.
        workspace: an existing folder that outlives the use of the source.
        root: the ingested folder, which the file must not lie outside of.

    Raises:
        DataRejected: the file cannot be taken in at all; the message says why and what to do.
        BadArgument: the options name an unknown encoding.
        HubUnavailable: the disk is full, or fails.
    """
    place = locate(path, root)
    own = Path(mkdtemp(prefix="source-", dir=workspace))
    try:
        with _hashing(place.path) as digest:
            opened = _open(connection, place, options, own)
            return _source(place, opened, options, digest.result())
    except OSError as failure:
        raise HubUnavailable(
            f"{place.shown}: cannot be prepared for reading: {failure.strerror or failure}",
            holds="the hub is as it was",
            next_step="check the disk, and that there is room for a copy of the file",
            where=(place.shown, None),
        ) from failure


def _open(
    connection: duckdb.DuckDBPyConnection, place: Place, options: ReadOptions, workspace: Path
) -> _Opened:
    path, name = place.path, place.path.name
    if is_gzip(path):
        path, name = unpack_gzip(path, workspace, place.shown), place.path.stem
    found = find_format(path, name, options)
    if found == "parquet":
        return _Opened(found, None, read_parquet(connection, path, workspace, place.shown))
    if found == "excel":
        return _Opened(found, None, read_workbook(path, options, workspace, place.shown))
    encoding = choose_encoding(path, options)
    refuse_binary(path, encoding.certain, place.shown)
    text = as_utf8(path, encoding, workspace)
    return _Opened(found, encoding, _TEXT_READERS[found](text, options, workspace, place.shown))


def _source(place: Place, opened: _Opened, options: ReadOptions, sha256: str) -> Source:
    encoding, table = opened.encoding, opened.table
    notes = (encoding.note,) if encoding and encoding.note else ()
    typed = bool(table.types)
    nulls = () if typed else options.null_values
    return Source(
        path=place.shown,
        sha256=sha256,
        bytes=place.size,
        format=opened.format,
        encoding=encoding.name if encoding else None,
        encoding_confidence=encoding.confidence if encoding else 1.0,
        delimiter=table.delimiter,
        delimiter_confidence=table.delimiter_confidence,
        columns=table.columns,
        sql=without_nulls(table.relation, table.columns, nulls),
        types=table.types or dict.fromkeys(table.columns, "VARCHAR"),
        typed=typed,
        malformed=table.malformed,
        lines=table.lines,
        notes=(*notes, *table.notes),
    )


@contextmanager
def _hashing(path: Path) -> Iterator[Future[str]]:
    """The SHA-256 of a file, taken beside the other work; given up if that work fails."""
    stop = Event()
    with ThreadPoolExecutor(max_workers=1) as pool:
        try:
            yield pool.submit(_sha256, path, stop)
        finally:
            stop.set()


def _sha256(path: Path, stop: Event) -> str:
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        while not stop.is_set() and (chunk := file.read(_CHUNK)):
            digest.update(chunk)
    return digest.hexdigest()
