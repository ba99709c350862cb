"""What a tool may write: cases and proposals, under the name of whoever asks it.

A person writes as far as their roles allow, a run of the house as far as a standing order does.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from domain.records.case import AttachedRole
from domain.records.policy import Principal, Scope
from domain.records.proposal import Proposal
from memory.case_rows import case_of
from memory.cases import Sign, Taken, attach, take_sign
from memory.ledger import Ledger
from memory.proposal_rows import proposal
from memory.proposals import Wish, propose
from services.policy.actions import ActionPolicy


@dataclass(frozen=True)
class Casebook:
    """The ledger as tools reach it."""

    ledger: Ledger
    """Where it is written."""
    policy: ActionPolicy
    """Who may write and approve."""
    clock: Callable[[], datetime]
    """The moment (UTC)."""

    def now(self) -> datetime:
        """The moment (UTC)."""
        return self.clock()

    def open(self, sign: Sign, who: Principal, run_id: str) -> Taken:
        """Open the case of a sign, or add the sign to the live one.

        Raises:
            NotPermitted: the person may not change cases.
        """
        self.policy.check_case(who, "work")
        with self.ledger.change(by=who.id, at=self.now(), run_id=run_id) as change:
            return take_sign(change, sign, self.policy)

    def attach(
        self,
        case_id: str,
        evidence: tuple[str, ...],
        role: AttachedRole,
        who: Principal,
        scope: Scope,
    ) -> int:
        """Attach evidence to a case that the person sees; returns how much of it is new.

        Raises:
            NotPermitted: the person may not change cases.
            UnknownName: there is no such case that they may know of.
        """
        self.policy.check_case(who, "work")
        with self.ledger.change(by=who.id, at=self.now()) as change:
            case_of(change.connection, case_id, scope)
            return sum(attach(change, case_id, one, role) for one in evidence)

    def propose(self, wish: Wish, who: Principal, scope: Scope, run_id: str) -> Proposal:
        """Keep a proposal; the same wish again is the same proposal.

        Raises:
            NotPermitted: the person may not propose.
            UnknownName: there is no such case that they may know of.
            InvalidArgument: the kind is unknown, or the payload does not fit it.
        """
        self.policy.check_case(who, "work")
        with self.ledger.change(by=who.id, at=self.now(), run_id=run_id) as change:
            if wish.case_id is not None:
                case_of(change.connection, wish.case_id, scope)
            made = propose(change, wish, self.policy)
            return proposal(change.connection, made, self.policy)
