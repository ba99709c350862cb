"""What was posted into chats, so that a card can be changed later, also after a restart.

A post is claimed under its key before it is posted, so that of two processes one posts it. Whoever
claims and dies leaves a claim that grows old; the next one takes it, and looks in the chat first.
Claims age in real time, even where the program's clock is set.
"""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import Field
from sqlalchemy import Column, Engine, MetaData, Row, String, Table, delete, select, update

from domain.contract import Contract
from services.database import Moment
from services.jobs.tables import inserting, writing

METADATA = MetaData()
POSTS = Table(
    "posts",
    METADATA,
    Column("key", String(200), primary_key=True),
    Column("surface", String(20), nullable=False),
    Column("channel", String(80), nullable=False),
    Column("thread", String(80)),
    Column("message", String(80)),
    Column("subject", String(80), nullable=False, index=True),
    Column("shown", String(64), nullable=False),
    Column("at", Moment, nullable=False),
)
"""By key: where a message stands (`message`: its name there), what it is about (`subject`: a
proposal, a run), and the state that it shows."""
OLD = timedelta(seconds=20)
"""Age after which a claim without a message is another's to take."""


class Post(Contract):
    """One message in a chat."""

    key: str
    """Names it for good."""
    surface: str
    """The way of chatting."""
    channel: str
    """Where it stands."""
    thread: str | None
    """The message that it answers; null: none."""
    message: str | None = None
    """Its name in the chat; null: claimed, and not known to be posted."""
    subject: str
    """What it is about: a proposal, a run, a person."""
    shown: str = ""
    """The state that it shows."""
    at: datetime = Field(default_factory=lambda: datetime.now(UTC))
    """When it was claimed (UTC)."""


class Posts:
    """The posts in a SQL database; safe for many processes.

    The table is there already (`memory/schema.py`).
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def claim(self, post: Post) -> bool:
        """Write a post down before it is posted; false if it is there, or another posts it now.

        A claim that is old and has no message is taken over.
        """
        with writing(self._engine) as connection:
            insert = inserting(connection, POSTS).values(post.model_dump())
            new = insert.on_conflict_do_nothing(index_elements=["key"]).returning(POSTS.c.key)
            if connection.execute(new).first() is not None:
                return True
            stale = (POSTS.c.key == post.key) & POSTS.c.message.is_(None)
            take = update(POSTS).where(stale, POSTS.c.at < post.at - OLD).values(at=post.at)
            return connection.execute(take).rowcount == 1

    def get(self, key: str) -> Post | None:
        """The post of that key; none if it was never claimed."""
        with self._engine.connect() as connection:
            row = connection.execute(select(POSTS).where(POSTS.c.key == key)).one_or_none()
        return None if row is None else _post(row)

    def posted(self, key: str, message: str, shown: str) -> None:
        """Write down under which name a post stands in the chat, and what it shows."""
        self._change(key, message=message, shown=shown)

    def shows(self, key: str, shown: str) -> None:
        """Write down what a post shows now."""
        self._change(key, shown=shown)

    def release(self, key: str) -> None:
        """Give a claim up: it was not posted, as far as is known."""
        unposted = (POSTS.c.key == key) & POSTS.c.message.is_(None)
        with writing(self._engine) as connection:
            connection.execute(delete(POSTS).where(unposted))

    def forget(self, key: str, message: str) -> None:
        """Forget a post of that name, which is in the chat no more."""
        known = (POSTS.c.key == key) & (POSTS.c.message == message)
        with writing(self._engine) as connection:
            connection.execute(delete(POSTS).where(known))

    def of_subject(self, surface: str, subject: str) -> list[Post]:
        """Posts about something that are in a chat, by key."""
        return self._found((POSTS.c.subject == subject) & (POSTS.c.surface == surface))

    def about(self, surface: str, prefix: str, without: Collection[str]) -> list[Post]:
        """Posts in a chat whose subject begins so, and that show none of these states; by key."""
        begins = POSTS.c.subject.startswith(prefix, autoescape=True)
        return self._found((POSTS.c.surface == surface) & begins & POSTS.c.shown.not_in(without))

    def in_thread(self, surface: str, channel: str, thread: str) -> bool:
        """Whether something of ours stands in a thread, or begins it."""
        here = (POSTS.c.surface == surface) & (POSTS.c.channel == channel)
        query = select(POSTS.c.key).where(
            here, (POSTS.c.thread == thread) | (POSTS.c.message == thread)
        )
        with self._engine.connect() as connection:
            return connection.execute(query.limit(1)).first() is not None

    def keep_choice(self, post: Post) -> None:
        """Keep what a person chose (`shown`) under its key, in place of what they chose before."""
        with writing(self._engine) as connection:
            insert = inserting(connection, POSTS).values(post.model_dump())
            changed = {"shown": post.shown, "at": post.at}
            connection.execute(insert.on_conflict_do_update(index_elements=["key"], set_=changed))

    def _found(self, where: Any) -> list[Post]:  # noqa: ANN401  a condition of SQLAlchemy
        query = select(POSTS).where(where, POSTS.c.message.is_not(None)).order_by(POSTS.c.key)
        with self._engine.connect() as connection:
            return [_post(row) for row in connection.execute(query)]

    def _change(self, key: str, **values: object) -> None:
        with writing(self._engine) as connection:
            connection.execute(update(POSTS).where(POSTS.c.key == key).values(**values))


def _post(row: Row[Any]) -> Post:
    return Post(**row._mapping)
