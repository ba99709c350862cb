"""`andon bench triage`: coding by rules, a night's cost as history grows, requests to a model.

Costs are CPU time of the whole process, all threads, so that they hold for one core and on a busy
machine; those of a night are taken hub by hub in turn.
"""

import asyncio
import json
import shutil
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import NamedTuple

from sqlalchemy import create_engine

from domain.records.policy import DATA_CLASSES, Principal, Scope
from evals.figure import Figure, at_least, at_most, measured
from graphs.triaging.coding import CODER, Batch, code_new
from graphs.triaging.reading import CALLS_A_THOUSAND, read_by_model
from memory.bundle import Memory
from memory.evidence import EvidenceStore
from services.bundle import Services
from services.hub.coding import keep_codes
from services.hub.hub import Hub
from services.hub.ingest.load import ingest
from services.hub.simulate import Plan, simulate
from services.hub.uncoded import Watermark
from services.model.ledger import CostLedger
from services.model.message import Json
from services.model.scripted import ScriptedReply, ScriptedWire, scripted_model
from services.policy.vault import Vault
from tools.needs.coded_feedback import SymptomCodes
from tools.tool import ToolContext

NOW = datetime(2026, 11, 22, tzinfo=UTC)
EVERYTHING = Scope(regions=("*",), suppliers=("*",), classes=DATA_CLASSES)
TEXTS = 20_000
REPEAT = 3
NIGHT, DAY = 1_000, 200
"""Pieces of the measured night, and of each day before it."""
HISTORY = 10_000
"""Pieces coded before, in the smallest hub."""
MULTIPLES = (1, 10, 100)
FLAT = 1.5
START = date(1990, 1, 1)


class _Night(NamedTuple):
    hub: Hub
    since: Watermark
    last: date


def run(units: int) -> list[Figure]:
    """Measure everything; `units` is the size of the plant whose month a model reads."""
    with tempfile.TemporaryDirectory(prefix="andon-bench-") as name:
        folder = Path(name)
        return [
            *_speed(folder / "texts"),
            *_nights(folder / "nights"),
            *_requests(folder / "month", min(units, 100_000)),
        ]


def _speed(folder: Path) -> list[Figure]:
    """The simulated feedback under new names and with a word more, until it is long enough."""
    simulate(Plan(units=20_000), folder / "plant")
    exports = folder / "exports"
    exports.mkdir()
    shutil.copy(folder / "plant" / "codes.csv", exports)
    _repeat(folder / "plant" / "feedback.csv", exports / "feedback.csv")
    hub = Hub.create(folder / "hub")
    ingest(hub, exports, Vault.open(folder / "state"), now=NOW)
    _code(hub, None, keep=False)  # word lists are made into patterns once a process
    speeds, shares = [], []
    for turn in range(REPEAT):
        copy = folder / f"hub{turn}"
        shutil.copytree(hub.folder, copy)
        started = time.process_time()
        batch = _code(Hub(copy), None, keep=True)
        speeds.append(len(batch.pieces) / (time.process_time() - started))
        shares.append(batch.counts.duplicate / batch.counts.read)
        shutil.rmtree(copy)
    return [
        at_least("feedback read, coded, linked and kept: texts/s and core", speeds, 3_000, None),
        measured("share of it that is linked to an older piece", shares, None),
    ]


def _repeat(source: Path, target: Path) -> None:
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(
            "COPY (SELECT f.* REPLACE (feedback_id || '-' || r AS feedback_id,"
            " text || ' nr' || r AS text, author_key || r AS author_key, NULL AS serial)"
            f" FROM read_csv('{source}', all_varchar = true) f, range(500) t(r)"
            f" ORDER BY r LIMIT {TEXTS}) TO '{target}' (HEADER)"
        )


def _nights(folder: Path) -> list[Figure]:
    nights = {multiple: _with_history(folder / f"x{multiple}", multiple) for multiple in MULTIPLES}
    costs: dict[int, list[float]] = {multiple: [] for multiple in MULTIPLES}
    for turn in range(REPEAT + 1):
        for multiple, night in nights.items():
            cost, nights[multiple] = _next_night(night, turn)
            if turn:  # the first opens what stays open in a process
                costs[multiple].append(cost)
    first = median(costs[1])
    figures = [measured(f"a night of {NIGHT:,} texts, CPU s", costs[1], None)]
    for multiple in MULTIPLES[1:]:
        ratios = [cost / first for cost in costs[multiple]]
        reference = f"the same night after {HISTORY:,} older texts"
        name = f"a night after {multiple} times as many older texts: multiple"
        figures.append(at_most(name, ratios, FLAT, reference))
    return figures


def _with_history(folder: Path, multiple: int) -> _Night:
    folder.parent.mkdir(exist_ok=True)
    hub = Hub.create(folder)
    days = HISTORY * multiple // DAY
    parts = 20
    for part in range(parts):
        some = range(days * part // parts, days * (part + 1) // parts)
        _put(hub, f"L-H{part}", some, DAY, coded=True)
    last = START + timedelta(days=days - 1)
    return _Night(hub, Watermark(commit_id=hub.newest().commit_id, as_of=last), last)


def _next_night(night: _Night, turn: int) -> tuple[float, _Night]:
    day = night.last + timedelta(days=1)
    number = (day - START).days
    _put(night.hub, f"L-N{turn}", range(number, number + 1), NIGHT, coded=False)
    read = night.hub.newest().commit_id
    started = time.process_time()
    batch = _code(Hub(night.hub.folder), night.since, keep=True)
    cost = time.process_time() - started
    assert batch.counts.read == NIGHT, "a night's run reads what came that night"
    return cost, _Night(night.hub, Watermark(commit_id=read, as_of=day), day)


def _put(hub: Hub, load_id: str, days: range, a_day: int, *, coded: bool) -> None:
    """Feedback of these days under names in no order, as a foreign system would give them."""
    with hub.transaction() as transaction:
        transaction.connection.execute(
            "CREATE TABLE made AS SELECT md5(d || '-' || i) AS feedback_id,"
            " ($start::DATE + d::INTEGER)::TIMESTAMPTZ + to_seconds(i) AS received_at,"
            " 'DE' AS country, 'en' AS language, 'app' AS channel, 'M' || (i % 10) AS model_id,"
            " NULL::VARCHAR AS serial, 5 AS rating, NULL::VARCHAR AS hazard_flags,"
            " 'After ' || hash(d, i) || ' hours the picture flickers in room ' || hash(i, d)"
            " AS text, NULL::VARCHAR AS text_raw, 'A' || d || '-' || i AS author_key,"
            " $load_id AS load_id FROM range($first, $last) s(d), range($a_day) t(i) ORDER BY d, i",
            {
                "start": START,
                "first": days.start,
                "last": days.stop,
                "a_day": a_day,
                "load_id": load_id,
            },
        )
        transaction.write("feedback", "FROM made")
        if coded:
            transaction.write(
                "feedback_codes",
                f"SELECT feedback_id, '{CODER}' AS coder, 'FLICKER' AS symptom_code, 2 AS severity,"
                " 'en' AS language, false AS negated, false AS hypothetical, 0.95 AS confidence,"
                " received_at + INTERVAL 1 DAY AS coded_at, 'T-' || load_id AS load_id FROM made",
            )
        transaction.commit(load_id, START + timedelta(days=days.stop - 1))


def _requests(folder: Path, units: int) -> list[Figure]:
    simulate(Plan(units=units), folder / "plant")
    hub = Hub.create(folder / "hub")
    ingest(hub, folder / "plant", Vault.open(folder / "state"), now=NOW)
    end = hub.newest().newest_on
    assert end is not None, "a simulated plant has dates"
    before = end - timedelta(days=30)
    since = Watermark(commit_id=hub.newest().commit_id, as_of=before)
    _code(hub, None, keep=True, as_of=before)
    month = _code(hub, since, keep=False)
    model = scripted_model(ScriptedWire(_nothing_in_them))
    names = SymptomCodes(_context(hub, None))
    read = asyncio.run(read_by_model(month, names, model, CostLedger()))
    texts = len(month.pieces)
    a_thousand = [1000 * read.requests / texts]
    name = f"requests for 1,000 texts, a simulated month of {texts:,}"
    return [
        at_most(name, a_thousand, CALLS_A_THOUSAND, None),
        measured("share of a month's texts shown to a model", [read.asked / texts], None),
        measured("share that it should have read and did not", [len(read.unread) / texts], None),
    ]


def _nothing_in_them(body: Json) -> ScriptedReply:
    """A model that finds nothing in any text."""
    texts = json.loads(body["messages"][1]["content"].partition("\n")[2])
    nothing = {"symptom": "none", "standing": "none", "severity": 0, "language": "en"}
    readings = [{"number": int(number), **nothing, "orders": False} for number in texts]
    return ScriptedReply(json.dumps({"readings": readings}))


def _code(hub: Hub, since: Watermark | None, *, keep: bool, as_of: date | None = None) -> Batch:
    context = _context(hub, as_of)
    with context.snapshot:
        batch = code_new(context, since)
    if keep:
        keep_codes(hub, batch.codes, batch.links, run_id=f"R-{hub.newest().number}", now=NOW)
    return batch


def _context(hub: Hub, as_of: date | None) -> ToolContext:
    return ToolContext(
        principal=Principal(id="bench", regions=("*",)),
        snapshot=hub.snapshot(EVERYTHING, as_of=as_of),
        services=Services(hub=hub, policy_version="bench"),
        memory=Memory(evidence=EvidenceStore(create_engine("sqlite://"))),
        run_id="R-BENCH",
    )
