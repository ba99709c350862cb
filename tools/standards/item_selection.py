"""Which test items of the library hold for a product in a market, and why the others do not.

A row of a part 2 stands in place of the part 1 row that it names, a national row in place of the
base row, both only in their markets; where both claim the same row, the national one stands. What
a product lacks is left out with its reason, what nobody knows is kept apart and asked about.
"""

from datetime import date
from typing import Literal, NamedTuple

from domain.contract import Contract
from services.standards.editions import edition_states
from services.standards.library import Library
from services.standards.records import Confidence, EditionStatus, Market, TestItem
from tools.standards.called_standards import Call, called, other_regimes, places_of
from tools.standards.item_dates import span_of
from tools.standards.voltage_columns import Rating, column_of, takes_low

Reason = Literal[
    "feature_absent", "replaced", "other_column", "other_standard", "old_edition", "not_yet",
    "expired",
]  # fmt: skip
_RANK: dict[Confidence, int] = {"low": 0, "medium": 1, "high": 2}
_USABLE: frozenset[EditionStatus] = frozenset(
    ("current", "valid_transition", "published_not_cited", "unknown")
)


class LeftOut(Contract):
    """An item of the product's kind that does not hold here."""

    item_id: str
    """The row of the library."""
    standard: str
    """Its standard."""
    clause: str
    """Its clause."""
    reason: Reason
    """replaced, other_column: another row stands in its place. other_standard: the market uses
    another standard on the subject. not_yet, expired: not on this day."""
    by: str | None
    """The feature, the row, the standard or the date that decides."""


class Undecided(Contract):
    """An item that hinges on a feature that nobody told."""

    item_id: str
    """The row of the library."""
    standard: str
    """Its standard."""
    clause: str
    """Its clause."""
    features: tuple[str, ...]
    """The features that are not known."""


class Traits(NamedTuple):
    """What the rules look at in a product, on a day, with the voltage to test at."""

    category: str
    features: frozenset[str]
    """Known to be there, with all that they imply."""
    absent: frozenset[str]
    """Known not to be there."""
    rating: Rating
    day: str
    """ISO 8601."""


class Chosen(NamedTuple):
    """An item that holds."""

    item: TestItem
    call: Call
    replaces: tuple[str, ...]
    """Rows that it stands in place of."""
    confidence: Confidence
    """The lowest of its own and of the rows that claimed the same place."""


class Selection(NamedTuple):
    """What holds, what does not, and what is open."""

    chosen: tuple[Chosen, ...]
    left_out: tuple[LeftOut, ...]
    undecided: tuple[Undecided, ...]


def lowest(*found: Confidence) -> Confidence:
    """The least of several confidences."""
    return min(found, key=lambda one: _RANK[one])


def select(library: Library, traits: Traits, market: Market) -> Selection:
    """The items that hold for a product in a market on a day.

    Args:
        library: the rows.
        traits: the product.
        market: where it is sold.
    """
    choice = _Choice(library, traits, market)
    for item in library.test_items.values():
        if choice.concerns(item):
            choice.weigh(item)
    return choice.made()


class _Choice:
    """Rows sorted one by one; then each that stands in another's place takes it."""

    def __init__(self, library: Library, traits: Traits, market: Market) -> None:
        self._library, self._traits, self._market = library, traits, market
        self._places = places_of(market)
        self._regimes = other_regimes(library, traits.category, market)
        self._kept: dict[str, tuple[TestItem, Call]] = {}
        self._left: list[LeftOut] = []
        self._open: list[Undecided] = []

    def concerns(self, item: TestItem) -> bool:
        """Whether an item is of the product's kind and of this market, whatever else."""
        if item.markets and not self._places.intersection(item.markets):
            return False
        return self._traits.category in item.categories or self._widened(item)

    def weigh(self, item: TestItem) -> None:
        """Keep an item, leave it out, or leave it open."""
        call = self._call(item)
        out = (
            self._by_column(item)
            or self._by_time(item)
            or self._by_regime(item, call)
            or self._by_feature(item)
        )
        unknown = tuple(one for one in item.features if one not in self._traits.features)
        if out is not None:
            self._left.append(out)
        elif unknown:
            self._open.append(
                Undecided(
                    item_id=item.id, standard=item.standard, clause=item.clause, features=unknown
                )
            )
        else:
            self._kept[item.id] = (item, call)

    def made(self) -> Selection:
        """The choice, once each row that stands in another's place has taken it."""
        gone = self._replaced()
        chosen = []
        for item, call in self._kept.values():
            if item.id in gone:
                self._left.append(_left(item, "replaced", gone[item.id].id))
                continue
            mine = tuple(old for old, new in gone.items() if new.id == item.id)
            rivals = [
                self._kept[one][0].confidence
                for one in mine
                if self._kept[one][0].deviates_from == item.deviates_from
            ]
            chosen.append(Chosen(item, call, mine, lowest(item.confidence, *rivals)))
        return Selection(tuple(chosen), tuple(self._left), tuple(self._open))

    def _widened(self, item: TestItem) -> bool:
        """A deviation holds for a kind of product too that the switch table names beside it."""
        base = self._library.test_items.get(item.deviates_from or "")
        return (
            base is not None
            and self._traits.category in base.categories
            and any(
                self._traits.category in switch.categories and item.id in switch.items.values()
                for switch in self._library.switches.values()
            )
        )

    def _call(self, item: TestItem) -> Call:
        call = called(self._library, item.standard, self._market)
        if item.markets:
            adopted = call.basis == "adopted" and call.by != item.standard
            return call if adopted else Call("national", item.standard)
        if call.basis == "international" and item.standard in self._regimes:
            return Call("other_standard", self._regimes[item.standard])
        return call

    def _by_column(self, item: TestItem) -> LeftOut | None:
        column = column_of(item.id)
        if column is None:
            return None
        low = self._library.test_items[column.low]
        right = (
            column.low if takes_low(column, low, self._traits.rating, self._places) else column.high
        )
        return None if item.id == right else _left(item, "other_column", right)

    def _by_time(self, item: TestItem) -> LeftOut | None:
        span = span_of(item.id)
        if span.starts and self._traits.day < span.starts:
            return _left(item, "not_yet", span.starts)
        if span.ends and self._traits.day >= span.ends:
            return _left(item, "expired", span.ends)
        if item.edition and not self._edition_usable(item, item.edition):
            return _left(item, "old_edition", item.edition)
        return None

    def _edition_usable(self, item: TestItem, editions: str) -> bool:
        """Whether an edition that the row was read in still counts; an unknown one does."""
        asked = [one.strip().removesuffix(".x") for one in editions.split("/")]
        family = self._library.standards[item.standard]
        day = date.fromisoformat(self._traits.day)
        states = [
            one.state
            for one in edition_states(self._library, family, day).editions
            if any(one.ed == ed or one.ed.startswith(f"{ed}.") for ed in asked)
        ]
        return not states or bool(_USABLE.intersection(states))

    def _by_regime(self, item: TestItem, call: Call) -> LeftOut | None:
        if call.basis != "other_standard":
            return None
        return _left(item, "other_standard", call.by)

    def _by_feature(self, item: TestItem) -> LeftOut | None:
        for one in item.features:
            if self._traits.absent.intersection(self._library.expanded([one])):
                return _left(item, "feature_absent", one)
        return None

    def _replaced(self) -> dict[str, TestItem]:
        """Rows that another stands in place of, with that one."""
        gone = dict[str, TestItem]()
        claims = dict[str, list[TestItem]]()
        for item, _ in self._kept.values():
            if item.deviates_from and column_of(item.id) is None:
                claims.setdefault(item.deviates_from, []).append(item)
        for base, rivals in claims.items():
            national = [one for one in rivals if one.markets]
            stands = (national or rivals)[0]
            if base in self._kept:
                gone[base] = stands
            if national:
                gone.update({one.id: stands for one in rivals if not one.markets})
        return gone


def _left(item: TestItem, reason: Reason, by: str | None) -> LeftOut:
    return LeftOut(
        item_id=item.id, standard=item.standard, clause=item.clause, reason=reason, by=by
    )
