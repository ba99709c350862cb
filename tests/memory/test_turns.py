"""Runs on one thread queue and do not race; the dead are passed over."""

import asyncio
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from domain.errors import ThreadBusy
from memory.turns import Turns
from services.database import open_database

LONG = 30.0


def turns_at(folder: Path, patience: float = 20.0) -> Turns:
    return Turns(open_database(folder / "memory.sqlite"), patience)


@pytest.fixture
def turns(tmp_path: Path) -> Turns:
    return turns_at(tmp_path)


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


def test_a_second_run_is_told_who_holds_the_thread_since_when(turns: Turns) -> None:
    async def two() -> None:
        async with turns.hold("T-1", "R-1"), turns.hold("T-1", "R-2"):
            pass

    with pytest.raises(ThreadBusy) as error:
        run(two())
    assert f"run R-1, process {os.getpid()}" in error.value.message
    assert "UTC" in error.value.message
    assert error.value.exit_code == 5
    assert error.value.next_step
    assert error.value.holds


def test_other_threads_are_not_held_up(turns: Turns) -> None:
    async def two() -> bool:
        async with turns.hold("T-1", "R-1"), turns.hold("T-2", "R-2"):
            return True

    assert run(two())


def test_the_turn_is_free_again_when_a_run_fails(turns: Turns) -> None:
    async def fail_then_hold() -> bool:
        with pytest.raises(ZeroDivisionError):
            async with turns.hold("T-1", "R-1"):
                raise ZeroDivisionError
        async with turns.hold("T-1", "R-2"):
            return True

    assert run(fail_then_hold())


def test_a_time_limit_of_the_run_itself_stays_what_it_is(turns: Turns) -> None:
    async def too_slow() -> None:
        async with turns.hold("T-1", "R-1"), asyncio.timeout(0.01):
            await asyncio.sleep(LONG)

    with pytest.raises(TimeoutError):
        run(too_slow())


def test_waiting_runs_get_their_turns_in_the_order_in_which_they_came(turns: Turns) -> None:
    got: list[str] = []
    at_work: set[str] = set()

    async def one(name: str) -> None:
        async with turns.hold("T-1", name, wait=LONG):
            at_work.add(name)
            assert at_work == {name}
            got.append(name)
            await asyncio.sleep(0.02)
            at_work.remove(name)

    async def queue() -> None:
        tasks = []
        async with turns.hold("T-1", "R-0"):
            for name in ("R-1", "R-2", "R-3", "R-4"):
                tasks.append(asyncio.create_task(one(name)))
                await asyncio.to_thread(_queued, turns, name)
        await asyncio.gather(*tasks)

    run(queue())
    assert got == ["R-1", "R-2", "R-3", "R-4"]


def test_whoever_waits_is_told_once_for_whom(turns: Turns) -> None:
    told: list[str] = []

    async def wait() -> None:
        async with turns.hold("T-1", "R-1"):
            with pytest.raises(ThreadBusy):
                async with turns.hold("T-1", "R-2", wait=0.35, waiting=told.append):
                    pass

    run(wait())
    assert len(told) == 1
    assert "R-1" in told[0]


def test_whoever_gives_up_leaves_the_queue(turns: Turns) -> None:
    async def give_up() -> list[str]:
        async with turns.hold("T-1", "R-1"):
            waiting = asyncio.create_task(_hold_once(turns, "R-2"))
            await asyncio.to_thread(_queued, turns, "R-2")
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            with pytest.raises(ThreadBusy):
                await _hold_once(turns, "R-3", wait=0)
            return await asyncio.to_thread(_names, turns)

    assert run(give_up()) == ["R-1"]
    assert _names(turns) == []


def test_whoever_is_stopped_while_it_queues_up_leaves_nothing_behind(
    turns: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    queueing, go_on = threading.Event(), threading.Event()
    queue_up = turns._queue_up

    def slowly(*given: str) -> int:
        queueing.set()
        go_on.wait(LONG)
        return queue_up(*given)

    monkeypatch.setattr(turns, "_queue_up", slowly)

    async def stop() -> None:
        waiting = asyncio.create_task(_hold_once(turns, "R-1"))
        await asyncio.to_thread(queueing.wait, LONG)
        waiting.cancel()
        await asyncio.sleep(0)
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    run(stop())
    assert _names(turns) == []


def test_the_event_loop_goes_on_while_a_run_waits(turns: Turns) -> None:
    async def wait() -> int:
        ticks = 0
        async with turns.hold("T-1", "R-1"):
            waiting = asyncio.create_task(_hold_once(turns, "R-2"))
            while ticks < 40:
                await asyncio.sleep(0.005)
                ticks += 1
                assert not waiting.done()
        await waiting
        return ticks

    assert run(wait()) == 40


def test_a_live_run_keeps_its_turn_for_longer_than_the_patience(tmp_path: Path) -> None:
    turns = turns_at(tmp_path, patience=1.0)

    async def outlast() -> None:
        async with turns.hold("T-1", "R-1"):
            with pytest.raises(ThreadBusy):
                await _hold_once(turns, "R-2", wait=1.6)

    run(outlast())


def test_a_run_that_blocks_the_event_loop_is_not_taken_for_dead(tmp_path: Path) -> None:
    turns = turns_at(tmp_path, patience=1.0)
    other = turns_at(tmp_path, patience=1.0)
    refused: list[str] = []

    def ask_meanwhile() -> None:
        try:
            run(_hold_once(other, "R-2", wait=0.2))
        except ThreadBusy as busy:
            refused.append(busy.message)

    async def block() -> None:
        async with turns.hold("T-1", "R-1"):
            time.sleep(1.4)  # noqa: ASYNC251
            meanwhile = threading.Thread(target=ask_meanwhile)
            meanwhile.start()
            meanwhile.join()

    run(block())
    assert len(refused) == 1


def test_a_run_that_lost_its_turn_is_stopped(tmp_path: Path) -> None:
    turns = turns_at(tmp_path, patience=0.3)
    done: list[str] = []

    async def lose() -> None:
        async with turns.hold("T-1", "R-1"):
            with turns._engine.begin() as connection:  # as a run does that takes this one for dead
                connection.execute(text("DELETE FROM turns"))
            await asyncio.sleep(LONG)
            done.append("R-1")

    with pytest.raises(ThreadBusy, match="lost its turn"):
        run(lose())
    assert done == []


def test_a_ticket_is_never_given_twice(turns: Turns) -> None:
    # Else the last beat of a run that is gone would keep a stranger's ticket alive.
    first = turns._queue_up("T-1", "R-1")
    turns._leave(first)
    assert turns._queue_up("T-1", "R-2") > first
    assert not turns._beat(first)


def test_only_the_oldest_ticket_takes_the_turn(turns: Turns) -> None:
    first, second = (turns._queue_up("T-1", name) for name in ("R-1", "R-2"))
    assert [turns._take("T-1", ticket) for ticket in (second, first, second)] == [0, 1, 0]
    turns._leave(first)
    assert turns._take("T-1", second)


def test_an_older_ticket_that_comes_to_light_late_takes_no_turn_away(turns: Turns) -> None:
    # A server may show the tickets of two transactions in another order than it numbered them.
    late = turns._queue_up("T-1", "R-late")
    with turns._engine.begin() as connection:
        connection.execute(text("UPDATE turns SET thread_id = 'T-2'"))
    assert turns._take("T-1", turns._queue_up("T-1", "R-quick"))
    with turns._engine.begin() as connection:
        connection.execute(text("UPDATE turns SET thread_id = 'T-1'"))
    assert not turns._take("T-1", late)


def hold_until_killed(folder: Path, patience: float, held: Any) -> None:
    async def hold() -> None:
        async with turns_at(folder, patience).hold("T-1", "R-killed"):
            held.set()
            await asyncio.sleep(60)

    asyncio.run(hold())


def count_up(folder: Path, name: str, rounds: int) -> None:
    """Read, think, write: loses counts unless runs take turns."""

    async def count() -> None:
        turns = turns_at(folder)
        for _ in range(rounds):
            async with turns.hold("T-1", name, wait=LONG):
                value = int((folder / "count").read_text())
                await asyncio.sleep(0.01)
                (folder / "count").write_text(str(value + 1))

    asyncio.run(count())


def test_a_killed_holder_is_passed_over(tmp_path: Path) -> None:
    patience = 1.5
    context = multiprocessing.get_context("spawn")
    held = context.Event()
    process = context.Process(
        target=hold_until_killed, args=(tmp_path, patience, held), daemon=True
    )
    process.start()
    assert held.wait(30)
    turns = turns_at(tmp_path, patience)
    with pytest.raises(ThreadBusy, match=f"run R-killed, process {process.pid}"):
        run(_hold_once(turns, "R-2", wait=0))
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    run(_hold_once(turns, "R-2", wait=LONG))
    assert _names(turns) == []


def test_runs_of_several_processes_do_not_race(tmp_path: Path) -> None:
    (tmp_path / "count").write_text("0")
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=count_up, args=(tmp_path, f"R-{n}", 8)) for n in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0]
    assert (tmp_path / "count").read_text() == "16"


async def _hold_once(turns: Turns, name: str, wait: float = LONG) -> None:
    async with turns.hold("T-1", name, wait=wait):
        pass


def _queued(turns: Turns, name: str) -> None:
    while name not in _names(turns):
        time.sleep(0.005)


def _names(turns: Turns) -> list[str]:
    with turns._engine.connect() as connection:
        return list(connection.execute(text("SELECT run_id FROM turns ORDER BY ticket")).scalars())
