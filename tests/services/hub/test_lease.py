"""Only one ingest writes; a dead one never blocks the next."""

import json
import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest

from domain.errors import HubBusy
from services.hub.lease import lease


def hold(folder: Path, ready: "multiprocessing.synchronize.Event") -> None:
    with lease(folder):
        ready.set()
        time.sleep(60)


@pytest.fixture
def holder(tmp_path: Path) -> "multiprocessing.Process":
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    process = context.Process(target=hold, args=(tmp_path, ready), daemon=True)
    process.start()
    assert ready.wait(30)
    yield process
    process.kill()
    process.join()


def test_a_second_ingest_is_told_who_holds_the_lease(
    holder: "multiprocessing.Process", tmp_path: Path
) -> None:
    with pytest.raises(HubBusy, match=f"process {holder.pid}"), lease(tmp_path):
        pass


def test_the_lease_of_a_killed_process_is_free_at_once(
    holder: "multiprocessing.Process", tmp_path: Path
) -> None:
    assert holder.pid is not None
    os.kill(holder.pid, signal.SIGKILL)
    holder.join()
    with lease(tmp_path, wait=1):
        pass


def test_waiting_is_announced_once(holder: "multiprocessing.Process", tmp_path: Path) -> None:
    told: list[str] = []
    with pytest.raises(HubBusy), lease(tmp_path, wait=0.4, waiting=told.append):
        pass
    assert len(told) == 1


def test_a_fresh_heartbeat_of_another_machine_counts_as_held(tmp_path: Path) -> None:
    note = {"pid": 1, "host": "elsewhere", "since": time.time(), "beat": time.time()}
    (tmp_path / "lease").write_text(json.dumps(note))
    with pytest.raises(HubBusy, match="elsewhere"), lease(tmp_path):
        pass
    (tmp_path / "lease").write_text(json.dumps({**note, "beat": time.time() - 60}))
    with lease(tmp_path):
        pass
