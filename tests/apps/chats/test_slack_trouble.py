"""What does not go well in Slack is said to whoever waits for it."""

import asyncio
import os
import signal

import pytest
import yaml

import apps.chats.slack
from apps.chats.slack.app import COMMAND
from apps.chats.slack.double import SlackDouble, Trouble, shown
from apps.chats.slack.reading import question
from apps.chats.slack.serving import Access, http, listening
from apps.verbs.slack import _serve
from domain.errors import BadArgument
from tests.apps.chats.workspace import QUESTION, SECRET, Workspace, mention

OUTSIDE = Trouble(200, "not_in_channel")


def test_where_the_app_may_not_write_the_person_hears_it_and_can_invite_it(
    run, workspace, parts
) -> None:
    async def scene() -> None:
        async with workspace() as one:
            one.slack.fail("chat.postMessage", OUTSIDE)
            one.slack.fail("chat.postEphemeral", OUTSIDE)
            await one.command(f"ask {QUESTION}")
            await one.slack.until(lambda: one.messages("U1"))
            (told,) = one.messages("U1")
            assert "Slack refused: not_in_channel" in shown(told)
            assert "invite the app" in shown(told)
            await one.idle()

    run(scene)
    assert [job.failures for job in parts.jobs.listed()] == [0]


def test_an_error_of_slacks_own_passes_and_nothing_is_posted_twice(run, workspace) -> None:
    async def scene() -> None:
        async with workspace() as one:
            one.slack.fail("chat.postMessage", Trouble(200, "internal_error"))
            one.slack.fail("chat.update", Trouble(200, "fatal_error"))
            await one.mention(QUESTION)
            await one.answered()
            await one.idle()
            assert (len(one.messages()), one.whispers()) == (1, [])

    run(scene)


def test_while_the_channels_file_is_broken_questions_and_buttons_are_answered(
    run, workspace, parts
) -> None:
    card = {"channel": "C1", "ts": "1.0", "blocks": [{"type": "actions", "elements": [
        {"type": "button", "action_id": "andon_reject", "value": "P-1 abc"}]}]}  # fmt: skip

    async def scene() -> None:
        async with workspace() as one:
            path = parts.settings.config / "channels.yaml"
            path.write_text("slack: [", encoding="utf-8")
            await one.mention(QUESTION)
            await one.slack.until(one.whispers)
            assert "it cannot be read who may ask where" in one.whispers()[0]
            await one.press(card, 0)
            (opened,) = one.slack.of("views.open")
            await one.submit(opened["view"], "no")
            await one.slack.until(lambda: len(one.whispers()) > 1)

    run(scene)


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast"])
def test_a_question_with_a_file_or_shown_in_the_channel_too_is_answered(
    run, workspace, subtype
) -> None:
    async def scene() -> None:
        async with workspace() as one:
            asked = await one.mention(QUESTION)
            await one.answered()
            ts = asked["event"]["ts"]
            await one.write("and S-0105?", thread_ts=ts, subtype=subtype)
            assert "S-0105" in shown(await one.answered(number=2))

    run(scene)


@pytest.mark.parametrize("subtype", ["message_changed", "message_deleted", "bot_message"])
def test_what_nobody_wrote_just_now_is_no_question(run, workspace, parts, subtype) -> None:
    async def scene() -> None:
        async with workspace() as one:
            more = {"channel": "D1", "channel_type": "im", "subtype": subtype}
            await one.write(QUESTION, **more)
            await one.write(QUESTION, channel="D1", channel_type="im", bot_id="B7")

    run(scene)
    assert parts.jobs.listed() == []


def test_what_people_say_to_each_other_in_our_thread_is_not_answered(run, workspace, parts) -> None:
    async def scene() -> None:
        async with workspace() as one:
            ts = (await one.mention(QUESTION))["event"]["ts"]
            await one.answered()
            await one.write("<@U2> can you look at it after lunch?", thread_ts=ts)
            await one.write("<@U2|maria> or tomorrow?", thread_ts=ts)
            await one.write("and S-0105? <@U2> wants to know", thread_ts=ts)
            assert "S-0105" in shown(await one.answered(number=2))

    run(scene)
    assert len(parts.jobs.listed()) == 2


@pytest.mark.parametrize(
    ("method", "name"),
    [("auth.test", "SLACK_BOT_TOKEN"), ("apps.connections.open", "SLACK_APP_TOKEN")],
)
def test_a_token_that_slack_does_not_take_is_named_at_the_start(run, parts, method, name) -> None:
    async def scene() -> None:
        async with SlackDouble().running() as slack:
            slack.fail(method, Trouble(200, "invalid_auth"))
            with pytest.raises(BadArgument, match=f"{name}: invalid_auth"):
                async with Workspace.opened(parts, slack):
                    pass

    run(scene)


def test_a_channels_file_that_is_wrong_is_said_at_the_start(run, parts) -> None:
    (parts.settings.config / "channels.yaml").write_text("slack: [", encoding="utf-8")

    async def scene() -> None:
        with pytest.raises(BadArgument, match="no YAML"):
            async with listening(parts, Access("xoxb-1")):
                pass

    run(scene)


def test_a_port_that_is_taken_is_said(run, parts) -> None:
    async def scene() -> None:
        async with SlackDouble().running() as slack:
            access = Access("xoxb-1", signing_secret=SECRET, api=slack.api)
            async with listening(parts, access) as heard, http(heard, "127.0.0.1", 0) as port:
                with pytest.raises(BadArgument, match=f"127.0.0.1:{port}"):
                    async with http(heard, "127.0.0.1", port):
                        pass

    run(scene)


def test_it_can_be_stopped_while_slack_cannot_be_reached(run, parts, caplog) -> None:
    async def scene() -> None:
        access = Access("xoxb-1", "xapp-1", api="http://127.0.0.1:9/")
        serving = asyncio.create_task(_serve(parts, access, None))
        while caplog.text.count("cannot be reached yet") < 2:  # noqa: ASYNC110  nobody tells
            await asyncio.sleep(0.05)
        assert not serving.done()
        os.kill(os.getpid(), signal.SIGTERM)
        async with asyncio.timeout(30):
            await serving

    run(scene)


def test_the_manifest_asks_for_what_the_app_hears() -> None:
    from importlib.resources import files

    text = (files(apps.chats.slack) / "manifest.yaml").read_text(encoding="utf-8")
    manifest = yaml.safe_load(text)
    events = manifest["settings"]["event_subscriptions"]["bot_events"]
    (command,) = manifest["features"]["slash_commands"]
    assert command["command"] == COMMAND
    assert {one.split(".")[0] for one in events} == {"app_mention", "message", "app_home_opened"}
    scopes = manifest["oauth_config"]["scopes"]["bot"]
    assert {"channels:history", "groups:history", "im:history"} <= {*scopes}
    assert manifest["features"]["app_home"]["messages_tab_read_only_enabled"] is False


@pytest.mark.parametrize("text", ["Help", "?", ""])
def test_who_asks_for_help_hears_what_there_is(run, workspace, text) -> None:
    async def scene() -> None:
        async with workspace() as one:
            await one.mention(text)
            await one.slack.until(one.whispers)
            assert "/andon trace" in one.whispers()[0]
            assert one.messages() == []

    run(scene)


def test_who_is_not_linked_may_talk_in_our_thread_without_being_answered(
    run, workspace, parts
) -> None:
    async def scene() -> None:
        async with workspace() as one:
            ts = (await one.mention(QUESTION))["event"]["ts"]
            await one.answered()
            await one.write("looks bad", user="U7", thread_ts=ts)
            await one.idle()
            assert one.whispers() == []

    run(scene)
    assert len(parts.jobs.listed()) == 1


def test_an_answer_whose_message_was_deleted_is_posted_anew(run, workspace, parts) -> None:
    async def scene() -> None:
        async with workspace() as one:
            asked = question(mention(QUESTION, one.slack.stamp())["event"], "Ev-gone")
            await one.heard.desk.do(asked, 1, False)
            first = await one.answered()
            one.slack.messages.clear()
            await one.heard.desk.do(asked, 2, False)
            again = await one.answered()
            assert again["ts"] != first["ts"]
            assert shown(again) == shown(first)

    run(scene)
    assert parts.conversations.requests.threads("engineer")[0].requests == 1
