"""What the field says behind a need: claims by time in service, and pieces of feedback."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from domain.contract import Contract
from domain.intervals import Interval, poisson_interval
from domain.records.evidence import Exclusion
from services.hub.coding import UNREAD
from services.policy.cells import SMALLEST_SHOWN
from tools.exclusions import left_out
from tools.metrics.need_records import FieldState, NeedField
from tools.needs.issue_cells import REPEAT_DAYS
from tools.tool import ToolContext

WINDOW_DAYS = 365
PER_THOUSAND = 1000


class FieldScope(Contract):
    """Whose field record counts."""

    models: tuple[str, ...] | None
    """Models; null: all."""
    countries: tuple[str, ...]
    """Countries; none: all that the asker may see."""


class FieldFound(NamedTuple):
    """Field figures by need, and what was left out."""

    by_need: dict[str, NeedField]
    """Needs with symptoms only."""
    excluded: tuple[Exclusion, ...]
    """Claims that would have counted."""


class _Exposure(NamedTuple):
    unit_years: float
    claims_recorded: int


class _Window(NamedTuple):
    first: date
    last: date


def field_of(
    symptoms: Mapping[str, tuple[str, ...]], scope: FieldScope, context: ToolContext
) -> FieldFound:
    """Claims and feedback of the last 365 days by need.

    Args:
        symptoms: symptom codes by need; needs without any are not looked up.
        scope: whose record counts.
        context: who asks, and of which data.
    """
    asked = {need: codes for need, codes in symptoms.items() if codes}
    if not asked:
        return FieldFound({}, ())
    last = context.snapshot.as_of
    window = _Window(last - timedelta(days=WINDOW_DAYS - 1), last)
    bound = {
        **window._asdict(),
        "models": None if scope.models is None else list(scope.models),
        "countries": list(scope.countries) or None,
    }
    pairs = [(need, code) for need, codes in asked.items() for code in codes]
    told_by: dict[str, Any] = {"needs": [a for a, _ in pairs], "symptoms": [b for _, b in pairs]}
    query = context.snapshot.query
    limited = "*" not in context.snapshot.scope.regions
    row = query("exposure_behind_needs", **bound, limited=limited).dicts()[0]
    exposure = _Exposure(float(row["unit_years"]), row["claims_recorded"])
    claims = query("claims_behind_needs", **bound, **told_by, repeat_days=REPEAT_DAYS).dicts()
    told = query("feedback_behind_needs", **bound, **told_by, unread=UNREAD).dicts()
    shown_all = "personal" in context.snapshot.scope.classes
    by_need = {}
    for reported, written in zip(claims, told, strict=True):
        counted = _counted(reported["claims"], exposure, shown_all=shown_all)
        pieces = _state(written["feedback"], recorded=written["read"], shown_all=shown_all)
        by_need[reported["need"]] = NeedField(
            symptoms=asked[reported["need"]],
            first=window.first,
            last=window.last,
            models=scope.models or (),
            countries=scope.countries,
            **counted,
            unit_years=exposure.unit_years,
            feedback_state=pieces,
            feedback=written["feedback"] if pieces == "counted" else None,
            feedback_read=written["read"],
        )
    return FieldFound(by_need, _excluded(claims))


def _counted(claims: int, exposure: _Exposure, *, shown_all: bool) -> dict[str, object]:
    recorded = exposure.claims_recorded if exposure.unit_years > 0 else 0
    state = _state(claims, recorded=recorded, shown_all=shown_all)
    rate: Interval | None = None
    if state == "counted":
        rate = poisson_interval(claims, exposure.unit_years / PER_THOUSAND)
    return {
        "claims_state": state,
        "claims": claims if state == "counted" else None,
        "per_thousand_unit_years": rate,
    }


def _state(count: int, *, recorded: int, shown_all: bool) -> FieldState:
    if not recorded:
        return "no_data"
    return "small" if not shown_all and 0 < count < SMALLEST_SHOWN else "counted"


def _excluded(claims: list[dict[str, int]]) -> tuple[Exclusion, ...]:
    """Of the need with the most: needs share symptoms, and a claim is left out once."""
    return left_out(
        claims_on_units_not_known_as_sold=max((row["without_unit"] for row in claims), default=0),
        repeated_claims_of_a_unit_within_30_days=max((row["repeats"] for row in claims), default=0),
    )
