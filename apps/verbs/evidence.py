"""`andon evidence`: what a citation points at, and whether it still holds."""

from typing import TYPE_CHECKING, Annotated

import typer

from apps.evidence_reading import again as ask_again
from apps.evidence_reading import as_json as told
from apps.evidence_reading import listed
from apps.options import AsOfOption, HubOption, JsonOption, UserOption, day, wiring
from apps.render import OUT, escape, print_json, show_evidence
from domain.errors import BadArgument

if TYPE_CHECKING:
    from apps.wiring import Wiring
    from domain.records.evidence import Evidence
    from tools.rerun import Rerun

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
    outcome = ask_again(parts, found, now=now, today=day(as_of))
    if as_json:
        print_json(told(found, outcome))
    else:
        _show(found, outcome)


def _list(parts: "Wiring", as_json: bool) -> None:
    body = listed(parts)
    if as_json:
        print_json(body)
        return
    found = body["evidence"]
    for one in found:
        said = f"{one['tool']}, as of {one['as_of']}: {escape(one['summary'])}"
        OUT.print(f"[bold]{one['id']}[/bold] {said}")
    if not found:
        OUT.print("no evidence yet; `andon tool NAME` makes some")


def _show(found: "Evidence", outcome: "Rerun") -> None:
    OUT.print(f"[bold]{found.id}: {outcome.status}[/bold] – {escape(outcome.reason)}")
    OUT.print(f"  then: {escape(found.summary)}")
    if outcome.evidence is not None:
        OUT.print(f"  now:  {escape(outcome.evidence.summary)}")
    for change in outcome.changes[:CHANGES_SHOWN]:
        OUT.print(f"  {escape(change.path)}: {change.before} → {change.after}")
    if len(outcome.changes) > CHANGES_SHOWN:
        OUT.print(f"  … and {len(outcome.changes) - CHANGES_SHOWN} more; `--json` gives all")
