"""An expression cut into words."""

import re
from typing import NamedTuple

from domain.errors import BadArgument

MAX_WORDS = 300
"""Longest expression in words."""


class Token(NamedTuple):
    """One word of the text."""

    kind: str
    """number, text, column, word, sign or end."""
    value: str
    """The word without its quotes."""


_TOKEN = re.compile(
    r"""\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
      |'(?P<text>(?:[^']|'')*)'
      |"(?P<column>(?:[^"]|"")*)"
      |(?P<word>[^\W\d]\w*)
      |(?P<sign><=|>=|!=|<>|[-+*/()=<>,]))""",
    re.VERBOSE,
)
_UNQUOTE = {"text": "'", "column": '"'}


def tokens(text: str) -> list[Token]:
    """The words of an expression; BadArgument at a character that begins none."""
    found: list[Token] = []
    at = 0
    while text[at:].strip():
        if len(found) == MAX_WORDS:
            raise BadArgument(f"more than {MAX_WORDS} words in expression {text[:60]!r} ...")
        start = at + len(text[at:]) - len(text[at:].lstrip())
        if text[start] == "[":
            at = _closing(text, start)
            found.append(Token("column", text[start + 1 : at - 1].strip()))
            continue
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise BadArgument(f"cannot read {text[start : start + 20]!r} in expression {text!r}")
        kind, at = match.lastgroup, match.end()
        quote = _UNQUOTE.get(kind, "")
        value = match[kind].replace(quote * 2, quote) if quote else match[kind]
        found.append(Token(kind, value))
    return [*found, Token("end", "")]


def _closing(text: str, start: int) -> int:
    depth = 0
    for at in range(start, len(text)):
        depth += (text[at] == "[") - (text[at] == "]")
        if depth == 0:
            return at + 1
    raise BadArgument(f"no closing ] for {text[start : start + 20]!r} in expression {text!r}")
