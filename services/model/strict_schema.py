"""The JSON schema of a contract as servers accept it for constrained answers.

The strict form has no optional fields, no open objects, and few keywords (as the OpenAI guide to
structured outputs describes it; vLLM and llama.cpp accept less or more). What is left out, such as
bounds and patterns, is checked when the answer is read.
"""

from functools import cache
from typing import Any

from domain.contract import Contract

KEPT = ("type", "description", "enum", "$ref")

Json = dict[str, Any]


@cache
def strict_schema(contract: type[Contract]) -> Json:
    """The strict schema of a contract: every field required, no others allowed.

    It is made once for each contract and shared: do not change it.

    Raises:
        TypeError: a field is a free mapping or of any type; the strict form has neither.
    """
    whole = contract.model_json_schema()
    definitions: Json = whole.pop("$defs", {})
    if "$ref" in whole:  # a contract that contains itself
        whole = definitions[whole["$ref"].rsplit("/", 1)[-1]]
    strict = _strict(whole, contract.__name__)
    if definitions:
        strict["$defs"] = {name: _strict(one, name) for name, one in definitions.items()}
    return strict


def _strict(node: Json, place: str) -> Json:
    if "$ref" in node and "description" in node:  # a reference may have no neighbours
        return {"description": node["description"], "anyOf": [{"$ref": node["$ref"]}]}
    strict = {key: node[key] for key in KEPT if key in node}
    if "const" in node:
        strict["enum"] = [node["const"]]
    if options := node.get("anyOf", node.get("oneOf")):
        strict["anyOf"] = [_strict(one, place) for one in options]
    if node.get("type") == "object":
        strict |= _closed(node, place)
    if node.get("type") == "array":
        strict["items"] = _items(node, place)
    if not strict.keys() - {"description"}:
        raise TypeError(f"{place} may be anything: a strict schema needs its type")
    return strict


def _closed(node: Json, place: str) -> Json:
    if node.get("additionalProperties", False) is not False or "properties" not in node:
        raise TypeError(f"{place} is a free mapping: write it as a list of records")
    fields = node["properties"]
    return {
        "properties": {name: _strict(one, f"{place}.{name}") for name, one in fields.items()},
        "required": list(fields),
        "additionalProperties": False,
    }


def _items(node: Json, place: str) -> Json:
    if "prefixItems" in node:
        return {"anyOf": [_strict(one, place) for one in node["prefixItems"]]}
    return _strict(node.get("items", {}), place)
