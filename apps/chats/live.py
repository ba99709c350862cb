"""One message that changes while a run goes on: plan, specialists, what each is at, the answer.

It is changed no faster than the chat likes; a change that the chat does not take is left out, for
the next one says more. Only the answer has to arrive.
"""

import asyncio
import contextlib
import logging
from typing import Any

from apps.chats.port import ChatDown, Outbound, Place, Said, Words
from apps.chats.wording import phrase
from apps.terminal.labels import labels_for
from domain.records.event import Event

LONGEST_LOOK = 120
"""Characters of what a specialist is at (count)."""
_LOG = logging.getLogger(__name__)


class Progress:
    """What a run is at, in words."""

    def __init__(self, language: str, lead: tuple[Words, ...] = ()) -> None:
        self._language = language
        self._lead = lead
        self._tasks: dict[str, list[Any]] = {}
        self._notes: list[str] = []

    def happened(self, event: Event) -> bool:
        """Take in an event; whether there is something new to show."""
        data = event.data
        if event.kind == "plan":
            tasks = data.get("tasks") or ()
            self._tasks = {str(one["id"]): ["·", str(one["agent"]), 0, ""] for one in tasks}
            return bool(tasks)
        if event.kind == "warning":
            self._notes.append(str(data.get("text", "")))
            return True
        task = self._tasks.get(str(data.get("task")))
        if task is None:
            return False
        if event.kind == "tool_call":
            task[0], task[2] = "…", task[2] + 1
            task[3] = str(data.get("tool", "")).replace("_", " ")
        elif event.kind == "tool_result" and "error" not in data:
            task[3] = str(data.get("summary", ""))
        elif event.kind == "task" and data.get("state") == "done":
            task[0], task[3] = "✓", ""
        return event.kind in ("tool_call", "tool_result", "task")

    def said(self) -> Said:
        """The words of the moment."""
        labels = labels_for(self._language)
        parts = [*self._lead]
        if not self._tasks:
            parts.append(Words(phrase(self._language, "reading"), "quiet"))
        else:
            parts.append(Words(labels.plan, "heading"))
        for mark, agent, looks, at in self._tasks.values():
            seen = f" · {labels.looks} {looks}" if looks else ""
            now = f" · {at[:LONGEST_LOOK]}" if at else ""
            parts.append(Words(f"{mark} {agent.replace('_', ' ')}{seen}{now}"))
        parts += [Words(f"! {note}", "quiet") for note in self._notes]
        return Said(tuple(parts), self._language)


class Live:
    """Keeps a message up to date until the block ends."""

    def __init__(self, out: Outbound, place: Place, message: str, progress: Progress) -> None:
        self._out = out
        self._place = place
        self._message = message
        self._progress = progress
        self._new = asyncio.Event()
        self._changing = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Live":
        if self._out.pace is not None:
            self._task = asyncio.create_task(self._keep_up(self._out.pace))
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            async with self._changing:  # a change under way must not overtake the answer
                self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def happened(self, event: Event) -> None:
        """Show an event, when the chat's pace allows."""
        if self._progress.happened(event):
            self._new.set()

    async def _keep_up(self, pace: float) -> None:
        while True:
            await self._new.wait()
            self._new.clear()
            wait = pace
            try:
                said = self._progress.said()
                async with self._changing:
                    await self._out.update(self._place, self._message, said, patient=False)
            except ChatDown as error:
                _LOG.info("a change was left out: %s", error.message)
                wait = max(pace, error.wait_s)
            await asyncio.sleep(wait)
