"""What a writer may not write: figures, dates, identifiers and verdicts of its own.

The prose is looked at with its slots taken out. Every rule errs towards finding too much: a false
find costs one repair or the template, a miss would let a statement out that nothing supports. Words
of the question may be repeated; its verdict words only where they stay a question, or what the
asker wants to hear would be said in the asker's own words.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from graphs.claim_words import calendar, countries, letters, words
from graphs.planning.folding import folded
from graphs.planning.language import language_of

WHOLE, PART = "■", "□"
"""What stands for a claim or verdict, and for another fact, in the prose."""
WORDS_TO_TELL_A_LANGUAGE = 12
"""Words that a text needs before its language is told from them."""
_LONGEST_SHOWN = 40
_NUMERIC = ("Nl", "No")
_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_TOKEN = re.compile(r"[a-z0-9]+(?:[-_./:,'][a-z0-9]+)*")
_CODE = re.compile(r"(?<!\w)[A-Z0-9]+(?:[-_/][A-Z0-9]+)+(?!\w)|\w*[^\W_]_\w+")
_SLOT = f"[{WHOLE}{PART}]"
_SIGNS = re.compile(rf"[%‰×÷±≈=≤≥€$£¥]|[+~^/]{_SLOT}|(?<!{_SLOT})[-−–]{_SLOT}")
_GLUED = re.compile(rf"[a-z]{_SLOT}|{_SLOT}[a-z]")
_MARKUP = re.compile(r"[<>`|\\{}]|\]\s*\(|!\[|&#?\w+;|https?:|www\.|mailto:|\w@\w")
_SENTENCE = re.compile(r"[^.!?。！？؟\n]+[?？؟]?")
_ASKS = ("?", "？", "؟")
_BULLETS = "-–*•#> \t"


class Problem(NamedTuple):
    """Something in a text that cannot stay."""

    code: str
    """Stable name of the rule."""
    text: str
    """What is wrong and what to do, for whoever mends the text."""


class Known(NamedTuple):
    """What the check knows beside the text."""

    language: str
    """Language that the text should have (ISO 639-1)."""
    names: frozenset[str]
    """Identifiers of the claims, as they are written."""
    question: str
    """The asker's words."""


def ungrounded(prose: str, known: Known) -> Iterator[Problem]:
    """Everything in a text that no slot stands for.

    Args:
        prose: the text with `WHOLE` and `PART` in the places of its slots.
        known: language, identifiers and question.
    """
    yield from _form(prose)
    yield from _spelling(prose, known)
    yield from _figures(prose, known)
    yield from _dates(prose, known)
    yield from _identifiers(prose, known)
    yield from _verdicts(prose, known)


def _form(prose: str) -> Iterator[Problem]:
    if any(unicodedata.category(one) in _INVISIBLE for one in prose if one != "\n"):
        yield Problem("control", "The text holds invisible or control characters.")
    if found := _MARKUP.search(prose):
        yield _problem("markup", found[0], "write plain text, without links, tags, code or tables")
    symbols = {one for one in prose if unicodedata.category(one) == "So"} - {WHOLE, PART}
    for one in sorted(symbols):
        yield _problem("markup", one, "write words, not symbols")
    if found := _GLUED.search(folded(prose)):
        yield _problem("glued", found[0], "leave a blank between a word and a slot")


def _spelling(prose: str, known: Known) -> Iterator[Problem]:
    advice = f"write in the language {known.language!r} and its letters"
    allowed = letters(known.language)
    foreign = {one for one in folded(prose) if one.isalpha() and not allowed.match(one)}
    for one in sorted(foreign - set(folded(known.question))):
        yield _problem("language", one, advice)
    spoken = language_of(prose, known.language)
    if len(prose.split()) >= WORDS_TO_TELL_A_LANGUAGE and spoken.likely != known.language:
        yield _problem("language", spoken.likely, advice)


def _figures(prose: str, known: Known) -> Iterator[Problem]:
    text, asked = folded(prose), set(_TOKEN.findall(folded(known.question)))
    for token in _TOKEN.findall(text):
        if any(map(str.isdecimal, token)) and not _asked(token, asked):
            yield _problem("figure", token, "every figure, date and identifier comes from a slot")
    odd = {one for one in prose if unicodedata.category(one) in _NUMERIC}
    for one in sorted(odd - set(known.question)):
        yield _problem("figure", one, "every figure comes from a slot")
    if found := _SIGNS.search(prose):
        yield _problem("figure", found[0], "a slot brings its own sign and unit")
    for word in _said("numbers", text, known):
        yield _problem("figure", word, "a number in words comes from a slot too")


def _dates(prose: str, known: Known) -> Iterator[Problem]:
    pattern = calendar(known.language)
    for word in set(pattern.findall(prose)) - set(pattern.findall(known.question)):
        yield _problem("date", word, "every date comes from a slot")


def _identifiers(prose: str, known: Known) -> Iterator[Problem]:
    asked = known.question.casefold()
    found = {
        *_CODE.findall(prose),
        *(name for name in known.names if _names(prose, name)),
        *countries(known.language).findall(prose),
    }
    for one in sorted(found):
        if one.casefold() not in asked:
            yield _problem("identifier", one, "every identifier and market comes from a slot")


def _verdicts(prose: str, known: Known) -> Iterator[Problem]:
    for sentence in _SENTENCE.findall(folded(prose)):
        said = sentence.strip(_BULLETS)
        left_open = sentence.endswith(_ASKS) or _said("doubts", said, known._replace(question=""))
        asked = known if left_open else known._replace(question="")
        for word in _said("verdicts", said, asked):
            yield _problem("verdict", word, "verdicts and causes come from a slot")
        for word in _said("negations", said, known):
            yield _problem("verdict", word, "a slot must not be turned into its opposite")


def _said(kind: str, text: str, known: Known) -> list[str]:
    """Words of a list that stand in a folded text and not in the question, in order."""
    pattern, spare = words(kind, known.language)
    asked = {match[0] for match in pattern.finditer(folded(known.question))}
    found = dict.fromkeys(match[0] for match in pattern.finditer(text))
    return [word for word in found if word not in asked and word not in spare]


def _asked(token: str, asked: set[str]) -> bool:
    """A token of the question, perhaps with a word joined to it ("65q8-gerate")."""
    if token in asked:
        return True
    before, _, joined = token.rpartition("-")
    return before in asked and joined.isalpha()


def _names(prose: str, name: str) -> bool:
    """Whether an identifier is written out; a plain word in small letters is none."""
    if name.casefold() not in prose.casefold() or (name.isalpha() and name.islower()):
        return False
    if len(name) == 1:
        return re.search(rf"\w[ '’]{re.escape(name)}(?!\w)", prose) is not None
    flags = re.NOFLAG if name.isalpha() else re.IGNORECASE
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", prose, flags) is not None


def _problem(code: str, found: str, advice: str) -> Problem:
    shown = "".join(one if one.isprintable() else "?" for one in found[:_LONGEST_SHOWN])
    return Problem(code, f"“{shown}” stands outside a slot: {advice}.")
