"""A person's yes or no to a proposal, from whatever face it comes."""

from typing import TYPE_CHECKING

from domain.errors import BadArgument, NotPermitted

if TYPE_CHECKING:
    from apps.wiring import Wiring
    from domain.records.proposal import Decision, Proposal
    from memory.proposals import Decided


def decide(
    parts: "Wiring", found: "Proposal", decision: "Decision", *, sha256: str, reason: str = ""
) -> "Decided":
    """Count the asker's decision on exactly what they saw.

    Args:
        parts: the program's parts, for whoever decides.
        found: the proposal, as they may see it.
        decision: yes or no.
        sha256: the hash of the payload that they saw.
        reason: why; a no needs one.

    Raises:
        NotPermitted: they may not decide on it, or have done so before.
        BadArgument: it waits no longer, is not what they saw, or a no has no reason.
    """
    from apps.loop import acting
    from graphs.actions import decide_on

    if decision == "reject" and not reason.strip():
        raise BadArgument("give a reason", next_step="say what speaks against it")
    decided = decide_on(
        acting(parts),
        found.id,
        parts.principal,
        decision,
        sha256=sha256,
        now=parts.now(),
        reason=reason,
    )
    if decided.accepted:
        return decided
    theirs = decided.state == "proposed" and sha256 == found.sha256
    refusal = NotPermitted if theirs else BadArgument
    raise refusal(
        f"{found.id}: {decided.reason}",
        holds=f"nothing was decided; it is {decided.state}",
        next_step=f"`andon proposals {found.id}` shows how it stands, and who may decide",
    )
