"""What a model reads of a tool: all that it needs to call it, and little else."""

import json
from typing import Any

import pytest

from agents.roster import AGENTS
from graphs.offering import SEE_ABOVE, offer_of
from services.model.message import without_titles
from tools.registry import named
from tools.runner import validated

OFFERED = sorted({name for agent in AGENTS.values() for name in agent.offered})


def keywords(node: Any) -> set[str]:
    """Every keyword of a schema; names of fields are none."""
    if isinstance(node, list):
        return {word for one in node for word in keywords(one)}
    if not isinstance(node, dict):
        return set()
    inner = {word for key, one in node.items() if key != "properties" for word in keywords(one)}
    fields = node.get("properties", {}).values()
    return {*node, *inner, *(word for one in fields for word in keywords(one))}


@pytest.mark.parametrize("name", OFFERED)
def test_an_offer_names_every_argument_and_nothing_that_only_code_needs(name: str) -> None:
    whole, lean = named(name).input_schema(), offer_of(named(name)).parameters
    assert set(lean["properties"]) == set(whole["properties"])
    assert lean.get("required", []) == whole.get("required", [])
    needless = {"$ref", "$defs", "default", "pattern", "additionalProperties", "maximum"}
    assert not keywords(lean) & needless
    assert "Raises:" not in offer_of(named(name)).description
    assert len(json.dumps(lean)) <= len(json.dumps(without_titles(whole)))


def test_a_record_is_put_where_it_is_used_and_told_once() -> None:
    fields = offer_of(named("compare_rates")).parameters["properties"]
    assert "supplier_id" in fields["condition"]["properties"]
    assert "properties" not in fields["against"]
    assert fields["against"]["description"].endswith(SEE_ABOVE)


def test_what_an_offer_asks_for_is_what_the_tool_takes() -> None:
    tool = named("compare_rates")
    fields = offer_of(tool).parameters["properties"]
    condition = dict.fromkeys(("supplier_id", "part_id"), "X")
    assert set(condition) < set(fields["condition"]["properties"])
    assert validated(tool, {"symptom": "NOISE", "condition": condition}).model_dump()
