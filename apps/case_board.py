"""The case board: every case that a person may see, with what is due and what waits next."""

from collections import Counter
from typing import TYPE_CHECKING, Any

from apps.proposal_reading import listed
from domain.records.case import CaseState
from memory.case_rows import cases, next_due

if TYPE_CHECKING:
    from apps.wiring import Wiring

LIVE: tuple[CaseState, ...] = ("open", "verifying")
"""States of cases that somebody works on."""


def board(
    parts: "Wiring", *, everything: bool = False, region: str | None = None, severity: int = 1
) -> list[dict[str, Any]]:
    """The fields of each case with `next_due` and `waiting`; the gravest and newest first.

    Args:
        parts: the program's parts, for whoever looks.
        everything: also cases that have ended.
        region: only cases that concern this sales region; null: all that the person sees.
        severity: at least this one, 1 to 5.
    """
    with parts.ledger.read() as connection:
        found = cases(connection, scope=parts.scope, states=() if everything else LIVE)
        due = next_due(connection)
    now = parts.now()
    waiting = Counter(
        one.case_id for one in listed(parts) if one.state == "proposed" and now < one.expires_at
    )
    return [
        {
            **one.model_dump(mode="json"),
            "next_due": due[one.id].isoformat() if one.id in due else None,
            "waiting": waiting[one.id],
        }
        for one in found
        if one.severity >= severity and (region is None or {region, "*"} & set(one.regions))
    ]
