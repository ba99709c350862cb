"""The hub's tables are those of the exchange format that was agreed with other programs."""

from typing import Any

import pytest
import yaml

from services.hub.schema import Column, canonical, schema

STORED_BESIDE = {"feedback": {"text_raw", "author_key"}}
"""Columns that the agreement names in words only: how the ingest stores customers' words."""
STORED_CLEAN = {("feedback", "text")}
"""Columns that come in personal and are stored de-identified."""


@pytest.fixture(scope="module")
def agreed(contracts) -> dict[str, Any]:
    """The agreed tables as they are written."""
    return yaml.safe_load(contracts("hub_schema.yaml"))


def test_the_tables_and_their_keys_are_those_agreed(agreed) -> None:
    ours = {name: list(table.key) for name, table in canonical().items()}
    assert ours == {name: body["key"] for name, body in agreed.items()}


def test_the_columns_and_their_types_are_those_agreed(agreed) -> None:
    ours = {
        name: {
            column.name: column.type
            for column in table.columns
            if column.name not in STORED_BESIDE.get(name, ())
        }
        for name, table in canonical().items()
    }
    assert ours == {
        name: {column: _said(spec)["type"] for column, spec in body["columns"].items()}
        for name, body in agreed.items()
    }


def test_required_values_and_data_classes_are_those_agreed(agreed) -> None:
    unlike = []
    for name, body in agreed.items():
        for column, spec in body["columns"].items():
            ours, said = schema()[name].column(column), _said(spec)
            required = said.get("required", False) or column in body["key"]
            stored = "internal" if (name, column) in STORED_CLEAN else said.get("class", "internal")
            if (ours.required, ours.data_class) != (required, stored):
                unlike.append(f"{name}.{column}")
    assert unlike == []


def test_the_customers_own_words_are_personal_and_never_filled_from_outside() -> None:
    raw = schema()["feedback"].column("text_raw")
    assert (raw.data_class, raw.derived) == ("personal", True)


def test_every_reference_leads_to_a_table_with_one_key_that_stands_before_it() -> None:
    order = list(schema())
    wrong = [
        f"{name}.{column.name}"
        for name, table in schema().items()
        for column in table.columns
        if column.references and not _leads_back(order, name, column)
    ]
    assert wrong == []


def test_every_rule_of_a_table_speaks_of_a_column_that_it_has() -> None:
    wrong = [
        f"{name}: {column}"
        for name, table in schema().items()
        for column in (*table.key, *table.scope, *([table.recorded] if table.recorded else []))
        if column not in table.column_names
    ]
    assert wrong == []


def test_every_table_says_what_a_row_is() -> None:
    assert [name for name, table in schema().items() if not table.says] == []


def _said(spec: str | dict[str, Any]) -> dict[str, Any]:
    return {"type": spec} if isinstance(spec, str) else {"type": "text", **spec}


def _leads_back(order: list[str], name: str, column: Column) -> bool:
    target = column.references.table
    known = target in order and len(schema()[target].key) == 1
    return known and order.index(target) < order.index(name)
