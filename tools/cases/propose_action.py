"""Propose something that a named person has to approve."""

from typing import Annotated, Any, NamedTuple

from pydantic import Field

from domain.contract import Contract
from domain.errors import InvalidArgument
from domain.records.evidence import Evidence
from memory.evidence import sha256_of
from memory.proposals import Wish
from tools.cases.book import casebook
from tools.cases.proposal_told import ProposalTold, told
from tools.names import NameKind, resolve
from tools.tool import Found, ToolContext, tool

NAMED: dict[str, NameKind] = {
    "supplier_id": "supplier",
    "part_id": "part",
    "lot_ids": "lot",
    "symptom": "symptom",
    "model_id": "model",
    "line_id": "line",
    "station_id": "station",
    "sites": "site",
}
"""Fields of a payload that hold names of the hub."""


class _Warrant(NamedTuple):
    """What alone can justify a proposal."""

    what: str
    tool: str
    asked: str


WARRANTS = {
    "activate_test_recipe": _Warrant(
        "recipe", "switch_test_parameters", "model, line and who accepts"
    ),
    "activate_vision_threshold": _Warrant(
        "threshold", "vision_calibration", "the station and the scores of its parts"
    ),
}
"""Kinds of proposals that only the evidence of one tool can justify, word for word."""


class ProposeActionQuery(Contract):
    """What is to be done, exactly."""

    kind: str
    """Kind of proposal, for example `issue_scar`; a wrong one lists all."""
    payload: dict[str, Any]
    """Exactly what would be done; a wrong field is named with those that fit."""
    case_id: str | None = None
    """The case that it belongs to."""
    evidence: Annotated[tuple[str, ...], Field(max_length=20)] = ()
    """Evidence ids that speak for it."""


@tool(effect="propose", version=1)
def propose_action(query: ProposeActionQuery, context: ToolContext) -> Found[ProposalTold]:
    """Propose a SCAR, a message, a rating, controlled shipping, a block, a recipe or a notice.

    Call it when something should leave the company, stop product or change a rating. It does
    nothing of that: a named person with the right role approves exactly this payload, and then it
    is carried out once. The same wish again is the same proposal.

    Raises:
        InvalidArgument: the kind is unknown, the payload does not fit it, or a recipe or threshold
            is not what its evidence allows.
        UnknownName: there is no such case, evidence, supplier, part, lot or other name.
        NotPermitted: the asker may not propose.
    """
    speaks = [context.memory.evidence.get(one, context.snapshot.scope) for one in query.evidence]
    if query.kind in WARRANTS:
        _check_warrant(WARRANTS[query.kind], query.payload, speaks)
    _check_names(query.payload, context)
    asked = sha256_of([query.kind, query.payload, query.case_id, context.principal.id])
    wish = Wish(f"told:{asked[:32]}", query.kind, query.payload, query.case_id, query.evidence)
    made = casebook(context).propose(
        wish, context.principal, context.snapshot.scope, context.run_id
    )
    who = f"{made.needed} of {' or '.join(made.approvers)}"
    return Found(
        result=told(made),
        summary=f"{made.id} {made.kind} is {made.state}: {who} must approve"
        f" {made.sha256[:8]} by {made.expires_at:%Y-%m-%d %H:%M} UTC.",
    )


def _check_warrant(warrant: _Warrant, payload: dict[str, Any], speaks: list[Evidence]) -> None:
    """A recipe or a threshold is proposed as its evidence allows it, and in no other words.

    What rests on less than high confidence is thereby accepted by a person by name, or not at all.
    """
    allowing = [one.result["activation"] for one in speaks if one.tool == warrant.tool]
    if not any(one["allowed"] and one["payload"] == payload for one in allowing):
        raise InvalidArgument(
            f"no evidence allows this {warrant.what}",
            holds="nothing was proposed",
            next_step=f"ask {warrant.tool} with {warrant.asked}; propose its"
            " `activation.payload` with its evidence id",
        )


def _check_names(payload: dict[str, Any], context: ToolContext) -> None:
    """Names in a payload that the hub does not know are refused before anybody approves them."""
    for field, kind in NAMED.items():
        given = payload.get(field) or ()
        names = [given] if isinstance(given, str) else list(given)
        resolve(context, kind, [one for one in names if isinstance(one, str)])
