from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphs.planning.calendar_spans import ending, whole
from graphs.planning.folding import fold
from graphs.planning.language import language_of
from graphs.planning.periods import PeriodPhrase, periods

SUNDAY = date(2026, 11, 15)
LAST_MONTH = ("2026-10-01", "2026-10-31")
LAST_WEEK = ("2026-11-02", "2026-11-08")
LAST_QUARTER = ("2026-07-01", "2026-09-30")
LAST_90 = ("2026-08-18", "2026-11-15")


def said(text: str, today: date = SUNDAY) -> list[PeriodPhrase]:
    return periods(fold(text), today, language_of(text).code)


def days(text: str) -> tuple[str, str]:
    found = said(text)
    assert len(found) == 1, found
    return str(found[0].first), str(found[0].last)


@pytest.mark.parametrize(
    "text",
    ["complaints last month", "Reklamationen im letzten Monat", "plaintes le mois dernier",
     "quejas del mes pasado", "queixas no mês passado", "skargi w zeszłym miesiącu",
     "上个月的投诉", "先月の苦情", "شكاوى الشهر الماضي"],
)  # fmt: skip
def test_last_month_is_the_last_whole_one_in_every_language(text: str) -> None:
    assert days(text) == LAST_MONTH


@pytest.mark.parametrize(
    "text",
    ["claims last week", "Meldungen letzte Woche", "plaintes la semaine dernière",
     "quejas de la semana pasada", "queixas da semana passada", "skargi w zeszłym tygodniu",
     "上周的投诉", "先週の苦情", "شكاوى الأسبوع الماضي"],
)  # fmt: skip
def test_last_week_runs_from_monday_to_sunday(text: str) -> None:
    assert days(text) == LAST_WEEK


@pytest.mark.parametrize(
    "text",
    ["the last quarter", "letztes Quartal", "au trimestre dernier", "el trimestre pasado",
     "no último trimestre", "w ostatnim kwartale", "上个季度", "前四半期の推移",
     "خلال الربع الماضي"],
)  # fmt: skip
def test_last_quarter_is_the_last_whole_one(text: str) -> None:
    assert days(text) == LAST_QUARTER


@pytest.mark.parametrize(
    "text",
    ["over the last 90 days", "in den letzten 90 Tagen", "ces 90 derniers jours",
     "en los últimos 90 días", "nos últimos 90 dias", "przez ostatnie 90 dni", "最近90天",
     "過去90日", "خلال آخر 90 يوما", "آخر ٩٠ يوما"],
)  # fmt: skip
def test_the_last_90_days_end_with_today(text: str) -> None:
    assert days(text) == LAST_90


@pytest.mark.parametrize(
    "text",
    ["why so noisy since March", "seit März so laut", "bruyant depuis mars", "ruido desde marzo",
     "ruído desde março", "hałas od marca", "3月以来的噪音", "3月以降の異音", "الضوضاء منذ مارس"],
)  # fmt: skip
def test_since_a_month_runs_until_today(text: str) -> None:
    assert days(text) == ("2026-03-01", "2026-11-15")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("in Q2 2026", "2026-04-01", "2026-06-30"),
        ("第二季度", "2026-04-01", "2026-06-30"),
        ("im 2. Quartal 2025", "2025-04-01", "2025-06-30"),
        ("builds Jan–Jun 2026", "2026-01-01", "2026-06-30"),
        ("from 2026-01-10 to 2026-02-03", "2026-01-10", "2026-02-03"),
        ("zwischen März und Mai", "2026-03-01", "2026-05-31"),
        ("de marzo a mayo de 2025", "2025-03-01", "2025-05-31"),
        ("von November bis Februar", "2025-11-01", "2026-02-28"),
        ("3月から5月まで", "2026-03-01", "2026-05-31"),
        ("trend since 1 september", "2026-09-01", "2026-11-15"),
        ("depuis le 1er septembre", "2026-09-01", "2026-11-15"),
        ("am 3. März 2026", "2026-03-03", "2026-03-03"),
        ("from March 3 to March 9", "2026-03-03", "2026-03-09"),
        ("desde el 12 de mayo de 2026", "2026-05-12", "2026-11-15"),
        ("2026年3月", "2026-03-01", "2026-03-31"),
        ("December claims", "2025-12-01", "2025-12-31"),
        ("im Jahr 2025", "2025-01-01", "2025-12-31"),
        ("今年的投诉", "2026-01-01", "2026-11-15"),
        ("今月の評価点", "2026-11-01", "2026-11-15"),
        ("w tym roku", "2026-01-01", "2026-11-15"),
        ("am 3.4.2026", "2026-04-03", "2026-04-03"),
        ("claims on 3/4/2026 please", "2026-03-04", "2026-03-04"),
        ("heute bei uns", "2026-11-15", "2026-11-15"),
        ("the last three months", "2026-08-16", "2026-11-15"),
    ],
)
def test_dates_and_periods_are_read_as_they_are_meant(text: str, first: str, last: str) -> None:
    assert days(text) == (first, last)


@pytest.mark.parametrize(
    "text",
    ["CB-Zertifikat von 2021", "ISO 9001:2026", "12-month claim rate", "only 3 weeks of data",
     "may we ship it?", "IEC 62368-1", "nach Monaten im Betrieb", "2026-13-45"],
)  # fmt: skip
def test_what_only_looks_like_a_period_is_none(text: str) -> None:
    assert said(text) == []


def test_the_period_compared_with_does_not_come_first() -> None:
    found = said("claims in Q2 2026 vs Q1 2026")
    assert [one.compared for one in found] == [False, True]
    first = said("上周投诉最多的问题，和去年同期比怎么样")
    assert (str(first[0].first), first[0].compared) == ("2026-11-02", False)


def test_a_period_says_which_words_named_it() -> None:
    text = fold("Plaintes depuis février, s'il vous plaît")
    found = periods(text, SUNDAY, "fr")[0]
    assert text.written(found.start, found.end) == "depuis février"


@given(st.dates(date(1990, 1, 1), date(2090, 12, 31)), st.integers(1, 500))
def test_so_many_days_are_so_many_and_end_today(today: date, number: int) -> None:
    span = ending("day", today, number)
    assert span.last == today
    assert span.last - span.first == timedelta(days=number - 1)


@given(
    st.dates(date(1990, 1, 1), date(2090, 12, 31)),
    st.sampled_from(["day", "week", "month", "quarter", "half", "year"]),
)
def test_whole_units_follow_one_another_without_a_gap(today: date, unit) -> None:
    now, before = whole(unit, today), whole(unit, today, back=1)
    assert now.first <= today <= now.last
    assert before.last + timedelta(days=1) == now.first
