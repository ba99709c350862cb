"""What is done about each thing that came in, once it is safely written down."""

import asyncio
import logging

from apps.chats.asking import Answered, Desk, answer
from apps.chats.commands import Given, do
from apps.chats.port import ChatDown, Inbound, Outbound
from apps.chats.rendering import error_said
from apps.chats.speakers import Speaker
from apps.chats.wording import ENGLISH
from domain.errors import AndonError, BadArgument, HubUnavailable

_LOG = logging.getLogger(__name__)


class Answering:
    """Answers what came in by one chat; whoever asked always hears something."""

    def __init__(self, desk: Desk, out: Outbound) -> None:
        self.desk = desk
        self.out = out

    async def do(self, inbound: Inbound, attempt: int, last: bool) -> None:
        """Do what came in.

        Args:
            inbound: what came in.
            attempt: which try this is, from 1.
            last: whether nobody tries again after it.

        Raises:
            ChatDown: the chat did not take what was said; the job comes again. Where it says why
                and that does not pass, the person hears it instead, if they can be reached.
        """
        speakers = self.desk.speakers
        try:
            speaker = await asyncio.to_thread(speakers.speaker, inbound.place, inbound.person)
            await self.act(speaker, inbound, attempt)
        except ChatDown as error:
            if not error.reason:
                raise
            await self.refuse(inbound, _not_let(error))
        except AndonError as error:
            await self.refuse(inbound, error)
        except Exception as error:
            if last:
                await self.refuse(inbound, _stumbled(error))
            raise

    async def act(self, speaker: Speaker, inbound: Inbound, attempt: int) -> None:
        """Do what somebody wants who may want something here: answer, or do a command."""
        name = inbound.fields.get("name", "ask")
        if name == "ask" and inbound.text:
            await self.answered(speaker, await self._answer(speaker, inbound, attempt))
            return
        name = "help" if name == "ask" else name
        given = Given(speaker, inbound.place, inbound.person, inbound.text, self.desk.posts)
        said = await asyncio.to_thread(do, name, given)
        await self.out.whisper(inbound.place, inbound.person, said)

    async def answered(self, speaker: Speaker, found: Answered) -> None:
        """What follows an answer; here nothing."""

    async def refuse(self, inbound: Inbound, error: AndonError) -> None:
        """Say why something is not done."""
        said = error_said(error, self.language(inbound))
        await self.out.whisper(inbound.place, inbound.person, said)

    def language(self, inbound: Inbound) -> str:
        """The language of a place, for whoever is not known (BCP 47); never fails."""
        place = inbound.place
        try:
            channels = self.desk.speakers.channels()
        except HubUnavailable:
            return ENGLISH
        found = channels.surface(place.surface).channels.get(place.channel)
        return (found.language if found else None) or ENGLISH

    async def _answer(self, speaker: Speaker, inbound: Inbound, attempt: int) -> Answered:
        return await answer(self.desk, self.out, speaker, inbound, attempt)


def _not_let(error: ChatDown) -> AndonError:
    """What a chat does not let us do, in words for whoever asked for it."""
    return BadArgument(
        error.message,
        holds="what was found or decided until then is kept",
        next_step="invite the app into the channel, ask in a direct message to it, or tell the"
        " operator",
    )


def _stumbled(error: Exception) -> AndonError:
    _LOG.error("given up", exc_info=error)
    return BadArgument(
        f"a defect of Andon: {type(error).__name__}",
        holds="nothing was changed by it",
        next_step="ask again, or tell the operator; the log says more",
    )
