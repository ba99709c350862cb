"""Units: pint decides what fits, SQL does the arithmetic.

Every conversion of the trade is affine (`value * factor + offset`), so pint is asked for two points
when the mapping is loaded and never sees a row.
"""

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from domain.errors import BadArgument

if TYPE_CHECKING:
    import pint

SPELLINGS = {
    "°C": "degC", "℃": "degC", "°F": "degF", "℉": "degF", "Nm": "N*m", "Ncm": "N*cm", "kNm": "kN*m",
    "µm": "um", "μm": "um", "”": "inch", '"': "inch", "''": "inch", "in.": "inch", "Zoll": "inch",
    "pouce": "inch", "pulgada": "inch", "英寸": "inch", "毫米": "mm", "厘米": "cm", "米": "m",
    "微米": "um", "克": "g", "公斤": "kg", "千克": "kg", "秒": "s", "分钟": "min", "小时": "h",
    "lbs": "lb", "Stk": "count", "pcs": "count", "Ω": "ohm", "Grad": "degree", "°": "degree",
    "%": "percent", "°K": "kelvin", "Std": "h", "Min": "min", "Sek": "s",
}  # fmt: skip
"""Unit by spellings of drawings and screens that pint does not read, or reads as something else."""

USUAL = (
    "nm um mm cm dm m km in ft yd thou ug mg g kg t oz lb mN N kN MN kgf lbf N*m N*cm kN*m Nm "
    "kgf*m lbf*ft lbf*in Pa hPa kPa MPa GPa mbar bar psi atm torr mmHg K degC °C ℃ degF °F "
    "us ms s min h d Hz kHz MHz rpm mV V kV uA mA A W mW kW MW VA J kJ MJ Wh kWh ohm kohm Mohm Ω "
    "uF nF pF mH uH ml cl dl l L m^3 cm^3 mm^3 l/min L/min m^3/h m/s mm/s km/h m/min mm/min "
    "m/s^2 rad deg degree ° % percent ppm lx lm cd mm^2 cm^2 m^2 µm inch gal "
    "毫米 厘米 公斤 千克 克 Zoll"
)
"""Spellings that `unit_from` understands without a list."""


_POWER_TOWER = re.compile(r"\d{2}|\d\s*(\*\*|\^)")


class Conversion(NamedTuple):
    """An affine change of unit: `value * factor + offset`."""

    factor: float
    """Units of the target in one unit of the source."""
    offset: float
    """Target value at source value 0."""

    def sql(self, value: str) -> str:
        """The SQL of the converted value."""
        if self == (1.0, 0.0):
            return value
        scaled = f"({value} * CAST('{self.factor!r}' AS DOUBLE))"
        return f"({scaled} + CAST('{self.offset!r}' AS DOUBLE))" if self.offset else scaled


@cache
def _registry() -> "pint.UnitRegistry[float]":
    import pint

    return pint.UnitRegistry(autoconvert_offset_to_baseunit=True)


@cache
def conversion(unit: str, to: str) -> Conversion:
    """The change from one unit to another.

    Raises:
        BadArgument: a unit is unknown, or the two measure different things.
    """
    import pint

    registry = _registry()
    source, target = _unit(unit), _unit(to)
    if not source.is_compatible_with(target) or _angle(source) != _angle(target):
        raise BadArgument(f"unit {unit!r} cannot become {to!r}: they measure different things")
    try:
        zero, one, many = (registry.Quantity(v, source).m_as(target) for v in (0.0, 1.0, 1e3))
    except (pint.PintError, ArithmeticError) as error:
        raise BadArgument(f"unit {unit!r} cannot become {to!r}") from error
    slope = (many - zero) / 1e3 if zero else one
    if abs(zero + slope - one) > 1e-6 * abs(slope):
        raise BadArgument(f"unit {unit!r} to {to!r} is logarithmic, which is not converted")
    return Conversion(slope, zero)


def _unit(spelling: str) -> "pint.Unit":
    import pint

    text = SPELLINGS.get(spelling.strip(), spelling.strip())
    if not text or len(text) > 40 or _POWER_TOWER.search(text):
        raise BadArgument(f"unit {spelling[:40]!r} is unknown")
    try:
        return _registry().Unit(text)
    except (pint.PintError, AssertionError, ValueError, TypeError, SyntaxError, ArithmeticError):
        raise BadArgument(f"unit {spelling!r} is unknown") from None


def _angle(unit: "pint.Unit") -> float:
    """Power of the angle in a unit: pint would turn 1 Hz into 9.55 rpm, or degrees into percent."""
    _, root = _registry().get_root_units(unit)
    return float(str(dict(root._units).get("radian", 0)))


def usual_conversions(to: str) -> dict[str, Conversion]:
    """The conversions to a unit from every usual spelling that measures the same thing."""
    found = {to: conversion(to, to)}
    for spelling in (*USUAL.split(), *SPELLINGS):
        try:
            found[spelling] = conversion(spelling, to)
        except BadArgument:
            continue
    return found
