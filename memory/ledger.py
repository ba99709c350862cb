"""The ledger: every change is one SQL transaction that holds its own audit row.

Whoever changes it first locks the newest audit entry, so changes come one after another, in SQLite
and in Postgres alike; decisions of people are few, and an order that cannot be argued with is worth
more than speed. Readers never wait.

A run of the house records under a standing order or not at all. That is asked where the audit entry
is written, because nothing is changed without one.
"""

import contextlib
import hashlib
import json
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select, update
from sqlalchemy.exc import OperationalError

from domain.errors import LedgerBusy, LedgerDamaged, NotPermitted
from memory.evidence import canonical_json
from memory.schema import make_ready
from memory.tables import AUDIT, AUDIT_HEAD
from services.database import BUSY_SECONDS
from services.policy.actions import ActionPolicy

BEFORE_ALL = "0" * 64
"""What the first entry of the audit follows."""
LONGEST_WORDS = 2000
"""Characters of free text that are kept (count)."""
_LOCK_NOT_AVAILABLE = "55P03"  # SQLSTATE
_CHANGING: ContextVar[bool] = ContextVar("changing", default=False)


@dataclass
class Change:
    """One transaction of the ledger while it is open."""

    connection: Connection
    """The SQL connection; what is done on it is kept or lost as one."""
    by: str
    """Who changes: a person of the users file, or a run of the house (`andon:triage`)."""
    at: datetime
    """When (UTC)."""
    run_id: str | None
    """The run that the change belongs to."""
    policy: ActionPolicy
    """Who may do what."""
    number: int
    """The newest entry of the audit."""
    sha256: str
    """Its SHA-256 (hex)."""

    def audit(self, action: str, subject: str, body: dict[str, Any] | None = None) -> int:
        """Write what is done into the audit; returns the number of the entry.

        Args:
            action: what is done, as `case.opened`.
            subject: id of what it is done to.
            body: what a reader must know to follow it, plain JSON.

        Raises:
            NotPermitted: no standing order lets this run of the house do it; the whole change is
                undone, whoever catches this.
        """
        try:
            order = self.policy.check_record(action, self.by, self.at.date())
        except NotPermitted:
            self.connection.rollback()
            raise
        told = {**(body or {}), "standing_order": order} if order else body or {}
        entry = {
            "number": self.number + 1,
            "at": self.at,
            "by": self.by,
            "action": action,
            "subject": subject,
            "run_id": self.run_id,
            "body": canonical_json(told),
            "previous": self.sha256,
        }
        sha256 = entry_hash(entry)
        self.connection.execute(insert(AUDIT).values(**entry, sha256=sha256))
        self.number, self.sha256 = self.number + 1, sha256
        self.connection.execute(update(AUDIT_HEAD).values(number=self.number, sha256=sha256))
        return self.number


class Ledger:
    """Cases, proposals, approvals, outbox and audit in a SQL database; safe for many processes.

    Args:
        engine: the database.
        policy: who may approve what, and the standing orders; without it, the shipped rules.
    """

    def __init__(self, engine: Engine, policy: ActionPolicy | None = None) -> None:
        self.engine = engine
        self.policy = policy or ActionPolicy.default()
        make_ready(engine)

    @contextlib.contextmanager
    def change(self, *, by: str, at: datetime, run_id: str | None = None) -> Iterator[Change]:
        """One transaction; it is kept when the block ends and undone when it raises.

        All others wait meanwhile: work out beforehand what is to be written.

        Args:
            by: who changes.
            at: the moment, aware.
            run_id: the run that it belongs to.

        Raises:
            LedgerBusy: others have been changing it for longer than half a minute.
            LedgerDamaged: the ledger does not know the newest entry of its audit.
            ValueError: the moment has no time zone.
            RuntimeError: this thread is within a change already, and would wait for itself.
        """
        if at.tzinfo is None:
            raise ValueError(f"the moment of a change has no time zone: {at}")
        with _one_at_a_time(), _waiting_ends(), self.engine.begin() as connection:
            number, sha256 = _newest(connection)
            yield Change(connection, by, at.astimezone(UTC), run_id, self.policy, number, sha256)

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading: all that is read on it belongs to one moment."""
        with self.engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ")
            else:
                connection.exec_driver_sql("BEGIN")
            yield connection


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    if _CHANGING.get():
        raise RuntimeError("a change of the ledger within a change of the ledger")
    token = _CHANGING.set(True)
    try:
        yield
    finally:
        _CHANGING.reset(token)


@contextlib.contextmanager
def _waiting_ends() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        if not _is_about_waiting(error):
            raise
        raise LedgerBusy(
            "the ledger is being changed by others all the time",
            holds="nothing of this change was kept",
            next_step="try again; `andon doctor` looks at the database",
        ) from error


def _is_about_waiting(error: OperationalError) -> bool:
    code = getattr(error.orig, "sqlite_errorname", None) or ""
    return code.startswith("SQLITE_BUSY") or (
        getattr(error.orig, "sqlstate", None) == _LOCK_NOT_AVAILABLE
    )


def _newest(connection: Connection) -> tuple[int, str]:
    """Hold the newest entry until the transaction ends.

    A write comes first: SQLite would else begin to read at an older state and refuse it later.
    """
    if connection.dialect.name == "postgresql":
        wait = f"{BUSY_SECONDS:.0f}s"
        connection.execute(select(func.set_config("lock_timeout", wait, True)))
    held = (
        update(AUDIT_HEAD)
        .values(id=AUDIT_HEAD.c.id)
        .returning(AUDIT_HEAD.c.number, AUDIT_HEAD.c.sha256)
    )
    rows = connection.execute(held).all()
    if len(rows) != 1:
        raise LedgerDamaged(
            "the ledger does not know the newest entry of its audit",
            holds="nothing of this change was kept",
            next_step="`andon audit verify` says what is wrong; restore the database from a copy",
        )
    number, sha256 = rows[0]
    return number, sha256


def entry_hash(entry: dict[str, Any]) -> str:
    """SHA-256 (hex) of an audit entry and, through `previous`, of all entries before it."""
    told = {key: entry[key] for key in ("number", "by", "action", "subject", "run_id", "body")}
    told["at"] = entry["at"].astimezone(UTC).isoformat()
    return hashlib.sha256((entry["previous"] + canonical_json(told)).encode()).hexdigest()


def stored(value: Any) -> Any:  # noqa: ANN401  any JSON
    """What a JSON column holds."""
    return None if value is None else json.loads(value)


def words(text: str) -> str:
    """Free text as both databases keep it, cut."""
    plain = text.encode("utf-8", "replace").decode().replace("\0", "�")
    return plain if len(plain) <= LONGEST_WORDS else plain[: LONGEST_WORDS - 1] + "…"
