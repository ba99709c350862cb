"""The loop's parts from the program's: who acts, on which data, and what workers do for it."""

import asyncio
import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from domain.errors import BadArgument, NoData, UnknownName
from domain.records.evidence import Evidence
from domain.records.policy import DATA_CLASSES, Scope
from memory.bundle import Memory
from memory.evidence import EvidenceStore
from services.policy.access import ChannelScope
from tools.tool import ToolContext

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from apps.wiring import Wiring
    from domain.records.triage import TriageReport, WatchReport
    from graphs.actions import Acting
    from graphs.casework.working import Working
    from graphs.delivery import Delivering
    from graphs.triaging.running import RunAsked
    from services.jobs.job import Job
    from services.model.chat import ChatModel

T = TypeVar("T")
EVERYWHERE = "*"
_LOG = logging.getLogger(__name__)
_HOUSE = Scope(regions=(EVERYWHERE,), suppliers=(EVERYWHERE,), classes=DATA_CLASSES)
"""What the courier sees: a supplier's address, when a letter to it was approved."""


def acting(parts: "Wiring") -> "Acting":
    """What deciding and carrying out need."""
    from graphs.actions import Acting

    return Acting(parts.ledger, parts.jobs, parts.action_policy, parts.messaging)


def delivering(parts: "Wiring") -> "Delivering":
    """What delivering needs."""
    from graphs.delivery import Delivering

    def address(supplier_id: str) -> str | None:
        rows = parts.hub.snapshot(_HOUSE).query("supplier_address", supplier_id=supplier_id).values
        return rows[0][0] if rows else None

    return Delivering(parts.ledger, parts.messenger, address)


def working(parts: "Wiring", *, by: str | None = None, as_of: date | None = None) -> "Working":
    """What work on a case may use; without `by` the house works."""
    from graphs.casework.working import CASEWORK, Working

    context = context_on(parts, as_of or day_of(parts))
    return Working(acting(parts), context, parts.now(), by or CASEWORK)


def context_on(
    parts: "Wiring",
    as_of: date,
    *,
    region: str = EVERYWHERE,
    commit_id: str | None = None,
    run_id: str | None = None,
) -> ToolContext:
    """Data as the asker may see it on a day, in one region or in all."""
    place = ChannelScope(name=region, regions=(region,))
    scope = parts.policy.scope_of(parts.principal, place, "scheduled_triage")
    found = parts.context(as_of=as_of, commit_id=commit_id)
    snapshot = parts.hub.snapshot(scope, commit_id=commit_id, as_of=as_of)
    return replace(found, snapshot=snapshot, run_id=run_id or f"R-{uuid.uuid4().hex[:12]}")


def day_of(parts: "Wiring") -> date:
    """The day that "now" stands for: the newest in the hub, or that of a clock set before it.

    Raises:
        NoData: the hub holds nothing with a date.
    """
    newest = parts.hub.newest().newest_on
    if newest is None:
        raise NoData("the hub holds no data yet", next_step="take some in with `andon ingest`")
    return min(newest, parts.now().date())


def triage_now(
    parts: "Wiring",
    region: str = EVERYWHERE,
    *,
    as_of: date | None = None,
    since: date | None = None,
    dry: bool = False,
    rest: bool = False,
) -> "tuple[TriageReport, bool]":
    """Do the triage that is due for a region, or the rest of one that died.

    Args:
        parts: the program's parts.
        region: a sales region; `*`: all.
        as_of: the day up to which to read; null: the newest in the hub.
        since: read only what was received after this day; the next run reads what is older.
            null: all that no run has read.
        dry: write nothing.
        rest: tell only the regions that have no run of their own.

    Returns:
        The report, and whether it was there already because nothing has changed since.

    Raises:
        UnknownName: no such region.
        NotPermitted: the asker may not see what a run reads.
        RunBusy: a run of the region is at work.
        BadArgument: `since` lies after `as_of`, or the asker has several regions and names none.
    """
    from graphs.triaging.running import RunAsked, run_triage

    day = as_of or day_of(parts)
    if since is not None and since >= day:
        raise BadArgument(f"--since {since} is not before {day}", next_step="give an earlier day")
    asked = RunAsked("triage", _region_of(parts, region), day, since, dry, rest)
    return asyncio.run(_with_model(parts, partial(run_triage, asked)))


async def _with_model(parts: "Wiring", run: "Callable[[_Opened], Awaitable[T]]") -> "T":
    """Do a run with a model of its own: a model's connections belong to one event loop."""
    if parts.settings.model is None or "model" in parts.__dict__:
        return await run(_Opened(parts, parts.model))
    from apps.model_wiring import chat_model

    model = chat_model(parts.settings)
    try:
        return await run(_Opened(parts, model))
    finally:
        await model.close()


def _region_of(parts: "Wiring", region: str) -> str:
    """The region of a run: who sees one region only triages that one, and not "all"."""
    mine = parts.principal.regions
    if region != EVERYWHERE or EVERYWHERE in mine:
        return region
    if len(mine) != 1:
        raise BadArgument(
            f"{parts.principal.id} sees {', '.join(mine) or 'no region'}, not all regions",
            next_step="name one with --region",
        )
    return mine[0]


def watch_now(
    parts: "Wiring", site: str = EVERYWHERE, *, as_of: date | None = None, dry: bool = False
) -> "tuple[WatchReport, bool]":
    """Do the factory watch that is due for a site; as `triage_now`."""
    from graphs.triaging.running import RunAsked, run_watch

    day = as_of or day_of(parts)
    asked = RunAsked("watch", site, day, None, dry)
    return asyncio.run(run_watch(asked, _Opened(parts, None)))


class _Opened:
    """What a run of triage needs of the program."""

    def __init__(self, parts: "Wiring", model: "ChatModel | None") -> None:
        self._parts = parts
        self.acting = acting(parts)
        self.hub = parts.hub
        self.model = model
        self.now = parts.now()
        self.checkpoints = parts.settings.state / "triage.sqlite"

    def context(self, asked: "RunAsked", commit_id: str | None, run_id: str) -> ToolContext:
        region = asked.region if asked.what == "triage" else EVERYWHERE
        found = context_on(
            self._parts, asked.as_of, region=region, commit_id=commit_id, run_id=run_id
        )
        if not asked.dry:
            return found
        return replace(found, memory=replace(found.memory, evidence=_NotKept(found.memory)))


class _NotKept(EvidenceStore):
    """Evidence of a dry run: found, shown, and not kept."""

    def __init__(self, memory: Memory) -> None:
        self._kept = memory.evidence

    def put(self, evidence: Evidence) -> None:
        """Keep nothing."""

    def get(self, evidence_id: str, scope: Scope) -> Evidence:
        """What was kept before."""
        return self._kept.get(evidence_id, scope)


def upkeep(parts: "Wiring") -> None:
    """What time alone does: proposals expire, and what is due is reminded of."""
    from graphs.casework.daily import plan_day
    from memory.proposals import expire_due

    with parts.ledger.change(by="andon:case", at=parts.now()) as change:
        expire_due(change)
    plan_day(acting(parts), parts.now())


def do_action(parts: "Wiring", job: "Job") -> None:
    """Carry an approved proposal out."""
    from graphs.actions import carry_out

    carry_out(acting(parts), job.payload["proposal_id"], parts.now())


def do_delivery(parts: "Wiring", job: "Job") -> None:
    """Hand a message to its target."""
    from graphs.delivery import deliver
    from services.jobs.retry import Retry

    last = job.failures + 1 >= Retry().attempts
    deliver(delivering(parts), job.payload["key"], parts.now(), last_try=last)


def do_casework(parts: "Wiring", job: "Job") -> None:
    """Let what was waited for happen to a case."""
    from graphs.case import happen

    happen(working(parts), job.payload["case_id"], job.payload["event"])


def do_triage(parts: "Wiring", job: "Job") -> None:
    """The scheduled triage of a region; the one of all regions reads what theirs leave."""
    region = job.payload["region"]
    with _no_such_place(job):
        triage_now(parts, region, rest=region == EVERYWHERE and bool(parts.messaging.regions))


def do_watch(parts: "Wiring", job: "Job") -> None:
    """The scheduled watch of a site."""
    with _no_such_place(job):
        watch_now(parts, job.payload["site"])


@contextmanager
def _no_such_place(job: "Job") -> Iterator[None]:
    """A messaging file may name places that the hub knows nothing of, or nothing new."""
    try:
        yield
    except (UnknownName, NoData) as error:
        _LOG.warning("%s has nothing to read: %s", job.key, error.message)


def do_upkeep(parts: "Wiring", job: "Job") -> None:
    """The hourly upkeep."""
    del job
    upkeep(parts)


def plan_schedules(parts: "Wiring") -> list[str]:
    """Have triage and watch come again as the messaging file says; returns the keys.

    Every region and site that it names has a run of its own, by its own clock. One run more, by
    the clock of the default, reads what theirs leave: other regions, and what names no country.
    Schedules of places that it no longer names end.
    """
    from services.jobs.schedule import Schedule

    routes = parts.messaging
    wanted = {"upkeep": Schedule(key="upkeep", cron="5 * * * *", zone="UTC", queue="upkeep",
                                 payload={})}  # fmt: skip
    for region in (*routes.regions, EVERYWHERE):
        key, route = f"triage:{region}", routes.region(region)
        wanted[key] = Schedule(
            key=key,
            cron=route.cron,
            zone=route.timezone,
            queue="triage",
            payload={"region": region},
        )
    for site in routes.sites or (EVERYWHERE,):
        key, route = f"watch:{site}", routes.site(site)
        wanted[key] = Schedule(
            key=key, cron=route.cron, zone=route.timezone, queue="watch", payload={"site": site}
        )
    now = parts.now() - timedelta(seconds=1)
    for one in wanted.values():
        parts.jobs.schedule(one, now)
    for key in {one.schedule.key for one in parts.jobs.schedules()} - wanted.keys():
        if key.startswith(("triage:", "watch:")):
            parts.jobs.unschedule(key)
    return list(wanted)
