"""Triage, factory watch and worker from the command line."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from services.hub.hub import Hub
from tests.apps.conftest import Ran
from tests.conftest import fill
from tests.graphs.triaging.small_field import MESSAGING, field

Andon = Callable[..., Ran]


@pytest.fixture
def night(ready: Andon, place: Path, monkeypatch: pytest.MonkeyPatch) -> Andon:
    """A house with the small field on the morning of its first run."""
    monkeypatch.setenv("ANDON_NOW", "2026-06-28T23:30:00Z")
    fill(Hub(place / "hub"), field())
    (place / "state" / "messaging.yaml").write_text(MESSAGING, encoding="utf-8")
    return ready


def rows(place: Path) -> dict[str, int]:
    """How many rows each table of the database holds."""
    with sqlite3.connect(place / "state" / "memory.sqlite") as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {
            name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
            for (name,) in tables.fetchall()
        }


def test_a_night_from_the_command_line(night: Andon, place: Path) -> None:
    dry = night("triage", "--dry-run", "--as-of", "2026-06-28", "--json").json
    kept = {name: count for name, count in rows(place).items() if name not in ("alembic_version",)}
    assert {name for name, count in kept.items() if count} <= {"audit_head"}
    assert len(Hub(place / "hub").log.all()) == 2
    assert (dry["dry_run"], dry["read"], len(dry["safety"])) == (True, 10, 5)

    done = night("triage", "--as-of", "2026-06-28", "--json").json
    assert done["schema"] == "andon.triage/1"
    assert done["read"] == done["coded"] + done["duplicate"] + done["quarantined"]
    assert (len(done["pages"]), len(done["digests"])) == (4, 2)
    shown = night("triage", "--as-of", "2026-06-28")
    assert "done before; nothing has changed since" in " ".join(shown.out.split())
    assert "pages: page:" in shown.out

    assert night("worker", "--once").code == 0
    assert len(list((place / "state" / "duty").iterdir())) == 4
    assert len(list((place / "state" / "told").iterdir())) == 2
    history = night("triage", "--history", "--json").json["runs"]
    assert [one["run_id"] for one in history] == [done["run_id"]]


def test_bad_questions_are_answered_in_words(night: Andon) -> None:
    unknown = night("triage", "--region", "Atlantis")
    assert unknown.code == 6
    assert "Atlantis" in unknown.err
    late = night("triage", "--since", "2026-07-01", "--as-of", "2026-06-28")
    assert late.code == 2
    assert "is not before" in late.err


def test_a_worker_keeps_the_hours_of_the_messaging_file(night: Andon, place: Path) -> None:
    assert night("worker", "--once").code == 0
    planned = {one["key"]: one for one in night("jobs", "--json").json["schedules"]}
    assert set(planned) == {"triage:EU", "triage:NA", "triage:*", "watch:*", "upkeep"}
    assert planned["triage:EU"]["next_at"].startswith("2026-06-29T03:00")
    assert planned["triage:NA"]["next_at"].startswith("2026-06-29T09:00")
    fewer = MESSAGING[: MESSAGING.index("  NA:")]
    (place / "state" / "messaging.yaml").write_text(fewer, encoding="utf-8")
    night("worker", "--once")
    assert "triage:NA" not in {one["key"] for one in night("jobs", "--json").json["schedules"]}


def test_missed_nights_are_caught_up_once(
    night: Andon, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    night("worker", "--once")
    monkeypatch.setenv("ANDON_NOW", "2026-07-03T12:00:00Z")
    assert night("worker", "--once").code == 0
    runs = night("triage", "--history", "--json").json["runs"]
    assert sorted(one["region"] for one in runs) == ["*", "EU", "NA"]
    reads = [night("triage", "--region", one, "--json").json["read"] for one in ("EU", "NA")]
    assert sum(reads) <= 10
    assert len(list((place / "state" / "duty").iterdir())) == 4  # whichever run read them
