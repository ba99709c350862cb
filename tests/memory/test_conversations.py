"""A conversation is forgotten as a whole, and not while somebody is at work on it."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.base import empty_checkpoint

from domain.errors import NotPermitted, ThreadBusy
from memory.bundle import Conversations
from memory.threads import checkpoints
from services.database import open_database

ON_THREAD: Any = {"configurable": {"thread_id": "T-1", "checkpoint_ns": ""}}


@pytest.fixture
def conversations(tmp_path: Path) -> Conversations:
    opened = Conversations.open(open_database(tmp_path / "memory.sqlite"), tmp_path)
    opened.requests.begin(run_id="R-1", thread_id="T-1", principal_id="maria", text="why?")
    return opened


async def _has_checkpoint(conversations: Conversations) -> bool:
    async with checkpoints(conversations.checkpoints) as saver:
        return await saver.aget_tuple(ON_THREAD) is not None


async def _keep_checkpoint(conversations: Conversations) -> None:
    async with checkpoints(conversations.checkpoints) as saver:
        await saver.aput(ON_THREAD, empty_checkpoint(), {}, {})


def test_a_forgotten_conversation_leaves_neither_questions_nor_checkpoints(conversations) -> None:
    async def forget() -> list[bool]:
        await _keep_checkpoint(conversations)
        before = await _has_checkpoint(conversations)
        await conversations.forget("T-1", "maria")
        return [before, await _has_checkpoint(conversations)]

    assert asyncio.run(forget()) == [True, False]
    assert conversations.requests.threads(None) == []


def test_only_its_owner_can_have_a_conversation_forgotten(conversations) -> None:
    async def forget() -> bool:
        await _keep_checkpoint(conversations)
        with pytest.raises(NotPermitted):
            await conversations.forget("T-1", "tom")
        return await _has_checkpoint(conversations)

    assert asyncio.run(forget())
    assert len(conversations.requests.thread("T-1", "maria")) == 1


def test_a_conversation_is_not_forgotten_under_a_run(conversations) -> None:
    async def forget() -> None:
        async with conversations.turns.hold("T-1", "R-1"):
            with pytest.raises(ThreadBusy, match="R-1"):
                await conversations.forget("T-1", "maria")

    asyncio.run(forget())
    assert len(conversations.requests.thread("T-1", "maria")) == 1
