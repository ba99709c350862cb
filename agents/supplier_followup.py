"""Supplier follow-up: how suppliers deliver, what is open with them, and drafts for approval."""

from collections.abc import Mapping

from pydantic import model_validator

from agents.agent import Agent, Findings
from agents.drafting.acceptance import draft_plan, draft_report_score, draft_strategy
from agents.drafting.claims import Sheet, Wording, asked_back, lacking, limits_of, word_all
from agents.drafting.scars import draft_clocks, draft_drafts
from agents.drafting.suppliers import draft_scorecard
from agents.playbooks.supplier_followup import DRAFT, supplier_followup_playbook
from domain.records.answer import PendingProposal, SupplierAnswer
from domain.records.claim import Phrase
from domain.records.evidence import Evidence
from domain.records.task import Brief, Report

WORDED: Mapping[str, Wording] = {
    "scar_clock": draft_clocks,
    "sampling_plan": draft_plan,
    "score_8d": draft_report_score,
    "supplier_strategy": draft_strategy,
}
"""Who words the results of tools that give no more than claims."""
NEEDED = {
    "sampling": ("ask_lot", "sampling_plan"),
    "reply": ("ask_report_text", "score_8d"),
    "strategy": ("ask_supplier", "supplier_strategy"),
    "message": ("ask_message", "draft_message"),
}
"""What is asked back where an aspect could not be looked into."""


class SupplierFollowupReport(Report):
    """A supplier report: no verdict without evidence, and no draft that is said to be sent."""

    @model_validator(mode="after")
    def _a_verdict_has_its_evidence(self) -> "SupplierFollowupReport":
        for one in self.suppliers:
            if not one.evidence:
                raise ValueError(f"the verdict on {one.supplier_id} names no evidence")
        return self

    @model_validator(mode="after")
    def _a_draft_waits_for_a_person(self) -> "SupplierFollowupReport":
        if any(not one.approvers for one in self.proposals):
            raise ValueError("a proposal names nobody who may approve it")
        return self


def draft(brief: Brief, findings: Findings) -> SupplierFollowupReport:
    """The report that code makes of what was found."""
    sheet = Sheet("supplier_followup")
    suppliers: list[SupplierAnswer] = []
    drafted: list[PendingProposal | None] = []

    def rated(evidence: Evidence, sheet: Sheet) -> None:
        suppliers.extend(draft_scorecard(evidence, sheet))

    def proposed(evidence: Evidence, sheet: Sheet) -> None:
        drafted.append(draft_drafts(evidence, sheet))

    special = {"supplier_scorecard": rated, "draft_scar": proposed, "draft_message": proposed}
    asks = [*word_all(findings, {**WORDED, **special}, sheet), *asked_back(findings)]
    proposals = tuple(one for one in drafted if one is not None)
    nothing = not sheet.claims and not asks
    needed = {**NEEDED, **({"scar": ("ask_scar", "draft_scar")} if DRAFT in brief.given else {})}
    return SupplierFollowupReport(
        task_id=brief.id,
        agent="supplier_followup",
        claims=tuple(sheet.claims),
        suppliers=tuple({one.supplier_id: one for one in suppliers}.values()),
        proposals=proposals,
        next_steps=_next(sheet, proposals),
        limits=limits_of(findings),
        asks=(*asks, *lacking(brief, findings, needed)),
        open_questions=(Phrase(name="nothing_on_record"),) if nothing else (),
    )


def _next(sheet: Sheet, proposals: tuple[PendingProposal, ...]) -> tuple[Phrase, ...]:
    """What a person does next."""
    told = {claim.phrase for claim in sheet.claims}
    steps = {
        "next_approve_draft": bool(proposals),
        "next_draft_scar": not proposals
        and bool(told & {"scar_called_for", "scar_called_for_trend"}),
        "next_ask_cause": "scar_not_called_for" in told,
        "next_ladder": "scar_past_due" in told and not proposals,
        "next_wait_deliveries": bool(told & {"supplier_too_few", "supplier_too_few_between"}),
    }
    return tuple(Phrase(name=name) for name, holds in steps.items() if holds)


SUPPLIER_FOLLOWUP = Agent(
    name="supplier_followup",
    duty="How a supplier delivers and whether it gets worse, sampling plans and decisions on lots, "
    "SCARs and their clocks, 8D reports, ratings, and messages to suppliers as drafts.",
    tools=(
        "describe_hub",
        "draft_message",
        "draft_scar",
        "get_evidence",
        "quality_metric",
        "sampling_plan",
        "scar_clock",
        "score_8d",
        "supplier_scorecard",
        "supplier_strategy",
        "trace_lot",
    ),
    offered=("get_evidence", "scar_clock", "supplier_scorecard", "supplier_strategy"),
    playbook=supplier_followup_playbook,
    draft=draft,
    report=SupplierFollowupReport,
)
