"""Deciding in Slack: the card shows what would be done, and then what was done."""

from datetime import timedelta

import pytest

from apps.chats.slack.double import Trouble, shown
from apps.deciding import decide
from apps.proposal_reading import one_of
from apps.worker import make_worker
from memory.proposals import Wish, propose
from tests.apps.chats.workspace import CHANNELS, Workspace, buttons
from tests.graphs.acting_parts import letter, payload

APPROVE, REJECT = 0, 1
WITH_CARDS = CHANNELS.replace(
    'C1: {name: quality, regions: ["*"]}', 'C1: {name: quality, regions: ["*"], approvals: "true"}'
)


@pytest.fixture
def put(parts):
    """Proposes something to a supplier."""

    def make(kind="message_supplier", supplier="S-0104", **changed) -> str:
        (parts.settings.config / "channels.yaml").write_text(WITH_CARDS, encoding="utf-8")
        with parts.ledger.change(by="andon:case", at=parts.now()) as change:
            told = {**payload(kind, supplier), **changed}
            wish = Wish(f"{kind}:{supplier}", kind, told, None)
            return propose(change, wish, parts.action_policy)

    return make


def test_a_proposal_is_approved_on_its_card_which_then_shows_what_was_done(
    run, workspace, parts, put
) -> None:
    one_id = put(letter=letter("Please answer <!channel> *today*."))

    async def scene() -> None:
        async with workspace() as one:
            card = await one.card()
            assert "Please answer <!channel> *today*." in exact(card)
            assert f"message_supplier · {one_id}" in shown(card)
            await one.press(card, APPROVE)
            await one.slack.until(one.whispers)
            assert one.whispers() == [f"{one_id}: approved, not executed"]
            await one.slack.until(lambda: not buttons(card))
            assert "approved, not executed" in shown(card)
            assert "approved · supplier_manager" in shown(card)
            for _ in range(2):
                make_worker(parts, ["actions", "outbox"]).run_due(parts.now())
            await one.slack.until(lambda: "\nexecuted" in shown(card))

    run(scene)
    assert one_of(parts, one_id).state == "executed"


def test_who_may_not_approve_hears_who_may(run, workspace, parts, put) -> None:
    one_id = put()

    async def scene() -> None:
        async with workspace() as one:
            card = await one.card()
            await one.press(card, APPROVE, "U1")
            await one.slack.until(one.whispers)
            assert "supplier_manager or quality_manager may decide on" in one.whispers()[0]
            await one.press(card, APPROVE, "U7")
            await one.slack.until(lambda: len(one.whispers()) == 2)
            assert "your account is not linked to a user" in one.whispers()[1]
            assert buttons(card)

    run(scene)
    assert one_of(parts, one_id).rulings == ()


def test_a_second_press_changes_nothing_and_says_so(run, workspace, parts, put) -> None:
    one_id = put()

    async def scene() -> None:
        async with workspace() as one:
            card = await one.card()
            before = {**card}
            pressed = await one.press(card, APPROVE)
            await one.slack.deliver("interactive", pressed)
            await one.press(before, APPROVE)
            await one.slack.until(lambda: len(one.whispers()) == 2)
            assert any("decided by you before; it counts once" in t for t in one.whispers())
            await one.idle()
            assert len(one.whispers()) == 2, "the same press was answered twice"

    run(scene)
    assert len(one_of(parts, one_id).rulings) == 1


def test_a_rejection_asks_for_its_reason_and_keeps_it(run, workspace, parts, put) -> None:
    one_id = put()

    async def scene() -> None:
        async with workspace() as one:
            card = await one.card()
            await one.press(card, REJECT)
            (opened,) = one.slack.of("views.open")
            await one.submit(opened["view"], "the lot is the wrong one")
            await one.slack.until(lambda: not buttons(card))
            assert "rejected · supplier_manager" in shown(card)
            assert "the lot is the wrong one" in shown(card)

    run(scene)
    assert one_of(parts, one_id).state == "rejected"


def test_a_form_that_does_not_open_is_said_and_nothing_is_decided(
    run, workspace, parts, put
) -> None:
    one_id = put()

    async def scene() -> None:
        async with workspace() as one:
            card = await one.card()
            one.slack.fail("views.open", Trouble(200, "expired_trigger_id"))
            await one.press(card, REJECT)
            await one.slack.until(one.whispers)
            assert "did not open the form" in one.whispers()[0]

    run(scene)
    assert one_of(parts, one_id).state == "proposed"


def test_a_decision_from_elsewhere_reaches_the_card_and_old_buttons_answer(
    run, workspace, parts, put, manager
) -> None:
    one_id = put()

    async def scene() -> None:
        async with workspace() as one:
            card = await one.card()
            before = {**card}
            found = one_of(manager, one_id)
            decide(manager, found, "reject", sha256=found.sha256, reason="from the terminal")
            await one.slack.until(lambda: not buttons(card))
            assert "from the terminal" in shown(card)
            await one.press(before, APPROVE)
            await one.slack.until(one.whispers)
            assert "it is rejected already" in one.whispers()[0]

    run(scene)


def test_what_expired_loses_its_buttons(run, workspace, parts, put, monkeypatch) -> None:
    put()

    async def scene() -> None:
        async with workspace() as one:
            card = await one.card()
            began = parts.now()
            monkeypatch.setattr(type(parts), "now", lambda _: began + timedelta(days=60))
            await one.slack.until(lambda: not buttons(card))
            assert "expired" in shown(card)

    run(scene)


def test_other_words_than_those_on_the_card_are_not_approved(run, workspace, parts, put) -> None:
    one_id = put()

    async def scene() -> None:
        async with workspace() as one:
            card = await one.card()
            await one.press(card, APPROVE, value=f"{one_id} {'0' * 64}")
            await one.slack.until(one.whispers)
            assert "what you saw is not what stands there now" in one.whispers()[0]

    run(scene)
    assert one_of(parts, one_id).state == "proposed"


def test_what_does_not_fit_on_a_card_cannot_be_approved_there(run, workspace, parts, put) -> None:
    one_id = put(letter=letter("x" * 200_000))

    async def scene() -> None:
        async with workspace() as one:
            card = await one.card(with_buttons=False)
            assert buttons(card) == []
            assert f"do not fit here: andon proposals {one_id}" in shown(card)

    run(scene)


def test_two_instances_post_one_card(run, new_parts, parts, put) -> None:
    put()

    async def scene() -> None:
        async with (
            Workspace.opened(parts) as one,
            Workspace.opened(new_parts(), one.slack) as other,
        ):
            await one.card()
            await one.heard.desk.cards.look()
            await other.heard.desk.cards.look()
            assert len(one.messages()) == 1

    run(scene)


def test_my_approvals_come_as_cards_into_my_direct_messages(run, workspace, parts, put) -> None:
    one_id = put()

    async def scene() -> None:
        async with workspace() as one:
            await one.command("approve", "U3", "C2")
            await one.slack.until(lambda: one.messages("D3"))
            (card,) = one.messages("D3")
            assert one_id in shown(card)
            await one.press(card, APPROVE)
            await one.slack.until(lambda: not buttons(card))

    run(scene)


def test_the_home_page_shows_approvals_duties_and_cases(run, workspace, parts, put) -> None:
    one_id = put()

    async def scene() -> None:
        async with workspace() as one:
            await one.open_home("U3")
            await one.slack.until(lambda: one.slack.of("views.publish"))
            page = shown(one.slack.of("views.publish")[0]["view"])
            for text in ("Waiting for my approval", one_id, "What I have to do", "Open cases"):
                assert text in page
            await one.open_home("U7")
            await one.slack.until(lambda: len(one.slack.of("views.publish")) == 2)
            assert "not linked" in shown(one.slack.of("views.publish")[1]["view"])

    run(scene)


@pytest.fixture
def manager(parts):
    """The program, as the one who may decide uses it."""
    return parts.speaking_as(parts.people.principal("supplier_manager"))


def exact(card) -> str:
    """What stands on a card as it is."""
    rows = [e for one in card["blocks"] if one["type"] == "rich_text" for e in one["elements"]]
    return shown({"blocks": [e for e in rows if e["type"] == "rich_text_preformatted"]})


def test_a_click_whose_answer_was_lost_is_told_as_it_was_counted(
    run, workspace, parts, put
) -> None:
    one_id = put()

    async def scene() -> None:
        async with workspace() as one:
            card = await one.card()
            one.slack.fail("chat.postEphemeral", *[Trouble(500)] * 4)
            await one.press(card, APPROVE)
            await one.slack.until(one.whispers)
            assert one.whispers() == [f"{one_id}: approved, not executed"]

    run(scene)
    assert [ruling.by for ruling in one_of(parts, one_id).rulings] == ["supplier_manager"]
