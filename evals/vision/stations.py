"""Camera or product? Simulated stations that reject more for a known reason, and one that does not.

The exports are read as they are and the decision is asked; the tool that does the same through
the hub has its own tests.
"""

import tempfile
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import duckdb
import numpy as np

from domain.camera_or_product import camera_or_product
from domain.contingency import TwoByTwo
from domain.drift import signal_move
from domain.mean_watch import DailyMeans
from domain.records.station import (
    GoldenLooks,
    LotSplit,
    MovedSignal,
    StationEvidence,
    StationFinding,
    StationVerdict,
)
from evals.figure import Figure, share
from services.hub.simulate import Plan, simulate

WORLDS = ("station_camera", "station_lot", "station_pose", "station_null")
SEEDS = 10
FIRST_SEED = 2000
"""Seeds below are for building; figures are reported on these."""
NOW_DAYS, APART_DAYS = 21, 24
"""Days that are "now", and days before them that count for neither (count)."""
KNOWN_DAYS = 70
"""First days of signals that are their reference (count)."""
FEWEST = 5
"""Units of a lot below which it is not compared (count)."""
_TABLES = ("inspections", "unit_parts", "signals")


class Judged(NamedTuple):
    """One world and what was made of it."""

    world: str
    """Its name."""
    right: StationVerdict
    """The planted answer."""
    found: StationFinding
    """The answer."""
    lot_id: str | None
    """The planted lot."""


def figures(seeds: int = SEEDS, first_seed: int = FIRST_SEED) -> list[Figure]:
    """Share of right answers by world."""
    plans = [
        Plan(world=world, seed=first_seed + number, format="parquet")
        for world in WORLDS
        for number in range(seeds)
    ]
    with ProcessPoolExecutor(2, mp_context=get_context("forkserver")) as pool:
        return of_judged(list(pool.map(judge, plans)))


def of_judged(judged: list[Judged]) -> list[Figure]:
    """The figures of worlds that were judged."""
    by_world = [
        share(
            f"{world}: the planted cause is the answer",
            [one.found.verdict == one.right for one in judged if one.world == world],
            at_least=0.9,
        )
        for world in WORLDS
    ]
    lots = [one.found.lot_id == one.lot_id for one in judged if one.lot_id is not None]
    told = [one for one in judged if one.found.verdict not in ("undetermined", one.right)]
    false = [one in told for one in judged]
    return [
        *by_world,
        share("station_lot: the planted lot is named", lots, at_least=0.9),
        share("all stations: a wrong cause is named", false, at_most=0.05),
    ]


def judge(plan: Plan) -> Judged:
    """Simulate a world and ask about its station."""
    with tempfile.TemporaryDirectory(prefix="andon-eval-") as folder:
        out = Path(folder) / "out"
        station = simulate(plan, out).station
        assert station is not None
        evidence = evidence_of(out, station.station_id, plan.end)
    found = camera_or_product(evidence)
    return Judged(plan.world, station.verdict, found, station.lot_id)


def evidence_of(folder: Path, station_id: str, end: date) -> StationEvidence:
    """What the written tables (Parquet) say of a station in the last days before `end`."""
    now = end - timedelta(days=NOW_DAYS)
    asked = {"station": station_id, "now": now, "before": now - timedelta(days=APART_DAYS)}
    with duckdb.connect() as database:
        for table in _TABLES:
            database.execute(
                f"CREATE VIEW {table} AS SELECT * FROM read_parquet('{folder / table}.parquet')"
            ).fetchall()
        return StationEvidence(
            rejects=TwoByTwo(*_row(database, _REJECTS, asked)),
            golden=_golden(database, asked),
            lots=_lots(database, asked),
            signals=_signals(database, station_id),
            people=_pair(_row(database, _PEOPLE, {"station": station_id, "now": now})),
        )


def _golden(database: duckdb.DuckDBPyConnection, asked: dict[str, object]) -> GoldenLooks:
    *counts, samples = _row(database, _GOLDEN, asked)
    return GoldenLooks(TwoByTwo(*counts), samples)


def _lots(database: duckdb.DuckDBPyConnection, asked: dict[str, object]) -> tuple[LotSplit, ...]:
    only = {"station": asked["station"], "now": asked["now"]}
    here: dict[tuple[str, str], list[TwoByTwo]] = {}
    there: dict[tuple[str, str], TwoByTwo] = {}
    for lot_id, part_id, at_home, _, *counts in database.execute(_LOTS, only).fetchall():
        if at_home:
            here.setdefault((lot_id, part_id), []).append(TwoByTwo(*counts))
        else:
            there[lot_id, part_id] = TwoByTwo(*counts)
    return tuple(
        LotSplit(*name, tuple(tables), there.get(name))
        for name, tables in sorted(here.items())
        if sum(table.units for table in tables) >= FEWEST
        and sum(table.reference_units for table in tables) >= FEWEST
    )


def _signals(database: duckdb.DuckDBPyConnection, station_id: str) -> tuple[MovedSignal, ...]:
    found = database.execute(_SIGNALS, {"station": station_id}).fetchall()
    moves = []
    for name in sorted({row[0] for row in found}):
        columns = zip(*(row[1:] for row in found if row[0] == name), strict=True)
        readings, means, squares = (np.array(column) for column in columns)
        move = signal_move(name, DailyMeans(readings, means, squares), KNOWN_DAYS)
        if move is not None:
            moves.append(MovedSignal(name, move.before, move.now, move.moved, move.p_value))
    return tuple(moves)


def _row(
    database: duckdb.DuckDBPyConnection, sql: str, asked: dict[str, object]
) -> tuple[int, ...]:
    return tuple(int(value) for value in database.execute(sql, asked).fetchall()[0])


def _pair(counts: tuple[int, ...]) -> tuple[int, int]:
    return counts[0], counts[1]


_REJECTS = """
SELECT count(*) FILTER (inspected_at >= $now AND result = 'fail'),
    count(*) FILTER (inspected_at >= $now),
    count(*) FILTER (inspected_at < $before AND result = 'fail'),
    count(*) FILTER (inspected_at < $before)
FROM inspections WHERE station_id = $station AND method = 'vision'
"""
_GOLDEN = """
SELECT count(*) FILTER (inspected_at >= $now AND result <> 'as_expected'),
    count(*) FILTER (inspected_at >= $now),
    count(*) FILTER (inspected_at < $before AND result <> 'as_expected'),
    count(*) FILTER (inspected_at < $before),
    count(DISTINCT serial) FILTER (inspected_at >= $now AND result <> 'as_expected')
FROM inspections WHERE station_id = $station AND method = 'golden'
"""
_PEOPLE = """
SELECT count(*), count(*) FILTER (operator_override) FROM inspections
WHERE station_id = $station AND method = 'person' AND inspected_at >= $now
"""
_LOTS = """
WITH seen AS (
    SELECT serial, station_id, result = 'fail' AS failed,
        date_trunc('week', inspected_at) AS week
    FROM inspections WHERE method = 'vision' AND inspected_at >= $now
),
used AS (SELECT s.*, p.lot_id, p.part_id FROM seen s JOIN unit_parts p USING (serial)),
lots AS (SELECT DISTINCT lot_id, part_id FROM used WHERE station_id = $station)
SELECT l.lot_id, l.part_id, u.station_id = $station, if(u.station_id = $station, u.week, NULL),
    count(*) FILTER (u.lot_id = l.lot_id AND failed), count(*) FILTER (u.lot_id = l.lot_id),
    count(*) FILTER (u.lot_id <> l.lot_id AND failed), count(*) FILTER (u.lot_id <> l.lot_id)
FROM lots l JOIN used u ON u.part_id = l.part_id
GROUP BY ALL ORDER BY ALL
"""
_SIGNALS = """
SELECT signal, count(*), avg(value), coalesce(var_samp(value), 0) * (count(*) - 1)
FROM signals WHERE station_id = $station GROUP BY signal, "at"::DATE ORDER BY signal, "at"::DATE
"""
