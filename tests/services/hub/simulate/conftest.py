"""Simulated folders, read back with DuckDB as anybody would."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from domain.records.cause import Condition
from services.hub.schema import canonical
from services.hub.simulate import Plan, Truth, simulate


class World(NamedTuple):
    folder: Path
    truth: Truth
    database: duckdb.DuckDBPyConnection

    def rows(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        return self.database.execute(sql, list(values)).fetchall()

    def one(self, sql: str, *values: object) -> object:
        return self.rows(sql, *values)[0][0]

    def count(self, sql: str, *values: object) -> int:
        value = self.one(sql, *values)
        assert isinstance(value, int)
        return value

    def units(self, condition: Condition, symptom: str) -> tuple[int, int]:
        """Units of the symptom's families that meet the condition, and how many failed."""
        units, failures = self.rows(
            f"SELECT count(*), count(*) FILTER (WHERE serial IN (SELECT serial FROM claims "
            f"WHERE symptom_code = '{symptom}')) FROM units u WHERE {_where(condition, symptom)}"
        )[0]
        assert isinstance(units, int)
        assert isinstance(failures, int)
        return units, failures

    def years(self, condition: Condition, symptom: str) -> float:
        """Their years from sale to the end of data or of warranty."""
        days = self.one(
            "SELECT sum(greatest(0, least(DATE '2026-11-15' - sold_on, months * 30.4375))) "
            "FROM units u JOIN warranties USING (model_id, country) "
            f"WHERE sold_on IS NOT NULL AND {_where(condition, symptom)}"
        )
        return float(str(days)) / 365.25


def _where(condition: Condition, symptom: str) -> str:
    families = (
        "u.model_id IN (SELECT model_id FROM models WHERE family IN (SELECT m.family FROM claims c "
        f"JOIN models m USING (model_id) WHERE c.symptom_code = '{symptom}'))"
    )
    return " AND ".join([families, *_clauses(condition)])


_CSV = ", header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"'"
Make = Callable[[Plan], World]


def open_folder(folder: Path, truth: Truth) -> World:
    database = duckdb.connect()
    database.execute("SET TimeZone = 'UTC'")
    kind = truth.plan.format
    for name, table in canonical().items():
        path = folder / f"{name}.{kind}"
        source = str(path if path.exists() else folder / name / f"*.{kind}")
        if kind == "parquet":
            read = f"read_parquet('{source}')"
        else:
            reader = "read_csv" if kind == "csv" else "read_json"
            types = {c.name: c.sql_type for c in table.columns if c.name != "text_raw"}
            extra = _CSV if kind == "csv" else ", format = 'newline_delimited'"
            read = f"{reader}('{source}', columns = {types}{extra})"
        made = "VIEW" if kind == "parquet" else "TABLE"
        database.execute(f"CREATE {made} {name} AS SELECT * FROM {read}")
    return World(folder, truth, database)


@pytest.fixture(scope="session")
def make(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Make]:
    """Simulates a plan (once) and opens what was written."""
    made: dict[Plan, World] = {}

    def build(plan: Plan) -> World:
        if plan not in made:
            folder = tmp_path_factory.mktemp("world") / plan.world
            made[plan] = open_folder(folder, simulate(plan, folder))
        return made[plan]

    yield build
    for world in made.values():
        world.database.close()


def _clauses(condition: Condition) -> list[str]:
    known = condition.model_dump(mode="json")
    clauses = [
        f"u.{key} = '{known[key]}'" for key in ("site_id", "line_id", "shift") if key in known
    ]
    if "station_id" in known:
        clauses.append(f"'{known['station_id']}' LIKE u.line_id || '-%'")
    if "built_from" in known:
        clauses.append(f"u.built_at::DATE >= DATE '{known['built_from']}'")
    if "built_to" in known:
        clauses.append(f"u.built_at::DATE <= DATE '{known['built_to']}'")
    for key, column in (("model_id", "u.model_id"), ("country", "u.country")):
        if key in known:
            clauses.append(f"{column} IN ({', '.join(repr(one) for one in known[key])})")
    if "change_id" in known:
        clauses.append(
            "EXISTS (SELECT 1 FROM process_changes c WHERE "
            f"c.change_id = '{known['change_id']}' AND u.built_at >= c.effective_at "
            "AND coalesce(c.site_id = u.site_id, true) AND coalesce(c.line_id = u.line_id, true))"
        )
    if "characteristic_id" in known:
        sign = "<" if known["direction"] == "low" else ">"
        clauses.append(
            "EXISTS (SELECT 1 FROM measurements x WHERE x.serial = u.serial AND "
            f"x.characteristic_id = '{known['characteristic_id']}' "
            f"AND x.value {sign} {known['threshold']})"
        )
    return clauses + _lot_clauses(known)


def _lot_clauses(known: dict[str, object]) -> list[str]:
    lot = [f"l.{key} = '{known[key]}'" for key in ("supplier_id", "part_id") if key in known]
    if "received_from" in known:
        lot.append(f"l.received_at::DATE >= DATE '{known['received_from']}'")
    if "received_to" in known:
        lot.append(f"l.received_at::DATE <= DATE '{known['received_to']}'")
    ids = known.get("lot_ids")
    if isinstance(ids, list):
        lot.append(f"l.lot_id IN ({', '.join(repr(one) for one in ids)})")
    if not lot:
        return []
    return [
        "EXISTS (SELECT 1 FROM unit_parts p JOIN part_lots l USING (lot_id) "
        f"WHERE p.serial = u.serial AND {' AND '.join(lot)})"
    ]
