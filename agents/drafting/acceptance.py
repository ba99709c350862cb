"""Decisions on lots, on suppliers' reports and on bands, as claims; a person takes each of them."""

from agents.drafting.claims import Sheet, count, names, percent
from domain.records.claim import Day, Fact, Measure, Phrase, Phrases, Quote, Term
from domain.records.evidence import Evidence
from domain.records.finding import Verdict
from tools.suppliers.sampling_plan import LotPlan
from tools.suppliers.score_8d import Scored8d
from tools.suppliers.supplier_strategy import SupplierStrategy

MOST_MOVES = 3
MOST_PLANTED = 2


def draft_plan(evidence: Evidence, sheet: Sheet) -> None:
    """Add a sampling plan, what it decides, and where the switching rules stand."""
    found = LotPlan.model_validate(evidence.result)
    facts: dict[str, Fact] = {
        "lot": count(evidence.query["lot_size"]),
        "aql": names(str(evidence.query["aql"])),
        "level": names(str(evidence.query["level"])),
        "letter": names(found.used_letter),
        "severity": Term(group="inspection", value=found.severity),
        "pieces": count(found.sample_size),
        "accept": count(found.accept),
        "reject": count(found.reject),
        "edition": names(found.edition),
    }
    sheet.add("sampling_plan", facts, (evidence,), headline=True, value=float(found.sample_size),
              unit="pieces")  # fmt: skip
    if found.decision is not None and found.nonconforming is not None:
        facts = facts | {
            "found": count(found.nonconforming),
            "ways": Phrases(value=tuple(Phrase(name=f"lot_{one}") for one in found.disposition)),
        }
        sheet.add(f"lot_decision_{found.decision}", facts, (evidence,), headline=True,
                  value=float(found.nonconforming), unit="nonconforming")  # fmt: skip
    if found.sound_share is not None and found.poor_share is not None:
        facts = {"sound": percent(found.sound_share), "poor": percent(found.poor_share)}
        sheet.add("sampling_curve", facts, (evidence,))
    facts = {
        "state": Term(group="inspection", value=found.state_after),
        "moves": Phrases(value=tuple(_move(one) for one in found.moves[:MOST_MOVES])),
    }
    sheet.add("sampling_state", facts, (evidence,))


def _move(one: object) -> Phrase:
    to, trigger = getattr(one, "to", ""), getattr(one, "trigger", "")
    facts: dict[str, Fact] = {
        "to": Term(group="inspection", value=to),
        "trigger": Term(group="inspection_trigger", value=trigger),
    }
    return Phrase(name="sampling_move", facts=facts)


def draft_report_score(evidence: Evidence, sheet: Sheet) -> None:
    """Add how a supplier's 8D report stands by the rubric, and what was hidden in it."""
    found = Scored8d.model_validate(evidence.result)
    recommended = Term(group="report_standing", value=found.recommendation)
    if found.score is None:
        sheet.add("report_unread", {"standing": recommended}, (evidence,), verdict="undetermined",
                  headline=True)  # fmt: skip
    else:
        facts: dict[str, Fact] = {
            "score": Measure(value=float(found.score)),
            "most": count(sum(one.weight for one in found.criteria)),
            "standing": recommended,
            "steps": names(*found.disciplines),
        }
        sheet.add("report_scored", facts, (evidence,), headline=True, value=float(found.score),
                  unit="points")  # fmt: skip
    for verdict in ("not_met", "not_stated"):
        lacking = [one for one in found.criteria if one.verdict == verdict]
        if lacking:
            told = tuple(_criterion(one.criterion, one.reason) for one in lacking)
            held: Verdict = "not_supported" if verdict == "not_met" else "undetermined"
            sheet.add(f"report_{verdict}", {"criteria": Phrases(value=told)}, (evidence,),
                      verdict=held)  # fmt: skip
    for planted in found.planted[:MOST_PLANTED]:
        facts = {
            "kind": Term(group="planted", value=planted.kind),
            "words": Quote(value=planted.shown),
        }
        sheet.add("report_planted", facts, (evidence,), headline=True)


def _criterion(name: str, reason: str | None) -> Phrase:
    facts: dict[str, Fact] = {"criterion": Term(group="criterion", value=name)}
    if reason is None or reason == "nothing_said":
        return Phrase(name="report_criterion", facts=facts)
    facts["reason"] = Term(group="report_fault", value=reason)
    return Phrase(name="report_criterion_because", facts=facts)


def draft_strategy(evidence: Evidence, sheet: Sheet) -> None:
    """Add what a band means for the business, and whether it should change."""
    found = SupplierStrategy.model_validate(evidence.result)
    about: dict[str, Fact] = {"supplier": names(found.supplier_id)}
    if found.strategy_of is None:
        sheet.add("strategy_none", about, (evidence,), verdict="undetermined", headline=True)
    else:
        free = [one.measure for one in found.measures if not one.blocked]
        facts = about | {
            "band": names(found.strategy_of),
            "measures": Phrases(value=tuple(Phrase(name=f"measure_{one}") for one in free)),
        }
        sheet.add("strategy_of_band", facts, (evidence,), headline=True)
    if found.single_source:
        facts = about | {"parts": names(*found.single_source)}
        sheet.add("strategy_single_source", facts, (evidence,), headline=True)
    if found.new_band is not None and found.appeal_until is not None:
        facts = about | {
            "band": names(found.new_band),
            "appeal": Day(value=found.appeal_until),
            "why": Term(group="band_change", value=found.change),
        }
        sheet.add("strategy_change", facts, (evidence,), headline=True)
