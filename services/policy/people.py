"""Who may ask: the users file, read strictly, because a typing slip there opens or shuts doors."""

import difflib
from pathlib import Path
from typing import NamedTuple

import yaml
from pydantic import Field, ValidationError

from domain.contract import Contract
from domain.errors import BadArgument, NotPermitted, UnknownUser
from domain.records.policy import Principal
from services.policy.access import Policy

EDIT = "correct the users file; `andon init` writes one to start from"


class Person(Contract):
    """One entry of the users file."""

    roles: tuple[str, ...] = Field(min_length=1)
    """Roles of the policy, at least one."""
    regions: tuple[str, ...] = ()
    """Regions whose rows the person sees; `*` stands for all."""
    suppliers: tuple[str, ...] = ("*",)
    """Suppliers whose rows the person sees; `*` stands for all."""
    language: str = "en"
    """Language of answers (BCP 47)."""


class _Entry(NamedTuple):
    name: str
    line: int
    value: yaml.Node


class People:
    """The people of one users file; `People.load` reads it."""

    def __init__(self, persons: dict[str, Person], ask: str, path: Path) -> None:
        self._persons = persons
        self._ask = ask
        self._path = path

    @classmethod
    def load(cls, path: Path, policy: Policy | None = None) -> "People":
        """Read a users file (keys: `ask`, whom to ask for access, and `users` by id).

        Args:
            path: the YAML file.
            policy: knows the roles; without it, the shipped policy.

        Raises:
            BadArgument: the file cannot be read, is no YAML, names a person twice, or has an
                unknown key or role; file and line say where.
        """
        roles = (policy or Policy.default()).roles
        top = {entry.name: entry for entry in _entries(path, _root(path))}
        unknown = sorted(top.keys() - {"ask", "users"})
        if unknown or "users" not in top:
            line = top[unknown[0]].line if unknown else 1
            raise _wrong(path, line, "the file has the keys `ask` and `users`, and no other")
        ask = str(_plain(top["ask"].value)) if "ask" in top else "whoever keeps the users file"
        persons = {
            entry.name: _person(path, entry, tuple(roles))
            for entry in _entries(path, top["users"].value)
        }
        return cls(persons, ask, path)

    @property
    def ids(self) -> tuple[str, ...]:
        """Identifiers of all people, sorted."""
        return tuple(sorted(self._persons))

    def principal(self, user_id: str) -> Principal:
        """The principal of one person.

        Raises:
            UnknownUser: no such person; near names are offered.
            NotPermitted: the person has no region, so there is nothing to see.
        """
        person = self._persons.get(user_id)
        if person is None:
            near = difflib.get_close_matches(user_id, self._persons, n=3)
            offer = f"did you mean {', '.join(near)}?" if near else f"ask {self._ask} for access"
            raise UnknownUser(
                f"unknown user {user_id!r}", next_step=offer, where=(self._path, None)
            )
        if not person.regions:
            raise NotPermitted(
                f"{user_id!r} has no region, so no rows are visible",
                holds="nothing was read",
                next_step=f"ask {self._ask} to add a region to {user_id!r} in {self._path.name}",
            )
        return Principal(id=user_id, **person.model_dump())


def _root(path: Path) -> yaml.Node:
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    except (OSError, UnicodeDecodeError) as error:
        raise _wrong(path, None, f"it cannot be read: {error}") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise _wrong(path, line, f"it is no YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise _wrong(
            path, None, "it is no YAML: it holds characters that YAML does not allow"
        ) from error
    if node is None:
        raise _wrong(path, 1, "it is empty")
    return node


def _entries(path: Path, node: yaml.Node) -> list[_Entry]:
    if not isinstance(node, yaml.MappingNode):
        raise _wrong(path, node.start_mark.line + 1, "keys with values are expected here")
    entries: dict[str, _Entry] = {}
    for key, value in node.value:
        line, name = key.start_mark.line + 1, str(_plain(key))
        if name in entries:
            raise _wrong(path, line, f"{name!r} stands in line {entries[name].line} already")
        entries[name] = _Entry(name, line, value)
    return list(entries.values())


def _person(path: Path, entry: _Entry, roles: tuple[str, ...]) -> Person:
    fields = {field.name: field for field in _entries(path, entry.value)}
    try:
        person = Person.model_validate(
            {name: _plain(field.value) for name, field in fields.items()}
        )
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        line = fields[name].line if name in fields else entry.line
        raise _wrong(path, line, f"{name} of {entry.name!r}: {first['msg']}") from error
    for role in person.roles:
        if role not in roles:
            near = difflib.get_close_matches(role, roles, n=1) or sorted(roles)
            reason = f"unknown role {role!r} of {entry.name!r}; near: {', '.join(near)}"
            raise _wrong(path, fields["roles"].line, reason)
    return person


def _plain(node: yaml.Node) -> object:
    """Text, or a list of texts; scalars stay text, for `no` is Norwegian here."""
    if isinstance(node, yaml.SequenceNode):
        return [item.value if isinstance(item, yaml.ScalarNode) else None for item in node.value]
    return node.value if isinstance(node, yaml.ScalarNode) else None


def _wrong(path: Path, line: int | None, reason: str) -> BadArgument:
    place = f"{path}, line {line}" if line else str(path)
    return BadArgument(
        f"users file {place}: {reason}",
        holds="nobody was given or refused access",
        next_step=EDIT,
        where=(path, line),
    )
