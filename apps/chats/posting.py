"""Posting once: a message has a key, and who is told to post it again changes it instead."""

import asyncio
from typing import NamedTuple

from apps.chats.port import DELETED, ChatDown, Outbound, Place, Said
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

    One that somebody deleted since is posted anew: it is wanted now.

    Raises:
        ChatDown: it was not taken, or another process posts it just now.
    """
    held = await asyncio.to_thread(posts.get, wanted.key)
    if held is not None and held.message is not None:
        if await _changed(posts, out, wanted, held.message, said):
            await asyncio.to_thread(posts.shows, wanted.key, shown)
            return held.message
        held = None
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


async def _changed(posts: Posts, out: Outbound, wanted: Wanted, message: str, said: Said) -> bool:
    """Put the words into a message; false: it was deleted, and is forgotten."""
    try:
        await out.update(wanted.place, message, said)
    except ChatDown as error:
        if error.reason != DELETED:
            raise
        await asyncio.to_thread(posts.forget, wanted.key, message)
        return False
    return True
