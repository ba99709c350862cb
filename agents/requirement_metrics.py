"""Requirements and metrics: from what users want to what is measured, aimed at, and set."""

from collections.abc import Mapping

from pydantic import model_validator

from agents.agent import Agent, Findings
from agents.drafting.claims import Sheet, Wording, asked_back, limits_of, word_all
from agents.drafting.metrics import draft_needs, needs_to_ask
from agents.drafting.requirements import draft_fmea, draft_house, draft_limits
from agents.playbooks.requirement_metrics import requirement_metrics_playbook
from domain.records.claim import Phrase
from domain.records.task import AskBack, Brief, Report

WORDED: Mapping[str, Wording] = {
    "translate_need": draft_needs,
    "requirement_limits": draft_limits,
    "house_of_quality": draft_house,
    "fmea_priority": draft_fmea,
}
"""Who words the results of each tool."""


class RequirementMetricsReport(Report):
    """A requirements report: no metric without its unit and method."""

    @model_validator(mode="after")
    def _a_metric_has_a_unit(self) -> "RequirementMetricsReport":
        for claim in self.claims:
            if claim.phrase.startswith("metric_of") and "unit" not in claim.facts:
                raise ValueError(f"the metric of {claim.id} has no unit")
        return self


def draft(brief: Brief, findings: Findings) -> RequirementMetricsReport:
    """The report that code makes of what was found."""
    sheet = Sheet("requirement_metrics")
    weighed = findings.first("house_of_quality") is not None and "translate" not in brief.aspects
    worded = {**WORDED, "translate_need": needs_to_ask} if weighed else WORDED
    asks = [*word_all(findings, worded, sheet), *asked_back(findings)]
    if "method" in brief.aspects and not asks and findings.first("fmea_priority") is None:
        asks.append(AskBack(id="ask_ratings", text=Phrase(name="ask_ratings")))
    told = {claim.phrase for claim in sheet.claims}
    clear = "metric_of_need" in told and "need_assumed" not in told
    return RequirementMetricsReport(
        task_id=brief.id,
        agent="requirement_metrics",
        claims=tuple(sheet.claims),
        next_steps=(Phrase(name="next_confirm_metrics"),) if clear else (),
        limits=limits_of(findings),
        asks=tuple(asks),
        open_questions=() if sheet.claims or asks else (Phrase(name="nothing_on_record"),),
    )


REQUIREMENT_METRICS = Agent(
    name="requirement_metrics",
    duty="Which metric with unit, test method and target shows that a need is met, what in design "
    "and process moves it, limits of requirements, houses of quality and FMEA priorities.",
    tools=(
        "describe_hub",
        "fmea_priority",
        "get_evidence",
        "house_of_quality",
        "requirement_limits",
        "translate_need",
    ),
    offered=("get_evidence", "requirement_limits", "translate_need"),
    playbook=requirement_metrics_playbook,
    draft=draft,
    report=RequirementMetricsReport,
)
