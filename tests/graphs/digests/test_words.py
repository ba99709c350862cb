"""Nine languages say the same things, in words only."""

import re
from collections import Counter

import pytest

from agents.wording.phrasebook import LANGUAGES as SPOKEN
from agents.wording.phrasebook import PLACE
from domain.records.proposal import PAYLOADS
from graphs.digests.language import Speech, words_of
from services.messaging.settings import LANGUAGES

ENGLISH = words_of("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_phrases_with_the_same_places(language: str) -> None:
    words = words_of(language)
    assert words.phrases.keys() == ENGLISH.phrases.keys()
    assert {group: set(codes) for group, codes in words.terms.items()} == {
        group: set(codes) for group, codes in ENGLISH.terms.items()
    }
    for name, phrase in words.phrases.items():
        expected = Counter(place[1] for place in PLACE.finditer(ENGLISH.phrases[name]))
        assert Counter(place[1] for place in PLACE.finditer(phrase)) == expected, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_file_holds_a_digit_a_stray_bracket_or_markup(language: str) -> None:
    words = words_of(language)
    phrases = {name: PLACE.sub("", phrase) for name, phrase in words.phrases.items()}
    terms = {f"{g}.{c}": word for g, some in words.terms.items() for c, word in some.items()}
    stray = {k: v for k, v in (phrases | terms).items() if re.search(r"[\d{}<>*_`@]", v)}
    assert stray == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_other_language_has_words_of_its_own(language: str) -> None:
    same = [k for k, v in words_of(language).phrases.items() if v == ENGLISH.phrases[k]]
    assert language == "en" or len(same) < len(ENGLISH.phrases) / 8


def test_messages_digests_and_answers_speak_the_same_languages() -> None:
    assert LANGUAGES == SPOKEN


def test_every_kind_of_proposal_has_a_word() -> None:
    assert ENGLISH.terms["proposal"].keys() == PAYLOADS.keys()


def test_a_code_without_a_word_stays_as_it_is() -> None:
    speech = Speech("de", "UTC")
    assert [part.text for part in speech.symptom("X-NEW_1")] == ["X-NEW_1"]
    assert speech.term("table", "signals").text == "signals"
