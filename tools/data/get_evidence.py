"""A look into evidence found before: its summary, and as much of its result as is asked for."""

import json
from typing import Annotated, Any

from pydantic import Field

from domain.contract import Contract
from domain.errors import InvalidArgument, UnknownName
from domain.records.evidence import Exclusion, Note
from tools.tool import Found, ToolContext, tool


class GetEvidenceQuery(Contract):
    """Which evidence, and which part of its result."""

    id: Annotated[str, Field(pattern=r"^\s*[Ee]-[A-Za-z2-7]{10}\s*$")]
    """Evidence id as cited, for example `E-4NQ7K2ABCD`."""
    path: Annotated[str, Field(max_length=200)] = ""
    """Part of the result: field names and list positions joined by dots, for example `rows.0`;
    empty: the whole result."""
    offset: Annotated[int, Field(ge=0)] = 0
    """Where to begin: items of a list, or else characters of the part's JSON text."""
    limit: Annotated[int, Field(ge=1, le=8_000)] = 2_000
    """Most characters of the excerpt, 1 to 8000."""


class EvidenceExcerpt(Contract):
    """A part of stored evidence."""

    id: str
    """The evidence."""
    tool: str
    """Tool that found it, with its version."""
    query: dict[str, Any]
    """The question as that tool understood it."""
    as_of: str
    """The date that "now" stood for (ISO 8601)."""
    hub_commit: str
    """Hub commit that was read."""
    summary: str
    """What was found, in at most 400 characters."""
    warnings: tuple[Note, ...]
    """What to know before relying on it."""
    excluded: tuple[Exclusion, ...]
    """Rows that were left out, by rule."""
    fields: tuple[str, ...]
    """Names inside this part, for a narrower path; empty for a list or a plain value."""
    length: int
    """Length of the part: items of a list, or else characters of its JSON text (count)."""
    excerpt: str
    """JSON text of the part from the offset on; of a list, whole items as far as they fit."""
    next_offset: int | None
    """Offset of what follows; null: nothing does."""


@tool(effect="read", version=1)
def get_evidence(query: GetEvidenceQuery, context: ToolContext) -> Found[EvidenceExcerpt]:
    """What was found under an evidence id: summary, warnings, and its result part by part.

    Call it when a summary is not enough: name the part by a path and page through it. It asks
    nothing anew; to ask with other arguments call the tool itself.

    Raises:
        UnknownName: there is no such evidence, or its result has no such part.
        NotPermitted: it was found with a wider scope than yours.
        InvalidArgument: the offset lies beyond the part.
    """
    found = context.memory.evidence.get(query.id.strip().upper(), context.snapshot.scope)
    part = _part(found.result, query.path)
    page = _page(part, query)
    excerpt = EvidenceExcerpt(
        id=found.id,
        tool=found.versions.code,
        query=found.query,
        as_of=found.as_of,
        hub_commit=found.versions.hub_commit,
        summary=found.summary,
        warnings=found.warnings,
        excluded=found.excluded,
        fields=tuple(part) if isinstance(part, dict) else (),
        **page,
    )
    return Found(
        result=excerpt,
        summary=found.summary,
        warnings=(*found.warnings, *_other_commit(found.versions.hub_commit, context)),
        excluded=found.excluded,
    )


def _part(result: Any, path: str) -> Any:  # noqa: ANN401  any JSON value
    part = result
    for name in path.split(".") if path else ():
        if isinstance(part, list) and name.isdecimal() and int(name) < len(part):
            part = part[int(name)]
        elif isinstance(part, dict) and name in part:
            part = part[name]
        else:
            raise UnknownName(f"part {path!r} of the result at", name, _offered(part), "path ''")
    return part


def _offered(part: Any) -> tuple[str, ...]:  # noqa: ANN401  any JSON value
    if isinstance(part, dict):
        return tuple(part)[:12]
    return (f"0 to {len(part) - 1}",) if isinstance(part, list) and part else ()


def _page(part: Any, query: GetEvidenceQuery) -> dict[str, Any]:  # noqa: ANN401  any JSON value
    whole = _text(part)
    length = len(part) if isinstance(part, list) else len(whole)
    if query.offset and query.offset >= length:
        raise InvalidArgument(
            f"offset {query.offset} lies beyond the part, which is {length} long",
            next_step="begin at 0, or at the next_offset of the answer before",
        )
    if isinstance(part, list):
        taken = _fitting(part[query.offset :], query.limit)
        after = query.offset + taken
        excerpt = _text(part[query.offset : after])
    else:
        after = query.offset + query.limit
        excerpt = whole[query.offset : after]
    return {
        "length": length,
        "excerpt": excerpt,
        "next_offset": after if after < length else None,
    }


def _fitting(items: list[Any], limit: int) -> int:
    """How many whole items fit; at least one, so that paging goes on."""
    used = 2
    for count, item in enumerate(items):
        used += len(_text(item)) + 2
        if used > limit + 2 and count:
            return count
    return len(items)


def _other_commit(commit: str, context: ToolContext) -> tuple[Note, ...]:
    if commit == context.snapshot.commit.commit_id:
        return ()
    text = f"found on hub commit {commit}; the hub has changed since"
    return (Note(code="older_commit", text=text),)


def _text(value: Any) -> str:  # noqa: ANN401  any JSON value
    return json.dumps(value, ensure_ascii=False)
