"""The command line as a person or a program uses it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from apps.cli import run


class Ran(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one JSON object on standard output."""
        return json.loads(self.out)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with hub and state of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANDON_HUB", str(tmp_path / "hub"))
    monkeypatch.setenv("ANDON_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("ANDON_NOW", "2026-11-22T00:00:00Z")
    monkeypatch.delenv("ANDON_USER", raising=False)
    return tmp_path


@pytest.fixture
def andon(place: Path, capfd: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Runs one command."""

    def command(*arguments: str) -> Ran:
        capfd.readouterr()
        code = run([str(argument) for argument in arguments])
        captured = capfd.readouterr()
        return Ran(code, captured.out, captured.err)

    return command


@pytest.fixture
def ready(andon: Callable[..., Ran], place: Path) -> Callable[..., Ran]:
    """The same, after `andon init`."""
    assert andon("init").code == 0
    return andon
