import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine

from domain.errors import InvalidArgument, NoData, UnknownName
from domain.records.evidence import Evidence
from domain.records.policy import DATA_CLASSES, Principal, Scope
from memory.bundle import Memory
from memory.evidence import EvidenceStore
from services.bundle import Services
from services.hub.hub import Hub
from tests.conftest import Rows, fill
from tools.production.trace_lot import trace_lot
from tools.production.trace_unit import trace_unit
from tools.runner import run_tool
from tools.tool import ToolContext

Ask = Callable[..., ToolContext]
RECEIVED = datetime(2026, 2, 1, tzinfo=UTC)
BUILT = datetime(2026, 3, 2, tzinfo=UTC)


def rows() -> Rows:
    """Lot L1 went into 12 units: 8 sold in DE, 2 on their way to JP, 1 in stock, 1 nowhere."""
    places = [*[("DE", "sold")] * 8, *[("JP", "in_transit")] * 2, ("JP", "stock"), ("DE", None)]
    units = [
        {
            "serial": f"SN-{i:02}",
            "model_id": "65Q8" if i < 9 else "43E5",
            "site_id": "WRO",
            "line_id": "WRO-1",
            "built_at": BUILT + timedelta(days=i),
            "country": country,
            "sold_on": date(2026, 5, 1) if status == "sold" else None,
        }
        for i, (country, status) in enumerate(places)
    ]
    moves = [
        {
            "shipment_id": f"T-{i:02}-{step}",
            "serial": f"SN-{i:02}",
            "to_country": country,
            "at": BUILT + timedelta(days=20 + step),
            "status": "stock" if step == 0 else status,
        }
        for i, (country, status) in enumerate(places)
        if status
        for step in range(2)
    ]
    claimed = [("SN-00", "DE"), ("SN-00", "DE"), ("SN-01", "DE"), ("SN-08", "JP")]
    return {
        "sites": [{"site_id": "WRO", "region": "EU"}],
        "markets": [{"country": "DE", "region": "EU"}, {"country": "JP", "region": "APAC"}],
        "models": [{"model_id": "65Q8"}, {"model_id": "43E5"}],
        "suppliers": [
            {"supplier_id": "S-1", "name": "Hailong", "country": "CN"},
            {"supplier_id": "S-2"},
        ],
        "parts": [{"part_id": "P-PSU", "name": "power supply"}],
        "units": units,
        "part_lots": [
            {
                "lot_id": lot,
                "part_id": "P-PSU",
                "supplier_id": supplier,
                "received_at": RECEIVED + timedelta(days=days),
                "quantity": 20,
            }
            for lot, supplier, days in [
                ("L1", "S-1", 0),
                ("L2", "S-1", 5),
                ("L3", "S-1", 29),
                ("L4", "S-1", 31),
                ("L5", "S-2", 1),
            ]
        ],
        "unit_parts": [
            *({"serial": u["serial"], "part_id": "P-PSU", "lot_id": "L1"} for u in units),
        ],
        "deliveries": [
            {
                "delivery_id": f"D{i}",
                "supplier_id": "S-1",
                "lot_id": "L1",
                "promised_on": date(2026, 2, 1),
                "delivered_on": date(2026, 2, 1 + i),
                "quantity": 10,
                "rejected_quantity": i,
            }
            for i in range(2)
        ],
        "shipments": [
            *moves,
            {"shipment_id": "T-LOT", "lot_id": "L1", "from_site": "WRO", "at": BUILT},
        ],
        "claims": [
            {
                "claim_id": f"K{i}",
                "serial": serial,
                "country": country,
                "reported_at": datetime(2026, 7, 1 + i, tzinfo=UTC),
            }
            for i, (serial, country) in enumerate(claimed)
        ],
        "feedback": [
            {
                "feedback_id": "F1",
                "serial": "SN-00",
                "country": "DE",
                "received_at": datetime(2026, 6, 1, tzinfo=UTC),
            }
        ],
        "loads": [{"load_id": "L-1", "path": "u.csv", "table": "unit_parts"}],
        "quarantine": [
            {"load_id": "L-1", "file": "u.csv", "line": 3, "table": "unit_parts", "rule": "key"}
        ],
    }


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Hub:
    made = Hub.create(tmp_path_factory.mktemp("lots") / "hub")
    fill(made, rows())
    return made


def trace(context: ToolContext, **query: Any) -> Evidence:
    return run_tool(trace_lot, query, context)


def codes_of(evidence: Evidence) -> set[str]:
    return {note.code for note in evidence.warnings}


def test_a_lot_is_traced_back_to_its_delivery(ask: Ask) -> None:
    found = trace(ask(), lot_ids=["l1"], direction="backward").result
    (lot,) = found["lots"]
    assert (lot["supplier_name"], lot["supplier_country"], lot["quantity"]) == ("Hailong", "CN", 20)
    assert (lot["deliveries"], lot["rejected_quantity"]) == (2, 1)
    assert lot["delivered_on"] == "2026-02-02"
    assert found["forward"] is None
    assert lot["units"] is None


def test_sister_lots_are_those_of_part_and_supplier_near_in_time(ask: Ask) -> None:
    found = trace(ask(), lot_ids=["L1"], direction="backward").result
    assert [(s["lot_id"], s["days_apart"]) for s in found["sister_lots"]] == [("L2", 5), ("L3", 29)]


def test_a_lot_is_traced_forward_to_units_by_line_state_and_country(ask: Ask) -> None:
    found = trace(ask(), lot_ids=["L1"], direction="forward")
    forward = found.result["forward"]
    assert forward["units"] == 12
    assert [(row["model_id"], row["units"]) for row in forward["by_line"]] == [
        ("65Q8", 9),
        ("43E5", 3),
    ]
    assert forward["by_line"][0]["first_built"] == "2026-03-02T00:00:00Z"
    states = ("country", "units", "stock", "in_transit", "sold", "not_recorded")
    assert [tuple(row[name] for name in states) for row in forward["by_country"]] == [
        ("DE", 9, 0, 0, 8, 1),
        ("JP", 3, 1, 2, 0, 0),
    ]
    assert found.result["sister_lots"] is None
    assert [move["shipment_id"] for move in forward["lot_moves"]] == ["T-LOT"]


def test_claims_and_feedback_so_far_are_counted_not_rated(ask: Ask) -> None:
    found = trace(ask(), lot_ids=["L1"])
    forward = found.result["forward"]
    assert (forward["claims"], forward["units_with_claim"], forward["feedback"]) == (4, 3, 1)
    assert "3 units with a claim so far (a count, no rate)" in found.summary


def test_small_counts_by_country_are_hidden_from_those_without_personal_data(ask: Ask) -> None:
    found = trace(ask(classes=("public", "internal")), lot_ids=["L1"])
    forward = found.result["forward"]
    assert [row["claims"] for row in forward["by_country"]] == [None, None]
    assert forward["claims"] is None
    assert [row["units"] for row in forward["by_country"]] == [9, 3]
    assert "small_cells" in codes_of(found)
    assert "claims too few to be shown" in found.summary


def test_pieces_in_no_unit_are_told(ask: Ask) -> None:
    (lot,) = trace(ask(), lot_ids=["L1"]).result["lots"]
    assert (lot["units"], lot["pieces_not_traced"]) == (
        12,
        7,
    )  # 20 received, 1 refused, 12 built in


def test_serials_are_listed_up_to_the_limit_with_the_total(ask: Ask) -> None:
    found = trace(ask(), lot_ids=["L1"], serial_limit=3)
    assert [unit["serial"] for unit in found.result["forward"]["serials"]] == [
        "SN-00",
        "SN-01",
        "SN-02",
    ]
    assert found.result["forward"]["units"] == 12
    assert "serials_cut" in codes_of(found)


def test_lots_are_found_by_part_supplier_and_window_of_receipt(ask: Ask) -> None:
    found = trace(
        ask(),
        part_id="power supply",
        supplier_id="hailong",
        received_from="2026-02-01",
        received_to="2026-02-06",
    ).result
    assert [lot["lot_id"] for lot in found["lots"]] == ["L1", "L2"]


def test_a_lot_in_no_genealogy_is_not_said_to_be_in_no_unit(ask: Ask) -> None:
    found = trace(ask(), lot_ids=["L5"])
    assert found.result["forward"]["units"] == 0
    assert {"no_genealogy", "no_delivery"} <= codes_of(found)
    assert found.chart is None


def test_a_region_sees_its_units_and_is_told_that_there_may_be_more(ask: Ask) -> None:
    found = trace(ask(regions=("APAC",)), lot_ids=["L1"])
    assert found.result["forward"]["units"] == 3
    assert found.result["lots"][0]["pieces_not_traced"] is None
    assert "regions_limited" in codes_of(found)


def test_as_of_hides_later_sales_and_claims(ask: Ask) -> None:
    forward = trace(ask(as_of=date(2026, 4, 1)), lot_ids=["L1"]).result["forward"]
    assert forward["claims"] == 0
    # the shipments of late March say sold, in transit and stock
    assert sum(row["sold"] for row in forward["by_country"]) == 8
    early = trace(ask(as_of=date(2026, 3, 22)), lot_ids=["L1"]).result["forward"]
    assert sum(row["stock"] for row in early["by_country"]) == 11


def test_quarantined_rows_are_counted_where_they_would_have_been_used(ask: Ask) -> None:
    found = trace(ask(), lot_ids=["L1"])
    assert [(e.rule, e.rows) for e in found.excluded] == [("quarantined unit_parts: key", 1)]
    assert trace(ask(), lot_ids=["L1"], direction="backward").excluded == ()


def test_a_question_that_names_no_lot_or_an_unknown_one_is_refused(ask: Ask) -> None:
    with pytest.raises(InvalidArgument, match="no lot is named"):
        trace(ask(), received_from="2026-01-01")
    with pytest.raises(UnknownName):
        trace(ask(), lot_ids=["L77"])
    with pytest.raises(NoData, match="no lot was received"):
        trace(ask(), part_id="P-PSU", received_to="2020-01-01")


def test_a_supplier_sees_only_their_own_lots(ask: Ask) -> None:
    with pytest.raises(UnknownName):
        trace(ask(suppliers=("S-2",)), lot_ids=["L1"])


GENEALOGIES = st.lists(
    st.tuples(st.integers(0, 11), st.sampled_from(["P0", "P1", "P2"]), st.integers(0, 4)),
    min_size=1,
    max_size=36,
    unique_by=lambda piece: piece[:2],
)


@settings(max_examples=3, deadline=None, database=None, phases=[Phase.generate])
@given(GENEALOGIES)
def test_forward_and_back_again_finds_the_lot(pieces: list[tuple[int, str, int]]) -> None:
    links = {(f"U{unit}", part, f"{part}-{lot}") for unit, part, lot in pieces}
    lots = sorted({(lot, part) for _, part, lot in links})
    serials = sorted({serial for serial, _, _ in links})
    with tempfile.TemporaryDirectory() as folder:
        hub = Hub.create(Path(folder) / "hub")
        fill(
            hub,
            {
                "units": [{"serial": s, "model_id": "M", "built_at": BUILT} for s in serials],
                "part_lots": [{"lot_id": lot, "part_id": part} for lot, part in lots],
                "unit_parts": [
                    {"serial": s, "part_id": part, "lot_id": lot} for s, part, lot in sorted(links)
                ],
            },
        )
        context = context_of(hub, Path(folder))
        for lot, _ in lots:
            forward = carriers(context, [lot])
            assert forward == {s for s, _, other in links if other == lot}
            back = {other for serial in sorted(forward) for other in lots_in(context, serial)}
            assert lot in back
            assert forward <= carriers(context, sorted(back))


def context_of(hub: Hub, folder: Path) -> ToolContext:
    scope = Scope(regions=("*",), suppliers=("*",), classes=DATA_CLASSES)
    return ToolContext(
        principal=Principal(id="tester", regions=("*",)),
        snapshot=hub.snapshot(scope),
        services=Services(hub=hub, policy_version="test"),
        memory=Memory(evidence=EvidenceStore(create_engine(f"sqlite:///{folder}/state.sqlite"))),
        run_id="R-TEST",
    )


def carriers(context: ToolContext, lots: list[str]) -> set[str]:
    found = trace(context, lot_ids=lots, direction="forward").result["forward"]
    return {unit["serial"] for unit in found["serials"]}


def lots_in(context: ToolContext, serial: str) -> set[str]:
    found = run_tool(trace_unit, {"serial": serial}, context).result
    return {part["lot_id"] for part in found["parts"]}
