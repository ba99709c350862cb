"""Units as requirements write them, and values in base units, so that limits can be compared."""

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from services.requirements.wordlists import any_of, lists, split

if TYPE_CHECKING:
    import pint

COUNT = "count"
"""Unit of what is counted."""
SHARE = "%"
_FOLDED_FROM = 4
"""Letters from which on upper and lower case of a unit do not matter: mW is not MW."""


class BaseValue(NamedTuple):
    """A value in base units."""

    value: float
    """The value, in `unit`."""
    unit: str
    """Base unit as pint names it, for example `second`; empty: a pure number."""


@cache
def spellings() -> dict[str, str]:
    """Canonical unit by spelling; words of four letters and more in lower case too."""
    found: dict[str, str] = {}
    for group in ("own", "pint"):
        for unit, names in lists("units")[group].items():
            for name in names:
                found[str(name)] = unit
                if len(str(name)) >= _FOLDED_FROM:
                    found.setdefault(str(name).lower(), unit)
    return found


def unit_named(written: str) -> str | None:
    """The canonical unit of a spelling; None: it is none that the lists know."""
    known = spellings()
    plain = re.sub(r"\s+", " ", written)
    return known.get(plain) or known.get(plain.lower())


@cache
def unit_pattern() -> str:
    """A pattern of all spellings, longest first."""
    exact = [one for one in spellings() if len(one) < _FOLDED_FROM]
    words = [one for one in spellings() if len(one) >= _FOLDED_FROM]
    return f"(?:(?i:{any_of(words, opens=False)})|{any_of(exact, opens=False)})"


@cache
def rates() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Period and the pattern of its `per …`."""
    return tuple(
        (unit, re.compile(rf"[\s,]*(?:{any_of(split(line))})", re.IGNORECASE))
        for unit, line in lists("units")["per"].items()
    )


@cache
def number_words() -> dict[str, float]:
    """Value by number word, longest first."""
    found = {
        word: float(value) for value, line in lists("units")["numbers"].items()
        for word in split(line)
    }  # fmt: skip
    return dict(sorted(found.items(), key=lambda one: -len(one[0])))


@cache
def multipliers() -> tuple[tuple[float, re.Pattern[str]], ...]:
    """What multiplies the figure before it, the largest first."""
    rows = lists("units")["times"].items()
    return tuple(
        (
            float(factor),
            re.compile(rf"\s*(?:{any_of(split(line), opens=False)})", re.IGNORECASE),
        )
        for factor, line in sorted(rows, reverse=True)
    )


def base_value(value: float, unit: str | None) -> BaseValue | None:
    """A value in base units (5 min: 300 second); None for counts, levels in dB, and money."""
    import pint

    if unit is None or unit.split("/")[0] in lists("units")["own"] or unit in lists("units")["own"]:
        return None
    try:
        found = _registry().Quantity(value, _pint_name(unit)).to_base_units()
    except (pint.PintError, ValueError, AttributeError):
        return None
    named = "" if found.dimensionless else f"{found.units:D}"
    return BaseValue(round(float(found.magnitude), 12), named)


def _pint_name(unit: str) -> str:
    parts = unit.split("/")
    plain = {"%": "percent", "wk": "week", "mo": "month", "mi": "mile", "inch": "inch"}
    return "/".join(plain.get(part, part) for part in parts)


@cache
def _registry() -> "pint.UnitRegistry[float]":
    import pint

    return pint.UnitRegistry(autoconvert_offset_to_baseunit=True)
