"""Which handler does which kind of job, and a worker that runs until it is told to stop.

Services know no graph, so the two are brought together here. Handlers must be idempotent by the
job's key: a job runs at least once.
"""

import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING

from apps import loop
from domain.errors import BadArgument
from services.jobs.job import Handler
from services.jobs.worker import Tally, Worker

if TYPE_CHECKING:
    from apps.wiring import Wiring

HANDLERS: Mapping[str, "Callable[[Wiring], Handler]"] = {
    "actions": lambda parts: partial(loop.do_action, parts),
    "outbox": lambda parts: partial(loop.do_delivery, parts),
    "cases": lambda parts: partial(loop.do_casework, parts),
    "triage": lambda parts: partial(loop.do_triage, parts),
    "watch": lambda parts: partial(loop.do_watch, parts),
    "upkeep": lambda parts: partial(loop.do_upkeep, parts),
}
"""By the name of a queue: makes the handler of its jobs from the program's parts."""
_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def make_worker(parts: "Wiring", queues: Sequence[str] = ()) -> Worker:
    """A worker for those queues; none named: for all.

    Raises:
        BadArgument: a queue has no handler.
    """
    unknown = sorted(set(queues) - HANDLERS.keys())
    if unknown:
        raise BadArgument(
            f"no handler for {', '.join(unknown)}",
            next_step=f"choose from: {', '.join(sorted(HANDLERS)) or 'none are registered'}",
        )
    handlers = {name: HANDLERS[name](parts) for name in queues or HANDLERS}
    return Worker(parts.jobs, handlers, parts.now)


def run_until_stopped(worker: Worker) -> Tally:
    """Work until SIGTERM or SIGINT; what runs then is finished. A second signal ends it at once."""
    stop = threading.Event()
    with _stopping(stop):
        return worker.run_forever(stop)


@contextmanager
def _stopping(stop: threading.Event) -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in _SIGNALS}

    def on_signal(number: int, _: FrameType | None) -> None:
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    for number in _SIGNALS:
        signal.signal(number, on_signal)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
