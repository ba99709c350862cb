"""Texts become values of the canonical type, or a reason why not."""

from collections.abc import Callable

import pytest

Value = Callable[..., object]


def _values(outcome, column):
    return [row[column] for row in outcome.rows]


def _rules(outcome):
    return [rule for _, rule, _ in outcome.rejected]


@pytest.mark.parametrize("text", ["1e9", "1_000", "0x1F", "1.5", "abc", "99999999999", "1,000"])
def test_a_text_that_is_no_whole_number_is_rejected(value, text):
    found = value("gauge_studies.trial", "N", ["N"], [text])
    assert found.rows == []
    assert found.rejected == [(0, "type", f"trial: {text} is not a whole number that fits INTEGER")]


def test_whole_numbers_may_have_blanks_zeros_and_an_empty_fraction(value):
    found = value("deliveries.quantity", "N", ["N"], ["12"], [" 12 "], ["012"], ["12.0"], ["-3"])
    assert _values(found, "quantity") == ["12", "12", "12", "12", "-3"]


@pytest.mark.parametrize("text", ["nan", "inf", "-Infinity", "1e999", "1,5", "1_0.5", "12 kg"])
def test_a_text_that_is_no_finite_number_is_rejected(value, text):
    found = value("signals.value", "N", ["N"], [text])
    assert _rules(found) == ["type"]
    assert text in found.rejected[0][2]


def test_an_empty_cell_is_no_value_and_no_problem(value):
    for column in ("signals.value", "deliveries.quantity", "deliveries.promised_on", "claims.cost"):
        found = value(column, "N", ["N"], [""], ["  "], [None])
        assert _values(found, column.split(".")[1]) == [None, None, None]


def test_null_values_of_file_and_column_are_no_value(run):
    text = """
files: "*.csv"
read: {null_values: ["-", "N/A"]}
tables:
  deliveries:
    columns:
      delivery_id: Nr
      promised_on: {from: Soll, null_values: [Date Not Captured]}
"""
    rows = [["1", "Date Not Captured"], ["2", " - "], ["3", "2026-01-05"], ["-", "N/A"]]
    found = run(text, ["Nr", "Soll"], rows)
    assert _values(found, "promised_on") == [None, None, "2026-01-05", None]
    assert _values(found, "delivery_id") == ["1", "2", "3", None]


def test_ids_that_look_like_numbers_stay_text(value):
    found = value("feedback.feedback_id", "id", ["id"], ["24E012"], ["007"], ["1e9"], [" A "])
    assert _values(found, "feedback_id") == ["24E012", "007", "1e9", "A"]


def test_decimal_comma_and_grouping_are_read_only_where_declared(value):
    rule = "{from: n, decimal: ',', thousands: '.'}"
    rows = [["1.234,5"], ["1.234.567"], ["12,5"], ["-0,25"], ["1.5"], ["1,2,3"], ["1234"]]
    found = value("signals.value", rule, ["n"], *rows)
    assert _values(found, "value") == ["1234.5", "1234567.0", "12.5", "-0.25", "1234.0"]
    assert [record for record, _, _ in found.rejected] == [4, 5]


def test_grouping_by_spaces_includes_the_spaces_that_do_not_break(value):
    rule = "{from: n, decimal: ',', thousands: ' '}"
    found = value("signals.value", rule, ["n"], ["1 234,5"], ["1\u00a0234,5"], ["1\u202f234"])
    assert _values(found, "value") == ["1234.5", "1234.5", "1234.0"]


def test_a_whole_number_with_grouping_must_still_be_whole(value):
    rule = "{from: n, decimal: ',', thousands: '.'}"
    found = value("deliveries.quantity", rule, ["n"], ["1.234"], ["1.234,00"], ["1,5"])
    assert _values(found, "quantity") == ["1234", "1234"]
    assert _rules(found) == ["type"]


def test_truth_is_read_from_usual_words_and_from_declared_ones(value):
    usual = value(
        "claims.no_fault_found", "F", ["F"], ["yes"], [" N "], ["1"], ["T"], ["vielleicht"]
    )
    assert _values(usual, "no_fault_found") == ["true", "false", "true", "true"]
    assert _rules(usual) == ["type"]
    rule = "{from: F, true: [ja, X], false: [nein, '']}"
    own = value("claims.no_fault_found", rule, ["F"], ["JA"], ["x"], ["nein"], ["yes"])
    assert _values(own, "no_fault_found") == ["true", "true", "false"]
    assert _rules(own) == ["type"]


def test_a_map_rejects_what_it_does_not_list_unless_told_otherwise(value):
    rows = [["Vietnam"], ["Norwegen"], ["Mars"], [""]]
    words = "map: {Vietnam: VN, Norwegen: NO}"
    strict = value("sites.country", f"{{from: c, {words}}}", ["c"], *rows)
    assert _values(strict, "country") == ["VN", "NO", None]
    assert strict.rejected == [(2, "map", "country: Mars is not in the map")]
    lax = value("sites.country", f"{{from: c, {words}, otherwise: 'null'}}", ["c"], *rows)
    assert _values(lax, "country") == ["VN", "NO", None, None]
    keep = value("sites.country", f"{{from: c, {words}, otherwise: keep}}", ["c"], *rows)
    assert _values(keep, "country") == ["VN", "NO", "Mars", None]


def test_a_mapped_text_is_then_read_as_its_type(value):
    found = value(
        "claims.cost",
        "{from: c, map: {frei: '0', teuer: '99.5'}}",
        ["c"],
        ["frei"],
        ["teuer"],
        ["?"],
    )
    assert _values(found, "cost") == ["0.0", "99.5"]
    assert _rules(found) == ["map"]


def test_a_personal_value_is_not_repeated_in_the_reason(value):
    found = value("suppliers.contact_email", "{from: m, map: {a: b}}", ["m"], ["maria@example.org"])
    assert found.rejected[0][1] == "map"
    assert "maria" not in found.rejected[0][2]


def test_flags_are_the_names_whose_condition_holds(value):
    rule = """{flags: {crash: "[CRASH] = 'Y'", fire: "[FIRE] = 'Y'", injury: "[INJURED] > 0"}}"""
    rows = [["Y", "N", "2"], ["N", "N", "0"], ["N", "Y", ""], [None, None, None]]
    found = value("feedback.hazard_flags", rule, ["CRASH", "FIRE", "INJURED"], *rows)
    assert _values(found, "hazard_flags") == ["crash,injury", None, "fire", None]


def test_constants_and_templates_name_source_file_and_record(value):
    rows = [["7"], [None], ["9"]]
    made = value("units.serial", "'{template: x}'", ["{template: x}"], ["a"])
    assert _values(made, "serial") == ["a"]
    found = value("units.serial", "{template: 'AI-{UDI}/{stem}/{row}{{}}'}", ["UDI"], *rows)
    assert _values(found, "serial") == ["AI-7/données/1{}", None, "AI-9/données/3{}"]
    assert _values(value("units.line_id", "{constant: L1}", ["x"], ["a"]), "line_id") == ["L1"]


def test_several_columns_are_joined_and_empty_ones_left_out(value):
    found = value("feedback.text", "[a, b]", ["a", "b"], ["x", "y"], ["", "y"], ["", ""])
    assert _values(found, "text") == ["x y", "y", None]
