"""Asking in Slack: one message that grows into the answer, in the thread of the question."""

import asyncio

import pytest

from apps.chats.asking import thread_id
from apps.chats.port import Place
from apps.chats.slack.double import BOT_USER, Trouble, shown
from apps.chats.slack.reading import question
from tests.apps.chats.workspace import QUESTION, Workspace, mention
from tools.registry import named
from tools.runner import run_tool


def test_a_mention_is_answered_in_its_thread_by_one_message_that_changes(run, workspace) -> None:
    async def scene() -> None:
        async with workspace() as one:
            asked = await one.mention(QUESTION)
            answer = await one.answered()
            assert answer["thread_ts"] == asked["event"]["ts"]
            assert len(one.messages()) == 1
            seen = [shown(body) for body in one.slack.of("chat.update")]
            assert any("supplier followup" in text for text in seen[:-1]), "no live progress"
            assert "S-0104" in shown(answer)
            assert "as of 2026-11-15 · decided by rules · hub C-" in shown(answer)

    run(scene)


def test_a_follow_up_without_a_mention_is_answered_only_where_we_take_part(
    run, workspace, parts
) -> None:
    async def scene() -> None:
        async with workspace() as one:
            asked = await one.mention(QUESTION)
            await one.answered()
            ts = asked["event"]["ts"]
            await one.write("and S-0105?", thread_ts="1.0")
            await one.write("something among us")
            await one.write("and S-0105?", thread_ts=ts)
            follow_up = await one.answered(number=2)
            assert "S-0105" in shown(follow_up)
            assert len(one.messages()) == 2
            name = thread_id(Place(surface="slack", channel="C1", thread=ts), "engineer")
            kept = parts.conversations.requests.thread(name, "engineer")
            assert [row.text for row in kept] == [QUESTION, "and S-0105?"]

    run(scene)


def test_a_mention_that_comes_as_a_message_too_is_answered_once(run, workspace) -> None:
    async def scene() -> None:
        async with workspace() as one:
            ts = (await one.mention(QUESTION))["event"]["ts"]
            await one.write(f"<@{BOT_USER}> {QUESTION}", thread_ts=ts)
            await one.answered()
            await one.idle()
            assert len(one.messages()) == 1

    run(scene)


def test_a_direct_message_is_answered_and_begins_a_thread(run, workspace) -> None:
    async def scene() -> None:
        async with workspace() as one:
            await one.write(QUESTION, channel="D1", channel_type="im")
            assert (await one.answered("D1"))["thread_ts"]

    run(scene)


@pytest.mark.parametrize(
    ("user", "channel", "why"),
    [
        ("U7", "C1", "your account is not linked to a user"),
        ("U1", "C7", "this channel is not set up for questions"),
        ("U9", "C1", "a user who is not there any more"),
        ("U2", "C4", "have no region in common"),
    ],
)
def test_who_may_not_ask_here_hears_why_and_leaves_no_words(
    run, workspace, parts, user, channel, why
) -> None:
    async def scene() -> None:
        async with workspace() as one:
            await one.mention("my secret is 42", user, channel)
            await one.slack.until(one.whispers)
            assert why in one.whispers()[0]
            assert "ask" in one.whispers()[0].lower()
            assert one.messages(channel) == []

    run(scene)
    kept = [job.payload["text"] for job in parts.jobs.listed()]
    assert kept == ([""] if user != "U2" else ["my secret is 42"])


def test_what_is_written_down_is_de_identified(run, workspace, parts) -> None:
    async def scene() -> None:
        async with workspace() as one:
            await one.mention("write to <mailto:jo@example.com|jo@example.com> about S-0104")
            await one.idle()

    run(scene)
    (job,) = parts.jobs.listed()
    assert "example.com" not in job.payload["text"]
    assert "S-0104" in job.payload["text"]


def test_the_channel_chooses_the_language_until_a_person_does(run, workspace) -> None:
    async def scene() -> None:
        async with workspace() as one:
            await one.mention(QUESTION, "U1", "C2")
            assert "entschieden durch" in shown(await one.answered("C2"))
            await one.command("lang fr", "U1", "C2")
            await one.slack.until(one.whispers)
            await one.mention(QUESTION, "U1", "C2")
            assert "décidé par" in shown(await one.answered("C2", 2))

    run(scene)


def test_in_a_shared_channel_only_its_own_supplier_is_seen(run, workspace) -> None:
    async def scene() -> None:
        async with workspace() as one:
            await one.mention("Which suppliers are there?", "U1", "C3")
            assert "S-0105" not in shown(await one.answered("C3"))
            await one.mention("How is S-0105 doing?", "U1", "C3")
            assert "PPM" not in shown(await one.answered("C3", 2))
            await one.command("case", "U1", "C3")
            await one.slack.until(one.whispers)
            assert "people of another company read this channel" in one.whispers()[0]

    run(scene)


def test_a_slash_question_shows_who_asked_what_and_can_be_followed_up(run, workspace) -> None:
    async def scene() -> None:
        async with workspace() as one:
            await one.command(f"ask {QUESTION}")
            answer = await one.answered()
            assert f"engineer asks: {QUESTION}" in shown(answer)
            await one.write("and S-0105?", thread_ts=answer["ts"])
            assert "S-0105" in shown(await one.answered(number=2))

    run(scene)


def test_charts_that_are_cited_come_as_pictures_with_words(
    run, workspace, parts, monkeypatch
) -> None:
    pytest.importorskip("vl_convert")
    chart = run_tool(named("claim_rate"), {}, parts.context())
    hidden = run_tool(named("describe_hub"), {}, parts.context())
    monkeypatch.setattr("apps.terminal.pictures.cited", lambda _: iter([hidden.id, chart.id]))

    async def scene() -> None:
        async with workspace() as one:
            asked = await one.mention(QUESTION)
            await one.answered()
            await one.idle()
            (picture,) = one.slack.files
            assert picture["content"].startswith(b"\x89PNG")
            assert picture["thread_ts"] == asked["event"]["ts"]
            assert picture["title"] == f"{chart.id}: {chart.summary}"[:200]

    run(scene)


def test_the_same_event_is_answered_once_whoever_gets_it(run, new_parts) -> None:
    first, second = new_parts(), new_parts()

    async def scene() -> None:
        async with Workspace.opened(first) as one, Workspace.opened(second, one.slack) as other:
            payload = mention(QUESTION, one.slack.stamp())
            for times in range(3):
                again = {**payload, "retry_attempt": times, "retry_reason": "timeout"}
                await one.slack.deliver("events_api", again)
                await one.heard.app.async_dispatch(bolt_request(payload))
                await other.heard.app.async_dispatch(bolt_request(payload))
            await one.answered()
            await one.idle()
            assert len(one.messages()) == 1
            assert len(one.slack.of("chat.postMessage")) == 1

    run(scene)
    assert len(first.jobs.listed()) == 1


def test_an_event_that_cannot_be_kept_is_not_acknowledged_and_comes_again(
    run, workspace, parts, monkeypatch
) -> None:
    async def scene() -> None:
        async with workspace() as one:
            payload = mention(QUESTION, one.slack.stamp())
            with monkeypatch.context() as broken:
                broken.setattr(parts.jobs, "enqueue", _locked)
                with pytest.raises(TimeoutError):
                    await one.slack.deliver("events_api", payload, seconds=1)
            await one.slack.deliver("events_api", payload)
            await one.answered()

    run(scene)


def test_a_busy_and_a_broken_slack_get_the_answer_all_the_same(run, workspace) -> None:
    async def scene() -> None:
        async with workspace() as one:
            one.slack.fail("chat.postMessage", Trouble(429, "ratelimited", 1), Trouble(500))
            one.slack.fail("chat.update", *[Trouble(429, "ratelimited", 0), Trouble(503)] * 2)
            await one.mention(QUESTION)
            await one.answered()
            assert len(one.messages()) == 1

    run(scene)


def test_an_answer_that_slack_refused_for_long_is_not_asked_for_again(
    run, workspace, parts
) -> None:
    async def scene() -> None:
        async with workspace() as one:
            one.slack.fail("chat.update", *[Trouble(500)] * 60)
            await one.mention(QUESTION)
            await one.until(lambda: any(job.failures for job in parts.jobs.listed()))
            one.slack.heal()
            await one.answered()
            assert len(one.messages()) == 1

    run(scene)
    asked = parts.conversations.requests.threads("engineer")
    assert [one.requests for one in asked] == [1]


def test_a_message_that_was_posted_before_a_death_is_found_and_changed(run, workspace) -> None:
    async def scene() -> None:
        async with workspace() as one:
            one.slack.lose("chat.postMessage")
            await one.mention(QUESTION)
            await one.answered()
            assert len(one.messages()) == 1

    run(scene)


def test_a_run_that_died_half_way_is_asked_again_in_the_same_message(run, workspace, parts) -> None:
    async def scene() -> None:
        async with workspace() as one:
            asked = question(mention(QUESTION, one.slack.stamp())["event"], "Ev-died")
            dying = asyncio.create_task(one.heard.desk.do(asked, 1, False))
            await one.slack.until(one.messages)
            dying.cancel()
            await asyncio.wait([dying])
            await one.heard.desk.do(asked, 2, False)
            await one.answered()
            assert len(one.messages()) == 1

    run(scene)


def test_a_dropped_socket_is_opened_again(run, parts) -> None:
    async def scene() -> None:
        async with Workspace.opened(parts, ping=0.5) as one:
            await one.mention(QUESTION)
            await one.slack.drop()
            await one.mention("How is S-0105 doing?")
            await one.answered(number=2)
            assert {"S-0104", "S-0105"} == {shown(m).split("(")[0][2:8] for m in one.messages()}

    run(scene)


def bolt_request(payload):
    from slack_bolt.async_app import AsyncBoltRequest

    return AsyncBoltRequest(body=payload, mode="socket_mode")


def _locked(*_, **__):
    raise OSError("the database is locked")
