"""A large plant written straight into a hub, because an ingest of 30 million rows takes too long.

It has 8 parts, 30 measurements and 12 attributes a unit, and one planted cause: a receipt window of
one supplier's part. Draws are hashes of the unit's number, so every run makes the same plant.
"""

from datetime import date

from domain.records.policy import DATA_CLASSES, Scope
from services.hub.delta import stored_columns
from services.hub.hub import Hub
from services.hub.schema import schema
from services.hub.transaction import Transaction

EVERYTHING = Scope(regions=("*",), suppliers=("*",), classes=DATA_CLASSES, row_limit=1_000_000_000)
SYMPTOM = "NO_POWER"
PARTS, MEASUREMENTS, ATTRIBUTES = 8, 30, 12
FIRST, DAYS = date(2025, 1, 1), 600
LAST = date(2026, 11, 15)
_UNIT_DRAWS = 16
"""Draws of a unit's own; those of its parts, values and attributes have other seeds."""
_MASTERS = {
    "sites": "SELECT 'S' || i AS site_id, 'EU' AS region FROM range(3) t(i)",
    "markets": "SELECT 'C' || i AS country, 'EU' AS region FROM range(12) t(i)",
    "models": "SELECT 'M' || i AS model_id, 'TV' AS family FROM range(4) t(i)",
    "codes": f"SELECT '{SYMPTOM}' AS code, 'symptom' AS kind",
    "suppliers": "SELECT 'V' || i AS supplier_id FROM range(3) t(i)",
    "parts": f"SELECT 'P' || i AS part_id FROM range({PARTS}) t(i)",
    "characteristics": f"SELECT 'C' || i AS characteristic_id FROM range({MEASUREMENTS}) t(i)",
    "warranties": "SELECT 'M' || m AS model_id, 'C' || c AS country, 24 AS months"
    " FROM range(4) t(m), range(12) u(c)",
}


def make_plant(hub: Hub, units: int) -> None:
    """Fill an empty hub with that many units and everything recorded of them, in one commit."""
    with hub.transaction() as transaction:
        transaction.connection.execute(_made(units))
        for table, select in (_MASTERS | _recorded()).items():
            transaction.write(table, _whole(table, select))
        _write_claims(transaction)
        transaction.commit("bench", LAST)


def _whole(table: str, select: str) -> str:
    """The rows with every stored column of the table; those not made are null."""
    empty = ", ".join(f'NULL::{c.sql_type} AS "{c.name}"' for c in stored_columns(schema()[table]))
    return f"SELECT * FROM (SELECT {empty} WHERE false) UNION ALL BY NAME ({select})"


def _draw(what: str) -> str:
    """A number from 0 to 1 that a unit's number and a purpose decide."""
    return f"((hash({what}) >> 20) % 1000003 / 1000003.0)"


def _of_unit(number: int) -> str:
    return _draw(f"i * {_UNIT_DRAWS} + {number}")


def _made(units: int) -> str:
    day = f"(i * {DAYS} / {units})"
    return (
        f"CREATE TABLE made AS SELECT i, 'U' || lpad(i::VARCHAR, 8, '0') AS serial,"
        f" ({_of_unit(0)} * 3)::INTEGER % 3 AS site, ({_of_unit(1)} * 3)::INTEGER % 3 AS line,"
        f" ({_of_unit(2)} * 3)::INTEGER % 3 AS shift, ({_of_unit(3)} * 4)::INTEGER % 4 AS model,"
        f" ({_of_unit(4)} * 12)::INTEGER % 12 AS country, floor({day})::INTEGER AS day,"
        f" TIMESTAMPTZ '{FIRST}' + to_seconds({day} * 86400) AS built_at,"
        f" (DATE '{FIRST}' + floor({day} + 10 + 60 * {_of_unit(5)})::INTEGER) AS sold_on,"
        f" {_of_unit(6)} AS luck, {_of_unit(7)} AS age FROM range({units}) t(i)"
    )


def _lot(part: str) -> str:
    """The lot in a unit: of one of three suppliers of the site, a new one every six days."""
    supplier = f"floor(3 * {_draw(f'i * {PARTS} + {part} + 1000000007')})::INTEGER"
    return f"'L' || {part} || '-V' || {supplier} || '-S' || site || '-' || (day - day % 6)"


def _recorded() -> dict[str, str]:
    seed = f"i * {MEASUREMENTS} + k + 4000000007"
    normal = f"sqrt(-2 * ln({_draw(seed)} + 1e-7)) * cos(6.2831853 * {_draw(f'-({seed})')})"
    value = f"'A' || floor(5 * {_draw(f'i * {ATTRIBUTES} + k + 9000000007')})::INTEGER"
    return {
        "units": "SELECT serial, 'M' || model AS model_id, 'S' || site AS site_id,"
        " 'S' || site || '-L' || line AS line_id, chr(65 + shift) AS shift, built_at,"
        " 'C' || country AS country, sold_on FROM made",
        "unit_parts": f"SELECT serial, 'P' || k AS part_id, {_lot('k')} AS lot_id"
        f" FROM made, range({PARTS}) p(k)",
        "part_lots": f"SELECT 'L' || p || '-V' || v || '-S' || s || '-' || (6 * d) AS lot_id,"
        f" 'P' || p AS part_id, 'V' || v AS supplier_id,"
        f" TIMESTAMPTZ '{FIRST}' + to_days((6 * d - 8)::INTEGER) AS received_at"
        f" FROM range({PARTS}) a(p), range(3) b(v), range(3) c(s), range({DAYS // 6}) e(d)",
        "measurements": "SELECT serial, 'C' || k AS characteristic_id, 'ST' || k % 5 AS station_id,"
        f" round(100 + 5 * {normal}, 3) AS value, built_at AS measured_at"
        f" FROM made, range({MEASUREMENTS}) m(k)",
        "unit_attributes": f"SELECT serial, 'attribute ' || k AS name, {value} AS value,"
        f" built_at AS valid_from FROM made, range({ATTRIBUTES}) a(k)",
    }


def _write_claims(transaction: Transaction) -> None:
    """Four in a thousand units fail in their first year; six times as many of the planted lots."""
    planted = f"{_lot('0')} LIKE 'L0-V0-%' AND day BETWEEN 300 AND 329"
    failed = "(sold_on + floor(360 * age)::INTEGER)::TIMESTAMP AT TIME ZONE 'UTC'"
    select = (
        f"SELECT 'K' || i AS claim_id, serial, 'M' || model AS model_id, 'C' || country AS country,"
        f" {failed} AS failed_at, {failed} + INTERVAL 3 DAY AS reported_at,"
        f" '{SYMPTOM}' AS symptom_code, 'P0' AS part_id FROM made"
        f" WHERE luck < 0.004 * CASE WHEN {planted} THEN 6 ELSE 1 END"
        f" AND {failed} + INTERVAL 3 DAY <= TIMESTAMPTZ '{LAST}'"
    )
    transaction.write("claims", _whole("claims", select))
