"""Evidence, requests and turns; a database from before migrations is taken over as it is."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables that are missing."""
    _evidence()
    _requests()
    _threads()
    _turns()


def _evidence() -> None:
    op.create_table(
        "evidence",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("tool", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_evidence_tool"), "evidence", ["tool"], unique=False, if_not_exists=True
    )


def _requests() -> None:
    op.create_table(
        "requests",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.String(length=40), nullable=False),
        sa.Column("thread_id", sa.String(length=80), nullable=False),
        sa.Column("principal_id", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("run_id"),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_requests_state"), "requests", ["state"], unique=False, if_not_exists=True
    )
    op.create_index(
        op.f("ix_requests_thread_id"), "requests", ["thread_id"], unique=False, if_not_exists=True
    )


def _threads() -> None:
    op.create_table(
        "threads",
        sa.Column("thread_id", sa.String(length=80), nullable=False),
        sa.Column("principal_id", sa.String(length=80), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("thread_id"),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_threads_principal_id"),
        "threads",
        ["principal_id"],
        unique=False,
        if_not_exists=True,
    )


def _turns() -> None:
    op.create_table(
        "turns",
        sa.Column("ticket", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.String(length=80), nullable=False),
        sa.Column("run_id", sa.String(length=40), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("ticket"),
        sqlite_autoincrement=True,
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_turns_thread_id"), "turns", ["thread_id"], unique=False, if_not_exists=True
    )
    op.create_index(
        "one_turn",
        "turns",
        ["thread_id"],
        unique=True,
        sqlite_where=sa.text("held_at IS NOT NULL"),
        postgresql_where=sa.text("held_at IS NOT NULL"),
        if_not_exists=True,
    )
