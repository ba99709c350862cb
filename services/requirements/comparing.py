"""Which quantities of a sentence are limits, and how words compare them.

A figure is a limit only if words make it one: a comparison ("no longer than"), a recurrence
("every"), or a verb of what has to be held ("support 50 users"). Others are conditions or nothing.
"""

import re
from functools import cache
from typing import NamedTuple

from services.requirements.quantities import BLANK, Quantity, quantities
from services.requirements.units import COUNT, SHARE, unit_named, unit_pattern
from services.requirements.wordlists import (
    Operator,
    any_of,
    comparators,
    operator_of,
    pattern,
    phrases,
)

_TIMES = ("ms", "s", "min", "h", "d", "wk", "mo", "a", "workday")
_LONG = ("d", "wk", "mo", "a")
OF = re.compile(r"\s*(?:of|der|des|de|von|do|das|dos|z|的|の|من)", re.IGNORECASE)
"""What stands behind a share of something."""
_FLIPPED: dict[Operator, Operator] = {">": "<=", "<": ">="}
_GAP = 24
"""Most characters between words of comparison and the figure that they speak of."""
_FAR = 70
"""The same for `maximum …` and `minimum …`, which stand before the thing that they limit."""
_NEAR = 45
"""Characters before a comparison in which a verb of capacity makes a most a least."""
_CEILING = re.compile(
    r"(?:a )?(?:max|min|máx|mín)|up to|bis zu|jusqu|hasta|até|do\b|最[多大高小低]|[بك]حد|حتى",
    re.IGNORECASE,
)
_AND = re.compile(r"(?:\b(?:and|then|or|und|et|y|e|i)|,|;|、|و)\s*(?:for\s+)?$", re.IGNORECASE)
_RATIO = re.compile(
    r"out of (?P<of>\d+)\b.{0,60}?\b(?P<hits>\d+) times"
    r"|\b(?P<hits2>\d+)\s+(?:out\s+of|von|sur|de cada|em cada|na)\s+(?P<of2>\d+)\b",
    re.IGNORECASE,
)


class Compared(NamedTuple):
    """A quantity with the comparison that words make of it."""

    quantity: Quantity
    """The quantity."""
    operator: Operator | None
    """How it is compared; None: it is no limit."""
    stated: bool
    """Whether words state the comparison, or that it is a condition."""
    start: int
    """Where the words about it begin in the sentence (characters)."""
    end: int
    """Where they end."""


def compared(text: str, language: str | None) -> list[Compared]:
    """Every quantity of a sentence with the operator that words give it, in order."""
    ratios = [_ratio(match) for match in _RATIO.finditer(text)]
    taken = [(one.start, one.end) for one in ratios]
    plain = [one for one in quantities(text, language) if not _inside(one.start, taken)]
    every = [
        Compared(quantity, "every", stated=True, start=quantity.start, end=quantity.end)
        for quantity in _recurrences(text)
    ]
    found: list[Compared] = []
    for one in sorted([*plain, *ratios], key=lambda one: one.start):
        if not _inside(one.start, [(r.start, r.end) for r in every]):
            found.append(_judged(one, text, found))
    return sorted([*found, *every], key=lambda one: one.start)


def _judged(one: Quantity, text: str, earlier: list[Compared]) -> Compared:
    floor = earlier[-1].end if earlier else 0
    return (
        _ranged(one, text)
        or _compared_after(one, text)
        or _compared_before(one, text, floor, earlier)
        or _implied(one, text, floor, earlier)
        or _under_condition(one, text, floor)
    )


def _ranged(one: Quantity, text: str) -> Compared | None:
    if one.high is None or one.unit is None:
        return None
    opener = _last(pattern("range_opens"), text[: one.start])
    start = opener.start() if opener and not text[opener.end() : one.start].strip() else one.start
    return Compared(one, "between", stated=True, start=start, end=one.end)


def _compared_after(one: Quantity, text: str) -> Compared | None:
    space = re.compile(r"[\s,(]*").match(text, one.end)
    match = comparators("after").match(text, space.end() if space else one.end)
    if match is None or (one.unit is None and match[0].isascii()):
        return None
    operator = operator_of(match, "after")
    return Compared(one, operator, stated=True, start=one.start, end=match.end())


def _compared_before(
    one: Quantity, text: str, floor: int, earlier: list[Compared]
) -> Compared | None:
    match = _comparison(text[floor : one.start])
    if match is None:
        return _in_time(one, text, floor)
    start, operator = floor + match.start(), operator_of(match, "before")
    found = Compared(one, operator, stated=True, start=start, end=one.end)
    if operator == "every":
        return None if one.unit not in _TIMES else found
    if operator in _FLIPPED:
        return _more_or_less(found, text)
    if _is_when(found, text, match[0], earlier) or _triggered(text[:start]):
        return found._replace(operator=None)
    capacity = _last(pattern("capacity"), text[max(0, start - _NEAR) : start])
    if operator == "<=" and capacity and _counted(one) and _CEILING.match(match[0]):
        return found._replace(operator=">=")
    return found


def _comparison(before: str) -> re.Match[str] | None:
    """The last words of comparison that are near enough to the figure behind them."""
    for match in reversed(list(comparators("before").finditer(before))):
        gap = before[match.end() :]
        far = _FAR if _CEILING.match(match[0]) else _GAP
        if operator_of(match, "before") in ("=", "every"):
            far = 0
        if len(gap.strip(" :(")) <= far and BLANK not in gap:
            return match
    return None


def _more_or_less(found: Compared, text: str) -> Compared:
    """`more than` and `less than`: a limit, its opposite behind a negation, or a condition."""
    before = text[: found.start]
    clause = before[before.rfind(",") + 1 :]
    if pattern("negations").search(clause):
        flipped = _FLIPPED[found.operator] if found.operator else None
        return found._replace(operator=flipped)
    behind = pattern("duty").search(text, found.end) and not pattern("duty").search(before)
    share = found.quantity.unit == SHARE
    if _triggered(before) or (behind and not share):
        return found._replace(operator=None)
    return found


def _is_when(found: Compared, text: str, words: str, earlier: list[Compared]) -> bool:
    """Whether `within two years` says when another limit holds."""
    if found.quantity.unit not in _LONG or _CEILING.match(words):
        return False
    launched = pattern("launch").match(text[found.end :].lstrip())
    return launched is not None or any(one.operator for one in earlier)


def _triggered(before: str) -> bool:
    """Whether the clause that ends here says when something happens, and no duty."""
    trigger = _last(pattern("triggers"), before)
    return trigger is not None and not pattern("duty").search(before, trigger.end())


def _in_time(one: Quantity, text: str, floor: int) -> Compared | None:
    match = _last(pattern("inclusive_in"), text[floor : one.start])
    if match is None or text[floor + match.end() : one.start].strip():
        return None
    if one.unit not in _TIMES or one.unit in _LONG or not pattern("duty").search(text):
        return None
    return Compared(one, "<=", stated=True, start=floor + match.start(), end=one.end)


def _implied(one: Quantity, text: str, floor: int, earlier: list[Compared]) -> Compared | None:
    """A least value that has to be held, or one more value of the comparison before."""
    before = text[floor : one.start]
    last = next((e for e in reversed(earlier) if e.quantity.unit == one.unit and e.operator), None)
    if last and one.unit not in (None, SHARE) and _AND.search(before):
        return last._replace(quantity=one, start=one.start, end=one.end)
    if one.unit == SHARE:
        return _share(one, text, before)
    capacity = _last(pattern("capacity"), before)
    near = capacity is not None and len(before) - capacity.end() <= _NEAR
    near = near and pattern("duty").search(text) is not None
    if near and _counted(one) and not _conditioned(before):
        return Compared(one, ">=", stated=False, start=one.start, end=one.end)
    return None


def _share(one: Quantity, text: str, before: str) -> Compared | None:
    """A share of cases, or one that has to be reached; nothing beside it, or a condition: None."""
    spoken = ("duty", "capacity")
    asked = any(pattern(words).search(text) for words in spoken) or comparators("before").search(
        text
    )
    opened = _last(pattern("share_opens"), before)
    opens = opened is not None and not before[opened.end() :].strip()
    if not asked or (_conditioned(before) and not (opens and OF.match(text, one.end))):
        return None
    return Compared(one, ">=", stated=False, start=one.start, end=one.end)


def _under_condition(one: Quantity, text: str, floor: int) -> Compared:
    match = _conditioned(text[floor : one.start])
    start = floor + match.start() if match else one.start
    return Compared(one, None, stated=match is not None, start=start, end=one.end)


def _conditioned(before: str) -> re.Match[str] | None:
    match = _last(pattern("condition"), before)
    return match if match and len(before[match.end() :].strip()) <= 3 else None


def _counted(one: Quantity) -> bool:
    return one.unit is not None and one.unit.split("/")[0] == COUNT


def _recurrences(text: str) -> list[Quantity]:
    """`every hour`, `once a week`: a period without a figure."""
    found = []
    for match in _recurrence().finditer(text):
        unit = unit_named(match["unit"])
        if unit in _TIMES:
            found.append(Quantity(match.start(), match.end(), 1, None, unit, match["unit"]))
    return found


@cache
def _recurrence() -> re.Pattern[str]:
    opening = any_of([*phrases("before", "every"), "once a", "once an", "once per", "once each"])
    return re.compile(rf"(?:{opening})\s*(?P<unit>{unit_pattern()})(?!\w|\s+of\b)", re.IGNORECASE)


def _ratio(match: re.Match[str]) -> Quantity:
    of, hits = float(match["of"] or match["of2"]), float(match["hits"] or match["hits2"])
    share = round(100 * hits / of, 9) if of else 0.0
    return Quantity(match.start(), match.end(), share, None, SHARE, match[0])


def _inside(place: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in spans)


def _last(words: re.Pattern[str], text: str) -> re.Match[str] | None:
    return next(reversed(list(words.finditer(text))), None)
