"""`andon proposals`, `approve`, `reject`: what waits for a person, and the person's word."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from apps.deciding import decide
from apps.options import HubOption, JsonOption, UserOption, wiring
from apps.proposal_reading import as_json as told
from apps.proposal_reading import listed, one_of
from apps.proposal_reading import progress as progress
from apps.render import OUT, escape, print_json
from domain.errors import BadArgument

if TYPE_CHECKING:
    from apps.wiring import Wiring
    from domain.records.proposal import Proposal
    from memory.proposals import Decided

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
AgainOption = Annotated[bool, typer.Option("--again", help="Have what failed tried again.")]
SHORTEST = 8


def proposals(
    proposal_id: MaybeIdArgument = None,
    everything: AllOption = False,
    edit: PayloadOption = "",
    again: AgainOption = False,
    hub: HubOption = None,
    user: UserOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what waits for a decision, or show exactly what one proposal would do.

    `--json` prints `andon.proposals/1` (`proposals`: a list) or, with an id, `andon.proposal/1`:
    the fields of a proposal and `progress`, where it stands in words.
    """
    parts = wiring(hub, user)
    if proposal_id is None:
        if edit or again:
            raise BadArgument("--edit and --again need the id of a proposal")
        _list(parts, everything=everything, as_json=as_json)
        return
    if edit and again:
        raise BadArgument("--edit and --again do not go together")
    found = one_of(parts, proposal_id)
    if edit:
        found = _edited(parts, found, edit)
    elif again:
        found = _tried_again(parts, found)
    if as_json:
        print_json({"schema": "andon.proposal/1", **told(parts, found)})
        return
    if edit:
        changed = found.id != proposal_id
        OUT.print(f"{proposal_id} is replaced by {found.id}" if changed else "nothing is different")
    _show(parts, found)


def approve(
    proposal_id: IdArgument,
    sha256: HashOption,
    reason: ReasonOption = "",
    hub: HubOption = None,
    user: UserOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say yes to exactly what was shown; the last yes that was missing has it carried out.

    `--json` prints `andon.decision/1`: `id`, `state` (where the proposal stands now), `accepted`
    and `reason` (what is still missing; empty: nothing).
    """
    parts = wiring(hub, user)
    found = one_of(parts, proposal_id)
    decided = decide(parts, found, "approve", sha256=_whole(found, sha256), reason=reason)
    _say(found, decided, as_json=as_json)


def reject(
    proposal_id: IdArgument,
    reason: ReasonOption,
    hub: HubOption = None,
    user: UserOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say no, with a reason; `--json` prints `andon.decision/1`, as `andon approve` does."""
    if not reason.strip():
        raise BadArgument("give a reason", next_step="--reason 'what speaks against it'")
    parts = wiring(hub, user)
    found = one_of(parts, proposal_id)
    decided = decide(parts, found, "reject", sha256=found.sha256, reason=reason)
    _say(found, decided, as_json=as_json)


def _list(parts: "Wiring", *, everything: bool, as_json: bool) -> None:
    found = listed(parts, everything=everything)
    if as_json:
        body = [told(parts, one) for one in found]
        print_json({"schema": "andon.proposals/1", "proposals": body})
        return
    for one in found:
        about = f" for {one.case_id}" if one.case_id else ""
        stands = escape(progress(parts, one))
        OUT.print(f"[bold]{one.id}[/bold] {one.kind}{about}: [bold]{stands}[/bold]", soft_wrap=True)
        if one.state == "proposed":
            OUT.print(f"    {_needs(one)}, sha256 {one.sha256[:12]}", soft_wrap=True)
    if not found:
        OUT.print("nothing was proposed" if everything else "nothing waits for a decision")


def _say(found: "Proposal", decided: "Decided", *, as_json: bool) -> None:
    if as_json:
        print_json({"schema": "andon.decision/1", "id": found.id, **decided._asdict()})
        return
    more = f": {escape(decided.reason)}" if decided.reason else ""
    OUT.print(f"{found.id} is {decided.state}{more}")
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


def _edited(parts: "Wiring", found: "Proposal", text: str) -> "Proposal":
    import json

    from apps.loop import acting
    from graphs.actions import revise

    try:
        fields = json.loads(text)
    except ValueError as error:
        raise BadArgument(f"--edit is no JSON: {error}") from error
    if not isinstance(fields, dict):
        raise BadArgument("--edit must be a JSON object of fields to change")
    return one_of(parts, revise(acting(parts), found.id, parts.principal, fields, parts.now()))


def _tried_again(parts: "Wiring", found: "Proposal") -> "Proposal":
    from apps.loop import acting
    from graphs.actions import try_again

    try_again(acting(parts), found.id, parts.principal, parts.now())
    return one_of(parts, found.id)


def _needs(one: "Proposal") -> str:
    who = " or ".join(one.approvers)
    return f"needs {one.needed} of {who} until {one.expires_at:%Y-%m-%d %H:%M} UTC"


def _show(parts: "Wiring", one: "Proposal") -> None:
    stands = escape(progress(parts, one))
    OUT.print(f"[bold]{one.id}[/bold] {one.kind}: [bold]{stands}[/bold]", soft_wrap=True)
    OUT.print(f"risk     {escape(one.risk)}")
    OUT.print(f"for      case {one.case_id or '–'}, evidence {', '.join(one.evidence) or '–'}")
    OUT.print(f"made     by {escape(one.proposed_by)}, {one.proposed_at:%Y-%m-%d %H:%M} UTC")
    OUT.print(f"decision {_needs(one)}", soft_wrap=True)
    _show_payload(one.payload)
    for ruling in one.rulings:
        why = f": {escape(ruling.reason)}" if ruling.reason else ""
        by = f"{escape(ruling.by)} as {ruling.role}"
        OUT.print(f"{ruling.decision} by {by}, {ruling.at:%Y-%m-%d %H:%M} UTC{why}", soft_wrap=True)
    for attempt in one.attempts:
        OUT.print(
            f"try {attempt.number}: {attempt.outcome}, {escape(attempt.detail)}", soft_wrap=True
        )
    if one.state == "failed":
        OUT.print(f"[dim]mend the cause, then `andon proposals {one.id} --again`[/dim]")
    OUT.print(f"sha256   {one.sha256}", soft_wrap=True)


def _show_payload(payload: dict[str, Any]) -> None:
    for name, value in payload.items():
        if name not in ("letter", "letters"):
            OUT.print(f"  {name}: {escape(str(value))}", soft_wrap=True)
    if letter := payload.get("letter"):
        _show_letter(letter)
    for place, letter in payload.get("letters", {}).items():
        OUT.print(f"[bold]to {escape(place)}[/bold]")
        _show_letter(letter)


def _show_letter(letter: dict[str, str]) -> None:
    language = escape(letter["language"])
    OUT.print(f"[bold]{escape(letter['subject'])}[/bold] ({language})", soft_wrap=True)
    OUT.print(escape(letter["text"]), soft_wrap=True)
