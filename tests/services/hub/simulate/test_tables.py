"""The written tables fit together."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from services.hub.schema import canonical
from services.hub.simulate import Plan

USUAL = Plan(units=3_000)
World = Any
Make = Callable[[Plan], World]
REFERENCES = [
    (table.name, column.name, column.references.table)
    for table in canonical().values()
    for column in table.columns
    if column.references is not None
]


@pytest.fixture(scope="module")
def world(make: Make) -> World:
    return make(USUAL)


@pytest.mark.parametrize("name", canonical())
def test_a_table_has_the_canonical_columns_in_their_order(world: World, name: str) -> None:
    header = (world.folder / f"{name}.csv").read_text(encoding="utf-8").splitlines()[0]
    expected = [column for column in canonical()[name].column_names if column != "text_raw"]
    assert header.split(",") == expected


@pytest.mark.parametrize("name", canonical())
def test_keys_name_one_row_and_the_truth_counts_the_rows(world: World, name: str) -> None:
    key = ", ".join(f'"{column}"' for column in canonical()[name].key)
    rows = world.count(f"SELECT count(*) FROM {name}")
    assert rows > 0
    assert world.truth.counts[name] == rows
    assert world.count(f"SELECT count(*) FROM (SELECT DISTINCT {key} FROM {name})") == rows
    for column in canonical()[name].key:
        assert world.count(f'SELECT count(*) FROM {name} WHERE "{column}" IS NULL') == 0


@pytest.mark.parametrize(("table", "column", "other"), REFERENCES)
def test_what_a_row_refers_to_exists(world: World, table: str, column: str, other: str) -> None:
    key = canonical()[other].key[0]
    lost = world.count(
        f"SELECT count(*) FROM {table} WHERE {column} IS NOT NULL "
        f"AND {column} NOT IN (SELECT {key} FROM {other})"
    )
    assert lost == 0


@pytest.mark.parametrize(
    "wrong",
    [
        "units u WHERE sold_on <= built_at::DATE",
        "units u WHERE sold_on IS NOT NULL AND country IS NULL",
        "unit_parts JOIN units u USING (serial) JOIN part_lots USING (lot_id) "
        "WHERE received_at >= built_at",
        "measurements JOIN units u USING (serial) WHERE measured_at > built_at "
        "OR measured_at < built_at - INTERVAL 3 HOUR",
        "inspections JOIN units u USING (serial) WHERE inspected_at > built_at",
        "unit_attributes JOIN units u USING (serial) WHERE valid_from < built_at",
        "claims JOIN units u USING (serial) WHERE failed_at < sold_on OR sold_on IS NULL",
        "claims WHERE reported_at <= failed_at",
        "claims JOIN units u USING (serial) WHERE claims.model_id <> u.model_id "
        "OR claims.country <> u.country",
        "feedback JOIN units u USING (serial) WHERE received_at < sold_on OR sold_on IS NULL",
        "shipments JOIN units u USING (serial) WHERE (status = 'sold') <> (sold_on IS NOT NULL)",
        "deliveries JOIN part_lots l USING (lot_id) WHERE delivered_on <> l.received_at::DATE",
        "deliveries WHERE rejected_quantity > quantity",
    ],
)
def test_events_follow_each_other(world: World, wrong: str) -> None:
    assert world.count(f"SELECT count(*) FROM {wrong}") == 0


@pytest.mark.parametrize(
    ("table", "column"),
    [
        (table.name, column.name)
        for table in canonical().values()
        for column in table.columns
        if column.type in ("timestamp", "date")
    ],
)
def test_nothing_lies_after_the_end(world: World, table: str, column: str) -> None:
    assert world.one(f'SELECT max("{column}")::DATE FROM {table}') <= USUAL.end


def test_no_lot_is_used_beyond_its_quantity(world: World) -> None:
    most = world.one(
        "SELECT max(used - quantity) FROM part_lots JOIN (SELECT lot_id, count(*) AS used "
        "FROM unit_parts GROUP BY lot_id) USING (lot_id)"
    )
    assert most <= 0


def test_a_site_uses_the_lots_of_a_supplier_in_the_order_of_receipt(world: World) -> None:
    world.database.execute(
        "CREATE OR REPLACE TEMP TABLE used AS SELECT site_id, l.part_id, supplier_id, received_at, "
        "min(built_at) AS first, max(built_at) AS last FROM unit_parts JOIN units USING (serial) "
        "JOIN part_lots l USING (lot_id) GROUP BY ALL"
    )
    overlapping = world.count(
        "SELECT count(*) FROM used a JOIN used b USING (site_id, part_id, supplier_id) "
        "WHERE a.received_at < b.received_at AND a.last > b.first "
        "AND b.first < a.first"
    )
    assert overlapping == 0


def test_shifts_follow_the_clock_of_the_site(world: World) -> None:
    early = world.rows(
        "SELECT DISTINCT s.site_id FROM units u JOIN sites s USING (site_id) WHERE shift = 'A' "
        "AND extract(hour FROM timezone(s.timezone, u.built_at)) NOT BETWEEN 6 AND 13"
    )
    assert early == []


def test_the_plant_spans_countries_zones_markets_and_regions(world: World) -> None:
    assert world.count("SELECT count(DISTINCT country) FROM sites") == 6
    assert world.count("SELECT count(DISTINCT timezone) FROM sites") == 6
    assert world.count("SELECT count(*) FROM markets") >= 14
    assert world.count("SELECT count(DISTINCT region) FROM markets") >= 4
    assert world.count("SELECT count(DISTINCT kind) FROM process_changes") == 6


def test_the_bad_gauge_is_seen_in_its_study(world: World) -> None:
    """Share of the variation of one part measured again and again, over that of all readings."""
    shares = dict(
        world.rows(
            "SELECT characteristic_id, sqrt(avg(within)) / any_value(total) FROM (SELECT *, "
            "var_samp(value) OVER (PARTITION BY study_id, part_no) AS within, "
            "stddev_samp(value) OVER (PARTITION BY study_id) AS total FROM gauge_studies) "
            "GROUP BY characteristic_id"
        )
    )
    assert world.truth.gauges_unfit == ("CHR-TORQUE",)
    assert max(shares, key=shares.__getitem__) == "CHR-TORQUE"
    assert shares["CHR-TORQUE"] > 0.3 > shares["CHR-SOLDER"]


def test_the_truth_stands_beside_the_tables(world: World) -> None:
    written = json.loads((world.folder / "truth.json").read_text(encoding="utf-8"))
    assert written["schema"] == "andon.truth/1"
    assert written["plan"]["units"] == 3_000
    assert "built_from" not in written["causes"][0]["condition"]
