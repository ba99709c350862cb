"""`andon evidence`: what a citation points at, and whether it still holds."""

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from apps.options import AsOfOption, HubOption, JsonOption, UserOption, day, wiring
from apps.render import OUT, escape, print_json, show_evidence
from domain.errors import BadArgument, UnknownName

if TYPE_CHECKING:
    from apps.wiring import Wiring
    from domain.records.evidence import Evidence
    from tools.rerun import Rerun
    from tools.tool import ToolContext

IdArgument = Annotated[str | None, typer.Argument(help="An evidence id, E-…; none lists them.")]
RerunOption = Annotated[bool, typer.Option("--rerun", help="Ask again on the same hub commit.")]
NowOption = Annotated[bool, typer.Option("--now", help="Ask again on today's hub commit.")]
CHANGES_SHOWN = 20


def evidence(
    evidence_id: IdArgument = None,
    again: RerunOption = False,
    now: NowOption = False,
    hub: HubOption = None,
    user: UserOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show evidence; --rerun says identical, changed or gone; --now shows today's difference."""
    parts = wiring(hub, user)
    if evidence_id is None:
        _list(parts, as_json)
        return
    if again and now:
        raise BadArgument("--rerun and --now exclude each other", next_step="choose one")
    if as_of and not now:
        raise BadArgument("--as-of goes with --now: evidence keeps its own day")
    found = parts.memory.evidence.get(evidence_id, parts.scope)
    if not (again or now):
        print_json(found.to_json()) if as_json else show_evidence(found)
        return
    outcome = _again(parts, found, now, day(as_of))
    if as_json:
        print_json(_as_json(found, outcome))
    else:
        _show(found, outcome)


def _again(parts: "Wiring", found: "Evidence", now: bool, today: date | None) -> "Rerun":
    from tools.rerun import Rerun, rerun

    try:
        context = _context(parts, found, now, today)
    except UnknownName as error:
        return Rerun("gone", None, (), error.message)
    return rerun(found, context)


def _context(parts: "Wiring", found: "Evidence", now: bool, today: date | None) -> "ToolContext":
    own_day = date.fromisoformat(found.as_of) if found.as_of_given else None
    as_of = today if now else own_day
    commit = None if now else found.versions.hub_commit
    context = parts.context(as_of=as_of, commit_id=commit)
    # The first asker's scope, which `get` has shown to be within the reader's.
    snapshot = parts.hub.snapshot(found.scope, commit_id=commit, as_of=as_of)
    return replace(context, snapshot=snapshot)


def _list(parts: "Wiring", as_json: bool) -> None:
    found = parts.memory.evidence.newest(parts.scope)
    if as_json:
        listed = [
            {"id": e.id, "tool": e.tool, "as_of": e.as_of, "summary": e.summary} for e in found
        ]
        print_json({"schema": "andon.evidence_list/1", "evidence": listed})
        return
    for one in found:
        OUT.print(f"[bold]{one.id}[/bold] {one.tool}, as of {one.as_of}: {escape(one.summary)}")
    if not found:
        OUT.print("no evidence yet; `andon tool NAME` makes some")


def _as_json(found: "Evidence", outcome: "Rerun") -> dict[str, object]:
    return {
        "schema": "andon.rerun/1",
        "id": found.id,
        "status": outcome.status,
        "reason": outcome.reason,
        "now": outcome.evidence.to_json() if outcome.evidence else None,
        "changes": [change._asdict() for change in outcome.changes],
    }


def _show(found: "Evidence", outcome: "Rerun") -> None:
    OUT.print(f"[bold]{found.id}: {outcome.status}[/bold] – {escape(outcome.reason)}")
    OUT.print(f"  then: {escape(found.summary)}")
    if outcome.evidence is not None:
        OUT.print(f"  now:  {escape(outcome.evidence.summary)}")
    for change in outcome.changes[:CHANGES_SHOWN]:
        OUT.print(f"  {escape(change.path)}: {change.before} → {change.after}")
    if len(outcome.changes) > CHANGES_SHOWN:
        OUT.print(f"  … and {len(outcome.changes) - CHANGES_SHOWN} more; `--json` gives all")
