"""What was posted into chats, so that a card can be changed later, also after a restart."""

from sqlalchemy import Column, MetaData, String, Table

from services.database import Moment

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
