"""`andon worker`: the process that does what was put off: schedules, reminders, deliveries."""

import logging
from typing import Annotated

import typer

from apps.options import HubOption, UserOption, wiring
from apps.render import OUT

OnceOption = Annotated[bool, typer.Option("--once", help="Do what is due now, then return.")]
QueuesOption = Annotated[
    str, typer.Option("--queues", help="Kinds of work to do, as a,b; default: all.")
]


def worker(
    once: OnceOption = False,
    queues: QueuesOption = "",
    hub: HubOption = None,
    user: UserOption = None,
) -> None:
    """Do jobs as they become due, until it is stopped; what runs then is finished.

    At its start it takes the hours of triage and factory watch from the messaging file in force.
    """
    from apps.loop import plan_schedules
    from apps.worker import make_worker, run_until_stopped

    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.WARNING)
    logging.getLogger("services.jobs").setLevel(logging.INFO)
    parts = wiring(hub, user)
    parts.principal  # noqa: B018  an unknown user hears of it now
    one = make_worker(parts, [name.strip() for name in queues.split(",") if name.strip()])
    plan_schedules(parts)
    did = one.run_due(parts.now()) if once else run_until_stopped(one)
    lost = f", {did.lost} left to another worker" if did.lost else ""
    OUT.print(f"{did.done} done, {did.failed} failed{lost}")
