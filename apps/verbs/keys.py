"""`andon keys`: by which programs and browsers speak for a person over HTTP."""

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from apps.options import HubOption, JsonOption, UserOption
from apps.render import ERR, OUT, escape, print_json
from apps.verbs.serve import served_parts
from domain.errors import BadArgument

if TYPE_CHECKING:
    from apps.wiring import Wiring
    from memory.api_keys import ApiKey, ApiKeys


class Ask(StrEnum):
    """What is to be done with the keys."""

    LIST = "list"
    ADD = "add"
    REVOKE = "revoke"


AskArgument = Annotated[Ask, typer.Argument(help="list, add or revoke.")]
WhoArgument = Annotated[
    str | None, typer.Argument(help="add: the person of the users file. revoke: the key's id.")
]
NameOption = Annotated[str, typer.Option("--name", help="add: what the key is for.")]
DaysOption = Annotated[
    int | None, typer.Option("--days", help="add: days after which it ends.", min=1, max=3650)
]


def keys(
    ask: AskArgument = Ask.LIST,
    who: WhoArgument = None,
    name: NameOption = "",
    days: DaysOption = None,
    hub: HubOption = None,
    user: UserOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the keys of the HTTP interface, give one to a person, or take one back.

    They are those of what `andon serve` serves here: without a hub of yours, of the demo. A key is
    shown once; only its hash is kept. Who gives and takes is written into the audit.
    """
    from memory.api_keys import ApiKeys

    parts, _ = served_parts(hub, user)
    parts.principal  # noqa: B018  an unknown user hears of it now
    kept = ApiKeys(parts.ledger)
    if ask is Ask.LIST:
        if who is not None:
            raise BadArgument(f"list takes no name: {who}", next_step="andon keys list")
        _list(kept.all(), parts, as_json)
    elif who is None:
        needed = "a person" if ask is Ask.ADD else "a key's id"
        raise BadArgument(f"{ask} needs {needed}", next_step=f"andon keys {ask} …")
    elif ask is Ask.ADD:
        _add(kept, parts, who, name, days, as_json=as_json)
    else:
        gone = kept.revoke(who, by=parts.principal.id, at=parts.now())
        _list([gone], parts, as_json)


def _add(
    kept: "ApiKeys", parts: "Wiring", who: str, name: str, days: int | None, *, as_json: bool
) -> None:
    principal = parts.people.principal(who)
    at = parts.now()
    until = at + timedelta(days=days) if days else None
    new = kept.add(principal.id, name, by=parts.principal.id, at=at, expires_at=until)
    if as_json:
        print_json({"schema": "andon.key/1", **new.key.model_dump(mode="json"), "key": new.text})
        return
    ERR.print("shown this once; whoever has it speaks for them:")
    OUT.print(new.text, markup=False, soft_wrap=True)


def _list(found: "list[ApiKey]", parts: "Wiring", as_json: bool) -> None:
    if as_json:
        told = [one.model_dump(mode="json") for one in found]
        print_json({"schema": "andon.keys/1", "keys": told})
        return
    for one in found:
        used = f"last used {one.used_at:%Y-%m-%d %H:%M}" if one.used_at else "never used"
        OUT.print(
            f"{one.id}  {escape(one.principal_id)}  {escape(one.name)}  {_standing(one, parts)},"
            f" {used}",
            soft_wrap=True,
        )
    if not found:
        OUT.print("no keys: andon keys add USER --name … gives one", markup=False)


def _standing(one: "ApiKey", parts: "Wiring") -> str:
    if one.revoked_at is not None:
        return f"revoked {one.revoked_at:%Y-%m-%d}"
    if not one.holds(parts.now()):
        return f"ended {one.expires_at:%Y-%m-%d}"
    return f"holds until {one.expires_at:%Y-%m-%d}" if one.expires_at else "holds"
