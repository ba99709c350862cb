"""Periods in nine languages, relative to the day that "now" stands for.

Both days are included. A week runs from Monday; the last week, month, quarter or year is the last
whole one; the last 30 days end with that day; "since" and "this year" end with it too; a month
without a year is the latest one.
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import NamedTuple

from graphs.planning.calendar_spans import Days, Unit, ending, whole
from graphs.planning.dates import Atom, atoms
from graphs.planning.folding import Folded, folded
from graphs.planning.phrases import compiled, rules, uncompiled

_NEAR = 26
"""Letters before a period within which a word makes it the one compared with."""


class PeriodPhrase(NamedTuple):
    """A period with the words that said it."""

    first: date | None
    """First day; none: from the beginning."""
    last: date
    """Last day."""
    start: int
    """Where the words start in the folded text."""
    end: int
    """Where they end."""
    compared: bool = False
    """Whether another period is compared with this one."""


class _Relative(NamedTuple):
    unit: Unit
    kind: str
    pattern: re.Pattern[str]


def periods(text: Folded, today: date, language: str) -> list[PeriodPhrase]:
    """Every period that a request names, in its order.

    Args:
        text: the request.
        today: the day that "now" stands for.
        language: ISO 639-1; it settles 3/4/2026 and words such as "hier".
    """
    said = text.text
    named = [*_relative(said, today, language), *atoms(said, today, language)]
    found: list[PeriodPhrase] = []
    pending = sorted(named, key=lambda one: (one.start, -one.end))
    while pending:
        atom = pending.pop(0)
        if found and atom.start < found[-1].end:
            continue
        other = next((one for one in pending if _ranged(said, atom, one)), None)
        if other is not None:
            found.append(_range(atom, other, today))
        elif atom.sure:
            found.append(_alone(said, atom, today))
    return [one._replace(compared=_is_compared(said, one)) for one in found]


def _relative(said: str, today: date, language: str) -> Iterator[Atom]:
    for phrase in _relatives():
        for hit in phrase.pattern.finditer(said):
            if phrase.kind == "span":
                days = ending(phrase.unit, today, _number(hit["n"]))
            else:
                days = whole(phrase.unit, today, 1 if phrase.kind == "last" else 0)
            yield Atom(Days(days.first, min(days.last, today)), hit.start(), hit.end())
    for own, back, unit, pattern in _fixed():
        for hit in pattern.finditer(said):
            if own == language or language not in rules("periods")["fixed"]:
                days = whole(unit, today, back)
                yield Atom(Days(days.first, min(days.last, today)), hit.start(), hit.end())


def _ranged(said: str, left: Atom, right: Atom) -> bool:
    """Whether two atoms are the ends of a range."""
    between = said[left.end : right.start] if left.end <= right.start else "?"
    return bool(_connector().fullmatch(between))


def _range(left: Atom, right: Atom, today: date) -> PeriodPhrase:
    first, last = left.days.first, right.days.last
    if first > last:  # "March to May 2025": the year stands at the end only
        first = first.replace(year=last.year, day=min(first.day, 28))
        first = first if first <= last else first.replace(year=last.year - 1)
    return PeriodPhrase(first, min(last, max(today, first)), left.start, right.end)


def _alone(said: str, atom: Atom, today: date) -> PeriodPhrase:
    """One atom with what stands around it: since, until, or neither."""
    before = _boundary("since").search(said, max(0, atom.start - _NEAR), atom.start)
    after = _boundary("onward").match(said, atom.end)
    if before or after:
        start = before.start() if before else atom.start
        end = after.end() if after else atom.end
        return PeriodPhrase(atom.days.first, max(today, atom.days.first), start, end)
    until = _boundary("until").search(said, max(0, atom.start - _NEAR), atom.start)
    up_to = _boundary("up_to").match(said, atom.end)
    if until or up_to:
        start = until.start() if until else atom.start
        return PeriodPhrase(None, atom.days.last, start, up_to.end() if up_to else atom.end)
    last = min(atom.days.last, max(today, atom.days.first))
    return PeriodPhrase(atom.days.first, last, atom.start, atom.end)


def _is_compared(said: str, period: PeriodPhrase) -> bool:
    told = rules("periods")["compared"]
    before = re.search(
        rf"(?:{told['before']})\s*(?:the|der|dem|den|le|la|el|o|a)?\s*$",
        said[max(0, period.start - _NEAR) : period.start],
    )
    return bool(before or re.match(rf"\s*(?:{told['after']})", said[period.end :]))


def _number(said: str) -> float:
    numbers = rules("periods")["numbers"]
    return (
        float(said) if said.isdecimal() else float({folded(k): v for k, v in numbers.items()}[said])
    )


@cache
def _relatives() -> tuple[_Relative, ...]:
    told = rules("periods")
    words = sorted(map(folded, told["numbers"]), key=len, reverse=True)
    number = rf"(?P<n>\d{{1,4}}|{'|'.join(words)})"
    return tuple(
        _Relative(
            unit,
            kind,
            re.compile(
                uncompiled(
                    [phrase.replace("{unit}", f"(?:{said})").replace("{n}", "NUMBER")]
                ).replace("number", number)
            ),
        )
        for own in told["relative"].values()
        for kind in ("span", "last", "this")
        for phrase in own[kind]
        for unit, said in own["units"].items()
    )


@cache
def _fixed() -> tuple[tuple[str, int, Unit, re.Pattern[str]], ...]:
    return tuple(
        (own, back, unit, compiled([phrase]))
        for own, some in rules("periods")["fixed"].items()
        for phrase, (back, unit) in some.items()
    )


@cache
def _connector() -> re.Pattern[str]:
    return re.compile(rf"\s*(?:{rules('periods')['between']})\s*(?:the|zum|le|el|o)?\s*")


@cache
def _boundary(name: str) -> re.Pattern[str]:
    words = "|".join(rules("periods")[name])
    if name in ("onward", "up_to"):
        return re.compile(rf"\s*(?:{words})(?![a-z])")
    return re.compile(rf"(?<![a-zء-ي])(?:{words})\s*(?:the |dem |der |le |el |o )?\s*\Z")
