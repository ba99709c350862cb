"""`andon proposals`, `approve`, `reject`: what waits for a person, and the person's word."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from apps.options import HubOption, JsonOption, UserOption, wiring
from apps.render import OUT, escape, print_json
from domain.errors import BadArgument, NotPermitted

if TYPE_CHECKING:
    from apps.wiring import Wiring
    from domain.records.proposal import Decision, Proposal

IdArgument = Annotated[str, typer.Argument(help="A proposal id, P-….")]
MaybeIdArgument = Annotated[str | None, typer.Argument(help="A proposal id, P-…; none lists them.")]
AllOption = Annotated[bool, typer.Option("--all", help="Also those that wait for nobody any more.")]
HashOption = Annotated[
    str, typer.Option("--sha256", help="Hash of what you saw, or its first 8 characters or more.")
]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why.")]
PayloadOption = Annotated[
    str, typer.Option("--edit", help="A JSON object of fields to change; makes a new proposal.")
]
SHORTEST = 8
WAITING = ("proposed", "approved", "failed")


def proposals(
    proposal_id: MaybeIdArgument = None,
    everything: AllOption = False,
    edit: PayloadOption = "",
    hub: HubOption = None,
    user: UserOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what waits for a decision, or show exactly what one proposal would do."""
    parts = wiring(hub, user)
    if edit and proposal_id:
        proposal_id = _edit(parts, proposal_id, edit)
    if proposal_id is not None:
        found = _one(parts, proposal_id)
        print_json(_json(parts, found)) if as_json else _show(parts, found)
        return
    from memory.proposal_rows import proposals as read

    with parts.ledger.read() as connection:
        listed = read(connection, parts.action_policy, states=() if everything else WAITING)  # type: ignore[arg-type]
    if as_json:
        body = [_json(parts, one) for one in listed]
        print_json({"schema": "andon.proposals/1", "proposals": body})
        return
    for one in listed:
        OUT.print(
            f"[bold]{one.id}[/bold] {one.kind} {one.case_id or ''}"
            f" [bold]{progress(parts, one)}[/bold] sha256 {one.sha256[:12]}, until"
            f" {one.expires_at:%Y-%m-%d %H:%M} UTC, by {' or '.join(one.approvers)}"
        )
    if not listed:
        OUT.print("nothing waits for a decision")


def approve(
    proposal_id: IdArgument,
    sha256: HashOption,
    reason: ReasonOption = "",
    hub: HubOption = None,
    user: UserOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say yes to exactly what was shown; the last yes that was missing has it carried out."""
    _decide(wiring(hub, user), proposal_id, "approve", sha256, reason, as_json=as_json)


def reject(
    proposal_id: IdArgument,
    reason: ReasonOption,
    hub: HubOption = None,
    user: UserOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say no, with a reason."""
    _decide(wiring(hub, user), proposal_id, "reject", "", reason, as_json=as_json)


def progress(parts: "Wiring", one: "Proposal") -> str:
    """Where a proposal stands, in words: approved is not executed."""
    yes = sum(ruling.decision == "approve" for ruling in one.rulings)
    if one.state == "proposed":
        return f"proposed ({yes} of {one.needed} approved)"
    if one.state != "approved":
        return one.state
    from memory.outbox import messages_of

    with parts.ledger.read() as connection:
        waiting = [m for m in messages_of(connection, one.id) if m.state == "waiting"]
    if waiting:
        error = f", last: {waiting[0].error}" if waiting[0].error else ""
        return f"approved, not executed: {len(waiting)} messages wait{error}"
    failed = [attempt.detail for attempt in one.attempts if attempt.outcome == "failed"]
    return f"approved, not executed{': ' + failed[-1] if failed else ''}"


def _decide(
    parts: "Wiring",
    proposal_id: str,
    decision: "Decision",
    shown: str,
    reason: str,
    *,
    as_json: bool,
) -> None:
    from apps.loop import acting
    from graphs.actions import decide_on

    found = _one(parts, proposal_id)
    sha256 = found.sha256 if decision == "reject" else _whole(found, shown)
    decided = decide_on(
        acting(parts),
        proposal_id,
        parts.principal,
        decision,
        sha256=sha256,
        now=parts.now(),
        reason=reason,
    )
    if not decided.accepted:
        raise NotPermitted(
            f"{proposal_id}: {decided.reason}",
            holds=f"it stands as it stood: {decided.state}",
            next_step="`andon proposals` shows what waits, and for whom",
        )
    if as_json:
        print_json({"schema": "andon.decision/1", "id": proposal_id, **decided._asdict()})
        return
    more = f": {decided.reason}" if decided.reason else ""
    OUT.print(f"{proposal_id} is {decided.state}{more}")
    if decided.state == "approved":
        OUT.print("[dim]a worker carries it out: `andon worker --once`, or one that runs[/dim]")


def _whole(found: "Proposal", shown: str) -> str:
    """The hash that a person names; the start of it is enough, another one is passed on as such."""
    if len(shown) < SHORTEST:
        raise BadArgument(
            f"give at least {SHORTEST} characters of the hash of what you saw",
            next_step=f"`andon proposals {found.id}` shows it",
        )
    return found.sha256 if found.sha256.startswith(shown.lower()) else shown


def _edit(parts: "Wiring", proposal_id: str, text: str) -> str:
    import json

    from memory.proposals import edit

    try:
        fields = json.loads(text)
    except ValueError as error:
        raise BadArgument(f"--edit is no JSON: {error}") from error
    if not isinstance(fields, dict):
        raise BadArgument("--edit must be a JSON object of fields to change")
    payload = {**_one(parts, proposal_id).payload, **fields}
    with parts.ledger.change(by=parts.principal.id, at=parts.now()) as change:
        return edit(change, proposal_id, payload, parts.action_policy)


def _one(parts: "Wiring", proposal_id: str) -> "Proposal":
    from memory.case_rows import case_of
    from memory.proposal_rows import proposal

    with parts.ledger.read() as connection:
        found = proposal(connection, proposal_id, parts.action_policy)
        if found.case_id is not None:
            case_of(connection, found.case_id, parts.scope)
    return found


def _json(parts: "Wiring", one: "Proposal") -> dict[str, Any]:
    return {**one.model_dump(mode="json"), "progress": progress(parts, one)}


def _show(parts: "Wiring", one: "Proposal") -> None:
    OUT.print(f"[bold]{one.id}[/bold] {one.kind}: [bold]{progress(parts, one)}[/bold]")
    OUT.print(f"risk     {escape(one.risk)}")
    OUT.print(f"for      case {one.case_id or '-'}, evidence {', '.join(one.evidence) or '-'}")
    OUT.print(f"proposed by {one.proposed_by} {one.proposed_at:%Y-%m-%d %H:%M} UTC")
    need = f"{one.needed} of {' or '.join(one.approvers)}"
    OUT.print(f"needs    {need}, until {one.expires_at:%Y-%m-%d %H:%M} UTC")
    letter = one.payload.get("letter")
    for name, value in one.payload.items():
        if name != "letter":
            OUT.print(f"  {name}: {escape(str(value))}", soft_wrap=True)
    if letter:
        OUT.print(f"[bold]{escape(letter['subject'])}[/bold] ({letter['language']})")
        OUT.print(escape(letter["text"]), soft_wrap=True)
    for ruling in one.rulings:
        why = f": {escape(ruling.reason)}" if ruling.reason else ""
        OUT.print(
            f"{ruling.decision} by {ruling.by} as {ruling.role} {ruling.at:%Y-%m-%d %H:%M}{why}"
        )
    for attempt in one.attempts:
        OUT.print(f"try {attempt.number}: {attempt.outcome}, {escape(attempt.detail)}")
    OUT.print(f"sha256   {one.sha256}")
