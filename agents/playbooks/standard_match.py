"""What a market asks of a product: laws, marks, editions, test items, switches, reuse, warnings."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

from agents.agent import Looks
from agents.playbooks.scoping import named
from domain.records.task import Brief

TWO = 2
"""Standards that are named to be compared."""
MOST_MARKETS = 2
"""Markets whose test items are listed in one answer (count)."""


def standard_match_playbook(brief: Brief, looks: Looks) -> None:
    """Take the looks that each aspect of the question calls for."""
    for aspect in brief.aspects or ("which_standards",):
        PAGES.get(aspect, _which)(brief, looks)


def _which(brief: Brief, looks: Looks) -> None:
    if _editions_only(brief) or len(brief.scope.get("standard", ())) == TWO:
        _edition(brief, looks)
    else:
        looks.ask("match_standards", **_product(brief), markets=_markets(brief), as_of=_day(brief))


def _edition(brief: Brief, looks: Looks) -> None:
    """The state of the standards that are named; none named: what is known by the words."""
    named_so = brief.scope.get("standard", ())
    if len(named_so) == TWO:
        first, second = named_so
        clause = brief.given.get("clause")
        looks.ask("compare_standards", first=first, second=second, clause=clause)
    elif named_so:
        asked = {"designations": named_so, "markets": _markets(brief), "as_of": _day(brief)}
        looks.ask("edition_status", **asked)
    else:
        looks.ask("search_standards", text=brief.question)


def _items(brief: Brief, looks: Looks) -> None:
    standard = _first(brief.scope.get("standard", ()))
    for market in _markets(brief)[:MOST_MARKETS]:
        asked = {"market": market, "standard": standard, "clause": brief.given.get("clause")}
        looks.ask("inspection_items", **_product(brief), **asked)


def _switch(brief: Brief, looks: Looks) -> None:
    before, after = _moves(brief)
    if before and after:
        asked = {"market_from": before, "market_to": after}
        line = _first(brief.scope.get("line", ()))
        looks.ask("switch_test_parameters", **_product(brief), **asked, line_id=line)


def _reuse(brief: Brief, looks: Looks) -> None:
    """What a CB report is still worth in the market that is gone to."""
    _, after = _moves(brief)
    if after:
        report = _first(brief.scope.get("standard", ()))
        looks.ask("reuse_evidence", **_product(brief), markets=(after,), report=report)


def _warnings(brief: Brief, looks: Looks) -> None:
    looks.ask("compliance_warnings", **named(brief, models="model"), markets=_markets(brief))


def _duty(brief: Brief, looks: Looks) -> None:
    """Legal duties after a danger, from the first day that the question names."""
    if brief.period is not None and _markets(brief):
        aware = datetime.combine(brief.period.first, time(), UTC)
        looks.ask("legal_clocks", countries=_markets(brief), event="hazard", aware_at=aware)


def _day(brief: Brief) -> date | None:
    """The day that is asked about, if it is one."""
    period = brief.period
    return period.last if period is not None and period.first == period.last else None


def _product(brief: Brief) -> dict[str, Any]:
    """The product: a model of the hub if one alone is meant, and what the words say of it."""
    models = brief.scope.get("model", ())
    return {"model_id": models[0] if len(models) == 1 else None, "description": brief.question}


def _markets(brief: Brief) -> tuple[str, ...]:
    return brief.scope.get("market", ())


def _moves(brief: Brief) -> tuple[str | None, str | None]:
    """The market that is left, and the one that is gone to."""
    before, after = brief.scope.get("market_from"), brief.scope.get("market_to")
    if before or after:
        return _first(before or ()), _first(after or ())
    markets = _markets(brief)
    if len(markets) == 1:
        return None, markets[0]
    return (markets[0], markets[1]) if markets else (None, None)


def _editions_only(brief: Brief) -> bool:
    """Whether a standard is named and no product is."""
    return bool(brief.scope.get("standard")) and not {"model", "family"} & brief.scope.keys()


def _first(names: tuple[str, ...]) -> str | None:
    return names[0] if names else None


PAGES: dict[str, Callable[[Brief, Looks], None]] = {
    "which_standards": _which,
    "marks": _which,
    "edition": _edition,
    "items": _items,
    "switch": _switch,
    "reuse": _reuse,
    "warnings": _warnings,
    "duty": _duty,
}
"""What to look at, by what is asked."""
