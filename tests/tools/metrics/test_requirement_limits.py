from collections.abc import Callable
from typing import Any

import pytest

from domain.errors import InvalidArgument, NoData, UnknownName
from domain.records.evidence import Evidence
from tools.metrics.requirement_limits import requirement_limits
from tools.runner import run_tool
from tools.tool import ToolContext

WORLD = {
    "models": [{"model_id": "65Q8", "family": "TV"}, {"model_id": "55Q7", "family": "TV"}],
    "requirements": [
        {
            "requirement_id": "REQ-1",
            "model_id": "65Q8",
            "need": "fast start",
            "metric": "start_time",
            "operator": "<=",
            "value": 3.0,
            "unit": "s",
            "status": "released",
        },
        {"requirement_id": "REQ-2", "model_id": "65Q8", "need": "looks good", "status": "proposed"},
    ],
}


@pytest.fixture
def read(ask_stocked: Callable[..., ToolContext]) -> Callable[..., Evidence]:
    def call(*texts: str, **query: Any) -> Evidence:
        return run_tool(requirement_limits, {"texts": texts, **query}, ask_stocked())

    return call


def first(found: Evidence) -> dict[str, Any]:
    one: dict[str, Any] = found.result["requirements"][0]
    return one


def test_a_limit_comes_with_its_unit_as_written_and_in_base_units(read) -> None:
    found = first(read("The cabinet shall cool down within 5 minutes."))
    (limit,) = found["limits"]
    assert (limit["operator"], limit["value"], limit["unit"]) == ("<=", 5, "min")
    assert (limit["written"], limit["base_value"], limit["base_unit"]) == ("minutes", 300, "second")
    assert limit["words"] == "The cabinet shall cool down"


def test_a_temperature_is_converted_with_its_offset(read) -> None:
    (limit,) = first(read("The surface shall not exceed 25 °C."))["limits"]
    assert (limit["base_value"], limit["base_unit"]) == (pytest.approx(298.15), "kelvin")


def test_a_level_in_decibels_is_not_converted(read) -> None:
    (limit,) = first(read("Das Gerät darf höchstens 40 dB(A) laut sein."))["limits"]
    assert (limit["unit"], limit["base_value"]) == ("dB(A)", None)


def test_a_vague_text_has_no_limit_and_is_not_measurable_yet(read) -> None:
    found = read("The menu shall be fast and user friendly.")
    assert first(found)["limits"] == []
    assert first(found)["vague"] == ["fast", "user friendly"]
    assert first(found)["missing"] == ["limit"]
    assert found.result["not_measurable_yet"] == 1
    assert "not_measurable_yet" in {note.code for note in found.warnings}


def test_what_is_missing_for_a_test_is_named(read) -> None:
    bare = first(read("The noise shall be at most 50 dB(A)."))
    full = first(read("The noise measured by ISO 3741 shall be at most 50 dB(A) at 230 V."))
    assert bare["missing"] == ["method", "condition"]
    assert full["missing"] == []
    assert (full["methods"], full["conditions"]) == (["ISO 3741"], ["at 230 V"])


def test_hours_of_service_are_a_condition_and_no_limit(read) -> None:
    found = first(read("The hotline shall be open between 9 a.m. and 5 p.m."))
    assert found["limits"] == []
    assert found["conditions"] == ["between 9 a.m. and 5 p.m."]


def test_a_least_value_that_no_word_states_is_said_to_be_implied(read) -> None:
    found = read("The server shall support 350 concurrent users.")
    (limit,) = first(found)["limits"]
    assert (limit["operator"], limit["unit"], limit["stated"]) == (">=", "count", False)
    assert "implied_operator" in {note.code for note in found.warnings}


def test_recorded_requirements_bring_their_recorded_limit(read) -> None:
    found = read(models=["65Q8"]).result["requirements"]
    assert [one["requirement_id"] for one in found] == ["REQ-1", "REQ-2"]
    (limit,) = found[0]["limits"]
    assert (limit["words"], limit["value"], limit["origin"]) == ("start_time", 3, "recorded")
    assert found[1]["missing"] == ["limit"]


def test_requirements_can_be_asked_by_id(read) -> None:
    assert first(read(requirement_ids=["REQ-1"]))["vague"] == ["fast"]


def test_an_unknown_requirement_is_refused(read) -> None:
    with pytest.raises(UnknownName, match="REQ-9"):
        read(requirement_ids=["REQ-9"])


def test_a_model_without_requirements_is_no_data(read) -> None:
    with pytest.raises(NoData, match="55Q7"):
        read(models=["55Q7"])


@pytest.mark.parametrize("texts", [[], [" "], ["x" * 4_001]])
def test_nothing_to_read_is_refused(read, texts: list[str]) -> None:
    with pytest.raises(InvalidArgument):
        read(*texts)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Only authorised staff may log in with a password.", "security"),
        ("The product shall be easy to use without training.", "usability"),
        ("The service shall have an uptime of 99 %.", "availability"),
        ("The response time shall be under 2 seconds.", "performance"),
        ("The system shall display a list of parts.", "functional"),
    ],
)
def test_a_requirement_is_sorted_by_its_words(read, text: str, kind: str) -> None:
    assert first(read(text))["kind"] == kind
