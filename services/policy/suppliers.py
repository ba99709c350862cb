"""How suppliers are rated: weights, bands, least numbers, and who is not a supplier at all.

The rules are data, because customers and houses differ in them, and a supplier may ask by which
rule it was rated.
"""

import re
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from domain.contract import Contract
from domain.scorecard import BANDS, Band, Scale, Scoring
from services.policy.rule_file import RuleFile, rules_in, version_of

Share = Annotated[float, Field(gt=0, lt=1)]
Count = Annotated[int, Field(ge=1)]


class Period(Contract):
    """Rating periods."""

    days: Annotated[int, Field(ge=7, le=366)]
    """Length of one (days)."""
    count: Annotated[int, Field(ge=1, le=24)]
    """How many the course of the band is played through."""


class Weights(Contract):
    """What counts how much; above zero."""

    quality: Annotated[float, Field(gt=0)]
    """Of PPM."""
    delivery: Annotated[float, Field(gt=0)]
    """Of delivery to commit."""


class Points(Contract):
    """From figures to points."""

    quality: Scale
    """By PPM."""
    delivery: Scale
    """By the share of consignments on time, 0 to 1."""


class Minimum(Contract):
    """Least numbers of a rating."""

    pieces: Count
    """Inspected pieces in a period, for quality (count)."""
    deliveries: Count
    """Deliveries in a period, for quality; consignments, for delivery (count)."""


class Fewest(Contract):
    """Least numbers of a test."""

    recent: Count
    """Recent deliveries (count)."""
    reference: Count
    """Earlier deliveries (count)."""


class Material(Contract):
    """A change that matters."""

    rejects: Annotated[float, Field(gt=0)]
    """Of rejected pieces."""
    lateness: Annotated[float, Field(gt=0)]
    """Of late consignments."""


class Deterioration(Contract):
    """When a supplier is said to get worse."""

    recent: Annotated[int, Field(ge=14, le=366)]
    """Days that are judged."""
    reference: Annotated[int, Field(ge=60, le=1500)]
    """Days before them that they are compared with."""
    alpha: Annotated[float, Field(gt=0, le=0.2)]
    """False alarms that are accepted for one question about one supplier, 0 to 1."""
    level: Share
    """Level of the intervals that `stable` rests on."""
    fewest: Fewest
    """Least numbers of deliveries."""
    material: Material
    """Ratios to the reference that matter."""
    material_share: Material
    """Differences to the reference that matter (share)."""


class Internal(Contract):
    """Who is not a supplier."""

    words: tuple[str, ...]
    """Words of a name that mark a store of our own."""
    suppliers: tuple[str, ...]
    """Codes or names of our own companies."""


class SupplierRules(Contract):
    """The content of the file."""

    reviewed_on: date
    """Day on which the rules were last looked through."""
    source: str
    """Whose rules they are."""
    period: Period
    """Rating periods."""
    weights: Weights
    """What counts how much."""
    points: Points
    """From figures to points."""
    bands: dict[Band, Annotated[float, Field(ge=0, le=100)]]
    """Least score of each band, 0 to 100."""
    minimum: Minimum
    """Below it no band is given."""
    hysteresis: Annotated[int, Field(ge=1, le=6)]
    """Periods in a row that move a band (count)."""
    safety_cap: Band
    """Best band of a supplier of a confirmed danger."""
    deterioration: Deterioration
    """When a supplier is said to get worse."""
    internal: Internal
    """Who is not a supplier."""

    @model_validator(mode="after")
    def _bands_fall(self) -> "SupplierRules":
        limits = [self.bands.get(band, -1.0) for band in BANDS]
        if sorted(set(limits), reverse=True) != limits or limits[-1] != 0:
            raise ValueError("bands: A, B, C and D with falling limits are expected, D from 0 on")
        return self


class SupplierPolicy:
    """One version of the rules."""

    def __init__(self, rules: SupplierRules, version: str) -> None:
        self.rules = rules
        """What the file says."""
        self.version = version
        """Start of the SHA-256 of the file."""
        words = "|".join(re.escape(word) for word in rules.internal.words)
        self._internal = re.compile(rf"(?<!\w)(?:{words})(?!\w)" if words else r"(?!)", re.I)

    def is_internal(self, supplier_id: str, name: str | None) -> bool:
        """Whether a row of the supplier master is a store or company of our own."""
        own = {one.casefold() for one in self.rules.internal.suppliers}
        called = [one for one in (supplier_id, name) if one]
        return any(one.casefold() in own or self._internal.search(one) for one in called)

    @property
    def scoring(self) -> Scoring:
        """The rules as reckoning needs them."""
        rules = self.rules
        return Scoring(
            quality=rules.points.quality,
            delivery=rules.points.delivery,
            weights=(rules.weights.quality, rules.weights.delivery),
            limits=rules.bands,
            hysteresis=rules.hysteresis,
            safety_cap=rules.safety_cap,
        )


@cache
def supplier_policy() -> SupplierPolicy:
    """The rules that are shipped."""
    resource = files("services.policy") / "suppliers.yaml"
    return read_supplier_policy(resource.read_bytes(), Path("suppliers.yaml"))


def read_supplier_policy(raw: bytes, path: Path) -> SupplierPolicy:
    """Rules from the content of a file.

    Raises:
        BadArgument: it is no YAML, or not what the file must hold.
    """
    rules = rules_in(raw, RuleFile("supplier", path), SupplierRules)
    return SupplierPolicy(rules, version_of(raw))
