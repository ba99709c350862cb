"""The simulated maker as recorded in `catalogue.yaml`, with the few facts derived from it.

Everything that is the same in each world stands there as data, so that a world only has to say
what is different.
"""

from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

import yaml

from domain.contract import Contract
from domain.records.cause import Branch

Climate = Literal["north", "south", "tropic"]


class Site(Contract):
    """A factory with the product family of each of its lines."""

    site_id: str
    name: str
    country: str
    region: str
    timezone: str
    share: float
    lines: tuple[str, ...]


class Market(Contract):
    """A country with its languages (shares), climate, supply voltage and warranty (months)."""

    country: str
    region: str
    languages: dict[str, float]
    climate: Climate
    volts: int
    currency: str
    warranty: int
    share: float


class Family(Contract):
    """What goes into a product family, and the defects that its inspection looks for."""

    parts: tuple[str, ...]
    defects: tuple[str, ...]


class Model(Contract):
    """A product model; `volts` 0 fits every market."""

    model_id: str
    family: str
    name: str
    launched_on: date
    volts: int
    share: float


class Supplier(Contract):
    """A supplier with its share of rejected pieces and of deliveries made in time."""

    supplier_id: str
    name: str
    country: str
    language: str
    rejects: float
    on_time: float


class Part(Contract):
    """A purchased part with its one or two suppliers, the larger first."""

    part_id: str
    name: str
    commodity: str
    suppliers: tuple[str, ...]


class Characteristic(Contract):
    """A measured characteristic: limits, in-control mean and sigma, and its gauge's share."""

    characteristic_id: str
    name: str
    step: str
    unit: str
    lsl: float | None
    target: float | None
    usl: float | None
    mean: float
    sigma: float
    families: tuple[str, ...]
    decimals: int
    grr: float


class Symptom(Contract):
    """A symptom with its ordinary hazard (failures per unit and year, Weibull shape)."""

    code: str
    name: str
    families: tuple[str, ...]
    part_id: str
    severity: int
    per_year: float
    shape: float
    cost: float
    safety: bool = False
    seasonal: bool = False


class Line(NamedTuple):
    """A production line."""

    line_id: str
    site: int
    """Index of its site."""
    family: str
    share: float
    """Share of all units that it builds, 0 to 1."""


class Catalogue(Contract):
    """All of it; lists keep the order of the file, and arrays elsewhere hold indexes into them."""

    sites: tuple[Site, ...]
    shifts: dict[str, tuple[int, float]]
    markets: tuple[Market, ...]
    currencies: dict[str, float]
    families: dict[str, Family]
    models: tuple[Model, ...]
    model_features: dict[str, dict[str, tuple[str | int | float, str]]]
    benchmarks: tuple[tuple[str, str, float, str, str], ...]
    requirements: tuple[tuple[str, str, str, str, float, str, str], ...]
    suppliers: tuple[Supplier, ...]
    parts: tuple[Part, ...]
    characteristics: tuple[Characteristic, ...]
    symptoms: tuple[Symptom, ...]
    defects: tuple[tuple[str, str, str, bool], ...]
    changes: tuple[tuple[Branch, str], ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every line; the lines of a site share its output evenly."""
        total = sum(site.share for site in self.sites)
        return tuple(
            Line(
                f"{site.site_id}-L{number + 1}", index, family, site.share / total / len(site.lines)
            )
            for index, site in enumerate(self.sites)
            for number, family in enumerate(site.lines)
        )

    def symptom(self, code: str) -> Symptom:
        """The symptom of that code."""
        return next(symptom for symptom in self.symptoms if symptom.code == code)

    def part(self, part_id: str) -> Part:
        """The part of that number."""
        return next(part for part in self.parts if part.part_id == part_id)

    def site_index(self, site_id: str) -> int:
        """Index of the site."""
        return next(index for index, site in enumerate(self.sites) if site.site_id == site_id)


def shares(weights: Sequence[float]) -> list[float]:
    """The weights scaled to a sum of one."""
    total = sum(weights)
    return [weight / total for weight in weights]


@cache
def catalogue() -> Catalogue:
    """The catalogue of the package."""
    text = (files(__package__) / "catalogue.yaml").read_text(encoding="utf-8")
    return Catalogue.model_validate(yaml.safe_load(text))
