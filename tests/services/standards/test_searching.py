"""Standards are found by what they are about, in several languages, and none is made up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.standards.loading import load
from services.standards.searching import search


def ids(text: str, most: int = 5) -> list[str]:
    return [hit.standard for hit in search(load(), text, most).hits]


@pytest.mark.parametrize(
    "text",
    [
        "refrigerator safety", "冰箱 安全", "Kühlschrank Sicherheit", "sécurité du réfrigérateur",
        "seguridad de la nevera", "segurança da geladeira", "冷蔵庫の安全", "سلامة الثلاجة",
        "bezpieczeństwo lodówki",
    ],
)  # fmt: skip
def test_the_safety_of_refrigerators_is_found_in_nine_languages(text: str) -> None:
    assert "IEC_60335-2-24" in ids(text)


@pytest.mark.parametrize(
    "text", ["noise of washing machines", "洗衣机 噪声", "Geräusch Waschmaschine"]
)
def test_noise_is_found_by_its_subject(text: str) -> None:
    assert "IEC_60704" in ids(text)


def test_a_designation_comes_first() -> None:
    results = search(load(), "EN 60335-2-24 Kühlschrank")
    assert (results.hits[0].standard, results.hits[0].by) == ("EN_60335-2-24", "designation")
    assert results.hits[0].score == 1


@pytest.mark.parametrize("text", ["EN 99999-1", "EN IEC 56765", "JIS C 12345", "DIN EN 49689-32"])
def test_an_unknown_designation_has_no_hits_in_its_place(text: str) -> None:
    results = search(load(), text)
    assert results.hits == ()
    assert [one.standards for one in results.designations] == [()]


def test_beside_an_unknown_designation_words_are_answered_as_words() -> None:
    results = search(load(), "IEC 99999 fridge")
    assert results.designations[0].standards == ()
    assert {hit.by for hit in results.hits} == {"words"}
    assert search(load(), "fridge").hits == results.hits


def test_words_that_nothing_is_about_find_nothing() -> None:
    assert ids("xyzzy qwrt") == []


@given(st.text(max_size=80))
def test_every_hit_is_a_row_and_the_best_is_first(text: str) -> None:
    hits = search(load(), text).hits
    assert all(hit.standard in load().standards for hit in hits)
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 + 1e-9 for score in scores)
    assert len({hit.standard for hit in hits}) == len(hits) <= 5
