"""All tools by name: every module below this folder that declares one is found by itself."""

import importlib
import pkgutil
from functools import cache
from typing import Any

from rapidfuzz import process

import tools
from domain.errors import UnknownName
from tools.tool import Tool

AnyTool = Tool[Any, Any]


@cache
def registry() -> dict[str, AnyTool]:
    """Every declared tool by name, in alphabetical order."""
    found: dict[str, AnyTool] = {}
    for module in pkgutil.walk_packages(tools.__path__, "tools."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, Tool):
                known = found.setdefault(value.name, value)
                if known is not value:
                    raise TypeError(f"two tools are called {value.name!r}")
    return dict(sorted(found.items()))


def named(name: str) -> AnyTool:
    """The tool of that name; UnknownName, with the closest names, if there is none."""
    found = registry().get(name)
    if found is None:
        near = process.extract(name, list(registry()), limit=3, score_cutoff=55)
        raise UnknownName("tool", name, tuple(match[0] for match in near), "andon tools")
    return found
