"""Keys by which programs and browsers speak for a person; only their hashes are kept."""

from sqlalchemy import Column, MetaData, String, Table

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
