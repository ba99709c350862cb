"""Real exports with real dirt; each test skips where its data set is absent."""

import os
import re
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from services.hub.ingest.reading import ReadOptions, Source, open_source

_REPOSITORY = Path(__file__).resolve().parents[5]
_DATA = _REPOSITORY / os.environ.get("ANDON_TEST_DATA", "../shared/data")


def scan(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, name: str, **options: object
) -> Source:
    path = _DATA / name
    if not path.exists():
        pytest.skip(f"{name} is not in the test data")
    source = open_source(
        connection, path, ReadOptions.model_validate(options), tmp_path, path.parent
    )
    connection.execute(f"CREATE OR REPLACE TABLE t AS SELECT * FROM {source.sql}")
    assert connection.execute("SELECT count(*) FROM t").fetchall() == [(source.records,)]
    assert source.malformed == ()
    return source


def test_reviews_with_undoubled_quotes_are_all_there(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    name = "feedback_app_reviews_icsme2015/truth_set_ICSME2015.csv"
    source = scan(connection, tmp_path, name)
    assert source.records == 1390
    lines = (_DATA / name).read_text().splitlines()[1:]
    classes = connection.execute('SELECT "class" FROM t').fetchall()
    assert Counter(found for (found,) in classes) == Counter(
        line.rpartition(",")[2] for line in lines
    )
    texts = connection.execute("SELECT review FROM t").fetchall()
    assert [text for (text,) in texts] == [
        line.partition(",")[2].rpartition(",")[0][1:-1].replace('""', '"') for line in lines
    ]


def test_deliveries_with_bare_returns_are_all_there(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    source = scan(connection, tmp_path, "supplier_scms/SCMS_Delivery_History_Dataset.csv")
    assert (source.records, len(source.columns), source.delimiter) == (10_324, 33, "\t")
    assert [source.line(0), source.line(10_323)] == [2, 10_325]
    assert connection.execute(
        "SELECT count(*) FROM t WHERE Country = 'Côte d''Ivoire'"
    ).fetchall() == [(1083,)]


def test_machining_operations_come_without_their_mark(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    source = scan(connection, tmp_path, "rca_ai4i2020/ai4i2020.csv")
    assert (source.records, source.columns[0]) == (10_000, "UDI")


def test_bench_signals_are_cut_at_semicolons(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    source = scan(connection, tmp_path, "rca_skab/anomaly-free.csv")
    assert (source.records, len(source.columns), source.delimiter) == (9405, 9, ";")


def test_process_signals_are_cut_at_blanks(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    source = scan(connection, tmp_path, "rca_tep/d00_te.dat")
    assert (source.records, len(source.columns), source.format) == (960, 52, "whitespace")


def test_recalls_keep_their_nulls_and_lists(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    source = scan(connection, tmp_path, "feedback_cpsc_recalls/cpsc_recalls_to_2011.jsonl")
    assert source.records == 2599
    first = connection.execute("SELECT manufacturers FROM t LIMIT 1").fetchall()
    assert first == [('["A.K. Electric", "Windsor House", "Sunset House"]',)]


def test_complaints_without_a_header_are_all_there(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    names = [f"field_{n}" for n in range(1, 50)]
    name = "feedback_nhtsa_complaints/nhtsa-complaints.txt"
    source = scan(connection, tmp_path, name, columns=names)
    assert source.line(0) == 1
    ids = connection.execute("SELECT count(DISTINCT field_1), min(length(field_6)) FROM t")
    assert ids.fetchall() == [(source.records, 4)]


def test_field_action_ids_never_become_numbers(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    source = scan(connection, tmp_path, "feedback_nhtsa_field_actions/field_actions_2020_2024.csv")
    assert source.records == 2349
    ids = connection.execute('SELECT "NHTSA ID" FROM t').fetchall()
    assert all(re.fullmatch(r"\d\d[A-Z]\d{2}[\dA-Z]", name) for (name,) in ids)
    assert any(name[2] == "E" for (name,) in ids)
