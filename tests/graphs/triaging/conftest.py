"""Feedback as triage reads it, coded with the hub's own names for symptoms."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from graphs.triaging.coding import Batch, code_pieces
from services.hub.hub import Hub
from services.hub.uncoded import FeedbackPiece, Neighbour
from tests.conftest import fill
from tools.needs.coded_feedback import SymptomCodes

MARCH = datetime(2026, 3, 1, 12, tzinfo=UTC)
CODES = ("NOISE", "FLICKER", "SMOKE_BURN", "ELECTRIC_SHOCK", "WATER_LEAK", "NO_PICTURE")
Read = Callable[..., Batch]


def piece(name: str, text: str | None, day: float = 0, **more: Any) -> FeedbackPiece:
    """One piece of feedback, in English if nothing else is said."""
    said = {
        "country": "DE", "language": "en", "model_id": "M1", "serial": None, "rating": None,
        "hazard_flags": None, "author_key": f"author of {name}", **more,
    }  # fmt: skip
    received = MARCH + timedelta(days=day)
    return FeedbackPiece(feedback_id=name, received_at=received, text=text, **said)


def as_known(one: FeedbackPiece, *symptoms: str, linked: bool = False) -> Neighbour:
    """A piece as a later run finds it in the hub."""
    return Neighbour(
        one.feedback_id, one.received_at, one.model_id, one.serial, one.text, one.author_key,
        symptoms, linked,
    )  # fmt: skip


@pytest.fixture
def names(hub: Hub, ask) -> SymptomCodes:
    """Codes of a hub that knows a few symptoms."""
    fill(hub, {"codes": [{"code": code, "kind": "symptom"} for code in CODES]})
    return SymptomCodes(ask())


@pytest.fixture
def read(names: SymptomCodes) -> Read:
    """Codes pieces by rules, beside pieces that were read before."""
    return lambda *pieces, known=(): code_pieces(pieces, known, names)
