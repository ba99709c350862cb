"""A plan before anything is looked up: who would be asked for what, and what is unclear."""

from typing import Any

from apps.render import OUT, escape
from apps.terminal.cells import fold
from apps.terminal.labels import labels_for


def show_plan(body: dict[str, Any]) -> None:
    """Print the plan of an `andon.answer/1` object, which may come without data."""
    words = labels_for(str(body.get("language") or ""))
    plan = body.get("plan") or {}
    if plan.get("tasks"):
        OUT.print(f"[bold]{escape(words.plan)}[/bold] ({escape(str(plan.get('decided_by')))})")
    for task in plan.get("tasks") or ():
        _task(task)
    for question in body.get("questions") or ():
        OUT.print(f"[bold]{escape(question['text'])}[/bold]", soft_wrap=True)
        for number, option in enumerate(question.get("options") or (), 1):
            OUT.print(f"  {number}  {escape(option)}", soft_wrap=True)
    if refusal := body.get("refusal"):
        OUT.print(f"[bold]{escape(words.outcome['refused'])}[/bold] {escape(refusal['reason'])}")
        OUT.print(f"{escape(words.instead)}: {escape(refusal['request_route'])}")


def _task(task: dict[str, Any]) -> None:
    after = f" ← {', '.join(task['after'])}" if task.get("after") else ""
    lead = f"  {task['id']}{after}  {task['agent']}  "
    margin = " " * len(lead)
    for line in fold(task["goal"], OUT.width - len(lead), 4):
        OUT.print(escape(lead + line), soft_wrap=True)
        lead = margin
    if named := _named(task.get("slots") or {}):
        OUT.print(f"[dim]{escape(margin + named)}[/dim]", soft_wrap=True)


def _named(slots: dict[str, Any]) -> str:
    """Names that were recognised, and the days, as `model_id 65Q8 · 2026-01-01 – 2026-03-31`."""
    parts = [
        f"{kind} {', '.join(names)}" for kind, names in slots.items() if names and kind != "period"
    ]
    period = slots.get("period") or {}
    if period.get("from") or period.get("to"):
        parts.append(f"{period.get('from') or '…'} – {period.get('to') or '…'}")
    return " · ".join(parts)
