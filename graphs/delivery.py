"""The outbox's other end: hands messages to their targets and writes down what these said."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from domain.errors import AndonError
from domain.records.message import Message
from domain.records.proposal import Letter, Proposal
from graphs.carrying import SUPPLIER, message_key
from memory.audit import entries
from memory.ledger import Ledger
from memory.outbox import Posted, mark_failed, mark_sent, posted
from memory.proposal_rows import proposal
from memory.proposals import payload_hash
from services.messaging.messenger import Messenger
from services.messaging.rendering import Receiver, message_of
from services.messaging.target import DeliveryFailed, Receipt

COURIER = "andon:courier"
"""Who delivers."""
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Delivering:
    """What delivering needs."""

    ledger: Ledger
    """Where the outbox is."""
    messenger: Messenger
    """The ways out."""
    address: Callable[[str], str | None]
    """The mail address of a supplier by the supplier master; null: none is recorded."""


def deliver(delivering: Delivering, key: str, now: datetime, *, last_try: bool = False) -> None:
    """Hand one message to its target; one that was taken before is left alone.

    What a proposal sends is compared with what people approved once more, because it may have
    waited for a day.

    Args:
        delivering: outbox and ways out.
        key: the message.
        now: the moment (UTC).
        last_try: whether nobody tries again after this.

    Raises:
        AndonError: it was not taken this time; that is in the ledger, and the job comes again.
    """
    with delivering.ledger.read() as connection:
        waiting = posted(connection, key)
    if waiting is None or waiting.state != "waiting":
        return
    try:
        with delivering.ledger.read() as connection:
            message = _approved(connection, waiting, delivering)
        if message.key != key:
            raise _changed(key)
        receipt = delivering.messenger.send(_addressed(message, delivering))
    except AndonError as error:
        for_good = last_try or (isinstance(error, DeliveryFailed) and not error.retryable)
        with delivering.ledger.change(by=COURIER, at=now) as change:
            mark_failed(change, key, error.message, for_good=for_good)
        if not for_good:
            raise
        _LOG.warning("message %s was given up: %s", key, error.message)
        return
    with delivering.ledger.change(by=COURIER, at=now) as change:
        mark_sent(change, key, _told(receipt))


def _approved(connection: Connection, waiting: Posted, delivering: Delivering) -> Message:
    """The message in the words of its proposal, to whom the proposal names."""
    kept = waiting.message
    if waiting.proposal_id is None:
        return kept
    found = proposal(connection, waiting.proposal_id, delivering.ledger.policy)
    sha256 = payload_hash(found.kind, found.payload)
    approvals = [
        one.body["sha256"]
        for one in entries(connection, subject=found.id)
        if one.action == "proposal.approved"
    ]
    meant = _meant(found, kept) if sha256 in approvals else None
    if meant is None or meant != kept.model_copy(update={"html": meant.html}):
        raise _changed(kept.key)
    return meant


def _changed(key: str) -> DeliveryFailed:
    return DeliveryFailed(f"{key} is not what was approved: propose anew", retryable=False)


def _meant(approved: Proposal, kept: Message) -> Message | None:
    """What a proposal sends under a key; null: nothing."""
    payload = approved.payload
    supplier_id: str | None = payload.get("supplier_id")
    to = (f"{SUPPLIER}{supplier_id}",) if supplier_id else ()
    letters = {supplier_id: payload["letter"]} if supplier_id else payload["letters"]
    for place, words in letters.items():
        if kept.key == message_key(approved.id, place, kept.target):
            letter, receiver = Letter.model_validate(words), Receiver(kept.target, to)
            return message_of(letter, receiver, kind=approved.kind, key=kept.key)
    return None


def _addressed(message: Message, delivering: Delivering) -> Message:
    return message.model_copy(update={"to": tuple(_address(one, delivering) for one in message.to)})


def _address(receiver: str, delivering: Delivering) -> str:
    if not receiver.startswith(SUPPLIER):
        return receiver
    supplier_id = receiver.removeprefix(SUPPLIER)
    found = delivering.address(supplier_id)
    if not found:
        raise DeliveryFailed(
            f"the supplier master has no address of {supplier_id}: enter it, then send again",
            retryable=False,
        )
    return found


def _told(receipt: Receipt) -> str:
    """What a target said, without an address."""
    refused = f", {len(receipt.refused)} addresses refused" if receipt.refused else ""
    return f"{receipt.target}: {receipt.reference}{refused}"
