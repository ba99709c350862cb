"""Writing down what came in, without the words of those who are not linked."""

import logging

from apps.chats.asking import Desk
from apps.chats.inbox import receive
from apps.chats.port import Inbound
from domain.errors import AndonError
from services.policy.channels import NotLinked

_LOG = logging.getLogger(__name__)


def keep(desk: Desk, inbound: Inbound, *, quick: bool = False) -> bool:
    """Keep what came in until it is done; false if it came before.

    Whoever is not linked hears why, but their words are not kept.

    Raises:
        SQLAlchemyError: it could not be kept, so the chat must not be told that it was.
    """
    try:
        desk.speakers.speaker(inbound.place, inbound.person)
    except NotLinked:
        inbound = inbound.model_copy(update={"text": ""})
    except AndonError as error:  # it is looked at again when it is done
        _LOG.info("not now: %s", error.message)
    return receive(desk.parts, inbound, quick=quick)
