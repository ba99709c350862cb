"""What tests of the vision service begin with: a request, a clock, a client of a mocked server."""

import asyncio
import hashlib
from datetime import UTC, datetime
from typing import Any

from domain.records.vision_threshold import ActivateVisionThreshold
from services.vision.adapters.port import Adapter
from services.vision.breaker import Breaker
from services.vision.client import VisionClient, Way
from services.vision.contract import InspectRequest
from services.vision.settings import Patience

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
URL = "https://vision.example.com/"
IMAGE = b"\x89PNG not really"
PATIENCE = Patience(attempts=3, request_s=2.0, total_s=5.0, failures=3, cool_down_s=30.0)


class Clock:
    """Monotonic time that a test moves."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class Waits:
    """Remembers how long a client would have waited."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(0)


def request(**more: Any) -> InspectRequest:
    told: dict[str, Any] = {
        "image_uri": "file:part.png",
        "image_sha256": hashlib.sha256(IMAGE).hexdigest(),
        "serial": "SN-1",
        "station_id": "ST-A",
        "key": "I-1",
    }
    return InspectRequest(**{**told, **more})


def client(
    adapter: Adapter, *, patience: Patience = PATIENCE, waits: Waits | None = None,
    clock: Clock | None = None, url: str = URL,
) -> VisionClient:  # fmt: skip
    breaker = Breaker(adapter.name, patience.breaker, clock or Clock())
    return VisionClient(adapter, Way(url, patience, breaker, lambda: NOW, None, waits or Waits()))


def threshold(**more: Any) -> ActivateVisionThreshold:
    told: dict[str, Any] = {
        "threshold_id": "V-AAAAAAAAAA",
        "station_id": "ST-A",
        "model_version": "7",
        "pass_below": 0.4,
        "reject_from": 0.6,
        "most_missed": 0.02,
        "defects": 60,
        "missed": 0,
        "good": 300,
        "rejected_good": 4,
        "source": "given",
        "valid_until": "2027-02-20T08:00:00Z",
    }
    return ActivateVisionThreshold(**{**told, **more})
