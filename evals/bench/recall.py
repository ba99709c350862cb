"""`andon bench recall`: the scope of a recall on large plants, as a ratio to one scan of tables.

Asked from a supplier's window of receipt, which is the dearest way in: genealogy is joined, and of
every unit it must be told whether it may carry a suspect lot. Also timed: the file of its serials.
"""

import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine

from domain.records.cause import Condition
from domain.records.policy import Principal
from evals.bench.large_plant import EVERYTHING, LAST, make_plant
from evals.figure import Figure, at_most, measured, seconds
from memory.bundle import Memory
from memory.evidence import EvidenceStore
from services.bundle import Services
from services.hub.delta import stored_columns
from services.hub.hub import Hub
from services.hub.schema import schema
from services.hub.snapshot import Snapshot
from tools.cases.recall_scope import recall_scope
from tools.cases.serial_list import export_serials
from tools.runner import run_tool
from tools.tool import ToolContext

REPEAT = 5
MULTIPLE = 8
"""Most times that a scope may take of one scan."""
MOST_SECONDS = 10.0
READ = {
    "units": (
        "serial",
        "model_id",
        "site_id",
        "line_id",
        "shift",
        "built_at",
        "country",
        "sold_on",
    ),
    "unit_parts": ("serial", "part_id", "lot_id"),
    "shipments": ("shipment_id", "serial", "to_country", "at", "status"),
}
"""Columns that a scope reads of the large tables."""
SUSPECT: dict[str, Any] = {
    "supplier_id": "V0",
    "part_id": "P0",
    "received_from": "2025-10-20",
    "received_to": "2025-11-20",
}
_MOVES = (
    "SELECT 'T' || i || '-' || step AS shipment_id, 'U' || lpad(i::VARCHAR, 8, '0') AS serial,"
    " 'S' || i % 3 AS from_site, 'C' || hash(i) % 12 AS to_country,"
    " TIMESTAMPTZ '2025-02-01' + to_days((i % 500 + 5 * step)::INTEGER) AS \"at\","
    " CASE step WHEN 0 THEN 'stock' ELSE 'in_transit' END AS status"
    " FROM range($units) t(i), range(2) s(step)"
)


def run(units: int) -> list[Figure]:
    """Measure plants of a tenth of that many units and of that many."""
    return [*_figures(max(1000, units // 10)), *_figures(units)]


def _figures(units: int) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="andon-bench-") as name:
        context = _plant(Path(name), units)
        _ask(context)
        scanned, asked, listed = [], [], []
        for turn in range(REPEAT):
            scanned += seconds(lambda: _scan(context.snapshot), 1)
            asked += seconds(lambda: _ask(context), 1)
            path = Path(name) / f"serials-{turn}.csv"
            listed += seconds(partial(_list, context, path), 1)
    size = f"{units:,} units"
    ratios = [one / other for one, other in zip(asked, scanned, strict=True)]
    reference = "count, min and max of units, unit_parts and shipments, in DuckDB on the same data"
    return [
        measured(f"one scan, {size}: s", scanned, None),
        at_most(f"recall_scope, {size}: s", asked, MOST_SECONDS, None),
        at_most(f"recall_scope, {size}: multiple of one scan", ratios, MULTIPLE, reference),
        measured(f"serials of the scope as a file, {size}: s", listed, None),
    ]


def _plant(folder: Path, units: int) -> ToolContext:
    hub = Hub.create(folder / "hub")
    make_plant(hub, units)
    shape = ", ".join(
        f'NULL::{c.sql_type} AS "{c.name}"' for c in stored_columns(schema()["shipments"])
    )
    moves = _MOVES.replace("$units", str(units))
    with hub.transaction() as transaction:
        transaction.write(
            "shipments", f"SELECT * FROM (SELECT {shape} WHERE false) UNION ALL BY NAME ({moves})"
        )
        transaction.commit("bench-moves", LAST)
    return ToolContext(
        principal=Principal(id="bench", regions=("*",)),
        snapshot=hub.snapshot(EVERYTHING),
        services=Services(hub=hub, policy_version="bench"),
        memory=Memory(evidence=EvidenceStore(create_engine("sqlite://"))),
        run_id="R-BENCH",
    )


def _ask(context: ToolContext) -> None:
    run_tool(recall_scope, {"condition": SUSPECT}, context)


def _list(context: ToolContext, path: Path) -> None:
    export_serials(Condition.model_validate(SUSPECT), context, path)


def _scan(snapshot: Snapshot) -> None:
    for table, columns in READ.items():
        wanted = ", ".join(f'count("{c}"), min("{c}"), max("{c}")' for c in columns)
        snapshot.run(f"SELECT {wanted} FROM {table}", {}, seconds=300)
