"""What Slack sends, as it comes in: events, commands and clicks, with their words made plain."""

import html
import re
from typing import Any, Literal

from apps.chats.commands import parsed
from apps.chats.port import Inbound, Place

Body = dict[str, Any]
WRITTEN = (None, "file_share", "thread_broadcast")
"""Subtypes of messages that a person wrote: plain, with a file, shown in the channel too."""
HELP = ("help", "?")
"""Messages that ask for help with the app itself."""
_MENTIONED = re.compile(r"<@(\w+)(?:\|[^<>]*)?>")
_TAG = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")


def words_of(text: str) -> str:
    """A text as its writer meant it: without mentions, links as their words."""

    def meant(found: re.Match[str]) -> str:
        sign, target, label = found[1], found[2], found[3]
        if sign in ("@", "!"):
            return label or ""
        return label or target.removeprefix("mailto:")

    return html.unescape(_TAG.sub(meant, text)).strip()


def addressed(text: str, bot: object) -> Literal["us", "others", "anybody"]:
    """Whom a message is for: who is mentioned anywhere is us, or others are at its beginning."""
    if str(bot) in _MENTIONED.findall(text):
        return "us"
    return "others" if _MENTIONED.match(text.lstrip()) else "anybody"


def question(event: Body, event_id: str) -> Inbound:
    """A mention or a message as a question; it is answered in its thread."""
    place = place_of(event)
    text = words_of(str(event.get("text", "")))
    if text.lower() in HELP:
        text = ""  # who says nothing hears what there is
    return Inbound(event=event_id, place=place, person=str(event["user"]), text=text)


def place_of(event: Body) -> Place:
    """The thread that a message stands in or begins."""
    return Place(
        surface="slack",
        channel=str(event["channel"]),
        thread=str(event.get("thread_ts") or event["ts"]),
        direct=event.get("channel_type") == "im" or str(event["channel"]).startswith("D"),
    )


def command(body: Body) -> Inbound:
    """A slash command; one that is a question begins a thread of its own."""
    name, argument = parsed(words_of(str(body.get("text", ""))))
    channel = str(body["channel_id"])
    place = Place(surface="slack", channel=channel, direct=channel.startswith("D"))
    return Inbound(
        event=f"cmd:{body['trigger_id']}",
        place=place,
        person=str(body["user_id"]),
        text=argument,
        what="command",
        fields={"name": name},
    )


def click(body: Body, action: Body) -> Inbound:
    """A button of a card; the same click that is sent again is the same."""
    container = body.get("container") or {}
    channel = str((body.get("channel") or {}).get("id") or container.get("channel_id") or "")
    message = str(container.get("message_ts") or (body.get("view") or {}).get("id") or "")
    user = str(body["user"]["id"])
    return Inbound(
        event=f"act:{message}:{action['action_ts']}:{user}",
        place=_here(channel, container.get("thread_ts")),
        person=user,
        text="",
        what=str(action["action_id"]),
        fields=_value(str(action.get("value", ""))),
    )


def reason_given(body: Body) -> Inbound:
    """The form in which somebody says why they reject."""
    view = body["view"]
    values = view["state"]["values"]
    reason = str(values["reason"]["reason"].get("value") or "")
    said = dict(part.split("=", 1) for part in str(view["private_metadata"]).split(";") if part)
    return Inbound(
        event=f"view:{view['id']}:{view['hash']}",
        place=_here(said.get("channel", ""), said.get("thread") or None),
        person=str(body["user"]["id"]),
        text=reason,
        what="andon_reject_because",
        fields={name: said.get(name, "") for name in ("proposal", "sha256")},
    )


def _here(channel: str, thread: object) -> Place:
    """A place; the home page has no channel and is as private as a direct message."""
    direct = not channel or channel.startswith("D")
    return Place(
        surface="slack",
        channel=channel,
        thread=str(thread) if thread else None,
        direct=direct,
    )


def _value(value: str) -> dict[str, str]:
    proposal, _, sha256 = value.partition(" ")
    return {"proposal": proposal, "sha256": sha256}
