"""`andon bench screening`: `rank_causes` on large plants, as a ratio to reading the same columns.

Each plant is asked in processes of its own, so that the peak of memory is that of the question.
"""

import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from typing import ParamSpec, TypeVar

from sqlalchemy import create_engine

from domain.records.policy import Principal
from evals.bench.large_plant import EVERYTHING, SYMPTOM, make_plant
from evals.figure import Figure, at_most, measured, seconds
from memory.bundle import Memory
from memory.evidence import EvidenceStore
from services.bundle import Services
from services.hub.hub import Hub
from services.hub.snapshot import Snapshot
from tools.registry import named
from tools.runner import run_tool
from tools.tool import ToolContext

P = ParamSpec("P")
T = TypeVar("T")
REPEAT = 5
SMALL_MULTIPLE = 8
MOST_MEMORY = 4.0
"""GiB."""
READ = {
    "units": "serial model_id site_id line_id shift built_at country sold_on",
    "claims": "serial model_id country failed_at reported_at symptom_code part_id finding",
    "unit_parts": "serial part_id lot_id",
    "part_lots": "lot_id supplier_id received_at",
    "measurements": "serial characteristic_id value",
    "unit_attributes": "serial name value valid_from",
}
"""Columns that a screening reads of the large tables."""


def run(units: int) -> list[Figure]:
    """Measure plants of a tenth of that many units and of that many."""
    return [*_figures(max(1000, units // 10)), *_figures(units)]


def _figures(units: int) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="andon-bench-") as name:
        folder = Path(name)
        prepared = _apart(_prepare, folder, units)
        peak = _apart(_peak_memory, folder)
        read, asked = _apart(_times, folder)
    size = f"{units:,} units"
    ratios = [one / other for one, other in zip(asked, read, strict=True)]
    reference = "count, min and max of every column that it reads, in DuckDB on the same snapshot"
    return [
        measured(f"making a plant of {size}: s", prepared, None),
        measured(f"reading the columns once, {size}: s", read, None),
        measured(f"rank_causes, {size}: s", asked, None),
        at_most(f"rank_causes, {size}: multiple of reading", ratios, SMALL_MULTIPLE, reference),
        at_most(f"rank_causes, {size}: peak memory, GiB", peak, MOST_MEMORY, None),
    ]


def _apart(work: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> T:
    """Run in a fresh process: what others allocated does not count towards its peak."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments, **options).result()


def _prepare(folder: Path, units: int) -> list[float]:
    hub = Hub.create(folder / "hub")
    return seconds(lambda: make_plant(hub, units), 1)


def _peak_memory(folder: Path) -> list[float]:
    _ask(_context(folder))
    return [getrusage(RUSAGE_SELF).ru_maxrss / 2**20]


def _times(folder: Path) -> tuple[list[float], list[float]]:
    """Seconds of reading and of asking, in turn."""
    context = _context(folder)
    _ask(context)
    read, asked = [], []
    for _ in range(REPEAT):
        read += seconds(lambda: _read(context.snapshot), 1)
        asked += seconds(lambda: _ask(context), 1)
    return read, asked


def _ask(context: ToolContext) -> None:
    run_tool(named("rank_causes"), {"symptom": SYMPTOM}, context)


def _read(snapshot: Snapshot) -> None:
    for table, columns in READ.items():
        wanted = [f"count({c}), min({c}), max({c})" for c in columns.split()]
        snapshot.run(f"SELECT {', '.join(wanted)} FROM {table}", {}, seconds=300)


def _context(folder: Path) -> ToolContext:
    hub = Hub(folder / "hub")
    return ToolContext(
        principal=Principal(id="bench", regions=("*",)),
        snapshot=hub.snapshot(EVERYTHING),
        services=Services(hub=hub, policy_version="bench"),
        memory=Memory(evidence=EvidenceStore(create_engine("sqlite://"))),
        run_id="R-BENCH",
    )
