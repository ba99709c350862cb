"""One file of house rules: YAML of a known shape, and the version that its content has."""

import hashlib
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import yaml
from pydantic import ValidationError

from domain.contract import Contract
from domain.errors import BadArgument

VERSION_CHARACTERS = 12
Rules = TypeVar("Rules", bound=Contract)


class RuleFile(NamedTuple):
    """Whose rules a file holds, for messages."""

    kind: str
    """What the rules are of, for example `supplier`."""
    path: Path
    """The file."""


def rules_in(
    raw: bytes,
    file: RuleFile,
    shape: type[Rules],
    loader: Any = yaml.SafeLoader,  # noqa: ANN401
) -> Rules:
    """Rules from the content of a file.

    Args:
        raw: the content.
        file: what it is, for messages.
        shape: what it must hold.
        loader: how its scalars are read.

    Raises:
        BadArgument: it is no YAML, or not what the file must hold.
    """
    try:
        return shape.model_validate(yaml.load(raw, Loader=loader))
    except yaml.YAMLError as error:
        raise _wrong(file, "it is no YAML") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise _wrong(file, f"{where}: {first['msg']}") from error


def version_of(raw: bytes) -> str:
    """The version of a file's content: the start of its SHA-256."""
    return hashlib.sha256(raw).hexdigest()[:VERSION_CHARACTERS]


def _wrong(file: RuleFile, reason: str) -> BadArgument:
    return BadArgument(
        f"{file.kind} rules {file.path}: {reason}",
        next_step="correct the file",
        where=(file.path, None),
    )
