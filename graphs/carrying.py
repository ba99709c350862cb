"""What each kind of approved proposal does, in one transaction of the ledger.

A handler writes into the ledger and nowhere else. What leaves the company goes through the outbox
in the same transaction, so a process that dies has either done all of it or nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from domain.contract import Contract
from domain.errors import InvalidArgument
from domain.records.proposal import (
    ActivateTestRecipe,
    AuthorityNotice,
    BlockStock,
    ChangeRatingBand,
    CloseCase,
    DismissCase,
    EnterControlledShipping,
    IssueScar,
    LeaveControlledShipping,
    Letter,
    MessageSupplier,
    Proposal,
)
from domain.records.vision_threshold import ActivateVisionThreshold
from graphs.closing import close, dismiss
from memory.evidence import sha256_of
from memory.ledger import Change
from memory.measures import end, put_in_force
from memory.outbox import post
from services.jobs.jobs import Jobs
from services.messaging.rendering import Receiver, message_of
from services.messaging.routing import Messaging
from services.policy.actions import ActionPolicy

SUPPLIER = "supplier:"
"""Begins the name of a receiver whose address stands in the supplier master."""
_Payload = TypeVar("_Payload", bound=Contract)


@dataclass
class Carrying:
    """One approved proposal while it is carried out."""

    change: Change
    """The open transaction."""
    approved: Proposal
    """What was approved, with its payload proved."""
    jobs: Jobs
    """Who is asked to deliver."""
    messaging: Messaging
    """Who is reached how."""
    policy: ActionPolicy
    """What may be recorded."""
    posted: int = 0
    """Messages put into the outbox (count)."""

    def asked(self, kind: type[_Payload]) -> _Payload:
        """The payload as its record.

        Raises:
            InvalidArgument: it was kept by a version whose record of the kind was another.
        """
        try:
            return kind.model_validate(self.approved.payload)
        except ValidationError as error:
            raise InvalidArgument(
                f"this version cannot carry out the payload of {self.approved.id}",
                holds="nothing was carried out",
                next_step="propose anew",
            ) from error

    def put_in_force(self, kind: str, subject: str, value: dict[str, Any]) -> None:
        """Put something in force in the place of what was."""
        put_in_force(self.change, kind, subject, value, proposal_id=self.approved.id)

    def end(self, kind: str, subject: str, what: str) -> None:
        """End something that is in force.

        Raises:
            InvalidArgument: it is not in force.
        """
        if not end(self.change, kind, subject):
            raise InvalidArgument(
                f"{what} of {subject} is not in force",
                holds="nothing was carried out and nobody was told",
                next_step="look what is in force, and propose anew",
            )

    def write_to_supplier(self, supplier_id: str, letter: Letter) -> None:
        """Post a letter; the address is looked up in the supplier master when it is sent."""
        target = self.messaging.suppliers
        self._post(letter, Receiver(target, (f"{SUPPLIER}{supplier_id}",)), supplier_id)

    def write_to_site(self, site_id: str, letter: Letter) -> None:
        """Post a letter to the people of a site."""
        for target in self.messaging.site(site_id).page:
            self._post(letter, Receiver(target), site_id)

    def _post(self, letter: Letter, receiver: Receiver, place: str) -> None:
        key = message_key(self.approved.id, place, receiver.target)
        message = message_of(letter, receiver, kind=self.approved.kind, key=key)
        self.posted += post(self.change, self.jobs, message, proposal_id=self.approved.id)


def message_key(proposal_id: str, place: str, target: str) -> str:
    """Key of the message that an approved proposal sends to a supplier or site by a target."""
    return f"{proposal_id}/{place}/{target}"


def _issue_scar(carrying: Carrying) -> None:
    asked = carrying.asked(IssueScar)
    value = asked.model_dump(mode="json", exclude={"letter"})
    subject = f"{asked.supplier_id}/{asked.part_id}/{carrying.approved.id}"
    carrying.put_in_force("scar", subject, {**value, "case_id": carrying.approved.case_id})
    carrying.write_to_supplier(asked.supplier_id, asked.letter)


def _message_supplier(carrying: Carrying) -> None:
    asked = carrying.asked(MessageSupplier)
    carrying.write_to_supplier(asked.supplier_id, asked.letter)


def _change_rating_band(carrying: Carrying) -> None:
    asked = carrying.asked(ChangeRatingBand)
    value = asked.model_dump(mode="json", exclude={"letter", "supplier_id"})
    carrying.put_in_force("rating_band", asked.supplier_id, value)
    if asked.letter is not None:
        carrying.write_to_supplier(asked.supplier_id, asked.letter)


def _enter_controlled_shipping(carrying: Carrying) -> None:
    asked = carrying.asked(EnterControlledShipping)
    value = {"level": asked.level, "exit_criteria": asked.exit_criteria}
    subject = f"{asked.supplier_id}/{asked.part_id}"
    carrying.put_in_force("controlled_shipping", subject, value)
    carrying.write_to_supplier(asked.supplier_id, asked.letter)


def _leave_controlled_shipping(carrying: Carrying) -> None:
    asked = carrying.asked(LeaveControlledShipping)
    subject = f"{asked.supplier_id}/{asked.part_id}"
    carrying.end("controlled_shipping", subject, "controlled shipping")
    carrying.write_to_supplier(asked.supplier_id, asked.letter)


def _activate_test_recipe(carrying: Carrying) -> None:
    asked = carrying.asked(ActivateTestRecipe)
    subject = f"{asked.line_id}/{asked.model_id}/{asked.country}"
    carrying.put_in_force("test_recipe", subject, asked.model_dump(mode="json"))


def _activate_vision_threshold(carrying: Carrying) -> None:
    asked = carrying.asked(ActivateVisionThreshold)
    subject = f"{asked.station_id}/{asked.recipe_id or '*'}"
    carrying.put_in_force("vision_threshold", subject, asked.model_dump(mode="json"))


def _block_stock(carrying: Carrying) -> None:
    asked = carrying.asked(BlockStock)
    condition = asked.condition.model_dump(mode="json")
    value = {"condition": condition, "sites": list(asked.sites), "units": asked.units}
    carrying.put_in_force("stock_block", sha256_of(condition)[:16], value)
    for site_id in asked.sites:
        carrying.write_to_site(site_id, asked.letters[site_id])


def _close_case(carrying: Carrying) -> None:
    close(carrying.change, carrying.asked(CloseCase), carrying.policy)


def _dismiss_case(carrying: Carrying) -> None:
    dangerous = carrying.approved.kind == "dismiss_danger"
    dismiss(carrying.change, carrying.asked(DismissCase), dangerous=dangerous)


def _authority_notice(carrying: Carrying) -> None:
    asked = carrying.asked(AuthorityNotice)
    subject = f"{asked.case_id}/{asked.country}/{asked.authority}"
    carrying.put_in_force("authority_notice", subject, asked.model_dump(mode="json"))


HANDLERS: dict[str, Callable[[Carrying], None]] = {
    "issue_scar": _issue_scar,
    "message_supplier": _message_supplier,
    "change_rating_band": _change_rating_band,
    "enter_controlled_shipping": _enter_controlled_shipping,
    "leave_controlled_shipping": _leave_controlled_shipping,
    "activate_test_recipe": _activate_test_recipe,
    "activate_vision_threshold": _activate_vision_threshold,
    "block_stock": _block_stock,
    "close_case": _close_case,
    "dismiss_case": _dismiss_case,
    "dismiss_danger": _dismiss_case,
    "authority_notice": _authority_notice,
}
"""What each kind of proposal does."""
