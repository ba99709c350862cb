"""Supplier follow-up: how suppliers deliver, what is open with them, and drafts for approval."""

from collections.abc import Callable

from pydantic import model_validator

from agents.agent import Agent, Findings
from agents.drafting.acceptance import draft_plan, draft_report_score, draft_strategy
from agents.drafting.claims import Sheet, asked_back, limits_of
from agents.drafting.scars import draft_clocks, draft_drafts
from agents.drafting.suppliers import draft_scorecard
from agents.playbooks.supplier_followup import DRAFT, supplier_followup_playbook
from domain.records.answer import PendingProposal, SupplierAnswer
from domain.records.claim import Phrase
from domain.records.evidence import Evidence
from domain.records.task import AskBack, Brief, Report

DRAFTS = ("draft_scar", "draft_message")
WORDED: dict[str, Callable[[Evidence, Sheet], None]] = {
    "scar_clock": draft_clocks,
    "sampling_plan": draft_plan,
    "score_8d": draft_report_score,
    "supplier_strategy": draft_strategy,
}
"""Who words the results of the other tools."""
SERVING = ("get_evidence", "describe_hub")
"""Tools that only serve the others."""


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
    for evidence in findings.evidence:
        if evidence.tool == "supplier_scorecard":
            suppliers += draft_scorecard(evidence, sheet)
        elif evidence.tool in DRAFTS:
            drafted.append(draft_drafts(evidence, sheet))
        elif evidence.tool in WORDED:
            WORDED[evidence.tool](evidence, sheet)
        elif evidence.tool not in SERVING:
            sheet.look(evidence, headline=not sheet.claims)
    proposals = tuple(one for one in drafted if one is not None)
    return SupplierFollowupReport(
        task_id=brief.id,
        agent="supplier_followup",
        claims=tuple(sheet.claims),
        suppliers=tuple({one.supplier_id: one for one in suppliers}.values()),
        proposals=proposals,
        next_steps=_next(sheet, proposals),
        limits=limits_of(findings),
        asks=(*asked_back(findings), *_asked_back(brief, findings)),
        open_questions=()
        if sheet.claims or asked_back(findings)
        else (Phrase(name="nothing_on_record"),),
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


def _asked_back(brief: Brief, findings: Findings) -> tuple[AskBack, ...]:
    asked = set(brief.aspects)
    needs = {
        "sampling": ("ask_lot", "sampling_plan"),
        "reply": ("ask_report_text", "score_8d"),
        "strategy": ("ask_supplier", "supplier_strategy"),
        "message": ("ask_message", "draft_message"),
    }
    if DRAFT in brief.given:
        needs["scar"] = ("ask_scar", "draft_scar")
    tried = {one.tool for one in findings.evidence} | {one.tool for one in findings.failed}
    return tuple(
        AskBack(id=phrase, text=Phrase(name=phrase))
        for aspect, (phrase, tool) in needs.items()
        if aspect in asked and tool not in tried
    )


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
