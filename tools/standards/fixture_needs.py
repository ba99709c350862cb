"""What the test station needs for another market: supply voltage, frequency, plug."""

import re
from typing import Literal

from domain.contract import Contract
from services.standards.records import Confidence, Market
from tools.standards.item_selection import lowest
from tools.standards.voltage_columns import Rating

Need = Literal["supply_voltage", "supply_frequency", "plug", "rated_variant"]
"""rated_variant: the product's rating does not cover the mains there, so a variant is needed."""
_PLUG_TYPE = re.compile(r"\b(?:[A-O]|NEMA)\b")


class Supply(Contract):
    """The mains of a market."""

    market: str
    """Market (id of the library)."""
    mains_v: tuple[int, ...]
    """Nominal voltages (V), that of household sockets first."""
    hz: tuple[int, ...]
    """Frequencies (Hz)."""
    plug: str
    """Plugs (free text of the library)."""
    rating: Rating
    """Rated voltage that is tested."""


class Fixture(Contract):
    """What changes at the test station."""

    before: Supply
    """The mains of the market from which."""
    after: Supply
    """The mains of the market to which."""
    needs: tuple[Need, ...]
    """What has to be there that was not needed before."""
    confidence: Confidence
    """The lower of both markets' rows."""


def fixture(markets: tuple[Market, Market], ratings: tuple[Rating, Rating]) -> Fixture:
    """What a station that tests for one market needs to test for another."""
    old, new = markets
    tested = (ratings[0].low_v, ratings[0].high_v) != (ratings[1].low_v, ratings[1].high_v)
    held: dict[Need, bool] = {
        "supply_voltage": old.mains_v[0] != new.mains_v[0] or tested,
        "supply_frequency": not set(new.hz) <= set(old.hz),
        "plug": not _plugs(new) <= _plugs(old),
        "rated_variant": ratings[1].origin == "market_nominal" and tested,
    }
    return Fixture(
        before=_supply(old, ratings[0]),
        after=_supply(new, ratings[1]),
        needs=tuple(need for need, holds in held.items() if holds),
        confidence=lowest(old.confidence, new.confidence),
    )


def _supply(market: Market, rating: Rating) -> Supply:
    return Supply(
        market=market.id, mains_v=market.mains_v, hz=market.hz, plug=market.plug, rating=rating
    )


def _plugs(market: Market) -> set[str]:
    return set(_PLUG_TYPE.findall(market.plug)) or {market.plug}
