"""What a case proposes: once for one content, anew when more is known, never against a no."""

from typing import Any

from domain.records.proposal import Proposal
from graphs.casework.working import Working
from memory.case_rows import CaseFile
from memory.evidence import sha256_of
from memory.proposal_rows import proposals
from memory.proposals import Wish, edit, propose
from services.policy.actions import HOUSE

_WORDS = ("letter", "letters", "due", "terms")
"""Parts of a payload that follow from the rest and from the day."""


def propose_for(
    working: Working, file: CaseFile, kind: str, payload: dict[str, Any], evidence: tuple[str, ...]
) -> str | None:
    """Propose something for a case; none where people have it before them or decided on it.

    One that still waits and says less is put aside for the new one. What expired, or was decided
    before a fix that did not work, is proposed again.
    """
    case_id = file.case.id
    before = _of_this_turn(working, file, kind)
    same = [one for one in before if _content(one.payload) == _content(payload)]
    if any(one.state != "expired" for one in same):
        return None
    waiting = next((one for one in before if _replaceable(one, working)), None)
    with working.change() as change:
        if waiting is not None:
            return edit(change, waiting.id, payload, working.acting.policy, evidence=evidence)
        mark = sha256_of(_content(payload))[:12]
        key = f"{case_id}/{kind}/{file.case.times_reopened}/{mark}/{len(same)}"
        return propose(change, Wish(key, kind, payload, case_id, evidence), working.acting.policy)


def _of_this_turn(working: Working, file: CaseFile, kind: str) -> list[Proposal]:
    """Proposals of a kind since the last fix that did not work."""
    since = max((one.at for one in file.checks if one.state == "not_effective"), default=None)
    with working.acting.ledger.read() as connection:
        found = proposals(connection, working.acting.policy, case_id=file.case.id)
    return [
        one
        for one in found
        if one.kind == kind
        and (since is None or (one.proposed_at is not None and one.proposed_at > since))
    ]


def _replaceable(one: Proposal, working: Working) -> bool:
    """Whether it waits untouched: what a person edited or approved is left to people."""
    waits = one.state == "proposed" and one.expires_at > working.now
    return waits and one.proposed_by.startswith(HOUSE) and not one.rulings


def _content(payload: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in payload.items() if name not in _WORDS}
