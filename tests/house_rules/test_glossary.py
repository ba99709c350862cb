"""One concept, one word: what the glossary says of the code is true, and names its concepts."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

import pytest

import domain
import domain.records
from domain.contract import Contract
from services.hub.schema import schema


@pytest.fixture(scope="module")
def terms(root) -> dict[str, list[str]]:
    """Names in code by term; an empty list where the glossary has a dash."""
    text = (root / "domain" / "glossary.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| [^|]+ \| [^|]+ \|$", text, re.M)
    return {
        term: re.findall(r"`([^`]+)`", names) for term, names in rows if term not in ("term", "---")
    }


@pytest.fixture(scope="module")
def words_of_code(modules) -> set[str]:
    """Every identifier, field and literal of the packages, every table and column of the hub."""
    words = {word for module in modules for word in _identifiers(module.tree)}
    columns = {name for table in schema().values() for name in table.column_names}
    return words | columns | schema().keys()


def test_every_name_of_the_glossary_is_used_in_code(terms, words_of_code) -> None:
    assert len(terms) > 50
    unused = {
        name for names in terms.values() for name in names if name.strip("_") not in words_of_code
    }
    assert unused - {"_at", "_on"} == set()


def test_a_term_with_a_record_of_its_name_says_so(terms) -> None:
    names = [module.name for module in pkgutil.iter_modules(domain.records.__path__)]
    records = _contracts(f"domain.records.{name}" for name in names)
    unsaid = {
        term: name
        for term, names in terms.items()
        if (name := "".join(word.capitalize() for word in term.split())) in records and not names
    }
    assert unsaid == {}


def test_every_result_of_a_formula_is_a_term(terms) -> None:
    named = {name for names in terms.values() for name in names}
    modules = [module.name for module in pkgutil.iter_modules(domain.__path__)]
    results = _contracts(f"domain.{name}" for name in modules if name != "contract")
    assert results
    assert sorted(results - named) == []


def test_no_name_stands_for_two_terms(terms) -> None:
    pairs = sorted((name, term) for term, names in terms.items() for name in names)
    twice = [(one, other) for one, other in pairwise(pairs) if one[0] == other[0]]
    assert twice == []


def _contracts(modules: Iterable[str]) -> set[str]:
    return {
        value.__name__
        for module in modules
        for value in vars(importlib.import_module(module)).values()
        if isinstance(value, type) and issubclass(value, Contract) and value.__module__ == module
    }


def _identifiers(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg | ast.keyword):
            yield node.arg or ""
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
