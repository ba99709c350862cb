"""Cases and evidence as resources; what the asker may not see is not there."""

import base64
import json
from typing import Any, NamedTuple

import mcp_types as types
from mcp import MCPError

from apps.case_reading import as_json, shown
from apps.case_work import Asked
from apps.wiring import Wiring
from domain.errors import AndonError, NoData, NotPermitted, UnknownName
from domain.records.evidence import Evidence
from memory.case_rows import cases

SCHEME = "andon://"
CASES = f"{SCHEME}cases"
EVIDENCE = f"{SCHEME}evidence"
JSON, PNG = "application/json", "image/png"
NEWEST = 20
"""Pieces of evidence that are listed (count); any other is read by its id."""
TEMPLATES = (
    types.ResourceTemplate(
        name="case",
        uri_template=f"{CASES}/{{id}}",
        description="A case from the first sign to the proof, with its proposals (andon.case/1).",
        mime_type=JSON,
    ),
    types.ResourceTemplate(
        name="evidence",
        uri_template=f"{EVIDENCE}/{{id}}",
        description="What a citation E-… points at: question, data, result (andon.evidence/1).",
        mime_type=JSON,
    ),
    types.ResourceTemplate(
        name="chart",
        uri_template=f"{EVIDENCE}/{{id}}/chart",
        description="The chart of a piece of evidence, where it has one.",
        mime_type=PNG,
    ),
)


class _Named(NamedTuple):
    """The parts of an address."""

    sort: str
    id: str
    part: str


def listed(parts: Wiring) -> list[types.Resource]:
    """The open cases that the asker may see, and the newest evidence."""
    every = types.Resource(
        name="cases",
        uri=CASES,
        description="The open cases that you may see, the gravest first (andon.cases/1).",
        mime_type=JSON,
    )
    open_ones = (
        types.Resource(
            name=one["id"],
            uri=f"{CASES}/{one['id']}",
            description=f"{one['symptom']}, {one['state']}",
            mime_type=JSON,
        )
        for one in _cases(parts)
    )
    found = (
        types.Resource(
            name=one.id, uri=f"{EVIDENCE}/{one.id}", description=one.summary, mime_type=JSON
        )
        for one in parts.memory.evidence.newest(parts.scope, NEWEST)
    )
    return [every, *open_ones, *found]


def read(parts: Wiring, uri: str) -> types.ReadResourceResult:
    """What is at an address.

    Raises:
        MCPError: there is nothing that the asker may know of; its data is `andon.error/1`.
    """
    try:
        return types.ReadResourceResult(contents=[_content(parts, uri)])
    except AndonError as error:
        raise MCPError(types.INVALID_PARAMS, error.message, error.to_json()) from error


def _content(parts: Wiring, uri: str) -> types.TextResourceContents | types.BlobResourceContents:
    named = _named(uri)
    if named.sort == "evidence" and named.id:
        found = _evidence(parts, named.id)
        if named.part == "chart":
            return _chart(uri, found)
        if not named.part:
            return _json(uri, found.to_json())
    elif named.sort == "cases" and not named.part:
        if not named.id:
            return _json(uri, {"schema": "andon.cases/1", "cases": _cases(parts)})
        asked = Asked(parts, named.id, "", None)
        return _json(uri, as_json(asked, shown(asked)))
    raise UnknownName("resource", uri[:80], (), "resources/list")


def _named(uri: str) -> _Named:
    scheme, _, path = uri.partition("://")
    sort, name, part, *more = [*path.split("/"), "", "", ""][:4]
    if f"{scheme}://" != SCHEME or any(more) or path.count("/") > 2:
        raise UnknownName("resource", uri[:80], (), "resources/list")
    return _Named(sort, name, part)


def _evidence(parts: Wiring, evidence_id: str) -> Evidence:
    try:
        return parts.memory.evidence.get(evidence_id, parts.scope)
    except NotPermitted as error:
        raise UnknownName("evidence", evidence_id[:80], (), "resources/list") from error


def _cases(parts: Wiring) -> list[dict[str, Any]]:
    with parts.ledger.read() as connection:
        found = cases(connection, scope=parts.scope, states=("open", "verifying"))
    return [one.model_dump(mode="json") for one in found]


def _json(uri: str, body: dict[str, Any]) -> types.TextResourceContents:
    text = json.dumps(body, ensure_ascii=False)
    return types.TextResourceContents(uri=uri, mime_type=JSON, text=text)


def _chart(uri: str, found: Evidence) -> types.BlobResourceContents:
    if found.chart is None:
        raise NoData(f"{found.id} has no chart", next_step=f"read {EVIDENCE}/{found.id}")
    from apps.charts import png

    drawn = base64.b64encode(png(found.chart)).decode()
    return types.BlobResourceContents(uri=uri, mime_type=PNG, blob=drawn)
