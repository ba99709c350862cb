"""Cases over HTTP: who sees which, and what they may do to them."""

import pytest

from tests.apps.http.conftest import Client, House


@pytest.fixture
def european(house: House) -> str:
    return house.case("EU", severity=4)


def ids(client, **wanted: object) -> list[str]:
    answer = client.get("/cases", params=wanted)
    assert answer.status_code == 200
    return [one["id"] for one in answer.json()["cases"]]


def test_the_board_shows_a_region_its_own_cases_and_those_of_all(
    house: House, client: Client, european: str
) -> None:
    american, everywhere = house.case("LATAM"), house.case("*")
    assert {european, everywhere} <= set(ids(client("maria")))
    assert american not in ids(client("maria"))
    assert {european, american, everywhere} <= set(ids(client("engineer")))


def test_the_board_is_narrowed_by_region_and_severity(
    house: House, client: Client, european: str
) -> None:
    mild = house.case("LATAM", severity=2)
    grave = ids(client("engineer"), severity=4)
    assert european in grave
    assert mild not in grave
    assert european not in ids(client("engineer"), region="LATAM")
    assert mild in ids(client("engineer"), region="LATAM")


def test_the_board_tells_how_many_proposals_wait_and_what_is_due_next(
    house: House, client: Client, european: str
) -> None:
    house.proposal("block_stock", european)
    (shown,) = [c for c in client("maria").get("/cases").json()["cases"] if c["id"] == european]
    assert shown["waiting"] == 1
    due = [one["due_on"] for one in client("maria").get(f"/cases/{european}").json()["actions"]]
    assert shown["next_due"] == (min(due) if due else None)


def test_a_case_of_another_region_cannot_be_told_from_one_that_is_not(
    client: Client, european: str
) -> None:
    theirs = client("bruno").get(f"/cases/{european}")
    none = client("bruno").get("/cases/C-AAAAAAAA")
    assert theirs.status_code == none.status_code == 404
    assert theirs.json()["schema"] == "andon.error/1"
    words = theirs.json()["message"].replace(european, "X")
    assert words == none.json()["message"].replace("C-AAAAAAAA", "X")
    for path, body in (("owner", {"owner": "bruno"}), ("notes", {"step": "D3", "text": "mine"})):
        assert client("bruno").post(f"/cases/{european}/{path}", json=body).status_code == 404
    assert client("bruno").get(f"/cases/{european}/report.html").status_code == 404


def test_a_case_is_told_with_its_steps_and_proposals(
    house: House, client: Client, european: str
) -> None:
    made = house.proposal("block_stock", european)
    told = client("maria").get(f"/cases/{european}").json()
    assert told["schema"] == "andon.case/1"
    assert [one["step"] for one in told["steps"]] == [f"D{n}" for n in range(9)]
    assert [one["id"] for one in told["proposals"]] == [made["id"]]


def test_a_report_is_a_page_without_scripts_or_text_with_marks(
    client: Client, european: str
) -> None:
    page = client("maria").get(f"/cases/{european}/report.html")
    assert page.headers["content-type"].startswith("text/html")
    assert "script" not in page.headers["content-security-policy"]
    assert "sandbox" in page.headers["content-security-policy"]
    assert european in page.text
    assert "<script" not in page.text
    text = client("maria").get(f"/cases/{european}/report.md")
    assert text.headers["content-type"].startswith("text/markdown")
    assert text.headers["cache-control"] == page.headers["cache-control"] == "no-store"
    assert european in text.text


def test_an_owner_must_be_a_person_who_sees_the_case(client: Client, european: str) -> None:
    asked = client("engineer")
    told = asked.post(f"/cases/{european}/owner", json={"owner": "maria"})
    assert told.status_code == 200
    assert told.json()["case"]["owner"] == "maria"
    unknown = asked.post(f"/cases/{european}/owner", json={"owner": "maira"})
    assert unknown.status_code == 400
    assert "maria" in unknown.json()["next_step"]
    blind = asked.post(f"/cases/{european}/owner", json={"owner": "bruno"})
    assert blind.status_code == 403
    assert asked.get(f"/cases/{european}").json()["case"]["owner"] == "maria"


def test_a_note_is_kept_under_the_name_of_whoever_wrote_it(client: Client, european: str) -> None:
    body = {"step": "D3", "text": "Sorted 40 of 60.", "state": "done"}
    told = client("maria").post(f"/cases/{european}/notes", json=body).json()
    (step,) = [one for one in told["steps"] if one["step"] == "D3"]
    assert step["state"] == "done"
    (note,) = next(value for value in step["content"].values() if isinstance(value, list))
    assert (note["by"], note["text"]) == ("maria", "Sorted 40 of 60.")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"step": "D9", "text": "x"}, 422),
        ({"step": "D3", "text": "x" * 3000}, 422),
        ({"step": "D3"}, 422),
        ({"step": "D3", "text": "  "}, 422),
        ({"step": "D3", "text": "x", "by": "engineer"}, 422),
    ],
)
def test_a_wrong_note_changes_nothing(client: Client, european: str, body, status: int) -> None:
    answer = client("maria").post(f"/cases/{european}/notes", json=body)
    assert answer.status_code == status
    assert answer.json()["schema"] == "andon.error/1"


def test_who_may_only_read_hears_who_may_change_a_case(client: Client, house: House) -> None:
    shared = house.case("*")
    answer = client("analyst").post(f"/cases/{shared}/notes", json={"step": "D3", "text": "x"})
    assert answer.status_code == 403
    assert "quality_engineer" in answer.json()["message"]
