from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.errors import InvalidArgument, NoData, UnknownName
from services.policy.suppliers import supplier_policy
from tests.conftest import Rows, fill
from tools.runner import run_tool
from tools.suppliers.supplier_cards import SupplierCard
from tools.suppliers.supplier_scorecard import SupplierScorecard, supplier_scorecard
from tools.tool import ToolContext

Ask = Callable[..., ToolContext]
END = date(2026, 11, 15)
PERIOD = supplier_policy().rules.period.days


def delivery(supplier: str, part: str, days_ago: int, pieces: tuple[int, int], **more: Any) -> Any:
    """A delivery of (rejected, received) pieces, on time unless `late` days are given."""
    day = END - timedelta(days=days_ago)
    late = more.pop("late", 0)
    rejected, received = pieces
    return {
        "delivery_id": f"{supplier}-{part}-{days_ago}-{rejected}",
        "supplier_id": supplier,
        "part_id": part,
        "promised_on": day - timedelta(days=late),
        "delivered_on": day,
        "quantity": received,
        "rejected_quantity": rejected,
        **more,
    }


def steady(supplier: str) -> list[Any]:
    """A delivery every other day for 15 months: 1 of 1,000 rejected, one in 22 late."""
    return [
        delivery(supplier, "P-1", days, (days % 3, 1000), late=int(days % 44 == 0))
        for days in range(0, 455, 2)
    ]


def worse(supplier: str) -> list[Any]:
    """The same, and for 80 days ten times the rejects with every third delivery late."""
    return [
        delivery(supplier, "P-1", days, (12, 1000), late=2 * (days % 6 == 0))
        if days < 80
        else delivery(supplier, "P-1", days, (days % 3, 1000), late=int(days % 44 == 0))
        for days in range(0, 455, 2)
    ]


def built(serial: str, lot: str, part: str) -> dict[str, Any]:
    return {"serial": serial, "part_id": part, "lot_id": lot}


WORLD: Rows = {
    "suppliers": [
        {"supplier_id": "S-A", "name": "Alpha"},
        {"supplier_id": "S-B", "name": "Beta"},
        {"supplier_id": "S-FEW", "name": "Few Parts"},
        {"supplier_id": "S-OK", "name": "Steady Works"},
        {"supplier_id": "S-BAD", "name": "Slipping Works"},
        {"supplier_id": "S-DEP", "name": "Lyon Depot"},
        {"supplier_id": "S-NONE", "name": "Never Delivered"},
    ],
    "parts": [{"part_id": "P-1"}, {"part_id": "P-HARD"}, {"part_id": "P-EASY"}],
    "deliveries": [
        delivery("S-A", "P-HARD", 10, (90, 900)),
        delivery("S-A", "P-EASY", 11, (1, 100)),
        delivery("S-B", "P-HARD", 10, (12, 100)),
        delivery("S-B", "P-EASY", 11, (18, 900)),
        delivery("S-FEW", "P-1", 5, (1, 200)),
        delivery("S-FEW", "P-1", 7, (9, 5)),
        delivery("S-FEW", "P-1", 8, (0, 0), promised_on=None, quantity=None),
        delivery("S-DEP", "P-1", 3, (0, 500), late=9),
        *steady("S-OK"),
        *worse("S-BAD"),
    ],
    "codes": [{"code": "SMOKE", "kind": "symptom", "safety_critical": True}],
    "part_lots": [
        {
            "lot_id": f"L-{supplier}",
            "part_id": "P-1",
            "supplier_id": supplier,
            "received_at": datetime(2026, 9, 1, tzinfo=UTC),
        }
        for supplier in ("S-OK", "S-BAD")
    ],
    "unit_parts": [built(f"U-{n}", "L-S-OK" if n < 10 else "L-S-BAD", "P-1") for n in range(20)],
    "claims": [
        {
            "claim_id": f"C-{n}",
            "serial": f"U-{n}",
            "part_id": part,
            "symptom_code": "SMOKE" if n == 12 else None,
            "reported_at": datetime(2026, 11, 1, tzinfo=UTC),
            "no_fault_found": n == 13,
        }
        for n, part in ((1, "P-HARD"), (11, "P-1"), (12, "P-1"), (13, "P-1"))
    ],
}


@pytest.fixture
def card(ask_stocked: Ask) -> Callable[..., SupplierCard]:
    def of(supplier: str, **question: Any) -> SupplierCard:
        return scorecard(ask_stocked(), suppliers=[supplier], **question).suppliers[0]

    return of


def scorecard(context: ToolContext, **question: Any) -> SupplierScorecard:
    question.setdefault("last_on", END)
    evidence = run_tool(supplier_scorecard, question, context)
    return SupplierScorecard.model_validate(evidence.result)


def signs(one: SupplierCard) -> dict[str, str]:
    assert one.outlook is not None
    return {sign.sign: sign.status for sign in one.outlook.signs}


def test_one_bad_piece_of_200_is_shown_with_its_interval_and_not_rated(
    card: Callable[..., SupplierCard],
) -> None:
    few = card("S-FEW")
    assert few.measures.ppm is not None
    interval = few.measures.ppm.interval
    assert interval.estimate == 5000
    assert (round(interval.low), round(interval.high or 0)) == (127, 27_542)
    assert (few.rating.status, few.rating.band, few.score) == ("too_few", None, None)
    assert few.rating.indication is not None
    assert few.rating.indication.best_band == "A"


def test_rows_that_contradict_themselves_or_lack_a_promise_are_counted_out(
    ask_stocked: Ask,
) -> None:
    question = {"suppliers": ["S-FEW"], "last_on": END}
    evidence = run_tool(supplier_scorecard, question, ask_stocked())
    told = {one.rule: one.rows for one in evidence.excluded}
    assert told == {
        "deliveries with more rejected than delivered": 1,
        "deliveries without promised day": 1,
    }


def test_the_crude_comparison_is_turned_round_within_the_parts(ask_stocked: Ask) -> None:
    found = scorecard(ask_stocked(), suppliers=["Alpha", "S-B"]).comparisons[0]
    assert found.ratio is not None
    assert found.ratio.crude.estimate == pytest.approx(3.24, abs=0.005)
    assert found.ratio.ratio.estimate == pytest.approx(0.77, abs=0.005)
    assert found.reversed_by_parts
    assert found.verdict == "not_shown"
    assert [one.part for one in found.parts] == ["P-EASY", "P-HARD"]


def test_suppliers_without_a_part_in_common_are_not_compared(ask_stocked: Ask) -> None:
    found = scorecard(ask_stocked(), suppliers=["S-A", "S-OK"]).comparisons[0]
    assert (found.verdict, found.ratio, found.own_parts_only) == ("not_comparable", None, 3)


def test_a_supplier_that_gets_worse_is_told_by_both_signs(
    card: Callable[..., SupplierCard],
) -> None:
    bad = card("S-BAD")
    assert bad.outlook is not None
    assert bad.outlook.verdict == "deteriorating"
    assert signs(bad)["rejects"] == signs(bad)["lateness"] == "worse"
    assert signs(bad)["incoming_measurements"] == "not_recorded"


def test_a_supplier_that_does_not_change_is_called_stable(
    card: Callable[..., SupplierCard],
) -> None:
    good = card("S-OK")
    assert good.outlook is not None
    assert good.outlook.verdict == "stable"
    assert signs(good)["rejects"] == "shown_absent"


def test_two_deliveries_leave_it_undetermined(card: Callable[..., SupplierCard]) -> None:
    few = card("S-FEW")
    assert few.outlook is not None
    assert few.outlook.verdict == "undetermined"
    assert signs(few)["rejects"] == "too_few"


def test_one_bad_period_does_not_move_the_band(card: Callable[..., SupplierCard]) -> None:
    rating = card("S-BAD").rating
    assert [one.band for one in rating.periods][-2:] == [rating.band, rating.band]
    assert (rating.toward, rating.periods_toward) == ("worse", 1)
    assert rating.score is not None
    assert rating.score.band != rating.band


def test_a_rating_can_be_reckoned_again_from_its_rows(card: Callable[..., SupplierCard]) -> None:
    newest = card("S-OK").rating.periods[-1]
    inside = [
        row for row in steady("S-OK") if END - timedelta(days=PERIOD) < row["delivered_on"] <= END
    ]
    rejected = sum(row["rejected_quantity"] for row in inside)
    assert newest.deliveries == len(inside)
    assert newest.ppm == pytest.approx(rejected * 1e6 / sum(row["quantity"] for row in inside))


def test_a_store_of_ours_is_shown_and_not_rated(ask_stocked: Ask) -> None:
    found = scorecard(ask_stocked())
    store = next(one for one in found.suppliers if one.supplier_id == "S-DEP")
    assert (store.rating.status, store.outlook, store.rank) == ("internal", None, None)
    assert store.measures.on_time is not None
    assert store.measures.on_time.events == 0


def test_only_suppliers_with_enough_deliveries_are_ranked(ask_stocked: Ask) -> None:
    ranks = {one.supplier_id: one.rank for one in scorecard(ask_stocked()).suppliers}
    assert ranks == {"S-OK": 1, "S-BAD": 2, "S-A": None, "S-B": None, "S-FEW": None, "S-DEP": None}


def test_only_claims_that_name_the_suppliers_part_count_and_none_without_fault(
    card: Callable[..., SupplierCard],
) -> None:
    field = card("S-BAD").field
    assert field is not None
    assert (field.claimed.events, field.claimed.total, field.safety) == (2, 10, 1)
    clean = card("S-OK").field
    assert clean is not None
    assert clean.claimed.events == 0


def test_what_is_not_recorded_is_said(card: Callable[..., SupplierCard]) -> None:
    told = card("S-A").not_recorded
    assert {"supplier_detected_share", "genealogy", "corrective_actions"} <= set(told)


def test_a_supplier_that_never_delivered_has_no_data(ask_stocked: Ask) -> None:
    with pytest.raises(NoData, match="S-NONE"):
        scorecard(ask_stocked(), suppliers=["S-NONE"])


def test_an_unknown_supplier_is_refused_with_near_ones(ask_stocked: Ask) -> None:
    with pytest.raises(UnknownName) as raised:
        scorecard(ask_stocked(), suppliers=["Betta"])
    assert "S-B" in raised.value.near


def test_a_window_that_ends_before_it_starts_is_refused(ask_stocked: Ask) -> None:
    with pytest.raises(InvalidArgument, match="before it"):
        scorecard(ask_stocked(), first_on=END, last_on=END - timedelta(days=1))


def test_a_window_beyond_the_data_is_cut_and_said(ask_stocked: Ask) -> None:
    context = ask_stocked()
    question = {"suppliers": ["S-OK"], "last_on": END + timedelta(days=30)}
    evidence = run_tool(supplier_scorecard, question, context)
    assert "window_cut" in {note.code for note in evidence.warnings}
    assert SupplierScorecard.model_validate(evidence.result).last_on == context.snapshot.as_of


def test_a_past_day_knows_nothing_of_later_deliveries(card: Callable[..., SupplierCard]) -> None:
    then = card("S-BAD", last_on=END - timedelta(days=90))
    assert then.outlook is not None
    assert then.outlook.verdict == "stable"


def test_readings_beside_another_suppliers_lots_show_a_shift(ask: Ask, hub: Any) -> None:
    rows: Rows = {
        "suppliers": [{"supplier_id": "S-1"}, {"supplier_id": "S-2"}],
        "parts": [{"part_id": "P-1"}],
        "characteristics": [{"characteristic_id": "CHR", "target": 10.0}],
        "part_lots": [], "unit_parts": [], "measurements": [], "deliveries": [],
    }  # fmt: skip
    for supplier in ("S-1", "S-2"):
        for lot in range(40):
            day = datetime(2025, 9, 1, tzinfo=UTC) + timedelta(days=11 * lot)
            name = f"{supplier}-L{lot}"
            rows["part_lots"].append(
                {"lot_id": name, "part_id": "P-1", "supplier_id": supplier, "received_at": day}
            )
            rows["deliveries"].append(
                {"delivery_id": name, "supplier_id": supplier, "part_id": "P-1",
                 "promised_on": day.date(), "delivered_on": day.date(), "quantity": 50,
                 "rejected_quantity": 0}
            )  # fmt: skip
            for unit in range(4):
                serial = f"{name}-{unit}"
                off = 0.1 * ((lot + unit) % 4) + (1.0 if supplier == "S-1" and lot >= 33 else 0)
                rows["unit_parts"].append(built(serial, name, "P-1"))
                rows["measurements"].append(
                    {"serial": serial, "characteristic_id": "CHR", "station_id": "ST",
                     "value": 10.0 - off, "measured_at": day + timedelta(hours=unit)}
                )  # fmt: skip
    fill(hub, rows)
    found = scorecard(ask(), last_on=date(2026, 11, 10))
    verdicts = {one.supplier_id: one.outlook.verdict for one in found.suppliers if one.outlook}
    assert verdicts["S-1"] == "deteriorating"
    assert verdicts["S-2"] != "deteriorating"
    told = next(one for one in found.suppliers if one.supplier_id == "S-1")
    assert told.outlook is not None
    assert (told.outlook.signs[2].characteristic, told.outlook.signs[2].part) == ("CHR", "P-1")
