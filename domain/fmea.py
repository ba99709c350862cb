"""Action priority of an FMEA row: how urgently severity, occurrence and detection ask for action.

The table is data and not a rule. No product of the three ratings and no threshold on one of them
gives it: severity 10 with occurrence 1 is low whatever the detection, and 8, 6, 2 is high.
"""

from typing import Literal, NamedTuple

from domain.errors import InvalidArgument

Priority = Literal["H", "M", "L"]
"""H: act, or write down why not. M: should act. L: may act."""
PRIORITIES: tuple[Priority, ...] = ("H", "M", "L")
"""The most urgent first."""


class Band(NamedTuple):
    """Ratings that the table treats alike."""

    low: int
    """Lowest rating."""
    high: int
    """Highest rating."""

    def __str__(self) -> str:
        """As it is written: `7-8`, or `1`."""
        return str(self.low) if self.low == self.high else f"{self.low}-{self.high}"


SEVERITY = (Band(9, 10), Band(7, 8), Band(4, 6), Band(2, 3), Band(1, 1))
OCCURRENCE = (Band(8, 10), Band(6, 7), Band(4, 5), Band(2, 3), Band(1, 1))
DETECTION = (Band(7, 10), Band(5, 6), Band(2, 4), Band(1, 1))
TABLE = (
    ("HHHH", "HHHH", "HHHM", "HMLL", "LLLL"),
    ("HHHH", "HHHM", "HMMM", "MMLL", "LLLL"),
    ("HHMM", "MMML", "MLLL", "LLLL", "LLLL"),
    ("MMLL", "LLLL", "LLLL", "LLLL", "LLLL"),
    ("LLLL", "LLLL", "LLLL", "LLLL", "LLLL"),
)
"""Priority by band of severity (rows), occurrence (words) and detection (letters), each from the
worst down. Source: AIAG & VDA FMEA Handbook, 1st edition 2019, action priority of design and
process FMEA."""

PER_THOUSAND = (
    (100.0, 10), (50.0, 9), (20.0, 8), (10.0, 7), (2.0, 6), (0.5, 5), (0.1, 4), (0.01, 3),
)  # fmt: skip
"""Incidents in 1,000 items from which an occurrence rating holds; below the last one: `RAREST`.
Source: the handbook's alternative occurrence table for design FMEA."""
RAREST = 2
"""Occurrence of rarer events; 1 is for what cannot happen by design, which no field shows."""


class ActionPriority(NamedTuple):
    """The priority of a row, and the bands that gave it."""

    priority: Priority
    """H, M or L."""
    severity: Band
    """Band that the severity falls in."""
    occurrence: Band
    """Band that the occurrence falls in."""
    detection: Band
    """Band that the detection falls in."""


def action_priority(severity: int, occurrence: int, detection: int) -> ActionPriority:
    """Action priority of ratings from 1 (best) to 10 (worst).

    Raises:
        InvalidArgument: a rating is not a whole number from 1 to 10.
    """
    places = (
        _place("severity", severity, SEVERITY),
        _place("occurrence", occurrence, OCCURRENCE),
        _place("detection", detection, DETECTION),
    )
    s, o, d = places
    priority = next(one for one in PRIORITIES if one == TABLE[s][o][d])
    return ActionPriority(priority, SEVERITY[s], OCCURRENCE[o], DETECTION[d])


def occurrence_shown(per_thousand: float) -> int:
    """The occurrence rating that a field rate stands for.

    Args:
        per_thousand: incidents in 1,000 items, 0 or more.
    """
    return next((rating for least, rating in PER_THOUSAND if per_thousand >= least), RAREST)


def _place(name: str, rating: int, bands: tuple[Band, ...]) -> int:
    if isinstance(rating, bool) or not isinstance(rating, int) or not 1 <= rating <= 10:
        raise InvalidArgument(
            f"{name} {rating} is not a whole number from 1 to 10",
            next_step="rate it by the tables of your handbook",
        )
    return next(i for i, band in enumerate(bands) if band.low <= rating <= band.high)
