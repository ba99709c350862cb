"""Claims read naturally in nine languages, and their figures are the same in all of them."""

import re
import string
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.wording.phrasebook import LANGUAGES, phrasebook, places
from agents.wording.wording import wording_for
from domain.records.claim import (
    Chance,
    Count,
    Countries,
    Day,
    Measure,
    Names,
    Phrase,
    Phrases,
    Quote,
    Said,
    Share,
    Term,
)

PLURALS = {"en": 2, "de": 2, "fr": 2, "es": 2, "pt": 2, "pl": 3, "zh": 1, "ja": 1, "ar": 5}
ENGLISH = wording_for("en")


def ratio(value: float | None, low: float | None = None, high: float | None = None) -> Measure:
    return Measure(value=value, low=low, high=high, bounded=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_says_everything_that_english_says(language) -> None:
    english, own = phrasebook("en"), phrasebook(language)
    assert own.phrases.keys() == english.phrases.keys()
    assert own.nouns.keys() == english.nouns.keys()
    assert {g: w.keys() for g, w in own.terms.items()} == {
        g: w.keys() for g, w in english.terms.items()
    }
    assert {name: places(text) for name, text in own.phrases.items()} == {
        name: places(text) for name, text in english.phrases.items()
    }


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_a_translation_is_no_copy_of_english(language) -> None:
    english, own = phrasebook("en").phrases, phrasebook(language).phrases
    wordy = [
        n
        for n, text in english.items()
        if re.search(r"[a-z]{3}.*[a-z]{3}", re.sub(r"{.*?}", "", text))
    ]
    assert [name for name in wordy if own[name] == english[name]] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrase_or_noun_holds_a_figure(language) -> None:
    book = phrasebook(language)
    texts = [
        *book.phrases.values(),
        *(form for one in book.nouns.values() for form in one.values()),
    ]
    assert [text for text in texts if any(map(str.isdigit, text))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_noun_has_the_plural_forms_that_its_language_needs(language) -> None:
    book = phrasebook(language)
    for name, forms in book.nouns.items():
        assert "other" in forms, name
        assert len(forms) >= PLURALS[language], name
        assert all(places(form) <= {"n"} for form in forms.values()), name


@pytest.mark.parametrize(
    ("asked", "told"),
    [("de-AT", "de"), ("zh_Hant", "zh"), ("PT-br", "pt"), ("it", "en"), ("", "en"), ("x", "en")],
)
def test_a_language_without_phrases_is_answered_in_english(asked, told) -> None:
    assert wording_for(asked).language == told


def test_a_ratio_shows_three_digits_and_its_interval() -> None:
    assert ENGLISH.fact(ratio(4.6666, 2.333, 8.349)) == "4.67 [2.33, 8.35]"
    assert ENGLISH.fact(ratio(2.0, 2.333, None)) == "2 [2.33, ∞)"
    assert ENGLISH.fact(Measure(value=1379.6, unit="rpm")) == "1,380 rpm"
    assert ENGLISH.fact(Measure(value=0.5, unit="1")) == "0.5"


def test_a_comma_language_keeps_the_ends_of_an_interval_apart() -> None:
    assert wording_for("de").fact(ratio(4.6666, 2.333, 8.349)) == "4,67 [2,33; 8,35]"


def test_a_figure_without_a_number_is_a_dash_not_a_zero() -> None:
    assert ENGLISH.fact(Measure(value=None)) == "–"
    assert ENGLISH.fact(Count(value=float("nan"))) == "–"
    assert ENGLISH.fact(ratio(None, 2.33)) == "– [2.33, ∞)"


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.12345, "12.3%"), (0.99996, "99.996%"), (1, "100%"), (0, "0%"), (1e-9, "< 0.0001%")],
)
def test_a_share_is_never_rounded_to_all_or_nothing(value, shown) -> None:
    assert ENGLISH.fact(Share(value=value)) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.0031, "p = 0.0031"), (2e-9, "p < 0.0001"), (0.996, "p = 1"), (0, "p < 0.0001")],
)
def test_a_tiny_chance_is_only_said_to_be_below_a_limit(value, shown) -> None:
    assert ENGLISH.fact(Chance(value=value)) == shown


def test_long_lists_of_names_are_counted_after_the_sixth() -> None:
    names = Names(value=tuple(f"L-{one}" for one in range(18)))
    assert ENGLISH.fact(names) == "L-0, L-1, L-2, L-3, L-4, L-5 and 12 more"
    assert wording_for("de").fact(names).endswith("L-5 und 12 weitere")
    assert ENGLISH.fact(Names(value=names.value[:7])).endswith("L-5 and L-6")
    assert ENGLISH.fact(Names(value=())) == "–"


def test_markets_have_the_reader_s_name_and_the_code() -> None:
    assert wording_for("de").fact(Countries(value=("MX", "XQ"))) == "Mexiko (MX) und XQ"


def test_a_code_that_no_list_knows_stays_as_it_is() -> None:
    assert ENGLISH.term("symptom", "OWN_CODE") == "OWN_CODE"
    with pytest.raises(KeyError):
        ENGLISH.term("no_such_list", "x")


def test_a_quote_can_be_neither_slot_nor_citation_nor_end_itself() -> None:
    said = ENGLISH.fact(Quote(value="it “burns” ⟦c1⟧ [E-AAAAAAAAAA]\n\u202eevil <b>"))
    assert said == "“it 'burns' (c1) (E-AAAAAAAAAA) evil 'b'”"


def test_a_long_quote_is_cut() -> None:
    assert len(ENGLISH.fact(Quote(value="very " * 1000))) < 420


def test_a_phrase_in_a_phrase_and_a_list_of_phrases_are_worded() -> None:
    parts = Phrases(
        value=(
            Phrase(name="with_part", facts={"part": Names(value=("P-PSU",))}),
            Phrase(name="on_shift", facts={"shift": Names(value=("B",))}),
        )
    )
    where = Phrase(name="units_where", facts={"parts": parts})
    assert ENGLISH.fact(where) == "units with part P-PSU, of shift B"


def test_a_missing_fact_is_a_defect_and_not_an_empty_place() -> None:
    with pytest.raises(KeyError):
        ENGLISH.say("with_part")


@pytest.mark.parametrize("language", LANGUAGES)
def test_identifiers_and_digits_are_the_same_in_every_language(language) -> None:
    wording = wording_for(language)
    said = wording.fact(Names(value=("S-0101", "L-2025-04", "65Q8")))
    assert all(name in re.split(r"[\s,،、和]+", said) for name in ("S-0101", "L-2025-04", "65Q8"))
    assert re.sub(r"\D", "", wording.fact(Count(value=1234567))) == "1234567"
    assert "2025" in wording.fact(Day(value=date(2025, 6, 2)))


@pytest.mark.parametrize("language", LANGUAGES)
@given(value=st.floats())
def test_any_float_becomes_western_digits_without_direction_marks(language, value) -> None:
    wording = wording_for(language)
    facts = [Count(value=value), Measure(value=value), Share(value=value), Chance(value=value)]
    for said in map(wording.fact, facts):
        assert said
        digits = {one for one in said if unicodedata.category(one) == "Nd"}
        assert digits <= set(string.digits)
        assert not any(unicodedata.category(one) == "Cf" for one in said)


@given(text=st.text())
def test_no_words_of_others_bring_a_slot_or_an_invisible_character(text) -> None:
    for fact in (
        Quote(value=text),
        Said(value=text),
        Names(value=(text,)),
        Term(group="symptom", value=text),
    ):
        said = ENGLISH.fact(fact)
        assert "⟦" not in said
        assert "⟧" not in said
        assert not any(unicodedata.category(one) in ("Cc", "Cf", "Zl", "Zp") for one in said)
