"""Commands in Slack: what they show, to whom, and in whose time."""

import pytest

from apps.chats.slack.double import shown
from apps.cli import run as andon
from memory.case_rows import cases
from memory.cases import take_sign
from tests.apps.chats.workspace import QUESTION
from tests.memory.ledgers import sign


@pytest.fixture
def opened(parts):
    """Opens a case of a region; gives its id."""

    def make(region: str) -> str:
        with parts.ledger.change(by="andon:case", at=parts.now()) as change:
            raised = sign(region, regions=(region,))
            return take_sign(change, raised, parts.action_policy).case_id

    return make


@pytest.fixture
def told(run, workspace):
    """Gives commands one after the other; returns what was whispered."""

    def play(*commands: str, user: str = "U1", channel: str = "C1") -> list[str]:
        async def scene() -> list[str]:
            async with workspace() as one:
                for number, text in enumerate(commands, 1):
                    await one.command(text, user, channel)
                    await one.slack.until(lambda most=number: len(one.whispers()) >= most)
                return one.whispers()

        return run(scene)

    return play


def test_cases_are_those_that_person_and_channel_may_see(told, opened, parts) -> None:
    mine, other = opened("EU"), opened("NA")
    with parts.ledger.read() as connection:
        assert {one.id for one in cases(connection)} == {mine, other}
    (seen,) = told("case")
    assert mine in seen
    assert other in seen
    (seen,) = told("case", user="U1", channel="C2")
    assert mine in seen
    assert other not in seen
    one, hidden = told(f"case {mine}", f"case {other.lower()}", user="U2", channel="C2")
    assert one.startswith(mine)
    assert "D3" in one
    assert f"unknown case '{other}'" in hidden


def test_a_unit_is_traced_and_an_unknown_one_is_offered_near_ones(told) -> None:
    (offered,) = told("trace SN0001")
    assert "unknown serial 'SN0001'" in offered
    serial = offered.split("did you mean ")[1].split(",")[0]
    (text,) = told(f"trace {serial}")
    assert serial in text
    assert "E-" in text


def test_help_names_every_command_in_the_channels_language(told) -> None:
    (text,) = told("", channel="C2")
    assert "/andon approve: was auf meine Freigabe wartet" in text
    (text,) = told("help")
    assert "/andon why R-…" in text


def test_why_tells_how_the_last_answer_was_reached(run, workspace) -> None:
    async def scene() -> None:
        async with workspace() as one:
            await one.command("why")
            await one.slack.until(one.whispers)
            assert "nothing was answered yet" in one.whispers()[0]
            await one.mention(QUESTION)
            answer = shown(await one.answered())
            run_id = next(w for w in answer.split() if w.startswith("R-"))
            for number, text in enumerate(("why", f"why {run_id}"), 2):
                await one.command(text)
                await one.slack.until(lambda most=number: len(one.whispers()) >= most)
                assert "supplier_followup" in one.whispers()[-1]
                assert run_id in one.whispers()[-1]
            await one.command(f"why {run_id}", "U3")
            await one.slack.until(lambda: len(one.whispers()) >= 4)
            assert "somebody else's" in one.whispers()[-1]

    run(scene)


def test_an_unknown_language_is_refused_with_those_that_there_are(told) -> None:
    (text,) = told("lang tlh")
    assert "there is no wording in tlh" in text
    assert "ja" in text


@pytest.mark.parametrize("missing", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"])
def test_a_missing_token_is_named(monkeypatch, capsys, missing) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"):
        monkeypatch.setenv(name, "x")
    monkeypatch.delenv(missing)
    assert andon(["slack"]) == 2
    assert f"{missing} is not set" in capsys.readouterr().err
