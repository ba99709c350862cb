from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.errors import NoData, NotPermitted, UnknownName
from domain.intervals import poisson_interval
from domain.rates import Incidence, rate_ratio
from domain.records.evidence import Evidence
from services.hub.hub import Hub
from tests.conftest import Rows, fill
from tools.needs.rank_issues import rank_issues
from tools.runner import run_tool
from tools.tool import ToolContext

Ask = Callable[..., ToolContext]
MONTH = 30.4375
LAST = date(2026, 6, 30)
"""The newest day of the world; a window of 30 days is June, the one before it most of May."""


def unit(serial: str, model: str, country: str, sold: date = date(2026, 1, 1)) -> dict[str, Any]:
    return {"serial": serial, "model_id": model, "country": country, "sold_on": sold}


def claim(number: int, code: str, day: date, **more: Any) -> dict[str, Any]:
    return {
        "claim_id": f"C-{number}",
        "serial": f"TV-{number}",
        "model_id": "TV",
        "country": "DE",
        "symptom_code": code,
        "reported_at": datetime(day.year, day.month, day.day, tzinfo=UTC),
    } | more


def piece(number: int, text: str, day: date, **more: Any) -> dict[str, Any]:
    return {
        "feedback_id": f"F-{number}",
        "received_at": datetime(day.year, day.month, day.day, tzinfo=UTC),
        "country": "DE",
        "language": "en",
        "model_id": "TV",
        "author_key": f"A{number}",
        "text": text,
    } | more


def world() -> Rows:
    june, may = date(2026, 6, 10), date(2026, 5, 10)
    return {
        "markets": [{"country": "DE", "region": "EU"}, {"country": "CN", "region": "APAC"}],
        "models": [
            {"model_id": "TV", "family": "TV"},
            {"model_id": "TV2", "family": "TV"},
            {"model_id": "WM", "family": "WM"},
        ],
        "codes": [
            {"code": code, "kind": "symptom", "safety_critical": critical}
            for code, critical in [("NOISE", False), ("FLICKER", False), ("X-7", True)]
        ]
        + [{"code": "SMOKE_BURN", "kind": "symptom", "safety_critical": True}],
        "units": [unit(f"TV-{i}", "TV", "DE") for i in range(10)]
        + [unit(f"TV2-{i}", "TV2", "DE") for i in range(20)]
        + [unit(f"WM-{i}", "WM", "CN") for i in range(10)],
        "claims": [claim(i, "FLICKER", june) for i in range(6)]
        + [claim(6, "FLICKER", may), claim(7, "NOISE", june)]
        + [claim(8, "FLICKER", june + timedelta(days=3), serial="TV-0")]
        + [claim(9, "FLICKER", june, serial="TV2-1", model_id="TV2")]
        + [claim(10, "FLICKER", june, serial="WM-1", model_id="WM", country="CN")],
        "feedback": [
            piece(1, "smoke came out of it", june),
            piece(2, "smoke came out again", june, author_key="A1"),
            piece(3, "no smoke, but it flickers", june),
            piece(4, "è uscito fumo", date(2026, 6, 30), language="it"),
        ],
    }


WORLD = world()


def rank(context: ToolContext, **question: Any) -> Evidence:
    return run_tool(rank_issues, {"days": 30} | question, context)


def issues(evidence: Evidence) -> dict[str, dict[str, Any]]:
    return {one["symptom_code"]: one for one in evidence.result["issues"]}


def rate(issue: dict[str, Any], source: str = "claims") -> dict[str, Any]:
    return next(one for one in issue["rates"] if one["source"] == source)


def test_a_rate_is_events_over_unit_months_with_raw_counts_beside(ask_stocked: Ask) -> None:
    found = rate(issues(rank(ask_stocked(), models=["TV"]))["FLICKER"])
    assert (found["events"], found["raw"]) == (6, 7)
    months = 10 * 30 / MONTH
    assert found["unit_months"] == pytest.approx(months, rel=1e-5)
    exact = poisson_interval(6, months / 1000)
    shown = found["per_1000_unit_months"]
    assert shown["estimate"] == pytest.approx(exact.estimate, rel=1e-5)
    assert (shown["low"], shown["high"]) == pytest.approx((exact.low, exact.high), rel=1e-5)


def test_the_period_before_is_the_reference_unless_asked_otherwise(ask_stocked: Ask) -> None:
    found = rate(issues(rank(ask_stocked(), models=["TV"]))["FLICKER"])
    months = 10 * 30 / MONTH
    exact = rate_ratio(Incidence(6, months), Incidence(1, months))
    assert (found["reference_events"], found["ratio"]["estimate"]) == (1, 6)
    assert found["p_value"] == pytest.approx(exact.p_value, rel=1e-5)
    assert found["q_value"] >= found["p_value"]


def test_a_model_is_compared_with_the_other_models_of_its_family(ask_stocked: Ask) -> None:
    found = rank(ask_stocked(), by="model", compare="rest", models=["TV"], feedback=False)
    flicker = rate(issues(found)["FLICKER"])
    assert issues(found)["FLICKER"]["model_id"] == "TV"
    assert (flicker["events"], flicker["reference_events"]) == (6, 1)
    assert flicker["ratio"]["estimate"] == pytest.approx(12)


def test_without_a_reference_there_is_a_rate_and_no_ratio(ask_stocked: Ask) -> None:
    found = rank(ask_stocked(), by="model", compare="rest", models=["WM"])
    flicker = rate(issues(found)["FLICKER"])
    assert flicker["ratio"] is None
    assert flicker["q_value"] is None
    assert flicker["per_1000_unit_months"]["estimate"] > 0


def test_the_rest_are_the_units_that_the_filters_leave_out(ask_stocked: Ask) -> None:
    found = rate(issues(rank(ask_stocked(), compare="rest", countries=["de"]))["FLICKER"])
    assert (found["events"], found["reference_events"]) == (7, 1)
    assert found["reference_unit_months"] == pytest.approx(10 * 30 / MONTH, rel=1e-5)


def test_danger_stands_first_however_rare(ask_stocked: Ask) -> None:
    found = rank(ask_stocked(), models=["TV"])
    first = found.result["issues"][0]
    assert (first["rank"], first["symptom_code"], first["severity"]) == (1, "SMOKE_BURN", 5)
    places = [one["rank"] for one in found.result["issues"]]
    assert places == sorted(places)


def test_rate_times_weight_orders_the_others(ask_stocked: Ask) -> None:
    found = rank(ask_stocked(), models=["TV"])
    codes = [one["symptom_code"] for one in found.result["issues"]]
    assert codes == ["SMOKE_BURN", "FLICKER", "NOISE"]
    flicker = issues(found)["FLICKER"]
    assert flicker["score"] == pytest.approx(
        3 * rate(flicker)["per_1000_unit_months"]["estimate"], rel=1e-5
    )


def test_one_author_is_one_voice_and_denied_words_are_no_event(ask_stocked: Ask) -> None:
    found = rank(ask_stocked(), models=["TV"])
    smoke = rate(issues(found)["SMOKE_BURN"], "feedback")
    assert (smoke["events"], smoke["raw"]) == (1, 2)
    assert {one.rule: one.rows for one in found.excluded} == {
        "claims repeated within 30 days": 1,
        "feedback of a voice already counted": 1,
        "feedback in languages without word lists": 1,
    }


def test_claims_alone_are_ranked_when_feedback_is_not_wanted(ask_stocked: Ask) -> None:
    found = rank(ask_stocked(), feedback=False)
    assert "SMOKE_BURN" not in issues(found)


def test_months_past_warranty_are_no_exposure_of_claims(hub: Hub, ask: Ask) -> None:
    warranty = {"model_id": "TV", "country": "DE", "months": 5}
    fill(hub, world() | {"warranties": [warranty]})
    found = rank(ask(), models=["TV"], days=60)
    claims = rate(issues(found)["FLICKER"])
    feedback = rate(issues(found)["FLICKER"], "feedback")
    assert claims["unit_months"] == pytest.approx(10 * 30 / MONTH, rel=1e-5)
    assert feedback["unit_months"] == pytest.approx(10 * 60 / MONTH, rel=1e-5)


def test_a_code_that_the_policy_does_not_know_is_four_if_the_hub_calls_it_critical(
    hub: Hub, ask: Ask
) -> None:
    june = date(2026, 6, 10)
    more = [claim(20, "X-7", june, serial="TV-3"), claim(21, "ODD", june, serial="TV-4")]
    fill(hub, world() | {"claims": [*world()["claims"], *more]})
    found = rank(ask(), models=["TV"])
    assert issues(found)["X-7"]["severity"] == 4
    assert (issues(found)["ODD"]["severity"], issues(found)["ODD"]["severity_known"]) == (2, False)
    assert "severity_unknown" in [note.code for note in found.warnings]


def test_a_regional_asker_and_an_earlier_day_see_less(ask_stocked: Ask) -> None:
    found = rank(ask_stocked(regions=("APAC",)))
    assert found.result["units_in_service"] == 10
    assert list(issues(found)) == ["FLICKER"]
    early = rank(ask_stocked(as_of=date(2026, 5, 20)))
    assert rate(issues(early)["FLICKER"])["events"] == 1


def test_the_summary_names_the_gravest_with_figures(ask_stocked: Ask) -> None:
    found = rank(ask_stocked())
    assert "SMOKE_BURN (S5)" in found.summary
    assert len(found.summary) <= 400


def test_nothing_in_service_or_reported_is_no_data(hub: Hub, ask: Ask) -> None:
    with pytest.raises(NoData, match="in service"):
        rank(ask())
    fill(hub, {"units": [unit("TV-1", "TV", "DE")], "models": [{"model_id": "TV"}]})
    with pytest.raises(NoData, match="nothing was reported"):
        rank(ask(as_of=LAST))


def test_few_units_in_named_countries_and_unknown_names_are_refused(hub: Hub, ask: Ask) -> None:
    rows = world()
    fill(hub, rows | {"units": rows["units"][:3]})
    with pytest.raises(NotPermitted):
        rank(ask(classes=("public", "internal")), countries=["DE"])
    with pytest.raises(UnknownName):
        rank(ask(), models=["65Q9"])
