"""Rates of issues against their reference, and their order: danger first, then rate x severity."""

from typing import NamedTuple

from domain.contract import Contract
from domain.intervals import Interval, poisson_interval
from domain.rates import Incidence, rate_ratio
from domain.screening import benjamini_hochberg
from services.lexicon.lexicon import policy
from tools.needs.issue_cells import Source, Tally
from tools.needs.service_months import rounded

PER = 1_000
"""Rates are per so many unit-months."""
UNKNOWN_SEVERITY = 2
"""Severity of a symptom that neither the policy table nor the hub calls grave."""


class IssueRate(Contract):
    """How often one source tells of an issue."""

    source: Source
    """claims: without repeats within 30 days. feedback: authors, each counted once."""
    events: int
    """Events that count (count)."""
    raw: int
    """Claims or pieces of feedback as recorded, repeats among them (count)."""
    unit_months: float
    """Exposure: unit-months under warranty for claims, in service for feedback."""
    per_1000_unit_months: Interval
    """Events per 1,000 unit-months with their exact interval."""
    reference_events: int
    """Events of the reference (count)."""
    reference_unit_months: float
    """Exposure of the reference (unit-months)."""
    ratio: Interval | None
    """Rate over the rate of the reference with its exact interval; null: no reference exposure."""
    p_value: float | None
    """Two-sided exact p-value of equal rates; null: no reference exposure."""
    q_value: float | None
    """The p-value adjusted for all ratios of this answer (Benjamini-Hochberg)."""


class Issue(Contract):
    """One ranked issue."""

    rank: int
    """Place, from 1."""
    symptom_code: str
    """Code of the symptom."""
    model_id: str | None
    """Model; null if the issue is ranked over all chosen models."""
    severity: int
    """Severity 1 to 5 by the policy table; 2 where nothing is known of the code."""
    severity_known: bool
    """Whether the policy table or the hub's code table says how grave it is."""
    score: float
    """The higher of its two rates times the weight of its severity."""
    rates: tuple[IssueRate, ...]
    """Claims, then feedback; a source that tells nothing of it is left out."""


class Counted(NamedTuple):
    """An issue before it is compared."""

    symptom_code: str
    """Code of the symptom."""
    model_id: str | None
    """Model, if ranked by model."""
    severity: int | None
    """Severity, if known."""
    tallies: dict[Source, tuple[Tally, Tally]]
    """By source, the issue's own tally and its reference's."""


def ranked(counted: list[Counted]) -> tuple[Issue, ...]:
    """Issues with their rates, severity 5 first, then by score."""
    rates = [_rates(one) for one in counted]
    p_values = [rate.p_value for some in rates for rate in some if rate.p_value is not None]
    adjusted = iter(benjamini_hochberg(p_values).adjusted.tolist())
    found = []
    for one, some in zip(counted, rates, strict=True):
        tested = [rate.p_value is not None for rate in some]
        q_values = [_short(next(adjusted)) if known else None for known in tested]
        judged = (
            rate.model_copy(update={"q_value": q_value})
            for rate, q_value in zip(some, q_values, strict=True)
        )
        found.append(_issue(one, tuple(judged)))
    found.sort(key=lambda one: (one.severity < 5, -one.score, one.symptom_code, one.model_id or ""))
    return tuple(one.model_copy(update={"rank": place}) for place, one in enumerate(found, 1))


def _rates(one: Counted) -> list[IssueRate]:
    return [
        _rate(source, own, reference)
        for source, (own, reference) in one.tallies.items()
        if own.unit_months > 0 and own.raw
    ]


def _rate(source: Source, own: Tally, reference: Tally) -> IssueRate:
    ratio = p_value = None
    if reference.unit_months > 0:
        compared = rate_ratio(
            Incidence(own.events, own.unit_months),
            Incidence(reference.events, reference.unit_months),
        )
        ratio, p_value = rounded(compared.ratio), _short(compared.p_value)
    return IssueRate(
        source=source,
        events=own.events,
        raw=own.raw,
        unit_months=_short(own.unit_months),
        per_1000_unit_months=rounded(poisson_interval(own.events, own.unit_months / PER)),
        reference_events=reference.events,
        reference_unit_months=_short(reference.unit_months),
        ratio=ratio,
        p_value=p_value,
        q_value=None,
    )


def _issue(one: Counted, rates: tuple[IssueRate, ...]) -> Issue:
    severity = one.severity or UNKNOWN_SEVERITY
    highest = max((rate.per_1000_unit_months.estimate or 0.0 for rate in rates), default=0.0)
    return Issue(
        rank=0,
        symptom_code=one.symptom_code,
        model_id=one.model_id,
        severity=severity,
        severity_known=one.severity is not None,
        score=_short(highest * policy().weights[severity]),
        rates=rates,
    )


def _short(value: float) -> float:
    return float(f"{value:.6g}")
