"""Splits one record of a delimited file, strictly first and leniently if that fails.

Strict is RFC 4180: a field that begins with a quote ends at the next quote that is not doubled,
and may hold line ends. Lenient takes one physical line whose quotes were never doubled, if there
is exactly one way to read the expected number of fields; it never guesses between two.
"""

import re
from typing import Literal, NamedTuple

LINE_END = re.compile(rb"\r\n?|\n")
_MOST_SURPLUS = 100


class Fields(NamedTuple):
    """A record that was split."""

    values: list[bytes]
    """Texts of the fields, without quotes around them."""
    end: int
    """Where the next record begins."""


Failure = Literal["open", "broken"]
"""A quote that is never closed before the data ends; a quote where none may stand."""


class Splitter:
    """Splits records of one dialect."""

    def __init__(self, delimiter: str, quote: str) -> None:
        self._delimiter = delimiter.encode()
        self._quote = quote.encode()
        stop = b"[" + re.escape(self._delimiter) + b"\r\n]"
        inner = rb' *+"([^"]*+(?:""[^"]*+)*+)'.replace(b'"', re.escape(self._quote))
        self._plain = re.compile(b"[^" + stop[1:] + b"*+")
        self._open = re.compile(inner + rb"\Z") if quote else None
        closing = re.escape(self._quote) + b" *+(?=" + stop + rb"|\Z)"
        self._quoted = re.compile(inner + closing) if quote else None

    def strict(self, data: bytes, start: int) -> Fields | Failure:
        """Split the record at `start` as RFC 4180 has it."""
        values: list[bytes] = []
        place = start
        while True:
            value = self._field(data, place)
            if isinstance(value, str):
                return value
            values.append(value.values[0])
            place = value.end
            if data[place : place + 1] != self._delimiter:
                end = LINE_END.match(data, place)
                return Fields(values, end.end() if end else place)
            place += 1

    def lenient(self, line: bytes, expected: int) -> list[bytes] | None:
        """Split one line with undoubled quotes into `expected` fields, if one way only leads there.

        Args:
            line: a physical line without its end.
            expected: how many fields a record has.
        """
        pieces = line.split(self._delimiter)
        if len(pieces) == expected and all(self._complete(piece) for piece in pieces):
            return [self._unquoted(piece) for piece in pieces]
        grouped = self._grouped(pieces)
        if grouped is None:
            return None
        surplus = len(grouped) - expected
        if surplus == 0:
            return [self._unquoted(piece) for piece in grouped]
        ways = self._merged(grouped, surplus) if 0 < surplus <= _MOST_SURPLUS else []
        return [self._unquoted(piece) for piece in ways[0]] if len(ways) == 1 else None

    def _field(self, data: bytes, place: int) -> Fields | Failure:
        if self._quoted is not None and self._open is not None:
            quoted = self._quoted.match(data, place)
            if quoted:
                return Fields([quoted[1].replace(self._quote * 2, self._quote)], quoted.end())
            if self._open.match(data, place):
                return "open"
            if data.startswith(self._quote, place):
                return "broken"
        plain = self._plain.match(data, place)
        end = plain.end() if plain else place
        return Fields([data[place:end]], end)

    def _complete(self, piece: bytes) -> bool:
        """True unless the piece opens a quote that another piece must close."""
        return not self._opens(piece) or self._closes(piece) or piece.count(self._quote) % 2 == 0

    def _opens(self, piece: bytes) -> bool:
        return bool(self._quote) and piece.lstrip(b" ").startswith(self._quote)

    def _ends(self, piece: bytes) -> bool:
        return piece.rstrip(b" ").endswith(self._quote)

    def _closes(self, piece: bytes) -> bool:
        return self._ends(piece) and len(piece.strip(b" ")) >= 2

    def _unquoted(self, piece: bytes) -> bytes:
        if self._opens(piece) and self._closes(piece):
            return piece.strip(b" ")[1:-1]
        return piece

    def _grouped(self, pieces: list[bytes]) -> list[bytes] | None:
        """Pieces rejoined where an opened quote closes in a later one; None if it never does."""
        grouped: list[bytes] = []
        opened: list[bytes] = []
        for piece in pieces:
            opened.append(piece)
            ends = self._ends(piece) if len(opened) > 1 else self._closes(piece)
            if ends or not self._opens(opened[0]):
                grouped.append(self._delimiter.join(opened))
                opened = []
        return None if opened else grouped

    def _merged(self, grouped: list[bytes], surplus: int) -> list[list[bytes]]:
        """Every way in which one quoted field takes in the `surplus` fields after it."""
        ways = []
        for first in range(len(grouped) - surplus):
            last = first + surplus
            if self._opens(grouped[first]) and self._ends(grouped[last]):
                whole = self._delimiter.join(grouped[first : last + 1])
                ways.append([*grouped[:first], whole, *grouped[last + 1 :]])
        return ways
