"""`andon knowledge`: what verified fixes taught, and a second person's word on it."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from apps.options import HubOption, JsonOption, UserOption, wiring
from apps.render import OUT, escape, print_json
from domain.errors import BadArgument

if TYPE_CHECKING:
    from apps.wiring import Wiring
    from domain.records.knowledge import Knowledge, Review


class Ask(StrEnum):
    """What is to be done with the knowledge."""

    LIST = "list"
    REVIEW = "review"
    RETIRE = "retire"


AskArgument = Annotated[Ask, typer.Argument(help="list, review or retire.")]
IdArgument = Annotated[str | None, typer.Argument(help="review, retire: its id, K-….")]
SymptomOption = Annotated[
    str | None, typer.Option("--symptom", help="list: only about this symptom.")
]
MechanismOption = Annotated[
    str, typer.Option("--mechanism", help="review: how the cause makes the symptom.")
]
ControlOption = Annotated[
    str, typer.Option("--control", help="review: what keeps it from coming back.")
]


def knowledge(
    ask: AskArgument = Ask.LIST,
    knowledge_id: IdArgument = None,
    symptom: SymptomOption = None,
    mechanism: MechanismOption = "",
    control: ControlOption = "",
    hub: HubOption = None,
    user: UserOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what verified fixes taught; review it as a second person, or retire it."""
    parts = wiring(hub, user)
    parts.principal  # noqa: B018  an unknown user hears of it now
    if ask is Ask.LIST:
        if knowledge_id is not None:
            raise BadArgument(f"list takes no id: {knowledge_id}", next_step="use --symptom")
        _list(parts, symptom, as_json)
        return
    if knowledge_id is None:
        raise BadArgument(f"{ask} needs an id", next_step="`andon knowledge` lists them")
    outcome: Review = "reviewed" if ask is Ask.REVIEW else "retired"
    if outcome == "retired" and (mechanism or control):
        raise BadArgument("--mechanism and --control go with review")
    parts.action_policy.check_case(parts.principal, "work")
    found = _review(parts, knowledge_id, outcome, mechanism, control)
    if as_json:
        print_json({"schema": "andon.knowledge/1", "knowledge": [found.model_dump(mode="json")]})
    else:
        _show(found)


def _review(
    parts: "Wiring", knowledge_id: str, outcome: "Review", mechanism: str, control: str
) -> "Knowledge":
    from memory.knowledge import review

    said = parts.without_personal(mechanism), parts.without_personal(control)
    with parts.ledger.change(by=parts.principal.id, at=parts.now()) as change:
        return review(change, knowledge_id, outcome, mechanism=said[0], control=said[1])


def _list(parts: "Wiring", symptom: str | None, as_json: bool) -> None:
    from memory.knowledge import learnt

    with parts.ledger.read() as connection:
        found = learnt(connection, symptom=symptom, scope=parts.scope)
    if as_json:
        listed = [one.model_dump(mode="json") for one in found]
        print_json({"schema": "andon.knowledge/1", "knowledge": listed})
        return
    for one in found:
        _show(one)
    if not found:
        OUT.print("nothing was learnt yet: a closed case whose fix was shown to work teaches")


def _show(one: "Knowledge") -> None:
    until = f" until {one.valid_to}" if one.valid_to else ""
    who = f" by {one.reviewed_by}" if one.reviewed_by else ""
    head = f"{one.id}  {one.symptom}  {one.review.replace('_', ' ')}{who}{until}"
    OUT.print(f"[bold]{escape(head)}[/bold] – {escape(one.case_id)}, from {one.valid_from}")
    from agents.drafting.conditions import units_where
    from agents.wording.wording import wording_for

    cause = wording_for("en").fact(units_where(one.cause))
    for name, text in (
        ("cause", cause),
        ("mechanism", one.mechanism),
        ("control", one.control),
        ("evidence", ", ".join(one.evidence)),
    ):
        OUT.print(f"  {name}: {escape(text or 'not stated')}")
