"""What a model is told of a tool: when to call it and with what, and no word more.

The schemas of a few tools are most of a prompt, and a small model loses its way in them. So what
only code needs is left out: errors, bounds, nulls and defaults. Records that a schema keeps among
its definitions are put where they are used, for some servers drop references; what stands there
once is not said twice. Whatever a model sends is checked against the whole schema all the same.
"""

from functools import cache
from typing import Any

from services.model.message import ToolSpec
from tools.tool import Tool

KEPT = ("type", "description", "enum", "format")
"""Keywords of a schema that tell a model what to write."""
NO_VALUE = {"type": "null"}
SEE_ABOVE = "Same fields as the record above."

Json = dict[str, Any]


@cache
def offer_of(tool: Tool[Any, Any]) -> ToolSpec:
    """A tool as a model sees it."""
    told, _, _ = tool.description.partition("\n\nRaises:")
    schema = tool.input_schema()
    lean = _lean({**schema, "description": ""}, dict(schema.get("$defs", {})))
    return ToolSpec(tool.name, told.strip(), lean)


def _lean(node: Json, records: Json) -> Json:
    """One value's schema; a value that may be left out is simply not required."""
    options = [one for one in node.get("anyOf", ()) if one != NO_VALUE]
    if len(options) == 1:
        return _described(_lean(options[0], records), node)
    if "$ref" in node:
        return _described(_record(node["$ref"].rsplit("/", 1)[-1], records), node)
    lean = {key: node[key] for key in KEPT if node.get(key)}
    if options:
        lean["anyOf"] = [_lean(one, records) for one in options]
    if "items" in node:
        lean["items"] = _lean(node["items"], records)
    if "properties" in node:
        fields = node["properties"].items()
        lean["properties"] = {name: _lean(one, records) for name, one in fields}
    if "required" in node:
        lean["required"] = node["required"]
    return lean


def _record(name: str, records: Json) -> Json:
    whole = records.pop(name, None)
    if whole is None:
        return {"type": "object", "description": SEE_ABOVE}
    return _lean({**whole, "description": ""}, records)


def _described(lean: Json, node: Json) -> Json:
    """A schema with what is said of it where it is used."""
    said = " ".join(one for one in (node.get("description"), lean.get("description")) if one)
    return {**lean, "description": said} if said else lean
