"""From a phrase as a person writes it in a word list to a pattern that finds it in a text.

`tip* over`   `*` stands for the rest (or the beginning) of a word
`get ~ shock` `~` stands for a few words in between, never past the end of a sentence
`lid ~~ spin` `~~` stands for up to twice as many
`a (b|c)?`    alternatives and optional parts are as in regular expressions
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Literal, NamedTuple

from services.lexicon.folding import fold, plain

Script = Literal["spaced", "unspaced", "arabic"]
"""spaced: words between blanks. unspaced: a phrase may stand inside a run of letters (zh, ja).
arabic: words with conjunctions, prepositions and the article written onto them."""
_PAUSES = r"。.!?;,、\n"
_CLITICS = r"(?:[وف]?(?:[بلكهحس](?!\b))??(?:ال|لل)?)??"
_ANY = r"\w*"
_BLANKS = re.compile(" +")
_GROUP = re.compile(r"(?<!\\)\((?!\?)")
_NOTHING = re.compile(r"(?!)")
_COPIES = 4
"""From so many first letters a phrase is kept whole: short patterns compile fast."""
_BRACKETS = {"(": 1, "[": 1, ")": -1, "]": -1}


def any_phrase(
    phrases: Iterable[str], script: Script, gap_stops: Sequence[str] = (), asks: str = "?؟"
) -> re.Pattern[str]:
    """Pattern of folded text that finds each of the phrases, the longest first.

    Args:
        phrases: as a word list has them.
        script: how the language is written.
        gap_stops: words that a `~` does not skip: negations.
        asks: question marks of the text. A class of characters with `؟` is slow to compile.

    Raises:
        re.error: a phrase is no valid pattern.
    """
    listed = sorted({fold(plain(phrase)) for phrase in phrases}, key=lambda p: (-len(p), p))
    if not listed:
        return _NOTHING
    stops = [fold(plain(stop)) for stop in gap_stops]
    if script == "unspaced":
        barred = f"(?!{'|'.join(stops)})" if stops else ""
        skipped = f"(?:{barred}[^{_PAUSES}])"
        writing = _Writing(f"{skipped}{{0,8}}?", f"{skipped}{{0,16}}?", None)
        return re.compile(_either(listed, writing))
    stop = rf"(?!(?:{'|'.join(stops)})\b)" if stops else ""
    space = rf"[^\w.!;{asks}]+"
    skipped = rf"(?:{space}{stop}\w+)"
    blank = rf"[^\w.!;,{asks}]{{1,3}}"
    writing = _Writing(f"{skipped}{{0,4}}?{space}", f"{skipped}{{0,9}}?{space}", blank)
    clitics = _CLITICS if script == "arabic" else ""
    closed = [text for text in listed if not text.startswith("*")]
    opened = [text for text in listed if text.startswith("*")]
    parts = [rf"\b{clitics}{_either(closed, writing)}"] if closed else []
    parts += [rf"\b{_either(opened, writing)}"] if opened else []
    return re.compile("|".join(parts))


def beginnings(phrases: Iterable[str]) -> set[str]:
    """What stands before the first gap of each phrase: where none is found, none can match."""
    return {_beginning(one) for phrase in phrases for one in _alternatives(phrase)}


def _beginning(phrase: str) -> str:
    if "~" not in phrase:
        return phrase.strip()
    levels = list(_levels(phrase))
    gaps = (n for n, mark in enumerate(phrase) if mark == "~" and levels[n] == 0)
    return phrase[: next(gaps, len(phrase))].strip()


class _Writing(NamedTuple):
    gap: str
    wide: str
    blank: str | None
    """What stands between two words; none in scripts without blanks."""

    @property
    def repeats(self) -> str:
        """Marks after a letter that say how often it stands there."""
        return "{+?" if self.blank else "{+?*"


class _Head(NamedTuple):
    letter: str
    rest: str


def _either(texts: Iterable[str], writing: _Writing) -> str:
    """Alternatives by first letters: at most places of a text few of them are then tried."""
    tried = _Tried(writing)
    for text in texts:
        for one in _alternatives(text):
            tried.add(one)
    return tried.pattern()


class _Tried:
    """Phrases in the order in which they are tried: it decides which of them a place is found for.

    Those of which two letters are known, the longest first; then those with a gap or of which one
    letter is known, the longest first; then the others.
    """

    def __init__(self, writing: _Writing) -> None:
        self._writing = writing
        self._whole: list[str] = []
        self._by_two: dict[str, dict[str, list[str]]] = {}
        self._by_one: dict[str, list[str]] = {}
        self._late: list[str] = []
        self._late_letters: set[str] = set()
        self._others: list[str] = []

    def add(self, text: str) -> None:
        """Put a phrase behind those that were added before."""
        heads = _heads(text, self._writing)
        shared = _shared(text, self._writing)
        if shared and all("~" in head.rest for head in heads):
            self._late.append(_written(shared, self._writing))
            self._late_letters.update(head.letter for head in heads)
            return
        pairs = [(head.letter, second) for head in heads for second in self._seconds(head)]
        if shared and all(map(self._is_first, pairs)):
            self._whole.append(_written(shared, self._writing))
            return
        for first, second in pairs:
            if second.letter:
                rests = self._by_two.setdefault(first, {}).setdefault(second.letter, [])
                rests.append(_written(second.rest, self._writing))
            else:
                self._add_late(first, second.rest)

    def _seconds(self, head: _Head) -> list[_Head]:
        if not head.letter or "~" in head.rest:
            return [_Head("", head.rest)]
        return _heads(head.rest, self._writing)

    def _is_first(self, pair: tuple[str, _Head]) -> bool:
        """Whether two letters are known, and no phrase before begins with them."""
        first, second = pair
        return bool(second.letter) and second.letter not in self._by_two.get(first, {})

    def _add_late(self, letter: str, rest: str) -> None:
        written = _written(rest, self._writing)
        if not letter:
            self._others.append(written)
        elif letter in self._late_letters:
            self._late.append(letter + written)
        else:
            self._by_one.setdefault(letter, []).append(written)

    def pattern(self) -> str:
        """Pattern that tries them in order."""
        by_letter = (
            first + _joined(self._rests(first)) for first in {**self._by_two, **self._by_one}
        )
        return _joined([*self._whole, *by_letter, *self._late, *self._others])

    def _rests(self, first: str) -> list[str]:
        by_second = self._by_two.get(first, {})
        rests = [second + _joined(rests) for second, rests in by_second.items()]
        return rests + self._by_one.get(first, [])


def _joined(parts: Iterable[str]) -> str:
    return f"(?:{'|'.join(parts)})"


def _heads(text: str, writing: _Writing) -> list[_Head]:
    """A phrase by its first letter, or by none where that cannot be told."""
    if _begins_plainly(text, writing):
        return [_Head(text[0], text[1:])]
    end = _closing(text)
    if not end or text[end + 1 : end + 2] in tuple(writing.repeats.replace("?", "")):
        return [_Head("", text)]
    found: dict[str, list[str]] = {}
    for one in _alternatives(text[1:end]):
        for head in _heads(one, writing):
            found.setdefault(head.letter, []).append(head.rest)
    tail = text[end + 1 :].removeprefix("?")
    heads = [_Head(letter, f"({'|'.join(rests)}){tail}") for letter, rests in found.items()]
    optional = text[end + 1 : end + 2] == "?"
    return [*heads, *_heads(tail, writing)] if optional else heads


def _begins_plainly(text: str, writing: _Writing) -> bool:
    return text[:1].isalnum() and text[1:2] not in tuple(writing.repeats)


def _shared(text: str, writing: _Writing) -> str | None:
    """A phrase that begins with a group, with what follows the group written once for all."""
    end = _closing(text)
    if not end or text[end + 1 : end + 2] in tuple("{+*?"):
        return None
    heads = [head for one in _alternatives(text[1:end]) for head in _heads(one, writing)]
    letters = {head.letter for head in heads}
    if len(letters) < _COPIES or "" in letters:
        return None
    behind = "|".join(_behind(head, writing) for head in heads)
    return f"[{''.join(sorted(letters))}]({behind}){text[end + 1 :]}"


def _behind(head: _Head, writing: _Writing) -> str:
    """What follows a first letter; that it is this one is asked where the second one fits."""
    cut = 1 if _begins_plainly(head.rest, writing) else 0
    second, rest = head.rest[:cut], head.rest[cut:]
    return f"{second}(?<={head.letter}{second}){rest}"


def _closing(text: str) -> int:
    """Where a group that begins the phrase ends; 0 where none does."""
    if text[:1] != "(" or text[1:2] == "?":
        return 0
    return next((place for place, level in enumerate(_levels(text)) if level == 0), 0)


def _alternatives(text: str) -> list[str]:
    """What stands between the bars outside of all brackets."""
    if "|" not in text:
        return [text]
    levels = list(_levels(text))
    bars = [n for n, mark in enumerate(text) if mark == "|" and levels[n] == 0]
    starts, ends = [0, *(bar + 1 for bar in bars)], [*bars, len(text)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def _levels(text: str) -> Iterator[int]:
    """In how many brackets each character stands."""
    return accumulate(_BRACKETS.get(mark, 0) for mark in text)


def _written(phrase: str, writing: _Writing) -> str:
    phrase = _GROUP.sub("(?:", phrase)
    if not writing.blank:
        return phrase.replace("~~", writing.wide).replace("~", writing.gap)
    text = phrase.replace(" ~~ ", "~~").replace(" ~ ", "~").replace("*", _ANY)
    text = writing.blank.join(_BLANKS.split(text))
    text = text.replace("~~", writing.wide).replace("~", writing.gap)
    whole = not phrase or phrase[-1].isalnum() or phrase[-1] in ")?"
    return text + r"\b" if whole else text
