"""The data-quality panel over HTTP."""

from tests.apps.http.conftest import Client, House


def test_the_panel_names_commit_day_tables_loads_and_gaps(house: House, client: Client) -> None:
    told = client("engineer").get("/quality").json()
    newest = house.parts.hub.newest()
    assert told["schema"] == "andon.quality/1"
    assert told["commit"] == newest.commit_id
    assert told["newest_on"] == newest.newest_on.isoformat()
    head = told["headline"]
    assert head["read"] == head["accepted"] + head["duplicate"] + head["quarantined"] > 0
    units = next(one for one in told["tables"] if one["table"] == "units")
    assert units["rows"] == 800
    assert told["loads"][0]["files"]
    assert told["gaps"].keys() == {"empty", "orphans", "drift"}


def test_the_panel_rests_on_evidence_that_can_be_opened(client: Client) -> None:
    told = client("engineer").get("/quality").json()
    evidence = client("engineer").get(f"/evidence/{told['evidence']}").json()
    assert evidence["tool"] == "data_quality"
    assert evidence["result"]["headline"] == told["headline"]


def test_the_panel_counts_what_its_reader_may_see(client: Client) -> None:
    def rows(user: str) -> int:
        tables = client(user).get("/quality").json()["tables"]
        return next(one["rows"] for one in tables if one["table"] == "units")

    assert 0 < rows("maria") < rows("engineer")
    assert client("maria").get("/quality").json()["warnings"][0]["code"] == "limited_scope"
