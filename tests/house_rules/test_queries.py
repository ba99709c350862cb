"""SQL lives in named queries: none is dead, and no code asks for one that is not there."""

import ast
from collections.abc import Iterator

from services.hub.queries import queries

NAMING_CALLS = ("query", "arrays", "Count")
"""Calls whose first argument names a query."""


def test_every_named_query_is_used(modules) -> None:
    said = {text for module in modules for text in module.texts()}
    assert sorted(queries().keys() - said) == []


def test_every_query_that_code_names_exists(modules) -> None:
    asked = {name for module in modules for name in _asked(module)}
    assert len(asked) > 10, "the search for names of queries finds nothing any more"
    assert sorted(asked - queries().keys()) == []


def test_every_query_says_what_it_answers() -> None:
    assert [query.name for query in queries().values() if not query.says] == []


def test_values_reach_a_query_as_bound_parameters_only() -> None:
    # {by} is filled with allow-listed columns; any other brace would be text put into SQL.
    wrong = [
        query.name
        for query in queries().values()
        if "{" in query.sql.replace("{by}", "").replace("{'", "")
    ]
    assert wrong == []


def _asked(module) -> Iterator[str]:
    for call in module.calls():
        name = call.func.attr if isinstance(call.func, ast.Attribute) else None
        name = call.func.id if isinstance(call.func, ast.Name) else name
        if name in NAMING_CALLS and call.args:
            yield from _literal(call.args[0])
    for node in ast.walk(module.tree):
        target = node.target if isinstance(node, ast.AnnAssign) else None
        if isinstance(target, ast.Name) and target.id.endswith("_QUERIES"):
            for value in getattr(node.value, "values", ()):
                yield from _literal(value)


def _literal(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
