"""A question's way, whatever chat it came by: who asks, one message that grows, the answer."""

import asyncio
import hashlib
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, NamedTuple

from apps.chats.live import Live, Progress
from apps.chats.pictures import pictures_of
from apps.chats.port import ChatDown, Inbound, Outbound, Place, Words
from apps.chats.posting import Wanted, post_once
from apps.chats.rendering import answer_said, error_said
from apps.chats.speakers import Speaker, Speakers
from apps.chats.wording import phrase
from domain.errors import AndonError, UnknownName
from domain.records.asked import Asked
from domain.records.event import Event
from memory.posts import Posts

if TYPE_CHECKING:
    from apps.wiring import Wiring

LONGEST_THREAD = 80
_LOG = logging.getLogger(__name__)


class Desk(NamedTuple):
    """What every chat of a process shares."""

    parts: "Wiring"
    """The program's parts."""
    speakers: Speakers
    """Who may ask where."""
    posts: Posts
    """What was posted."""

    @classmethod
    def of(cls, parts: "Wiring") -> "Desk":
        """The desk of a program."""
        return cls(parts, Speakers(parts), Posts(parts.jobs.engine))


class Answered(NamedTuple):
    """What became of a question."""

    place: Place
    """The thread in which it was answered."""
    body: dict[str, Any] | None
    """`andon.answer/1`; null: there is no answer."""


async def answer(
    desk: Desk, out: Outbound, speaker: Speaker, inbound: Inbound, attempt: int
) -> Answered:
    """Answer a question where it was asked; asked again, it answers in the same message.

    Args:
        desk: what chats share.
        out: the chat.
        speaker: who asks.
        inbound: the question.
        attempt: which try this is, from 1.

    Raises:
        ChatDown: the chat did not take the answer; the answer is kept.
    """
    language = speaker.language
    lead = _lead(inbound, speaker)
    progress = Progress(language, lead)
    wanted = Wanted(inbound.key, inbound.place, "question", attempt > 1)
    message = ""
    if out.pace is not None:
        message = await post_once(desk.posts, out, wanted, progress.said())
    place = inbound.place
    if place.thread is None and message:
        place = place.model_copy(update={"thread": message})
    body, said = None, None
    try:
        async with (
            Live(out, inbound.place, message, progress) as live,
            aclosing(_events(desk, speaker, inbound, place, attempt)) as events,
        ):
            async for event in events:
                live.happened(event)
                if event.kind == "answer":
                    body = event.data
    except AndonError as error:
        said = error_said(error, language, lead)
    if body is not None:
        said = await asyncio.to_thread(answer_said, body, speaker, lead)
    assert said is not None
    await post_once(desk.posts, out, wanted, said, shown=str((body or {}).get("outcome", "failed")))
    if body is not None:
        await _pictures(speaker, out, place, body, wanted)
    return Answered(place, body)


def thread_id(place: Place, user: str) -> str:
    """The conversation that a person has in a thread of a chat; the same thread, the same name.

    Two people in one thread have a conversation each, because they may not see the same.
    """
    name = ":".join((place.surface, place.channel, place.thread or "", user))
    if name.isascii() and name.isprintable() and " " not in name and len(name) <= LONGEST_THREAD:
        return name
    return f"{place.surface}:{hashlib.sha256(name.encode()).hexdigest()[:32]}"


def run_id(key: str, attempt: int) -> str:
    """The run of a try; the same try of the same question, the same name."""
    return f"R-{hashlib.sha256(f'{key}:{attempt}'.encode()).hexdigest()[:12]}"


async def _events(
    desk: Desk, speaker: Speaker, inbound: Inbound, place: Place, attempt: int
) -> AsyncGenerator[Event]:
    """The events of the run, or only its answer, where an earlier try had found it."""
    from apps.ask import ask

    for earlier in range(1, attempt):
        kept = await asyncio.to_thread(_kept, speaker, run_id(inbound.key, earlier))
        if kept is not None:
            yield Event(run_id=kept["run_id"], seq=0, kind="answer", at=desk.parts.now(), data=kept)
            return
    asked = Asked(
        text=inbound.text,
        thread_id=thread_id(place, speaker.principal.id),
        language=_language(desk, speaker, inbound),
    )
    run = run_id(inbound.key, attempt)
    async with aclosing(ask(asked, speaker.parts, run_id=run)) as events:
        async for event in events:
            yield event


def _kept(speaker: Speaker, run: str) -> dict[str, Any] | None:
    try:
        return speaker.parts.conversations.requests.get(run, speaker.principal.id).answer
    except UnknownName:
        return None


def _language(desk: Desk, speaker: Speaker, inbound: Inbound) -> str | None:
    chosen = desk.posts.get(choice_key(inbound.place.surface, inbound.person))
    if chosen is not None and chosen.shown:
        return chosen.shown
    return speaker.channel.language if speaker.channel else None


def choice_key(surface: str, person: str) -> str:
    """Where the language that a person chose is kept."""
    return f"language:{surface}:{person}"


def _lead(inbound: Inbound, speaker: Speaker) -> tuple[Words, ...]:
    """The question itself, where the chat does not show it."""
    if inbound.what != "command":
        return ()
    asked = phrase(speaker.language, "asked", who=speaker.principal.id, text=inbound.text)
    return (Words(asked, "quiet"),)


async def _pictures(
    speaker: Speaker, out: Outbound, place: Place, body: dict[str, Any], wanted: Wanted
) -> None:
    """Show the charts; an answer is an answer without them too."""
    if wanted.again:
        return  # they may be there already, and a chart twice is worse than none
    try:
        for picture in await asyncio.to_thread(pictures_of, body, speaker.parts):
            await out.picture(place, picture)
    except ChatDown as error:
        _LOG.warning("the charts of %s were not shown: %s", wanted.key, error.message)
