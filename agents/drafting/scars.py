"""What is open with suppliers, as claims: SCARs and their clocks, reasons for one, drafts."""

from typing import Any

from agents.drafting.claims import Sheet, count, names, percent_of
from domain.records.answer import PendingProposal
from domain.records.claim import Day, Fact, Measure, Said, Term
from domain.records.evidence import Evidence
from tools.cases.proposal_told import ProposalTold
from tools.suppliers.draft_message import DraftedMessage
from tools.suppliers.draft_scar import DraftedScar
from tools.suppliers.scar_clock import ScarClocks
from tools.suppliers.scar_standing import ScarStanding
from tools.suppliers.warrants import Warrant

PERCENT = 100
MOST_OPEN = 6


def draft_clocks(evidence: Evidence, sheet: Sheet) -> None:
    """Add whether a SCAR is called for, and how those in force stand."""
    found = ScarClocks.model_validate(evidence.result)
    if found.supplier_id is not None:
        _called_for(found, evidence, sheet)
    issued = [one for one in found.scars if one.scar_id is not None]
    if not issued:
        facts: dict[str, Fact] = {"supplier": names(found.supplier_id or "*")}
        phrase = "scars_none" if found.supplier_id is None else "scars_none_of"
        sheet.add(phrase, facts, (evidence,), headline=True)
    for scar in issued[:MOST_OPEN]:
        _standing(scar, evidence, sheet)


def _called_for(found: ScarClocks, evidence: Evidence, sheet: Sheet) -> None:
    about: dict[str, Fact] = {"supplier": names(found.supplier_id or "")}
    if not found.warrants:
        sheet.add("scar_not_called_for", about, (evidence,), verdict="not_supported", headline=True)
    for one in found.warrants:
        facts = about | _warranted(one)
        counted = one.share is not None
        sheet.add(
            "scar_called_for" if counted else "scar_called_for_trend", facts, (evidence,),
            headline=True, value=one.share.estimate if one.share else None,
            unit="share" if counted else None,
            interval=(one.share.low, one.share.high) if one.share else None,
            numerator=one.rejected, denominator=one.received,
            window=(one.window_from, one.window_to) if one.window_from else None,
            population="inspected pieces" if counted else None,
        )  # fmt: skip


def _warranted(one: Warrant) -> dict[str, Fact]:
    facts: dict[str, Fact] = {"trigger": Term(group="scar_trigger", value=one.trigger)}
    if one.share is None or one.window_from is None or one.window_to is None:
        return facts
    return facts | {
        "part": names(one.part_id or ""),
        "rejected": count(one.rejected or 0),
        "received": count(one.received or 0),
        "share": percent_of(one.share),
        "above": Measure(value=None if one.above is None else PERCENT * one.above, unit="%"),
        "first": Day(value=one.window_from),
        "last": Day(value=one.window_to),
    }  # fmt: skip


def _standing(scar: ScarStanding, evidence: Evidence, sheet: Sheet) -> None:
    facts: dict[str, Fact] = {
        "scar": names(scar.scar_id or ""),
        "supplier": names(scar.supplier_id or ""),
        "part": names(scar.part_id or ""),
        "symptom": Term(group="symptom", value=scar.symptom or ""),
        "since": Day(value=scar.started_at.date()),
        "steps": names(*scar.past_due),
        "late": count(scar.days_late),
        "rung": Term(group="rung", value=(scar.next and scar.next.rung) or "none"),
        "due": names(*(f"{one.step} {one.due_on}" for one in scar.steps if one.due_on)),
    }
    phrase = "scar_past_due" if scar.past_due else "scar_in_time"
    sheet.add(
        phrase, facts, (evidence,), headline=True, value=float(scar.days_late),
        unit="days late",
    )  # fmt: skip


def draft_drafts(evidence: Evidence, sheet: Sheet) -> PendingProposal | None:
    """Add what was drafted, and the proposal that waits for a person."""
    if evidence.tool == "draft_scar":
        scar = DraftedScar.model_validate(evidence.result)
        facts: dict[str, Fact] = {
            "supplier": names(scar.supplier_id),
            "part": names(scar.part_id),
            "symptom": Term(group="symptom", value=scar.symptom),
        }
        if scar.proposal is None:
            facts["scar"] = names(scar.open_scar or "")
            sheet.add("scar_open_already", facts, (evidence,), headline=True)
            return None
        facts["address"] = Term(group="address", value=scar.address)
        return _waits("issue_scar", scar.proposal, facts, evidence, sheet)
    message = DraftedMessage.model_validate(evidence.result)
    facts = {"supplier": names(message.supplier_id)}
    facts["address"] = Term(group="address", value=message.address)
    return _waits("message_supplier", message.proposal, facts, evidence, sheet)


def _waits(
    kind: str,
    told: ProposalTold,
    facts: dict[str, Fact],
    evidence: Evidence,
    sheet: Sheet,
) -> PendingProposal:
    more: dict[str, Fact] = {
        "proposal": names(told.proposal_id),
        "kind": Term(group="proposal_kind", value=kind),
        "needed": count(told.needed),
        "approvers": names(*told.approvers),
        "expires": Day(value=told.expires_at.date()),
        "subject": Said(value=str(evidence.result.get("subject") or "")),
    }
    sheet.add("proposal_waits", facts | more, (evidence,), headline=True)
    if facts["address"] == Term(group="address", value="missing"):
        sheet.add("supplier_without_address", facts, (evidence,), headline=True)
    shown: dict[str, Any] = told.model_dump(include={"sha256", "state", "approvers", "expires_at"})
    return PendingProposal(id=told.proposal_id, kind=kind, **shown)
