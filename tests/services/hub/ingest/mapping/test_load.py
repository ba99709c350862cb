"""A wrong mapping is refused before a row is read, with file, line and near names."""

import pytest

from domain.errors import BadArgument
from services.hub.ingest.mapping import load_mapping

GOOD = """says: deliveries of 2024
files: ["*.csv"]
read: {delimiter: ";", null_values: [NO]}
tables:
  deliveries:
    where: "[Menge] > 0"
    columns:
      delivery_id: Nr
      promised_on: {from: Soll, date: ["%d.%m.%Y"]}
      supplier_id: {constant: NO}
      quantity: 2024
"""


def _error(write, old, new):
    assert old in GOOD
    with pytest.raises(BadArgument) as caught:
        load_mapping(write(GOOD.replace(old, new)))
    return caught.value


def test_words_of_a_mapping_stay_words(write):
    block = load_mapping(write(GOOD)).sources[0]
    columns = block.targets[0].mapping.columns
    assert columns["supplier_id"].constant == "NO"
    assert columns["quantity"].source == ("2024",)
    assert block.targets[0].null_values == ("NO",)
    assert block.read.delimiter == ";"


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("where:", "wher:", 7, "unknown word 'wher'"),
        ("date:", "dat:", 10, "unknown word 'dat'"),
        ("delimiter:", "delimitr:", 4, "unknown word 'delimitr'"),
        ("says:", "say:", 2, "unknown word 'say'"),
        ("  deliveries:", "  delivery:", 6, "unknown table 'delivery'"),
        ("promised_on:", "promised:", 10, "table deliveries has no column 'promised'"),
        ("delivery_id: Nr", "part_id: Nr", 6, "table deliveries needs its key column delivery_id"),
        ("%d.%m.%Y", "%Q", 10, "unknown part %Q"),
        ("%d.%m.%Y", "dd.mm.yyyy", 10, "not a strptime pattern"),
        ("[Menge] > 0", "[Menge] >", 7, "expected a value"),
        ("[Menge] > 0", "DROP TABLE x", 7, "columns stand in"),
        ("{constant: NO}", "{constant: NO, from: x}", 11, "give one of: from, constant"),
        ("{constant: NO}", "{template: 'a{b'}", 11, "a brace stands alone"),
        ("{constant: NO}", "{expression: '1'}", 11, "does not fit a column of type text"),
        ("quantity: 2024", "quantity: {from: a, unit: kg, to: g}", 12, "`unit` does not fit"),
        ("quantity: 2024", "quantity: {from: a, decimal: ',,'}", 12, "one character"),
        ("quantity: 2024", "quantity: a\n      quantity: b", 13, "'quantity' is given twice"),
        ("quantity: 2024", "quantity: {a: b: c}", 12, "is not YAML"),
        ('files: ["*.csv"]\n', "", 1, "`files` says nothing"),
        ('["%d.%m.%Y"]', "iso, zone: Europe/Berlin", 10, "`zone` does not fit"),
    ],
)
def test_each_mistake_is_named_with_its_line(write, old, new, line, message):
    error = _error(write, old, new)
    assert message in error.message
    assert error.where is not None
    assert error.where[1] == line
    assert "mapping.yaml" in str(error.where[0])


def test_near_names_are_offered(write):
    assert "deliveries" in _error(write, "  deliveries:", "  delivery:").next_step
    assert "promised_on" in _error(write, "promised_on:", "promised:").next_step
    assert "where" in _error(write, "where:", "wher:").next_step
    assert "date" in _error(write, "date:", "dat:").next_step


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("{from: t, zone: Europe/Berln}", "unknown time zone 'Europe/Berln'"),
        ("{from: t, zone_from: z, zone_map: {X: Nowhere}}", "unknown time zone 'Nowhere'"),
        ("{expression: '[a] + 1'}", "needs `date`"),
    ],
)
def test_zones_and_computed_times_are_checked_at_load(write, rule, message):
    text = f"files: x\ntables: {{signals: {{columns: {{station_id: s, signal: s, at: {rule}}}}}}}"
    with pytest.raises(BadArgument, match=message):
        load_mapping(write(text))


def test_units_are_checked_at_load(write):
    rule = "{from: v, unit: kg, to: mm}"
    columns = f"station_id: s, signal: s, at: t, value: {rule}"
    with pytest.raises(BadArgument, match="cannot become 'mm'") as caught:
        load_mapping(write(f"files: x\ntables: {{signals: {{columns: {{{columns}}}}}}}"))
    assert "signals.value" in caught.value.message


@pytest.mark.parametrize(
    "text", ["", "[1, 2]", "just text", "tables: {}", "&a [*a]", "sources: [1]"]
)
def test_a_file_that_is_no_mapping_is_refused(tmp_path, text):
    path = tmp_path / "m.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadArgument):
        load_mapping(path)


def test_a_missing_or_binary_file_is_refused(tmp_path):
    with pytest.raises(BadArgument, match="cannot read the mapping"):
        load_mapping(tmp_path / "none.yaml")
    (tmp_path / "b.yaml").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(BadArgument, match="cannot read the mapping"):
        load_mapping(tmp_path / "b.yaml")


def test_several_blocks_are_told_apart_by_their_file_patterns(write):
    text = """
sources:
  - files: ["units/*.csv"]
    tables: {suppliers: {columns: {supplier_id: id}}}
  - files: "*.txt"
    tables: {parts: [{columns: {part_id: a}}, {columns: {part_id: b}}]}
"""
    mapping = load_mapping(write(text))
    first, second = mapping.sources
    assert mapping.source_of("units/a.csv") is first
    assert mapping.source_of("deep/b.txt") is second
    assert mapping.source_of("c.csv") is None
    assert [target.table for target in second.targets] == ["parts", "parts"]
