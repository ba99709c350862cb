"""Which case a sign belongs to: one trouble, one case, whoever reports it and wherever."""

from datetime import UTC, datetime

from domain.records.alarm import SafetySign
from graphs.casework.signing import sign_of_danger

REGIONS = {"DE": "EU", "FR": "EU", "US": "NA"}


def danger(**more: object) -> SafetySign:
    given = {
        "feedback_id": "F-1",
        "symptom": "SMOKE_BURN",
        "model_id": "65Q8",
        "country": "DE",
        "severity": 5,
        "received_at": datetime(2026, 11, 20, 23, 30, tzinfo=UTC),
        "serial": None,
        "language": "de",
        "quote": "es raucht",
    }
    return SafetySign.model_validate({**given, **more})


def test_reports_of_one_danger_of_a_model_are_one_case_in_every_market() -> None:
    german = sign_of_danger(danger(), REGIONS)
    american = sign_of_danger(danger(feedback_id="F-2", country="US"), REGIONS)
    assert german.key == american.key
    assert german.name != american.name
    assert (german.regions, american.regions) == (("EU",), ("NA",))


def test_the_company_knew_when_the_report_reached_it() -> None:
    assert sign_of_danger(danger(), REGIONS).aware_at == datetime(2026, 11, 20, 23, 30, tzinfo=UTC)


def test_where_no_market_is_known_everybody_sees_the_case() -> None:
    assert sign_of_danger(danger(country=None), REGIONS).regions == ("*",)
    assert sign_of_danger(danger(country="XX"), REGIONS).regions == ("*",)


def test_another_model_or_symptom_is_another_case() -> None:
    keys = {
        sign_of_danger(one, REGIONS).key
        for one in (danger(), danger(model_id="55Q8"), danger(symptom="GAS"), danger(model_id=None))
    }
    assert len(keys) == 4
