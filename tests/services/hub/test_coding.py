"""Codes go into the hub once, in one commit, or not at all."""

import multiprocessing
import random
import shutil
import signal
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.errors import HubBusy
from services.hub.coding import Code, Link, coding_load, keep_codes
from services.hub.hub import Hub
from tests.conftest import EVERYTHING, fill

NOW = datetime(2026, 3, 1, tzinfo=UTC)
NOISE = Code("A", "rules", "NOISE", 2, "en", False, False, 0.95)
FLICKER = NOISE._replace(symptom_code="FLICKER")
COPY = Link("B", "A", "exact", 1.0)
KILLS = 10


def rows(hub: Hub, table: str, columns: str = "*") -> list[tuple[Any, ...]]:
    with hub.snapshot(EVERYTHING) as snapshot:
        return list(snapshot.run(f"SELECT {columns} FROM {table} ORDER BY ALL", {}).values)


def held(hub: Hub) -> list[tuple[Any, ...]]:
    return rows(hub, "feedback_codes", "feedback_id, coder, symptom_code")


def test_several_symptoms_of_one_piece_are_kept_with_their_run(hub: Hub) -> None:
    made = keep_codes(hub, [NOISE, FLICKER], [COPY], run_id="R-1", now=NOW)
    assert made.load_id == coding_load("R-1")
    assert made.load_id.startswith("T-")
    assert held(hub) == [("A", "rules", "FLICKER"), ("A", "rules", "NOISE")]
    assert rows(hub, "feedback_codes", "DISTINCT coded_at, load_id") == [(NOW, made.load_id)]
    assert rows(hub, "feedback_links") == [("B", "A", "exact", 1.0, made.load_id)]


def test_the_day_of_the_hub_is_not_moved_by_coding(hub: Hub) -> None:
    fill(hub, {"feedback": [{"feedback_id": "A", "received_at": NOW - timedelta(days=9)}]})
    newest = hub.newest().newest_on
    assert keep_codes(hub, [NOISE], [], run_id="R-1", now=NOW).newest_on == newest


def test_the_same_run_again_makes_no_commit(hub: Hub) -> None:
    first = keep_codes(hub, [NOISE, FLICKER], [COPY], run_id="R-1", now=NOW)
    again = keep_codes(hub, [NOISE, FLICKER], [COPY], run_id="R-1", now=NOW + timedelta(hours=1))
    other = keep_codes(hub, [NOISE, FLICKER], [COPY], run_id="R-2", now=NOW + timedelta(days=1))
    assert first == again == other == hub.newest()


def test_nothing_to_keep_makes_no_commit(hub: Hub) -> None:
    before = hub.newest()
    assert keep_codes(hub, [], [], run_id="R-1", now=NOW) == before


def test_a_row_named_twice_is_kept_once(hub: Hub) -> None:
    keep_codes(hub, [NOISE, NOISE], [COPY, COPY], run_id="R-1", now=NOW)
    assert (len(held(hub)), len(rows(hub, "feedback_links"))) == (1, 1)


def test_only_what_is_not_held_is_added(hub: Hub) -> None:
    keep_codes(hub, [NOISE], [], run_id="R-1", now=NOW)
    keep_codes(hub, [NOISE, NOISE._replace(feedback_id="B")], [], run_id="R-2", now=NOW)
    found = rows(hub, "feedback_codes", "feedback_id, load_id")
    assert found == [("A", coding_load("R-1")), ("B", coding_load("R-2"))]


def test_a_piece_that_is_read_otherwise_now_has_only_the_new_reading(hub: Hub) -> None:
    by_model = NOISE._replace(coder="model:m", symptom_code="SMOKE_BURN", severity=5)
    by_person = NOISE._replace(coder="maria")
    other = NOISE._replace(feedback_id="B")
    keep_codes(hub, [NOISE, by_model, by_person, other], [], run_id="R-1", now=NOW)
    before = hub.newest()
    keep_codes(hub, [FLICKER], [], run_id="R-2", now=NOW)
    assert held(hub) == [
        ("A", "maria", "NOISE"),
        ("A", "rules", "FLICKER"),
        ("B", "rules", "NOISE"),
    ]
    with hub.snapshot(EVERYTHING, commit_id=before.commit_id) as snapshot:
        assert len(snapshot.run("SELECT * FROM feedback_codes", {}).values) == 4


def test_a_replaced_reading_keeps_a_models_equal_reading_that_comes_with_it(hub: Hub) -> None:
    by_model = NOISE._replace(coder="model:m")
    keep_codes(hub, [NOISE, by_model], [], run_id="R-1", now=NOW)
    keep_codes(hub, [FLICKER, by_model], [], run_id="R-2", now=NOW)
    assert held(hub) == [("A", "model:m", "NOISE"), ("A", "rules", "FLICKER")]


def test_what_a_run_has_kept_it_does_not_change(hub: Hub) -> None:
    keep_codes(hub, [NOISE], [], run_id="R-1", now=NOW)
    keep_codes(hub, [FLICKER], [], run_id="R-1", now=NOW)
    assert held(hub) == [("A", "rules", "NOISE")]


def test_two_pieces_are_never_linked_in_both_directions(hub: Hub) -> None:
    keep_codes(hub, [], [COPY], run_id="R-1", now=NOW)
    keep_codes(hub, [], [Link("A", "B", "near", 0.95)], run_id="R-2", now=NOW)
    assert rows(hub, "feedback_links", "feedback_id, other_id, kind") == [("B", "A", "exact")]


def test_words_in_any_script_and_quotes_stay_as_they_are(hub: Hub) -> None:
    odd = NOISE._replace(feedback_id="o'A-雑音", coder='model:"x"; --', language=None)
    keep_codes(hub, [odd], [], run_id="R-1", now=NOW)
    assert held(hub) == [("o'A-雑音", 'model:"x"; --', "NOISE")]


def test_keeping_waits_for_an_ingest_and_then_says_who_holds_the_hub(hub: Hub) -> None:
    with (
        hub.transaction(),
        pytest.raises(HubBusy, match="another ingest is running: process") as caught,
    ):
        keep_codes(Hub(hub.folder), [NOISE], [], run_id="R-1", now=NOW, wait=0.2)
    assert "as it was" in caught.value.holds
    assert held(hub) == []


def keep(folder: Path, announced: "multiprocessing.Queue[float]") -> None:
    hub = Hub(folder)
    announced.put(time.time())
    keep_codes(hub, *many(), run_id="R-2", now=NOW)


def many() -> tuple[list[Code], list[Link]]:
    """Codes of 400 pieces, one of which was read otherwise before, so that a table is rewritten."""
    codes = [NOISE._replace(feedback_id=f"P{n}") for n in range(400)]
    return [*codes, FLICKER], [Link(f"P{n + 1}", f"P{n}", "near", 0.93) for n in range(50)]


def content(hub: Hub) -> list[list[tuple[Any, ...]]]:
    return [rows(hub, "feedback_codes"), rows(hub, "feedback_links")]


def test_a_process_killed_while_it_keeps_codes_leaves_the_commit_before_or_after(
    hub: Hub, tmp_path: Path
) -> None:
    keep_codes(hub, [NOISE], [], run_id="R-1", now=NOW)
    before = content(hub)
    whole = tmp_path / "whole"
    shutil.copytree(hub.folder, whole)
    started = time.monotonic()
    keep_codes(Hub(whole), *many(), run_id="R-2", now=NOW)
    seconds = time.monotonic() - started
    after = content(Hub(whole))
    assert before != after
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["services.hub.coding"])
    moments, survived = random.Random(6), 0
    for number in range(KILLS):
        folder = tmp_path / f"hub{number}"
        shutil.copytree(hub.folder, folder)
        announced: multiprocessing.Queue[float] = context.Queue()
        process = context.Process(target=keep, args=(folder, announced))
        process.start()
        announced.get(timeout=60)
        time.sleep(moments.uniform(0, seconds))
        process.kill()
        process.join()
        assert process.exitcode in (0, -signal.SIGKILL)
        shown = content(Hub(folder))
        assert shown in (before, after)
        survived += shown == after
        keep_codes(Hub(folder), *many(), run_id="R-2", now=NOW)
        assert content(Hub(folder)) == after
        assert sorted(path.name for path in folder.iterdir()) == [
            "commits", "hub.json", "lease", "tables",
        ]  # fmt: skip
    assert survived < KILLS, "no kill hit a process that was keeping codes"
