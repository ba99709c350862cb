"""Digests over HTTP: each once, in its language, for the people of its place."""

import pytest

from domain.records.digest import Digest
from graphs.digests.rendering import render_digest
from memory.outbox import post
from services.messaging.rendering import Receiver
from tests.apps.http.conftest import NOW, Client, House


@pytest.fixture(scope="module")
def european(watched: House) -> str:
    """A digest of a region, posted to two targets."""
    digest = Digest(
        kind="region",
        place="EU",
        timezone="Europe/Berlin",
        first_on=NOW.date(),
        last_on=NOW.date(),
        as_of=NOW.date(),
        made_at=NOW,
        run_id="T-AAAAAAAA",
    )
    key = "digest:region:EU:T-AAAAAAAA"
    words = render_digest(digest, "de")
    for target in ("kept", "chat"):
        message = words.message(Receiver(target), key=f"{key}:{target}")
        with watched.parts.ledger.change(by="andon:triage", at=NOW) as change:
            post(change, watched.parts.jobs, message)
    return key


def keys(client, **wanted: str) -> list[str]:
    return [one["key"] for one in client.get("/digests", params=wanted).json()["digests"]]


def test_a_digest_is_told_once_in_the_language_of_its_readers(
    client: Client, european: str
) -> None:
    told = client("maria").get("/digests").json()["digests"]
    (one,) = [digest for digest in told if digest["key"] == european]
    assert (one["language"], one["place"], one["kind"]) == ("de", "EU", "region")
    assert "Qualitätsbericht" in one["subject"]
    assert one["text"].startswith(one["subject"])


def test_people_of_another_region_do_not_see_it(client: Client, european: str) -> None:
    assert european not in keys(client("bruno"))
    assert european in keys(client("engineer"))


def test_a_site_is_read_about_by_the_people_of_its_region(watched: House, client: Client) -> None:
    sites = {key.split(":")[2] for key in keys(client("maria")) if ":site:" in key}
    rows = watched.as_user("maria").hub.snapshot(watched.as_user("maria").scope)
    assert sites == set(rows.query("visible_sites").column("site_id"))
    assert sites
    everywhere = {key.split(":")[2] for key in keys(client("engineer")) if ":site:" in key}
    assert sites < everywhere


def test_who_sees_some_suppliers_only_reads_no_digest(client: Client, european: str) -> None:
    assert keys(client("half")) == []
    assert client("half").get("/digests/latest").status_code == 404


def test_the_latest_of_a_place_is_asked_for_by_its_name(client: Client, european: str) -> None:
    asked = client("engineer")
    assert asked.get("/digests/latest", params={"region": "EU"}).json()["key"] == european
    assert set(keys(asked, region="EU")) == {european}
    none = asked.get("/digests/latest", params={"region": "ATLANTIS"})
    assert none.status_code == 404
    assert none.json()["next_step"]
