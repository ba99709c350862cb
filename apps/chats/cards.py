"""A proposal as a card: exactly what would be done, who may decide, and where it stands."""

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from apps.chats.port import Button, Said, Words
from apps.chats.wording import phrase

if TYPE_CHECKING:
    from apps.wiring import Wiring
    from domain.records.proposal import Proposal

ENDED = ("executed", "rejected", "expired")
"""What a card shows that does not change any more."""
APPROVE, REJECT = "andon_approve", "andon_reject"


def card(parts: "Wiring", one: "Proposal", language: str, zone: ZoneInfo) -> Said:
    """A proposal as a card; it has buttons as long as a decision is awaited.

    Args:
        parts: the program's parts.
        one: the proposal.
        language: of the words around it (BCP 47).
        zone: time zone of its moments.
    """
    from apps.proposal_reading import progress

    waits = one.state == "proposed" and parts.now() < one.expires_at
    until = f"{one.expires_at.astimezone(zone):%Y-%m-%d %H:%M %Z}"
    lines = [
        Words(f"{one.kind} · {one.id}", "heading"),
        Words(progress(parts, one)),
        *_decided(one, language),
        Words(phrase(language, "risk", what=one.risk)),
    ]
    if waits:
        who = " / ".join(one.approvers)
        lines.append(Words(phrase(language, "who_may", needed=one.needed, who=who, when=until)))
    lines += _payload(one.payload)
    about = [one.case_id or "", *one.evidence, one.proposed_by, f"sha256 {one.sha256[:12]}"]
    lines.append(Words(" · ".join(filter(None, about)), "quiet"))
    value = f"{one.id} {one.sha256}"
    buttons = (
        Button(APPROVE, phrase(language, "approve"), value, "primary"),
        Button(REJECT, phrase(language, "reject"), value, "danger"),
    )
    rest = f"andon proposals {one.id}"
    return Said(tuple(lines), language, rest=rest, buttons=buttons if waits else ())


def stands(parts: "Wiring", one: "Proposal") -> str:
    """A mark of all that a card shows of where a proposal stands."""
    from apps.proposal_reading import progress

    if one.state in ENDED:
        return one.state
    told = f"{progress(parts, one)} {len(one.rulings)}"
    return f"{one.state}:{hashlib.sha256(told.encode()).hexdigest()[:16]}"


def _decided(one: "Proposal", language: str) -> Iterator[Words]:
    for ruling in one.rulings:
        why = f": {ruling.reason}" if ruling.reason else ""
        word = phrase(language, f"did_{ruling.decision}")
        yield Words(f"{word} · {ruling.by} ({ruling.role}){why}")


def _payload(payload: dict[str, Any]) -> Iterator[Words]:
    """Every field as it is; letters word for word."""
    letters = {"": payload["letter"]} if payload.get("letter") else payload.get("letters", {})
    fields = {k: v for k, v in payload.items() if k not in ("letter", "letters")}
    yield Words("\n".join(f"{name}: {value}" for name, value in fields.items()), "exact")
    for place, letter in letters.items():
        head = f"{place + ': ' if place else ''}{letter['subject']} ({letter['language']})"
        yield Words(f"{head}\n\n{letter['text']}", "exact")
