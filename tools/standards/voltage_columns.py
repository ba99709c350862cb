"""Which column of a standard's voltage table holds: it follows the rated voltage, not the market.

A product rated 100-240 V keeps the higher column wherever it is sold; one rated 120 V takes the
lower one, where the library has a row for the market.
"""

from typing import Literal, NamedTuple

from domain.contract import Contract
from services.standards.records import Market, TestItem

LOW_COLUMN_UP_TO_V = 150
"""Rated voltage (V) up to which the lower column of these tables holds."""
MULTIPLES = ("x rated voltage", "x rated")
"""Units in which an item gives a test voltage as a multiple of the rated voltage."""
PERCENT_OF_RATED = "% of rated"


class Rating(Contract):
    """The rated voltage that a test is set for."""

    low_v: float
    """Lowest rated voltage (V)."""
    high_v: float
    """Highest rated voltage (V)."""
    origin: Literal["given", "product", "market_nominal"]
    """given: in the question. product: rating of the product, which covers the market's mains.
    market_nominal: a variant for the market's mains is assumed."""


class VoltageRange(Contract):
    """A test voltage in volts."""

    low_v: float
    """Lowest (V)."""
    high_v: float
    """Highest (V); the same as the lowest where it is one value."""


class Column(NamedTuple):
    """Two rows of one table: up to 150 V, and above."""

    low: str
    high: str
    governed_by: str | None = None
    """A row of another table that asks for at least the higher column, whatever the rating."""


COLUMNS = (
    Column("A-13.3-BASIC-LE150", "A-13.3-BASIC-GT150"),
    Column("A-13.3-SUP-LE150", "A-13.3-SUP-GT150"),
    Column("A-13.3-REINF-LE150", "A-13.3-REINF-GT150"),
    Column("A-14-1500", "A-14-2500"),
    Column("A-16.3-REINF-LE150", "A-16.3-REINF-GT150"),
    Column("A-29.1-IMP120", "A-29.1-IMP230"),
    Column("V-MAINS-TR-120", "V-MAINS-TR-230"),
    Column("V-5.4.9-REI-120", "V-5.4.9-REI", governed_by="V-5.4.9-TOV"),
)
_COLUMN_OF = {item: column for column in COLUMNS for item in (column.low, column.high)}


def column_of(item_id: str) -> Column | None:
    """The pair of rows that an item belongs to; none: it is no row of a voltage table."""
    return _COLUMN_OF.get(item_id)


def takes_low(column: Column, low_row: TestItem, rating: Rating, places: frozenset[str]) -> bool:
    """Whether the lower column holds: by the rating, and only where the library says so.

    Args:
        column: the pair.
        low_row: its row for ratings up to 150 V.
        rating: the rated voltage.
        places: ids of the market and of its parent.
    """
    if column.governed_by is not None or rating.high_v > LOW_COLUMN_UP_TO_V:
        return False
    return not low_row.markets or bool(places.intersection(low_row.markets))


def rating_in(
    market: Market, rated: tuple[float, float] | None, given: tuple[float, float] | None
) -> Rating:
    """The rated voltage to test with in a market.

    Args:
        market: the market; the first of its mains voltages is the one of household sockets.
        rated: rated voltage of the product (lowest, highest; V); none: not known.
        given: rated voltage that the asker names for this market.
    """
    if given is not None:
        return Rating(low_v=given[0], high_v=given[1], origin="given")
    nominal = float(market.mains_v[0])
    if rated is not None and rated[0] <= nominal <= rated[1]:
        return Rating(low_v=rated[0], high_v=rated[1], origin="product")
    return Rating(low_v=nominal, high_v=nominal, origin="market_nominal")


def test_voltage(item: TestItem, rating: Rating) -> VoltageRange | None:
    """The voltage (V) that a multiple of the rated voltage stands for; none: it is no such item."""
    factors = _factors(item)
    if not factors:
        return None
    high = rating.high_v * max(factors)
    low = rating.low_v * min(factors) if len(factors) > 1 else high
    return VoltageRange(low_v=round(low, 3), high_v=round(high, 3))


def _factors(item: TestItem) -> tuple[float, ...]:
    if isinstance(item.value, str):
        return ()
    values = item.value if isinstance(item.value, tuple) else (item.value,)
    if item.unit in MULTIPLES:
        return tuple(float(one) for one in values)
    if item.unit == PERCENT_OF_RATED and item.role == "setting":
        return tuple(1 + one / 100 for one in values)
    return ()
