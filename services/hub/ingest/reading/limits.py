"""How long one record may be, so that no file can take all memory."""

from domain.errors import DataRejected
from services.hub.ingest.reading.refusal import refuse

LINE_LIMIT = 16 * 1024 * 1024
"""Most bytes of one line; a longer one means a damaged file or an attack on memory."""
RECORD_LIMIT = 2 * LINE_LIMIT
"""Most bytes of one record of a clean copy, where quotes are doubled."""


def too_long(shown: str, line: int) -> DataRejected:
    """The error for a line beyond the limit; `shown` is the name of the file for people."""
    return refuse(
        shown,
        f"line {line} is longer than {LINE_LIMIT >> 20} MiB",
        "check that this is a text file with line ends",
        line,
    )
