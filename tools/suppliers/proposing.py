"""One wish is one proposal: while it waits or is in hand, asking again gives the same one."""

from collections.abc import Callable
from itertools import count
from typing import Any, NamedTuple

from domain.errors import UnknownName
from domain.records.proposal import Proposal, ProposalState
from memory.casebook import Casebook
from memory.evidence import sha256_of
from memory.naming import name_of
from memory.proposal_rows import proposal
from memory.proposals import Wish
from tools.cases.book import casebook
from tools.tool import ToolContext

_LIVE: tuple[ProposalState, ...] = ("proposed", "approved", "failed")


class Asked(NamedTuple):
    """What is wished for."""

    kind: str
    """Kind of proposal."""
    same_if: tuple[Any, ...]
    """What makes two wishes one."""
    case_id: str | None
    """The case that it belongs to."""
    evidence: tuple[str, ...]
    """Evidence ids that speak for it."""


class Made(NamedTuple):
    """A proposal, and whether it is new."""

    proposal: Proposal
    """The proposal."""
    new: bool
    """False: the same wish waits already."""


def writable(context: ToolContext, evidence: tuple[str, ...]) -> Casebook:
    """The casebook, once it is certain that the asker may propose and sees the evidence.

    Raises:
        NotPermitted: nothing may be written here, or the asker may not propose.
        UnknownName: there is no such evidence.
    """
    book = casebook(context)
    book.policy.check_case(context.principal, "work")
    for one in evidence:
        context.memory.evidence.get(one, context.snapshot.scope)
    return book


def propose_once(
    context: ToolContext, asked: Asked, payload: Callable[[str], dict[str, Any]]
) -> Made:
    """Make a proposal, or find the one that was made for the same wish and is not settled.

    Args:
        context: who asks.
        asked: what is wished for.
        payload: makes what would be done; it is told the id that the proposal will have.

    Raises:
        NotPermitted, UnknownName, InvalidArgument: as `Casebook.propose` says.
    """
    book = casebook(context)
    mark = sha256_of([asked.kind, asked.case_id, *asked.same_if])[:32]
    for turn in count():
        key = f"{asked.kind}:{mark}:{turn}"
        held = _held(book, name_of("P", key))
        if held is None:
            wish = Wish(key, asked.kind, payload(name_of("P", key)), asked.case_id, asked.evidence)
            scope, run_id = context.snapshot.scope, context.run_id
            return Made(book.propose(wish, context.principal, scope, run_id), new=True)
        if held.state in _LIVE and (held.state != "proposed" or held.expires_at > book.now()):
            return Made(held, new=False)
    raise AssertionError("counting does not end")


def _held(book: Casebook, proposal_id: str) -> Proposal | None:
    with book.ledger.read() as connection:
        try:
            return proposal(connection, proposal_id, book.policy)
        except UnknownName:
            return None
