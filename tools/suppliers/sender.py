"""Who signs letters to suppliers."""

from services.messaging.routing import Messaging
from services.messaging.settings import Sender


def sender() -> Sender:
    """Company and desk that letters are signed with."""
    return Messaging.default().sender
