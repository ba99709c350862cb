"""Foreign files made readable: `open_source` and what it returns."""

from services.hub.ingest.reading.opening import open_source
from services.hub.ingest.reading.options import FileFormat, ReadOptions
from services.hub.ingest.reading.source import Breakpoint, LineIndex, Malformed, Source

__all__ = [
    "Breakpoint",
    "FileFormat",
    "LineIndex",
    "Malformed",
    "ReadOptions",
    "Source",
    "open_source",
]
