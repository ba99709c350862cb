"""A public list of standards for medical devices, as rows of the library.

The list stands for a library that nobody tuned the search on: it is read through the same files
and the same checks as a user's own rows.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import yaml

from services.standards.library import Library
from services.standards.loading import load

FOLDER = "standards_eu_mdr"
_SOURCE = {
    "id": "EU-MDR-LIST",
    "kind": "community",
    "title": "Standards for medical devices (RASAAS docmcp-knowledge, CC BY 4.0)",
    "address": "github RASAAS/docmcp-knowledge eu_mdr/standards",
}


class Asked(NamedTuple):
    """A question with its answer."""

    scope: str
    """What a standard is about, in the list's own words."""
    standard: str
    """Id of its row."""


class Entries(NamedTuple):
    """The list as a library, and what to ask it."""

    alone: Library
    """Its rows only."""
    beside: Library
    """Its rows beside the shipped ones."""
    each_number: tuple[Asked, ...]
    """One question for each number with a scope."""
    all_scopes: tuple[Asked, ...]
    """Every scope text; entries of one number may have several."""


def data_folder() -> Path:
    """Where the list is, if it is there."""
    return Path(os.environ.get("ANDON_TEST_DATA", "../shared/data")) / FOLDER


def read_entries(folder: Path) -> Entries:
    """The list read from a folder of its files."""
    by_number: dict[str, list[dict[str, Any]]] = {}
    for path in sorted(folder.rglob("standards-*.json")):
        for entry in json.loads(path.read_text(encoding="utf-8"))["standards"]:
            by_number.setdefault(entry["number"], []).append(entry)
    library = _library([_row(number, same) for number, same in by_number.items()])
    own = {name: library.standards[name] for name in library.standards if name in library.overlaid}
    asked = list(_asked(by_number))
    first = {one.standard: one for one in reversed(asked)}
    return Entries(
        alone=replace(library, standards=own),
        beside=library,
        each_number=tuple(dict.fromkeys(first[one.standard] for one in asked)),
        all_scopes=tuple(asked),
    )


def _library(rows: list[dict[str, Any]]) -> Library:
    with TemporaryDirectory(prefix="andon-standards-") as folder:
        written = {"sources": [_SOURCE], "standards": rows}
        text = yaml.dump(written, Dumper=yaml.CSafeDumper, allow_unicode=True)
        (Path(folder) / "medical.yaml").write_text(text, encoding="utf-8")
        return load(Path(folder))


def _row(number: str, same: list[dict[str, Any]]) -> dict[str, Any]:
    titles = dict.fromkeys(_english(entry["title"]) for entry in same)
    edition = {"ed": "listed", "ref": number, "published": "-", "status": "unknown"}
    return {
        "id": same[0]["id"],
        "designation": number,
        "title": " / ".join(titles),
        "topic": "general",
        "categories": ["any"],
        "features": [],
        "editions": [edition],
        "source": _SOURCE["id"],
        "confidence": "medium",
    }


def _asked(by_number: dict[str, list[dict[str, Any]]]) -> Iterator[Asked]:
    for same in by_number.values():
        for entry in same:
            scope = _english(entry.get("scope") or "").strip()
            if scope:
                yield Asked(scope, same[0]["id"])


def _english(text: str | dict[str, str]) -> str:
    return text if isinstance(text, str) else text.get("en") or ""
