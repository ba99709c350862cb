"""Evidence: what tools found, kept under a name that is made from its content.

The same question on the same data by the same code has the same name, so evidence is never written
twice and a citation can be checked by anyone who may see as much as the first asker did.
"""

import hashlib
import json
from base64 import b32encode
from typing import Any

from sqlalchemy import Column, Engine, Integer, MetaData, String, Table, Text, insert, select
from sqlalchemy.exc import IntegrityError

from domain.errors import NotPermitted, UnknownName
from domain.records.evidence import Evidence, Exclusion, Note, Versions
from domain.records.policy import Scope
from memory.schema import make_ready
from services.hub.snapshot import Snapshot

ID_CHARACTERS = 10

METADATA = MetaData()
_EVIDENCE = Table(
    "evidence",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("sha256", String(64), nullable=False),
    Column("tool", String(80), nullable=False, index=True),
    Column("body", Text, nullable=False),
)


def make_evidence(
    *,
    tool: str,
    query: dict[str, Any],
    snapshot: Snapshot,
    versions: Versions,
    result: dict[str, Any],
    summary: str,
    warnings: tuple[Note, ...] = (),
    excluded: tuple[Exclusion, ...] = (),
    chart: dict[str, Any] | None = None,
) -> Evidence:
    """Name a result by what it depends on: tool, query, scope, as-of date and versions."""
    as_of = {"date": snapshot.as_of.isoformat(), "given": snapshot.as_of_given}
    content = {
        "tool": tool,
        "query": query,
        "scope": snapshot.scope.model_dump(mode="json"),
        "as_of": as_of,
        "versions": versions.model_dump(mode="json"),
    }
    digest = hashlib.sha256(canonical_json(content).encode()).digest()
    return Evidence(
        id=f"E-{b32encode(digest).decode()[:ID_CHARACTERS]}",
        sha256=digest.hex(),
        tool=tool,
        query=query,
        scope=snapshot.scope,
        as_of=as_of["date"],
        as_of_given=snapshot.as_of_given,
        versions=versions,
        result=result,
        result_sha256=sha256_of(result),
        summary=summary,
        warnings=warnings,
        excluded=excluded,
        chart=chart,
    )


def canonical_json(value: object) -> str:
    """JSON text that is equal for equal values: sorted keys, no spaces, no NaN."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def sha256_of(value: object) -> str:
    """SHA-256 (hex) of a value's canonical JSON."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


class EvidenceStore:
    """Evidence in a SQL database; safe for several processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        make_ready(engine)

    def put(self, evidence: Evidence) -> None:
        """Keep evidence; the same evidence again changes nothing.

        Raises:
            RuntimeError: other content bears the same short name (one chance in 2**50).
        """
        row = {
            "id": evidence.id,
            "sha256": evidence.sha256,
            "tool": evidence.tool,
            "body": evidence.model_dump_json(),
        }
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(_EVIDENCE).values(row))
        except IntegrityError:
            held = self._read(evidence.id)
            if held is None or held.sha256 != evidence.sha256:
                raise RuntimeError(f"two results share the name {evidence.id}") from None

    def get(self, evidence_id: str, scope: Scope) -> Evidence:
        """The evidence of that name, if the reader may see as much as the asker did.

        Raises:
            UnknownName: there is none.
            NotPermitted: it was found with a wider scope than the reader's.
        """
        found = self._read(evidence_id)
        if found is None:
            raise UnknownName("evidence", evidence_id, (), "andon evidence")
        if not scope.covers(found.scope):
            raise NotPermitted(
                f"{evidence_id} was found with a wider scope than yours",
                next_step="ask the same question yourself, or ask its author for an extract",
            )
        return found

    def newest(self, scope: Scope, limit: int = 50) -> list[Evidence]:
        """Evidence that the reader may see, newest first (at most `limit`)."""
        found: list[Evidence] = []
        with self._engine.connect() as connection:
            for row in connection.execute(
                select(_EVIDENCE.c.body).order_by(_EVIDENCE.c.number.desc())
            ):
                evidence = Evidence.model_validate_json(row.body)
                if scope.covers(evidence.scope):
                    found.append(evidence)
                if len(found) == limit:
                    break
        return found

    def _read(self, evidence_id: str) -> Evidence | None:
        with self._engine.connect() as connection:
            row = connection.execute(
                select(_EVIDENCE.c.body).where(_EVIDENCE.c.id == evidence_id)
            ).one_or_none()
        return Evidence.model_validate_json(row.body) if row else None
