"""The words of a digest in one language, and how its readers write figures and days.

Days are written as ISO 8601 in every language and moments in local time and UTC, so that nobody
has to guess the order of day and month.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import yaml
from pydantic import TypeAdapter

from agents.wording.formats import Formats
from agents.wording.phrasebook import PLACE, phrasebook
from agents.wording.wording import wording_for
from domain.intervals import Interval
from graphs.digests.document import Part, Parts
from services.messaging.moments import local_moment
from services.messaging.neutral import neutral

MOST_NAMES = 6
"""Names of a list that are shown; the rest is counted."""
LONGEST_NAME = 120
LONGEST_QUOTE = 400


class Words(NamedTuple):
    """One word file."""

    phrases: dict[str, str]
    """Phrases by name, with places in braces."""
    terms: dict[str, dict[str, str]]
    """Words of closed lists, by list and code."""


@cache
def words_of(language: str) -> Words:
    """The word file of a language."""
    text = (files(__package__) / "words" / f"{language}.yaml").read_text(encoding="utf-8")
    return TypeAdapter(Words).validate_python(yaml.load(text, Loader=yaml.CBaseLoader))


class Speech:
    """Says things in one language."""

    def __init__(self, language: str, timezone: str) -> None:
        """Speech for readers.

        Args:
            language: one that has a word file.
            timezone: theirs (IANA).
        """
        self.language = language
        self._timezone = timezone
        self._words = words_of(language)
        self._formats = Formats(phrasebook(language).locale)

    def say(self, phrase: str, /, **values: Part | Parts) -> Parts:
        """A phrase with its places filled.

        Raises:
            KeyError: there is no such phrase, or a place of it has no value.
        """
        return _filled(self._words.phrases[phrase], values)

    def term(self, group: str, code: str) -> Part:
        """A word of a closed list; a code that the list does not know stays as it is."""
        word = self._words.terms[group].get(code)
        return Part(word) if word else self.name(code)

    def symptom(self, code: str) -> Parts:
        """A symptom's word with its code; a code without a word stays alone."""
        word = wording_for(self.language).term("symptom", code)
        if word == code or not word:
            return (self.name(code),)
        return self.say("with_name", name=Part(word), code=self.name(code))

    def name(self, text: str) -> Part:
        """An identifier; one without letters has no direction of its own, as a figure."""
        shown = _cut(neutral(text), LONGEST_NAME)
        return Part(shown, "name" if any(map(str.isalpha, shown)) else "figure")

    def names(self, texts: Iterable[str]) -> Parts:
        """Identifiers, the first six of them; more are only counted."""
        every = [self.name(text) for text in texts]
        shown = every if len(every) <= MOST_NAMES + 1 else every[:MOST_NAMES]
        parts = self.joined((one,) for one in shown)
        if len(shown) == len(every):
            return parts
        more = self.say("more", count=self.number(len(every) - len(shown)))
        return (*parts, Part(" "), *more)

    def joined(self, items: Iterable[Parts]) -> Parts:
        """Items with the language's separator between them."""
        found: list[Part] = []
        for item in items:
            found += [Part(self._words.phrases["separator"])] if found else []
            found += item
        return tuple(found)

    def country(self, code: str) -> Part:
        """A market's name with its code."""
        return Part(neutral(self._formats.country(code)), "name")

    def number(self, value: float) -> Part:
        """A figure."""
        return Part(self._formats.number(value), "figure")

    def measure(self, value: Interval) -> Part:
        """An estimate with its interval."""
        estimate = "" if value.estimate is None else f"{self._formats.number(value.estimate)} "
        bounds = self._formats.interval(value.low, value.high)
        return Part(f"{estimate}{bounds}", "figure")

    def share(self, value: Interval) -> Part:
        """A share with its interval, as percent."""
        ends = (value.estimate, value.low, value.high)
        shown = [self._formats.share(one) for one in ends if one is not None]
        if value.estimate is None:
            return Part(" – ".join(shown), "figure")
        return Part(f"{shown[0]} [{' – '.join(shown[1:])}]", "figure")

    def day(self, value: date) -> Part:
        """A day (ISO 8601)."""
        return Part(value.isoformat(), "figure")

    def moment(self, value: datetime) -> Parts:
        """A moment in local time and UTC."""
        both = local_moment(value, self._timezone)
        return Part(both.here, "figure"), Part(" "), Part(both.utc, "figure")

    def quote(self, text: str) -> Parts:
        """Words of others, inert and in the language's quotation marks."""
        return self.say("quote", text=Part(_cut(neutral(text), LONGEST_QUOTE), "quote"))


def _filled(phrase: str, values: Mapping[str, Part | Parts]) -> Parts:
    parts: list[Part] = []
    at = 0
    for place in PLACE.finditer(phrase):
        value = values[place[1]]
        parts += [Part(phrase[at : place.start()])] if place.start() > at else []
        parts += [value] if isinstance(value, Part) else value
        at = place.end()
    return (*parts, Part(phrase[at:])) if at < len(phrase) else tuple(parts)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"
