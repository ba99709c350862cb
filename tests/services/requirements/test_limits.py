import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.requirements.limits import Limit, read_limits


def limits(text: str, language: str = "en") -> list[tuple[object, ...]]:
    return [short(one) for one in read_limits(text, language).limits]


def short(one: Limit) -> tuple[object, ...]:
    upper = () if one.high is None else (one.high,)
    share = () if one.share is None else (one.share,)
    return (one.operator, one.value, *upper, one.unit, *share)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "It shall take no longer than 5 seconds.", ("<=", 5, "s")),
        ("de", "Es darf höchstens 40 dB(A) laut sein.", ("<=", 40, "dB(A)")),
        ("de", "Im Standby unter 0,5 W.", ("<", 0.5, "W")),
        ("fr", "Il doit démarrer en moins de 3 secondes.", ("<", 3, "s")),
        ("es", "El ruido no debe superar 45 dB.", ("<=", 45, "dB")),
        ("pt", "A potência deve ser no máximo 60 W.", ("<=", 60, "W")),
        ("pl", "Poziom hałasu nie może przekraczać 40 dB.", ("<=", 40, "dB")),
        ("zh", "夜间噪声不超过40分贝。", ("<=", 40, "dB")),
        ("zh", "待机功率应小于0.5W", ("<", 0.5, "W")),
        ("ja", "騒音は40 dB以下とする。", ("<=", 40, "dB")),
        ("ja", "起動は10秒未満", ("<", 10, "s")),
        ("ar", "الضوضاء لا تزيد عن 40 ديسيبل", ("<=", 40, "dB")),
    ],
)
def test_a_limit_is_read_in_nine_languages(language: str, text: str, expected: object) -> None:
    assert limits(text, language) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("available at least 99.9% of the time", (">=", 99.9, "%")),
        ("The display shall be refreshed every 60 seconds.", ("every", 60, "s")),
        ("Data must be copied once a week.", ("every", 1, "wk")),
        ("within 2 s for 95% of requests", ("<=", 2, "s", 95)),
        ("90% of tasks shall complete within 5 s.", ("<=", 5, "s", 90)),
        ("It shall stay between 2 and 8 °C.", ("between", 2, 8, "degC")),
        ("Torque 1.2 ± 0.1 Nm", ("between", 1.1, 1.3, "N*m")),
        ("freezer shall be -18 °C or below", ("<=", -18, "degC")),
        ("The cost shall be under $1,500.", ("<", 1500, "USD")),
        ("It must respond within half a second.", ("<=", 0.5, "s")),
        ("It must answer in 3 s.", ("<=", 3, "s")),
        ("No call shall last longer than 25 seconds.", ("<=", 25, "s")),
        ("It shall handle up to 1 500 users.", (">=", 1500, "count")),
        ("At least 2 million parts per year shall pass.", (">=", 2_000_000, "count/a")),
        ("The system is available 999 times out of 1000.", None),
        ("9 out of 10 users shall succeed.", (">=", 90, "%")),
    ],
)
def test_a_limit_is_read_however_it_is_put(text: str, expected: object) -> None:
    assert limits(text) == ([expected] if expected else [])


@pytest.mark.parametrize(
    "text",
    [
        "The service shall run 24x7.",
        "The shop shall be open from 8am to 6pm.",
        "It shall be tested by IEC 60335-2-40:2022.",
        "The picture shall fit 1920 x 1080.",
        "For jobs that run longer than 25 seconds the system will write a log.",
        "It shall be fast.",
        "It shall run Windows 2000 or above.",
        "The room has 4 doors.",
    ],
)
def test_a_figure_that_is_no_limit_gives_none(text: str) -> None:
    assert limits(text) == []


def test_two_limits_of_one_sentence_keep_their_own_words() -> None:
    found = read_limits("Standby shall be at most 0.5 W, and on-mode at most 62 W.", "en").limits
    assert [one.words for one in found] == ["Standby", "on-mode"]


def test_a_comma_is_read_by_the_language() -> None:
    assert limits("at least 1,000 lm", "en") == [(">=", 1000, "lm")]
    assert limits("mindestens 1,000 lm", "de") == [(">=", 1, "lm")]
    assert limits("mindestens 1.000 lm", "de") == [(">=", 1000, "lm")]


def test_the_span_of_a_limit_is_its_words_in_the_text() -> None:
    text = "First. It shall weigh at most 12 kg, or else."
    (found,) = read_limits(text, "en").limits
    assert text[found.start : found.end] == "at most 12 kg"


@given(st.text(max_size=200))
def test_any_text_is_read_without_an_error_and_spans_lie_in_it(text: str) -> None:
    found = read_limits(text, None)
    assert all(0 <= one.start < one.end <= len(text) for one in found.limits)


@given(st.integers(1, 10**6), st.sampled_from(["kg", "W", "seconds", "mm"]))
def test_every_whole_value_comes_back(value: int, unit: str) -> None:
    ((_, found, _),) = limits(f"It shall be at most {value} {unit}.")
    assert found == value
