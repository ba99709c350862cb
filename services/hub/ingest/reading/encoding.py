"""Which character encoding a file is in: marked, valid UTF-8, or the likeliest of the usual ones.

Order of evidence: a byte-order mark; zero bytes on every other place (UTF-16); strict UTF-8; then
the candidates that decode, by `likeness`. Only lines with bytes outside ASCII say anything, so
the search goes through the file for those, however late they come.
"""

import codecs
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from services.hub.ingest.reading import likeness

_CHUNK = 1 << 20
_UNBROKEN = 16
_TELLING_BYTES = 1 << 18
_RATED_BYTES = 1 << 15
_LIKELY = 0.35
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CANDIDATES: dict[str, Callable[[str], float]] = {
    "gb18030": likeness.simplified,
    "big5": likeness.traditional,
    "cp932": likeness.japanese,
    "cp949": likeness.korean,
    "cp1252": likeness.latin,
    "cp1251": likeness.cyrillic,
    "cp1256": likeness.arabic,
}


class Encoding(NamedTuple):
    """A character encoding, and how sure it is."""

    name: str
    """Codec name, for example `utf-8` or `gb18030`."""
    confidence: float
    """0 to 1; 1 if marked, valid or given."""
    note: str = ""
    """What a person should know of, if it was guessed."""
    certain: bool = False
    """True if it is given, marked, or has the zero bytes of UTF-16."""


class _Guess(NamedTuple):
    likeness: float
    name: str


def find_encoding(path: Path) -> Encoding:
    """The encoding of a text file, with the share by which it beats the next candidate."""
    with path.open("rb") as file:
        head = file.read(_CHUNK)
    for mark, name in _BOMS:
        if head.startswith(mark):
            return Encoding(name, 1.0, certain=True)
    wide = _wide(head)
    if wide:
        note = f"encoding told by zero bytes: {wide} without a mark"
        return Encoding(wide, 0.95, note, certain=True)
    telling = _telling_lines(path)
    try:
        telling.decode("utf-8")
    except UnicodeDecodeError:
        return _weigh(telling)
    return Encoding("utf-8", 1.0)


def _wide(head: bytes) -> str:
    """UTF-16 by its zero bytes, which other text files do not have."""
    pairs = len(head) // 2
    for name, zeros, others in (
        ("utf-16-le", head[1::2].count(0), head[::2].count(0)),
        ("utf-16-be", head[::2].count(0), head[1::2].count(0)),
    ):
        if zeros > 0.02 * pairs and zeros > 20 * others and _decodes(head[: 2 * pairs], name):
            return name
    return ""


def _decodes(data: bytes, name: str) -> bool:
    try:
        codecs.getincrementaldecoder(name)("strict").decode(data)
    except UnicodeDecodeError:
        return False
    return True


def _telling_lines(path: Path) -> bytes:
    """Lines with bytes outside ASCII, from the whole file, up to a fair sample."""
    found = bytearray()
    rest = b""
    unbroken = 0
    with path.open("rb", buffering=0) as file:
        while len(found) < _TELLING_BYTES and (chunk := file.read(_CHUNK)):
            unbroken = 0 if b"\n" in chunk or b"\r" in chunk else unbroken + 1
            if unbroken > _UNBROKEN:
                break
            if not rest and chunk.isascii():
                continue
            block = rest + chunk
            cut = max(block.rfind(b"\n"), block.rfind(b"\r")) + 1
            found += _outside_ascii(block[:cut])
            rest = b"" if block[cut:].isascii() else block[cut:]
    return bytes(found) + _outside_ascii(rest)


def _outside_ascii(block: bytes) -> bytes:
    if block.isascii():
        return b""
    return b"".join(line for line in block.splitlines(keepends=True) if not line.isascii())


def _weigh(telling: bytes) -> Encoding:
    valid, invalid = _utf8_share(telling)
    if valid > invalid:
        note = f"UTF-8 with {invalid} invalid bytes in the sample: their records are set aside"
        return Encoding("utf-8", valid / (valid + invalid), note)
    guesses = sorted(_guesses(_shortened(telling)), reverse=True)
    best = guesses[0] if guesses else _Guess(0.0, "utf-8")
    if best.likeness < _LIKELY:
        note = f"no encoding fits; read as UTF-8, {invalid} invalid bytes in the sample"
        return Encoding("utf-8", best.likeness, note)
    second = guesses[1] if len(guesses) > 1 else _Guess(0.0, "none")
    note = (
        f"encoding guessed as {best.name} (likeness {best.likeness:.2f}; "
        f"next {second.name} {second.likeness:.2f})"
    )
    return Encoding(best.name, (best.likeness - second.likeness) / best.likeness, note)


def _utf8_share(data: bytes) -> tuple[int, int]:
    """Signs outside ASCII that are valid UTF-8, and bytes that are not."""
    text = data.decode("utf-8", "surrogateescape")
    invalid = sum("\udc80" <= sign <= "\udcff" for sign in text)
    return sum(sign > "\x7f" for sign in text) - invalid, invalid


def _shortened(telling: bytes) -> bytes:
    cut = telling.rfind(b"\n", 0, _RATED_BYTES) + 1
    return telling[: cut or _RATED_BYTES] if len(telling) > _RATED_BYTES else telling


def _guesses(telling: bytes) -> list[_Guess]:
    found = []
    for name, rate in _CANDIDATES.items():
        text = telling.decode(name, "replace")
        damage = text.count("\ufffd") / max(1, sum(sign > "\x7f" for sign in text))
        if damage <= 0.02:
            found.append(_Guess(rate(text), name))
    return found
