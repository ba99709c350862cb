"""Claims, facts and fixed sentences in the reader's language.

A claim names a phrase and carries typed facts; here both become one sentence. What a language has
no file for is said in English.
"""

from collections.abc import Mapping
from functools import cache

from agents.wording import inert
from agents.wording.formats import NO_NUMBER, Formats
from agents.wording.phrasebook import ENGLISH, LANGUAGES, PLACE, Phrasebook, phrasebook
from domain.records.claim import (
    Chance,
    Claim,
    Count,
    Countries,
    Day,
    Fact,
    Measure,
    Names,
    Phrase,
    Phrases,
    Quote,
    Said,
    Share,
    Term,
    Worded,
)

MOST_NAMES = 6
"""Names of a list that are shown; the rest is counted."""
_SENTENCE_ENDS = (".", "!", "?", "。", "！", "？", "؟")


class Wording:
    """What is said in one language."""

    def __init__(self, book: Phrasebook) -> None:
        self._book = book
        self._formats = Formats(book.locale)

    @property
    def language(self) -> str:
        """The language in which things are said (ISO 639-1)."""
        return self._book.language

    def claim(self, claim: Claim) -> str:
        """A claim as a sentence, without its citation.

        Raises:
            KeyError: the language has no phrase of that name, or a place of it has no fact.
        """
        return self._filled(claim.phrase, facts_of(claim))

    def say(self, name: str, **facts: Fact) -> str:
        """A heading or a fixed sentence.

        Raises:
            KeyError: the language has no phrase of that name, or a place of it has no fact.
        """
        return self._filled(name, facts)

    def term(self, group: str, value: str) -> str:
        """A word of a closed list; a code that the list does not know stays as it is.

        Raises:
            KeyError: there is no such list.
        """
        return self._book.terms[group].get(value) or inert.name(value)

    def fact(self, fact: Fact) -> str:
        """One fact in the format of the language."""
        match fact:
            case Term():
                return self.term(fact.group, fact.value)
            case Phrase():
                return self._filled(fact.name, fact.facts)
            case Phrases():
                return self._one_after_the_other([self.fact(one) for one in fact.value])
            case Quote():
                return self.say("quote", text=Said(value=inert.quoted(fact.value)))
            case Said():
                return inert.spoken(fact.value)
            case Worded():
                return inert.spoken(fact.value.get(self.language) or fact.value[ENGLISH])
            case Names() | Countries():
                return self._several(fact)
        return self._figure(fact)

    def _figure(self, fact: Count | Measure | Share | Chance | Day) -> str:
        match fact:
            case Count():
                return self._formats.number(fact.value)
            case Measure():
                return self._measure(fact)
            case Share():
                return self._formats.share(fact.value)
            case Chance():
                return self._formats.chance(fact.value, fact.symbol)
            case Day():
                return self._formats.day(fact.value)

    def _measure(self, fact: Measure) -> str:
        value = NO_NUMBER if fact.value is None else self._formats.number(fact.value)
        interval = self._formats.interval(fact.low, fact.high) if fact.bounded else ""
        unit = "" if fact.unit == "1" else inert.name(fact.unit)
        return " ".join(part for part in (value, interval, unit) if part)

    def _several(self, fact: Names | Countries) -> str:
        items = [inert.name(one) for one in fact.value]
        if isinstance(fact, Countries):
            items = [self._formats.country(code) for code in items]
        if len(items) > MOST_NAMES + 1:
            rest = Count(value=len(items) - MOST_NAMES)
            items = [*items[:MOST_NAMES], self.say("more", count=rest)]
        separator = self._book.phrases["separator"]
        return self._formats.several(items, separator) if items else NO_NUMBER

    def _one_after_the_other(self, items: list[str]) -> str:
        if items and all(item.endswith(_SENTENCE_ENDS) for item in items):
            return self._book.phrases["between_sentences"].join(items)
        return self._book.phrases["separator"].join(items)

    def _filled(self, name: str, facts: Mapping[str, Fact]) -> str:
        phrase = self._book.phrases[name]
        text = PLACE.sub(lambda place: self._placed(facts[place[1]], place[2]), phrase)
        first = PLACE.match(phrase)
        worded = first is not None and isinstance(facts[first[1]], Term | Worded | Phrase | Phrases)
        sentence = phrase.endswith(_SENTENCE_ENDS)
        return text[:1].upper() + text[1:] if worded and sentence else text

    def _placed(self, fact: Fact, noun: str | None) -> str:
        if noun is None or not isinstance(fact, Count):
            return self.fact(fact)
        forms = self._book.nouns[noun]
        form = forms.get(self._formats.plural(fact.value)) or forms["other"]
        return PLACE.sub(self._formats.number(fact.value), form)


def facts_of(claim: Claim) -> dict[str, Fact]:
    """The facts of a claim by name; its verdict is always among them."""
    verdict = Term(group="verdict", value=claim.finding.verdict)
    return {"verdict": verdict, **claim.facts}


def wording_for(language: str) -> Wording:
    """The wording of a language (BCP 47; only its first part counts), else English."""
    primary = language.replace("_", "-").split("-")[0].lower()
    return _wording(primary if primary in LANGUAGES else ENGLISH)


@cache
def _wording(language: str) -> Wording:
    return Wording(phrasebook(language))
