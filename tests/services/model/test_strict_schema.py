"""A contract becomes a schema that servers keep answers to, and estimates come near."""

from datetime import date
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

from domain.contract import Contract
from domain.records.answer import Plan
from domain.records.cause import RankedCause
from domain.records.task import Brief
from services.model.message import without_titles
from services.model.strict_schema import strict_schema
from services.model.tokens import estimated_tokens

ALLOWED = {
    "type", "description", "enum", "anyOf", "items", "properties", "required",
    "additionalProperties", "$ref", "$defs",
}  # fmt: skip


class Site(Contract):
    """A factory."""

    title: str
    """Its name."""
    kind: Literal["press"] = "press"
    """What it does."""


class Case(Contract):
    """Every kind of field."""

    size: Annotated[int, Field(ge=1, le=9)] = 3
    """Its size."""
    code: Annotated[str, Field(pattern="^[A-Z]+$", min_length=2)]
    """Its code."""
    seen_on: date | None = None
    """When it was seen."""
    site: Site
    """Where it is."""
    window: tuple[float, float] | None = None
    """From, to."""
    parts: tuple["Case", ...] = ()
    """What it is made of."""


def nodes(schema: Any):
    """Every schema within a schema; the names of fields are not schemas."""
    if isinstance(schema, list):
        for one in schema:
            yield from nodes(one)
    if not isinstance(schema, dict):
        return
    yield schema
    for key, value in schema.items():
        if key in ("properties", "$defs"):
            yield from nodes(list(value.values()))
        elif key in ("items", "anyOf"):
            yield from nodes(value)


@pytest.mark.parametrize("contract", [Case, Plan])
def test_every_field_is_required_and_no_other_is_allowed(contract) -> None:
    schema = strict_schema(contract)
    closed = [node for node in nodes(schema) if node.get("type") == "object"]
    assert closed
    for node in closed:
        assert node["required"] == list(node["properties"])
        assert node["additionalProperties"] is False


@pytest.mark.parametrize("contract", [Case, Plan])
def test_only_words_that_strict_servers_know_are_used(contract) -> None:
    assert {key for node in nodes(strict_schema(contract)) for key in node} <= ALLOWED


def test_a_reference_has_no_neighbours_and_the_root_is_an_object() -> None:
    schema = strict_schema(Case)
    assert schema["type"] == "object"
    assert all(set(node) == {"$ref"} for node in nodes(schema) if "$ref" in node)
    site = schema["properties"]["site"]
    assert site == {"description": "Where it is.", "anyOf": [{"$ref": "#/$defs/Site"}]}


def test_fields_keep_their_descriptions_and_one_that_is_called_title_stays() -> None:
    site = strict_schema(Site)["properties"]
    assert site["title"] == {"type": "string", "description": "Its name."}
    assert site["kind"]["enum"] == ["press"]
    assert "title" in without_titles(Site.model_json_schema())["properties"]


def test_names_on_the_wire_are_the_aliases() -> None:
    period = strict_schema(Plan)["$defs"]["PlannedPeriod"]
    assert list(period["properties"]) == ["from", "to"]


def test_a_free_mapping_has_no_strict_form() -> None:
    with pytest.raises(TypeError, match=r"Brief\.scope is a free mapping"):
        strict_schema(Brief)


def test_a_field_of_any_type_has_no_strict_form() -> None:
    class Loose(Contract):
        """Anything."""

        value: Any
        """Anything."""

    with pytest.raises(TypeError, match=r"Loose\.value may be anything"):
        strict_schema(Loose)


def test_a_ranked_cause_has_a_strict_form() -> None:
    assert strict_schema(RankedCause)["additionalProperties"] is False


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("abcd", 1),
        ("abcde", 2),
        ("电机漏水", 4),
        ("モーター", 4),
        ("전기모터", 4),
        ("AX 漏 no", 3),
    ],
)
def test_tokens_are_estimated_by_script(text, tokens) -> None:
    assert estimated_tokens(text) == tokens
