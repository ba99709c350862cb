"""From an approved proposal to what it does: kind by kind, in one transaction, once.

A handler writes into the ledger and nowhere else. What leaves the company goes through the outbox
in the same transaction, so a process that dies has either done all of it or nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.errors import AndonError, InvalidArgument
from domain.records.policy import Principal
from domain.records.proposal import (
    ActivateTestRecipe,
    AuthorityNotice,
    BlockStock,
    ChangeRatingBand,
    CloseCase,
    Decision,
    EnterControlledShipping,
    IssueScar,
    LeaveControlledShipping,
    Letter,
    MessageSupplier,
    Proposal,
)
from graphs.closing import close
from memory.evidence import sha256_of
from memory.ledger import Change, Ledger
from memory.measures import end, put_in_force
from memory.outbox import post
from memory.proposal_rows import proposal
from memory.proposals import Decided, decide, payload_hash, record_attempt
from services.jobs.jobs import Jobs
from services.messaging.rendering import Receiver, message_of
from services.messaging.routing import Messaging
from services.policy.actions import ActionPolicy

EXECUTOR = "andon:executor"
"""Who carries out what people approved."""
QUEUE = "actions"
"""The queue of jobs that carry out."""


@dataclass(frozen=True)
class Acting:
    """What carrying out needs."""

    ledger: Ledger
    """Where it is written."""
    jobs: Jobs
    """Who is asked to go on."""
    policy: ActionPolicy
    """Who may decide."""
    messaging: Messaging
    """Who is reached how."""


class Carrying:
    """One approved proposal while it is carried out."""

    def __init__(self, change: Change, approved: Proposal, acting: Acting) -> None:
        self.change = change
        self.approved = approved
        self.acting = acting
        self.posted = 0
        """Messages put into the outbox (count)."""

    def force(self, kind: str, subject: str, value: dict[str, Any]) -> None:
        """Put something in force."""
        put_in_force(self.change, kind, subject, value, proposal_id=self.approved.id)

    def end(self, kind: str, subject: str, what: str) -> None:
        """End something that is in force.

        Raises:
            InvalidArgument: it is not in force.
        """
        if not end(self.change, kind, subject):
            raise InvalidArgument(f"{what} of {subject} is not in force", next_step="propose anew")

    def write_to_supplier(self, supplier_id: str, letter: Letter) -> None:
        """Post a letter; the address is looked up in the supplier master when it is sent."""
        target = self.acting.messaging.suppliers
        self._post(letter, target, f"supplier:{supplier_id}", supplier_id)

    def write_to_site(self, site_id: str, letter: Letter) -> None:
        """Post a letter to the people of a site."""
        for target in self.acting.messaging.site(site_id).page:
            self._post(letter, target, None, site_id)

    def _post(self, letter: Letter, target: str, to: str | None, place: str) -> None:
        receiver = Receiver(target, (to,) if to else ())
        key = f"{self.approved.id}/{place}/{target}"
        message = message_of(letter, receiver, kind=self.approved.kind, key=key)
        jobs, proposal_id = self.acting.jobs, self.approved.id
        self.posted += post(self.change, jobs, message, proposal_id=proposal_id)


def decide_on(
    acting: Acting,
    proposal_id: str,
    principal: Principal,
    decision: Decision,
    *,
    sha256: str,
    now: datetime,
    reason: str = "",
) -> Decided:
    """Count a person's decision; the last approval that was missing sets the executor to work.

    Args:
        acting: ledger, jobs and rules.
        proposal_id: what is decided on.
        principal: who decides.
        decision: yes or no.
        sha256: the hash that the person saw.
        now: the moment (UTC).
        reason: why.

    Raises:
        UnknownName: there is no such proposal.
    """
    with acting.ledger.change(by=principal.id, at=now) as change:
        decided = decide(
            change,
            proposal_id,
            principal,
            decision,
            sha256=sha256,
            policy=acting.policy,
            reason=reason,
        )
        if decided.state == "approved":
            job = {"proposal_id": proposal_id}
            key = f"execute:{proposal_id}"
            acting.jobs.enqueue(key, now, QUEUE, job, connection=change.connection)
    return decided


def carry_out(acting: Acting, proposal_id: str, now: datetime) -> None:
    """Carry an approved proposal out, once; it may be called as often as one likes.

    Raises:
        AndonError: this try failed; it is in the ledger, and the job comes again.
    """
    try:
        with acting.ledger.change(by=EXECUTOR, at=now) as change:
            _carry_out(Carrying(change, _read(change, proposal_id, acting), acting))
    except AndonError as error:
        with acting.ledger.change(by=EXECUTOR, at=now) as change:
            if _read(change, proposal_id, acting).state == "approved":
                record_attempt(change, proposal_id, "failed", error.message)
        raise


def _read(change: Change, proposal_id: str, acting: Acting) -> Proposal:
    return proposal(change.connection, proposal_id, acting.policy)


def _carry_out(carrying: Carrying) -> None:
    approved = carrying.approved
    begun = any(one.outcome != "failed" for one in approved.attempts)
    if approved.state != "approved" or begun:
        return
    if payload_hash(approved.kind, approved.payload) != approved.sha256:
        raise InvalidArgument(
            f"{approved.id} is not what was approved any more", next_step="propose anew"
        )
    HANDLERS[approved.kind](carrying)
    outcome, detail = "done", "written into the ledger"
    if carrying.posted:
        outcome, detail = "handed_over", f"{carrying.posted} messages in the outbox"
    record_attempt(carrying.change, approved.id, outcome, detail)


def _issue_scar(carrying: Carrying) -> None:
    asked = IssueScar.model_validate(carrying.approved.payload)
    value = asked.model_dump(mode="json", exclude={"letter"})
    subject = f"{asked.supplier_id}/{asked.part_id}/{carrying.approved.id}"
    carrying.force("scar", subject, {**value, "case_id": carrying.approved.case_id})
    carrying.write_to_supplier(asked.supplier_id, asked.letter)


def _message_supplier(carrying: Carrying) -> None:
    asked = MessageSupplier.model_validate(carrying.approved.payload)
    carrying.write_to_supplier(asked.supplier_id, asked.letter)


def _change_rating_band(carrying: Carrying) -> None:
    asked = ChangeRatingBand.model_validate(carrying.approved.payload)
    value = asked.model_dump(mode="json", exclude={"letter", "supplier_id"})
    carrying.force("rating_band", asked.supplier_id, value)
    if asked.letter is not None:
        carrying.write_to_supplier(asked.supplier_id, asked.letter)


def _enter_controlled_shipping(carrying: Carrying) -> None:
    asked = EnterControlledShipping.model_validate(carrying.approved.payload)
    value = {"level": asked.level, "exit_criteria": asked.exit_criteria}
    carrying.force("controlled_shipping", f"{asked.supplier_id}/{asked.part_id}", value)
    carrying.write_to_supplier(asked.supplier_id, asked.letter)


def _leave_controlled_shipping(carrying: Carrying) -> None:
    asked = LeaveControlledShipping.model_validate(carrying.approved.payload)
    subject = f"{asked.supplier_id}/{asked.part_id}"
    carrying.end("controlled_shipping", subject, "controlled shipping")
    carrying.write_to_supplier(asked.supplier_id, asked.letter)


def _activate_test_recipe(carrying: Carrying) -> None:
    asked = ActivateTestRecipe.model_validate(carrying.approved.payload)
    subject = f"{asked.line_id}/{asked.model_id}/{asked.country}"
    carrying.force("test_recipe", subject, asked.model_dump(mode="json"))


def _block_stock(carrying: Carrying) -> None:
    asked = BlockStock.model_validate(carrying.approved.payload)
    condition = asked.condition.model_dump(mode="json")
    value = {"condition": condition, "sites": list(asked.sites), "units": asked.units}
    carrying.force("stock_block", sha256_of(condition)[:16], value)
    for site_id in asked.sites:
        carrying.write_to_site(site_id, asked.letter)


def _close_case(carrying: Carrying) -> None:
    asked = CloseCase.model_validate(carrying.approved.payload)
    close(carrying.change, asked, carrying.acting.policy)


def _authority_notice(carrying: Carrying) -> None:
    asked = AuthorityNotice.model_validate(carrying.approved.payload)
    value = asked.model_dump(mode="json")
    carrying.force("authority_notice", f"{asked.case_id}/{asked.country}/{asked.authority}", value)


HANDLERS: dict[str, Callable[[Carrying], None]] = {
    "issue_scar": _issue_scar,
    "message_supplier": _message_supplier,
    "change_rating_band": _change_rating_band,
    "enter_controlled_shipping": _enter_controlled_shipping,
    "leave_controlled_shipping": _leave_controlled_shipping,
    "activate_test_recipe": _activate_test_recipe,
    "block_stock": _block_stock,
    "close_case": _close_case,
    "authority_notice": _authority_notice,
}
"""What each kind of proposal does."""
