"""Standard match: what laws, schemes, marks and standards ask of a product, and of its tests."""

from collections.abc import Mapping

from pydantic import model_validator

from agents.agent import Agent, Findings
from agents.drafting.claims import Sheet, Wording, asked_back, lacking, limits_of, word_all
from agents.drafting.editions import draft_editions, draft_search, draft_warnings
from agents.drafting.recognition import draft_reuse
from agents.drafting.standards import draft_match
from agents.drafting.test_items import draft_gap, draft_items, draft_switch
from agents.playbooks.standard_match import standard_match_playbook
from domain.records.claim import Phrase
from domain.records.task import AskBack, Brief, Report

WORDED: Mapping[str, Wording] = {
    "match_standards": draft_match,
    "edition_status": draft_editions,
    "search_standards": draft_search,
    "inspection_items": draft_items,
    "switch_test_parameters": draft_switch,
    "reuse_evidence": draft_reuse,
    "compare_standards": draft_gap,
    "compliance_warnings": draft_warnings,
}
"""Who words the results of each tool."""
NEEDED = {
    "switch": ("ask_two_markets", "switch_test_parameters"),
    "reuse": ("ask_target_market", "reuse_evidence"),
    "items": ("ask_target_market", "inspection_items"),
    "duty": ("ask_aware", "legal_clocks"),
}
"""What is asked back where an aspect could not be looked into."""


class StandardMatchReport(Report):
    """A standards report: nothing without the library, and always what it is not."""

    @model_validator(mode="after")
    def _every_claim_has_evidence(self) -> "StandardMatchReport":
        for claim in self.claims:
            if not claim.finding.evidence:
                raise ValueError(f"{claim.id} rests on no row of the library")
        return self


def draft(brief: Brief, findings: Findings) -> StandardMatchReport:
    """The report that code makes of what was found."""
    sheet = Sheet("standard_match")
    asks = word_all(findings, WORDED, sheet)
    asks += [*asked_back(findings), *lacking(brief, findings, NEEDED)]
    if not sheet.claims and not asks and not findings.failed:
        asks.append(AskBack(id="ask_product", text=Phrase(name="ask_product")))
    return StandardMatchReport(
        task_id=brief.id,
        agent="standard_match",
        claims=tuple(sheet.claims),
        next_steps=(Phrase(name="next_read_official"),) if sheet.claims else (),
        limits=limits_of(findings),
        asks=tuple({one.text.model_dump_json(): one for one in asks}.values()),
    )


STANDARD_MATCH = Agent(
    name="standard_match",
    duty="Which laws, marks, standards and editions apply to a product in a market, what its tests "
    "ask, what changes from market to market, what of a certificate can be reused, and what is "
    "about to change.",
    tools=(
        "compare_standards",
        "compliance_warnings",
        "describe_hub",
        "edition_status",
        "get_evidence",
        "inspection_items",
        "legal_clocks",
        "match_standards",
        "reuse_evidence",
        "search_standards",
        "switch_test_parameters",
    ),
    offered=("edition_status", "get_evidence", "match_standards", "search_standards"),
    playbook=standard_match_playbook,
    draft=draft,
    report=StandardMatchReport,
)
