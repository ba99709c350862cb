"""What users report: issues in order of harm, dangers first, with counts and exposure."""

from agents.drafting.claims import Sheet, count, measured
from domain.records.claim import Chance, Day, Fact, Measure, Quote, Term
from domain.records.evidence import Evidence
from domain.records.finding import Verdict
from tools.needs.claim_rate import ClaimRate
from tools.needs.code_feedback import CodedFeedbackFound
from tools.needs.issue_rates import Issue, IssueRate
from tools.needs.rank_issues import RankedIssues

MOST_ISSUES = 5
MOST_QUOTES = 2
GRAVE = 4
"""Severity from which a report is one of danger."""
SHOWN = 0.05
PER = 1000
"""Units, or unit-months, that a rate is told for."""


def draft_issues(evidence: Evidence, symptoms: tuple[str, ...], sheet: Sheet) -> None:
    """Add the ranking to the sheet: named symptoms first, then the gravest and most frequent."""
    found = RankedIssues.model_validate(evidence.result)
    mine = [one for one in found.issues if one.symptom_code in symptoms]
    others = [one for one in found.issues if one.symptom_code not in symptoms]
    facts: dict[str, Fact] = {
        "issues": count(found.issues_total),
        "units": count(found.units_in_service),
        "first": Day(value=found.first),
        "last": Day(value=found.last),
    }
    sheet.add(
        "issues_ranked", facts, (evidence,), value=float(found.issues_total), unit="issues",
        denominator=found.units_in_service, window=(found.first, found.last),
        population="units in service", headline=not sheet.claims,
    )  # fmt: skip
    for issue in (*mine, *others)[: max(MOST_ISSUES, len(mine))]:
        _issue_claim(issue, found, evidence, sheet, asked=issue in mine)


def draft_feedback(evidence: Evidence, sheet: Sheet) -> None:
    """Add what customers wrote: how much was read, what waits for a person, reports of danger."""
    found = CodedFeedbackFound.model_validate(evidence.result)
    facts: dict[str, Fact] = {
        "pieces": count(found.pieces),
        "voices": count(found.voices),
        "coded": count(found.coded),
        "queued": count(found.queued),
        "reports": count(found.safety_reports_total),
    }
    sheet.add(
        "feedback_read", facts, (evidence,), value=float(found.safety_reports_total),
        unit="reports of severity 4 or 5", numerator=found.safety_reports_total,
        denominator=found.pieces, population="pieces of feedback with text",
    )  # fmt: skip
    for report in found.safety_reports[:MOST_QUOTES]:
        told: dict[str, Fact] = {
            "severity": Term(group="severity", value=f"S{report.severity}"),
            "day": Day(value=report.received_on),
            "words": Quote(value=report.untrusted_text),
        }
        sheet.add("safety_report", told, (evidence,))
    if found.instructions:
        orders: dict[str, Fact] = {"pieces": count(len(found.instructions))}
        sheet.add("instructions_ignored", orders, (evidence,))


def draft_claim_rate(evidence: Evidence, sheet: Sheet) -> None:
    """Add the claim rate at a month in service to the sheet."""
    found = ClaimRate.model_validate(evidence.result)
    rate = found.claims_per_1000
    if rate is None or found.months_in_service is None:
        facts: dict[str, Fact] = {"units": count(found.units_in_service)}
        sheet.add("claim_rate_immature", facts, (evidence,), verdict="undetermined", headline=True)
        return
    facts = {
        "rate": measured(rate),
        "per": count(PER),
        "months": count(found.months_in_service),
        "claims": count(found.numerator),
        "units": count(found.denominator),
        "recorded": count(found.claims_recorded),
        "units_with_claim": count(found.units_with_claim),
        "counted_to": Day(value=found.counted_to),
    }
    window = (found.first_sold_on, found.counted_to) if found.first_sold_on else None
    sheet.add(
        "claim_rate", facts, (evidence,), headline=True, value=rate.estimate,
        unit="claims per 1,000 units", interval=(rate.low, rate.high), numerator=found.numerator,
        denominator=found.denominator, window=window, population="units in service",
    )  # fmt: skip


def _issue_claim(
    issue: Issue, found: RankedIssues, evidence: Evidence, sheet: Sheet, *, asked: bool
) -> None:
    rate = max(issue.rates, key=lambda one: one.per_1000_unit_months.estimate or 0.0)
    facts: dict[str, Fact] = {
        "symptom": Term(group="symptom", value=issue.symptom_code),
        "severity": Term(group="severity", value=f"S{issue.severity}"),
        "rate": measured(rate.per_1000_unit_months),
        "per": count(PER),
        "source": Term(group="source", value=rate.source),
        "events": count(rate.events),
        "raw": count(rate.raw),
        "ratio": measured(rate.ratio) if rate.ratio else Measure(value=None),
        "q": Chance(value=rate.q_value if rate.q_value is not None else 1.0, symbol="q"),
    }
    # The trend is the claim; the rate itself is a measured figure and stands beside it.
    trend, verdict = _trend(rate)
    interval = rate.per_1000_unit_months
    sheet.add(
        f"issue_{trend}", facts, (evidence,), verdict=verdict,
        headline=asked or issue.severity >= GRAVE, value=interval.estimate,
        unit="per 1,000 unit-months", interval=(interval.low, interval.high),
        numerator=rate.events, denominator=rate.unit_months, window=(found.first, found.last),
        population=f"units in service ({rate.source})",
    )  # fmt: skip


def _trend(rate: IssueRate) -> tuple[str, Verdict]:
    """Whether the rate differs from its reference beyond chance."""
    if rate.ratio is None or rate.q_value is None:
        return "new", "undetermined"
    if rate.q_value > SHOWN:
        return "same", "undetermined"
    rose = rate.ratio.low > 1
    return ("risen", "supported") if rose else ("fallen", "supported")
