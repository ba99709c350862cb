"""The library as one value: every row by its name, and what belongs together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from services.standards.records import (
    Category,
    ChangeEvent,
    DateRule,
    Equivalence,
    Feature,
    Market,
    Recognition,
    Scheme,
    Source,
    Standard,
    Switch,
    TestItem,
)


@dataclass(frozen=True, eq=False)
class Library:
    """The rows of the library, by kind and id."""

    version: str
    """Hash of all files that it was read from, the user's overlay among them."""
    reviewed_on: str
    """Day up to which its facts were looked through (ISO 8601); what came later is not in it."""
    topics: tuple[str, ...]
    categories: Mapping[str, Category]
    features: Mapping[str, Feature]
    sources: Mapping[str, Source]
    markets: Mapping[str, Market]
    schemes: Mapping[str, Scheme]
    standards: Mapping[str, Standard]
    test_items: Mapping[str, TestItem]
    switches: Mapping[str, Switch]
    equivalences: Mapping[str, Equivalence]
    recognitions: Mapping[str, Recognition]
    change_events: Mapping[str, ChangeEvent]
    date_rules: Mapping[str, DateRule]
    overlaid: frozenset[str] = frozenset()
    """Ids of the rows that are the user's own."""

    def market_of(self, country: str) -> Market | None:
        """The market of a country (ISO 3166-1 alpha-2) or of a market's id; None: not covered."""
        wanted = country.upper()
        return self.markets.get(wanted) or self._unions.get(wanted)

    def expanded(self, features: Iterable[str]) -> frozenset[str]:
        """Features with all that they imply."""
        todo, seen = list(features), set[str]()
        while todo:
            one = todo.pop()
            if one not in seen:
                seen.add(one)
                todo += self.features[one].implies if one in self.features else ()
        return frozenset(seen)

    @cached_property
    def _unions(self) -> dict[str, Market]:
        return {country: market for market in self.markets.values() for country in market.members}
