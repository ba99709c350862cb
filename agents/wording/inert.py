"""Other people's words made inert: they cannot pass for a slot, a citation or a direction."""

import unicodedata

_BRACKETS = str.maketrans("⟦⟧[]<>", "()()‹›")
_SLOT_BRACKETS = str.maketrans("⟦⟧", "()")
_QUOTATION_MARKS = str.maketrans(dict.fromkeys('"“”„‟«»「」『』‹›', "'"))
LONGEST_NAME, LONGEST_QUOTE = 120, 400
"""Characters that are shown of a name and of a quote."""
_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def spoken(text: str) -> str:
    """A sentence without control characters and slot brackets."""
    return _visible(text).translate(_SLOT_BRACKETS)


def name(text: str) -> str:
    """An identifier on one line, without brackets that mean something here."""
    return _cut(_visible(text).translate(_BRACKETS), LONGEST_NAME)


def quoted(text: str) -> str:
    """Quoted words on one line, without brackets and without marks that would end the quote."""
    plain = _visible(text).translate(_BRACKETS).translate(_QUOTATION_MARKS)
    return _cut(plain, LONGEST_QUOTE)


def _visible(text: str) -> str:
    kept = (" " if unicodedata.category(one) in _INVISIBLE else one for one in text)
    return " ".join("".join(kept).split())


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"
