"""Checkpoints survive the process, hold plain JSON, and are made into nothing else."""

import asyncio
import multiprocessing
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Command, interrupt
from typing_extensions import TypedDict

from domain.errors import HubUnavailable
from domain.records.policy import Principal
from memory.threads import checkpoints, forget

PLAIN = {
    "n": 1,
    "rate": 0.25,
    "ok": True,
    "none": None,
    "text": "漏れ",
    "nested": {"list": [1, []]},
}
ROOT = Path(__file__).parents[2]


class State(TypedDict, total=False):
    value: Any
    who: Principal
    answers: list[str]


class Pair(NamedTuple):
    left: int
    right: int


def keeping(saver: BaseCheckpointSaver[str]) -> "CompiledStateGraph[Any, Any, Any, Any]":
    """A graph that keeps what it is given."""
    graph = StateGraph(State)
    graph.add_node("keep", lambda state: {"value": state["value"]})
    graph.add_edge(START, "keep")
    graph.add_edge("keep", END)
    return graph.compile(checkpointer=saver)


def asking(saver: BaseCheckpointSaver[str]) -> "CompiledStateGraph[Any, Any, Any, Any]":
    """A graph that asks back."""
    graph = StateGraph(State)
    graph.add_node("ask", lambda _: {"answers": [interrupt({"text": "which model?"})]})
    graph.add_edge(START, "ask")
    graph.add_edge("ask", END)
    return graph.compile(checkpointer=saver)


def on(thread_id: str) -> Any:
    return {"configurable": {"thread_id": thread_id}}


async def kept(path: Path, **state: Any) -> dict[str, Any]:
    """What a graph finds in its thread after the file was closed and opened again."""
    async with checkpoints(path) as saver:
        await keeping(saver).ainvoke(state, on("T-1"), durability="exit")
    async with checkpoints(path) as saver:
        return (await keeping(saver).aget_state(on("T-1"))).values


def test_plain_json_comes_back_equal(tmp_path: Path) -> None:
    found = asyncio.run(kept(tmp_path / "threads.sqlite", value=PLAIN))
    assert found == {"value": PLAIN}


def test_a_tuple_comes_back_as_a_list(tmp_path: Path) -> None:
    found = asyncio.run(kept(tmp_path / "threads.sqlite", value={"pair": (1, (2, 3))}))
    assert found == {"value": {"pair": [1, [2, 3]]}}


def test_typed_objects_come_back_as_dicts(tmp_path: Path) -> None:
    person = Principal(id="maria", roles=("quality_engineer",))
    found = asyncio.run(kept(tmp_path / "threads.sqlite", value=[person, Pair(1, 2)], who=person))
    assert type(found["who"]) is dict
    assert found["who"]["id"] == "maria"
    assert [type(one) for one in found["value"]] == [dict, dict]
    assert found["value"][1] == {"left": 1, "right": 2}


def test_the_switch_of_langgraph_makes_no_objects_of_a_checkpoint(tmp_path: Path) -> None:
    # It is read once, when LangGraph is imported, and lets in what a state is annotated with.
    code = f"""
import asyncio, sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from test_threads import Principal, kept
from pathlib import Path
who = Principal(id="maria")
found = asyncio.run(kept(Path({str(tmp_path)!r}) / "t.sqlite", value=who, who=who))
assert type(found["who"]) is dict and type(found["value"]) is dict, found
"""
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "LANGGRAPH_STRICT_MSGPACK": "true"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr


def test_a_question_is_answered_by_its_id_after_the_file_was_closed(tmp_path: Path) -> None:
    path = tmp_path / "threads.sqlite"

    async def ask() -> str:
        async with checkpoints(path) as saver:
            stopped = await asking(saver).ainvoke({}, on("T-1"), durability="exit")
        (question,) = stopped["__interrupt__"]
        assert question.value == {"text": "which model?"}
        return question.id

    async def answer(question_id: str) -> dict[str, Any]:
        async with checkpoints(path) as saver:
            graph = asking(saver)
            (waiting,) = (await graph.aget_state(on("T-1"))).interrupts
            assert waiting.id == question_id
            return await graph.ainvoke(Command(resume={question_id: "AX-1"}), on("T-1"))

    assert asyncio.run(answer(asyncio.run(ask()))) == {"answers": ["AX-1"]}


def test_two_that_have_the_file_open_lose_no_thread(tmp_path: Path) -> None:
    path = tmp_path / "threads.sqlite"

    async def both() -> list[Any]:
        async with checkpoints(path) as one, checkpoints(path) as other:
            graphs = [keeping(one), keeping(other)]
            await asyncio.gather(
                *(graphs[n % 2].ainvoke({"value": n}, on(f"T-{n}")) for n in range(12))
            )
        async with checkpoints(path) as saver:
            graph = keeping(saver)
            return [(await graph.aget_state(on(f"T-{n}"))).values.get("value") for n in range(12)]

    assert asyncio.run(both()) == list(range(12))


def keep_many(path: Path, barrier: Any, who: int) -> None:
    async def many() -> None:
        barrier.wait(60)
        async with checkpoints(path) as saver:
            for n in range(5):
                await keeping(saver).ainvoke({"value": n}, on(f"T-{who}-{n}"))

    asyncio.run(many())


def test_processes_that_open_a_new_file_at_once_lose_no_thread(tmp_path: Path) -> None:
    path = tmp_path / "new" / "threads.sqlite"
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(2)
    workers = [context.Process(target=keep_many, args=(path, barrier, n)) for n in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0]

    async def found() -> list[Any]:
        async with checkpoints(path) as saver:
            states = [
                await keeping(saver).aget_state(on(f"T-{who}-{n}"))
                for who in range(2)
                for n in range(5)
            ]
        return [state.values.get("value") for state in states]

    assert asyncio.run(found()) == [0, 1, 2, 3, 4] * 2


def test_a_writer_waits_while_another_has_the_file_locked(tmp_path: Path) -> None:
    path = tmp_path / "threads.sqlite"

    async def wait() -> None:
        async with checkpoints(path) as saver, checkpoints(path) as other:
            await other.conn.execute("BEGIN IMMEDIATE")
            writing = asyncio.create_task(keeping(saver).ainvoke({"value": 1}, on("T-1")))
            await asyncio.sleep(0.3)
            assert not writing.done()
            await other.conn.rollback()
            assert await writing == {"value": 1}

    asyncio.run(wait())


def test_only_the_owner_may_read_the_conversations(tmp_path: Path) -> None:
    path = tmp_path / "state" / "threads.sqlite"

    async def modes() -> dict[str, int]:
        async with checkpoints(path) as saver:
            await keeping(saver).ainvoke({"value": 1}, on("T-1"))
            return {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}

    old = os.umask(0)
    try:
        found = asyncio.run(modes())
    finally:
        os.umask(old)
    assert set(found.values()) == {0o600}
    assert {"threads.sqlite", "threads.sqlite-wal"} <= found.keys()
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_what_is_forgotten_is_gone_from_the_file(tmp_path: Path) -> None:
    path = tmp_path / "threads.sqlite"
    secret, kept_text = "cracked-pump-of-customer", "noise-in-the-fan"

    async def forget_one() -> list[Any]:
        async with checkpoints(path) as saver:
            graph = keeping(saver)
            await graph.ainvoke({"value": secret * 500}, on("T-1"))
            await graph.ainvoke({"value": kept_text}, on("T-2"))
            assert secret.encode() in _bytes(path.parent)
            await forget(saver, "T-1")
            assert secret.encode() not in _bytes(path.parent)
            return [(await graph.aget_state(on(f"T-{n}"))).values for n in (1, 2)]

    assert asyncio.run(forget_one()) == [{}, {"value": kept_text}]
    assert kept_text.encode() in _bytes(path.parent)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "threads.sqlite"
    path.write_text("these are my notes, not a database " * 100)
    with pytest.raises(HubUnavailable, match=r"threads\.sqlite"):
        asyncio.run(kept(path, value=1))
    assert path.read_text().startswith("these are my notes")


def test_memory_is_imported_without_langgraph() -> None:
    code = "import memory.bundle, sys; sys.exit('langgraph' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def _bytes(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()))
