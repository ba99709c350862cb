"""Attach what was found to a case."""

from typing import Annotated

from pydantic import Field

from domain.contract import Contract
from domain.records.case import AttachedRole
from tools.cases.book import casebook
from tools.tool import Found, ToolContext, tool


class AttachEvidenceQuery(Contract):
    """Which evidence, to which case, and what it says of it."""

    case_id: str
    """The case, C-…."""
    evidence: Annotated[tuple[str, ...], Field(min_length=1, max_length=20)]
    """Evidence ids, E-…."""
    role: AttachedRole = "other"
    """What it says about the case."""


class AttachedEvidence(Contract):
    """What was attached."""

    case_id: str
    """The case."""
    new: int
    """Evidence that was not attached before (count)."""


@tool(effect="record", version=1)
def attach_evidence(query: AttachEvidenceQuery, context: ToolContext) -> Found[AttachedEvidence]:
    """Attach evidence to a case, so that its file and 8D report cite it.

    Call it when an answer belongs to a case that is open. Only evidence that the asker may see is
    attached; the same again changes nothing.

    Raises:
        UnknownName: there is no such case or evidence.
        NotPermitted: the asker may not change cases, or not see the evidence.
    """
    for one in query.evidence:
        context.memory.evidence.get(one, context.snapshot.scope)
    new = casebook(context).attach(
        query.case_id, query.evidence, query.role, context.principal, context.snapshot.scope
    )
    return Found(
        result=AttachedEvidence(case_id=query.case_id, new=new),
        summary=f"{new} of {len(query.evidence)} attached to {query.case_id} as {query.role}.",
    )
