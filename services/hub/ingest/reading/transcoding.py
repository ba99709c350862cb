"""Turns a text file of any encoding into UTF-8, as a stream.

Bytes that do not decode come out as the byte 0xFF, which no UTF-8 text holds: the scan for bad
records that follows finds them like any other invalid byte, on the right line.
"""

import codecs
from pathlib import Path

from domain.errors import BadArgument
from services.hub.ingest.reading.encoding import Encoding, find_encoding
from services.hub.ingest.reading.options import ReadOptions

_CHUNK = 1 << 20
_HANDLER = "andon.invalid_byte"
_INVALID = "\udcff"


def _mark_invalid(error: UnicodeError) -> tuple[str, int]:
    if isinstance(error, UnicodeDecodeError):
        return _INVALID, error.end
    raise error


codecs.register_error(_HANDLER, _mark_invalid)


def choose_encoding(path: Path, options: ReadOptions) -> Encoding:
    """The encoding that the options name, or the one found.

    Raises:
        BadArgument: the options name an unknown encoding.
    """
    if options.encoding is None:
        return find_encoding(path)
    try:
        codec = codecs.lookup(options.encoding)
        known = "x".encode(codec.name).decode(codec.name) == "x"
    except LookupError:
        known = False
    if not known:
        raise BadArgument(
            f"unknown encoding {options.encoding!r}",
            holds="the hub is as it was",
            next_step="name one that Python knows, such as utf-8, utf-16, gb18030, cp1252",
        )
    return Encoding(_plain(codec.name), 1.0, certain=True)


def as_utf8(path: Path, encoding: Encoding, workspace: Path) -> Path:
    """The file itself if it is UTF-8, otherwise a UTF-8 copy of it in `workspace`."""
    if encoding.name == "utf-8":
        return path
    target = workspace / "utf8.txt"
    decoder = codecs.getincrementaldecoder(encoding.name)(_HANDLER)
    with path.open("rb") as original, target.open("wb") as copy:
        while chunk := original.read(_CHUNK):
            copy.write(decoder.decode(chunk).encode("utf-8", "surrogateescape"))
        copy.write(decoder.decode(b"", final=True).encode("utf-8", "surrogateescape"))
    return target


def _plain(name: str) -> str:
    """UTF-8 under its one name: ASCII is part of it, and a mark is skipped anyway."""
    return "utf-8" if name in ("utf-8-sig", "ascii") else name
