"""What a run is doing, on standard error while it does it.

On a terminal each task has a line that changes and is gone when the answer comes; in a file every
happening is a line that stays.
"""

import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self

from rich.live import Live
from rich.text import Text

from apps.render import ERR, escape
from apps.terminal.cells import fit

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

    from domain.records.event import Event

FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
REFRESHES = 8
"""Pictures a second."""
LONGEST_SUMMARY = 100


class Progress(Protocol):
    """Shows events of a run."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def show(self, event: "Event") -> None:
        """Show what happened."""


def progress(*, quiet: bool) -> Progress:
    """The progress that fits where standard error goes."""
    if quiet:
        return Lines(lambda _: None)
    if ERR.is_terminal:
        return LiveTasks()
    return Lines(lambda text: ERR.print(escape(text), soft_wrap=True))


class Lines:
    """A line for every happening."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._agents: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None

    def show(self, event: "Event") -> None:
        """Write the happening, if it is one worth a line."""
        if event.kind == "plan":
            self._agents |= agents_of(event.data)
        line = _line(event, self._agents)
        if line:
            self._write(line)


class LiveTasks:
    """A line for every task, which says what it is at; it is gone in the end."""

    def __init__(self) -> None:
        self._tasks: dict[str, _Task] = {}
        self._live = Live(self, console=ERR, transient=True, refresh_per_second=REFRESHES)
        self._lasting = Lines(lambda text: self._live.console.print(escape(text), soft_wrap=True))
        self._started = time.monotonic()

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._live.stop()

    def show(self, event: "Event") -> None:
        """Bring the task's line up to date; warnings stay as lines above."""
        if event.kind == "plan":
            self._tasks |= {
                str(task.get("id")): _Task(str(task.get("agent"))) for task in _tasks(event.data)
            }
        elif event.kind in ("warning", "budget"):
            self._lasting.show(event)
        elif event.kind in ("task", "tool_call", "tool_result"):
            task = self._tasks.get(str(event.data.get("task")))
            if task is not None:
                task.happened(event)

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> "RenderResult":
        """The lines as they are now."""
        seconds = time.monotonic() - self._started
        frame = FRAMES[int(seconds * REFRESHES) % len(FRAMES)]
        if not self._tasks:
            yield Text(f"{frame} reading the question  {seconds:.0f} s")
            return
        width = max(len(task.agent) for task in self._tasks.values())
        for task in self._tasks.values():
            mark = "✓" if task.done else frame if task.started else "·"
            text = f"{mark} {fit(task.agent, width)}  {task.looks:>2} looks  {task.at}"
            yield Text(fit(text, console.width - 8) + f"{seconds:>5.0f} s")


class _Task:
    """What one task is at."""

    def __init__(self, agent: str) -> None:
        self.agent = agent
        self.at = "waits"
        self.looks = 0
        self.started = False
        self.done = False

    def happened(self, event: "Event") -> None:
        """Take in one event of the task."""
        self.started = True
        if event.kind == "tool_call":
            self.at = str(event.data.get("tool", "")).replace("_", " ")
            self.looks += 1
        elif event.kind == "tool_result" and "error" not in event.data:
            self.at = _flat(str(event.data.get("summary", "")))
        elif event.kind == "task" and event.data.get("state") == "done":
            self.done, self.at = True, "done"


def agents_of(plan: dict[str, Any]) -> dict[str, str]:
    """Agent by task of a plan event."""
    return {str(task.get("id")): str(task.get("agent")) for task in _tasks(plan)}


def _tasks(plan: dict[str, Any]) -> list[dict[str, Any]]:
    tasks = plan.get("tasks")
    return [task for task in tasks if isinstance(task, dict)] if isinstance(tasks, list) else []


def _line(event: "Event", agents: dict[str, str]) -> str:
    data = event.data
    task = str(data.get("task", ""))
    who = agents.get(task, task)
    if event.kind == "plan":
        steps = "; ".join(f"{one.get('agent')}: {one.get('goal')}" for one in _tasks(data))
        notes = "".join(f"\nplan: {note}" for note in data.get("notes") or ())
        return f"plan ({data.get('decided_by')}): {_flat(steps)}{notes}"
    if event.kind == "tool_result":
        found = data.get("error") or f"{data.get('evidence')} {data.get('summary', '')}"
        return f"{who}: {data.get('tool')}: {_flat(str(found))[:LONGEST_SUMMARY]}"
    if event.kind in ("warning", "budget"):
        return f"{event.kind}: {_flat(str(data.get('text', '')))}"
    if event.kind == "task" and data.get("state") == "done":
        return f"{who}: done"
    return ""


def _flat(text: str) -> str:
    return " ".join(text.split())
