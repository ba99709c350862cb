"""Memory, as the two values that are handed on.

Tools receive what was found before. Who asked what, whose turn it is and where a conversation
stands are for the graph that answers and for nobody below it.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from memory.casebook import Casebook
from memory.evidence import EvidenceStore
from memory.requests import RequestLog
from memory.threads import checkpoints, forget
from memory.turns import Turns


@dataclass(frozen=True)
class Memory:
    """What was found and decided before; built once in apps/wiring.py."""

    evidence: EvidenceStore
    """Everything that tools found."""
    casebook: Casebook | None = None
    """What tools may write; null where nothing may be written."""


@dataclass(frozen=True)
class Conversations:
    """What a conversation needs to survive; built once in apps/wiring.py."""

    requests: RequestLog
    """Everything that was asked."""
    turns: Turns
    """Who may go on with a thread."""
    checkpoints: Path
    """The file that says where each thread stands."""

    @classmethod
    def open(cls, engine: Engine, folder: Path) -> "Conversations":
        """The conversations in a database, with the checkpoints in a file in `folder`."""
        return cls(RequestLog(engine), Turns(engine), folder / "threads.sqlite")

    async def forget(self, thread_id: str, principal_id: str | None) -> None:
        """Remove a thread: its requests, answers and checkpoints; evidence stays.

        Raises:
            InvalidArgument: no thread can have that name.
            NotPermitted: the thread is somebody else's.
            ThreadBusy: a run is at work on it.
        """
        await asyncio.to_thread(self.requests.check_owner, thread_id, principal_id)
        async with self.turns.hold(thread_id, "forget"), checkpoints(self.checkpoints) as saver:
            await forget(saver, thread_id)
            await asyncio.to_thread(self.requests.forget, thread_id, principal_id)
