"""Needs as claims: what shows that one is met, which values count, and what moves them."""

from collections.abc import Iterable

from agents.drafting.claims import Sheet, count, measured, names
from domain.records.claim import (
    Day,
    Fact,
    Measure,
    Names,
    Phrase,
    Phrases,
    Quote,
    Said,
    Term,
    Worded,
)
from domain.records.evidence import Evidence
from domain.records.task import AskBack
from services.metrics.records import Target
from tools.metrics.need_records import (
    BenchmarkValue,
    NeedField,
    NeedMetric,
    NeedQuestion,
    NeedsToMetrics,
    ProductParameter,
    TranslatedNeed,
)

MOST_METRICS = 4
"""Metrics of a need that are told with all that belongs to them (count)."""
MOST_NAMED = 8


def draft_needs(evidence: Evidence, sheet: Sheet) -> tuple[AskBack, ...]:
    """Add needs with their metrics to the sheet; what has to be asked back is returned."""
    found = NeedsToMetrics.model_validate(evidence.result)
    for need in found.needs:
        _need(need, found, evidence, sheet)
        for metric in need.metrics[:MOST_METRICS]:
            _metric(metric, evidence, sheet)
        _further(need.metrics[MOST_METRICS:], evidence, sheet)
        if need.field is not None:
            _field(need.field, evidence, sheet)
    if found.unknown is not None:
        facts: dict[str, Fact] = {"words": Quote(value=found.unknown.words)}
        sheet.add("need_unknown", facts, (evidence,), verdict="undetermined", headline=True)
    return needs_to_ask(evidence, sheet)


def needs_to_ask(evidence: Evidence, sheet: Sheet) -> tuple[AskBack, ...]:
    """What has to be asked back about needs; the sheet stays as it is."""
    del sheet
    found = NeedsToMetrics.model_validate(evidence.result)
    return tuple(_asked(one) for one in found.questions)


def _need(need: TranslatedNeed, found: NeedsToMetrics, evidence: Evidence, sheet: Sheet) -> None:
    used = [one for one in need.drivers if one.used]
    facts: dict[str, Fact] = {
        "need": Worded(value=need.names),
        "family": Worded(value=found.family_names),
        "drivers": _listed(one.names for one in used),
        "metrics": count(len(need.metrics)),
    }
    phrase = "need_assumed" if need.default_driver is not None else "need_understood"
    sheet.add(phrase, facts, (evidence,), headline=True, value=float(len(need.metrics)),
              unit="metrics")  # fmt: skip


def _metric(metric: NeedMetric, evidence: Evidence, sheet: Sheet) -> None:
    method = metric.method
    facts: dict[str, Fact] = {
        "metric": Worded(value=metric.names),
        "unit": names(metric.unit),
        "direction": Term(group="metric_direction", value=metric.direction),
        "method": names(method.edition or method.designation),
        "clause": Said(value=method.clause),
        "weight": count(metric.weight),
    }
    phrase = "metric_of_need" if method.designation else "metric_without_method"
    sheet.add(phrase, facts, (evidence,), headline=True)
    if not metric.movable:
        why: dict[str, Fact] = {
            "metric": Worded(value=metric.names),
            "why": Said(value=metric.why_fixed),
        }
        sheet.add("metric_fixed", why, (evidence,), verdict="not_supported", headline=True)
    _targets(metric, evidence, sheet)
    _parameters(metric, evidence, sheet)
    if metric.benchmarks:
        told = tuple(_benchmark(one) for one in metric.benchmarks)
        values: dict[str, Fact] = {
            "metric": Worded(value=metric.names),
            "values": Phrases(value=told),
        }
        sheet.add("metric_benchmark", values, (evidence,))
    if metric.limited_by:
        limits: dict[str, Fact] = {
            "metric": Worded(value=metric.names),
            "standards": Names(value=tuple(one.name for one in metric.limited_by)),
        }
        sheet.add("metric_limited", limits, (evidence,))


def _targets(metric: NeedMetric, evidence: Evidence, sheet: Sheet) -> None:
    about: dict[str, Fact] = {"metric": Worded(value=metric.names)}
    if not metric.targets:
        sheet.add("target_none", about, (evidence,), verdict="undetermined")
        return
    facts = about | {
        "targets": Phrases(value=tuple(_target(one, metric) for one in metric.targets))
    }
    sheet.add("metric_targets", facts, (evidence,), headline=True)


def _target(target: Target, metric: NeedMetric) -> Phrase:
    facts: dict[str, Fact] = {
        "operator": Term(group="limit_operator", value=target.op),
        "value": Measure(value=target.value, unit=metric.unit),
        "kind": Term(group="target_kind", value=target.kind),
        "markets": Names(value=target.markets),
        "source": Said(value=target.source),
        "confidence": Term(group="confidence", value=target.confidence),
    }
    return Phrase(name="target_in" if target.markets else "target", facts=facts)


def _parameters(metric: NeedMetric, evidence: Evidence, sheet: Sheet) -> None:
    """What moves a metric: first what production sets, then what is fixed by design."""
    for kind in ("process", "design"):
        mine = [one for one in metric.parameters if one.kind == kind]
        if mine:
            facts: dict[str, Fact] = {
                "metric": Worded(value=metric.names),
                "parameters": Phrases(value=tuple(map(_parameter, mine[:MOST_NAMED]))),
            }
            sheet.add(f"parameters_{kind}", facts, (evidence,), headline=True)


def _parameter(one: ProductParameter) -> Phrase:
    facts: dict[str, Fact] = {"parameter": Worded(value=one.names), "unit": names(one.unit)}
    sign = "raises" if one.sign == "+" else "lowers"
    return Phrase(name=f"parameter_{sign}", facts=facts)


def _benchmark(one: BenchmarkValue) -> Phrase:
    facts: dict[str, Fact] = {
        "model": names(one.model_id),
        "value": Measure(value=one.value, unit=one.unit or ""),
        "whose": Term(group="whose", value="ours" if one.ours else "theirs"),
        "source": Said(value=one.source or "–"),
    }
    return Phrase(name="benchmark", facts=facts)


def _further(metrics: tuple[NeedMetric, ...], evidence: Evidence, sheet: Sheet) -> None:
    if metrics:
        facts: dict[str, Fact] = {"metrics": _listed(one.names for one in metrics[:MOST_NAMED])}
        sheet.add("metrics_further", facts, (evidence,))


def _field(field: NeedField, evidence: Evidence, sheet: Sheet) -> None:
    facts: dict[str, Fact] = {
        "symptoms": Phrases(value=tuple(map(_symptom, field.symptoms))),
        "first": Day(value=field.first),
        "last": Day(value=field.last),
        "claims": count(field.claims or 0),
        "feedback": count(field.feedback or 0),
        "read": count(field.feedback_read),
        "rate": measured(field.per_thousand_unit_years),
        "per": count(1000),
    }
    rate = field.per_thousand_unit_years
    if field.claims is None or rate is None:
        sheet.add("need_field_nothing", facts, (evidence,), verdict="undetermined")
        return
    sheet.add(
        "need_field", facts, (evidence,), value=rate.estimate, unit="claims per 1,000 unit-years",
        interval=(rate.low, rate.high), numerator=field.claims, denominator=field.unit_years,
        window=(field.first, field.last), population="units in service",
    )  # fmt: skip


def _symptom(code: str) -> Phrase:
    return Phrase(name="word", facts={"word": Term(group="symptom", value=code)})


def _listed(called: Iterable[dict[str, str]]) -> Phrases:
    told = (Phrase(name="word", facts={"word": Worded(value=one)}) for one in called)
    return Phrases(value=tuple(told))


def _asked(question: NeedQuestion) -> AskBack:
    options = [question.option_names[one] for one in question.options]
    facts: dict[str, Fact] = {"options": _listed(options)}
    text = Phrase(name=f"ask_need_{question.kind}", facts=facts)
    return AskBack(id=f"ask_{question.kind}", text=text, options=question.options)
