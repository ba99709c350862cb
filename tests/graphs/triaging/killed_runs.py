"""Runs of triage that are killed, each in a child process, and taken up by another one.

    python -m tests.graphs.triaging.killed_runs FOLDER DATABASE POINT...

FOLDER holds `hub`, a hub with the small field, and DATABASE is a SQL URL with `{name}` where the
name of a database goes. A POINT is `none`, or places at which one process after the other dies:
`NODE:begin`, `NODE:middle`, `NODE:end` (of the six nodes), or a number: the SQL statement after
which it dies. What each run left behind goes to standard output as one JSON object by point.

The lexicon is read once, here; children are forks, so that each point costs a run and no more.
"""

import asyncio
import contextlib
import functools
import importlib
import inspect
import json
import os
import shutil
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url, select, text

from agents.wording.wording import wording_for
from graphs import triage as graph
from graphs.digests.language import Speech
from graphs.triaging.running import RunAsked, run_triage
from memory import runs
from memory.audit import verify
from memory.ledger import Ledger
from memory.tables import AUDIT, CASE_ACTIONS, CASE_EVIDENCE, CASE_SIGNS, CASE_STEPS, CASES, OUTBOX
from services.database import open_database
from services.hub.hub import Hub
from services.jobs.tables import JOBS
from services.lexicon.coder import code_text
from services.lexicon.lexicon import orders
from services.policy.clocks import clocks
from tests.conftest import EVERYTHING
from tests.graphs.triaging.small_field import SUNDAY, House
from tools.registry import named

ASKED = RunAsked("triage", "*", SUNDAY)
LEFT = {
    "cases": [CASES.c.id, CASES.c.severity, CASES.c.regions, CASES.c.aware_at],
    "signs": [CASE_SIGNS.c.case_id, CASE_SIGNS.c.sign],
    "steps": [CASE_STEPS.c.case_id, CASE_STEPS.c.step, CASE_STEPS.c.state, CASE_STEPS.c.content],
    "actions": [CASE_ACTIONS.c.id],
    "evidence": [CASE_EVIDENCE.c.case_id, CASE_EVIDENCE.c.evidence_id, CASE_EVIDENCE.c.role],
    "outbox": [OUTBOX.c.key, OUTBOX.c.message],
    "jobs": [JOBS.c.key],
}


LATE = ("aiosqlite", "babel.dates", "babel.lists", "holidays.countries", "jinja2", "scipy.special")
"""Libraries that a run imports in its middle."""


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def killing(engine: Engine, point: str) -> None:
    """Have this process die at a point."""
    if point.isdigit():
        die_after(engine, int(point))
    elif point != "none":
        name, when = point.split(":")
        nodes = [wrapped(engine, node, when) if node.__name__ == name else node
                 for node in graph.NODES]  # fmt: skip
        graph.NODES = tuple(nodes)  # type: ignore[assignment]


def die_after(engine: Engine, statements: int) -> None:
    left = [statements]

    def count(*_: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            die()

    event.listen(engine, "after_cursor_execute", count)


def wrapped(engine: Engine, node: Callable[..., Any], when: str) -> Callable[..., Any]:
    def before() -> None:
        if when == "begin":
            die()
        if when == "middle":
            die_after(engine, MIDDLE.get(node.__name__, 0))

    @functools.wraps(node)
    async def slow(state: Any, runtime: Any) -> Any:
        before()
        await node(state, runtime)
        die()

    @functools.wraps(node)
    def quick(state: Any, runtime: Any) -> Any:
        before()
        node(state, runtime)
        die()

    return slow if inspect.iscoroutinefunction(node) else quick


MIDDLE = {"safety": 60, "cases": 8, "causes": 40, "digests": 9}
"""Statements of a node after which it is halfway; where there are none, it dies after the first."""


def once(folder: Path, url: str, point: str, out: Path) -> None:
    """One run, or the rest of one that was killed."""
    runs.SILENCE = timedelta(0)  # whoever was at work is dead, and need not be waited for
    engine = opened(url)
    killing(engine, point)
    report, _ = asyncio.run(run_triage(ASKED, House(Hub(folder / "hub"), engine, folder)))
    out.write_text(json.dumps(left_behind(folder, engine, report.to_json())), encoding="utf-8")


def opened(url: str) -> Engine:
    """The database of that address, as the program opens it."""
    named = make_url(url)
    sqlite = named.drivername == "sqlite"
    return open_database(Path(named.database or "")) if sqlite else create_engine(named)


def left_behind(folder: Path, engine: Engine, report: dict[str, Any]) -> dict[str, Any]:
    """Everything that a run leaves: rows, codes, and whether the audit holds."""
    with Ledger(engine).read() as connection:
        found = {
            name: sorted([str(value) for value in row] for row in connection.execute(select(*some)))
            for name, some in LEFT.items()
        }
        whole = verify(connection)
        ends = connection.execute(select(AUDIT.c.subject).where(AUDIT.c.action == "run.done")).all()
    hub = Hub(folder / "hub")
    with hub.snapshot(EVERYTHING) as snapshot:
        for table in ("feedback_codes", "feedback_links"):
            rows = snapshot.run(f"SELECT * FROM {table} ORDER BY ALL", {}).values
            found[table] = [[str(value) for value in row] for row in rows]
    return {
        **found,
        "report": report,
        "audit": whole.whole,
        "ended": len(ends),
        "commits": len(hub.log.all()),
    }


def forked(work: Callable[[], None]) -> int:
    """Do work in a child process; returns the signal that killed it, or 0."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 1
    try:
        work()
        code = 0
    finally:
        if code:
            traceback.print_exc()
        os._exit(code)  # past all that the parent has set up


def warm() -> None:
    """Read once what every run reads: libraries it imports late, words, clocks, tools."""
    for library in LATE:
        importlib.import_module(library)
    code_text("smoke", "en")
    code_text("fumo", "it")
    orders()
    clocks()
    named("emerging_issues")
    for language in ("en", "de", "zh"):
        wording_for(language)
        Speech(language, "UTC")


def main() -> None:
    source, url, *points = sys.argv[1:]
    warm()
    names = ["template", *(f"point{number}" for number in range(len(points)))]
    with databases(url, names):
        made = forked(lambda: Ledger(opened(url.format(name="template"))).engine.dispose())
        assert made == 0
        told = {
            point: lived(Path(source), url, name, point)
            for name, point in zip(names[1:], points, strict=True)
        }
    sys.stdout.write(json.dumps(told))


def lived(source: Path, url: str, name: str, point: str) -> dict[str, Any]:
    """What is left of a run that died at each of these places, one death after the other."""
    folder = source / name
    shutil.copytree(source / "hub", folder / "hub")
    copy_database(url, name)
    out = folder / "out.json"
    deaths = [
        forked(functools.partial(once, folder, url.format(name=name), place, out))
        for place in [*point.split(","), "none"]
    ]
    shutil.rmtree(folder / "hub")
    return {"deaths": deaths, **json.loads(out.read_text(encoding="utf-8"))}


@contextlib.contextmanager
def databases(url: str, names: list[str]) -> Iterator[None]:
    """Databases of these names on a server, until the block ends; SQLite needs none made."""
    if url.startswith("sqlite"):
        yield
        return
    try:
        say(url, [f"CREATE DATABASE {named_in(url, 'template')}"])
        yield
    finally:
        say(url, [f"DROP DATABASE IF EXISTS {named_in(url, one)} WITH (FORCE)" for one in names])


def copy_database(url: str, name: str) -> None:
    """A migrated database of that name: migrating one takes longer than a run."""
    here, there = named_in(url, "template"), named_in(url, name)
    if url.startswith("sqlite"):
        shutil.copy(here, there)
    else:
        say(url, [f"CREATE DATABASE {there} TEMPLATE {here}"])


def named_in(url: str, name: str) -> str:
    return make_url(url.format(name=name)).database or ""


def say(url: str, statements: list[str]) -> None:
    """Tell a server something from a process of its own: no connection may be open at a fork."""

    def work() -> None:
        server = make_url(url.format(name="any")).set(database="postgres")
        with create_engine(server, isolation_level="AUTOCOMMIT").connect() as connection:
            for one in statements:
                connection.execute(text(one))

    assert forked(work) == 0


if __name__ == "__main__":
    main()
