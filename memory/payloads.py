"""What a proposal may say: the record of its kind, and nothing beside it."""

from typing import Any

from pydantic import ValidationError

from domain.errors import InvalidArgument
from domain.records.proposal import PAYLOADS

NOT_EDITED = ("activate_test_recipe", "activate_vision_threshold")
"""Kinds whose payload is what evidence allows, word for word."""


def fitting(kind: str, payload: dict[str, Any]) -> dict[str, Any]:
    """The payload as it is kept: checked, with nothing left out and nothing added.

    Raises:
        InvalidArgument: the kind is unknown, or the payload does not fit it.
    """
    if kind not in PAYLOADS:
        raise InvalidArgument(
            f"unknown kind of proposal {kind!r}", next_step=f"one of: {', '.join(PAYLOADS)}"
        )
    try:
        return PAYLOADS[kind].model_validate(payload).model_dump(mode="json")
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "payload"
        raise InvalidArgument(
            f"{kind} cannot take this payload: {place}: {first['msg']}",
            next_step=f"fields of {kind}: {', '.join(PAYLOADS[kind].model_fields)}",
        ) from error


def check_editable(kind: str, proposal_id: str) -> None:
    """Refuse to edit what evidence allows word for word.

    Raises:
        InvalidArgument: proposals of that kind are not edited.
    """
    if kind in NOT_EDITED:
        raise InvalidArgument(
            f"{proposal_id} rests on evidence for exactly these words and cannot be edited",
            holds="it is as it was",
            next_step="reject it and propose anew",
        )
