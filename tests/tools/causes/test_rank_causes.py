from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.errors import NoData, UnknownName
from domain.records.cause import Condition
from services.hub.hub import Hub
from services.hub.ingest.load import ingest
from services.policy.vault import Vault
from tests.conftest import fill
from tests.tools.causes.conftest import Plant, context_of
from tools.causes.cohort import cohort_of
from tools.causes.conditions import mask_of
from tools.causes.population import PopulationQuery, population_of
from tools.causes.rank_causes import rank_causes
from tools.runner import run_tool
from tools.tool import ToolContext

Make = Callable[..., Plant]
Ask = Callable[..., ToolContext]
STRONG = {"units": 8_000, "rate_ratio": 6, "exposed_failures": 50}


def asked(plant: Plant) -> dict[str, Any]:
    evidence = run_tool(rank_causes, {"symptom": plant.truth.symptom}, plant.context)
    assert len(evidence.summary) <= 400
    return evidence.result


def overlap(plant: Plant, row: dict[str, Any], planted: Condition) -> float:
    query = PopulationQuery(symptom=plant.truth.symptom)
    cohort = cohort_of(population_of(query, plant.context), plant.context)
    mine = mask_of(cohort, Condition.model_validate(row["condition"]))
    theirs = mask_of(cohort, planted)
    return float((mine & theirs).sum() / (mine | theirs).sum())


@pytest.mark.parametrize(
    ("world", "keys"),
    [
        ("supplier_lot_window", ("supplier_id", "part_id")),
        ("drift", ("characteristic_id", "direction")),
        ("shift_change", ("site_id", "shift")),
        ("supplier_site", ("supplier_id", "part_id", "site_id")),
    ],
)
def test_a_strong_cause_is_named_first_with_its_units(
    plant: Make, world: str, keys: tuple[str, ...]
) -> None:
    made = plant(world, seed=5, **STRONG)
    found = asked(made)
    planted = made.truth.causes[0].condition
    first = found["ranked_causes"][0]
    assert found["verdict"] == "cause_found"
    assert {key: first["condition"].get(key) for key in keys} == {
        key: getattr(planted, key) for key in keys
    }
    assert overlap(made, first, planted) > 0.6
    assert not first["ruled_out"]
    assert first["failures"] >= 30
    assert first["share_of_excess"] > 0.5


def test_tempting_rivals_are_ruled_out_in_words(plant: Make) -> None:
    found = asked(plant("supplier_lot_window", seed=5, **STRONG))
    planted = found["ranked_causes"][0]["condition"]
    whole = [
        row
        for row in found["ranked_causes"]
        if row["condition"] == {key: planted[key] for key in ("supplier_id", "part_id")}
    ]
    assert len(whole) == 1
    assert whole[0]["ruled_out"]
    assert "outside the cause" in whole[0]["because"]


def test_a_supplier_is_not_blamed_for_the_site_that_it_serves(plant: Make) -> None:
    made = plant("simpson", seed=5, **STRONG)
    first = asked(made)["ranked_causes"][0]
    assert overlap(made, first, made.truth.causes[0].condition) > 0.6
    accused = made.truth.rivals[0].condition.supplier_id
    assert first["condition"].get("supplier_id") != accused


def test_one_lot_on_one_line_is_not_told_from_the_line_and_a_test_is_named(plant: Make) -> None:
    found = asked(plant("aliased", seed=5, **STRONG))
    assert found["verdict"] == "not_identifiable"
    open_rows = [row for row in found["ranked_causes"] if not row["ruled_out"]][:2]
    keys = [set(row["condition"]) for row in open_rows]
    assert any("lot_ids" in one for one in keys)
    assert any("line_id" in one for one in keys)
    assert "lot" in found["separating_test"]


def test_too_few_failures_are_undetermined_with_the_suspect_part_first(plant: Make) -> None:
    made = plant("few_cases", seed=5, units=8_000)
    found = asked(made)
    assert found["verdict"] == "undetermined"
    first = found["ranked_causes"][0]
    assert first["condition"]["part_id"] == made.truth.causes[0].condition.part_id
    assert not first["ruled_out"]


@pytest.mark.parametrize("world", ["null", "growth_only", "season", "new_channel"])
def test_where_nothing_is_planted_no_cause_is_named(plant: Make, world: str) -> None:
    made = plant(world, seed=5, units=14_000)
    found = asked(made)
    assert found["verdict"] == made.truth.cause_verdict
    if world == "new_channel":
        assert found["ranked_causes"][0]["condition"]["channel"] == "app"
    else:
        assert all(row["ruled_out"] for row in found["ranked_causes"])


def test_the_same_question_gives_the_same_answer(plant: Make) -> None:
    made = plant("drift", seed=5, **STRONG)
    assert asked(made) == asked(made)


@pytest.fixture(scope="module")
def machining(
    public_data: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> ToolContext:
    folder = tmp_path_factory.mktemp("machining")
    hub = Hub.create(folder / "hub")
    now = datetime(2026, 11, 22, tzinfo=UTC)
    vault = Vault.open(folder / "state")
    ingest(hub, public_data("rca_ai4i2020"), vault, now=now, mapping="ai4i2020")
    return context_of(hub)


def causes_of(machining: ToolContext, finding: str) -> tuple[str, list[dict[str, Any]]]:
    query = {"symptom": "machine_failure", "findings": [finding]}
    result = run_tool(rank_causes, query, machining).result
    return result["verdict"], [row for row in result["ranked_causes"] if not row["ruled_out"]]


def test_heat_dissipation_failures_need_both_a_small_difference_and_a_low_speed(
    machining: ToolContext,
) -> None:
    verdict, rows = causes_of(machining, "HDF")
    assert verdict == "cause_found"
    condition = rows[0]["condition"]
    rules = {
        one["characteristic_id"]: (one["direction"], one["threshold"])
        for one in (condition, *condition["also"])
    }
    assert rules.keys() == {"temperature_difference", "rotational_speed"}
    assert rules["temperature_difference"] == ("low", pytest.approx(8.6, rel=0.02))
    assert rules["rotational_speed"] == ("low", pytest.approx(1380, rel=0.02))


def test_power_failures_have_two_causes_too_much_and_too_little(machining: ToolContext) -> None:
    verdict, rows = causes_of(machining, "PWF")
    assert verdict == "cause_found"
    limits = {row["condition"]["direction"]: row["condition"]["threshold"] for row in rows[:2]}
    assert limits == {"high": pytest.approx(9000, rel=0.02), "low": pytest.approx(3500, rel=0.02)}


def test_overstrain_failures_come_from_wear_times_torque(machining: ToolContext) -> None:
    verdict, rows = causes_of(machining, "OSF")
    assert verdict == "cause_found"
    assert rows[0]["condition"]["characteristic_id"] == "wear_torque"
    assert rows[0]["condition"]["threshold"] == pytest.approx(11_000, rel=0.02)


@pytest.mark.parametrize("finding", ["RNF", ""])
def test_random_and_unlabelled_failures_have_no_cause(machining: ToolContext, finding: str) -> None:
    verdict, _ = causes_of(machining, finding)
    assert verdict in ("undetermined", "no_elevated_rate")


def few_units(failing: int) -> dict[str, list[dict[str, Any]]]:
    built = datetime(2026, 1, 5, 8, tzinfo=UTC)
    units = [
        {
            "serial": f"U{i:03}",
            "model_id": "65Q8",
            "site_id": "WRO",
            "built_at": built + timedelta(hours=i),
            "sold_on": (built + timedelta(days=30)).date(),
        }
        for i in range(40)
    ]
    claims = [
        {
            "claim_id": f"K{i}",
            "serial": f"U{i:03}",
            "symptom_code": "FLICKER",
            "failed_at": built + timedelta(days=60),
            "reported_at": built + timedelta(days=300),
        }
        for i in range(failing)
    ]
    values = [None, float("nan"), 5.0]
    measurements = [
        {
            "serial": f"U{i:03}",
            "characteristic_id": "C1",
            "measured_at": built,
            "value": values[i % 3],
        }
        for i in range(40)
        if values[i % 3] is not None
    ]
    return {
        "models": [{"model_id": "65Q8", "family": "TV"}],
        "sites": [{"site_id": "WRO"}],
        "codes": [{"code": "FLICKER", "kind": "symptom"}, {"code": "NOISE", "kind": "symptom"}],
        "characteristics": [{"characteristic_id": "C1"}],
        "units": units,
        "claims": claims,
        "measurements": measurements,
    }


@pytest.mark.parametrize("failing", [1, 40])
def test_one_failure_or_nothing_but_failures_name_no_cause(
    hub: Hub, ask: Ask, failing: int
) -> None:
    """NaN and constant columns among them."""
    fill(hub, few_units(failing))
    found = run_tool(rank_causes, {"symptom": "flicker"}, ask()).result
    assert found["verdict"] in ("undetermined", "no_elevated_rate")
    assert found["failures"] == failing


def test_a_symptom_without_claims_is_no_data_and_an_unknown_one_is_refused(
    hub: Hub, ask: Ask
) -> None:
    fill(hub, few_units(1))
    with pytest.raises(NoData, match="NOISE"):
        run_tool(rank_causes, {"symptom": "NOISE"}, ask())
    with pytest.raises(UnknownName, match="FLIKER") as refused:
        run_tool(rank_causes, {"symptom": "FLIKER"}, ask())
    assert "FLICKER" in refused.value.near


def test_claims_without_a_known_unit_are_no_failures(hub: Hub, ask: Ask) -> None:
    rows = few_units(3)
    rows["claims"] += [{**rows["claims"][0], "claim_id": "KX", "serial": "ELSEWHERE"}]
    fill(hub, rows)
    evidence = run_tool(rank_causes, {"symptom": "FLICKER"}, ask())
    assert evidence.result["failures"] == 3
    assert {one.rule: one.rows for one in evidence.excluded}["claims without unit"] == 1
