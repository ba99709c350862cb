"""Rows of an overlay for tests."""

from pathlib import Path

import yaml

STANDARD = {
    "id": "HOUSE_1",
    "designation": "HS 1",
    "title": "House rule on door gaskets",
    "topic": "quality",
    "categories": ["refrigerator"],
    "features": [],
    "editions": [{"ed": "1", "ref": "HS 1", "published": "2020", "status": "current"}],
    "source": "KB",
    "confidence": "medium",
}


def overlay(folder: Path, **kinds: object) -> Path:
    """A folder with one file of rows by kind."""
    folder.mkdir(exist_ok=True)
    text = yaml.safe_dump(kinds, allow_unicode=True, sort_keys=False)
    (folder / "own.yaml").write_text(text, encoding="utf-8")
    return folder
