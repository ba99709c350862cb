"""Jobs and schedules; where a worker made them before, they are taken over as they are."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables that are missing."""
    _jobs()
    _schedules()


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("queue", sa.String(length=80), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("schedule", sa.String(length=150), nullable=True),
        sa.Column("worker", sa.String(length=300), nullable=True),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("key"),
        sqlite_autoincrement=True,
        if_not_exists=True,
    )
    op.create_index("due_jobs", "jobs", ["state", "try_at"], unique=False, if_not_exists=True)
    op.create_index(
        op.f("ix_jobs_schedule"), "jobs", ["schedule"], unique=False, if_not_exists=True
    )


def _schedules() -> None:
    op.create_table(
        "schedules",
        sa.Column("key", sa.String(length=150), nullable=False),
        sa.Column("cron", sa.String(length=100), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("queue", sa.String(length=80), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key"),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_schedules_next_at"), "schedules", ["next_at"], unique=False, if_not_exists=True
    )
