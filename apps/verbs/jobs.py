"""`andon jobs`: what waits, runs, is done or was given up, and what comes again."""

from typing import TYPE_CHECKING, Annotated

import typer

from apps.options import HubOption, JsonOption, UserOption, wiring
from apps.render import OUT, escape, print_json

if TYPE_CHECKING:
    from apps.wiring import Wiring
    from memory.outbox import OutboxState, Posted
    from services.jobs.job import Job
    from services.jobs.jobs import Planned

DeadOption = Annotated[bool, typer.Option("--dead", help="Only jobs that were given up.")]
RetryOption = Annotated[
    str | None, typer.Option("--retry", metavar="KEY", help="Try a job again that was given up.")
]


def jobs(
    dead: DeadOption = False,
    retry: RetryOption = None,
    hub: HubOption = None,
    user: UserOption = None,
    as_json: JsonOption = False,
) -> None:
    """List jobs and schedules; --retry has a job tried again that was given up."""
    parts = wiring(hub, user)
    parts.principal  # noqa: B018  an unknown user hears of it now
    if retry is not None:
        _again(parts, retry)
    given_up = _given_up(parts) if dead else []
    listed = parts.jobs.listed(state="dead" if dead else None)
    planned = parts.jobs.schedules()
    if as_json:
        print_json(
            {
                "schema": "andon.jobs/1",
                "jobs": [job.model_dump(mode="json") for job in listed],
                "schedules": [_as_json(one) for one in planned],
                "messages": [{"key": one.message.key, "error": one.error} for one in given_up],
            }
        )
        return
    for job in listed:
        _show(job)
    for one in given_up:
        OUT.print(f"message   outbox:{escape(one.message.key)} to {one.message.target}")
        OUT.print(f"{'':10}refused: {escape(one.error or '')}")
    if not (listed or given_up):
        OUT.print("no dead jobs" if dead else "no jobs")
    for plan in planned:
        says = f"{plan.schedule.key}: {plan.schedule.cron} in {plan.schedule.zone}"
        OUT.print(f"schedule  {plan.next_at:%Y-%m-%d %H:%M}  {escape(says)}")


def _show(job: "Job") -> None:
    tries = f" ({job.attempt} tries)" if job.attempt > 1 else ""
    OUT.print(f"{job.state:8}  {job.try_at:%Y-%m-%d %H:%M}  {job.queue}  {escape(job.key)}{tries}")
    if job.error:
        OUT.print(f"{'':28}last failure: {escape(job.error)}")


def _again(parts: "Wiring", key: str) -> None:
    """Have a job, or a message that its target refused for good, tried again."""
    from memory.outbox import QUEUE, send_again

    name = f"{QUEUE}:"
    if not key.startswith(name):
        parts.jobs.retry(key)
        return
    with parts.ledger.change(by=parts.principal.id, at=parts.now()) as change:
        send_again(change, parts.jobs, key.removeprefix(name))


def _given_up(parts: "Wiring") -> "list[Posted]":
    """Messages that their targets refused for good, or too often."""
    from memory.outbox import outbox

    given_up: OutboxState = "dead"
    with parts.ledger.read() as connection:
        return outbox(connection, states=(given_up,))


def _as_json(planned: "Planned") -> dict[str, object]:
    return {**planned.schedule.model_dump(mode="json"), "next_at": planned.next_at.isoformat()}
