"""User needs: what users report, how often for the exposure, and how grave it is."""

from pydantic import model_validator

from agents.agent import Agent, Findings
from agents.drafting.claims import Sheet, limits_of
from agents.drafting.needs import draft_claim_rate, draft_feedback, draft_issues
from agents.playbooks.user_needs import user_needs_playbook
from domain.records.claim import Phrase
from domain.records.task import Brief, Report

WORDED = frozenset({"claim_rate", "code_feedback", "rank_issues", "get_evidence"})
"""Tools whose results are worded claim by claim, or only serve the others."""


class UserNeedsReport(Report):
    """A user-needs report: no rate without its exposure."""

    @model_validator(mode="after")
    def _a_rate_has_a_denominator(self) -> "UserNeedsReport":
        for claim in self.claims:
            finding = claim.finding
            if finding.interval is not None and finding.denominator is None:
                raise ValueError(f"the rate of {claim.id} has no exposure")
        return self


def draft(brief: Brief, findings: Findings) -> UserNeedsReport:
    """The report that code makes of what was found."""
    sheet = Sheet("user_needs")
    if brief.period is None:
        _claim_rates(findings, sheet)
    for evidence in findings.of("rank_issues"):
        draft_issues(evidence, brief.scope.get("symptom", ()), sheet)
    if brief.period is not None:  # rates by months in service speak of all sales, not of the days
        _claim_rates(findings, sheet)
    for evidence in findings.of("code_feedback"):
        draft_feedback(evidence, sheet)
    for evidence in findings.evidence:
        if evidence.tool not in WORDED:
            sheet.look(evidence)
    grave = any(claim.phrase == "safety_report" for claim in sheet.claims)
    return UserNeedsReport(
        task_id=brief.id,
        agent="user_needs",
        claims=tuple(sheet.claims),
        next_steps=(Phrase(name="next_read_safety"),) if grave else (Phrase(name="next_ask_why"),),
        limits=limits_of(findings),
        open_questions=() if sheet.claims else (Phrase(name="nothing_reported"),),
    )


def _claim_rates(findings: Findings, sheet: Sheet) -> None:
    for evidence in findings.of("claim_rate"):
        draft_claim_rate(evidence, sheet)


USER_NEEDS = Agent(
    name="user_needs",
    duty="What users report in any language, how often for the units in service, how grave it is, "
    "and what is new.",
    tools=(
        "claim_rate",
        "code_feedback",
        "data_quality",
        "get_evidence",
        "quality_metric",
        "rank_issues",
        "search_feedback",
    ),
    offered=("claim_rate", "get_evidence", "rank_issues"),
    playbook=user_needs_playbook,
    draft=draft,
    report=UserNeedsReport,
)
