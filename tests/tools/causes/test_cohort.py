"""What is read of very many units, and of categories with very many values."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from evals.bench.large_plant import SYMPTOM, make_plant
from services.hub.hub import Hub
from tests.conftest import asking, fill
from tests.tools.causes.plants import AS_OF, LATEST, MASTER, START, failure, unit
from tools.causes.cohort import FEWEST_SAMPLED, MOST_UNITS, Cohort, cohort_of
from tools.causes.levels import OTHER
from tools.causes.population import PopulationQuery, population_of
from tools.causes.rank_causes import rank_causes
from tools.runner import run_tool
from tools.tool import ToolContext

Ask = Callable[..., ToolContext]
UNITS = 60_000
PLATES = (
    "SELECT serial, 'board' AS name, serial AS value, built_at AS valid_from,"
    " NULL::VARCHAR AS load_id FROM stored.units"
)
PIECES = (
    "SELECT serial, 'P9' AS part_id, 'PIECE-' || serial AS lot_id, NULL::VARCHAR AS load_id"
    " FROM stored.units"
)
DELIVERED = (
    "SELECT 'PIECE-' || serial AS lot_id, 'P9' AS part_id, 'V' || hash(serial) % 2 AS supplier_id,"
    " date_trunc('month', built_at) AS received_at, NULL::BIGINT AS quantity,"
    " NULL::VARCHAR AS load_id FROM stored.units"
)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> ToolContext:
    """60,000 units; an attribute and the lots of a part have as many values as there are units."""
    folder = tmp_path_factory.mktemp("many")
    hub = Hub.create(folder / "hub")
    make_plant(hub, UNITS)
    with hub.transaction() as transaction:
        transaction.write("unit_attributes", PLATES)
        transaction.write("part_lots", DELIVERED)
        transaction.write("unit_parts", PIECES)
        transaction.commit("plates", None)
    return asking(hub, folder)()


def read(context: ToolContext, symptom: str = "FLICKER") -> Cohort:
    return cohort_of(population_of(PopulationQuery(symptom=symptom), context), context)


@pytest.fixture(scope="module")
def sampled(many: ToolContext) -> Cohort:
    return read(many, SYMPTOM)


def test_of_many_units_a_sample_stands_for_those_that_did_not_fail(sampled: Cohort) -> None:
    assert MOST_UNITS * 0.95 < len(sampled.failed) - sampled.failures < MOST_UNITS * 1.05
    assert sampled.weight.sum() == pytest.approx(sampled.units)
    assert set(sampled.weight[sampled.failed]) == {1.0}
    assert sampled.expected.sum() == pytest.approx(sampled.failures)


def test_a_number_plate_is_one_level_and_costs_no_more_than_another(sampled: Cohort) -> None:
    plate = sampled.factors["attribute:board"]
    assert plate.names == (OTHER,)
    assert plate.pooled == len(sampled.failed)
    for levels in (*sampled.factors.values(), *sampled.parts.values()):
        assert np.bincount(levels.codes[levels.codes >= 0]).min() >= FEWEST_SAMPLED


def test_lots_of_one_piece_are_weighed_by_supplier_and_receipt(sampled: Cohort) -> None:
    pieces, lots = sampled.parts["P9"], sampled.lots["P9"]
    assert set(pieces.names) == {OTHER}
    assert len(pieces.names) == len(set(zip(*lots, strict=True))) < 60
    assert set(lots.supplier) == {"V0", "V1"}


def test_the_answer_says_what_was_sampled_and_taken_together(many: ToolContext) -> None:
    evidence = run_tool(rank_causes, {"symptom": SYMPTOM}, many)
    notes = {note.code: note.text for note in evidence.warnings}
    assert notes["sampled_controls"].split(" of ")[1].startswith(str(evidence.result["units"]))
    assert "attribute:board" in notes["rare_values_together"]
    named = [row["condition"].get("lot_ids") or () for row in evidence.result["ranked_causes"]]
    assert OTHER not in {lot for lots in named for lot in lots}


def plant(**more: Any) -> dict[str, list[dict[str, Any]]]:
    """Ten units of which two failed."""
    units = [unit(f"U{n}", START + timedelta(hours=n)) for n in range(10)]
    claims = [failure(f"U{n}", START) for n in range(2)]
    characteristics = [{"characteristic_id": "FLAT"}, {"characteristic_id": "GAP"}]
    rows = {**MASTER, "units": units, "claims": [*claims, LATEST], **more}
    return {**rows, "characteristics": characteristics}


def measured(serial: str, characteristic: str, value: float, hour: int = 0) -> dict[str, Any]:
    at = START + timedelta(hours=hour)
    return {
        "serial": serial,
        "characteristic_id": characteristic,
        "value": value,
        "measured_at": at,
    }


def test_values_that_are_no_number_are_left_out_and_counted(hub: Hub, ask: Ask) -> None:
    gaps = [measured(f"U{n}", "GAP", float(n)) for n in range(8)]
    broken = [measured("U8", "GAP", float("nan")), measured("U9", "GAP", float("inf"))]
    flat = [measured(f"U{n}", "FLAT", 3.0) for n in range(10)]
    fill(hub, plant(measurements=[*gaps, *broken, *flat]))
    cohort = read(ask(as_of=AS_OF))
    assert np.isnan(cohort.values["GAP"]).sum() == 2
    evidence = run_tool(rank_causes, {"symptom": "FLICKER"}, ask(as_of=AS_OF))
    notes = {note.code: note.text for note in evidence.warnings}
    assert notes["measurements_not_finite"].startswith("2 ")


def test_of_a_unit_measured_again_the_last_value_counts(hub: Hub, ask: Ask) -> None:
    rows = [measured("U3", "GAP", 9.0, 5), measured("U3", "GAP", 1.0, 1)]
    fill(hub, plant(measurements=[*rows, measured("U4", "GAP", 2.0)]))
    cohort = read(ask(as_of=AS_OF))
    assert dict(zip(cohort.serials, cohort.values["GAP"], strict=True))["U3"] == 9.0


def test_an_attribute_counts_with_the_value_at_the_start_of_service(hub: Hub, ask: Ask) -> None:
    def firmware(serial: str, value: str, days: int) -> dict[str, Any]:
        held = START + timedelta(days=days)
        return {"serial": serial, "name": "firmware", "value": value, "valid_from": held}

    dated = [firmware("U1", "2", 5), firmware("U1", "1", 0), firmware("U1", "3", 50)]
    fill(hub, plant(unit_attributes=[*dated, firmware("U2", "1", 0)]))
    cohort = read(ask(as_of=AS_OF))
    levels = cohort.factors["attribute:firmware"]
    held = {
        serial: levels.names[code]
        for serial, code in zip(cohort.serials, levels.codes.tolist(), strict=True)
        if code >= 0
    }
    assert held == {"U1": "2", "U2": "1"}


def test_service_ends_where_claims_end_whatever_else_is_newer(hub: Hub, ask: Ask) -> None:
    rows = plant()
    rows["claims"] = [failure(f"U{n}", START, after=n * 10) for n in range(10)]
    fill(hub, rows)
    context = ask(as_of=AS_OF)
    population = population_of(PopulationQuery(symptom="FLICKER"), context)
    newest = max(claim["reported_at"] for claim in rows["claims"]).date()
    assert population.cutoff == newest - timedelta(days=population.delay.days)
    assert [note.code for note in population.notes] == ["claims_end_early"]
