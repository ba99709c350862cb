"""Reads `messaging.yaml`, strictly: a typing slip there tells the wrong people, or nobody."""

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import yaml
from pydantic import ValidationError

from domain.errors import BadArgument
from services.messaging.settings import Default, RegionEntry, Settings, SiteEntry

Location = tuple[int | str, ...]


class _Slip(NamedTuple):
    at: Location
    reason: str


def read_settings(path: Path) -> Settings:
    """The settings of a file.

    Raises:
        BadArgument: the file cannot be read, is no YAML, has a key twice or an unknown one, or a
            value is not what is expected there; file and line say where.
    """
    root = _root(path)
    _refuse_repeats(path, root)
    try:
        settings = Settings.model_validate(_plain(root))
    except ValidationError as error:
        first = error.errors()[0]
        reason = first["msg"].removeprefix("Value error, ")
        raise _wrong(path, root, _Slip(first["loc"], reason)) from error
    for at, name in _named_targets(settings):
        if name not in settings.targets:
            near = difflib.get_close_matches(name, settings.targets, n=1)
            known = near or sorted(settings.targets)
            reason = f"there is no target {name!r}; near: {', '.join(known)}"
            raise _wrong(path, root, _Slip(at, reason))
    return settings


def _named_targets(settings: Settings) -> Iterator[tuple[Location, str]]:
    """Every place that names a target, with the name."""
    yield ("suppliers",), settings.suppliers
    routes: list[tuple[Location, Default | RegionEntry | SiteEntry]] = [
        (("default",), settings.default),
        *((("regions", name), entry) for name, entry in settings.regions.items()),
        *((("sites", name), entry) for name, entry in settings.sites.items()),
    ]
    for at, route in routes:
        for use, names in (("digest", route.digest), ("page", route.page)):
            yield from (((*at, use, place), name) for place, name in enumerate(names or ()))


def _root(path: Path) -> yaml.Node:
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    except (OSError, UnicodeDecodeError) as error:
        raise _error(path, None, f"it cannot be read: {error}") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise _error(path, line, f"it is no YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        reason = "it is no YAML: it holds characters that YAML does not allow"
        raise _error(path, None, reason) from error
    if not isinstance(node, yaml.MappingNode):
        raise _error(path, 1, "keys with values are expected here")
    return node


def _refuse_repeats(path: Path, node: yaml.Node) -> None:
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if key.value in seen:
                raise _error(path, line, f"{key.value!r} stands in line {seen[key.value]} already")
            seen[key.value] = line
            _refuse_repeats(path, value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _refuse_repeats(path, item)


def _plain(node: yaml.Node) -> object:
    """Mappings, lists and texts; scalars stay text, for `no` is Norwegian here."""
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item) for item in node.value]
    return node.value


def _wrong(path: Path, root: yaml.Node, slip: _Slip) -> BadArgument:
    line, shown = _found(root, slip.at)
    return _error(path, line, f"{shown}: {slip.reason}")


def _found(root: yaml.Node, at: Location) -> tuple[int, str]:
    """The line of the last key on the way that is there, and the way in words."""
    node, line, way = root, 1, []
    for step in at:
        if isinstance(node, yaml.MappingNode):
            pairs = [pair for pair in node.value if pair[0].value == step]
            if not pairs:
                if step == at[-1]:  # a key that is missing; others only name a kind of entry
                    way.append(str(step))
                continue
            line, node = pairs[0][0].start_mark.line + 1, pairs[0][1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            node = node.value[step]
            line = node.start_mark.line + 1
        way.append(str(step))
    return line, ".".join(way) or "the file"


def _error(path: Path, line: int | None, reason: str) -> BadArgument:
    place = f"{path}, line {line}" if line else str(path)
    return BadArgument(
        f"messaging file {place}: {reason}",
        holds="nothing was sent",
        next_step="correct the messaging file; the shipped one shows every key",
        where=(path, line),
    )
