"""A run of the factory watch: charts become cases, sites are told, a repeat changes nothing."""

import asyncio
import csv
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.errors import UnknownName
from domain.records.triage import WatchReport
from graphs.triaging.running import RunAsked, run_watch
from memory.case_rows import cases
from memory.outbox import Posted, outbox
from services.database import open_database
from services.hub.hub import Hub
from services.hub.ingest.load import ingest
from services.policy.vault import Vault
from tests.graphs.triaging.small_field import House
from tests.tools.production.test_factory_watch import AS_OF, plant

ASKED = RunAsked("watch", "*", AS_OF)


@pytest.fixture(scope="module")
def plant_hub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plant in which a mean moved and a shift rejects more than before."""
    folder = tmp_path_factory.mktemp("plant")
    exports = folder / "exports"
    exports.mkdir()
    for table, rows in plant().items():
        with (exports / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
    now = datetime(2026, 8, 1, tzinfo=UTC)
    ingest(Hub.create(folder / "hub"), exports, Vault.open(folder / "state"), now=now)
    return folder / "hub"


@pytest.fixture
def house(plant_hub: Path, tmp_path: Path) -> House:
    """A house before any run."""
    shutil.copytree(plant_hub, tmp_path / "hub")
    now = datetime(AS_OF.year, AS_OF.month, AS_OF.day, 20, tzinfo=UTC)
    return House(Hub(tmp_path / "hub"), open_database(tmp_path / "l.sqlite"), tmp_path, now)


def run(house: House, asked: RunAsked = ASKED) -> tuple[WatchReport, bool]:
    return asyncio.run(run_watch(asked, house))


def digests(house: House) -> list[Posted]:
    with house.acting.ledger.read() as connection:
        return outbox(connection)


def test_a_chart_that_signals_becomes_a_case_and_each_site_hears_of_it_once(house: House) -> None:
    report, repeated = run(house)
    confirmed = [one for one in report.alerts if one.state == "confirmed"]
    assert confirmed
    assert not repeated
    with house.acting.ledger.read() as connection:
        keys = {one.key: one.id for one in cases(connection)}
    assert set(keys) == {one.key for one in confirmed}
    assert set(report.cases_opened) == set(keys.values())
    told = {one.message.key: one.message for one in digests(house)}
    assert set(told) == set(report.digests)
    words = "".join(message.text for message in told.values())
    assert all(one in words for one in keys.values())
    again, repeated = run(house)
    assert repeated
    assert again == report
    assert len(digests(house)) == len(told)


def test_the_next_day_opens_nothing_again_and_tells_no_alarm_twice(house: House) -> None:
    first, _ = run(house)
    house.now += timedelta(days=1)
    second, _ = run(house, ASKED._replace(as_of=AS_OF + timedelta(days=1)))
    old = {one.key for one in first.alerts}
    assert not {one for one in second.cases_opened} & set(first.cases_opened)
    assert {one.key for one in second.alerts} & old
    assert not second.cases_updated


def test_a_dry_watch_writes_nothing(house: House) -> None:
    report, _ = run(house, ASKED._replace(dry=True))
    assert report.alerts
    assert (report.cases_opened, report.digests, digests(house)) == ((), (), [])


def test_an_unknown_site_is_named(house: House) -> None:
    with pytest.raises(UnknownName, match="MOON"):
        run(house, ASKED._replace(region="MOON"))
