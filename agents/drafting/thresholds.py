"""What a threshold may promise of missed defects, as claims; asking sets and proposes nothing."""

from agents.drafting.claims import Sheet, count, names, percent_of
from domain.records.claim import Fact, Measure, Phrase, Phrases, Share
from domain.records.evidence import Evidence
from tools.vision.threshold_plan import SURE
from tools.vision.vision_calibration import VisionCalibration

KIND = "activate_vision_threshold"
"""The action that a named person approves."""
COLLECTING = ("next_collect_defects", "next_collect_passes")


def draft_calibration(evidence: Evidence, sheet: Sheet) -> tuple[Phrase, ...]:
    """Add whether a promise can be made, what it takes, and what a threshold would do.

    Returns:
        What to do next: collect, or have the threshold approved.
    """
    found = VisionCalibration.model_validate(evidence.result)
    _promise(found, evidence, sheet)
    if found.pass_below is not None and found.reject_from is not None:
        _threshold(found, evidence, sheet)
    _activation(found, evidence, sheet)
    return _next(found)


def _promise(found: VisionCalibration, evidence: Evidence, sheet: Sheet) -> None:
    plan, asked = found.plan, evidence.query["confidence"]
    facts: dict[str, Fact] = {
        "share": Share(value=evidence.query["most_missed"]),
        "surely": _surely(asked),
        "needed": count(plan.needed),
        "have": count(plan.have),
        "more": count(plan.more),
    }
    phrase = "calibration_enough"
    if plan.more:
        phrase = "calibration_infeasible"
    elif found.threshold is not None:
        phrase = "calibration_feasible"
        if found.pass_below is None:
            phrase = "calibration_no_threshold"
    sheet.add(
        phrase, facts, (evidence,), verdict="not_supported" if plan.more else "supported",
        headline=True, value=float(plan.needed), unit="defective parts", numerator=plan.have,
    )  # fmt: skip
    if asked is None:
        sure: dict[str, Fact] = {
            "confidence": Share(value=SURE),
            "needed": count(plan.needed_with_confidence),
        }
        sheet.add("calibration_sure", sure, (evidence,), headline=True)
    if plan.more:
        if plan.have:
            best: dict[str, Fact] = {
                "have": count(plan.have),
                "share": Share(value=plan.reachable),
            }
            sheet.add("calibration_reachable", best, (evidence,))
        sheet.add("calibration_interim", {}, (evidence,), headline=True)


def _surely(confidence: float | None) -> Phrase:
    if confidence is None:
        return Phrase(name="on_average")
    return Phrase(name="with_confidence", facts={"confidence": Share(value=confidence)})


def _threshold(found: VisionCalibration, evidence: Evidence, sheet: Sheet) -> None:
    expected = found.expected
    facts: dict[str, Fact] = {
        "low": Measure(value=found.pass_below),
        "high": Measure(value=found.reject_from),
        "missed": count(0 if expected is None else expected.missed),
        "have": count(found.plan.have),
    }
    sheet.add("calibration_threshold", facts, (evidence,), headline=True, value=found.pass_below,
              unit="score")  # fmt: skip
    if expected is not None and expected.rejected_good is not None:
        good: dict[str, Fact] = {
            "good": count(expected.good),
            "share": percent_of(expected.rejected_good),
            "review": count(expected.review_good),
        }
        sheet.add("calibration_good", good, (evidence,))


def _activation(found: VisionCalibration, evidence: Evidence, sheet: Sheet) -> None:
    if found.activation.allowed:
        facts: dict[str, Fact] = {"kind": names(KIND)}
        sheet.add("calibration_proposal", facts, (evidence,), headline=True)
        return
    counts: dict[str, Fact] = {
        "looked": count(found.passes_looked_at),
        "passes": count(found.passes),
    }
    why = tuple(Phrase(name=f"why_{one}", facts=counts) for one in found.activation.why_not)
    facts = {"reasons": Phrases(value=why), "kind": names(KIND)}
    sheet.add("calibration_not_proposed", facts, (evidence,), headline=True)


def _next(found: VisionCalibration) -> tuple[Phrase, ...]:
    if found.plan.more:
        more = {"more": count(found.plan.more)}
        return tuple(Phrase(name=one, facts=more) for one in COLLECTING)
    if found.activation.allowed:
        return (Phrase(name="next_propose_threshold"),)
    if found.threshold is None:
        return (Phrase(name="next_score_defects"),)
    if "passes_not_looked_at" in found.activation.why_not:
        return (Phrase(name="next_collect_passes"),)
    return ()
