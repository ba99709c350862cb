"""Slack by signed HTTP: what is forged, old or replayed changes nothing."""

import contextlib
import json
import time

import aiohttp
import pytest

from apps.chats.slack.double import SlackDouble, shown
from apps.chats.slack.serving import PATH, Access, http, listening
from tests.apps.chats.workspace import QUESTION, SECRET, Workspace, mention, signed


@pytest.fixture
def served(parts):
    """Starts the app behind HTTP; gives the workspace and a way to post."""

    @contextlib.asynccontextmanager
    async def start():
        async with contextlib.AsyncExitStack() as stack:
            slack = await stack.enter_async_context(SlackDouble().running())
            access = Access("xoxb-1", signing_secret=SECRET, api=slack.api)
            heard = await stack.enter_async_context(listening(parts, access, pace=0.0))
            port = await stack.enter_async_context(http(heard, "127.0.0.1", 0))
            session = await stack.enter_async_context(aiohttp.ClientSession())

            async def post(body: bytes, headers: dict[str, str]) -> int:
                url = f"http://127.0.0.1:{port}{PATH}"
                async with session.post(url, data=body, headers=headers) as answer:
                    return answer.status

            yield Workspace(slack, heard, access), post

    return start


def test_a_signed_event_is_answered_and_the_same_request_again_changes_nothing(run, served) -> None:
    async def scene() -> None:
        async with served() as (one, post):
            body = json.dumps(mention(QUESTION, one.slack.stamp())).encode()
            headers = signed(body)
            assert await post(body, headers) == 200
            retry = {**headers, "X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}
            assert await post(body, retry) == 200
            assert await post(body, headers) == 200
            assert "S-0104" in shown(await one.answered())
            await one.idle()
            assert len(one.messages()) == 1

    run(scene)


def test_a_first_event_that_slack_calls_a_retry_is_not_dropped(run, served) -> None:
    async def scene() -> None:
        async with served() as (one, post):
            body = json.dumps(mention(QUESTION, one.slack.stamp())).encode()
            assert await post(body, {**signed(body), "X-Slack-Retry-Num": "3"}) == 200
            await one.answered()

    run(scene)


@pytest.mark.parametrize("forged", ["other secret", "old", "from the future", "other body", "none"])
def test_what_is_not_signed_as_it_should_be_is_refused_and_not_kept(
    run, served, parts, forged
) -> None:
    async def scene() -> None:
        async with served() as (one, post):
            body = json.dumps(mention(QUESTION, one.slack.stamp())).encode()
            headers = {
                "other secret": signed(body, "another"),
                "old": signed(body, at=time.time() - 301),
                "from the future": signed(body, at=time.time() + 301),
                "other body": signed(body + b" "),
                "none": {"Content-Type": "application/json"},
            }[forged]
            assert await post(body, headers) == 401

    run(scene)
    assert parts.jobs.listed() == []
