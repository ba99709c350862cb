"""`andon audit`: what was done, by whom, and the proof that nothing of it was changed."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from apps.options import HubOption, JsonOption, UserOption, wiring
from apps.render import OUT, escape, print_json
from domain.errors import LedgerDamaged

if TYPE_CHECKING:
    from memory.audit import Entry, Verdict

LISTED = 50


class Ask(StrEnum):
    """What is asked of the audit."""

    VERIFY = "verify"
    LIST = "list"


AskArgument = Annotated[Ask, typer.Argument(help="verify: prove it. list: show it.")]
ExpectOption = Annotated[
    str | None,
    typer.Option("--expect", metavar="SHA", help="verify: a head that was noted down earlier."),
]
SubjectOption = Annotated[
    str | None,
    typer.Option("--subject", metavar="ID", help="list: only about this case, proposal, message."),
]


def audit(
    ask: AskArgument,
    expect: ExpectOption = None,
    subject: SubjectOption = None,
    hub: HubOption = None,
    user: UserOption = None,
    as_json: JsonOption = False,
) -> None:
    """Prove that the audit follows from itself, or list what was done."""
    from memory.audit import entries, verify

    parts = wiring(hub, user)
    parts.principal  # noqa: B018  an unknown user hears of it now
    with parts.ledger.read() as connection:
        if ask is Ask.VERIFY:
            _tell(verify(connection, expected=expect), as_json)
        else:
            _list(entries(connection, subject=subject, most=LISTED), as_json)


def _tell(verdict: "Verdict", as_json: bool) -> None:
    if not verdict.whole:
        raise LedgerDamaged(
            f"the audit does not follow from itself: {verdict.reason}",
            holds=f"its first {verdict.entries} entries follow, up to {verdict.head}",
            next_step="compare the database with a copy from before, and ask who can write to it",
        )
    if as_json:
        print_json({"schema": "andon.audit_verdict/1", **verdict.model_dump(mode="json")})
        return
    OUT.print(f"{verdict.entries} entries, whole; head {verdict.head}", soft_wrap=True)
    OUT.print("note the head down elsewhere: `--expect` proves later that nothing was cut off")


def _list(found: "list[Entry]", as_json: bool) -> None:
    if as_json:
        listed = [one.model_dump(mode="json") for one in found]
        print_json({"schema": "andon.audit/1", "entries": listed})
        return
    for one in found:
        said = f"{one.number:6}  {one.at:%Y-%m-%d %H:%M}  {one.by}  {one.action}  {one.subject}"
        OUT.print(escape(said), soft_wrap=True)
    if not found:
        OUT.print("nothing was done")
