"""What one inspection let through and what it rejected without need, beside the others."""

from collections.abc import Sequence
from typing import Any, Literal

from domain.contingency import TwoByTwo, fisher_exact, odds_ratio
from domain.contract import Contract
from domain.intervals import Interval, binomial_interval
from domain.screening import benjamini_hochberg

DOUBT = 0.05
Compared = Literal["more", "fewer", "none_shown", "undetermined"]


class MissedRow(Contract):
    """One group of inspections."""

    group: dict[str, str | None]
    """Value of each grouping dimension; null: not recorded."""
    inspected: int
    """Units with a verdict, each by its last one, once for each station and method (count)."""
    passed: int
    """Units that passed (count)."""
    followed: int
    """Passed units whose early service is on record to its end (count)."""
    missed: int
    """Followed units with an early claim (count)."""
    missed_per_1000: Interval | None
    """Units with an early claim per 1,000 followed units, with exact interval; null without any."""
    odds_ratio: Interval | None
    """Odds of an early claim over those in the other groups (no unit); null without others."""
    q_value: float | None
    """False discovery rate at which the difference from the others counts; null without others."""
    than_others: Compared
    """more or fewer early claims than the other groups (q below 0.05); none_shown; or undetermined:
    there are no others, or no early claim."""
    rejected: int
    """Units that failed (count)."""
    examined: int
    """Rejected units that a person looked at again (count)."""
    overkill: int
    """Of those, units that the person passed (count)."""
    overkill_share: Interval | None
    """Overkill over examined, 0 to 1, with exact interval; null if none was examined."""


def missed_rows(
    counts: Sequence[dict[str, Any]], by: tuple[str, ...], level: float
) -> tuple[MissedRow, ...]:
    """Groups compared with all others together, most early claims per unit first."""
    missed = sum(row["missed"] for row in counts)
    followed = sum(row["followed"] for row in counts)
    tables = [
        TwoByTwo(
            events=row["missed"],
            units=row["followed"],
            reference_events=missed - row["missed"],
            reference_units=followed - row["followed"],
        )
        for row in counts
    ]
    told = [table.informative for table in tables]
    p_values = [fisher_exact(table) for table in tables if table.informative]
    adjusted = iter(benjamini_hochberg(p_values).adjusted.tolist())
    rows = [
        _row(row, by, table if known else None, next(adjusted) if known else None, level)
        for row, table, known in zip(counts, tables, told, strict=True)
    ]
    return tuple(sorted(rows, key=_rank))


def _row(
    row: dict[str, Any],
    by: tuple[str, ...],
    table: TwoByTwo | None,
    q_value: float | None,
    level: float,
) -> MissedRow:
    ratio = _short(odds_ratio(table, level=level).ratio) if table else None
    counts = ("inspected", "passed", "followed", "missed", "rejected", "examined")
    return MissedRow(
        group={name: row[name] for name in by},
        **{name: row[name] for name in counts},
        missed_per_1000=share(row["missed"], row["followed"], 1000.0, level),
        odds_ratio=ratio,
        q_value=None if q_value is None else float(f"{q_value:.4g}"),
        than_others=_compared(table, q_value),
        overkill=row["cleared"],
        overkill_share=share(row["cleared"], row["examined"], 1.0, level),
    )


def share(events: int, trials: int, scale: float, level: float) -> Interval | None:
    """A share with its exact interval times a scale; none without trials."""
    if not trials:
        return None
    found = binomial_interval(events, trials, level=level)
    return _short(
        Interval(
            estimate=(found.estimate or 0.0) * scale,
            low=found.low * scale,
            high=None if found.high is None else found.high * scale,
            level=level,
        )
    )


def _compared(table: TwoByTwo | None, q_value: float | None) -> Compared:
    if table is None or q_value is None:
        return "undetermined"
    if q_value >= DOUBT:
        return "none_shown"
    more = table.events * table.reference_units > table.reference_events * table.units
    return "more" if more else "fewer"


def _rank(row: MissedRow) -> tuple[bool, float, str]:
    name = ", ".join(str(value) for value in row.group.values())
    rate = row.missed_per_1000.estimate if row.missed_per_1000 else None
    return (rate is None, -(rate or 0.0), name)


def _short(interval: Interval) -> Interval:
    def cut(value: float | None) -> float | None:
        return None if value is None else float(f"{value:.6g}")

    return Interval(
        estimate=cut(interval.estimate),
        low=cut(interval.low) or 0.0,
        high=cut(interval.high),
        level=interval.level,
    )
