"""What a principal sees of a commit: its regions, its classes, its day, within limits."""

import os
import subprocess
import sys
import threading
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from domain.errors import HubUnavailable, InvalidArgument, TimeLimit
from domain.records.policy import DATA_CLASSES, Scope
from services.hub.hub import Hub
from services.hub.queries import queries
from tests.conftest import EVERYTHING, fill

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 5, 1, 12, tzinfo=UTC)
SLOW = "SELECT count(*) FROM range(100000000) a, range(100000000) b"


def scope(*regions: str, suppliers: tuple[str, ...] = ("*",)) -> Scope:
    return Scope(regions=regions, suppliers=suppliers, classes=DATA_CLASSES)


@pytest.fixture
def world(hub: Hub) -> Hub:
    site = {"name": "", "timezone": "UTC"}
    unit = {"model_id": "M", "built_at": AT}
    fill(
        hub,
        {
            "sites": [
                {"site_id": "SE", "country": "DE", "region": "EU", **site},
                {"site_id": "SA", "country": "CN", "region": "ASIA", **site},
            ],
            "markets": [
                {"country": "DE", "region": "EU"},
                {"country": "BR", "region": "LATAM"},
            ],
            "suppliers": [
                {"supplier_id": "A", "contact_email": "a@a.example"},
                {"supplier_id": "B"},
            ],
            "units": [
                {"serial": "built-in-EU", "site_id": "SE", "country": "BR", **unit},
                {"serial": "sold-in-EU", "site_id": "SA", "country": "DE", **unit},
                {"serial": "elsewhere", "site_id": "SA", "country": "BR", **unit},
                {"serial": "unknown", **unit},
            ],
            "measurements": [
                {"serial": s, "characteristic_id": "c", "value": 1.0, "measured_at": AT}
                for s in ("built-in-EU", "elsewhere")
            ],
            "claims": [
                {"claim_id": "1", "country": "DE", "reported_at": AT, "cost": 5.0},
                {"claim_id": "2", "country": "BR", "reported_at": LATER, "failed_at": AT},
            ],
            "process_changes": [
                {"change_id": "everywhere", "effective_at": AT},
                {"change_id": "asia", "effective_at": AT, "site_id": "SA"},
            ],
        },
    )
    return hub


def seen(hub: Hub, column: str, table: str, who: Scope, as_of: date | None = None) -> list[str]:
    with hub.snapshot(who, as_of=as_of) as snapshot:
        return snapshot.run(f"SELECT {column} FROM {table} ORDER BY 1", {}).column(column)


def test_a_region_sees_units_that_it_built_or_that_are_sold_there(world: Hub) -> None:
    assert seen(world, "serial", "units", scope("EU")) == ["built-in-EU", "sold-in-EU"]


def test_rows_without_a_region_are_seen_only_by_those_without_bounds(world: Hub) -> None:
    assert "unknown" in seen(world, "serial", "units", EVERYTHING)
    assert "unknown" not in seen(world, "serial", "units", scope("EU", "ASIA", "LATAM"))


def test_measurements_follow_their_unit(world: Hub) -> None:
    assert seen(world, "serial", "measurements", scope("EU")) == ["built-in-EU"]


def test_claims_follow_their_country(world: Hub) -> None:
    assert seen(world, "claim_id", "claims", scope("LATAM")) == ["2"]


def test_a_change_without_a_site_concerns_everyone(world: Hub) -> None:
    assert seen(world, "change_id", "process_changes", scope("EU")) == ["everywhere"]


def test_suppliers_outside_the_scope_are_not_there(world: Hub) -> None:
    assert seen(world, "supplier_id", "suppliers", scope("*", suppliers=("B",))) == ["B"]


def test_an_unknown_region_sees_nothing(world: Hub) -> None:
    assert seen(world, "serial", "units", scope("MOON")) == []


def test_columns_of_other_data_classes_are_empty_and_listed_as_masked(world: Hub) -> None:
    internal = Scope(regions=("*",), suppliers=("*",), classes=("public", "internal"))
    with world.snapshot(internal) as snapshot:
        assert snapshot.run("SELECT max(cost) AS m FROM claims", {}).values == ((None,),)
        assert snapshot.run("SELECT max(contact_email) FROM suppliers", {}).values == ((None,),)
        assert snapshot.masked("claims") == ("cost",)


def test_the_day_hides_what_became_known_later(world: Hub) -> None:
    assert seen(world, "claim_id", "claims", EVERYTHING, date(2026, 4, 1)) == ["1"]
    assert seen(world, "claim_id", "claims", EVERYTHING, date(2026, 5, 1)) == ["1", "2"]


def test_a_sale_after_the_day_is_not_known_yet(hub: Hub) -> None:
    fill(hub, {"units": [{"serial": "u", "model_id": "M", "built_at": AT,
                          "sold_on": date(2026, 6, 1)}]})  # fmt: skip
    assert seen(hub, "sold_on", "units", EVERYTHING, date(2026, 4, 1)) == [None]
    assert seen(hub, "sold_on", "units", EVERYTHING) == [date(2026, 6, 1)]


def test_without_a_day_now_is_the_newest_day_in_the_hub(world: Hub) -> None:
    with world.snapshot(EVERYTHING) as snapshot:
        assert snapshot.as_of == LATER.date()
        assert not snapshot.as_of_given


def test_times_come_back_in_utc(world: Hub) -> None:
    with world.snapshot(EVERYTHING) as snapshot:
        found = snapshot.run("SELECT max(reported_at) FROM claims", {}).values[0][0]
    assert found == LATER
    assert found.tzinfo is UTC


def test_hours_are_utc_hours_wherever_the_machine_stands(world: Hub) -> None:
    script = (
        "import sys; from pathlib import Path; from services.hub.hub import Hub;"
        "from tests.conftest import EVERYTHING;"
        "snapshot = Hub(Path(sys.argv[1])).snapshot(EVERYTHING);"
        "print(snapshot.run('SELECT hour(max(built_at)) AS h FROM units', {}).column('h'))"
    )
    root = Path(__file__).parents[3]
    ran = subprocess.run(
        [sys.executable, "-c", script, str(world.folder)],
        env={**os.environ, "TZ": "Asia/Tokyo", "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == "[12]"


def test_a_slow_statement_is_stopped_at_its_time(hub: Hub) -> None:
    with hub.snapshot(EVERYTHING) as snapshot, pytest.raises(TimeLimit, match=r"0\.3 s"):
        snapshot.run(SLOW, {}, seconds=0.3)


def test_stopping_one_handle_leaves_others_running(hub: Hub) -> None:
    with hub.snapshot(EVERYTHING) as snapshot:
        other = snapshot.fork()
        threading.Timer(0.3, other.interrupt).start()
        with pytest.raises(TimeLimit):
            other.run(SLOW, {}, seconds=20)
        assert snapshot.run("SELECT 1", {}).values == ((1,),)


def test_more_rows_than_the_cap_are_refused_rather_than_cut(hub: Hub) -> None:
    small = EVERYTHING.model_copy(update={"row_limit": 10})
    with hub.snapshot(small) as snapshot:
        assert len(snapshot.run("SELECT * FROM range(10)", {}).values) == 10
        with pytest.raises(InvalidArgument, match="more than 10 rows"):
            snapshot.run("SELECT * FROM range(11)", {})


def test_a_closed_snapshot_takes_no_query(hub: Hub) -> None:
    snapshot = hub.snapshot(EVERYTHING)
    snapshot.close()
    with pytest.raises(HubUnavailable, match="closed"):
        snapshot.run("SELECT 1", {})


def test_a_hostile_region_name_is_only_a_name(world: Hub) -> None:
    evil = scope("EU' OR '1'='1")
    assert seen(world, "serial", "units", evil) == []


def test_every_named_query_says_what_it_answers() -> None:
    assert all(query.says for query in queries().values())
