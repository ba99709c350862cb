"""Columns as arrays: any number of rows, nulls that say so, and the limits of every query."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.errors import HubUnavailable
from domain.records.policy import DATA_CLASSES, Scope
from services.hub.hub import Hub
from tests.conftest import fill

CHANGES = {"first": "2026-01-01", "last": "2026-12-31"}


def change(number: int, **more: Any) -> dict[str, Any]:
    at = datetime(2026, 3, number, tzinfo=UTC)
    return {"change_id": f"ECN-{number}", "effective_at": at, **more}


@pytest.fixture
def changed(hub: Hub) -> Hub:
    fill(hub, {"process_changes": [change(1, kind="method"), change(2), change(3)]})
    return hub


def test_rows_beyond_the_cap_come_as_arrays_and_a_null_text_is_none(changed: Hub) -> None:
    narrow = Scope(regions=("*",), suppliers=("*",), classes=DATA_CLASSES, row_limit=2)
    found = changed.snapshot(narrow).arrays("cause_changes", **CHANGES)
    assert found["change_id"].tolist() == ["ECN-1", "ECN-2", "ECN-3"]
    assert found["kind"].tolist() == ["method", None, None]
    assert found["day"].dtype.kind == "i"


def test_a_misspelt_parameter_and_a_closed_snapshot_are_refused(changed: Hub) -> None:
    everything = Scope(regions=("*",), suppliers=("*",), classes=DATA_CLASSES)
    with changed.snapshot(everything) as snapshot, pytest.raises(TypeError, match="frist"):
        snapshot.arrays("cause_changes", frist="2026-01-01")
    with pytest.raises(HubUnavailable):
        snapshot.arrays("cause_changes", **CHANGES)
