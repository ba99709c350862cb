"""One unit's whole history out of a large hub, beside an indexed look-up in SQLite."""

import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import create_engine

from domain.records.policy import DATA_CLASSES, Principal, Scope
from evals.figure import Figure, at_most, measured
from memory.bundle import Memory
from memory.evidence import EvidenceStore
from services.bundle import Services
from services.hub.hub import Hub
from services.hub.ingest.load import ingest
from services.hub.simulate import Plan, simulate
from services.policy.vault import Vault
from tools.registry import named
from tools.runner import run_tool
from tools.tool import ToolContext

NOW = datetime(2026, 11, 22, tzinfo=UTC)
LOOKUPS = 40
SMALL_MULTIPLE = 10
COLUMNS = "serial, model_id, site_id, line_id, shift, built_at::VARCHAR, country, sold_on::VARCHAR"


def lookup_figures(folder: Path, units: int) -> list[Figure]:
    """Figures of `trace_unit` on a simulated hub of that many units."""
    simulate(Plan(units=units, format="parquet"), folder / "exports")
    hub = Hub.create(folder / "hub")
    ingest(hub, folder / "exports", Vault.open(folder / "state"), now=NOW)
    context = _context(hub, folder)
    rows = context.snapshot.run(f"SELECT {COLUMNS} FROM units", {}, seconds=300).values
    table = _sqlite(folder / "units.sqlite", rows)
    serials = [str(row[0]) for row in rows[:: max(1, len(rows) // LOOKUPS)]][:LOOKUPS]
    trace = named("trace_unit")
    traced = _milliseconds(lambda serial: run_tool(trace, {"serial": serial}, context), serials)
    plain = _milliseconds(
        lambda serial: table.execute("SELECT * FROM u WHERE serial = ?", (serial,)).fetchall(),
        serials,
    )
    table.close()
    ratios = [one / other for one, other in zip(traced, plain, strict=True)]
    return [
        at_most(f"trace_unit on {units:,} units: ms", traced, 2_000, None),
        measured("one indexed look-up in SQLite: ms", plain, None),
        at_most(
            "trace_unit: multiple of one indexed look-up",
            ratios,
            SMALL_MULTIPLE,
            "SELECT * FROM units WHERE serial = ? in SQLite, indexed, in the same process",
        ),
    ]


def _context(hub: Hub, folder: Path) -> ToolContext:
    scope = Scope(regions=("*",), suppliers=("*",), classes=DATA_CLASSES, row_limit=1_000_000_000)
    store = EvidenceStore(create_engine(f"sqlite:///{folder}/memory.sqlite"))
    return ToolContext(
        principal=Principal(id="bench", regions=("*",)),
        snapshot=hub.snapshot(scope),
        services=Services(hub=hub, policy_version="bench"),
        memory=Memory(evidence=store),
        run_id="R-BENCH",
    )


def _sqlite(path: Path, rows: tuple[tuple[object, ...], ...]) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE u (serial PRIMARY KEY, m, s, l, sh, b, c, d) WITHOUT ROWID")
    connection.executemany("INSERT INTO u VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    connection.commit()
    return connection


def _milliseconds(look_up: Callable[[str], object], serials: list[str]) -> list[float]:
    look_up(serials[0])
    found = []
    for serial in serials:
        started = time.perf_counter()
        look_up(serial)
        found.append(1000 * (time.perf_counter() - started))
    return found
