"""The app's home page: what waits for me, what is due of me, what is open in my regions."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from apps.chats.cards import APPROVE, REJECT
from apps.chats.commands import case_line, moment, my_approvals, my_cases, proposal_line
from apps.chats.port import Said, Words
from apps.chats.slack.blocks import MOST_HOME_BLOCKS, fitted
from apps.chats.wording import phrase

if TYPE_CHECKING:
    from apps.chats.speakers import Speaker
    from domain.records.case import ActionItem

MOST_ACTIONS = 30


def home(speaker: "Speaker") -> dict[str, Any]:
    """The home page of a person as a Slack view; approvals are decided on their cards."""
    said = Said(tuple(_parts(speaker)), speaker.language, rest="andon cases")
    return {"type": "home", "blocks": fitted(said, MOST_HOME_BLOCKS).blocks}


def locked(said: Said) -> dict[str, Any]:
    """The home page of somebody who is not linked: why, and whom to ask."""
    return {"type": "home", "blocks": fitted(said, MOST_HOME_BLOCKS).blocks}


def reason_form(language: str, value: str, place: str) -> dict[str, Any]:
    """The form in which a rejection is given its reason.

    Args:
        language: of its words (BCP 47).
        value: id and hash of the proposal, as on the button.
        place: where the answer goes, kept in the form.
    """
    proposal, _, sha256 = value.partition(" ")

    def words(name: str) -> dict[str, Any]:
        text = phrase(language, name, id=proposal)
        return {"type": "plain_text", "text": text[:24], "emoji": False}

    field = {"type": "plain_text_input", "action_id": "reason", "multiline": True,
             "max_length": 2000}  # fmt: skip
    return {
        "type": "modal",
        "callback_id": f"{REJECT}_because",
        "private_metadata": f"proposal={proposal};sha256={sha256};{place}",
        "title": words("reject"),
        "submit": words("reject"),
        "close": words("cancel"),
        "blocks": [
            {"type": "input", "block_id": "reason", "label": words("reason"), "element": field}
        ],
    }


def _parts(speaker: "Speaker") -> Iterator[Words]:
    yield Words(phrase(speaker.language, "my_approvals"), "heading")
    approvals = my_approvals(speaker)
    yield from (Words(proposal_line(one, speaker)) for one in approvals)
    if approvals:
        yield Words(phrase(speaker.language, "how_to_approve"), "quiet")
    yield from _none(approvals, speaker)
    yield Words(phrase(speaker.language, "my_due"), "heading")
    actions = _actions(speaker)
    for one in actions[:MOST_ACTIONS]:
        yield Words(f"{one.due_on} · {one.case_id} {one.step} · {one.text}")
    yield from _none(actions, speaker)
    yield Words(phrase(speaker.language, "my_issues"), "heading")
    cases = my_cases(speaker)
    yield from (Words(case_line(one)) for one in cases)
    yield from _none(cases, speaker)
    yield Words(f"{speaker.principal.id} · {moment(speaker.parts.now(), speaker)}", "quiet")


def _none(found: object, speaker: "Speaker") -> Iterator[Words]:
    if not found:
        yield Words(phrase(speaker.language, "none"))


def _actions(speaker: "Speaker") -> "list[ActionItem]":
    """Open actions of the person, the next due first."""
    from memory.case_rows import case_file

    found = []
    with speaker.parts.ledger.read() as connection:
        for case in my_cases(speaker):
            file = case_file(connection, case.id, speaker.parts.scope)
            found += [
                one
                for one in file.actions
                if one.state == "open" and one.owner == speaker.principal.id
            ]
    return sorted(found, key=lambda one: (one.due_on, one.id))


__all__ = ["APPROVE", "home", "locked", "reason_form"]
