"""What Slack has beyond questions and commands: cards with buttons, and a home page."""

import asyncio
from typing import TYPE_CHECKING

from apps.chats.asking import Answered, Desk
from apps.chats.cards import APPROVE, REJECT
from apps.chats.doing import Answering
from apps.chats.port import Inbound, Said, Words
from apps.chats.rendering import error_said
from apps.chats.slack.cards import Cards
from apps.chats.slack.home import home, locked
from apps.chats.slack.talking import SlackTalk
from apps.chats.speakers import Speaker
from apps.chats.wording import phrase
from domain.errors import AndonError

if TYPE_CHECKING:
    from domain.records.proposal import Decision

HOME = "home"


class SlackDesk(Answering):
    """Answers whatever came in by Slack."""

    def __init__(self, desk: Desk, talk: SlackTalk) -> None:
        super().__init__(desk, talk)
        self.talk = talk
        self.cards = Cards(desk, talk)

    async def act(self, speaker: Speaker, inbound: Inbound, attempt: int) -> None:
        """Do what somebody wants who may want something here."""
        if inbound.what == HOME:
            view = await asyncio.to_thread(home, speaker)
            await self.talk.home(inbound.person, view)
        elif inbound.what == APPROVE:
            await self._decide(speaker, inbound, "approve", attempt)
        elif inbound.what == f"{REJECT}_because":
            await self._decide(speaker, inbound, "reject", attempt)
        else:
            await super().act(speaker, inbound, attempt)
            if inbound.fields.get("name") == "approve":
                await self._cards_for(speaker, inbound)

    async def answered(self, speaker: Speaker, found: Answered) -> None:
        """Cards of what an answer proposes, in its thread, unless another company reads it."""
        from apps.proposal_reading import one_of

        for told in (found.body or {}).get("proposals", ()) if not speaker.overheard else ():
            one = await asyncio.to_thread(one_of, speaker.parts, told["id"])
            await self.cards.post(one, found.place)

    async def refuse(self, inbound: Inbound, error: AndonError) -> None:
        """Say why something is not done, on the home page where that was opened."""
        if inbound.what == HOME:
            said = error_said(error, self.language(inbound))
            await self.talk.home(inbound.person, locked(said))
        else:
            await super().refuse(inbound, error)

    async def _cards_for(self, speaker: Speaker, inbound: Inbound) -> None:
        """Put the cards of what waits for a person into their direct messages, where they last."""
        from apps.chats.commands import my_approvals
        from apps.proposal_reading import one_of

        if inbound.text:
            wanted = [await asyncio.to_thread(one_of, speaker.parts, inbound.text.upper())]
        else:
            wanted = await asyncio.to_thread(my_approvals, speaker)
        place = await self.talk.direct(inbound.person)
        for one in wanted:
            await self.cards.post(one, place)

    async def _decide(
        self, speaker: Speaker, inbound: Inbound, decision: "Decision", attempt: int
    ) -> None:
        """Count a decision and say what became of it; the card follows, whoever decided."""
        try:
            told = await asyncio.to_thread(_decided, speaker, inbound, decision, attempt > 1)
        finally:
            await self.cards.refresh(inbound.fields["proposal"])
        said = Said((Words(told),), speaker.language)
        await self.talk.whisper(inbound.place, inbound.person, said)


def _decided(speaker: Speaker, inbound: Inbound, decision: "Decision", again: bool) -> str:
    """What became of a click; one that was counted before its answer was lost counts as it did."""
    from apps.deciding import decide
    from apps.proposal_reading import one_of, progress

    found = one_of(speaker.parts, inbound.fields["proposal"])
    sha256, why = inbound.fields["sha256"], ""
    mine = (speaker.principal.id, decision)
    counted = sha256 == found.sha256 and mine in [(one.by, one.decision) for one in found.rulings]
    if not (again and counted):
        why = decide(speaker.parts, found, decision, sha256=sha256, reason=inbound.text).reason
    now = progress(speaker.parts, one_of(speaker.parts, found.id))
    more = f" ({why})" if why else ""
    return phrase(speaker.language, "decided", id=found.id, state=now) + more
