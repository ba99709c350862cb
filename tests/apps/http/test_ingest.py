"""Data taken in over HTTP: by whom, and what is told of what went wrong."""

from pathlib import Path
from typing import Any

import pytest

from apps.http.limits import BODY_BYTES_OF
from memory.audit import entries
from tests.apps.http.conftest import Client, House

HEAD = "model_id,family,name,launched_on\n"
GOOD = f"{HEAD}NEW-1,TV,New one,2026-01-01\n"


def send(client, *files: tuple[str, bytes | str], **wanted: Any) -> Any:
    form = [("file", file) for file in files]
    return client.post("/ingest", files=form, params=wanted)


def test_a_good_file_is_taken_in_once(house: House, client: Client) -> None:
    first = send(client("quality_manager"), ("models.csv", GOOD))
    assert first.status_code == 200
    told = first.json()
    assert (told["schema"], told["read"], told["accepted"]) == ("andon.ingest/1", 1, 1)
    assert told["commit"] == house.parts.hub.newest().commit_id
    again = send(client("analyst"), ("models.csv", GOOD)).json()
    assert (again["already_loaded"], again["load_id"]) == (True, told["load_id"])


def test_a_bad_row_goes_to_quarantine_and_the_rest_is_taken(client: Client) -> None:
    rows = f"{HEAD}NEW-2,TV,New two,2026-01-01\nNEW-3,TV,New three,not a day\n"
    told = send(client("analyst"), ("models.csv", rows)).json()
    assert (told["read"], told["accepted"], told["quarantined"]) == (2, 1, 1)
    assert sum(told["files"][0]["rules"].values()) == 1


def test_a_bare_body_is_one_file(client: Client) -> None:
    rows = f"{HEAD}NEW-4,TV,New four,2026-01-01\n"
    answer = client("analyst").post(
        "/ingest",
        content=rows.encode(),
        params={"filename": "models.csv"},
        headers={"Content-Type": "text/csv"},
    )
    assert answer.json()["accepted"] == 1


def test_several_files_are_one_load(client: Client) -> None:
    models = f"{HEAD}NEW-5,TV,New five,2026-01-01\n"
    parts = "part_id,name\nP-NEW,New part\n"
    told = send(client("analyst"), ("models.csv", models), ("parts.csv", parts)).json()
    assert {one["path"] for one in told["files"]} == {"models.csv", "parts.csv"}
    assert told["accepted"] == 2


def test_a_text_named_as_a_workbook_is_refused_and_nothing_changes(
    house: House, client: Client
) -> None:
    before = house.parts.hub.newest().commit_id
    answer = send(client("analyst"), ("claims.xlsx", "this is no workbook"))
    assert answer.status_code == 422
    told = answer.json()
    assert told["schema"] == "andon.error/1"
    assert "claims.xlsx" in f"{told['message']} {told['where']}"
    assert "/tmp" not in answer.text
    assert house.parts.hub.newest().commit_id == before


def test_a_file_that_nothing_says_how_to_read_is_refused_in_words(client: Client) -> None:
    answer = send(client("analyst"), ("holiday.csv", "a,b\n1,2\n"))
    assert answer.status_code == 422
    assert "andon-ingest" not in answer.text
    assert "holiday.csv" in answer.json()["message"]


def test_a_mapping_is_named_and_never_a_path_of_the_server(client: Client, tmp_path: Path) -> None:
    secret = tmp_path / "mapping.yaml"
    secret.write_text("files: models.csv\ntables: {}\n", encoding="utf-8")
    answer = send(client("analyst"), ("models.csv", GOOD), mapping=str(secret)[:80])
    assert answer.status_code == 404
    assert "scms" in answer.json()["next_step"]


@pytest.mark.parametrize(
    "name", ["../models.csv", "/etc/models.csv", ".models.csv", "a\\models.csv", "..", ""]
)
def test_a_file_name_is_a_plain_name(client: Client, name: str) -> None:
    body = client("analyst").post("/ingest", content=b"x", params={"filename": name})
    assert body.status_code == 422
    form = b'--b\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n\r\nx\r\n--b--'
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    sent = client("analyst").post("/ingest", content=form % name.encode(), headers=headers)
    assert sent.status_code == 400
    assert sent.json()["schema"] == "andon.error/1"


def test_a_form_without_files_and_two_files_of_one_name_are_refused(client: Client) -> None:
    empty = client("analyst").post("/ingest", files={"other": ("models.csv", GOOD)})
    assert empty.status_code == 400
    twice = send(client("analyst"), ("models.csv", GOOD), ("models.csv", GOOD))
    assert twice.status_code == 400


@pytest.mark.parametrize("user", ["engineer", "half", "lena"])
def test_who_may_not_take_data_in_hears_who_may(client: Client, user: str) -> None:
    answer = send(client(user), ("models.csv", GOOD))
    assert answer.status_code == 403
    assert "analyst" in answer.json()["message"]


def test_nothing_of_a_body_is_read_for_somebody_who_may_not_send_it(client: Client) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    broken = {"content": b"--b no form at all", "headers": headers}
    assert client("engineer").post("/ingest", **broken).status_code == 403
    assert client("analyst").post("/ingest", **broken).status_code == 400


def test_a_body_that_is_too_large_is_refused(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(BODY_BYTES_OF, "/ingest", 1000)
    answer = send(client("analyst"), ("models.csv", "x" * 5000))
    assert answer.status_code == 413
    assert answer.json()["schema"] == "andon.error/1"


def test_the_audit_keeps_who_took_what_in(house: House, client: Client) -> None:
    rows = f"{HEAD}NEW-6,TV,New six,2026-01-01\n"
    told = send(client("quality_manager"), ("models.csv", rows)).json()
    with house.parts.ledger.read() as connection:
        (entry,) = [
            one
            for one in entries(connection, subject=told["load_id"])
            if one.action == "data.taken_in"
        ]
    assert entry.by == "quality_manager"
