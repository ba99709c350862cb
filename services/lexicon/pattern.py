"""From a phrase as a person writes it in a word list to a pattern that finds it in a text.

`tip* over`   `*` stands for the rest (or the beginning) of a word
`get ~ shock` `~` stands for a few words in between, never past the end of a sentence
`lid ~~ spin` `~~` stands for up to twice as many
`a (b|c)?`    alternatives and optional parts are as in regular expressions
"""

import re
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Literal, NamedTuple

from services.lexicon.folding import fold, plain

Script = Literal["spaced", "unspaced", "arabic"]
"""spaced: words between blanks. unspaced: a phrase may stand inside a run of letters (zh, ja).
arabic: words with conjunctions, prepositions and the article written onto them."""
_SPACE = r"[^\w.!?;؟]+"
_PAUSES = r"。.!?;,、\n"
_CLITICS = r"(?:[وف]?(?:[بلكهحس](?!\b))??(?:ال|لل)?)??"
_ANY = r"\w*"
_NOTHING = re.compile(r"(?!)")
import os
FRONT=int(os.environ.get("FRONT","4"))
_DEPTH = 2
"""Letters by which phrases are sorted."""


def any_phrase(
    phrases: Iterable[str], script: Script, gap_stops: Sequence[str] = ()
) -> re.Pattern[str]:
    """Pattern of folded text that finds each of the phrases, the longest first.

    Args:
        phrases: as a word list has them.
        script: how the language is written.
        gap_stops: words that a `~` does not skip: negations.

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
        writing = _Writing(f"{skipped}{{0,8}}?", f"{skipped}{{0,16}}?", spaced=False)
        return re.compile(_either(listed, writing))
    stop = rf"(?!(?:{'|'.join(stops)})\b)" if stops else ""
    skipped = rf"(?:{_SPACE}{stop}\w+)"
    writing = _Writing(f"{skipped}{{0,4}}?{_SPACE}", f"{skipped}{{0,9}}?{_SPACE}", spaced=True)
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
    levels = _levels(phrase)
    gaps = (n for n, mark in enumerate(phrase) if mark == "~" and levels[n] == 0)
    return phrase[: next(gaps, len(phrase))].strip()


class _Writing(NamedTuple):
    gap: str
    wide: str
    spaced: bool


class _Head(NamedTuple):
    letter: str
    rest: str


def _either(texts: Iterable[str], writing: _Writing) -> str:
    """Alternatives by first letters: at most places of a text few of them are then tried."""
    front: list[str] = []
    early: dict[str, dict[str, list[str]]] = {}
    late: list[str] = []
    last: list[str] = []
    for text in [one for text in texts for one in _alternatives(text)]:
        heads = _heads(text, writing)
        shared = _shared(text, writing)
        if "~" in text:
            if shared:
                late.append(_written(shared, writing))
                continue
            for head in heads:
                (late if head.letter else last).append(head.letter + _written(head.rest, writing))
            continue
        pairs = [
            (head.letter, second)
            for head in heads
            for second in (_heads(head.rest, writing) if head.letter else [_Head("", head.rest)])
        ]
        if (
            shared
            and len(pairs) >= FRONT
            and all(second.letter for _, second in pairs)
            and not any(second.letter in early.get(first, {}) for first, second in pairs)
        ):
            front.append(_written(shared, writing))
            continue
        for first, second in pairs:
            rest = _written(second.rest, writing)
            if second.letter:
                early.setdefault(first, {}).setdefault(second.letter, []).append(rest)
            else:
                (late if first else last).append(first + rest)
    parts = [
        first + _joined(second + _joined(rests) for second, rests in seconds.items())
        for first, seconds in early.items()
    ]
    import os
    if os.environ.get('SHOW'): print(len(front), sum(map(len,front)), len(late), len('|'.join(parts)))
    return _joined([*front, *parts, *late, *last])


def _joined(parts: Iterable[str]) -> str:
    return f"(?:{'|'.join(parts)})"


def _heads(text: str, writing: _Writing) -> list[_Head]:
    """A phrase by its first letter, or by none where that cannot be told."""
    repeats = "{+" if writing.spaced else "{+*"
    if text[:1].isalnum() and text[1:2] not in tuple(repeats + "?"):
        return [_Head(text[0], text[1:])]
    end = _closing(text)
    if not end or text[end + 1 : end + 2] in tuple(repeats):
        return [_Head("", text)]
    found: dict[str, list[str]] = {}
    for one in _alternatives(text[1:end]):
        for head in _heads(one, writing):
            found.setdefault(head.letter, []).append(head.rest)
    tail = text[end + 1 :].removeprefix("?")
    heads = [_Head(letter, f"({'|'.join(rests)}){tail}") for letter, rests in found.items()]
    optional = text[end + 1 : end + 2] == "?"
    return [*heads, *_heads(tail, writing)] if optional else heads


def _shared(text: str, writing: _Writing) -> str | None:
    """A phrase that begins with a group, with one copy of what follows the group."""
    end = _closing(text)
    if not end or text[end + 1 : end + 2] in tuple("{+*?"):
        return None
    heads = [head for one in _alternatives(text[1:end]) for head in _heads(one, writing)]
    letters = {head.letter for head in heads}
    if len(letters) < 2 or "" in letters:
        return None
    told = [_told(head) for head in heads]
    return f"[{''.join(sorted(letters))}]({'|'.join(told)}){text[end + 1:]}"


def _told(head: _Head) -> str:
    """What follows a first letter; the letter is looked at once the second one fits."""
    rest = head.rest
    plain_second = rest[:1].isalnum() and rest[1:2] not in tuple("{+*?")
    second = rest[0] if plain_second else ""
    return f"{second}(?<={head.letter}{second}){rest[len(second):]}"


def _closing(text: str) -> int:
    """Where a group that begins the phrase ends; 0 where none does."""
    if text[:1] != "(" or text[1:2] == "?":
        return 0
    return next((place for place, depth in enumerate(_levels(text)) if depth == 0), 0)


def _alternatives(text: str) -> list[str]:
    """What stands between the bars outside of all brackets."""
    levels = _levels(text)
    bars = [n for n, mark in enumerate(text) if mark == "|" and levels[n] == 0]
    starts, ends = [0, *(bar + 1 for bar in bars)], [*bars, len(text)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def _levels(text: str) -> list[int]:
    """In how many brackets each character stands."""
    return list(accumulate({"(": 1, "[": 1, ")": -1, "]": -1}.get(mark, 0) for mark in text))


def _written(phrase: str, writing: _Writing) -> str:
    phrase = re.sub(r"\((?!\?)", "(?:", phrase)
    if not writing.spaced:
        return phrase.replace("~~", writing.wide).replace("~", writing.gap)
    text = phrase.replace(" ~~ ", "~~").replace(" ~ ", "~").replace("*", _ANY)
    text = re.sub(" +", r"[^\\w.!?;,؟]{1,3}", text)
    text = text.replace("~~", writing.wide).replace("~", writing.gap)
    whole = not phrase or phrase[-1].isalnum() or phrase[-1] in ")?"
    return text + r"\b" if whole else text
