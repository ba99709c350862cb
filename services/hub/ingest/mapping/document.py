"""A YAML file as plain texts, lists and maps, with the line of every key.

Scalars stay text: a mapping is full of words that YAML would otherwise turn into something else
(`NO`, `on`, `1e3`, `2024-01-02`, `24E012`).
"""

from pathlib import Path
from typing import NamedTuple

import yaml

from domain.errors import BadArgument

MAX_BYTES = 4 * 1024 * 1024
"""Largest file that is read as a mapping."""
_MAX_DEPTH = 30

Place = tuple[str | int, ...]
"""Keys and list positions that lead to a value."""


class Document(NamedTuple):
    """The content of a file."""

    path: Path
    """The file."""
    content: object
    """Texts, lists and dicts."""
    lines: dict[Place, int]
    """Line (from 1) by place."""

    def line(self, place: Place) -> int:
        """The line of a place, or of the nearest one around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def wrong(self, message: str, place: Place, next_step: str = "") -> BadArgument:
        """The error that names this file and the line of a place."""
        return BadArgument(
            f"{self.path}: {message}",
            holds="nothing was read",
            next_step=next_step or "correct the mapping",
            where=(self.path, self.line(place)),
        )


def read_document(path: Path) -> Document:
    """The content of a YAML file.

    Raises:
        BadArgument: it cannot be read, is no YAML, or has a key twice.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BadArgument(f"{path} is too large for a mapping")
        node = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=yaml.SafeLoader)
    except (OSError, UnicodeDecodeError) as error:
        raise BadArgument(f"cannot read the mapping {path}: {error}") from error
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else None
        reason = getattr(error, "problem", None) or "it is nested too deeply or not text"
        raise BadArgument(f"{path} is not YAML: {reason}", where=(path, line)) from error
    document = Document(path, None, {})
    return document._replace(content=_plain(node, (), document))


def _plain(node: yaml.Node | None, place: Place, document: Document) -> object:
    if node is None:
        return {}
    document.lines.setdefault(place, node.start_mark.line + 1)
    if len(place) > _MAX_DEPTH:
        raise document.wrong("nested too deeply, or a value contains itself", place[:_MAX_DEPTH])
    if isinstance(node, yaml.MappingNode):
        return _dict(node, place, document)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*place, at), document) for at, item in enumerate(node.value)]
    return _text(node, place, document)


def _dict(node: yaml.MappingNode, place: Place, document: Document) -> dict[str, object]:
    found: dict[str, object] = {}
    for key_node, value_node in node.value:
        key = _text(key_node, place, document)
        document.lines[(*place, key)] = key_node.start_mark.line + 1
        if key in found:
            raise document.wrong(f"{key!r} is given twice", (*place, key))
        found[key] = _plain(value_node, (*place, key), document)
    return found


def _text(node: yaml.Node, place: Place, document: Document) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise document.wrong("a key must be a text", place)
    text = str(node.value)
    if "\0" in text:
        raise document.wrong("a NUL character cannot stand in a mapping", place)
    return text
