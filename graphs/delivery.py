"""The outbox's other end: hands messages to their targets and writes down what these said."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from domain.records.message import Message
from memory.ledger import Ledger
from memory.outbox import mark_failed, mark_sent, posted
from services.messaging.messenger import Messenger
from services.messaging.target import DeliveryFailed

COURIER = "andon:courier"
"""Who delivers."""
SUPPLIER = "supplier:"
"""Begins the name of a receiver whose address stands in the supplier master."""


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

    Args:
        delivering: outbox and ways out.
        key: the message.
        now: the moment (UTC).
        last_try: whether nobody tries again after this.

    Raises:
        DeliveryFailed: it was not taken this time; that is in the ledger, and the job comes again.
    """
    with delivering.ledger.read() as connection:
        waiting = posted(connection, key)
    if waiting is None or waiting.state != "waiting":
        return
    try:
        receipt = delivering.messenger.send(_addressed(waiting.message, delivering))
    except DeliveryFailed as error:
        for_good = last_try or not error.retryable
        with delivering.ledger.change(by=COURIER, at=now) as change:
            mark_failed(change, key, error.message, for_good=for_good)
        if not for_good:
            raise
        return
    with delivering.ledger.change(by=COURIER, at=now) as change:
        mark_sent(change, key, f"{receipt.target}: {receipt.reference}")


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
