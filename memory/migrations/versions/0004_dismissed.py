"""A dismissed case has ended like a closed one: the next sign of its key opens a new case."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
_LIVE = "state != 'closed' AND state != 'dismissed'"


def upgrade() -> None:
    """Make the index over the live cases anew."""
    op.drop_index("one_live_case", table_name="cases")
    op.create_index(
        "one_live_case",
        "cases",
        ["key"],
        unique=True,
        sqlite_where=sa.text(_LIVE),
        postgresql_where=sa.text(_LIVE),
    )
