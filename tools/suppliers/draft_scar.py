"""Draft a corrective action request to a supplier, for a named person to approve."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, Field

from domain.contract import Contract
from domain.records.evidence import Note
from domain.records.proposal import IssueScar, Proposal
from memory.proposal_rows import proposals
from services.policy.escalation import HOUSE, TriggerName, escalation
from services.policy.masking import mask
from tools.cases.book import casebook
from tools.cases.proposal_told import ProposalTold, told
from tools.names import resolve
from tools.needs.coded_feedback import SymptomCodes
from tools.suppliers.master import Address, address_of, supplier_named
from tools.suppliers.open_scars import read_book
from tools.suppliers.proposing import Asked, propose_once, writable
from tools.suppliers.scar_facts import (
    Counts,
    Suspect,
    check_lots,
    counts_of,
    part_of,
    symptom_of,
)
from tools.suppliers.scar_letter import ScarFacts, scar_payload
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool

USUAL_SEVERITY = 3
"""Severity of a code that the policy table does not know."""
SeverityBasis = Literal["given", "policy", "assumed"]
Standing = Literal["proposed", "waiting", "in_force"]


class DraftScarQuery(Contract):
    """Who is asked, about what."""

    supplier: str
    """Supplier code or name."""
    symptom: str
    """Symptom code, else defect code, or its name in the hub."""
    part: str | None = None
    """Part number or name; null: that of the lots, or the only one of the supplier."""
    lots: Annotated[tuple[str, ...], Field(max_length=200)] = ()
    """Suspect lots; none: all deliveries of the part."""
    severity: int | None = Field(default=None, ge=1, le=5)
    """1 cosmetic to 5 danger; null: by the policy table of symptoms."""
    seen: Annotated[str, Field(max_length=200), AfterValidator(mask)] = ""
    """What was seen, in the supplier's language; empty: the code."""
    policy: str = HOUSE
    """Set of limits for the answers."""
    case_id: str | None = None
    """The case that it belongs to; null: none, and answers quote the proposal."""
    evidence: Annotated[tuple[str, ...], Field(max_length=50)] = ()
    """Evidence ids that speak for it."""


class DraftedScar(Contract):
    """A request that waits for approval, or the one that there is already."""

    standing: Standing
    """proposed: drafted now. waiting: the same was drafted before. in_force: it was issued."""
    proposal: ProposalTold | None
    """The proposal; null: a SCAR is in force and nothing was proposed."""
    open_scar: str | None
    """The SCAR in force for this supplier, part and symptom; null: none."""
    supplier_id: str
    """Who is asked; the address is that of the supplier master."""
    supplier_name: str
    """Name by the supplier master."""
    address: Address
    """Whether the letter could be delivered."""
    part_id: str
    """The part."""
    lot_ids: tuple[str, ...]
    """Suspect lots; none: all."""
    symptom: str
    """Symptom or defect code."""
    severity: int
    """Severity by which the limits were chosen."""
    severity_basis: SeverityBasis
    """Where it is from; assumed: the policy table does not know the code."""
    trigger: TriggerName | None
    """The rule that asks for a SCAR; null: none of those that are judged here."""
    units: int
    """Units that contain the parts (count)."""
    failures: int
    """Units among them with claims of the symptom (count)."""
    received: int | None
    """Pieces received (count); null: no delivery was inspected."""
    rejected: int | None
    """Pieces that incoming inspection rejected (count)."""
    received_after: date | None
    """Deliveries after this day were counted; null: all of the lots."""
    due: dict[str, AwareDatetime]
    """Due moments by step (UTC), as the letter names them."""
    language: str | None
    """Language of the letter (BCP 47); null: nothing was drafted."""
    subject: str | None
    """Subject line of the letter."""
    text: str | None
    """The letter, as it would go out."""


@tool(effect="propose", version=1)
def draft_scar(query: DraftScarQuery, context: ToolContext) -> Found[DraftedScar]:
    """Draft a SCAR to a supplier from the facts of the hub, in its language, with due dates.

    Call it when a supplier has to contain a trouble and find its cause. Nothing is sent: a named
    person approves exactly this letter, which then goes once, to the address of the supplier
    master. A SCAR that is in force or waits is named in place of a second one.

    Raises:
        UnknownName: there is no such supplier, part, lot, symptom, case or evidence.
        InvalidArgument: a lot is another supplier's, or the part is not clear.
        NotPermitted: the asker may not propose.
    """
    writable(context, query.evidence)
    supplier = supplier_named(context, query.supplier)
    symptom = symptom_of(context, query.symptom)
    lots = tuple(resolve(context, "lot", query.lots))
    part_id = part_of(context, supplier, query.part, lots)
    check_lots(context, supplier, part_id, lots)
    suspect = Suspect(supplier, part_id, _part_name(context, part_id), lots, symptom)
    counts = counts_of(context, suspect)
    result = _standing_one(query, context, suspect, counts) or _proposed(
        query, context, suspect, counts
    )
    return Found(
        result=result,
        summary=_summary(result)[:SUMMARY_LIMIT],
        warnings=_warnings(result, query, context),
    )


def _part_name(context: ToolContext, part_id: str) -> str:
    rows = context.snapshot.query("part_record", part_id=part_id).dicts()
    return str((rows[0]["name"] if rows else None) or part_id)


def _standing_one(
    query: DraftScarQuery, context: ToolContext, suspect: Suspect, counts: Counts
) -> DraftedScar | None:
    """The SCAR in force, or the one that waits, for the same supplier, part and symptom."""
    book = casebook(context)
    held = read_book(book, [suspect.supplier.id])
    same = held.scars_of(suspect.supplier.id, suspect.part_id, suspect.symptom)
    if same:
        due = {str(step): at for step, at in same[-1].due.items()}
        return _result(query, context, suspect, counts).model_copy(
            update={"standing": "in_force", "open_scar": same[-1].id, "due": due}
        )
    wanted = (suspect.supplier.id, suspect.part_id, suspect.symptom)
    with book.ledger.read() as connection:
        waiting = [
            one
            for one in proposals(connection, book.policy, states=("proposed", "approved"))
            if one.kind == "issue_scar"
            and (one.payload["supplier_id"], one.payload["part_id"], one.payload["symptom"])
            == wanted
            and (one.state == "approved" or one.expires_at > book.now())
        ]
    if not waiting:
        return None
    return _result(query, context, suspect, counts).model_copy(
        update={"standing": "waiting", **_words(waiting[0])}
    )


def _proposed(
    query: DraftScarQuery, context: ToolContext, suspect: Suspect, counts: Counts
) -> DraftedScar:
    result = _result(query, context, suspect, counts)
    started_at = casebook(context).now()

    def payload(proposal_id: str) -> dict[str, Any]:
        facts = ScarFacts(
            reference=query.case_id or proposal_id,
            part_id=suspect.part_id,
            part_name=suspect.part_name,
            lot_ids=suspect.lot_ids,
            symptom=suspect.symptom,
            seen=query.seen or suspect.symptom,
            units=counts.units,
            failures=counts.failures,
            received=counts.received,
            rejected=counts.rejected,
        )
        return scar_payload(
            suspect.supplier,
            facts,
            sender=context.services.sender,
            severity=result.severity,
            started_at=started_at,
            policy=query.policy,
        ).model_dump(mode="json")

    same = (suspect.supplier.id, suspect.part_id, suspect.symptom)
    asked = Asked("issue_scar", same, query.case_id, query.evidence)
    made = propose_once(context, asked, payload).proposal
    return result.model_copy(update=_words(made))


def _words(made: Proposal) -> dict[str, Any]:
    """What a result says of a proposal."""
    asked = IssueScar.model_validate(made.payload)
    return {
        "proposal": told(made),
        "due": asked.due,
        "language": asked.letter.language,
        "subject": asked.letter.subject,
        "text": asked.letter.text,
    }


def _result(
    query: DraftScarQuery, context: ToolContext, suspect: Suspect, counts: Counts
) -> DraftedScar:
    known = SymptomCodes(context).severity_of(suspect.symptom)
    severity = query.severity or known or USUAL_SEVERITY
    basis: SeverityBasis = "given" if query.severity else "policy" if known else "assumed"
    return DraftedScar(
        standing="proposed",
        proposal=None,
        open_scar=None,
        supplier_id=suspect.supplier.id,
        supplier_name=suspect.supplier.name,
        address=address_of(context.snapshot, suspect.supplier.id),
        part_id=suspect.part_id,
        lot_ids=suspect.lot_ids,
        symptom=suspect.symptom,
        severity=severity,
        severity_basis=basis,
        trigger=_trigger(severity, counts),
        units=counts.units,
        failures=counts.failures,
        received=counts.received,
        rejected=counts.rejected,
        received_after=None if suspect.lot_ids else counts.after,
        due={},
        language=None,
        subject=None,
        text=None,
    )


def _trigger(severity: int, counts: Counts) -> TriggerName | None:
    danger, share = escalation().trigger("L1").severity, escalation().trigger("L2").share
    if danger is not None and severity >= danger:
        return "L1"
    many = share is not None and (counts.rejected or 0) > share * (counts.received or 0)
    return "L2" if many else None


def _warnings(result: DraftedScar, query: DraftScarQuery, context: ToolContext) -> tuple[Note, ...]:
    notes = []
    if result.address == "missing":
        text = (
            f"the supplier master has no address of {result.supplier_id}: the letter can be"
            " approved, not delivered; enter the address first"
        )
        notes.append(Note(code="no_address", text=text))
    if not result.failures and not result.rejected:
        text = "neither failed units nor rejected pieces are on record for these parts"
        notes.append(Note(code="no_defect_on_record", text=text))
    if result.severity_basis == "assumed":
        text = (
            f"the policy table does not know {result.symptom}: severity {result.severity} assumed"
        )
        notes.append(Note(code="severity_assumed", text=text))
    if escalation().policy(query.policy).confidence == "low":
        text = "no standard sets these limits: compare with the contract"
        notes.append(Note(code="low_confidence", text=text))
    if query.case_id is None:
        notes.append(Note(code="no_case", text="the request belongs to no case"))
    return tuple(notes)


def _summary(result: DraftedScar) -> str:
    about = f"{result.supplier_id} for {result.part_id}, {result.symptom}"
    if result.standing == "in_force":
        return f"SCAR {result.open_scar} to {about} is in force: no second one was drafted."
    assert result.proposal is not None
    made = result.proposal
    who = f"{made.needed} of {' or '.join(made.approvers)}"
    verb = "waits already" if result.standing == "waiting" else "is drafted"
    facts = f"{result.failures} failed of {result.units} units"
    if result.rejected is not None:
        facts += f", {result.rejected} rejected of {result.received} pieces"
    return f"SCAR {made.proposal_id} to {about} {verb} ({facts}): {who} must approve; not sent."
