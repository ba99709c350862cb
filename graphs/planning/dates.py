"""Single days, months, quarters and years that a request names: the atoms of its periods."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import NamedTuple

from graphs.planning.calendar_spans import Days, Unit, month_start, whole
from graphs.planning.folding import folded
from graphs.planning.phrases import rules

_YEAR = r"(?P<year>(?:19|20)\d\d)"
_LINK = r"[\s,.'/\-]{0,3}(?:(?:of|de|del|do|من|عام)\s+)?"
_NUMERIC = re.compile(
    r"(?<!\d)(?:(?P<y>(?:19|20)\d\d)[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})(?:日|号)?"
    r"|(?P<d2>\d{1,2})(?P<cut>[./])(?P<m2>\d{1,2})(?P=cut)(?P<y2>(?:19|20)\d\d)"
    r"|(?P<m3>\d{1,2})月(?P<d3>\d{1,2})(?:日|号))(?!\d)"
)
_MONTH_OF = re.compile(
    r"(?<![\d\-])(?P<y>(?:19|20)\d\d)(?:-(?P<m>0[1-9]|1[0-2])(?![\d\-])|年(?P<m2>\d{1,2})月(?:份)?)"
)
_YEAR_ALONE = re.compile(
    r"(?:(?<![a-z])(?:in|im jahr|im|during|over|for|en|em|w|w roku|since|seit|depuis|desde|od|"
    r"annee|year|jahr|ano|rok|roku)\s+|(?:في|عام|سنه|منذ)\s+)" + _YEAR + r"(?![\d:\-])"
    r"|(?<!\d)(?P<year2>(?:19|20)\d\d)(?:年(?!\d{1,2}月)| roku)"
)


class Atom(NamedTuple):
    """A named stretch of days."""

    days: Days
    """Its days."""
    start: int
    """Where it starts in the folded text."""
    end: int
    """Where it ends."""
    sure: bool = True
    """False where the words mean something else too, such as "may"."""


def atoms(text: str, today: date, language: str) -> list[Atom]:
    """Every date, month, quarter and year in folded text, in its order."""
    found = [
        *_days(text, today, month_first=language == "en"),
        *_numbered_months(text),
        *_quarters(text, today),
        *_months(text, today),
        *_years(text, today),
    ]
    kept: list[Atom] = []
    for atom in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or atom.start >= kept[-1].end:
            kept.append(atom)
    return kept


def _days(text: str, today: date, *, month_first: bool) -> Iterator[Atom]:
    for hit in _NUMERIC.finditer(text):
        year = int(hit["y"] or hit["y2"] or today.year)
        month, day = (
            int(hit["m"] or hit["m2"] or hit["m3"]),
            int(hit["d"] or hit["d2"] or hit["d3"]),
        )
        if hit["cut"] == "/" and (month_first or month > 12):
            month, day = (day, month) if day <= 12 else (month, day)
        try:
            named = date(year, month, day)
        except ValueError:
            continue
        if hit["m3"] and named > today:
            named = named.replace(year=year - 1) if (month, day) != (2, 29) else named
        yield Atom(Days(named, named), hit.start(), hit.end())


def _numbered_months(text: str) -> Iterator[Atom]:
    for hit in _MONTH_OF.finditer(text):
        month = int(hit["m"] or hit["m2"])
        if 1 <= month <= 12:
            days = whole("month", date(int(hit["y"]), month, 1))
            yield Atom(days, hit.start(), hit.end())


def _months(text: str, today: date) -> Iterator[Atom]:
    for hit in _month_names().finditer(text):
        month = _month_numbers()[hit["name"]]
        before = re.search(rf"(?:{rules('periods')['before_month']})\s+$", text[: hit.start()])
        sure = bool(hit["year"] or before) or hit["name"] not in _doubtful()
        days = _latest("month", today, month_start(today.year, month - 1), hit["year"])
        number = int(hit["day"] or hit["day2"] or 0)
        if 0 < number <= days.last.day:
            days = Days(days.first.replace(day=number), days.first.replace(day=number))
        yield Atom(days, hit.start(), hit.end(), sure or number > 0)


def _quarters(text: str, today: date) -> Iterator[Atom]:
    for unit, pattern in _quarter_names():
        for hit in pattern.finditer(text):
            number = next(
                int(name[1:]) for name, said in hit.groupdict().items() if said and name[0] == "n"
            )
            length = 3 if unit == "quarter" else 6
            first = month_start(today.year, (number - 1) * length)
            year = hit["year"] or hit["early"]
            yield Atom(_latest(unit, today, first, year), hit.start(), hit.end())


def _years(text: str, today: date) -> Iterator[Atom]:
    for hit in _YEAR_ALONE.finditer(text):
        group = "year" if hit["year"] else "year2"
        start = date(int(hit[group]), 1, 1)
        if start <= today:
            yield Atom(whole("year", start), hit.start(group), hit.end())


def _latest(unit: Unit, today: date, first: date, year: str | None) -> Days:
    """The unit of the year that is named, otherwise the latest that has begun."""
    if year is not None:
        return whole(unit, first.replace(year=int(year)))
    return whole(unit, first if first <= today else first.replace(year=first.year - 1))


@cache
def _month_numbers() -> dict[str, int]:
    months = rules("periods")["months"]
    return {folded(name): number for number, names in months.items() for name in names}


@cache
def _doubtful() -> frozenset[str]:
    return frozenset(map(folded, rules("periods")["also_words"]))


@cache
def _month_names() -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, _month_numbers()), key=len, reverse=True))
    return re.compile(
        rf"(?:(?<![\d.,/-])(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|[.º°])?\s+(?:of\s+|de\s+)?)?"
        rf"(?<![a-z0-9一二三四五六七八九十])(?:(?<![ء-ي])[وبلف]?)(?P<name>{names})(?:份|分)?(?![a-zء-ي])"
        rf"(?:\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?(?![\d.\-]))?(?:{_LINK}{_YEAR}(?!\d))?"
    )


@cache
def _quarter_names() -> tuple[tuple[Unit, re.Pattern[str]], ...]:
    """Quarters and half years: `Q2 2026`, `2026 Q2`, `2. Quartal`, `第二季度`, `الربع الثاني`."""
    told = rules("periods")
    early, late = r"(?:(?P<early>(?:19|20)\d\d)[\s年\-]*)?", rf"(?:{_LINK}{_YEAR}(?!\d))?"
    found: list[tuple[Unit, re.Pattern[str]]] = []
    for unit, letter, words, han, count in (
        ("quarter", "qt", told["quarter"], "(?:第)?{}(?:四半期|季度)|الربع {}", 4),
        ("half", "h", "half|halbjahr|semestre|polrocze", "النصف {}", 2),
    ):
        numbers = "|".join(
            rf"(?P<n{n}>[{letter}]{n}(?![a-z0-9])|(?:{told['ordinals'][n]})\s+(?:{words})(?![a-z])|"
            rf"{han.replace('{}', '(?:' + told['ordinals'][n] + f'|{n})')})"
            for n in range(1, count + 1)
        )
        found.append((unit, re.compile(rf"(?<![a-z0-9]){early}(?:{numbers}){late}")))  # type: ignore[arg-type]
    return tuple(found)
