"""What the customers write, and what is known about it."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.hub.simulate import Plan
from services.hub.simulate.catalogue import catalogue
from services.hub.simulate.lexicon import PERSONAL_KINDS, lexicons, personal_string

Make = Callable[[Plan], Any]


@pytest.fixture(scope="module")
def world(make: Make) -> Any:
    return make(Plan(units=20_000, format="parquet"))


@pytest.fixture(scope="module")
def texts(world: Any) -> dict[str, str]:
    return dict(world.rows("SELECT feedback_id, text FROM feedback"))


@pytest.mark.parametrize("language", lexicons())
def test_a_language_can_tell_of_every_symptom(language: str) -> None:
    lexicon = lexicons()[language]
    assert set(lexicon.symptoms) == {symptom.code for symptom in catalogue().symptoms}
    assert set(lexicon.personal) == set(PERSONAL_KINDS)
    assert all("{symptom}" in frame for frame in (*lexicon.negated, *lexicon.hypothetical))


def test_markets_speak_languages_that_have_phrases() -> None:
    spoken = {language for market in catalogue().markets for language in market.languages}
    assert spoken == set(lexicons())
    assert len(spoken) >= 9


def test_feedback_comes_in_every_language(world: Any) -> None:
    found = dict(world.rows("SELECT language, count(*) FROM feedback GROUP BY 1"))
    assert found == world.truth.feedback.by_language
    assert len(found) >= 9


def test_no_phrase_is_left_unfilled(texts: dict[str, str]) -> None:
    assert [text for text in texts.values() if "{" in text] == []


def test_personal_strings_stand_in_the_text_that_the_truth_names(
    world: Any, texts: dict[str, str]
) -> None:
    planted = world.truth.feedback.personal
    assert {one.kind for one in planted} == set(PERSONAL_KINDS)
    assert all(one.value in texts[one.feedback_id] for one in planted)


def test_exact_copies_say_the_same_and_reworded_ones_nearly(
    world: Any, texts: dict[str, str]
) -> None:
    told = world.truth.feedback
    assert all(texts[copy] == texts[original] for copy, original in told.exact_duplicates)
    assert all(texts[copy] != texts[original] for copy, original in told.near_duplicates)
    assert len(told.near_duplicates) >= 5


def test_copies_keep_their_author(world: Any) -> None:
    authors = dict(world.rows("SELECT feedback_id, author_key FROM feedback"))
    for copy, original in world.truth.feedback.exact_duplicates:
        assert authors[copy] == authors[original]


def test_dangers_are_met_denied_and_feared(world: Any, texts: dict[str, str]) -> None:
    notes = world.truth.feedback.safety
    met = [note for note in notes if not (note.negated or note.hypothetical)]
    assert all(note.severity >= 4 for note in met)
    assert any(note.severity == 5 for note in met)
    assert any(note.negated for note in notes)
    assert any(note.hypothetical for note in notes)
    assert all(note.feedback_id in texts for note in notes)


def test_orders_to_the_reader_are_among_the_texts(world: Any, texts: dict[str, str]) -> None:
    orders = [order for lexicon in lexicons().values() for order in lexicon.injections]
    planted = world.truth.feedback.injections
    assert len(planted) == world.truth.feedback.counts["injection"]
    assert all(any(order in texts[name] for order in orders) for name in planted)


@given(seed=st.integers(0, 10_000))
def test_invented_cards_and_accounts_pass_their_checks(seed: int) -> None:
    lexicon = lexicons()["en"]
    card = personal_string("card", lexicon, Random(seed)).replace(" ", "")
    doubled = [int(d) * (2 - place % 2) for place, d in enumerate(card)]
    assert sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
    iban = personal_string("iban", lexicon, Random(seed))
    assert int(f"{iban[4:]}1314{iban[2:4]}") % 97 == 1
