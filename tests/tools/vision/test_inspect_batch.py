"""Several pictures of a station at once: each has its own verdict or its own error."""

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from domain.errors import UnknownName
from tests.tools.vision.test_inspect_image import WORLD as PARTS
from tests.tools.vision.test_inspect_image import context as context
from tools.runner import run_tool
from tools.tool import ToolContext
from tools.vision.inspect_batch import InspectBatchQuery, inspect_batch

Ask = Callable[..., ToolContext]
WORLD = PARTS
SOME = [("good.png", "SN-1"), ("text.png", "SN-2"), ("bad.png", "SN-2"), ("../secret.png", "SN-1")]


def images(some: list[tuple[str, str]]) -> list[dict[str, Any]]:
    return [{"image_uri": uri, "serial": serial} for uri, serial in some]


def test_one_picture_that_fails_stops_no_other(context: ToolContext) -> None:
    question = {"station_id": "ST-A", "images": images(SOME)}
    one = run_tool(inspect_batch, question, context)
    found = one.result["images"]
    assert [image["verdict"] for image in found] == ["OK", None, "NG", None]
    assert [image["error"]["code"] for image in found if image["error"]] == [
        "invalid_argument", "not_permitted"
    ]  # fmt: skip
    counts = {name: one.result[name] for name in ("ok", "ng", "review", "failed")}
    assert counts == {"ok": 1, "ng": 1, "review": 0, "failed": 2}
    assert one.summary.endswith("NG: SN-2.")


def test_the_question_is_pinned_to_the_pictures_that_were_found(context: ToolContext) -> None:
    question = {"station_id": "ST-A", "images": images(SOME)}
    pinned = run_tool(inspect_batch, question, context).query["images"]
    assert [bool(one["image_sha256"]) for one in pinned] == [True, True, True, False]


def test_a_unit_that_is_not_there_is_told(context: ToolContext) -> None:
    with pytest.raises(UnknownName):
        run_tool(
            inspect_batch, {"station_id": "ST-A", "images": images([("good.png", "?")])}, context
        )


@pytest.mark.parametrize("count", [0, 33])
def test_no_picture_or_more_than_a_batch_holds_is_refused(count: int) -> None:
    some = images([("good.png", "SN-1")] * count)
    with pytest.raises(ValidationError):
        InspectBatchQuery.model_validate({"station_id": "ST-A", "images": some})
