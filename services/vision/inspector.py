"""Judges pictures by what the store keeps: read, inspected, measured, and held to the threshold."""

from base64 import b64decode
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from time import perf_counter
from typing import TYPE_CHECKING, Literal

from domain.errors import AndonError, InvalidArgument
from services.vision.contract import (
    BatchItem,
    InspectAnswer,
    SeenDefect,
    Warned,
    WiredRequest,
)
from services.vision.golden_log import GoldenCheck
from services.vision.heat import heat_map
from services.vision.inspecting.pictures import read_picture
from services.vision.inspecting.records import FoundDefect, Inspection
from services.vision.judging import Standing, Thresholds, judge, threshold_for
from services.vision.looking import look_with
from services.vision.store import FittedRecipe, VisionStore

if TYPE_CHECKING:
    from services.vision.looking import Look

_MODELS_KEPT = 16


class Inspector:
    """The embedded server's work, without its wire."""

    def __init__(
        self, store: VisionStore, thresholds: Thresholds, now: Callable[[], datetime]
    ) -> None:
        """An inspector.

        Args:
            store: recipes, models and scales.
            thresholds: what people approved, by station.
            now: the clock (aware).
        """
        self.store = store
        self._thresholds = thresholds
        self._now = now
        self._look = lru_cache(_MODELS_KEPT)(self._opened)

    def inspect(self, asked: WiredRequest) -> InspectAnswer:
        """The verdict on one picture.

        Raises:
            InvalidArgument: the picture cannot be read, or is not the one that was announced.
            UnknownName: nothing was fitted for the station or recipe.
            ServiceUnavailable: what is kept of the station is damaged.
        """
        return self._inspected(asked, self.store.alarm(asked.station_id))

    def inspect_one_of_many(self, asked: WiredRequest) -> BatchItem:
        """The same; what goes wrong stands in the item."""
        try:
            answer = self.inspect(asked)
        except AndonError as error:
            return BatchItem(key=asked.key, status="failed", error=error.to_json())
        return BatchItem(key=asked.key, status="done", answer=answer)

    def check_golden(self, asked: WiredRequest, expected: Literal["OK", "NG"]) -> GoldenCheck:
        """Judge a piece whose truth is known, and write down whether that was right.

        A wrong one voids what the station says until the piece is judged rightly again.

        Raises:
            InvalidArgument: no threshold is in force, so there is nothing to check.
        """
        answer = self._inspected(asked, alarm="")
        if answer.threshold_id is None:
            raise InvalidArgument(
                f"no approved threshold is in force at {asked.station_id}",
                holds="the golden piece was looked at and nothing written down",
                next_step="ask vision_calibration, and have its threshold approved",
            )
        passed = answer.verdict == "OK" if expected == "OK" else answer.verdict != "OK"
        check = GoldenCheck(
            key=asked.key,
            at=self._now(),
            station_id=asked.station_id,
            serial=asked.serial,
            expected=expected,
            verdict=answer.verdict,
            score=answer.score,
            model_version=answer.model_version,
            passed=passed,
        )
        self.store.put_check(check)
        return check

    def _inspected(self, asked: WiredRequest, alarm: str) -> InspectAnswer:
        began = perf_counter()
        fitted = self.store.recipe_for(asked.station_id, asked.recipe)
        asked = asked.model_copy(update={"recipe": asked.recipe or fitted.recipe})
        picture = read_picture(_bytes(asked), sha256=asked.image_sha256)
        found = self._look(fitted)(picture.grey)
        standing = Standing(
            threshold=threshold_for(asked, self._thresholds(asked.station_id)),
            scale=self.store.scale(asked.station_id, asked.camera_id),
            alarm=alarm,
            now=self._now(),
        )
        answer = judge(self._raw(asked, fitted, found), asked, standing)
        return answer.model_copy(update={"latency_ms": (perf_counter() - began) * 1000.0})

    def _raw(self, asked: WiredRequest, fitted: FittedRecipe, found: Inspection) -> InspectAnswer:
        heat = None
        if "map" in asked.want:
            heat = heat_map(found.heat)
            self.store.put_heat(heat.ref, _png(found))
        boxes = found.defects if "boxes" in asked.want else ()
        return InspectAnswer(
            request_id=asked.key,
            serial=asked.serial,
            verdict="REVIEW",
            score=found.score,
            model=fitted.model,
            model_version=fitted.version,
            defects=tuple(map(_seen, boxes)),
            heat=heat,
            warnings=tuple(Warned(code=one.code, text=one.text) for one in found.notes),
        )

    def _opened(self, fitted: FittedRecipe) -> "Look":
        return look_with(fitted, self.store.content(fitted.sha256))


def _bytes(asked: WiredRequest) -> bytes:
    try:
        return b64decode(asked.picture.base64, validate=True)
    except ValueError as error:
        raise InvalidArgument("the picture is not base64", holds="nothing was judged") from error


def _seen(one: FoundDefect) -> SeenDefect:
    return SeenDefect(
        kind=one.kind,
        confidence=one.confidence,
        box_px=one.box,
        box_on_part=one.on_part,
        area_px=one.area_px,
    )


def _png(found: Inspection) -> bytes:
    import cv2

    return bytes(cv2.imencode(".png", found.heat)[1])
