"""Keys by which programs and browsers speak for a person; only their hashes are kept.

Three sorts, told apart by the first letter of their public id: a *key* that an operator gives out,
a *login* that opens one browser session within minutes and is then used up, and the *session*
itself. A session ends with the key that opened it.
"""

import contextlib
import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    Row,
    String,
    Table,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.exc import SQLAlchemyError

from domain.contract import Contract
from domain.errors import InvalidArgument, UnknownName
from memory.ledger import Ledger
from services.database import Moment

METADATA = MetaData()
API_KEYS = Table(
    "api_keys",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("principal_id", String(80), nullable=False, index=True),
    Column("name", String(80), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("made_by", String(80), nullable=False),
    Column("expires_at", Moment),
    Column("used_at", Moment),
    Column("revoked_at", Moment),
)

KeyKind = Literal["key", "login", "session"]
PREFIX = "andon"
LONGEST_NAME = 80
_LETTERS: dict[str, KeyKind] = {"k": "key", "l": "login", "s": "session"}
_ID = re.compile(r"[ksl][0-9a-f]{10}")
_SECRET_BYTES = 32
_TOUCH = timedelta(minutes=1)
_KEEP_ENDED = timedelta(days=1)


class ApiKey(Contract):
    """One key, without its secret."""

    id: str
    """Its public name; the first letter says what sort it is."""
    principal_id: str
    """The person it speaks for, as in the users file."""
    name: str
    """What it is for."""
    made_at: datetime
    """When it was made (UTC)."""
    made_by: str
    """Who made it: a person, or the key that opened a session."""
    expires_at: datetime | None
    """When it ends by itself (UTC); null: it does not."""
    used_at: datetime | None
    """When it was last used (UTC), to the minute."""
    revoked_at: datetime | None
    """When it was taken back or used up (UTC)."""

    @property
    def kind(self) -> KeyKind:
        """What sort it is."""
        return _LETTERS[self.id[0]]

    def holds(self, at: datetime) -> bool:
        """Whether it opens anything at that moment."""
        ended = self.expires_at is not None and self.expires_at <= at
        return self.revoked_at is None and not ended


class NewKey(NamedTuple):
    """A key and its text, which is shown once and never kept."""

    key: ApiKey
    """What is kept."""
    text: str
    """`andon_<id>_<secret>`; the secret has 256 random bits."""


class ApiKeys:
    """The keys in the ledger's database; safe for several processes."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def add(
        self,
        principal_id: str,
        name: str,
        *,
        by: str,
        at: datetime,
        expires_at: datetime | None = None,
        kind: KeyKind = "key",
    ) -> NewKey:
        """Make a key for a person; the audit names it, never its secret.

        Args:
            principal_id: the person, as in the users file; the caller has looked them up.
            name: what it is for.
            by: who makes it.
            at: the moment, aware.
            expires_at: when it ends; none: never.
            kind: a key, or a login.

        Raises:
            InvalidArgument: the name is empty or too long.
        """
        if not 0 < len(name.strip()) <= LONGEST_NAME:
            raise InvalidArgument(
                "a key needs a name of 1 to 80 letters", next_step="say what it is for"
            )
        new = _made(principal_id, name.strip(), by=by, at=at, expires_at=expires_at, kind=kind)
        with self._ledger.change(by=by, at=at) as change:
            change.connection.execute(insert(API_KEYS).values(_row(new)))
            told = {"for": principal_id, "name": new.key.name, "kind": kind}
            change.audit(f"{kind}.made", new.key.id, told)
        return new

    def open_session(self, opener: ApiKey, *, at: datetime, lasts: timedelta) -> NewKey | None:
        """A session of whoever holds a key; a login is used up by it.

        Returns:
            The session; none if the login was used up meanwhile.
        """
        until = at + lasts
        if opener.kind == "key" and opener.expires_at is not None:
            until = min(until, opener.expires_at)
        new = _made(
            opener.principal_id, "session", by=opener.id, at=at, expires_at=until, kind="session"
        )
        with self._engine.begin() as connection:
            if opener.kind == "login" and not _end(connection, opener.id, at):
                return None
            old = API_KEYS.c.id.like("k%")
            ended = API_KEYS.c.expires_at < at - _KEEP_ENDED
            connection.execute(delete(API_KEYS).where(~old, ended))
            connection.execute(insert(API_KEYS).values(_row(new)))
        return new

    def close_session(self, session_id: str, *, at: datetime) -> None:
        """End a session; one that has ended stays as it is."""
        with self._engine.begin() as connection:
            _end(connection, session_id, at)

    def find(self, text: str, at: datetime) -> ApiKey | None:
        """The key with that text, if it holds; its use is noted at most once a minute."""
        parts = text.split("_", 2)
        if len(parts) != 3 or parts[0] != PREFIX or not _ID.fullmatch(parts[1]):
            return None
        with self._engine.connect() as connection:
            row = connection.execute(
                select(API_KEYS).where(API_KEYS.c.id == parts[1])
            ).one_or_none()
        if row is None or not hmac.compare_digest(row.sha256, _hash(text)):
            return None
        found = _key(row)
        if not found.holds(at):
            return None
        if found.used_at is None or abs(at - found.used_at) >= _TOUCH:
            self._touch(found.id, at)
        return found

    def all(self) -> list[ApiKey]:
        """Keys that operators gave out, oldest first; no logins and sessions."""
        query = select(API_KEYS).where(API_KEYS.c.id.like("k%")).order_by(API_KEYS.c.made_at)
        with self._engine.connect() as connection:
            return [_key(row) for row in connection.execute(query)]

    def revoke(self, key_id: str, *, by: str, at: datetime) -> ApiKey:
        """Take a key back, with the sessions that it opened; a second time changes nothing.

        Raises:
            UnknownName: there is no such key.
        """
        with self._ledger.change(by=by, at=at) as change:
            connection = change.connection
            query = select(API_KEYS).where(API_KEYS.c.id == key_id)
            row = connection.execute(query).one_or_none()
            if row is None:
                raise UnknownName("key", key_id, (), "andon keys list")
            if _end(connection, key_id, at):
                opened = (API_KEYS.c.made_by == key_id) & API_KEYS.c.id.like("s%")
                connection.execute(update(API_KEYS).where(opened).values(revoked_at=at))
                change.audit("key.revoked", key_id, {"for": row.principal_id, "name": row.name})
            return _key(connection.execute(query).one())

    @property
    def _engine(self) -> Engine:
        return self._ledger.engine

    def _touch(self, key_id: str, at: datetime) -> None:
        # A note that is missed is no reason to keep anybody out.
        with contextlib.suppress(SQLAlchemyError), self._engine.begin() as connection:
            connection.execute(update(API_KEYS).where(API_KEYS.c.id == key_id).values(used_at=at))


def _made(
    principal_id: str,
    name: str,
    *,
    by: str,
    at: datetime,
    expires_at: datetime | None,
    kind: KeyKind,
) -> NewKey:
    letter = next(letter for letter, one in _LETTERS.items() if one == kind)
    public = f"{letter}{secrets.token_hex(5)}"
    key = ApiKey(
        id=public,
        principal_id=principal_id,
        name=name,
        made_at=at,
        made_by=by,
        expires_at=expires_at,
        used_at=None,
        revoked_at=None,
    )
    return NewKey(key, f"{PREFIX}_{public}_{secrets.token_urlsafe(_SECRET_BYTES)}")


def _row(new: NewKey) -> dict[str, object]:
    return {**new.key.model_dump(), "sha256": _hash(new.text)}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _key(row: Row[tuple[object, ...]]) -> ApiKey:
    return ApiKey(**{name: getattr(row, name) for name in ApiKey.model_fields})


def _end(connection: Connection, key_id: str, at: datetime) -> bool:
    live = (API_KEYS.c.id == key_id) & API_KEYS.c.revoked_at.is_(None)
    return connection.execute(update(API_KEYS).where(live).values(revoked_at=at)).rowcount == 1
