"""From what the watch raises to the case that it belongs to."""

from collections.abc import Mapping
from datetime import UTC, datetime, time

from domain.records.alarm import Alarm, SafetySign
from domain.records.cause import Condition
from memory.cases import Sign

EVERYWHERE = ("*",)


def sign_of_danger(sign: SafetySign, regions: Mapping[str, str]) -> Sign:
    """A report of danger: one case for a symptom of a model, wherever it is reported.

    Args:
        sign: the report.
        regions: sales region by country.
    """
    return Sign(
        key=f"safety:{sign.symptom}:{sign.model_id or '-'}",
        name=f"feedback:{sign.feedback_id}",
        kind="safety",
        symptom=sign.symptom,
        where=Condition(model_id=(sign.model_id,) if sign.model_id else None),
        severity=sign.severity,
        regions=_regions((sign.country,) if sign.country else (), regions),
        aware_at=sign.received_at,
        body=sign.model_dump(mode="json"),
    )


def sign_of_alarm(alarm: Alarm, regions: Mapping[str, str]) -> Sign:
    """An alarm: one case for a cell, and one sign for each period that it signals."""
    where = alarm.where
    return Sign(
        key=alarm.key,
        name=f"alarm:{alarm.signalled_on.isoformat()}",
        kind="factory" if alarm.kind == "factory" else "field",
        symptom=alarm.symptom,
        where=where,
        severity=alarm.severity,
        regions=_regions(where.country or (), regions),
        aware_at=datetime.combine(alarm.signalled_on, time.min, UTC),
        body=alarm.model_dump(mode="json"),
    )


def _regions(countries: tuple[str, ...], regions: Mapping[str, str]) -> tuple[str, ...]:
    """Regions of the countries; everywhere, where none is named or one has no region."""
    found = {regions.get(country, "*") for country in countries}
    return EVERYWHERE if not found or "*" in found else tuple(sorted(found))
