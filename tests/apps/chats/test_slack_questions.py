"""Asking in Slack: one message that grows into the answer, in the thread of the question."""

from apps.chats.slack.double import shown
from tests.apps.chats.workspace import QUESTION


def test_a_mention_is_answered_in_its_thread_by_one_message(run, workspace) -> None:
    async def scene() -> None:
        async with workspace() as one:
            asked = await one.mention(QUESTION)
            answer = await one.answered()
            print(shown(answer))
            assert answer["thread_ts"] == asked["event"]["ts"]
            assert len(one.messages()) == 1
            assert answer["edits"] >= 2

    run(scene)
