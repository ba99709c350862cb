"""Physical lines of a text file one by one, in bounded memory."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from services.hub.ingest.reading.limits import LINE_LIMIT, too_long
from services.hub.ingest.reading.record import LINE_END

_CHUNK = 1 << 20
_BOM = b"\xef\xbb\xbf"


class PhysicalLine(NamedTuple):
    """One line."""

    number: int
    """Its place in the file, from 1."""
    text: bytes
    """Its bytes, without the end."""


def physical_lines(path: Path, shown: str, skip: int = 0) -> Iterator[PhysicalLine]:
    """Lines of a UTF-8 file that are not blank, below the first `skip`; ends of any kind.

    Raises:
        DataRejected: a line is longer than the limit.
    """
    for number, text in enumerate(_split(path, shown), start=1):
        line = text.removeprefix(_BOM) if number == 1 else text
        if number > skip and line.strip():
            yield PhysicalLine(number, line)


def _split(path: Path, shown: str) -> Iterator[bytes]:
    rest = b""
    done = 0
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(_CHUNK):
            data = rest + chunk
            if len(data) > LINE_LIMIT and b"\n" not in data and b"\r" not in data:
                raise too_long(shown, done + 1)
            if b"\n" not in chunk and b"\r" not in chunk and rest[-1:] != b"\r":
                rest = data
                continue
            # A carriage return at the very end may be half of a pair.
            *whole, rest = LINE_END.split(data) if data[-1:] != b"\r" else _held(data)
            done += len(whole)
            yield from whole
    yield from LINE_END.split(rest.removesuffix(b"\r"))


def _held(data: bytes) -> list[bytes]:
    *whole, last = LINE_END.split(data[:-1])
    return [*whole, last + b"\r"]
