"""One run of triage from its name to its report: written down before it starts, done once."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar

from domain.errors import NotPermitted, RunBusy, UnknownName
from domain.records.policy import DataClass
from domain.records.triage import TriageReport, WatchReport
from graphs.actions import Acting
from graphs.triage import triage
from graphs.triaging.triaging import EVERYWHERE, TRIAGE, WATCH, Triaging, is_data, run_name
from graphs.watching import watch_factories
from memory.ledger import Ledger
from memory.runs import SILENCE, KeptRun, What, beat, begin, fail, finish, kept_runs, last_whole
from services.heartbeat import heartbeat
from services.hub.coding import coding_load
from services.hub.hub import Hub
from services.hub.uncoded import Watermark
from services.model.chat import ChatModel
from tools.tool import ToolContext

Report = TypeVar("Report", TriageReport, WatchReport)
Do = Callable[[Triaging, str], Awaitable[Report]]
"""Does a run on a hub commit."""
NAMES: dict[What, str] = {"triage": TRIAGE, "watch": WATCH}
"""Under whose name each kind of run writes."""
NEEDED: frozenset[DataClass] = frozenset({"public", "internal"})
"""What whoever runs triage must be allowed to see."""


class RunAsked(NamedTuple):
    """Which run is wanted."""

    what: What
    """Triage of the field, or watch of the factories."""
    region: str
    """A sales region, or a site; `*`: all."""
    as_of: date
    """The day up to which to read."""
    since: date | None = None
    """Look only at what was received after this day; null: at what no run has read."""
    dry: bool = False
    """Write nothing."""
    rest: bool = False
    """Tell only the regions that have no run of their own."""


class Opened(Protocol):
    """What a run needs of the program."""

    acting: Acting
    hub: Hub
    model: ChatModel | None
    now: datetime
    checkpoints: Path

    def context(self, asked: RunAsked, commit_id: str | None, run_id: str) -> ToolContext:
        """The data that a run reads, at a hub commit or at the newest one."""


async def run_triage(asked: RunAsked, parts: Opened) -> tuple[TriageReport, bool]:
    """Do a run of triage; one that is done is not done again, and one that died is taken up.

    Returns:
        The report, and whether it was there already.

    Raises:
        UnknownName: no such region.
        RunBusy: a run of the region is at work.
        HubUnavailable, HubBusy: the data could not be read, or the codes not be written.
    """
    _check_region(asked, parts)

    async def do(run: Triaging, commit: str) -> TriageReport:
        return await triage(run, commit, parts.checkpoints)

    if not asked.dry:
        await _finish_what_died(asked, parts, do)
    return await _once(asked, parts, do, TriageReport)


async def run_watch(asked: RunAsked, parts: Opened) -> tuple[WatchReport, bool]:
    """Do a run of the factory watch, likewise.

    Raises:
        UnknownName: no such site.
        RunBusy: a run of the site is at work.
        NoData: nothing was built or inspected in those days.
    """

    async def do(run: Triaging, commit: str) -> WatchReport:
        return await asyncio.to_thread(watch_factories, run, commit)

    return await _once(asked, parts, do, WatchReport)


async def _finish_what_died(asked: RunAsked, parts: Opened, do: Do[TriageReport]) -> None:
    """Bring runs to their end that died after they had kept codes.

    What they read is no longer new to anybody else: their reports of danger would never be told.
    """
    kept = {one.load_id for one in parts.hub.log.all()}
    with parts.acting.ledger.read() as connection:
        runs = kept_runs(connection, what=asked.what, region=asked.region)
    own = _name(asked, parts)
    for one in reversed(runs):
        if one.state != "done" and one.run_id != own and coding_load(one.run_id) in kept:
            again = asked._replace(as_of=one.as_of, since=None)
            await _begun(again, parts, one, do, TriageReport)


async def _once(
    asked: RunAsked, parts: Opened, do: Do[Report], kind: type[Report]
) -> tuple[Report, bool]:
    run_id, before = _name(asked, parts), parts.hub.newest().commit_id
    if asked.dry:
        return await do(_run(asked, parts, run_id), before), False
    return await _begun(asked, parts, _wanted(asked, run_id, before, parts.now), do, kind)


async def _begun(
    asked: RunAsked, parts: Opened, wanted: KeptRun, do: Do[Report], kind: type[Report]
) -> tuple[Report, bool]:
    run_id, ledger = wanted.run_id, parts.acting.ledger
    with ledger.change(by=NAMES[asked.what], at=parts.now, run_id=run_id) as change:
        begun = begin(change, wanted, datetime.now(UTC))
    if not begun.mine:
        if begun.run.report is not None and begun.run.run_id == run_id:
            told = {key: value for key, value in begun.run.report.items() if key != "schema"}
            return kind.model_validate(told), True
        raise RunBusy(
            begun.reason,
            holds="nothing was begun",
            next_step="wait for it; `andon triage --history` lists the runs",
        )
    with _alive(ledger, run_id):
        return await _done(asked, parts, begun.run, do), False


def _name(asked: RunAsked, parts: Opened) -> str:
    """The run's name, from the newest data that it would read."""
    loads = reversed(parts.hub.log.all())
    data = next((one.commit_id for one in loads if is_data(one.load_id)), "")
    return run_name(asked.what, asked.region, asked.as_of, data, asked.since)


async def _done(asked: RunAsked, parts: Opened, kept: KeptRun, do: Do[Report]) -> Report:
    ledger, by = parts.acting.ledger, NAMES[asked.what]
    try:
        report = await do(_run(asked, parts, kept.run_id), kept.commit_before)
    except Exception as error:
        with ledger.change(by=by, at=parts.now, run_id=kept.run_id) as change:
            fail(change, kept.run_id, str(error))
        raise
    with ledger.change(by=by, at=parts.now, run_id=kept.run_id) as change:
        finish(change, kept.run_id, report.to_json(), {}, report.commit)
    return report


def _run(asked: RunAsked, parts: Opened, run_id: str) -> Triaging:
    def context(commit_id: str | None) -> ToolContext:
        return parts.context(asked, commit_id, run_id)

    return Triaging(
        run_id=run_id,
        region=asked.region,
        as_of=asked.as_of,
        acting=parts.acting,
        context=context,
        since=_since(asked, parts),
        now=parts.now,
        model=parts.model,
        dry=asked.dry,
        only_since=asked.since,
        rest=asked.rest,
        by=NAMES[asked.what],
    )


def _since(asked: RunAsked, parts: Opened) -> Watermark | None:
    """How far was read; a run that left out what is older does not count."""
    if asked.since is not None:
        return Watermark(commit_id=parts.hub.newest().commit_id, as_of=asked.since)
    with parts.acting.ledger.read() as connection:
        last = last_whole(connection, asked.what, asked.region)
    if last is None or last.as_of > asked.as_of:
        return None
    return Watermark(commit_id=last.commit_before, as_of=last.as_of)


def _wanted(asked: RunAsked, run_id: str, commit: str, now: datetime) -> KeptRun:
    return KeptRun(
        run_id=run_id,
        what=asked.what,
        region=asked.region,
        as_of=asked.as_of,
        state="running",
        commit_before=commit,
        commit_after=None,
        started_at=now,
        finished_at=None,
        report=None,
        digest=None,
    )


def _check_region(asked: RunAsked, parts: Opened) -> None:
    context = parts.context(asked, None, "")
    missing = NEEDED - set(context.snapshot.scope.classes)
    if missing:
        raise NotPermitted(
            f"{context.principal.id} may not see {', '.join(sorted(missing))} data: every word of"
            " a customer would be read as silence",
            holds="nothing was read",
            next_step="run it as somebody who may",
        )
    if asked.region == EVERYWHERE:
        return
    rows = context.snapshot.query("region_of_country").dicts()
    known = tuple(sorted({row["region"] for row in rows}))
    if asked.region not in known:
        raise UnknownName("region", asked.region, known, "andon tool describe_hub")


@contextmanager
def _alive(ledger: Ledger, run_id: str) -> Iterator[None]:
    """Signs of life by the clock on the wall; the one that is set may stand still."""

    def tick() -> bool:
        with ledger.engine.begin() as connection:
            return beat(connection, run_id, datetime.now(UTC))

    lost: Callable[[], None] = lambda: None  # noqa: E731  every step may be done twice
    with heartbeat(tick, patience=SILENCE.total_seconds(), lost=lost):
        yield
