"""Units are converted as pint does, and never guessed."""

import pint
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import BadArgument
from services.hub.ingest.mapping.units import conversion, usual_conversions

PAIRS = [
    ("lb", "kg"), ("inch", "mm"), ("degF", "degC"), ("degC", "kelvin"), ("psi", "bar"),
    ("lbf*ft", "N*m"), ("rpm", "rad/s"), ("min", "h"), ("W*h", "J"), ("percent", "ppm"),
]  # fmt: skip
REGISTRY = pint.UnitRegistry()


def _values(outcome, column):
    return [row[column] for row in outcome.rows]


@settings(deadline=None)
@given(st.sampled_from(PAIRS), st.floats(-1e6, 1e6))
def test_a_conversion_equals_that_of_pint(pair, number):
    factor, offset = conversion(*pair)
    expected = REGISTRY.Quantity(number, pair[0]).m_as(pair[1])
    assert number * factor + offset == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("unit", "to"),
    [("kg", "mm"), ("Hz", "rpm"), ("degree", "percent"), ("furlongs2", "mm"), ("", "mm"),
     ("9**9**9", "mm"), ("import os", "mm"), ("kg**", "kg"), ("dBm", "mW")],
)  # fmt: skip
def test_units_that_do_not_fit_or_do_not_exist_are_refused(unit, to):
    with pytest.raises(BadArgument, match="unit"):
        conversion(unit, to)


def test_spellings_of_drawings_and_screens_are_known():
    usual = usual_conversions("mm")
    assert {usual[word].factor for word in ("in", '"', "Zoll", "英寸")} == {25.4}
    assert conversion("Nm", "N*m") == conversion("℃", "°C") == (1.0, 0.0)


def test_values_are_converted_in_the_same_pass(value):
    found = value("signals.value", "{from: T, unit: degF, to: degC}", ["T"], ["212"], [""], ["x"])
    assert [float(v) if v else v for v in _values(found, "value")] == [pytest.approx(100.0), None]
    assert found.rejected == [(2, "type", "value: x is not a finite number")]


def test_each_row_may_have_its_own_unit_and_an_unknown_one_is_rejected(value):
    rule = "{from: v, unit_from: u, to: mm}"
    rows = [["2", "in"], ["2", "cm"], ["2", "cubit"], ["2", ""], ["", "cubit"]]
    found = value("signals.value", rule, ["v", "u"], *rows)
    assert [v and float(v) for v in _values(found, "value")] == [50.8, 20.0, None]
    assert found.rejected == [
        (2, "unit", "value: cubit is no unit that becomes mm"),
        (3, "unit", "value: (empty) is no unit that becomes mm"),
    ]


def test_units_may_be_listed_and_have_a_default(value):
    rule = "{from: v, unit_from: u, unit: cm, units: {Elle: yard, F: degF}, to: mm}"
    with pytest.raises(BadArgument, match="cannot become"):
        value("signals.value", rule, ["v", "u"], ["1", "F"])
    rule = "{from: v, unit_from: u, unit: cm, units: {Elle: yard}, to: mm}"
    found = value("signals.value", rule, ["v", "u"], ["1", "Elle"], ["1", ""], ["1", "in"])
    assert [float(v) for v in _values(found, "value")] == [pytest.approx(914.4), 10.0]
    assert [rule for _, rule, _ in found.rejected] == ["unit"]


def test_units_with_different_zero_points_meet_in_one_column(value):
    rule = "{from: v, unit_from: u, to: degC}"
    found = value("signals.value", rule, ["v", "u"], ["32", "°F"], ["273.15", "K"], ["7", "℃"])
    assert [float(v) for v in _values(found, "value")] == pytest.approx([0.0, 0.0, 7.0], abs=1e-9)
