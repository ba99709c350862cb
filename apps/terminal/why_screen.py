"""How an answer was reached: plan, looks, what was ruled out, who decided, on which versions."""

from typing import TYPE_CHECKING

from apps.render import OUT, escape
from apps.terminal.cells import fold
from apps.terminal.progress import agents_of

if TYPE_CHECKING:
    from apps.terminal.asking import Told
    from domain.records.answer import Answer
    from domain.records.event import Event

MOST_RULED_OUT = 10


def show_why(told: "Told") -> None:
    """Print how the answer came about."""
    answer = told.answer
    _heading("plan", f"decided by {answer.decided_by.plan}")
    for task in answer.plan.tasks:
        _line(f"{task.id}  {task.agent}: {task.goal}")
    _heading("looks", f"further ones chosen by {answer.decided_by.step}")
    for event in told.events:
        _look(event, _agents(told.events))
    _ruled_out(answer)
    _ledger(answer)
    _heading("words", f"chosen by {answer.decided_by.write}")
    _heading("versions")
    for name, version in answer.versions.model_dump(exclude_none=True).items():
        _line(f"{name}: {version}")
    _line(f"run {answer.run_id}, thread {answer.thread_id}, as of {answer.as_of}")


def _agents(events: "tuple[Event, ...]") -> dict[str, str]:
    found: dict[str, str] = {}
    for event in events:
        if event.kind == "plan":
            found |= agents_of(event.data)
    return found


def _look(event: "Event", agents: dict[str, str]) -> None:
    data = event.data
    if event.kind in ("warning", "budget"):
        _line(f"{event.kind}: {data.get('text', '')}")
    if event.kind != "tool_result":
        return
    task = str(data.get("task", ""))
    found = data.get("error") or f"{data.get('evidence', '')} {data.get('summary', '')}"
    _line(f"{agents.get(task, task)} · {data.get('tool')} · {found}")


def _ruled_out(answer: "Answer") -> None:
    from tools.causes.wording import phrase

    causes = answer.cause.ranked_causes if answer.cause else ()
    out = [cause for cause in causes if cause.ruled_out]
    if out:
        _heading("ruled out")
    for cause in out[:MOST_RULED_OUT]:
        _line(f"{phrase(cause.condition)}: {cause.because}")


def _ledger(answer: "Answer") -> None:
    if answer.hypotheses:
        _heading("hypotheses")
    for one in answer.hypotheses:
        test = f" Test: {one.predicts}." if one.predicts else ""
        _line(f"{one.status}: {one.statement}.{test} {' '.join(one.evidence)}")


def _heading(name: str, says: str = "") -> None:
    OUT.print(f"[bold]{name}[/bold] {escape(says)}".rstrip(), soft_wrap=True)


def _line(text: str) -> None:
    first, *rest = fold(text, OUT.width - 4, 3)
    OUT.print(f"  {escape(first)}", soft_wrap=True)
    for more in rest:
        OUT.print(f"    {escape(more)}", soft_wrap=True)
