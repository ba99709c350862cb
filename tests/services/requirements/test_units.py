import pytest

from services.requirements.units import base_value, spellings, unit_named
from services.requirements.wordlists import lists


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (5, "min", (300, "second")),
        (25, "degC", (298.15, "kelvin")),
        (50, "%", (0.5, "")),
        (1, "wk", (604800, "second")),
        (1, "kWh", (3.6e6, "kilogram * meter ** 2 / second ** 2")),
    ],
)
def test_values_compare_in_base_units(value: float, unit: str, expected: object) -> None:
    found = base_value(value, unit)
    assert found is not None
    assert (pytest.approx(found.value), found.unit) == expected


@pytest.mark.parametrize("unit", ["dB(A)", "count", "count/h", "EUR", "workday", None, "furlnogs"])
def test_what_has_no_base_unit_is_not_converted(unit: str | None) -> None:
    assert base_value(3, unit) is None


def test_every_unit_of_the_list_is_read_by_pint_or_stands_as_our_own() -> None:
    wrong = [unit for unit in lists("units")["pint"] if base_value(1, unit) is None]
    assert wrong == []


def test_milli_and_mega_are_told_apart() -> None:
    assert (unit_named("mW"), unit_named("MPa"), unit_named("Sekunden")) == ("mW", "MPa", "s")


def test_no_spelling_stands_for_two_units() -> None:
    units = [
        str(name)
        for group in ("own", "pint")
        for names in lists("units")[group].values()
        for name in names
    ]
    assert sorted(units) == sorted(set(units))
    assert len(spellings()) >= len(units)
