"""A file, a function and a folder stay small enough to be read at once."""

import ast
import re
from pathlib import Path

import pytest

MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 40
MAX_PARAMETERS = 5
MAX_README_LINES = 20
FILE_NAME = re.compile(r"`([\w./-]+\.(?:py|sql|yaml|md|toml))`")
VAGUE = re.compile(r"(^|_)(utils?|helpers?|managers?|base|common|misc)$")


def test_no_module_is_longer_than_300_lines(modules) -> None:
    assert [(m.path, m.lines) for m in modules if m.lines > MAX_FILE_LINES] == []


def test_no_function_is_longer_than_40_lines_beside_its_docstring(modules) -> None:
    long = [
        f"{module.path}:{function.lineno} {function.name} ({_length(function)})"
        for module in modules
        for function in _functions(module)
        if _length(function) > MAX_FUNCTION_LINES
    ]
    assert long == []


def test_no_function_takes_more_than_five_parameters_by_position(modules) -> None:
    # A verb of the command line takes its options as parameters, and an option is named.
    wide = []
    for module in modules:
        if module.path.startswith("apps/verbs/"):
            continue
        for function in _functions(module):
            names = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
            if len([name for name in names if name not in ("self", "cls")]) > MAX_PARAMETERS:
                wide.append(f"{module.path}:{function.lineno} {function.name}")
    assert wide == []


def test_a_module_has_a_name_that_says_what_is_in_it(modules) -> None:
    stems = {module.path: module.path.rsplit("/", 1)[-1].removesuffix(".py") for module in modules}
    assert [path for path, stem in stems.items() if VAGUE.search(stem)] == []


def test_a_module_says_why_it_is_there(modules) -> None:
    silent = [module.path for module in modules if not ast.get_docstring(module.tree)]
    assert silent == []


def test_only_a_face_prints(modules) -> None:
    printing = [
        f"{module.path}:{call.lineno}"
        for module in modules
        for call in module.calls()
        if isinstance(call.func, ast.Name) and call.func.id == "print"
    ]
    assert printing == []


def test_every_folder_of_python_files_is_a_package_with_types(packages, modules, root) -> None:
    folders = {module.path.rsplit("/", 1)[0] for module in modules}
    assert [name for name in sorted(folders) if not (root / name / "__init__.py").exists()] == []
    assert [name for name in packages if not (root / name / "py.typed").exists()] == []


def test_no_folder_of_tests_is_a_package(test_modules) -> None:
    # A package `tests/tools` would stand in the way of our `tools`.
    assert [m.path for m in test_modules if m.path.endswith("__init__.py")] == []


def test_every_package_has_a_short_readme(readmes) -> None:
    lengths = {
        path: len(path.read_text(encoding="utf-8").splitlines()) if path.exists() else 0
        for path in readmes
    }
    assert {str(p): n for p, n in lengths.items() if not 0 < n <= MAX_README_LINES} == {}


def test_files_that_the_readme_of_a_folder_names_are_there(readmes) -> None:
    gone = [
        f"{path}: {name}"
        for path in readmes
        if path.exists()
        for name in FILE_NAME.findall(path.read_text(encoding="utf-8"))
        if not any((folder / name).exists() for folder in path.parents)
    ]
    assert gone == []


@pytest.fixture(scope="module")
def readmes(modules, root) -> list[Path]:
    """Where the README of each package, and that of the tests, should lie."""
    folders = {m.path.rsplit("/", 1)[0] for m in modules if m.path.endswith("__init__.py")}
    return [root / folder / "README.md" for folder in sorted({*folders, "tests"})]


def _functions(module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(module.tree) if isinstance(node, kinds)]


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    lines = function.end_lineno - function.lineno + 1
    if ast.get_docstring(function, clean=False) is None:
        return lines
    docstring = function.body[0]
    return lines - (docstring.end_lineno - docstring.lineno + 1)
