"""From a phrase as a person writes it in a word list to a pattern that finds it in a text.

`tip* over`   `*` stands for the rest (or the beginning) of a word
`get ~ shock` `~` stands for a few words in between, never past the end of a sentence
`lid ~~ spin` `~~` stands for up to twice as many
`a (b|c)?`    alternatives and optional parts are as in regular expressions
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from services.lexicon.folding import fold, plain

Script = Literal["spaced", "unspaced", "arabic"]
"""spaced: words between blanks. unspaced: a phrase may stand inside a run of letters (zh, ja).
arabic: words with conjunctions, prepositions and the article written onto them."""
_SPACE = r"[^\w.!?;؟]+"
_PAUSES = r"。.!?;,、\n"
_CLITICS = r"(?:[وف]?(?:[بلكهحس](?!\b))??(?:ال|لل)?)??"
_ANY = r"\w*"
_NOTHING = re.compile(r"(?!)")


def any_phrase(
    phrases: Iterable[str], script: Script, gap_stops: Sequence[str] = ()
) -> re.Pattern[str]:
    """Pattern of folded text that finds each of the phrases, the longest first.

    Args:
        phrases: as a word list has them.
        script: how the language is written.
        gap_stops: words (letters, in unspaced scripts) that a `~` does not skip: negations.

    Raises:
        re.error: a phrase is no valid pattern.
    """
    texts = sorted({fold(plain(phrase)) for phrase in phrases}, key=lambda p: (-len(p), p))
    if not texts:
        return _NOTHING
    stops = [fold(plain(stop)) for stop in gap_stops]
    if script == "unspaced":
        gap = f"[^{_PAUSES}{''.join(stops)}]{{0,8}}?"
        return re.compile("|".join(phrase.replace("~", gap) for phrase in texts))
    stop = rf"(?!(?:{'|'.join(stops)})\b)" if stops else ""
    word = rf"{_SPACE}{stop}"
    gap = rf"(?:{word}\w+){{0,4}}?{word}"
    wide = rf"(?:{word}\w+){{0,9}}?{word}"
    clitics = _CLITICS if script == "arabic" else ""
    return re.compile("|".join(_groups([_spaced(text, gap, wide) for text in texts], clitics)))


def _groups(texts: list[str], clitics: str) -> Iterator[str]:
    """Whole-word alternatives, those with an open beginning apart: they cost more."""
    closed = [text for text in texts if not text.startswith(_ANY)]
    opened = [text for text in texts if text.startswith(_ANY)]
    if closed:
        yield rf"\b{clitics}(?:{'|'.join(closed)})"
    if opened:
        yield rf"\b(?:{'|'.join(opened)})"


def _spaced(phrase: str, gap: str, wide: str) -> str:
    text = phrase.replace(" ~~ ", "~~").replace(" ~ ", "~").replace("*", _ANY)
    text = re.sub(" +", r"[^\\w.!?;,؟]{1,3}", text).replace("~~", wide).replace("~", gap)
    return text + r"\b" if phrase[-1].isalnum() or phrase[-1] in ")?" else text
