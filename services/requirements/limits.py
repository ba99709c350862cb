"""Limits in a requirement's words: what is compared, how, with which value and unit, and when."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from services.requirements.comparing import Compared, compared
from services.requirements.quantities import blanked
from services.requirements.shares import with_shares
from services.requirements.units import COUNT, rates
from services.requirements.wordlists import Operator, pattern

_MOST_WORDS = 120
_JOINT = re.compile(r"^(?:[,;、\s]|(?:and|then|or|und|et|y|e|i)\b)+|(?:\s+be)?[\s,:(]*$")
_NUMBER_OF = re.compile(r"\b(?:number|count|Anzahl|nombre|número|liczba)\b.*", re.IGNORECASE)
_SENTENCE = re.compile(
    r"(?<!max\.)(?<!min\.)(?<!approx\.)(?<=[.!?])\s+(?=[A-ZÀ-Ý¿¡\u0600-\u06ff0-9\"'<>≤≥])"
    r"|(?<=[a-z)][.!?])(?=[A-Z][a-z])|[。！？；\n•]|\s:\s",
)


class Limit(NamedTuple):
    """A limit as the text states it."""

    words: str
    """The words that say what is limited; empty: the text does not say."""
    operator: Operator
    """How the value is compared."""
    value: float
    """The value, or the lower one of a range."""
    high: float | None
    """The upper value of a range; None: no range."""
    unit: str | None
    """Canonical unit; None: the text names none."""
    written: str
    """Unit, or the counted thing, as written."""
    share: float | None
    """Share of cases that have to meet it (%); None: the text does not restrict it."""
    stated: bool
    """Whether words of comparison state the operator; else it follows from what has to be held."""
    start: int
    """Where it begins in the text (characters)."""
    end: int
    """Where it ends."""


class Condition(NamedTuple):
    """Words that say when a requirement holds."""

    start: int
    """Where they begin in the text (characters)."""
    end: int
    """Where they end."""


class Read(NamedTuple):
    """What a text says of limits."""

    limits: tuple[Limit, ...]
    """Its limits in order."""
    conditions: tuple[Condition, ...]
    """When they hold."""
    methods: tuple[Condition, ...]
    """Where standards are named."""
    vague: tuple[str, ...]
    """Words that ask for something without saying how much."""


class _Sentence(NamedTuple):
    text: str
    start: int


def read_limits(text: str, language: str | None) -> Read:
    """The limits of a requirement.

    Args:
        text: one requirement, in any of nine languages.
        language: its language (BCP 47): it decides between decimal comma and point; None: unknown.
    """
    clean = blanked(text)
    limits: list[Limit] = []
    conditions = [Condition(*span) for span in clean.hours]
    for sentence in _sentences(clean.text):
        found = compared(sentence.text, language)
        kept = [one for one in found if one.operator is not None]
        limits += _placed(with_shares(kept, sentence.text), sentence, text)
        conditions += [
            Condition(sentence.start + one.start, sentence.start + one.end)
            for one in found
            if one.operator is None and one.stated and one.quantity.unit is not None
        ]
    return Read(
        tuple(dict.fromkeys(limits)),
        tuple(sorted(conditions)),
        tuple(Condition(*span) for span in clean.designations),
        tuple(dict.fromkeys(match[0].lower() for match in pattern("vague").finditer(clean.text))),
    )


def _sentences(text: str) -> Iterator[_Sentence]:
    start = 0
    for match in _SENTENCE.finditer(text):
        yield _Sentence(text[start : match.start()], start)
        start = match.end()
    yield _Sentence(text[start:], start)


def _placed(
    found: list[tuple[Compared, float | None]], sentence: _Sentence, text: str
) -> Iterator[Limit]:
    """Limits of a sentence as parts of the whole text, each with the words before it."""
    floor = 0
    for one, share in found:
        start, floor = sentence.start + floor, one.end
        place = sentence.start + one.start
        words = " ".join(text[min(start, place) : place].split())
        yield Limit(
            words=_trimmed(words)[-_MOST_WORDS:],
            operator=one.operator or "=",
            value=one.quantity.value,
            high=one.quantity.high,
            unit=one.quantity.unit or _counted_before(sentence.text[: one.start]),
            written=one.quantity.written,
            share=share,
            stated=one.stated,
            start=place,
            end=sentence.start + one.end,
        )


def _counted_before(before: str) -> str | None:
    """Unit of a bare figure behind `the number of … per day`."""
    counted = _NUMBER_OF.search(before)
    if counted is None:
        return None
    rate = next((unit for unit, words in rates() if words.search(counted[0])), None)
    return f"{COUNT}/{rate}" if rate else COUNT


def _trimmed(words: str) -> str:
    """Words without what joins them to others: a duty behind, a comma or `and` before."""
    left = _JOINT.sub("", words)
    for match in pattern("duty").finditer(left):
        if match.end() == len(left):
            return left[: match.start()].strip()
    return left
