"""What of a CB report counts in another market, as claims: reuse, delta tests, tests anew."""

from agents.drafting.claims import Sheet, count, names
from domain.records.claim import Fact, Phrase, Phrases, Said, Term
from domain.records.evidence import Evidence
from domain.records.finding import Verdict
from domain.records.task import AskBack
from tools.standards.reuse_evidence import MarketReuse, ReuseEvidence, ReuseRow

WORTHS: dict[str, Verdict] = {
    "reuse": "supported",
    "delta": "supported",
    "undecided": "undetermined",
    "full": "not_supported",
}
"""Verdicts on evidence, in the order in which they are told, with the verdict of their claims."""


def draft_reuse(evidence: Evidence, sheet: Sheet) -> tuple[AskBack, ...]:
    """Add what a CB report is worth in each market; what has to be asked back is returned."""
    found = ReuseEvidence.model_validate(evidence.result)
    for market in found.markets:
        _overview(market, found, evidence, sheet)
        for worth in WORTHS:
            rows = [one for one in market.rows if one.worth == worth]
            if rows:
                _rows(worth, rows, evidence, sheet)
        _never(market, evidence, sheet)
    return tuple(
        AskBack(id=f"ask_{one}", text=Phrase(name=f"ask_{one}")) for one in found.questions
    )


def _overview(market: MarketReuse, found: ReuseEvidence, evidence: Evidence, sheet: Sheet) -> None:
    report = (found.report_edition,) if found.report_edition else found.report_standards
    facts: dict[str, Fact] = {
        "market": Term(group="market", value=market.market),
        "report": names(*report),
        **{worth: count(sum(one.worth == worth for one in market.rows)) for worth in WORTHS},
    }
    phrase = "reuse_assumed" if found.report_assumed else "reuse_overview"
    sheet.add(phrase, facts, (evidence,), headline=True, value=float(len(market.rows)),
              unit="standards asked for")  # fmt: skip


def _rows(worth: str, rows: list[ReuseRow], evidence: Evidence, sheet: Sheet) -> None:
    """Rows of one verdict; those about another subject than the report stand in one claim."""
    telling = [one for one in rows if one.reason != "not_in_scope"]
    for row in telling:
        facts: dict[str, Fact] = {
            "scheme": names(row.name),
            "standard": names(row.standard),
            "reason": Term(group="reuse_reason", value=row.reason),
            "delta": Said(value=row.delta or "; ".join(row.conditions)),
            "confidence": Term(group="confidence", value=row.confidence),
        }
        detailed = worth != "full" and (row.delta or row.conditions)
        phrase = f"evidence_{worth}_checked" if detailed else f"evidence_{worth}"
        sheet.add(phrase, facts, (evidence,), verdict=WORTHS[worth], headline=worth != "full")
    others = [one for one in rows if one.reason == "not_in_scope"]
    if others:
        told = tuple(Phrase(name="evidence_elsewhere", facts=_elsewhere(one)) for one in others)
        sheet.add("evidence_not_in_scope", {"standards": Phrases(value=told)}, (evidence,),
                  verdict=WORTHS["full"], headline=True)  # fmt: skip


def _elsewhere(row: ReuseRow) -> dict[str, Fact]:
    return {
        "standard": names(row.standard),
        "topic": Term(group="standards_topic", value=row.topic),
    }


def _never(market: MarketReuse, evidence: Evidence, sheet: Sheet) -> None:
    facts: dict[str, Fact] = {
        "marks": names(*market.marks),
        "formalities": names(*market.formalities),
        "inspections": names(*market.inspections),
    }
    if market.marks:
        sheet.add("evidence_no_mark", facts, (evidence,))
    if market.inspections:
        sheet.add("evidence_no_inspection", facts, (evidence,))
    if market.formalities:
        sheet.add("evidence_no_formality", facts, (evidence,))
