"""A supplier's remedy: what it did is seen against the other supplier of the same part."""

from collections.abc import Callable
from math import log, sqrt
from typing import Any

import pytest

from services.hub.simulate import Plan, catalogue

Make = Callable[[Plan], Any]
SIZE = {"units": 12_000, "exposed_failures": 600, "format": "parquet"}


def _changes(truth: Any) -> tuple[float, float]:
    """Rate after over rate before, of the supplier's parts and of the other's."""
    rates = {name: group.failures / group.years for name, group in truth.fix.groups.items()}
    return (
        rates["treated_after"] / rates["treated_before"],
        rates["control_after"] / rates["control_before"],
    )


def test_a_remedy_that_works_shows_against_the_other_supplier(make: Make) -> None:
    truth = make(Plan(world="supplier_fix_works", **SIZE)).truth
    treated, control = _changes(truth)
    assert truth.fix.fix_verdict == "effective"
    error = sqrt(sum(1 / group.failures for group in truth.fix.groups.values()))
    assert abs(log(treated / control / truth.fix.rate_ratio)) < 3 * error
    assert treated / control < 0.7


def test_a_remedy_that_fails_looks_good_until_the_other_supplier_is_seen(make: Make) -> None:
    truth = make(Plan(world="supplier_fix_fails", **SIZE)).truth
    treated, control = _changes(truth)
    assert truth.fix.fix_verdict == "not_effective"
    error = sqrt(sum(1 / group.failures for group in truth.fix.groups.values()))
    assert treated < 0.9
    assert abs(log(treated / control)) < 3 * error


def test_after_the_old_stock_is_used_up_every_part_is_of_a_later_lot(make: Make) -> None:
    world = make(Plan(world="supplier_fix_works", **SIZE))
    fix = world.truth.fix
    earliest = world.one(
        "SELECT min(received_at)::DATE FROM units JOIN unit_parts p USING (serial) "
        "JOIN part_lots l USING (lot_id) WHERE supplier_id = ? AND p.part_id = ? "
        "AND built_at::DATE >= ?",
        fix.condition.supplier_id,
        fix.condition.part_id,
        fix.after[0],
    )
    assert earliest >= fix.condition.received_from


def test_the_cut_in_serial_is_the_first_unit_with_a_later_lot(make: Make) -> None:
    world = make(Plan(world="supplier_fix_works", **SIZE))
    fix = world.truth.fix
    first = world.rows(
        "SELECT serial, built_at FROM units JOIN unit_parts p USING (serial) "
        "JOIN part_lots l USING (lot_id) WHERE supplier_id = ? AND p.part_id = ? "
        "AND received_at::DATE >= ? ORDER BY built_at LIMIT 1",
        fix.condition.supplier_id,
        fix.condition.part_id,
        fix.condition.received_from,
    )[0]
    assert first == (fix.cut_in_serial, fix.cut_in_at)


@pytest.mark.parametrize("seed", range(4))
def test_the_change_is_on_record_and_its_supplier_writes_no_english(make: Make, seed: int) -> None:
    world = make(Plan(world="supplier_fix_works", units=2_000, seed=seed, format="parquet"))
    fix = world.truth.fix
    kind, text = world.rows(
        "SELECT kind, description FROM process_changes WHERE change_id = ?", fix.condition.change_id
    )[0]
    assert kind == "material"
    assert text.startswith("supplier's corrective action: ")
    suppliers = {one.supplier_id: one.language for one in catalogue.catalogue().suppliers}
    assert suppliers[fix.condition.supplier_id] != "en"
