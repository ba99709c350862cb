"""Propose something that a named person has to approve."""

from typing import Annotated, Any

from pydantic import AwareDatetime, Field

from domain.contract import Contract
from domain.errors import InvalidArgument
from domain.records.evidence import Evidence
from domain.records.proposal import ProposalState
from memory.evidence import sha256_of
from memory.proposals import Wish
from tools.cases.book import casebook
from tools.names import NameKind, resolve
from tools.tool import Found, ToolContext, tool

NAMED: dict[str, NameKind] = {
    "supplier_id": "supplier",
    "part_id": "part",
    "lot_ids": "lot",
    "symptom": "symptom",
    "model_id": "model",
    "line_id": "line",
    "sites": "site",
}
"""Fields of a payload that hold names of the hub."""


RECIPE = "activate_test_recipe"
"""The kind of proposal that only a switch of test parameters can justify."""


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


class ProposedAction(Contract):
    """The proposal."""

    proposal_id: str
    """Its id."""
    sha256: str
    """Hash of exactly what would be done: this is what is approved."""
    state: ProposalState
    """Where it stands."""
    risk: str
    """What could go wrong."""
    approvers: tuple[str, ...]
    """Roles that may approve."""
    needed: int
    """Different people who must approve (count)."""
    expires_at: AwareDatetime
    """After this moment it can no longer be approved (UTC)."""


@tool(effect="propose", version=1)
def propose_action(query: ProposeActionQuery, context: ToolContext) -> Found[ProposedAction]:
    """Propose a SCAR, a message, a rating, controlled shipping, a block, a recipe or a notice.

    Call it when something should leave the company, stop product or change a rating. It does
    nothing of that: a named person with the right role approves exactly this payload, and then it
    is carried out once. The same wish again is the same proposal.

    Raises:
        InvalidArgument: the kind is unknown, the payload does not fit it, or a recipe is not what
            the evidence of a switch of test parameters allows.
        UnknownName: there is no such case, evidence, supplier, part, lot or other name.
        NotPermitted: the asker may not propose.
    """
    speaks = [context.memory.evidence.get(one, context.snapshot.scope) for one in query.evidence]
    if query.kind == RECIPE:
        _check_recipe(query.payload, speaks)
    _check_names(query.payload, context)
    asked = sha256_of([query.kind, query.payload, query.case_id, context.principal.id])
    wish = Wish(f"told:{asked[:32]}", query.kind, query.payload, query.case_id, query.evidence)
    made = casebook(context).propose(
        wish, context.principal, context.snapshot.scope, context.run_id
    )
    who = f"{made.needed} of {' or '.join(made.approvers)}"
    return Found(
        result=ProposedAction(
            proposal_id=made.id,
            sha256=made.sha256,
            state=made.state,
            risk=made.risk,
            approvers=made.approvers,
            needed=made.needed,
            expires_at=made.expires_at,
        ),
        summary=f"{made.id} {made.kind} is {made.state}: {who} must approve"
        f" {made.sha256[:8]} by {made.expires_at:%Y-%m-%d %H:%M} UTC.",
    )


def _check_recipe(payload: dict[str, Any], speaks: list[Evidence]) -> None:
    """A recipe is proposed as a switch of test parameters allows it, and in no other words.

    What rests on less than high confidence is thereby accepted by a person by name, or not at all.
    """
    switches = [one.result["activation"] for one in speaks if one.tool == "switch_test_parameters"]
    if not any(one["allowed"] and one["payload"] == payload for one in switches):
        raise InvalidArgument(
            "no evidence allows this recipe",
            holds="nothing was proposed",
            next_step="ask switch_test_parameters with model, line and who accepts; propose its"
            " `activation.payload` with its evidence id",
        )


def _check_names(payload: dict[str, Any], context: ToolContext) -> None:
    """Names in a payload that the hub does not know are refused before anybody approves them."""
    for field, kind in NAMED.items():
        given = payload.get(field) or ()
        names = [given] if isinstance(given, str) else list(given)
        resolve(context, kind, [one for one in names if isinstance(one, str)])
