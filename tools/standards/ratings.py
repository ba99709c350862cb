"""The ratings of a product that tests depend on, from a text or from the hub's model features."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from domain.contract import Contract
from services.lexicon.folding import fold, plain

BTU_PER_HOUR = 0.29307107
"""Watts of one British thermal unit per hour (the unit of the International Steam Table)."""
_NUMBER = r"(?<![a-z\d.,])(\d+(?:[.,]\d+)?)"
_SPAN = rf"{_NUMBER}(?:\s*(?:-|–|~|/|to|bis|a|à)\s*{_NUMBER})?"
_VOLTS = re.compile(rf"{_SPAN}\s*(?:v|volts?|伏|ボルト|فولت)(?![a-z0-9])")
_HERTZ = re.compile(rf"{_SPAN}\s*(?:hz|赫兹|ヘルツ|هرتز)(?![a-z0-9])")
_INCHES = re.compile(
    _NUMBER + r"\s*-?\s*(?:\"|''|”|inch(?:es)?|in(?=\s*(?:$|[.,;)]|tv|lcd|oled))|zoll|pouces?"
    r"|pulgadas?|polegadas?|cal(?:i|e|owy\w*)|英寸|英吋|寸|吋|型|いんち|بوصه)"
)
_GRAMS = re.compile(_NUMBER + r"\s*(k?)g\s+(?:of\s+|de\s+)?r-?\d")
_CAPACITY = re.compile(_NUMBER + r"\s*(btu(?:/h)?|kw)(?![a-z0-9])")
_REFRIGERANT = re.compile(r"(?<![a-z0-9])r-?(\d{2,4}[a-z]{0,2})(?![a-z0-9])")
_MAINS_HZ = {50.0, 60.0}


class Span(NamedTuple):
    """From the lowest to the highest rated value; both equal where there is one."""

    low: float
    high: float


class Ratings(Contract):
    """What is written on the rating label and in the data sheet; null: not known."""

    rated_voltage_v: Span | None = None
    """Rated voltage (V), lowest and highest."""
    rated_frequency_hz: Span | None = None
    """Rated frequency (Hz), lowest and highest."""
    screen_size_in: float | None = None
    """Diagonal of the screen (inch)."""
    refrigerants: tuple[str, ...] = ()
    """Designations in capitals, without hyphen: R32."""
    refrigerant_charge_g: float | None = None
    """Charge of refrigerant (g)."""
    cooling_capacity_w: float | None = None
    """Cooling capacity (W)."""
    rated_power_w: float | None = None
    """Rated power (W)."""
    net_volume_l: float | None = None
    """Net volume (l)."""
    load_capacity_kg: float | None = None
    """Load of dry laundry (kg)."""

    def over(self, other: "Ratings") -> "Ratings":
        """These ratings, and the other's where these are not known."""
        own = {name: value for name, value in self if value not in (None, ())}
        return other.model_copy(update=own)


class HubFeature(NamedTuple):
    """A feature of a model as the hub holds it."""

    feature: str
    value: str
    unit: str


def ratings_told(text: str) -> Ratings:
    """The ratings that a text names, with their units in any of nine languages."""
    folded = fold(plain(text))
    inches, grams = _INCHES.search(folded), _GRAMS.search(folded)
    capacity = _CAPACITY.search(folded)
    names = dict.fromkeys(f"R{found.upper()}" for found in _REFRIGERANT.findall(folded))
    return Ratings(
        rated_voltage_v=_span(_VOLTS.search(folded)),
        rated_frequency_hz=_mains(_span(_HERTZ.search(folded))),
        screen_size_in=_float(inches[1]) if inches else None,
        refrigerants=tuple(names),
        refrigerant_charge_g=_float(grams[1]) * (1000 if grams[2] else 1) if grams else None,
        cooling_capacity_w=_watts(capacity) if capacity else None,
    )


def ratings_recorded(rows: Iterable[HubFeature]) -> Ratings:
    """The ratings among the features of a model, in the units that the hub holds them in."""
    found: dict[str, object] = {}
    for row in rows:
        field = f"{row.feature}_{row.unit.lower()}"
        if row.feature == "refrigerant":
            found["refrigerants"] = (row.value.upper().replace("-", ""),)
        elif field in {"rated_voltage_v", "rated_frequency_hz"}:
            found[field] = _span(re.search(_SPAN, row.value))
        elif field in Ratings.model_fields and re.fullmatch(_NUMBER, row.value):
            found[field] = _float(row.value)
    return Ratings.model_validate(found)


def _span(match: re.Match[str] | None) -> Span | None:
    if match is None:
        return None
    low = _float(match[1])
    high = _float(match[2]) if match[2] else low
    return Span(min(low, high), max(low, high))


def _mains(span: Span | None) -> Span | None:
    return span if span is not None and set(span) <= _MAINS_HZ else None


def _watts(match: re.Match[str]) -> float:
    if match[2].startswith("btu"):  # in thousands, so that a comma or a point groups digits
        return round(float(re.sub(r"[.,]", "", match[1])) * BTU_PER_HOUR, 1)
    return _float(match[1]) * 1000


def _float(text: str) -> float:
    return float(text.replace(",", "."))
