"""Open a case for a trouble that somebody saw, or add to the one that is open."""

from typing import Annotated

from pydantic import AwareDatetime, Field

from domain.contract import Contract
from domain.errors import InvalidArgument
from domain.records.cause import Condition
from memory.cases import Sign
from memory.evidence import canonical_json, sha256_of
from tools.cases.book import casebook
from tools.names import resolve
from tools.tool import Found, ToolContext, tool


class OpenCaseQuery(Contract):
    """What was seen, where, and how grave it is."""

    symptom: str
    """Symptom code or name, for example `NO_POWER`."""
    where: Condition = Condition()
    """What the affected units have in common, as far as it is known."""
    severity: Annotated[int, Field(ge=1, le=5)]
    """1 cosmetic to 5 danger."""
    seen: Annotated[str, Field(min_length=1, max_length=2000)]
    """What was seen, in plain words."""
    aware_at: AwareDatetime | None = None
    """When the company first knew; null: now."""


class OpenedCase(Contract):
    """The case."""

    case_id: str
    """Its id."""
    opened: bool
    """True: it was opened; false: it was open, and what was seen is added to it."""
    new: bool
    """False: this very sign is known already."""


@tool(effect="record", version=1)
def open_case(query: OpenCaseQuery, context: ToolContext) -> Found[OpenedCase]:
    """Open the case of a symptom at a place, or add what was seen to the one that is open.

    Call it when a person wants a trouble followed up. It is written under the asker's name, the
    same words twice are one sign, and it never lowers a severity or closes anything. What leaves
    the company is asked for with `propose_action`.

    Raises:
        UnknownName: the symptom is not known.
        InvalidArgument: the company cannot have known it in the future.
        NotPermitted: the asker may not change cases.
    """
    book = casebook(context)
    now = book.now()
    if query.aware_at is not None and query.aware_at > now:
        raise InvalidArgument(f"aware_at {query.aware_at} lies in the future")
    (symptom,) = resolve(context, "symptom", (query.symptom,))
    place = canonical_json(query.where.model_dump(mode="json"))
    sign = Sign(
        key=f"person:{symptom}:{sha256_of(place)[:12]}",
        name=f"told:{sha256_of(query.seen)[:16]}",
        kind="safety" if query.severity >= 4 else "field",
        symptom=symptom,
        where=query.where,
        severity=query.severity,
        regions=context.snapshot.scope.regions,
        aware_at=query.aware_at or now,
        body={"seen": query.seen, "by": context.principal.id},
    )
    taken = book.open(sign, context.principal, context.run_id)
    did = "opened" if taken.opened else "added to" if taken.new else "known already:"
    return Found(
        result=OpenedCase(case_id=taken.case_id, opened=taken.opened, new=taken.new),
        summary=f"{did} case {taken.case_id}: {symptom}, severity {query.severity}.",
    )
