"""A connection to DuckDB in memory."""

import importlib.util
import sys

import pytest

from services.hub.engine import connect


class Searches:
    """Stands before all finders of modules and keeps the names that were looked for."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def find_spec(self, name: str, *_: object) -> None:
        self.names.append(name)


def test_a_library_that_is_absent_is_not_searched_for_at_every_value_bound(monkeypatch) -> None:
    if importlib.util.find_spec("pandas"):
        pytest.skip("pandas is on this machine")
    monkeypatch.delitem(sys.modules, "pandas", raising=False)
    searches = Searches()
    with connect() as connection:
        monkeypatch.setattr(sys, "meta_path", [searches, *sys.meta_path])
        found = connection.execute("SELECT $a, $b", {"a": 1, "b": "x"}).fetchall()
    assert found == [(1, "x")]
    assert "pandas" not in searches.names
