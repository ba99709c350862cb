"""Runs a mapping over a few rows with a real DuckDB, as the ingest does."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from services.hub import schema
from services.hub.ingest.mapping import Target, compile_target, inline_source, load_mapping
from services.hub.ingest.mapping.quoting import literal, quoted


class Listed(NamedTuple):
    path: str
    columns: tuple[str, ...]
    types: dict[str, str]
    sql: str


class Outcome(NamedTuple):
    rows: list[dict[str, str | None]]
    """Kept rows without problems, as texts."""
    rejected: list[tuple[int, str, str]]
    """Record (from 0), rule and reason of kept rows with problems."""


Runner = Callable[..., Outcome]


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute("SET TimeZone = 'UTC'")
        yield opened


@pytest.fixture
def listed() -> Callable[..., Listed]:
    def make(columns: Sequence[str], rows: Sequence[Sequence[str | None]]) -> Listed:
        texts = ", ".join(
            f"({', '.join('NULL' if v is None else literal(v) for v in row)})" for row in rows
        )
        casts = ", ".join(f"CAST({quoted(n)} AS VARCHAR) AS {quoted(n)}" for n in columns)
        names = ", ".join(map(quoted, columns))
        sql = f"(SELECT {casts} FROM (VALUES {texts}) AS t({names}))"
        return Listed("export/données.csv", tuple(columns), {}, sql)

    return make


@pytest.fixture
def outcome(connection: duckdb.DuckDBPyConnection) -> Callable[[Target, Listed], Outcome]:
    def run(target: Target, source: Listed) -> Outcome:
        compiled = compile_target(target, source, schema.table(target.table))
        branches = [f"WHEN {p.predicate_sql} THEN {i}" for i, p in enumerate(compiled.problems)]
        reasons = [f"WHEN {i} THEN {p.reason_sql}" for i, p in enumerate(compiled.problems)]
        columns = ", ".join(f"CAST({quoted(n)} AS VARCHAR)" for n in compiled.values)
        broken = f"CASE {' '.join(branches)} ELSE -1 END" if branches else "-1"
        reason = f"CASE {broken} {' '.join(reasons)} END" if reasons else "''"
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE staged AS SELECT *, {broken} AS broken, "
            f"{reason} AS reason FROM ({compiled.staged_sql})"
        )
        kept = compiled.where or "true"
        good = connection.execute(
            f"SELECT {columns} FROM staged WHERE broken = -1 AND {kept} ORDER BY rowid"
        ).fetchall()
        bad = connection.execute(
            f"SELECT rowid // {compiled.fan_out}, broken, reason FROM staged "
            f"WHERE broken >= 0 AND {kept} ORDER BY rowid"
        ).fetchall()
        return Outcome(
            [dict(zip(compiled.values, row, strict=True)) for row in good],
            [(record, compiled.problems[i].rule, why) for record, i, why in bad],
        )

    return run


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    def make(text: str) -> Path:
        path = tmp_path / "mapping.yaml"
        path.write_text("andon_mapping: 1\n" + text, encoding="utf-8")
        return path

    return make


@pytest.fixture
def run(
    write: Callable[[str], Path],
    listed: Callable[..., Listed],
    outcome: Callable[[Target, Listed], Outcome],
) -> Runner:
    """Runs the only target of a mapping."""

    def call(text: str, columns: Sequence[str], rows: Sequence[Sequence[str | None]]) -> Outcome:
        block = load_mapping(write(text)).sources[0]
        if block.inline_targets:
            return outcome(
                block.inline_targets[0], Listed(*inline_source(block.inline_targets[0], "mapping"))
            )
        return outcome(block.targets[0], listed(columns, rows))

    return call


@pytest.fixture
def value(run: Runner) -> Runner:
    """Runs one rule for one column of a table with made-up keys."""

    def call(place: str, rule: str, columns: Sequence[str], *rows: Sequence[str | None]) -> Outcome:
        table, column = place.split(".")
        keys = [key for key in schema.table(table).key if key != column]
        given = "".join(f"      {key}: {{constant: '2026-01-01'}}\n" for key in keys)
        text = f"files: '*.csv'\ntables:\n  {table}:\n    columns:\n{given}      {column}: {rule}\n"
        return run(text, columns, rows)

    return call
