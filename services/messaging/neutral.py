"""Other people's words made inert before they leave: one line, no mention, no link, no markup.

A name or a quote that reaches a chat or a mail must not ring a channel, start a link, or change
the direction of the words around it.
"""

import re
import unicodedata

LONGEST = 2000
"""Characters that are shown of one value."""
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"
RIGHT_TO_LEFT = ("ar", "fa", "he", "ur")
"""Languages that are written from right to left (ISO 639-1)."""
_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_BRACKETS = str.maketrans("⟦⟧[]<>`", "()()‹›'")
_MENTION = re.compile(r"(?<![A-Za-z0-9])@(?=\w)")
_FULL_WIDTH_AT = "\uff20"
_JOINERS = "\u200c\u200d"
"""Invisible, and needed to write some scripts."""


def neutral(text: str) -> str:
    """The text on one line of at most 2,000 characters, without what a medium would act upon."""
    kept = (" " if unicodedata.category(one) in _INVISIBLE else one for one in text)
    line = " ".join("".join(kept).split()).translate(_BRACKETS)
    line = _MENTION.sub(_FULL_WIDTH_AT, line).replace("://", ": //")
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1].rstrip()}…"


def inert_lines(text: str) -> str:
    """The text with its line breaks, without mentions and without what turns lines around."""
    kept = (one if one == "\n" or _harmless(one) else " " for one in text)
    return _MENTION.sub(_FULL_WIDTH_AT, "".join(kept)).replace("://", ": //")


def _harmless(one: str) -> bool:
    return unicodedata.category(one) not in _INVISIBLE or one in _JOINERS


def isolated(text: str, language: str) -> str:
    """The text kept apart from the direction of the words around it, where that is needed."""
    if language not in RIGHT_TO_LEFT or not text:
        return text
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"
