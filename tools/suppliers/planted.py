"""What a text hides or orders: it is reported, taken out before anything is read, and not obeyed.

A statement with an order goes out as a whole, so that a report reads the same with and without it.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from domain.contract import Contract
from services.lexicon.folding import fold, plain
from services.messaging.neutral import neutral
from services.policy.eight_d import rubric
from tools.suppliers.eight_d_reading import statements

PlantedKind = Literal["order", "comment", "hidden_markup", "invisible", "encoded"]
LONGEST_SHOWN = 80
"""Characters that are shown of what was planted (count)."""
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_HIDDEN = re.compile(
    r"<(?P<tag>\w{1,20})[^<>]{0,300}?(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|"
    r"color\s*:\s*(?:white|#fff(?:fff)?|transparent)|\bhidden\b)[^<>]{0,300}>.*?(?:</(?P=tag)>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_TAGS = re.compile("[\U000e0000-\U000e007f]+")
_ENCODED = re.compile(r"(?<![\w+/=])[A-Za-z0-9+/]{40,}={0,2}(?![\w+/=])")
_INVISIBLE = re.compile("[\u200b\u200c\u2060-\u2064\u202a-\u202e\u2066-\u2069\ufeff]{3,}")


class Planted(Contract):
    """Something in a text that was not taken for part of the report."""

    kind: PlantedKind
    """order: to a machine that reads. comment, hidden_markup: not shown to readers. invisible:
    characters without shape. encoded: words in Base64."""
    start: int
    """First character, from 0, of the text as it was kept."""
    end: int
    """Character after the last one."""
    shown: str
    """Its beginning, made inert: words of the supplier, to be looked at and not followed."""


class _Span(NamedTuple):
    kind: PlantedKind
    start: int
    end: int


class Sifted(NamedTuple):
    """A text without what was planted in it."""

    kept: str
    """The text that positions refer to, in compatibility form."""
    read: str
    """The same, folded, with blanks in the place of what was planted; same length."""
    planted: tuple[Planted, ...]
    """What was taken out, from left to right."""


def sift(text: str) -> Sifted:
    """Find what a text hides or orders, and blank it."""
    invisible = _invisible(text)
    kept = plain(_TAGS.sub("", text))
    read, spans = fold(kept), []
    for kind, pattern in (("comment", _COMMENT), ("hidden_markup", _HIDDEN)):
        found = [_Span(kind, *one.span()) for one in pattern.finditer(read)]  # type: ignore[arg-type]
        spans += found
        read = _without(read, found)
    coded = [_Span("encoded", *one.span()) for one in _ENCODED.finditer(kept) if _speaks(one[0])]
    spans += coded
    read = _without(read, coded)
    orders = list(_ordering(read))
    spans += orders
    planted = [
        Planted(kind=kind, start=start, end=end, shown=_shown(kept[start:end]))
        for kind, start, end in sorted(spans, key=lambda one: (one.start, one.end))
    ]
    return Sifted(kept, _without(read, orders), (*invisible, *planted))


def _invisible(text: str) -> tuple[Planted, ...]:
    found = _TAGS.search(text) or _INVISIBLE.search(text)
    if found is None:
        return ()
    said = "".join(chr(ord(one) - 0xE0000) for one in found[0] if ord(one) >= 0xE0000)
    return (Planted(kind="invisible", start=0, end=0, shown=_shown(said)),)


def _ordering(read: str) -> Iterator[_Span]:
    """Statements that give an order, each once; one on two lines counts as both."""
    orders = rubric().orders
    for start, end in statements(read):
        if orders.search(read, start, end):
            yield _Span("order", start, end)


def _speaks(coded: str) -> bool:
    """Whether Base64 holds readable words."""
    try:
        said = base64.b64decode(coded + "=" * (-len(coded) % 4), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return False
    return said.isprintable() and " " in said


def _without(read: str, spans: list[_Span]) -> str:
    for _, start, end in spans:
        blank = re.sub(r"[^\n]", " ", read[start:end])
        read = read[:start] + blank + read[end:]
    return read


def _shown(text: str) -> str:
    line = neutral(text)
    return line if len(line) <= LONGEST_SHOWN else f"{line[: LONGEST_SHOWN - 1]}…"
