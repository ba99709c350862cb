"""Did the product change, or the way it is reported? Feedback by channel over time.

A new channel that makes complaining easy raises reports of what was borne in silence before, while
claims per unit in service stay as they were.
"""

import math
from collections import defaultdict
from typing import Any, NamedTuple

from domain.rates import Incidence, RateRatio, rate_ratio
from domain.records.cause import Condition
from tools.tool import ToolContext

FEWEST_REPORTS = 10
P_VALUE = 1e-3
SILENT_BY_CHANCE = 1e-4
CODED_ENOUGH = 20
"""Reports coded with the symptom from which on only these count."""
AT_MOST_AGO = 18
"""A channel that opened longer ago (months) is no news."""
OLD_CHANNEL = 3
"""Months with reports on other channels before a channel counts as new."""


class Opening(NamedTuple):
    """A channel that began to bring reports."""

    condition: Condition
    """Channel and markets."""
    month: int
    """First month with reports (months since 1970-01)."""
    reports: int
    """Reports through it (count)."""
    all_reports: RateRatio
    """Reports a month through all channels in these markets, since over before."""
    other_markets: RateRatio
    """The same in the other markets."""


def opening_of(symptom: str, models: list[str], context: ToolContext) -> Opening | None:
    """The channel whose opening raised the reports in some markets; none if there is none."""
    rows = context.snapshot.query("cause_channels", symptom=symptom, models=models).dicts()
    coded = sum(row["coded"] for row in rows)
    key = "coded" if coded >= CODED_ENOUGH else "reports"
    found = [
        opening
        for channel in sorted({row["channel"] for row in rows})
        if (opening := _opening(rows, key, channel)) is not None
    ]
    return max(found, key=lambda one: one.reports) if found else None


def _opening(every: list[dict[str, Any]], key: str, channel: str) -> Opening | None:
    opened = _opened(every, channel)
    rows = [row for row in every if row[key]]
    months = [row["month"] for row in rows]
    first, last = min(months), max(months)
    through: dict[str, int] = defaultdict(int)
    earlier: set[str] = set()
    for row in rows:
        country = row["country"]
        if row["channel"] == channel:
            through[country] += row[key]
        elif row["month"] < last - OLD_CHANNEL:
            earlier.add(country)
    fresh = [c for c in opened if c in earlier and opened[c] > first + OLD_CHANNEL]
    reports = sum(through[c] for c in fresh)
    total = sum(through.values())
    if reports < FEWEST_REPORTS or reports < 0.9 * total:
        return None
    since = min(opened[c] for c in fresh)
    if last - since > AT_MOST_AGO or not _was_closed(every, channel, set(fresh), since):
        return None
    mine = _change(rows, key, set(fresh), since)
    others = _change(rows, key, {row["country"] for row in rows} - set(fresh), since)
    raised = mine is not None and mine.p_value < P_VALUE and (mine.ratio.estimate or 2) > 1
    if mine is None or others is None or not raised:
        return None
    if (mine.ratio.estimate or 1e9) <= (others.ratio.estimate or 0.0):
        return None
    where = Condition(channel=channel, country=tuple(sorted(fresh)))
    return Opening(where, since, reports, mine, others)


def _was_closed(rows: list[dict[str, Any]], channel: str, countries: set[str], since: int) -> bool:
    """Whether a channel's silence before a month is no chance, given what the others brought.

    A channel that was there all along, in a market that grows, also has a first report: with its
    later share of all reports, so many were to be expected before that none has a Poisson chance.
    """
    counts = {(mine, after): 0 for mine in (True, False) for after in (True, False)}
    for row in rows:
        if row["country"] in countries:
            counts[row["channel"] == channel, row["month"] >= since] += row["reports"]
    expected = counts[True, True] * counts[False, False] / max(counts[False, True], 1)
    return math.exp(-expected) < SILENT_BY_CHANCE


def _opened(rows: list[dict[str, Any]], channel: str) -> dict[str, int]:
    """First month of a channel by country: by any report, since a rare symptom comes late."""
    found: dict[str, int] = {}
    for row in rows:
        if row["channel"] == channel and row["reports"]:
            found[row["country"]] = min(row["month"], found.get(row["country"], row["month"]))
    return found


def _change(
    rows: list[dict[str, Any]], key: str, countries: set[str], since: int
) -> RateRatio | None:
    """Reports a month from a month on over those of the year before it."""
    months = [row["month"] for row in rows]
    first, last = max(min(months), since - 12), max(months)
    if since <= first:
        return None
    counts = [0, 0]
    for row in rows:
        if row["country"] in countries and row["month"] >= first:
            counts[row["month"] >= since] += row[key]
    return rate_ratio(Incidence(counts[1], last - since + 1), Incidence(counts[0], since - first))
