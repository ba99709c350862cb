"""The vision service of this program: its folders, its clock, and the thresholds in force."""

import os
from typing import TYPE_CHECKING

from domain.records.vision_threshold import ActivateVisionThreshold
from memory.measures import in_force

if TYPE_CHECKING:
    from apps.wiring import Wiring
    from services.vision.service import Vision

MEASURE = "vision_threshold"


def vision_of(parts: "Wiring") -> "Vision":
    """The vision service; what people approved is read from the ledger whenever it judges.

    Raises:
        BadArgument: `vision.yaml` is wrong.
    """
    from services.vision.service import Surroundings, open_vision

    def thresholds(station_id: str) -> list[ActivateVisionThreshold]:
        with parts.ledger.read() as connection:
            held = in_force(connection, MEASURE)
        found = [ActivateVisionThreshold.model_validate(one.value) for one in held]
        return [one for one in found if one.station_id == station_id]

    around = Surroundings(
        config=parts.settings.config,
        state=parts.settings.state.resolve(),
        thresholds=thresholds,
        now=parts.now,
        secret=os.environ.get,
    )
    return open_vision(around)
