"""Draft a message to a supplier, for a named person to approve."""

from datetime import datetime
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from domain.contract import Contract
from domain.errors import InvalidArgument, UnknownName
from domain.records.case import StepName
from domain.records.evidence import Note
from domain.records.proposal import MessageSupplier
from services.messaging.rendering import render
from services.messaging.settings import Sender
from services.messaging.supplier_contents import Supplier, SupplierMessage
from services.policy.masking import mask, masked_kinds
from services.policy.recogniser import PersonalKind
from tools.cases.book import casebook
from tools.cases.proposal_told import ProposalTold, told
from tools.suppliers.master import Address, Master, address_of, supplier_named
from tools.suppliers.open_scars import read_book
from tools.suppliers.proposing import Asked, propose_once, writable
from tools.suppliers.scar_standing import Around, ScarStanding, standing_of
from tools.suppliers.steps import Judged, ScarStep
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool

LONGEST_WORDS = 1500
"""Characters of a person's words (count): with masks in them they still fit a letter."""
Reason = Literal["reminder", "question", "reply"]
Words = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_WORDS),
    AfterValidator(mask),
]


class DraftMessageQuery(Contract):
    """Who is written to, and why."""

    supplier: str
    """Supplier code or name; the address is that of the supplier master, whatever is written."""
    reason: Reason
    """reminder: an answer is awaited. question and reply carry words of the person who writes."""
    words: Words | None = None
    """The question or reply, at most 1,500 characters, in the supplier's language."""
    scar_id: str | None = None
    """The SCAR that it is about, by the proposal that issued it; null: the only open one."""
    case_id: str | None = None
    """The case that it is about; null: that of the SCAR."""
    step: StepName | None = None
    """The step that is awaited; null: of a reminder the oldest that is past due."""
    evidence: Annotated[tuple[str, ...], Field(max_length=50)] = ()
    """Evidence ids that speak for it."""


class DraftedMessage(Contract):
    """A message that waits for approval."""

    new: bool
    """False: the same message waits already."""
    proposal: ProposalTold
    """The proposal."""
    supplier_id: str
    """Who is written to; the address is that of the supplier master."""
    supplier_name: str
    """Name by the supplier master."""
    address: Address
    """Whether it could be delivered."""
    reason: Reason
    """Why it is written."""
    scar_id: str | None
    """The SCAR that it is about; null: none."""
    step: StepName | None
    """The step that it speaks of."""
    due_at: AwareDatetime | None
    """When that step is, or was, due (UTC)."""
    days_late: int
    """Days that it is late (days); 0: not."""
    masked: tuple[PersonalKind, ...]
    """Kinds of personal strings that were taken out of the words."""
    language: str
    """Language of the letter (BCP 47)."""
    subject: str
    """Subject line."""
    text: str
    """The letter, as it would go out."""


class _About(NamedTuple):
    scar: ScarStanding | None
    step: ScarStep | None


@tool(effect="propose", version=1)
def draft_message(query: DraftMessageQuery, context: ToolContext) -> Found[DraftedMessage]:
    """Draft a reminder, a question or a reply to a supplier, in the supplier's language.

    Call it when an answer is late or something has to be asked or said. Nothing is sent: a named
    person approves exactly this letter, which then goes once, to the address of the supplier
    master; an address in the words is taken out and not used.

    Raises:
        UnknownName: there is no such supplier, open SCAR, case or evidence.
        InvalidArgument: words are missing or too many, or there is nothing to remind of.
        NotPermitted: the asker may not propose.
    """
    if (query.reason == "reminder") != (query.words is None):
        raise InvalidArgument(
            "a question or a reply has words, and a reminder has none",
            next_step="give `words`, or leave them out of a reminder",
        )
    writable(context, query.evidence)
    supplier = supplier_named(context, query.supplier)
    about = _about(query, context, supplier)
    scar, step = about

    def payload(proposal_id: str) -> dict[str, Any]:
        return _payload(query, supplier, about, proposal_id, sender=context.services.sender)

    same = (supplier.id, query.reason, query.words, scar.scar_id if scar else None,
            step.step if step else query.step)  # fmt: skip
    case_id = query.case_id or (scar.case_id if scar else None)
    made = propose_once(context, Asked("message_supplier", same, case_id, query.evidence), payload)
    letter = made.proposal.payload["letter"]
    result = DraftedMessage(
        new=made.new,
        proposal=told(made.proposal),
        supplier_id=supplier.id,
        supplier_name=supplier.name,
        address=address_of(context.snapshot, supplier.id),
        reason=query.reason,
        scar_id=scar.scar_id if scar else None,
        step=step.step if step else query.step,
        due_at=step.due_at if step else None,
        days_late=step.days_late if step else 0,
        masked=masked_kinds(query.words or ""),
        language=letter["language"],
        subject=letter["subject"],
        text=letter["text"],
    )
    return Found(
        result=result, summary=_summary(result)[:SUMMARY_LIMIT], warnings=_warnings(result)
    )


def _about(query: DraftMessageQuery, context: ToolContext, supplier: Master) -> _About:
    """The SCAR that it is about and the step that is awaited."""
    book = read_book(casebook(context), [supplier.id])
    held = [one for one in book.scars if query.scar_id in (None, one.id)]
    if query.scar_id is not None and not held:
        near = tuple(one.id for one in book.scars[:3])
        raise UnknownName(f"open SCAR of {supplier.id}", query.scar_id, near, "scar_clock")
    judged = Judged(_now(context), {})
    around = Around(judged, (), book, ())
    scar = _one(query, supplier, [standing_of(one, supplier, around) for one in held])
    if scar is None:
        return _About(None, None)
    wanted = query.step
    if wanted is None and query.reason == "reminder":
        wanted = (scar.past_due or tuple(one.step for one in scar.steps))[0]
    return _About(scar, next((one for one in scar.steps if one.step == wanted), None))


def _one(
    query: DraftMessageQuery, supplier: Master, held: list[ScarStanding]
) -> ScarStanding | None:
    late = [one for one in held if one.past_due]
    if len(held) == 1:
        return held[0]
    if query.reason != "reminder":
        return None
    if len(late) == 1:
        return late[0]
    if not held:
        raise InvalidArgument(
            f"no SCAR to {supplier.id} is in force: there is nothing to remind of",
            next_step="ask a question instead, or draft a SCAR",
        )
    listed = ", ".join(str(one.scar_id) for one in held)
    raise InvalidArgument(
        f"{len(held)} SCARs to {supplier.id} are in force", next_step=f"name one: {listed}"
    )


def _payload(
    query: DraftMessageQuery,
    supplier: Master,
    about: _About,
    proposal_id: str,
    *,
    sender: Sender,
) -> dict[str, Any]:
    scar, step = about
    reference = (
        query.case_id or (scar.case_id if scar else None) or (scar.scar_id if scar else None)
    )
    letter = SupplierMessage(
        supplier=Supplier(id=supplier.id, name=supplier.name),
        sender=sender,
        case_id=reference or proposal_id,
        timezone=supplier.place.zone,
        reason=query.reason,
        part_id=scar.part_id if scar else None,
        step=step.step if step else query.step,
        due_at=step.due_at if step else None,
        words=query.words,
    )
    return MessageSupplier(
        supplier_id=supplier.id,
        reason=query.reason,
        reference=scar.scar_id if scar else query.case_id,
        letter=render("supplier_message", supplier.language, letter).letter,
    ).model_dump(mode="json")


def _now(context: ToolContext) -> datetime:
    return casebook(context).now()


def _warnings(result: DraftedMessage) -> tuple[Note, ...]:
    notes = []
    if result.address == "missing":
        text = (
            f"the supplier master has no address of {result.supplier_id}: the letter can be"
            " approved, not delivered; enter the address first"
        )
        notes.append(Note(code="no_address", text=text))
    if result.masked:
        text = f"taken out of the words: {', '.join(result.masked)}"
        notes.append(Note(code="masked", text=text))
    if "mail" in result.masked:
        text = "an address in the words is not used: the letter goes to that of the supplier master"
        notes.append(Note(code="recipient_ignored", text=text))
    if result.reason == "reminder" and not result.days_late:
        notes.append(Note(code="not_late", text="the step is not late by a day"))
    return tuple(notes)


def _summary(result: DraftedMessage) -> str:
    made = result.proposal
    who = f"{made.needed} of {' or '.join(made.approvers)}"
    verb = "is drafted" if result.new else "waits already"
    step = f" about {result.step}" if result.step else ""
    return (
        f"{result.reason} {made.proposal_id} to {result.supplier_id}{step} {verb}"
        f" in {result.language}: {who} must approve {made.sha256[:8]}; not sent."
    )
