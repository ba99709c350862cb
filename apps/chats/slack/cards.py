"""Cards in Slack: posted where they are awaited, and changed wherever a proposal is decided.

The ledger is looked at again and again, for a decision may come from a terminal, a page or another
process, and what was approved is executed later by a worker. A card shows what was done, not what
was pressed.
"""

import asyncio
import logging
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.exc import SQLAlchemyError

from apps.chats.asking import Desk
from apps.chats.cards import ENDED, card, stands
from apps.chats.port import DELETED, ChatDown, Place, Said
from apps.chats.posting import Wanted, post_once
from apps.chats.slack.talking import SlackTalk
from domain.errors import AndonError, UnknownName

if TYPE_CHECKING:
    from domain.records.proposal import Proposal
    from services.policy.channels import Channel

PERIOD = 2.0
"""Time between two looks at the ledger (s)."""
GONE = "gone"
"""State of a card that somebody deleted."""
_GONE = (DELETED, "channel_not_found", "cant_update_message", "is_archived")
_LOG = logging.getLogger(__name__)


class _Shown(NamedTuple):
    said: Said
    mark: str


class Cards:
    """All cards of this app."""

    def __init__(self, desk: Desk, talk: SlackTalk) -> None:
        self._desk = desk
        self._talk = talk

    async def post(self, one: "Proposal", place: Place) -> None:
        """Have the card of a proposal stand in a place, once.

        Raises:
            ChatDown: Slack did not take it, or another process posts it just now.
        """
        key = f"card:{one.id}:{place.channel}:{place.thread or ''}"
        shown = await asyncio.to_thread(self._shown, one, place.channel)
        await post_once(
            self._desk.posts, self._talk, Wanted(key, place, one.id), shown.said, shown.mark
        )

    async def refresh(self, proposal_id: str) -> None:
        """Bring every card of a proposal up to date; what Slack does not take comes later."""
        posts = self._desk.posts
        found = await asyncio.to_thread(posts.of_subject, "slack", proposal_id)
        one = await asyncio.to_thread(self._read, proposal_id) if found else None
        for post in found if one is not None else ():
            assert one is not None
            shown = await asyncio.to_thread(self._shown, one, post.channel)
            if shown.mark == post.shown or post.message is None:
                continue
            place = Place(surface="slack", channel=post.channel, thread=post.thread)
            mark = shown.mark
            try:
                await self._talk.update(place, post.message, shown.said)
            except ChatDown as error:
                if error.reason not in _GONE:
                    _LOG.info("the card of %s comes later: %s", proposal_id, error.message)
                    continue
                mark = GONE
            await asyncio.to_thread(posts.shows, post.key, mark)

    async def look(self) -> None:
        """Change the cards of what has changed, and post what newly waits."""
        posts = self._desk.posts
        open_cards = await asyncio.to_thread(posts.about, "slack", "P-", (*ENDED, GONE))
        by_proposal = defaultdict(list)
        for post in open_cards:
            by_proposal[post.subject].append(post)
        for proposal_id in by_proposal:
            await self.refresh(proposal_id)
        for channel, one in await asyncio.to_thread(self._awaited):
            held = await asyncio.to_thread(posts.get, f"card:{one.id}:{channel}:")
            if held is None or held.message is None:
                await self._post_quietly(one, Place(surface="slack", channel=channel))

    async def keep_looking(self) -> None:
        """Look until cancelled; trouble with ledger or Slack passes."""
        while True:
            try:
                await self.look()
            except (AndonError, SQLAlchemyError) as error:
                _LOG.warning("cards cannot be looked after: %s", error)
            await asyncio.sleep(PERIOD)

    async def _post_quietly(self, one: "Proposal", place: Place) -> None:
        try:
            await self.post(one, place)
        except ChatDown as error:
            _LOG.info("the card of %s comes later: %s", one.id, error.message)

    def _awaited(self) -> "list[tuple[str, Proposal]]":
        """What waits for approval, by the channels that want to know."""
        from apps.proposal_reading import listed

        found = []
        for name, channel in self._desk.speakers.channels().slack.channels.items():
            parts = self._desk.speakers.house(channel) if channel.approvals else None
            if parts is not None:
                now = parts.now()
                waits = (one for one in listed(parts) if one.state == "proposed")
                found += [(name, one) for one in waits if now < one.expires_at]
        return found

    def _read(self, proposal_id: str) -> "Proposal | None":
        from memory.proposal_rows import proposal

        parts = self._desk.parts
        try:
            with parts.ledger.read() as connection:
                return proposal(connection, proposal_id, parts.action_policy)
        except UnknownName:
            return None

    def _shown(self, one: "Proposal", channel_id: str) -> _Shown:
        parts = self._desk.parts
        channel: Channel | None = self._desk.speakers.channels().slack.channels.get(channel_id)
        language = (channel.language if channel else None) or "en"
        zone = ZoneInfo(channel.timezone if channel else "UTC")
        return _Shown(card(parts, one, language, zone), stands(parts, one))
