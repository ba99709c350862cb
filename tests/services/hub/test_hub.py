"""A hub commit shows all tables together, or nothing."""

from pathlib import Path

import pytest

from domain.errors import BadArgument, HubDamaged, HubUnavailable, UnknownName
from domain.records.policy import DATA_CLASSES, Scope
from services.hub import transaction
from services.hub.hub import Hub
from services.hub.schema import schema
from tests.conftest import EVERYTHING, fill

SITE = {"site_id": "S1", "name": "North", "country": "DE", "region": "EU", "timezone": "UTC"}


def count(hub: Hub, table: str, commit_id: str | None = None) -> int:
    with hub.snapshot(EVERYTHING, commit_id=commit_id) as snapshot:
        return int(snapshot.run(f'SELECT count(*) FROM "{table}"', {}).values[0][0])


def test_a_new_hub_has_every_table_empty_in_its_first_commit(hub: Hub) -> None:
    assert hub.newest().number == 1
    assert set(hub.newest().versions) == set(schema())
    assert all(count(hub, name) == 0 for name in schema())


def test_rows_are_seen_once_committed_and_not_before(hub: Hub) -> None:
    with hub.transaction() as writing:
        writing.connection.execute("CREATE TABLE s AS SELECT 'S1' AS site_id, 'N' AS name,"
                                       " 'DE' AS country, 'EU' AS region, 'UTC' AS timezone,"
                                       " 'L' AS load_id")  # fmt: skip
        writing.write("sites", "FROM s")
        assert count(hub, "sites") == 0
        writing.commit("L-1", None)
    assert count(hub, "sites") == 1


def test_an_older_commit_stays_readable_as_it_was(hub: Hub) -> None:
    fill(hub, {"sites": [SITE]}, "L-1")
    first = hub.newest().commit_id
    fill(hub, {"sites": [{**SITE, "site_id": "S2"}]}, "L-2")
    assert count(hub, "sites") == 2
    assert count(hub, "sites", first) == 1


def test_an_unknown_commit_is_named(hub: Hub) -> None:
    with pytest.raises(UnknownName, match="C-NONE"):
        hub.snapshot(EVERYTHING, commit_id="C-NONE")


def write_site(hub: Hub, site: str, *, die: bool) -> None:
    with hub.transaction() as writing:
        writing.write(
            "sites",
            f"SELECT '{site}' AS site_id, '' AS name, 'DE' AS country, 'EU' AS region,"
            " 'UTC' AS timezone, 'X' AS load_id",
        )
        if die:
            raise RuntimeError("stop")
        writing._log_files()  # the process dies here, before the commit row
        writing._written.clear()


def test_a_transaction_that_fails_leaves_no_file(hub: Hub) -> None:
    files = set(hub.folder.rglob("*.parquet"))
    with pytest.raises(RuntimeError):
        write_site(hub, "S9", die=True)
    assert set(hub.folder.rglob("*.parquet")) == files
    assert count(hub, "sites") == 0


def test_what_a_dead_load_logged_without_a_commit_is_undone_by_the_next(hub: Hub) -> None:
    fill(hub, {"sites": [SITE]}, "L-1")
    write_site(hub, "S9", die=False)
    assert count(hub, "sites") == 1
    with hub.transaction():
        pass
    fill(hub, {"sites": [{**SITE, "site_id": "S2"}]}, "L-2")
    with hub.snapshot(EVERYTHING) as snapshot:
        found = snapshot.run("SELECT site_id FROM sites ORDER BY 1", {}).column("site_id")
    assert found == ["S1", "S2"]


def test_many_small_files_become_one_and_older_commits_keep_theirs(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transaction, "SMALL_FILES", 6)
    for number in range(8):
        fill(hub, {"sites": [{**SITE, "site_id": f"S{number}"}]}, f"L-{number}")
        if number == 3:
            fourth = hub.newest().commit_id
    with hub.snapshot(EVERYTHING) as snapshot:
        assert len(snapshot.files("sites")) < 6
    assert count(hub, "sites") == 8
    assert count(hub, "sites", fourth) == 4


def test_opening_what_is_no_hub_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(HubUnavailable, match="there is no hub") as caught:
        Hub(tmp_path / "none")
    assert "andon init" in caught.value.next_step


def test_a_hub_is_not_made_over_other_files(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear all")
    with pytest.raises(BadArgument, match="not empty"):
        Hub.create(tmp_path)
    assert (tmp_path / "letter.txt").read_text() == "dear all"


def test_a_hub_is_not_made_twice(hub: Hub) -> None:
    with pytest.raises(BadArgument, match="already"):
        Hub.create(hub.folder)


def test_a_corrupt_delta_log_is_named(hub: Hub) -> None:
    fill(hub, {"sites": [SITE]})
    for entry in (hub.folder / "tables/sites/_delta_log").glob("*1.json"):
        entry.write_text("garbage{")
    with pytest.raises(HubDamaged, match="'sites'"):
        count(Hub(hub.folder), "sites")
    assert count(Hub(hub.folder), "units") == 0


def test_a_missing_table_version_is_named(hub: Hub) -> None:
    fill(hub, {"sites": [SITE]})
    for entry in (hub.folder / "tables/sites/_delta_log").glob("*1.json"):
        entry.unlink()
    with pytest.raises(HubDamaged, match=r"'sites'.*version 1"):
        count(Hub(hub.folder), "sites")


def test_a_missing_data_file_is_named(hub: Hub) -> None:
    fill(hub, {"sites": [SITE]})
    for entry in (hub.folder / "tables/sites").glob("*.parquet"):
        entry.unlink()
    with pytest.raises(HubDamaged, match="cannot be read"):
        count(Hub(hub.folder), "sites")


def test_a_lost_commit_log_is_named(hub: Hub) -> None:
    for entry in (hub.folder / "commits/_delta_log").glob("*.json"):
        entry.unlink()
    with pytest.raises(HubDamaged, match="commits"):
        Hub(hub.folder).newest()


def test_a_hub_of_another_format_is_refused(hub: Hub) -> None:
    (hub.folder / "hub.json").write_text('{"format": 99}')
    with pytest.raises(HubDamaged, match="format 99"):
        Hub(hub.folder)


def test_snapshots_of_one_commit_share_their_connection_and_leak_none(hub: Hub) -> None:
    descriptors = Path("/proc/self/fd")
    hub.snapshot(EVERYTHING).close()
    before = len(list(descriptors.iterdir()))
    for _ in range(200):
        with hub.snapshot(EVERYTHING) as snapshot:
            snapshot.run("SELECT count(*) FROM sites", {})
    for day in range(1, 29):
        scope = Scope(regions=(f"R{day}",), suppliers=("*",), classes=DATA_CLASSES)
        with hub.snapshot(scope) as snapshot:
            snapshot.run("SELECT count(*) FROM sites", {})
    assert len(list(descriptors.iterdir())) <= before + 16


def test_the_newest_commit_is_the_same_in_the_log_entry_and_in_the_table(hub: Hub) -> None:
    fill(hub, {"sites": [SITE]}, "L-1")
    assert hub.log.newest() == hub.log.all()[-1]
    (entry,) = (hub.folder / "commits/_delta_log").glob("*2.json")
    assert "hub_commit" in entry.read_text()
