"""What a supplier's 8D report says, read by rules: disciplines, statements, counts, verification.

Nothing is understood here. A cue shows that something is spoken of, and a statement behind it that
something is said.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from domain.contract import Contract
from domain.records.case import STEP_NAMES, StepName
from services.policy.eight_d import Rubric, rubric

# Folded as texts are.
_STEP_WORDS = (
    r"d(?:iscipline|isciplina|isziplin|yscyplina)|step|schritt|paso|etap[ae]|krok|步骤"
    r"|すてっぷ|الخطوه"
)
_HEADING = re.compile(
    rf"(?m)^[\W_]{{0,6}}((?:(?<![a-z0-9])(?:d[ \t-]?|(?:{_STEP_WORDS})[ \t]?)[0-8](?![a-z0-9])"
    r"[ \t/,&+\-–]*)+)"
)
_DISCIPLINE = re.compile(r"[0-8]")
_ENDS = re.compile(r"[!?;؟\n。！？；]+|\.(?!\d)")
_CLAUSE = re.compile(r"[,،、，()]|\s[–-]\s")
_DATE = re.compile(r"\b\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b")
_NUMBER = re.compile(
    r"(?<![A-Za-z0-9.%\-])\d{1,3}(?:[ .,\u00a0]\d{3})+(?![\dA-Za-z%])"
    r"|(?<![A-Za-z0-9.\-])\d+(?![\d.,]*\d|\s?%)"
)
_SPACED = re.compile(r"\w+")
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
DAYS = {"days": 1, "weeks": 7, "months": 30}
NEAR = 16
"""Characters between a number and its word, at most (count)."""
LONGEST_LINE = 400
"""Characters of a line or statement in which counts are looked for (count)."""


class Span(NamedTuple):
    """A place in the text."""

    start: int
    """First character."""
    end: int
    """Character after the last one."""


class Said(NamedTuple):
    """What is said about one thing."""

    place: Span
    """From the cue to the end of the statement."""
    words: str
    """What stands behind the cue."""
    stated: bool
    """Whether that is long enough, and no promise to say it later."""


class Quantities(Contract):
    """Counts of one sorting action."""

    checked: int
    """Pieces checked (count)."""
    good: int
    """Good ones (count)."""
    found: int | None
    """Defective ones (count); null: not said."""
    scrapped: int | None
    """Scrapped ones (count); null: not said."""
    reworked: int | None
    """Reworked ones (count); null: not said."""
    adds_up: bool
    """Whether good ones and the rest are those that were checked."""
    start: int
    """Where it is said: first character."""
    end: int
    """Character after the last one."""


class Verification(Contract):
    """By what the fix was verified."""

    pieces: int | None
    """Pieces (count); null: not said."""
    days: int | None
    """Window (days); null: not said."""
    start: int
    """Where it is said: first character."""
    end: int
    """Character after the last one."""


def disciplines(read: str) -> tuple[StepName, ...]:
    """Disciplines that have a heading, in order."""
    numbers = {n for one in _HEADING.finditer(read) for n in _DISCIPLINE.findall(one[1])}
    return tuple(step for step in STEP_NAMES if step[1:] in numbers)


def dates(read: str) -> int:
    """Dates that are written (count)."""
    return len(_DATE.findall(read))


def statements(read: str) -> Iterator[Span]:
    """Statements: from one end of a sentence or line to the next."""
    start = 0
    for cut in _ENDS.finditer(read):
        yield Span(start, cut.start())
        start = cut.end()
    yield Span(start, len(read))


def said(read: str, cue: str) -> Said | None:
    """The best that is said behind a cue: a statement if there is one; none if nothing is."""
    rules, best = rubric(), None
    ends = [0, *(one.end() for one in _ENDS.finditer(read))]
    for found in rules.cues[cue].finditer(read):
        stop = next((one.start() for one in _ENDS.finditer(read, found.end())), len(read))
        words = read[found.end() : stop].strip(" :：-–=()")
        start = found.start()
        if not words:
            before = ends[bisect_right(ends, found.start()) - 1]
            words = read[before : found.start()].strip(" :-(")
            if _is_statement(words, rules):  # "...: that was the root cause."
                start = before
            else:
                words, stop = _next_line(read, stop)
        one = Said(Span(start, stop), words, _is_statement(words, rules))
        if best is None or (one.stated and not best.stated):
            best = one
    return best


def mentioned(read: str, cue: str) -> Span | None:
    """The first place that speaks of something."""
    found = rubric().cues[cue].search(read)
    return Span(*found.span()) if found else None


def sorting(read: str) -> tuple[Quantities, ...]:
    """Counts of every line that names how many pieces were checked and how many were good."""
    found = []
    for start, end in _lines(read):
        counts = _counts(_DATE.sub(lambda one: " " * len(one[0]), read[start:end]))
        if "checked" in counts and "good" in counts:
            rest = [counts[name] for name in ("found", "scrapped", "reworked") if name in counts]
            told = {name: counts.get(name) for name in ("found", "scrapped", "reworked")}
            found.append(
                Quantities(
                    checked=counts["checked"],
                    good=counts["good"],
                    adds_up=_adds_up(counts["checked"] - counts["good"], rest),
                    start=start,
                    end=end,
                    **told,
                )
            )
    return tuple(found)


def verification(read: str) -> Verification | None:
    """Pieces and window of the verification: of the statement that names most of them."""
    best: Verification | None = None
    for start, end in map(_cut, statements(read)):
        if not rubric().cues["verification"].search(read, start, end):
            continue
        part = _DATE.sub(lambda one: " " * len(one[0]), read[start:end])
        days = [value * DAYS[name] for name in DAYS for value in _of_unit(part, name)]
        one = Verification(
            pieces=max(_of_unit(part, "pieces"), default=None),
            days=max(days, default=None),
            start=start,
            end=end,
        )
        if best is None or _told(one) > _told(best):
            best = one
    return best


def _next_line(read: str, stop: int) -> tuple[str, int]:
    """What a heading announces and the next line says; nothing where another heading follows."""
    begin = stop + len(read[stop:]) - len(read[stop:].lstrip())
    line = read.rfind("\n", 0, begin) + 1
    if begin >= len(read) or _HEADING.match(read, line):
        return "", stop
    end = next((one.start() for one in _ENDS.finditer(read, begin)), len(read))
    return read[begin:end].strip(" :-"), end


def _told(one: Verification) -> int:
    return (one.pieces is not None) + (one.days is not None)


def _is_statement(words: str, rules: Rubric) -> bool:
    least = rules.rules.statement
    if rules.cues["placeholder"].search(words[:40]):
        return False
    wide = len(_WIDE.findall(words))
    return wide >= least.characters or len(_SPACED.findall(words)) >= least.words


def _lines(read: str) -> Iterator[Span]:
    """Lines, those that are too long by their statements; no more of either than is read."""
    start = 0
    for line in read.split("\n"):
        if len(line) <= LONGEST_LINE:
            yield Span(start, start + len(line))
        else:
            for part in statements(line):
                yield _cut(Span(start + part.start, start + part.end))
        start += len(line) + 1


def _cut(place: Span) -> Span:
    return Span(place.start, min(place.end, place.start + LONGEST_LINE))


def _counts(line: str) -> dict[str, int]:
    """Counts of a line by what they are about: each number goes to the nearest word."""
    found: dict[str, int] = {}
    numbers = [(one.start(), one.end(), _value(one[0])) for one in _NUMBER.finditer(line)]
    pairs = sorted(
        (_gap(word, number), number[0], name, number[2])
        for name, word in _words(line)
        for number in numbers
        if _gap(word, number) <= NEAR and not _CLAUSE.search(line, *_between(word, number))
    )
    used: set[int] = set()
    for _, place, name, value in pairs:
        if place not in used and name not in found:
            found[name] = value
            used.add(place)
    return found


def _words(line: str) -> list[tuple[str, Span]]:
    """What is counted and where; of overlapping words the longest ("not good" is not "good")."""
    all_found = [
        (name, Span(*one.span()))
        for name, pattern in rubric().counts.items()
        for one in pattern.finditer(line)
    ]
    kept: list[tuple[str, Span]] = []
    for name, place in sorted(all_found, key=lambda one: one[1].start - one[1].end):
        if all(place.end <= other.start or other.end <= place.start for _, other in kept):
            kept.append((name, place))
    return kept


def _between(word: Span, number: tuple[int, int, int]) -> tuple[int, int]:
    return (word.end, number[0]) if word.end <= number[0] else (number[1], word.start)


def _gap(word: Span, number: tuple[int, int, int]) -> int:
    start, end = _between(word, number)
    return max(end - start, 0)


def _of_unit(part: str, unit: str) -> list[int]:
    pattern = rubric().units[unit]
    return [
        _value(one[0])
        for one in _NUMBER.finditer(part)
        if pattern.match(part, one.end() + (part[one.end() : one.end() + 1] == " "))
    ]


def _adds_up(missing: int, rest: list[int]) -> bool:
    """Whether some of the other counts are the pieces that are not good."""
    sums = {0}
    for one in rest:
        sums |= {total + one for total in sums}
    return missing in sums


def _value(number: str) -> int:
    return int(re.sub(r"\D", "", number))
