"""The files of the library: YAML read as what it says, and where each row stands.

Bare `no` and `on` are words and dates are text: only `true`, `false`, `null` and numbers are more
than text here.
"""

import re
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from domain.errors import BadArgument

REVIEWED_ON = "reviewed_on"
_SHOWN = 5


class Place(NamedTuple):
    """Where a row stands."""

    file: str
    line: int
    """1-based."""


class RawRow(NamedTuple):
    """A row as its file says it."""

    kind: str
    """Key of the list that it is in."""
    fields: dict[str, Any]
    place: Place
    own: bool
    """Whether it is the user's own."""

    @property
    def id(self) -> str:
        """Its name; for a message, where it has none."""
        return str(self.fields.get("id", "without an id"))


class Fault(NamedTuple):
    """Something wrong with a row."""

    place: Place
    says: str


class Files(NamedTuple):
    """Everything that a set of files holds."""

    rows: list[RawRow]
    words: dict[str, set[str]]
    """Closed lists of words by their name."""
    reviewed_on: str | None


def read_files(documents: dict[str, bytes], kinds: frozenset[str], *, own: bool) -> Files:
    """Read YAML documents.

    Args:
        documents: content by file name.
        kinds: keys of lists of rows; every other list is one of words.
        own: whether they are the user's own.

    Raises:
        BadArgument: one is no YAML, or not a mapping of lists.
    """
    found = Files([], {}, None)
    for file, content in sorted(documents.items()):
        for entry in _entries(file, content):
            key, node, value = entry
            place = Place(file, node.start_mark.line + 1)
            if key == REVIEWED_ON:
                found = found._replace(reviewed_on=str(value))
            elif not isinstance(value, list):
                raise rejected([Fault(place, f"{key} has to be a list")])
            elif key in kinds:
                found.rows.extend(_rows(entry, file, own))
            elif all(isinstance(one, str) for one in value):
                found.words.setdefault(key, set()).update(value)
            else:
                raise rejected([Fault(place, f"{key} is no kind of row; {_offer(kinds)}")])
    return found


def rejected(faults: list[Fault]) -> BadArgument:
    """The failure that names what is wrong, file by file."""
    first = faults[0]
    lines = [first.says, *(f"{p.file}:{p.line}: {says}" for p, says in faults[1:_SHOWN])]
    more = f"; and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
    return BadArgument(
        f"the standards library cannot be read: {'; '.join(lines)}{more}",
        holds="nothing was looked up",
        next_step="correct the file, then run `andon standards check`",
        where=(first.place.file, first.place.line),
    )


def contents(folder: Path) -> dict[str, bytes]:
    """The YAML files of a folder by name.

    Raises:
        BadArgument: the folder or one of its files cannot be read.
    """
    try:
        return {path.name: path.read_bytes() for path in sorted(folder.glob("*.yaml"))}
    except OSError as error:
        raise rejected([Fault(Place(str(folder), 1), f"{error.strerror}")]) from error


class _Entry(NamedTuple):
    """A key at the top of a file, with what is below it."""

    key: str
    node: yaml.Node
    value: Any


def _entries(file: str, content: bytes) -> list[_Entry]:
    try:
        loader = _Facts(content.decode())
        try:
            return _entries_of(file, loader)
        finally:
            loader.dispose()
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        says = getattr(error, "problem", None) or "it is no UTF-8 text"
        raise rejected([Fault(Place(file, line), f"no valid YAML: {says}")]) from error


def _entries_of(file: str, loader: yaml.CSafeLoader) -> list[_Entry]:
    node = loader.get_single_node()
    if node is None:
        return []
    if not isinstance(node, yaml.MappingNode):
        raise rejected([Fault(Place(file, 1), "the top has to be a mapping of lists")])
    return [
        _Entry(str(key.value), below, loader.construct_object(below, deep=True))
        for key, below in node.value
    ]


def _rows(entry: _Entry, file: str, own: bool) -> list[RawRow]:
    rows = []
    for node, fields in zip(entry.node.value, entry.value, strict=True):
        place = Place(file, node.start_mark.line + 1)
        if not isinstance(fields, dict):
            raise rejected([Fault(place, f"a row of {entry.key} has to be a mapping")])
        rows.append(RawRow(entry.key, fields, place, own))
    return rows


def _offer(kinds: frozenset[str]) -> str:
    return f"kinds: {', '.join(sorted(kinds))}"


class _Facts(yaml.CSafeLoader):
    """Reads a scalar as text unless it is plainly a number, true, false or null."""


_Facts.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|false", [*"tf"]),
    ("null", r"null|~|", [*"n~", ""]),
    ("int", r"[-+]?(?:0|[1-9]\d*)", [*"-+0123456789"]),
    ("float", r"[-+]?\d+\.\d+(?:[eE][-+]?\d+)?", [*"-+0123456789"]),
):
    _Facts.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), _first
    )
