"""What a server can do with a model, remembered so that the next start costs no probe."""

import contextlib
import hashlib
import json
import os
from pathlib import Path
from typing import Literal, get_args

from pydantic import TypeAdapter, ValidationError

from domain.contract import Contract

Feature = Literal[
    "tools",
    "tool_choice",
    "parallel_tool_calls",
    "json_schema",
    "usage_in_stream",
    "max_tokens",
]


class Capabilities(Contract):
    """What a server does with a model."""

    tools: bool = False
    """It calls tools that are offered."""
    tool_choice: bool = False
    """It can be told that a tool must, or must not, be called."""
    parallel_tool_calls: bool = False
    """It calls several tools in one reply."""
    json_schema: bool = False
    """It keeps an answer to a JSON schema."""
    usage_in_stream: bool = False
    """It counts tokens at the end of a stream."""
    max_tokens: bool = False
    """It takes the field `max_tokens`; else `max_completion_tokens` is sent."""


EVERYTHING = Capabilities(**dict.fromkeys(get_args(Feature), True))

Known = dict[str, Capabilities]
FILE = TypeAdapter(Known)


class CapabilityCache:
    """Capabilities by server and model, in a small file that may be deleted at any time."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._kept: Known = {}

    def get(self, address: str, model: str) -> Capabilities | None:
        """What is known of a model at a server."""
        return self._read().get(_key(address, model))

    def put(self, address: str, model: str, known: Capabilities) -> None:
        """Remember it."""
        self._write(self._read() | {_key(address, model): known})

    def forget(self, address: str, model: str) -> None:
        """Probe again at the next start: the server has refused what it once could."""
        known = self._read()
        if known.pop(_key(address, model), None) is not None:
            self._write(known)

    def _read(self) -> Known:
        if self._path is not None:
            with contextlib.suppress(OSError, ValidationError):
                self._kept = FILE.validate_json(self._path.read_bytes())
        return dict(self._kept)

    def _write(self, known: Known) -> None:
        self._kept = known
        if self._path is None:
            return
        with contextlib.suppress(OSError):  # unwritten, it is probed again at the next start
            part = self._path.with_suffix(f".{os.getpid()}")
            part.write_bytes(FILE.dump_json(known, indent=1))
            part.replace(self._path)


def _key(address: str, model: str) -> str:
    return hashlib.sha256(json.dumps([address, model]).encode()).hexdigest()[:16]
