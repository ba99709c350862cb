"""Where a column's text comes from: a source column, several, a constant, a template or flags."""

import re
from typing import NamedTuple

from domain.errors import BadArgument
from services.hub.ingest.mapping.expression.to_sql import condition_sql
from services.hub.ingest.mapping.model import ColumnMapping
from services.hub.ingest.mapping.quoting import literal, lookup
from services.hub.ingest.mapping.row import RuleRow

_BRACES = re.compile(r"\{\{|\}\}|\{([^{}]+)\}|[{}]|[^{}]+")


class Origin(NamedTuple):
    """The text of a column before it becomes a value."""

    given: str
    """SQL of the text as the file has it, NULL if empty."""
    text: str
    """SQL of the text after `map`."""


def origin(rule: ColumnMapping, row: RuleRow) -> Origin:
    """The text that a rule starts from; BadArgument if it names what is not there."""
    given = _given(rule, row)
    if not rule.map:
        return Origin(given, given)
    mapped = lookup(given, {old: literal(new) for old, new in rule.map.items()})
    return Origin(given, f"coalesce({mapped}, {given})" if rule.otherwise == "keep" else mapped)


def _given(rule: ColumnMapping, row: RuleRow) -> str:
    if rule.constant is not None:
        return literal(rule.constant)
    if rule.template is not None:
        return template_sql(rule.template, row)
    if rule.flags:
        held = (
            f"CASE WHEN {condition_sql(condition, row)} THEN {literal(name)} END"
            for name, condition in rule.flags.items()
        )
        return f"nullif(concat_ws(',', {', '.join(held)}), '')"
    texts = [row.text(name) for name in rule.source]
    return texts[0] if len(texts) == 1 else f"nullif(concat_ws(' ', {', '.join(texts)}), '')"


def template_sql(template: str, row: RuleRow) -> str:
    """SQL of a text with source columns in braces, NULL if one of them is empty.

    Raises:
        BadArgument: a brace stands alone, or a column is not in the source.
    """
    parts: list[str] = []
    for match in _BRACES.finditer(template):
        piece, name = match[0], match[1]
        if name is not None:
            parts.append(row.row.place(name) or row.text(name))
        elif piece in ("{", "}"):
            raise BadArgument(f"a brace stands alone in template {template!r}")
        else:
            parts.append(literal({"{{": "{", "}}": "}"}.get(piece, piece)))
    return f"({' || '.join(parts)})" if parts else "NULL"
