"""Decisions over HTTP: by named people, on exactly what was shown, once."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from memory.audit import verify
from tests.apps.http.conftest import Client, House


@pytest.fixture
def block(house: House) -> dict[str, Any]:
    """A proposal that one person decides on."""
    return house.proposal("block_stock", house.case("*"))


@pytest.fixture
def sorting(house: House) -> dict[str, Any]:
    """A proposal that two people decide on."""
    return house.proposal("enter_controlled_shipping")


def approve(client: TestClient, one: dict[str, Any], **said: str) -> Any:
    body = {"sha256": one["sha256"], **said}
    return client.post(f"/proposals/{one['id']}/approve", json=body)


def test_a_proposal_says_whether_the_asker_could_decide_and_why_not(
    client: Client, block: dict[str, Any]
) -> None:
    mine = client("plant_manager").get(f"/proposals/{block['id']}").json()
    assert (mine["mine"], mine["why_not"]) == (True, "")
    other = client("engineer").get("/proposals").json()["proposals"]
    (told,) = [one for one in other if one["id"] == block["id"]]
    assert told["mine"] is False
    assert "plant_manager" in told["why_not"]
    assert told["payload"] == block["payload"]


def test_one_yes_of_the_right_person_approves_and_has_it_carried_out(
    house: House, client: Client, block: dict[str, Any]
) -> None:
    decided = approve(client("plant_manager"), block, reason="seen at the line")
    assert decided.json() == {
        "schema": "andon.decision/1",
        "id": block["id"],
        "state": "approved",
        "accepted": True,
        "reason": "",
    }
    told = client("engineer").get(f"/proposals/{block['id']}").json()
    assert [(one["by"], one["reason"]) for one in told["rulings"]] == [
        ("plant_manager", "seen at the line")
    ]
    waiting = [one.payload.get("proposal_id") for one in house.parts.jobs.listed("waiting")]
    assert waiting.count(block["id"]) == 1


def test_the_same_yes_again_counts_once(client: Client, sorting: dict[str, Any]) -> None:
    first = approve(client("quality_manager"), sorting).json()
    again = approve(client("quality_manager"), sorting)
    assert first["state"] == again.json()["state"] == "proposed"
    assert "1 more must approve" in first["reason"]
    assert "counts once" in again.json()["reason"]
    told = client("quality_manager").get(f"/proposals/{sorting['id']}").json()
    assert len(told["rulings"]) == 1
    assert (told["mine"], bool(told["why_not"])) == (False, True)


def test_two_people_with_keys_of_their_own_approve_together(
    client: Client, sorting: dict[str, Any]
) -> None:
    assert approve(client("quality_manager"), sorting).json()["state"] == "proposed"
    assert approve(client("supplier_manager"), sorting).json()["state"] == "approved"


def test_another_hash_decides_nothing(client: Client, block: dict[str, Any]) -> None:
    answer = approve(client("plant_manager"), block, sha256="0" * 64)
    assert answer.status_code == 409
    assert "look again" in answer.json()["message"]
    assert client("engineer").get(f"/proposals/{block['id']}").json()["state"] == "proposed"


def test_a_hash_that_is_none_is_refused_before_anything_is_read(
    client: Client, block: dict[str, Any]
) -> None:
    assert approve(client("plant_manager"), block, sha256=block["sha256"][:8]).status_code == 422


def test_who_may_not_decide_hears_who_may(client: Client, block: dict[str, Any]) -> None:
    answer = approve(client("analyst"), block)
    assert answer.status_code == 403
    assert "plant_manager or quality_manager" in answer.json()["message"]
    assert client("engineer").get(f"/proposals/{block['id']}").json()["rulings"] == []


def test_a_no_needs_its_reason_and_ends_it(client: Client, block: dict[str, Any]) -> None:
    asked, path = client("plant_manager"), f"/proposals/{block['id']}/reject"
    assert asked.post(path, json={"sha256": block["sha256"], "reason": ""}).status_code == 422
    assert asked.post(path, json={"sha256": block["sha256"], "reason": "  "}).status_code == 400
    said = {"sha256": block["sha256"], "reason": "sorted already"}
    assert asked.post(path, json=said).json()["state"] == "rejected"
    late = approve(client("quality_manager"), block)
    assert late.status_code == 409
    assert "rejected already" in late.json()["message"]


def test_a_proposal_about_a_case_of_another_region_is_not_there(
    house: House, client: Client
) -> None:
    hidden = house.proposal("block_stock", house.case("LATAM"))
    asked = client("lena")
    assert asked.get(f"/proposals/{hidden['id']}").status_code == 404
    assert approve(asked, hidden).status_code == 404
    listed = asked.get("/proposals", params={"state": "all"}).json()["proposals"]
    assert hidden["id"] not in [one["id"] for one in listed]


def test_what_speaks_of_all_regions_is_read_whole_by_those_who_see_them_or_decide(
    client: Client, block: dict[str, Any]
) -> None:
    told = client("bruno").get(f"/proposals/{block['id']}").json()
    assert (told["id"], list(told["payload"])) == (block["id"], ["not_shown"])
    listed = client("bruno").get("/proposals").json()["proposals"]
    assert [list(one["payload"]) for one in listed if one["id"] == block["id"]] == [["not_shown"]]
    decides = client("lena").get(f"/proposals/{block['id']}").json()
    assert decides["payload"] == block["payload"]


def test_what_is_over_is_listed_only_when_all_is_asked_for(
    client: Client, block: dict[str, Any]
) -> None:
    said = {"sha256": block["sha256"], "reason": "no"}
    client("plant_manager").post(f"/proposals/{block['id']}/reject", json=said)

    def ids(state: str) -> list[str]:
        answer = client("engineer").get("/proposals", params={"state": state}).json()
        return [one["id"] for one in answer["proposals"]]

    assert block["id"] not in ids("waiting")
    assert block["id"] in ids("all")


def test_nobody_without_a_key_decides(house: House, block: dict[str, Any]) -> None:
    assert approve(TestClient(house.app), block).status_code == 401


def test_every_decision_and_refusal_stands_in_the_audit(
    house: House, client: Client, block: dict[str, Any]
) -> None:
    approve(client("analyst"), block)
    approve(client("plant_manager"), block)
    with house.parts.ledger.read() as connection:
        assert verify(connection).whole
