"""One pass per table: filters, unpivots, native types, and foreign names that stay names."""

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.errors import BadArgument, DataRejected
from services.hub import schema
from services.hub.ingest.mapping import compile_target, identity_mapping, load_mapping
from services.hub.ingest.mapping.quoting import literal, quoted

SIGNALS = """
files: "*.csv"
tables:
  signals:
    columns: {station_id: {constant: rig}, at: t}
    unpivot: {matching: "xm*", name_to: signal, value_to: value}
"""


def test_rows_outside_the_filter_are_left_out_not_rejected(run):
    text = 'files: x\ntables: {parts: {where: "[n] > 1", columns: {part_id: id}}}'
    found = run(text, ["id", "n"], [["a", "1"], ["b", "2"], ["c", "?"], ["d", ""]])
    assert [row["part_id"] for row in found.rows] == ["b"]
    assert found.rejected == []


def test_long_lists_in_a_filter_keep_the_order_of_the_rows(connection, listed, outcome):
    connection.execute("CREATE TABLE many AS SELECT CAST(range AS VARCHAR) AS id FROM range(50000)")
    among = ", ".join(f"'{number}'" for number in range(0, 400, 4))
    target = identity_mapping("parts", ["part_id"]).sources[0].targets[0]
    rules = {"columns": {"part_id": "id"}, "where": f"[id] in ({among}) or row > 40000"}
    mapping = type(target.mapping).model_validate(rules)
    source = listed(["id"], [])._replace(sql="many")
    found = outcome(target._replace(mapping=mapping), source)
    ids = [int(row["part_id"] or "") for row in found.rows]
    assert ids == [*range(0, 400, 4), *range(40000, 50000)]


def test_wide_columns_become_rows_and_empty_cells_none(run):
    rows = [["2026-01-01", "1", ""], ["2026-01-02", "x", "4"]]
    found = run(SIGNALS, ["t", "xm1", "xm2"], rows)
    assert [(row["signal"], row["value"]) for row in found.rows] == [("xm1", "1.0"), ("xm2", "4.0")]
    assert found.rejected == [(1, "type", "value: x is not a finite number")]


def test_unpivoted_names_and_values_may_have_rules_of_their_own(run):
    text = """
files: "*.csv"
tables:
  signals:
    columns:
      station_id: {constant: rig}
      at: t
      signal: {from: signal, map: {Druck: pressure}}
      value: {from: value, decimal: ","}
    unpivot: {columns: [Druck, "Wärme"], name_to: signal, value_to: value}
"""
    found = run(text, ["t", "Druck", "Wärme"], [["2026-01-01", "1,5", "2"]])
    assert [(row["signal"], row["value"]) for row in found.rows] == [("pressure", "1.5")]
    assert [rule for _, rule, _ in found.rejected] == ["map"]


def test_rows_may_stand_in_the_mapping_itself(run):
    text = """
tables:
  characteristics:
    rows:
      - {characteristic_id: torque, name: Drehmoment, unit: N*m, usl: "60"}
      - {characteristic_id: wear, name: "O'Neil; DROP"}
"""
    found = run(text, [], [])
    assert [row["usl"] for row in found.rows] == ["60.0", None]
    assert found.rows[1]["name"] == "O'Neil; DROP"


def test_a_missing_source_column_is_named_with_near_ones(write, listed):
    mapping = load_mapping(write("files: x\ntables: {parts: {columns: {part_id: Teilenumer}}}"))
    target = mapping.sources[0].targets[0]
    with pytest.raises(BadArgument, match=r"données\.csv has no column 'Teilenumer'") as caught:
        compile_target(target, listed(["Teilenummer", "x"], [["1", "2"]]), schema.table("parts"))
    assert "Teilenummer" in caught.value.next_step


def test_letter_case_width_and_spacing_of_a_source_column_are_forgiven(run):
    text = "files: x\ntables: {parts: {columns: {part_id: 'part  id', name: 'ＮＡＭＥ'}}}"
    found = run(text, ["Part ID", "Name"], [["1", "x"]])
    assert (found.rows[0]["part_id"], found.rows[0]["name"]) == ("1", "x")


def test_used_ignored_and_missing_columns_are_listed(write, listed):
    text = "files: x\ntables: {parts: {where: '[n] > 1', columns: {part_id: {template: 'P{id}'}}}}"
    target = load_mapping(write(text)).sources[0].targets[0]
    compiled = compile_target(target, listed(["id", "n", "rest"], []), schema.table("parts"))
    assert set(compiled.used_columns) == {"id", "n"}
    assert compiled.ignored_columns == ("rest",)
    assert compiled.missing_columns == ("name", "commodity")


def test_canonical_files_need_no_mapping_and_compile_to_plain_casts(listed):
    header = ["SERIAL", "characteristic_id", "Value", "measured_at", "extra"]
    target = identity_mapping("measurements", header).sources[0].targets[0]
    compiled = compile_target(target, listed(header, []), schema.table("measurements"))
    assert compiled.values["value"] == 'TRY_CAST("Value" AS DOUBLE)'
    assert compiled.values["serial"] == "nullif(trim(\"SERIAL\"), '')"
    assert compiled.values["station_id"] == "CAST(NULL AS VARCHAR)"
    assert compiled.ignored_columns == ("extra",)
    assert compiled.missing_columns == ("station_id",)
    assert list(compiled.values) == list(schema.table("measurements").column_names)


def test_a_canonical_file_without_its_key_is_rejected():
    with pytest.raises(DataRejected, match="needs the key column serial"):
        identity_mapping("units", ["model_id", "built_at"])
    with pytest.raises(BadArgument, match="unknown table 'unit'"):
        identity_mapping("unit", ["serial"])
    with pytest.raises(BadArgument, match="unknown table 'quarantine'"):
        identity_mapping("quarantine", ["load_id"])


def test_native_types_are_cast_and_checked(connection: duckdb.DuckDBPyConnection, listed):
    connection.execute(
        "CREATE TABLE native AS SELECT * FROM (VALUES "
        "('s1', 'a', TIMESTAMP '2026-01-01 10:00', 1.5::DOUBLE), "
        "('s2', 'a', NULL, 'nan'::DOUBLE)) AS t(station_id, signal, \"at\", value)"
    )
    columns = ("station_id", "signal", "at", "value")
    source = listed(columns, [])._replace(
        types={"at": "TIMESTAMP", "value": "DOUBLE"}, sql="native"
    )
    target = identity_mapping("signals", columns).sources[0].targets[0]
    compiled = compile_target(target, source, schema.table("signals"))
    broken = " OR ".join(problem.predicate_sql for problem in compiled.problems)
    query = f'SELECT CAST("at" AS VARCHAR), value, {broken} FROM ({compiled.staged_sql})'
    rows = connection.execute(query).fetchall()
    assert rows[0] == ("2026-01-01 10:00:00+00", 1.5, False)
    assert rows[1][2] is True


def test_native_numbers_in_other_columns_go_through_text(connection, listed):
    connection.execute(
        "CREATE TABLE wide AS SELECT 7::BIGINT AS id, 12.0::DOUBLE AS n, 2::TINYINT AS t"
    )
    source = listed(["id", "n", "t"], [])._replace(
        types={"id": "BIGINT", "n": "DOUBLE", "t": "TINYINT"}, sql="wide"
    )
    mapping = identity_mapping("deliveries", ["delivery_id"])
    rules = {"delivery_id": {"from": "id"}, "quantity": {"from": "n"}, "part_id": {"from": "t"}}
    table = type(mapping.sources[0].targets[0].mapping).model_validate({"columns": rules})
    target = mapping.sources[0].targets[0]._replace(mapping=table)
    compiled = compile_target(target, source, schema.table("deliveries"))
    query = f"SELECT delivery_id, quantity, part_id FROM ({compiled.staged_sql})"
    assert connection.execute(query).fetchall() == [("7", 12, "2")]


EVIL = [
    "'; DROP TABLE units; --", '"; DROP TABLE units; --', "x') OR ('1'='1", "$$", "{{row}}", "\\'",
    "%s", "?", ":a", "a\nb", "/*", "\u202e", "⚠️", "__kept", "__row", "]", "[x",
]  # fmt: skip


@pytest.mark.parametrize("evil", EVIL)
def test_words_of_a_mapping_and_of_a_file_stay_inert(connection, listed, outcome, evil):
    rules = {
        "part_id": {"from": evil, "map": {evil: evil}, "otherwise": "keep"},
        "name": {"constant": evil},
        "commodity": {"flags": {evil: f'"{evil.replace(chr(34), chr(34) * 2)}" is not empty'}},
    }
    mapping = identity_mapping("parts", ["part_id"]).sources[0].targets[0]
    table = type(mapping.mapping).model_validate({"columns": rules, "where": "row > 0"})
    source = listed([evil, "other"], [[evil, "x"], ["y", evil]])
    found = outcome(mapping._replace(mapping=table, null_values=("", "-")), source)
    assert [row["part_id"] for row in found.rows] == [evil.strip(), "y"]
    assert [row["name"] for row in found.rows] == [evil, evil]
    assert {row["commodity"] for row in found.rows} == {evil}


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))))
def test_no_text_fails_the_pass_whatever_the_type(connection, listed, outcome, texts):
    columns = ["measurements.value", "deliveries.quantity", "claims.failed_at", "units.sold_on"]
    for place in (*columns, "claims.no_fault_found", "gauge_studies.trial"):
        name, column = place.split(".")
        keys = schema.table(name).key
        target = identity_mapping(name, [*keys, column]).sources[0].targets[0]
        source = listed([*keys, column], [[*("k" for _ in keys), text] for text in texts or ["1"]])
        found = outcome(target, source)
        assert len(found.rows) + len(found.rejected) == len(texts or ["1"])


def test_quoting_doubles_the_quotes():
    assert quoted('a"b') == '"a""b"'
    assert literal("a'b") == "'a''b'"
