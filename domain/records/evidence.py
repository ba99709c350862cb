"""What a tool found, kept so that a claim can point at it and a person can check it."""

from typing import Any

from domain.contract import Contract
from domain.records.policy import Scope


class Note(Contract):
    """Something that a reader must know before relying on a result."""

    code: str
    """Stable name, for example `immature_months`."""
    text: str
    """The same in words."""


class Exclusion(Contract):
    """Rows that would have been used, and were not."""

    rule: str
    """Why they were left out."""
    rows: int
    """How many (count)."""


class Versions(Contract):
    """Everything a result depends on beside the question."""

    hub_commit: str
    """The hub commit that was read."""
    policy: str
    """Version of the access policy."""
    code: str
    """Version of the tool, for example `claim_rate/1`."""
    library: str | None = None
    """Version of the standards library, where it was read."""
    vision_model: str | None = None
    """Version of the vision model, where one was asked."""


class Evidence(Contract):
    """A tool's question and answer, named by its content."""

    id: str
    """`E-` and the first 10 base32 characters of `sha256`."""
    sha256: str
    """SHA-256 (hex) over tool, query, scope, as-of date and versions."""
    tool: str
    """Name of the tool."""
    query: dict[str, Any]
    """The question as the tool understood it, defaults filled in."""
    scope: Scope
    """What the asker was allowed to see; a reader must be allowed as much."""
    as_of: str
    """The date that "now" stands for (ISO 8601)."""
    as_of_given: bool
    """True: the asker named that date. False: it is the newest date of the hub commit."""
    versions: Versions
    """What the result depends on."""
    result: dict[str, Any]
    """The tool's typed result."""
    result_sha256: str
    """SHA-256 (hex) of the canonical JSON of `result`: a re-run compares it."""
    summary: str
    """The result in at most 400 characters."""
    warnings: tuple[Note, ...] = ()
    """What to know before relying on it."""
    excluded: tuple[Exclusion, ...] = ()
    """Rows left out, by rule."""
    chart: dict[str, Any] | None = None
    """A Vega-Lite specification, where a picture says more."""

    def to_json(self) -> dict[str, Any]:
        """The `andon.evidence/1` object of the program interface."""
        return {"schema": "andon.evidence/1", **self.model_dump(mode="json")}
