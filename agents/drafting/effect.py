"""Whether a fix worked: the claim with its arms, and the answer for programs."""

from agents.drafting.claims import Sheet, count, measured, names
from domain.records.answer import EffectAnswer, RatioAnswer
from domain.records.claim import Chance, Day, Fact, Names, Share, Term
from domain.records.evidence import Evidence
from domain.records.finding import FixVerdict, Verdict
from tools.causes.verify_effect import FixEffect

SUPPORTS: dict[FixVerdict, Verdict] = {
    "effective": "supported",
    "not_effective": "not_supported",
    "undetermined": "undetermined",
}


def draft_effect(evidence: Evidence, sheet: Sheet) -> EffectAnswer:
    """Add the claims on one verification to the sheet."""
    found = FixEffect.model_validate(evidence.result)
    before, after = found.treated_before, found.treated_after
    change = evidence.query.get("change_id")
    facts: dict[str, Fact] = {
        "verdict": Term(group="fix_verdict", value=found.verdict),
        "symptom": Term(group="symptom", value=found.symptom),
        "change": names(change) if change else Names(value=()),
        "cut_in": Day(value=found.cut_in_on),
        "failures_before": count(before.failures),
        "units_before": count(before.units),
        "failures_after": count(after.failures),
        "units_after": count(after.units),
        "months": count(found.months_in_service),
        "ratio": measured(found.rate_ratio),
        "p": Chance(value=found.p_value),
    }
    sheet.add(
        f"effect_{found.verdict}",
        facts,
        (evidence,),
        verdict=SUPPORTS[found.verdict],
        headline=True,
        value=found.rate_ratio.estimate,
        unit="rate ratio",
        interval=(found.rate_ratio.low, found.rate_ratio.high),
        numerator=after.failures,
        denominator=after.units,
        population="units built after the cut-in, beside those before",
        window=(found.before[0], found.after[1]),
    )
    _control_claim(found, evidence, sheet)
    if found.enough_on is not None:
        waiting: dict[str, Fact] = {"day": Day(value=found.enough_on)}
        sheet.add("effect_enough_on", waiting, (evidence,), verdict="undetermined")
    ratio = found.rate_ratio
    return EffectAnswer(
        verdict=found.verdict,
        rate_ratio=RatioAnswer(estimate=ratio.estimate, low=ratio.low, high=ratio.high),
    )


def _control_claim(found: FixEffect, evidence: Evidence, sheet: Sheet) -> None:
    if found.control_ratio is None or found.control_before is None or found.control_after is None:
        return
    facts: dict[str, Fact] = {
        "ratio": measured(found.control_ratio),
        "naive": measured(found.naive_ratio),
        "failures_before": count(found.control_before.failures),
        "units_before": count(found.control_before.units),
        "failures_after": count(found.control_after.failures),
        "units_after": count(found.control_after.units),
        "asked": Share(value=found.minimum_effect),
    }
    sheet.add(
        "effect_control", facts, (evidence,), value=found.control_ratio.estimate,
        unit="rate ratio", interval=(found.control_ratio.low, found.control_ratio.high),
    )  # fmt: skip
