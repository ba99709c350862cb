"""`andon bench hub`: ingest, snapshot and look-up, as ratios to plain DuckDB and SQLite.

Every ratio is taken pair by pair in one run, because the machine's speed drifts.
"""

import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import duckdb

from domain.records.policy import DATA_CLASSES, Scope
from evals.bench.lookup import lookup_figures
from evals.figure import Figure, at_least, at_most, measured, seconds
from services.hub.hub import Hub
from services.hub.ingest.load import ingest
from services.hub.schema import schema
from services.hub.simulate import Plan, simulate
from services.policy.vault import Vault

NOW = datetime(2026, 11, 22, tzinfo=UTC)
REPEAT = 3
MEASUREMENTS = 3_000_000
TEXTS = 20_000
EVERYTHING = Scope(regions=("*",), suppliers=("*",), classes=DATA_CLASSES)


def run(units: int) -> list[Figure]:
    """Measure everything; `units` is the size of the look-up's hub."""
    with tempfile.TemporaryDirectory(prefix="andon-bench-") as name:
        folder = Path(name)
        return [
            *_numeric(folder / "numeric"),
            *_texts(folder / "texts"),
            *_snapshot(folder / "snapshot"),
            *lookup_figures(folder / "lookup", units),
        ]


def _numeric(folder: Path) -> list[Figure]:
    exports, masters = folder / "exports", folder / "masters"
    for made in (exports, masters):
        made.mkdir(parents=True)
    file = exports / "measurements.csv"
    with _duckdb() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(
            "COPY (SELECT 'U' || (i / 8)::INT AS serial, 'C' || (i % 8) AS characteristic_id,"
            " 'ST' || (i % 5) AS station_id, round(random() * 10, 4) AS value,"
            " TIMESTAMPTZ '2026-01-01' + INTERVAL (i) SECOND AS measured_at"
            f" FROM range({MEASUREMENTS}) t(i)) TO '{file}' (HEADER)"
        )
        connection.execute(
            f"COPY (SELECT 'U' || i AS serial, 'M' AS model_id, '2026-01-01' AS built_at"
            f" FROM range({MEASUREMENTS // 8 + 1}) t(i)) TO '{masters}/units.csv' (HEADER)"
        )
    (masters / "models.csv").write_text("model_id\nM\n")
    (masters / "characteristics.csv").write_text(
        "characteristic_id\n" + "".join(f"C{i}\n" for i in range(8))
    )
    vault = Vault.open(folder / "state")
    ratios = []
    for turn in range(REPEAT):
        hub = Hub.create(folder / f"hub{turn}")
        ingest(hub, masters, vault, now=NOW)
        reference = _clock(_csv_to_parquet, file, folder / "reference.parquet")
        taken = _clock(ingest, hub, exports, vault, now=NOW)
        ratios.append(reference / taken)
        shutil.rmtree(hub.folder)
    return [
        at_least(
            f"ingest of {MEASUREMENTS:,} measurements: share of the reference's speed",
            ratios,
            0.3,
            "DuckDB alone: read_csv of the same file to Parquet",
        )
    ]


def _csv_to_parquet(file: Path, out: Path) -> None:
    with _duckdb() as connection:
        connection.execute(f"COPY (FROM read_csv('{file}')) TO '{out}' (FORMAT parquet)")


def _texts(folder: Path) -> list[Figure]:
    simulate(Plan(units=5_000), folder / "plant")
    exports = folder / "exports"
    exports.mkdir()
    with _duckdb() as connection:
        # The simulated month's feedback, repeated under new names until it is long enough.
        connection.execute(
            f"COPY (SELECT feedback_id || '-' || r AS feedback_id, f.* EXCLUDE feedback_id"
            f" FROM read_csv('{folder}/plant/feedback.csv', all_varchar = true) f, range(500) t(r)"
            f" ORDER BY r LIMIT {TEXTS}) TO '{exports}/feedback.csv' (HEADER)"
        )
    vault = Vault.open(folder / "state")
    speeds = []
    for turn in range(REPEAT):
        hub = Hub.create(folder / f"hub{turn}")
        taken = _clock(ingest, hub, exports, vault, now=NOW)
        speeds.append(TEXTS / taken)
    return [at_least("ingest of feedback, de-identified: rows/s", speeds, 3_000, None)]


def _snapshot(folder: Path) -> list[Figure]:
    simulate(Plan(units=20_000), folder / "exports")
    hub = Hub.create(folder / "hub")
    ingest(hub, folder / "exports", Vault.open(folder / "state"), now=NOW)
    files = [path for name in schema() for path in hub.snapshot(EVERYTHING).files(name)]
    cold, warm, ratios = [], [], []
    for _ in range(REPEAT * 3):
        plain = _clock(_read_all, files)
        opened = Hub(hub.folder)
        cold.append(1000 * _clock(_open_all, opened))
        warm.append(1000 * _clock(_open_all, opened))
        ratios.append(cold[-1] / 1000 / plain)
    reference = "one DuckDB connection and a read_parquet of each table's files"
    return [
        at_most("snapshot of all tables, cold: ms", cold, 80, None),
        at_most("snapshot of all tables, warm: ms", warm, 5, None),
        measured("snapshot of all tables, cold: multiple of the reference", ratios, reference),
    ]


def _open_all(hub: Hub) -> None:
    with hub.snapshot(EVERYTHING) as snapshot:
        snapshot.open_tables(*schema())


def _read_all(files: list[str]) -> None:
    with _duckdb() as connection:
        for number, file in enumerate(files):
            connection.execute(f"CREATE VIEW v{number} AS FROM read_parquet('{file}')")


def _clock(work: Callable[..., object], *arguments: object, **options: object) -> float:
    return seconds(partial(work, *arguments, **options), 1)[0]


def _duckdb() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    return connection
