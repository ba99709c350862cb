"""Proposals over HTTP: what waits for a person, and the person's word on exactly what was shown."""

from typing import TYPE_CHECKING, Any, Literal

from fastapi import APIRouter
from pydantic import Field

from apps.deciding import decide
from apps.http.answers import FAILURES, example
from apps.http.auth import Asker
from apps.http.failures import Conflict, unseen_is_unknown
from apps.proposal_reading import as_json, for_asker, listed, one_of
from domain.contract import Contract
from domain.errors import BadArgument
from domain.records.proposal import Decision

if TYPE_CHECKING:
    from domain.records.proposal import Proposal

router = APIRouter(prefix="/proposals", tags=["proposals"], responses=FAILURES)
_SHA256 = "3f1c" * 16
_ONE = {"id": "P-4KQ2X7M3", "kind": "block_stock", "payload": {"sites": ["QDA"]}, "needed": 1,
        "sha256": _SHA256, "risk": "stops shipments and lines", "approvers": ["plant_manager"],
        "state": "proposed", "progress": "proposed (0 of 1 approved)", "mine": True,
        "why_not": ""}  # fmt: skip
_LIST = {"schema": "andon.proposals/1", "proposals": [_ONE]}
_DECIDED = {"schema": "andon.decision/1", "id": "P-4KQ2X7M3", "state": "approved",
            "accepted": True, "reason": ""}  # fmt: skip


class Yes(Contract):
    """An approval of exactly what was shown."""

    sha256: str = Field(pattern="^[0-9a-f]{64}$", examples=[_SHA256])
    """The whole hash of the proposal that the person saw."""
    reason: str = Field(default="", max_length=2_000)
    """Why; may be left out."""


class No(Contract):
    """A rejection of exactly what was shown."""

    sha256: str = Field(pattern="^[0-9a-f]{64}$", examples=[_SHA256])
    """The whole hash of the proposal that the person saw."""
    reason: str = Field(min_length=1, max_length=2_000, examples=["the lots are sorted already"])
    """What speaks against it."""


@router.get("", summary="What waits for a decision", responses=example(_LIST, "The newest first."))
def proposals(parts: Asker, state: Literal["waiting", "all"] = "waiting") -> dict[str, Any]:
    """Proposals that the asker may see; `state=all` holds those that are over as well.

    Each says in `mine` whether the asker could decide on it now, and if not, in `why_not`, why.
    """
    found = listed(parts, everything=state == "all")
    told = [{**as_json(parts, one), **for_asker(parts, one)} for one in found]
    return {"schema": "andon.proposals/1", "proposals": told}


@router.get(
    "/{proposal_id}",
    summary="One proposal",
    responses=example({"schema": "andon.proposal/1", **_ONE}, "Exactly what would be done."),
)
def proposal(parts: Asker, proposal_id: str) -> dict[str, Any]:
    """Exactly what would be done, who may decide, who did, and where it stands."""
    found = _seen(parts, proposal_id)
    return {"schema": "andon.proposal/1", **as_json(parts, found), **for_asker(parts, found)}


@router.post(
    "/{proposal_id}/approve",
    summary="Say yes to exactly what was shown",
    responses=example(_DECIDED, "What became of it; the same yes again changes nothing."),
)
def approve(parts: Asker, proposal_id: str, said: Yes) -> dict[str, Any]:
    """Counts once for a person; the last yes that was missing has the proposal carried out."""
    return _decided(parts, proposal_id, "approve", said)


@router.post(
    "/{proposal_id}/reject",
    summary="Say no, with a reason",
    responses=example({**_DECIDED, "state": "rejected"}, "What became of it."),
)
def reject(parts: Asker, proposal_id: str, said: No) -> dict[str, Any]:
    """One no of a person who may decide ends a proposal."""
    return _decided(parts, proposal_id, "reject", said)


def _seen(parts: Asker, proposal_id: str) -> "Proposal":
    with unseen_is_unknown("proposal", proposal_id):
        return one_of(parts, proposal_id)


def _decided(parts: Asker, proposal_id: str, decision: Decision, said: Yes | No) -> dict[str, Any]:
    found = _seen(parts, proposal_id)
    if not said.reason.strip() and decision == "reject":
        raise BadArgument("give a reason", next_step="say what speaks against it")
    try:
        decided = decide(parts, found, decision, sha256=said.sha256, reason=said.reason)
    except BadArgument as error:
        raise Conflict(error.message, holds=error.holds, next_step=error.next_step) from error
    return {"schema": "andon.decision/1", "id": found.id, **decided._asdict()}
