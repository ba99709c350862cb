"""What the house rules look at: the files of the repository, read and parsed once."""

import ast
import subprocess
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).parents[2]


class Module(NamedTuple):
    """One Python file."""

    path: str
    """Where it lies, from the root of the repository."""
    tree: ast.Module
    """What it says."""
    lines: int
    """Its length."""

    def calls(self) -> Iterator[ast.Call]:
        """Every call in it."""
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))

    def texts(self) -> Iterator[str]:
        """Every text constant in it, docstrings included."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def project() -> dict[str, Any]:
    """`pyproject.toml`."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def packages(project: dict[str, Any]) -> list[str]:
    """Names of the packages that are shipped."""
    return project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]


@pytest.fixture(scope="session")
def modules(packages: list[str]) -> list[Module]:
    """Every module of the packages."""
    return [_parsed(path) for name in packages for path in sorted((ROOT / name).rglob("*.py"))]


@pytest.fixture(scope="session")
def test_modules() -> list[Module]:
    """Every Python file of the tests."""
    return [_parsed(path) for path in sorted((ROOT / "tests").rglob("*.py"))]


@pytest.fixture(scope="session")
def kept_files() -> list[str]:
    """Files that a commit would hold; without git the tests that ask for them are skipped."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("this is no git checkout, so nobody can say which files a commit would hold")
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.fixture(scope="session")
def readme() -> str:
    """The README of the repository."""
    return (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def table_of():
    """Reads the rows of the Markdown table whose first heading is given, as lists of cells."""

    def rows(text: str, first_heading: str) -> list[list[str]]:
        lines = iter(text.splitlines())
        head = next((line for line in lines if line.startswith(f"| {first_heading} |")), None)
        assert head is not None, f"there is no table that begins with {first_heading!r}"
        next(lines)
        found = []
        for line in lines:
            if not line.startswith("|"):
                break
            found.append([cell.strip() for cell in line.strip("|").split("|")])
        return found

    return rows


@pytest.fixture(scope="session")
def contracts() -> Callable[[str], str]:
    """Reads a page of what programs may rely on; skips where the pages are absent."""
    folder = ROOT / "../shared/contracts"

    def page(name: str) -> str:
        path = folder / name
        if not path.is_file():
            pytest.skip(f"the contract {name} is not on this machine")
        return path.read_text(encoding="utf-8")

    return page


def _parsed(path: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    name = path.relative_to(ROOT).as_posix()
    return Module(name, ast.parse(text, name), len(text.splitlines()))
