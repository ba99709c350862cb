"""The catalogue as one value: the rows that hold for a product family, and what follows from them.

A family sees its own rows and those of the generic family; its own row takes the place of a generic
one of the same id.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from services.metrics.records import Driver, Family, Metric, Need, Parameter, Strength

GENERIC = "GENERIC"
"""Id of the family whose rows hold for every product."""


class Weighted(NamedTuple):
    """A metric behind a need."""

    metric: str
    """Its id."""
    drivers: tuple[str, ...]
    """Drivers over which it is reached, the strongest first."""
    weight: int
    """Sum over the drivers of need-to-driver times driver-to-metric strength."""


@dataclass(frozen=True)
class View:
    """The rows that hold for one family, by id."""

    family: Family
    parameters: Mapping[str, Parameter]
    metrics: Mapping[str, Metric]
    drivers: Mapping[str, Driver]
    needs: Mapping[str, Need]

    def weighted(self, need: Need, drivers: tuple[str, ...] = ()) -> tuple[Weighted, ...]:
        """Metrics of a need, the weightiest first.

        Args:
            need: the need.
            drivers: drivers that are meant, the first of them foremost; none: all of the need.
        """
        meant = drivers or tuple(need.drivers)
        by_metric: dict[str, dict[str, int]] = {}
        for driver in meant:
            for metric, strength in self.drivers[driver].metrics.items():
                product = need.drivers[driver] * strength
                by_metric.setdefault(metric, {})[driver] = product
        found = [
            Weighted(metric, tuple(sorted(parts, key=lambda one: -parts[one])), sum(parts.values()))
            for metric, parts in by_metric.items()
        ]
        return tuple(sorted(found, key=lambda one: -one.weight))

    def relation(self, need: Need, metric: str) -> Strength | None:
        """How strongly a metric serves a need, by its strongest path; None: not at all."""
        paths: list[Strength] = [
            min(strength, self.drivers[driver].metrics[metric])
            for driver, strength in need.drivers.items()
            if metric in self.drivers[driver].metrics
        ]
        return max(paths, default=None)


@dataclass(frozen=True)
class Catalogue:
    """All families."""

    version: str
    """Hash of all files that it was read from, the user's overlay among them."""
    views: Mapping[str, View]
    """By family; `GENERIC` stands for every family without rows of its own."""

    def view(self, family: str | None) -> View:
        """The rows for a family; the generic ones where it has none of its own."""
        return self.views.get(family or GENERIC, self.views[GENERIC])
