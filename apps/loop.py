"""The loop's parts from the program's: who acts, on which data, and what workers do for it."""

import asyncio
import uuid
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from domain.errors import BadArgument, NoData
from domain.records.policy import DATA_CLASSES, Scope
from services.policy.access import ChannelScope
from tools.tool import ToolContext

if TYPE_CHECKING:
    from apps.wiring import Wiring
    from domain.records.triage import TriageReport, WatchReport
    from graphs.actions import Acting
    from graphs.casework.working import Working
    from graphs.delivery import Delivering
    from services.jobs.job import Job

EVERYWHERE = "*"
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
) -> "tuple[TriageReport, bool]":
    """Do the triage that is due for a region, or the rest of one that died.

    Args:
        parts: the program's parts.
        region: a sales region; `*`: all.
        as_of: the day up to which to read; null: the newest in the hub.
        since: read again what was received after this day; null: what no run has read.
        dry: write nothing.

    Returns:
        The report, and whether it was there already because nothing has changed since.

    Raises:
        UnknownName: no such region.
        BadArgument: a run of the region is at work, or `since` lies after `as_of`.
    """
    from graphs.triaging.running import RunAsked, run_triage

    day = as_of or day_of(parts)
    if since is not None and since >= day:
        raise BadArgument(f"--since {since} is not before {day}", next_step="give an earlier day")
    asked = RunAsked("triage", region, day, since, dry)
    return asyncio.run(run_triage(asked, _Opened(parts, region, day)))


def watch_now(
    parts: "Wiring", site: str = EVERYWHERE, *, as_of: date | None = None, dry: bool = False
) -> "tuple[WatchReport, bool]":
    """Do the factory watch that is due for a site; as `triage_now`."""
    from graphs.triaging.running import RunAsked, run_watch

    day = as_of or day_of(parts)
    asked = RunAsked("watch", site, day, None, dry)
    return asyncio.run(run_watch(asked, _Opened(parts, EVERYWHERE, day)))


class _Opened:
    """What a run of triage needs of the program."""

    def __init__(self, parts: "Wiring", region: str, day: date) -> None:
        self._parts = parts
        self._region = region
        self._day = day
        self.acting = acting(parts)
        self.hub = parts.hub
        self.model = parts.model
        self.now = parts.now()
        self.checkpoints = parts.settings.state / "triage.sqlite"

    def context(self, commit_id: str | None, run_id: str) -> ToolContext:
        return context_on(
            self._parts, self._day, region=self._region, commit_id=commit_id, run_id=run_id
        )


def upkeep(parts: "Wiring") -> None:
    """What time alone does: proposals expire."""
    from memory.proposals import expire_due

    with parts.ledger.change(by="andon:case", at=parts.now()) as change:
        expire_due(change)


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
    """The scheduled triage of a region."""
    triage_now(parts, job.payload["region"])


def do_watch(parts: "Wiring", job: "Job") -> None:
    """The scheduled watch of a site."""
    watch_now(parts, job.payload["site"])


def do_upkeep(parts: "Wiring", job: "Job") -> None:
    """The hourly upkeep."""
    del job
    upkeep(parts)


def plan_schedules(parts: "Wiring") -> list[str]:
    """Have triage come again for every region that the messaging file names; returns the keys."""
    from services.jobs.schedule import Schedule

    now: datetime = parts.now() - timedelta(seconds=1)
    wanted = [Schedule(key="upkeep", cron="5 * * * *", zone="UTC", queue="upkeep", payload={})]
    for region in parts.messaging.regions or (EVERYWHERE,):
        route = parts.messaging.region(region)
        wanted.append(
            Schedule(
                key=f"triage:{region}",
                cron=route.cron,
                zone=route.timezone,
                queue="triage",
                payload={"region": region},
            )
        )
    for site in parts.messaging.sites or (EVERYWHERE,):
        route = parts.messaging.site(site)
        wanted.append(
            Schedule(
                key=f"watch:{site}",
                cron=route.cron,
                zone=route.timezone,
                queue="watch",
                payload={"site": site},
            )
        )
    for one in wanted:
        parts.jobs.schedule(one, now)
    return [one.key for one in wanted]
