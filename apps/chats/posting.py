"""Posting once: a message has a key, and who is told to post it again changes it instead."""

import asyncio
from typing import NamedTuple

from apps.chats.port import ChatDown, Outbound, Place, Said
from memory.posts import Post, Posts


class Wanted(NamedTuple):
    """A message that is to stand in a chat."""

    key: str
    """Names it for good."""
    place: Place
    """Where."""
    subject: str
    """What it is about: a run, a proposal."""
    again: bool = False
    """Whether whoever was to post it before is dead, perhaps before writing down that they did."""


async def post_once(
    posts: Posts, out: Outbound, wanted: Wanted, said: Said, shown: str = ""
) -> str:
    """Have a message stand in a chat, with these words; returns its name there.

    Raises:
        ChatDown: it was not taken, or another process posts it just now.
    """
    held = await asyncio.to_thread(posts.get, wanted.key)
    if held is not None and held.message is not None:
        await out.update(wanted.place, held.message, said)
        await asyncio.to_thread(posts.shows, wanted.key, shown)
        return held.message
    place = wanted.place
    claim = Post(
        key=wanted.key,
        surface=place.surface,
        channel=place.channel,
        thread=place.thread,
        subject=wanted.subject,
    )
    if not await asyncio.to_thread(posts.claim, claim) and not wanted.again:
        raise ChatDown(f"{wanted.key} is being posted by another process")
    message = None
    try:
        if held is not None or wanted.again:
            message = await out.find(place, wanted.key)
        if message is None:
            message = await out.say(place, wanted.key, said)
        else:
            await out.update(place, message, said)
    except ChatDown:
        await asyncio.to_thread(posts.release, wanted.key)
        raise
    await asyncio.to_thread(posts.posted, wanted.key, message, shown)
    return message
