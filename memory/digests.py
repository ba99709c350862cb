"""Digests that were posted: one for each place and run, however many targets it went to."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from domain.contract import Contract
from domain.records.message import Message
from memory.ledger import stored
from memory.tables import OUTBOX

_KEY = re.compile(r"(?P<digest>digest:(?P<kind>region|site):(?P<place>.+):(?P<run>[^:]+)):[^:]+")
_CASE = re.compile(r"\bC-[A-Z2-7]{8}\b")


class KeptDigest(Contract):
    """A digest as its readers got it."""

    key: str
    """Kind, place and run."""
    kind: str
    """Whom it is for: `region` or `site`."""
    place: str
    """The region or site."""
    run_id: str
    """The run that made it."""
    language: str
    """Language of the words (BCP 47)."""
    at: datetime
    """When it was posted (UTC)."""
    subject: str
    """One line."""
    text: str
    """The digest as plain text."""
    cases: tuple[str, ...]
    """Cases that it speaks of, in order."""
    sent: bool
    """Whether one of its targets took it."""


class _Posted(NamedTuple):
    named: re.Match[str]
    at: datetime
    sent: bool


def kept_digests(
    connection: Connection, wanted: Callable[[str, str], bool], *, most: int
) -> list[KeptDigest]:
    """Digests that were posted, the newest first.

    Args:
        connection: the ledger's database.
        wanted: tells by kind and place which to read.
        most: at most so many.
    """
    columns = (OUTBOX.c.key, OUTBOX.c.made_at, OUTBOX.c.state)
    query = select(*columns).where(OUTBOX.c.key.startswith("digest:"))
    found: dict[str, _Posted] = {}
    for key, at, state in connection.execute(query.order_by(OUTBOX.c.made_at.desc(), OUTBOX.c.key)):
        named = _KEY.fullmatch(key)
        if named is None or not wanted(named["kind"], named["place"]):
            continue
        held = found.get(named["digest"])
        sent = state == "sent" or (held is not None and held.sent)
        found[named["digest"]] = _Posted(named, at, sent)
    return [_read(connection, key, one) for key, one in list(found.items())[:most]]


def _read(connection: Connection, key: str, posted: _Posted) -> KeptDigest:
    query = select(OUTBOX.c.message).where(OUTBOX.c.key == posted.named[0])
    message = Message.model_validate(stored(connection.execute(query).scalar_one()))
    return KeptDigest(
        key=key,
        kind=posted.named["kind"],
        place=posted.named["place"],
        run_id=posted.named["run"],
        language=message.language,
        at=posted.at,
        subject=message.subject,
        text=message.text,
        cases=tuple(dict.fromkeys(_CASE.findall(message.text))),
        sent=posted.sent,
    )
