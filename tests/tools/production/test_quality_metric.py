from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain.errors import InvalidArgument, NoData, UnknownName
from domain.intervals import binomial_interval, poisson_interval
from domain.records.evidence import Evidence
from services.hub.hub import Hub
from services.hub.queries import queries
from tests.conftest import Rows, fill
from tools.production.metrics import METRICS, NAME_KINDS
from tools.production.quality_metric import quality_metric
from tools.runner import run_tool
from tools.tool import ToolContext

Ask = Callable[..., ToolContext]
NO_PERSONAL = ("public", "internal", "confidential")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def unit(serial: str, sold: str | None, country: str = "DE", **more: Any) -> dict[str, Any]:
    return {
        "serial": serial,
        "model_id": "65Q8",
        "site_id": "QDA",
        "line_id": "L1",
        "shift": "A",
        "built_at": moment("2026-01-01"),
        "country": country,
        "sold_on": date.fromisoformat(sold) if sold else None,
    } | more


def claim(number: int, serial: str | None, day: str, **more: Any) -> dict[str, Any]:
    return {
        "claim_id": f"C-{number}",
        "serial": serial,
        "country": "DE",
        "reported_at": moment(day),
        "symptom_code": "NOISE",
    } | more


def world() -> Rows:
    return {
        "markets": [{"country": "DE", "region": "EU"}, {"country": "US", "region": "NA"}],
        "sites": [{"site_id": "QDA", "region": "APAC", "country": "CN"}],
        "models": [{"model_id": "65Q8", "family": "TV"}, {"model_id": "RF", "family": "RF"}],
        "suppliers": [{"supplier_id": "S-1"}, {"supplier_id": "S-2"}],
        "units": [
            *(unit(f"D{i}", "2026-02-01") for i in range(8)),
            unit("D8", None),
            *(unit(f"U{i}", "2026-03-01", "US", model_id="RF", line_id="L2") for i in range(4)),
        ],
        "claims": [
            claim(1, "D0", "2026-02-10"),
            claim(2, "D0", "2026-03-10"),
            claim(3, "D1", "2026-03-20", symptom_code="SMOKE", no_fault_found=True),
            claim(4, "U0", "2026-03-21", country="US", no_fault_found=False),
            claim(5, "D8", "2026-03-22"),
            claim(6, "NOBODY", "2026-03-23"),
            claim(7, "D2", "2026-01-20"),
        ],
    }


WORLD = world()


def ask_metric(context: ToolContext, metric: str, **question: Any) -> Evidence:
    return run_tool(quality_metric, {"metric": metric, **question}, context)


def rows(evidence: Evidence, *names: str) -> dict[tuple[Any, ...], tuple[int, float | None]]:
    return {
        tuple(row["group"][name] for name in names): (row["numerator"], row["denominator"])
        for row in evidence.result["rows"]
    }


def excluded(evidence: Evidence) -> dict[str, int]:
    return {item.rule: item.rows for item in evidence.excluded}


def test_claim_rate_counts_claims_on_units_in_service_and_the_units_they_hit(
    ask_stocked: Ask,
) -> None:
    found = ask_metric(ask_stocked(), "claims_per_1000_units")
    total = found.result["total"]
    assert (total["numerator"], total["denominator"]) == (4, 12)
    assert total["beside"] == {"units with at least one claim": 3}
    exact = poisson_interval(4, 12 / 1000)
    assert total["value"] == pytest.approx(1000 * 4 / 12, rel=1e-5)
    assert total["interval"]["low"] == pytest.approx(exact.low, rel=1e-5)
    assert total["interval"]["high"] == pytest.approx(exact.high, rel=1e-5)


def test_claims_that_cannot_be_counted_are_left_out_by_rule(hub: Hub, ask: Ask) -> None:
    reject = {"load_id": "L-TEST", "file": "c.csv", "line": 3, "table": "claims", "rule": "code"}
    fill(hub, world() | {"quarantine": [reject]})
    found = ask_metric(ask(), "claims_per_1000_units")
    assert excluded(found) == {
        "claims without known unit": 1,
        "claims of units without sale date": 1,
        "claims before sale": 1,
        "units unsold or without sale date": 1,
        "quarantined claims: code": 1,
    }
    assert "many_left_out" in [note.code for note in found.warnings]


def test_a_group_without_a_claim_has_a_rate_of_zero_with_an_upper_bound(ask_stocked: Ask) -> None:
    question = {"by": ["model_id"], "where": {"symptom_code": ["SMOKE"]}}
    found = ask_metric(ask_stocked(), "claims_per_1000_units", **question)
    assert rows(found, "model_id") == {("65Q8",): (1, 8), ("RF",): (0, 4)}
    last = found.result["rows"][-1]
    assert last["value"] == 0
    assert last["interval"]["high"] == pytest.approx(poisson_interval(0, 0.004).high, rel=1e-5)
    assert "do not rank" in last["caution"]


def test_symptoms_split_the_claims_and_leave_the_denominator_whole(ask_stocked: Ask) -> None:
    found = ask_metric(ask_stocked(), "claims_per_1000_units", by=["symptom_code", "country"])
    assert rows(found, "symptom_code", "country") == {
        ("NOISE", "DE"): (2, 8),
        ("SMOKE", "DE"): (1, 8),
        ("NOISE", "US"): (1, 4),
    }


def test_groups_stand_with_the_highest_value_first(ask_stocked: Ask) -> None:
    found = ask_metric(ask_stocked(), "claims_per_1000_units", by=["family"])
    assert [row["group"]["family"] for row in found.result["rows"]] == ["TV", "RF"]
    assert found.result["rows"][0]["value"] > found.result["rows"][1]["value"]


def test_groups_with_too_few_trials_stand_behind_those_that_can_be_ranked(
    hub: Hub, ask: Ask
) -> None:
    lots = [("S-1", 1000, 1), ("S-2", 20, 1)]
    received = [
        {"delivery_id": s, "supplier_id": s, "quantity": n, "rejected_quantity": bad}
        | {"delivered_on": date(2026, 3, 1)}
        for s, n, bad in lots
    ]
    fill(hub, {"deliveries": received, "suppliers": WORLD["suppliers"]})
    found = ask_metric(ask(), "supplier_ppm", by=["supplier_id"])
    assert [row["value"] for row in found.result["rows"]] == [1000, 50_000]
    assert "do not rank" in found.result["rows"][1]["caution"]
    assert "highest S-1" in found.summary


def test_months_stand_in_order_and_count_units_sold_by_their_end(ask_stocked: Ask) -> None:
    found = ask_metric(ask_stocked(), "claims_per_1000_units", by=["month"])
    assert [row["group"]["month"] for row in found.result["rows"]] == ["2026-02", "2026-03"]
    assert rows(found, "month") == {("2026-02",): (1, 8), ("2026-03",): (3, 12)}
    assert found.chart is not None


def test_unit_months_count_days_in_service_within_the_window(ask_stocked: Ask) -> None:
    period = {"first": "2026-02-01", "last": "2026-03-23"}
    found = ask_metric(ask_stocked(as_of=date(2026, 4, 30)), "claims_per_unit_month", period=period)
    days = 8 * 51 + 4 * 23
    assert found.result["total"]["denominator"] == pytest.approx(days / 30.4375, rel=1e-5)
    assert found.result["total"]["numerator"] == 4
    monthly = ask_metric(
        ask_stocked(as_of=date(2026, 4, 30)), "claims_per_unit_month", period=period, by=["month"]
    )
    parts = [row["denominator"] for row in monthly.result["rows"]]
    assert sum(parts) == pytest.approx(days / 30.4375, rel=1e-4)


def test_a_recall_of_the_past_hides_what_came_later(ask_stocked: Ask) -> None:
    found = ask_metric(ask_stocked(as_of=date(2026, 3, 10)), "claims_per_1000_units")
    assert found.result["total"]["numerator"] == 2
    assert found.result["total"]["denominator"] == 12
    assert found.result["last"] == "2026-03-10"


@pytest.mark.parametrize(
    "metric",
    [
        "claims_per_1000_units",
        "claims_per_unit_month",
        "claimed_unit_share",
        "no_fault_found_share",
    ],
)
def test_a_rate_of_claims_does_not_reach_beyond_the_claims_on_record(
    ask_stocked: Ask, metric: str
) -> None:
    found = ask_metric(ask_stocked(as_of=date(2026, 11, 22)), metric)
    assert found.result["last"] == "2026-03-23"
    on_the_day = ask_metric(ask_stocked(as_of=date(2026, 3, 23)), metric)
    assert found.result["total"] == on_the_day.result["total"]
    (note,) = [note for note in found.warnings if note.code == "claims_end_early"]
    assert note.text == "claims are recorded to 2026-03-23 only: counted to that day"
    assert "claims_end_early" not in [note.code for note in on_the_day.warnings]


def test_months_after_the_claims_on_record_are_absent_rather_than_zero(ask_stocked: Ask) -> None:
    late = ask_stocked(as_of=date(2026, 11, 22))
    found = ask_metric(late, "claims_per_unit_month", by=["month"])
    assert [row["group"]["month"] for row in found.result["rows"]] == ["2026-02", "2026-03"]
    with pytest.raises(NoData, match="ends on 2026-03-23, before the window begins"):
        ask_metric(late, "claims_per_unit_month", period={"first": "2026-05-01"})


def test_a_window_that_ends_before_the_record_does_is_not_cut(ask_stocked: Ask) -> None:
    period = {"last": "2026-03-15"}
    late = ask_stocked(as_of=date(2026, 11, 22))
    found = ask_metric(late, "claims_per_1000_units", period=period)
    assert found.result["last"] == "2026-03-15"
    assert "claims_end_early" not in [note.code for note in found.warnings]


def test_counts_of_units_reach_to_the_as_of_date(ask_stocked: Ask) -> None:
    assert ask_metric(ask_stocked(as_of=date(2026, 11, 22)), "units_sold").result["last"] == (
        "2026-11-22"
    )


def test_a_window_beyond_the_as_of_date_is_cut_and_says_so(ask_stocked: Ask) -> None:
    found = ask_metric(ask_stocked(), "claims_per_1000_units", period={"last": "2027-01-01"})
    assert found.result["last"] == "2026-03-23"
    assert "window_cut" in [note.code for note in found.warnings]


def test_a_regional_asker_gets_the_rate_of_their_markets_only(ask_stocked: Ask) -> None:
    found = ask_metric(ask_stocked(regions=("NA",)), "claims_per_1000_units")
    assert (found.result["total"]["numerator"], found.result["total"]["denominator"]) == (1, 4)


def test_units_sold_elsewhere_do_not_thin_the_rate_of_the_building_region(
    hub: Hub, ask: Ask
) -> None:
    rows_of_site = world()
    rows_of_site["markets"].append({"country": "CN", "region": "APAC"})
    rows_of_site["units"].append(unit("C0", "2026-02-01", "CN"))
    rows_of_site["claims"].append(claim(9, "C0", "2026-03-01", country="CN"))
    fill(hub, rows_of_site)
    found = ask_metric(ask(regions=("APAC",)), "claims_per_1000_units")
    assert (found.result["total"]["numerator"], found.result["total"]["denominator"]) == (1, 1)


def test_small_counts_by_country_are_hidden_from_those_without_personal_data(
    ask_stocked: Ask,
) -> None:
    found = ask_metric(ask_stocked(classes=NO_PERSONAL), "claims_per_1000_units", by=["country"])
    assert {row["numerator"] for row in found.result["rows"]} == {None}
    assert found.result["total"]["numerator"] is None
    assert "small_cells" in [note.code for note in found.warnings]
    assert "hidden" in found.summary


def test_small_counts_by_line_stay_visible(ask_stocked: Ask) -> None:
    found = ask_metric(ask_stocked(classes=NO_PERSONAL), "claims_per_1000_units", by=["line_id"])
    assert rows(found, "line_id") == {("L1",): (3, 8), ("L2",): (1, 4)}


def test_no_fault_found_is_a_share_of_the_examined_claims(ask_stocked: Ask) -> None:
    found = ask_metric(ask_stocked(), "no_fault_found_share")
    total = found.result["total"]
    assert (total["numerator"], total["denominator"]) == (1, 2)
    assert total["interval"]["low"] == pytest.approx(binomial_interval(1, 2).low, rel=1e-5)
    assert excluded(found)["claims not examined"] == 5


def test_the_share_of_claimed_units_counts_a_unit_once(ask_stocked: Ask) -> None:
    found = ask_metric(ask_stocked(), "claimed_unit_share")
    assert (found.result["total"]["numerator"], found.result["total"]["denominator"]) == (5, 13)


def inspection(number: int, serial: str, hour: int, result: str | None, **more: Any) -> Any:
    at = datetime(2026, 1, 1, hour, tzinfo=UTC)
    row = {"inspection_id": f"I-{number}", "serial": serial, "inspected_at": at, "result": result}
    return row | {"station_id": "EOL"} | more


INSPECTIONS = [
    inspection(1, "D0", 8, "pass"),
    inspection(2, "D1", 8, "FAIL", defect_code="D-LEAK"),
    inspection(3, "D1", 9, "pass"),
    inspection(4, "D2", 8, "review"),
    inspection(5, "D2", 9, "pass"),
    inspection(6, "D0", 9, "OK", station_id="FCT"),
]


def test_first_pass_yield_ignores_repeats_and_counts_open_verdicts_apart(
    hub: Hub, ask: Ask
) -> None:
    fill(hub, world() | {"inspections": INSPECTIONS})
    found = ask_metric(ask(), "first_pass_yield", by=["station_id"])
    assert rows(found, "station_id") == {("EOL",): (1, 2), ("FCT",): (1, 1)}
    assert excluded(found) == {"inspections without verdict": 1}


def test_fail_rate_by_defect_is_over_all_inspections(hub: Hub, ask: Ask) -> None:
    fill(hub, world() | {"inspections": INSPECTIONS})
    found = ask_metric(ask(), "inspection_fail_rate", by=["defect_code"])
    assert rows(found, "defect_code") == {("D-LEAK",): (1, 5)}


DELIVERIES = [
    {"delivery_id": "1", "supplier_id": "S-1", "quantity": 1000, "rejected_quantity": 3},
    {"delivery_id": "2", "supplier_id": "S-1", "quantity": 500, "rejected_quantity": None},
    {"delivery_id": "3", "supplier_id": "S-2", "quantity": 2000, "rejected_quantity": 0},
    {"delivery_id": "4", "supplier_id": "S-2", "quantity": 10, "rejected_quantity": 11},
]
PROMISED = ("2026-01-10", None, "2026-01-05", "2026-01-09")
DELIVERED = ("2026-01-10", "2026-01-11", "2026-01-08", "2026-01-09")


def deliveries() -> list[dict[str, Any]]:
    days = zip(DELIVERIES, PROMISED, DELIVERED, strict=True)
    return [
        row | {"promised_on": due and date.fromisoformat(due), "delivered_on": moment(made).date()}
        for row, due, made in days
    ]


def test_supplier_ppm_is_rejected_over_received_pieces(hub: Hub, ask: Ask) -> None:
    fill(hub, world() | {"deliveries": deliveries()})
    found = ask_metric(ask(), "supplier_ppm", by=["supplier_id"])
    assert rows(found, "supplier_id") == {("S-1",): (3, 1000), ("S-2",): (0, 2000)}
    first = found.result["rows"][0]
    assert first["value"] == 3000
    exact = binomial_interval(3, 1000)
    assert first["interval"]["high"] == pytest.approx(1e6 * (exact.high or 0), rel=1e-5)
    assert excluded(found)["deliveries with more rejected than received"] == 1
    assert excluded(found)["deliveries without quantities"] == 1


def test_a_delivery_without_a_promised_day_is_neither_late_nor_in_time(hub: Hub, ask: Ask) -> None:
    fill(hub, world() | {"deliveries": deliveries()})
    found = ask_metric(ask(), "on_time_delivery")
    assert (found.result["total"]["numerator"], found.result["total"]["denominator"]) == (2, 3)
    assert excluded(found)["deliveries without promised day"] == 1


def test_an_unknown_supplier_is_no_zero_ppm(hub: Hub, ask: Ask) -> None:
    fill(hub, world() | {"deliveries": deliveries()})
    with pytest.raises(UnknownName):
        ask_metric(ask(), "supplier_ppm", where={"supplier_id": ["S-9"]})


def test_a_supplier_bound_asker_sees_their_own_deliveries(hub: Hub, ask: Ask) -> None:
    fill(hub, world() | {"deliveries": deliveries()})
    found = ask_metric(ask(suppliers=("S-1",)), "supplier_ppm", by=["supplier_id"])
    assert rows(found, "supplier_id") == {("S-1",): (3, 1000)}


def test_feedback_rate_counts_pieces_and_authors(hub: Hub, ask: Ask) -> None:
    pieces = [
        {
            "feedback_id": f"F-{i}",
            "received_at": moment("2026-03-02"),
            "country": "DE",
            "language": "de" if i else "en",
            "model_id": "65Q8",
            "author_key": "same",
        }
        for i in range(3)
    ]
    fill(hub, world() | {"feedback": pieces})
    found = ask_metric(ask(), "feedback_rate", by=["language"], where={"model_id": ["65q8"]})
    assert rows(found, "language") == {("de",): (2, 8), ("en",): (1, 8)}
    assert found.result["total"]["beside"] == {"different authors": 1}
    late = ask_metric(ask(as_of=date(2026, 11, 22)), "feedback_rate")
    assert late.result["last"] == "2026-03-02"
    assert "feedback_ends_early" in [note.code for note in late.warnings]


def test_units_built_and_sold_are_plain_counts(ask_stocked: Ask) -> None:
    built = ask_metric(ask_stocked(), "units_built", by=["line_id"])
    assert rows(built, "line_id") == {("L1",): (9, None), ("L2",): (4, None)}
    sold = ask_metric(ask_stocked(), "units_sold", by=["quarter"])
    assert rows(sold, "quarter") == {("2026-Q1",): (12, None)}
    assert excluded(sold) == {"units unsold or without sale date": 1}
    assert sold.result["total"]["interval"] is None


def test_no_claims_on_record_is_no_data_and_not_a_rate_of_zero(hub: Hub, ask: Ask) -> None:
    fill(hub, world() | {"claims": []})
    with pytest.raises(NoData, match="not a rate of zero"):
        ask_metric(ask(), "claims_per_1000_units")


def test_units_that_were_never_sold_give_no_rate(hub: Hub, ask: Ask) -> None:
    fill(hub, world() | {"units": [unit("D0", None)]})
    with pytest.raises(NoData, match="no units in service") as caught:
        ask_metric(ask(), "claims_per_1000_units")
    assert "1 units unsold or without sale date" in caught.value.holds


def test_every_metric_of_an_empty_hub_is_no_data(hub: Hub, ask: Ask) -> None:
    for metric in METRICS:
        with pytest.raises(NoData):
            ask_metric(ask(), metric.id)


@pytest.mark.parametrize(
    "question",
    [
        {"by": ["supplier_id"]},
        {"where": {"station_id": ["EOL"]}},
        {"by": ["month", "week"]},
        {"by": ["country", "country"]},
        {"period": {"first": "2030-01-01"}},
        {"period": {"first": "2026-03-01", "last": "2026-02-01"}},
    ],
)
def test_a_question_that_makes_no_sense_is_refused_with_what_does(
    ask_stocked: Ask, question: dict[str, Any]
) -> None:
    with pytest.raises(InvalidArgument) as caught:
        ask_metric(ask_stocked(), "claims_per_1000_units", **question)
    assert caught.value.next_step


def test_an_unknown_metric_is_refused_with_the_near_ones(hub: Hub, ask: Ask) -> None:
    with pytest.raises(UnknownName) as caught:
        ask_metric(ask(), "claims_rate")
    assert "claims_per_1000_units" in caught.value.near


def test_the_summary_holds_value_interval_and_counts_in_400_characters(ask_stocked: Ask) -> None:
    found = ask_metric(ask_stocked(), "claims_per_1000_units", by=["model_id"])
    assert "333.3 [90.82, 853.5] (4/12) claims per 1,000 units" in found.summary
    assert "claims_per_1000_units/1 2026-02-01 to 2026-03-23" in found.summary
    assert len(found.summary) <= 400


def test_a_long_row_of_months_keeps_the_latest(ask_stocked: Ask) -> None:
    found = ask_metric(ask_stocked(), "claims_per_1000_units", by=["month"], most=1)
    assert [row["group"]["month"] for row in found.result["rows"]] == ["2026-03"]
    assert "latest 2026-03" in found.summary


def test_a_long_list_is_cut_and_says_so(ask_stocked: Ask) -> None:
    found = ask_metric(ask_stocked(), "claims_per_1000_units", by=["country"], most=1)
    assert found.result["groups"] == 2
    assert len(found.result["rows"]) == 1
    assert "groups_cut" in [note.code for note in found.warnings]


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.id)
def test_every_dimension_of_a_metric_can_be_grouped_and_narrowed_by(metric: Any) -> None:
    events = queries()[metric.events.query]
    assert {*metric.splits, "period"} <= set(events.by)
    assert set(metric.splits) <= events.parameters & NAME_KINDS.keys()
    if metric.over is not None:
        over = queries()[metric.over.query]
        assert {*metric.dimensions, "period"} <= set(over.by)
        assert set(metric.dimensions) <= over.parameters
