"""The tables of the ledger: what was decided, by whom, and what became of it.

JSON stands in text columns, so that SQLite and Postgres hold the same bytes and a hash of them
means the same in both. `migrations/` makes these tables; a test holds the two together.
"""

from sqlalchemy import (
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

from services.database import Moment

METADATA = MetaData()

AUDIT_HEAD = Table(
    "audit_head",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
)
"""The newest entry of the audit. Whoever changes the ledger locks this one row first."""

AUDIT = Table(
    "audit",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("by", String(80), nullable=False),
    Column("action", String(60), nullable=False),
    Column("subject", String(200), nullable=False, index=True),
    Column("run_id", String(60), index=True),
    Column("body", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("sha256", String(64), nullable=False),
)

CASES = Table(
    "cases",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("key", String(200), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("symptom", String(80), nullable=False),
    Column("where", Text, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("state", String(12), nullable=False, index=True),
    Column("owner", String(80)),
    Column("regions", Text, nullable=False),
    Column("aware_at", Moment, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("times_reopened", Integer, nullable=False),
    Column("follows", String(16)),
)
_LIVE = (CASES.c.state != "closed") & (CASES.c.state != "dismissed")
Index("one_live_case", CASES.c.key, unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE)

_CASE = "cases.id"
CASE_STEPS = Table(
    "case_steps",
    METADATA,
    Column("case_id", String(16), ForeignKey(_CASE), primary_key=True),
    Column("step", String(2), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("content", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("by", String(80), nullable=False),
    Column("at", Moment, nullable=False),
)
CASE_ACTIONS = Table(
    "case_actions",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("case_id", String(16), ForeignKey(_CASE), nullable=False, index=True),
    Column("step", String(2), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("owner", String(80), nullable=False),
    Column("due_on", Date, nullable=False),
    Column("state", String(8), nullable=False),
    Column("done_at", Moment),
    Column("result", Text, nullable=False),
)
CASE_CAUSES = Table(
    "case_causes",
    METADATA,
    Column("case_id", String(16), ForeignKey(_CASE), primary_key=True),
    Column("kind", String(12), primary_key=True),
    Column("statement", Text, nullable=False),
    Column("condition", Text),
    Column("status", String(12), nullable=False),
    Column("evidence", Text, nullable=False),
    Column("by", String(80), nullable=False),
    Column("at", Moment, nullable=False),
)
CASE_EVIDENCE = Table(
    "case_evidence",
    METADATA,
    Column("case_id", String(16), ForeignKey(_CASE), primary_key=True),
    Column("evidence_id", String(16), primary_key=True),
    Column("role", String(16), primary_key=True),
    Column("at", Moment, nullable=False),
)
CASE_SIGNS = Table(
    "case_signs",
    METADATA,
    Column("case_id", String(16), ForeignKey(_CASE), primary_key=True),
    Column("sign", String(120), primary_key=True),
    Column("body", Text, nullable=False),
    Column("at", Moment, nullable=False),
)
"""What raised a case or spoke for it again: a safety report by its feedback, an alarm by its week.
A sign is kept once, so the same run twice leaves the same case."""
EFFECT_CHECKS = Table(
    "effect_checks",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("case_id", String(16), ForeignKey(_CASE), nullable=False, index=True),
    Column("query", Text, nullable=False),
    Column("power", Float),
    Column("judge_on", Date, nullable=False),
    Column("state", String(16), nullable=False),
    Column("verdict", String(16)),
    Column("evidence", String(16)),
    Column("by", String(80), nullable=False),
    Column("at", Moment, nullable=False),
)

PROPOSALS = Table(
    "proposals",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("key", String(200), nullable=False, unique=True),
    Column("kind", String(40), nullable=False),
    Column("payload", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("risk", Text, nullable=False),
    Column("case_id", String(16), index=True),
    Column("evidence", Text, nullable=False),
    Column("proposed_by", String(80), nullable=False),
    Column("proposed_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("state", String(12), nullable=False, index=True),
    Column("replaced_by", String(16)),
)
DECISIONS = Table(
    "decisions",
    METADATA,
    Column("proposal_id", String(16), ForeignKey("proposals.id"), primary_key=True),
    Column("by", String(80), primary_key=True),
    Column("role", String(40), nullable=False),
    Column("decision", String(8), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Moment, nullable=False),
)
ATTEMPTS = Table(
    "attempts",
    METADATA,
    Column("proposal_id", String(16), ForeignKey("proposals.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("outcome", String(12), nullable=False),
    Column("detail", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

MEASURES = Table(
    "measures",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("value", Text, nullable=False),
    Column("since", Moment, nullable=False),
    Column("until", Moment),
    Column("proposal_id", String(16), ForeignKey("proposals.id"), nullable=False),
)
"""What approved proposals put in force: a rating band, controlled shipping, a stock block, a test
recipe, an open SCAR."""
_FORCE = MEASURES.c.until.is_(None)
Index(
    "one_in_force",
    MEASURES.c.kind,
    MEASURES.c.subject,
    unique=True,
    sqlite_where=_FORCE,
    postgresql_where=_FORCE,
)

OUTBOX = Table(
    "outbox",
    METADATA,
    Column("key", String(200), primary_key=True),
    Column("message", Text, nullable=False),
    Column("target", String(80), nullable=False),
    Column("proposal_id", String(16), ForeignKey("proposals.id"), index=True),
    Column("state", String(8), nullable=False, index=True),
    Column("tries", Integer, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("receipt", Text),
    Column("error", Text),
)

KNOWLEDGE = Table(
    "knowledge",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("case_id", String(16), nullable=False, unique=True),
    Column("symptom", String(80), nullable=False, index=True),
    Column("mechanism", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("control", Text, nullable=False),
    Column("part_id", String(80), index=True),
    Column("family", String(40)),
    Column("evidence", Text, nullable=False),
    Column("author", String(80), nullable=False),
    Column("review", String(12), nullable=False),
    Column("reviewed_by", String(80)),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("at", Moment, nullable=False),
)

TRIAGE_RUNS = Table(
    "triage_runs",
    METADATA,
    Column("run_id", String(60), primary_key=True),
    Column("what", String(12), nullable=False),
    Column("region", String(80), nullable=False, index=True),
    Column("as_of", Date, nullable=False),
    Column("state", String(12), nullable=False),
    Column("commit_before", String(60), nullable=False),
    Column("commit_after", String(60)),
    Column("started_at", Moment, nullable=False),
    Column("beat_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("report", Text),
    Column("digest", Text),
)
"""Runs of triage and of the factory watch, with what they reported."""
_RUNNING = TRIAGE_RUNS.c.state == "running"
Index(
    "one_run",
    TRIAGE_RUNS.c.what,
    TRIAGE_RUNS.c.region,
    unique=True,
    sqlite_where=_RUNNING,
    postgresql_where=_RUNNING,
)
