"""Limits of requirements, houses of quality and rows of an FMEA, as claims."""

from agents.drafting.claims import Sheet, count, names
from domain.records.claim import Fact, Measure, Names, Phrase, Phrases, Quote, Share, Term
from domain.records.evidence import Evidence
from domain.records.finding import Verdict
from tools.metrics.fmea_priority import FmeaPriority, RatedRow
from tools.metrics.house_records import HouseOfQuality
from tools.metrics.requirement_limits import LimitFound, RequirementLimits, RequirementRead

MOST_TOLD = 8
MOST_CONFLICTS = 4


def draft_limits(evidence: Evidence, sheet: Sheet) -> None:
    """Add what requirements demand in figures, and what is missing in them."""
    found = RequirementLimits.model_validate(evidence.result)
    for read in found.requirements[:MOST_TOLD]:
        for limit in read.limits:
            _limit(read, limit, evidence, sheet)
        if not read.limits:
            facts: dict[str, Fact] = {
                "words": Quote(value=read.text),
                "vague": Names(value=read.vague),
            }
            phrase = "requirement_vague" if read.vague else "requirement_without_limit"
            sheet.add(phrase, facts, (evidence,), verdict="undetermined", headline=True)
        missing = [one for one in read.missing if one != "limit"]
        if read.limits and missing:
            lacking = tuple(
                Phrase(name="word", facts={"word": Term(group="requirement_part", value=one)})
                for one in missing
            )
            sheet.add("requirement_lacks", {"parts": Phrases(value=lacking)}, (evidence,))


def _limit(read: RequirementRead, limit: LimitFound, evidence: Evidence, sheet: Sheet) -> None:
    unit = limit.unit if limit.unit not in (None, "count") else limit.written
    facts: dict[str, Fact] = {
        "words": Quote(value=limit.words or read.text),
        "operator": Term(group="limit_operator", value=limit.operator),
        "value": Measure(value=limit.value, unit=unit or ""),
        "conditions": Names(value=read.conditions),
    }
    phrase = "requirement_limit_when" if read.conditions else "requirement_limit"
    if limit.high is not None:
        facts["high"] = Measure(value=limit.high, unit=unit or "")
        phrase = "requirement_range"
    sheet.add(phrase, facts, (evidence,), headline=True, value=limit.value, unit=unit or None)


def draft_house(evidence: Evidence, sheet: Sheet) -> None:
    """Add a house of quality: metrics by what they carry, gaps, and wishes that fight."""
    found = HouseOfQuality.model_validate(evidence.result)
    order = sorted(found.metrics, key=lambda one: -one.importance)
    about: dict[str, Fact] = {
        "needs": count(len(found.needs)),
        "metrics": count(len(found.metrics)),
        "origin": Term(group="house_origin", value=found.relations_from),
    }
    sheet.add("house_overview", about, (evidence,), headline=True, value=float(len(found.metrics)),
              unit="metrics")  # fmt: skip
    for one in order[:MOST_TOLD]:
        facts: dict[str, Fact] = {
            "metric": names(one.metric),
            "share": Share(value=one.share),
            "importance": names(one.importance_exact),
        }
        sheet.add("house_metric", facts, (evidence,), headline=one is order[0], value=one.share,
                  unit="share of technical importance")  # fmt: skip
    for pair in found.conflicts[:MOST_CONFLICTS]:
        facts = {"first": names(pair.first), "second": names(pair.second)}
        sheet.add("house_conflict", facts, (evidence,))
    if found.unserved_needs:
        facts = {"needs": Names(value=found.unserved_needs)}
        sheet.add("house_unserved", facts, (evidence,), verdict="not_supported", headline=True)
    if found.metrics_without_need:
        facts = {"metrics": Names(value=found.metrics_without_need)}
        sheet.add("house_idle", facts, (evidence,), verdict="not_supported", headline=True)


def draft_fmea(evidence: Evidence, sheet: Sheet) -> None:
    """Add the rows of an FMEA by urgency, with what the field says of them."""
    found = FmeaPriority.model_validate(evidence.result)
    for rated in found.rows[:MOST_TOLD]:
        _row(rated, evidence, sheet)


def _row(rated: RatedRow, evidence: Evidence, sheet: Sheet) -> None:
    facts: dict[str, Fact] = {
        "severity": count(rated.row.severity),
        "occurrence": count(rated.row.occurrence),
        "detection": count(rated.row.detection),
        "priority": Term(group="action_priority", value=rated.priority),
        "severity_band": names(rated.severity_band),
        "occurrence_band": names(rated.occurrence_band),
        "detection_band": names(rated.detection_band),
        "rpn": count(rated.rpn_not_used),
    }
    sheet.add("fmea_row", facts, (evidence,), headline=True)
    field = rated.field
    if field is not None and field.units_failing is not None:
        held: Verdict = "not_supported" if rated.occurrence_contradicted else "undetermined"
        told: dict[str, Fact] = {
            "symptom": Term(group="symptom", value=field.symptom),
            "failing": count(field.units_failing),
            "sold": count(field.units_sold),
            "occurrence": count(rated.row.occurrence),
            "stands_for": count(field.occurrence_at_least or 1),
        }
        phrase = "fmea_contradicted" if rated.occurrence_contradicted else "fmea_field"
        sheet.add(phrase, told, (evidence,), verdict=held, headline=rated.occurrence_contradicted,
                  numerator=field.units_failing, denominator=field.units_sold)  # fmt: skip
