"""What every way out has in common: it takes a message, and says that it went, or that it did not.

Delivery is at least once: a sender that was cut off sends again. Each target makes a repeat
harmless as far as its medium can: one file per key, the same Message-ID, an idempotency key.
"""

from typing import NamedTuple, Protocol

from domain.errors import OperatorError
from domain.records.message import Message


class Receipt(NamedTuple):
    """Proof that a target took a message."""

    target: str
    """Name of the target."""
    key: str
    """Key of the message."""
    reference: str
    """Name under which the other side can find it: a file, a Message-ID, a status."""
    repeated: bool = False
    """True: the target had it already and nothing was sent again."""
    refused: tuple[str, ...] = ()
    """Addresses that were refused while others were accepted."""


class DeliveryFailed(OperatorError):
    """A target did not take a message; whoever holds it keeps it."""

    code = "delivery_failed"
    exit_code = 5

    def __init__(
        self, message: str, *, retryable: bool, retry_after_s: float | None = None
    ) -> None:
        wait = "it will be tried again" if retryable else "mend the cause, then send it again"
        super().__init__(
            message, holds="the message is kept and counts as not sent", next_step=wait
        )
        self.retryable = retryable
        """True: the same message may be taken later."""
        self.retry_after_s = retry_after_s
        """How long the other side asked to wait (s)."""


class Target(Protocol):
    """One way out."""

    def send(self, message: Message) -> Receipt:
        """Hand over a message; the same key again must do no harm.

        Raises:
            DeliveryFailed: it was not taken.
        """
