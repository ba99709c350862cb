"""Why a decision on a proposal does not count."""

from typing import Any, NamedTuple

from sqlalchemy import Row

from domain.records.policy import Principal
from domain.records.proposal import Decision, Proposal, Ruling
from services.policy.actions import HOUSE, ProposalRule

_STANDS = {"approve": ("proposed", "approved", "executed", "failed"), "reject": ("rejected",)}
"""Where a proposal is while a decision still stands."""


class Wanted(NamedTuple):
    """A decision that somebody wants to make, with all that speaks for and against it."""

    row: Row[Any] | Proposal
    """The proposal as it stands."""
    rule: ProposalRule
    """The rule of the moment."""
    who: Principal
    """Who decides."""
    decision: Decision
    """Yes or no."""
    sha256: str
    """The hash that the person saw."""
    rulings: tuple[Ruling, ...]
    """What people decided before."""

    @property
    def role(self) -> str | None:
        """The role in which it is decided; null: none that may."""
        return next((one for one in self.who.roles if one in self.rule.approvers), None)

    @property
    def mine(self) -> Ruling | None:
        """What the person decided before."""
        return next((one for one in self.rulings if one.by == self.who.id), None)


def counted(wanted: Wanted) -> bool:
    """Whether the person decided just so before, and the decision stands."""
    mine, row = wanted.mine, wanted.row
    return (
        mine is not None
        and mine.decision == wanted.decision
        and row.sha256 == wanted.sha256
        and row.state in _STANDS[wanted.decision]
    )


def refusal(wanted: Wanted) -> str:
    """Why it does not count; empty where it does."""
    row, rule, who = wanted.row, wanted.rule, wanted.who
    if row.state != "proposed":
        replaced = f"; {row.replaced_by} stands in its place" if row.replaced_by else ""
        return f"it is {row.state} already{replaced}"
    if wanted.sha256 != row.sha256:
        return "what you saw is not what stands there now: look again"
    if wanted.role is None or who.id.startswith(HOUSE):
        return f"only {' or '.join(rule.approvers)} may decide on {row.kind}"
    if who.id == row.proposed_by and not rule.own:
        return "nobody decides on a proposal of their own"
    if wanted.mine is not None:
        return "you decided otherwise before; propose anew to change it"
    return ""


def missing(wanted: Wanted) -> int:
    """How many more must approve after this approval (count); roles of the moment count."""
    before = sum(
        one.decision == "approve" and one.role in wanted.rule.approvers for one in wanted.rulings
    )
    return wanted.rule.needed - 1 - before
