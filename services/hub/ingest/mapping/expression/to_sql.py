"""An expression tree as plain vectorised SQL in which no row can fail.

Numbers are DOUBLE. A division by zero, the root of a negative number and a text that is no number
give NULL, and so does every value made from one; the caller reports the row.
"""

from typing import Protocol

from domain.errors import BadArgument
from services.hub.ingest.mapping.expression.parse import parse
from services.hub.ingest.mapping.expression.tree import (
    Arithmetic,
    Call,
    ColumnRef,
    Comparison,
    Emptiness,
    Logic,
    Membership,
    Node,
    Number,
    RowNumber,
    Text,
)
from services.hub.ingest.mapping.quoting import literal


class Row(Protocol):
    """What an expression asks of the source row."""

    def text(self, name: str) -> str:
        """SQL of a source column as trimmed text, NULL if empty."""
        ...

    def number(self, name: str) -> str:
        """SQL of a source column as DOUBLE, NULL if it is no number."""
        ...

    def row_number(self) -> str:
        """SQL of the 1-based number of the record."""
        ...


def number_sql(expression: str, row: Row) -> str:
    """SQL of an expression that gives a number; BadArgument if it gives anything else."""
    return _Compiler(expression, row).number(parse(expression))


def condition_sql(expression: str, row: Row) -> str:
    """SQL of an expression that gives true or false; BadArgument if it gives anything else."""
    return _Compiler(expression, row).condition(parse(expression))


def number_literal(value: float) -> str:
    """A float as an SQL DOUBLE, bit for bit."""
    text = repr(value)
    return text if "e" in text else f"{text}e0"


class _Compiler:
    def __init__(self, expression: str, row: Row) -> None:
        self._expression = expression
        self._row = row

    def _unfit(self, what: str) -> BadArgument:
        return BadArgument(f"{what} in expression {self._expression!r}")

    def number(self, node: Node) -> str:
        match node:
            case Number(value):
                return number_literal(value)
            case ColumnRef(name):
                return self._row.number(name)
            case RowNumber():
                return f"CAST({self._row.row_number()} AS DOUBLE)"
            case Arithmetic(operator, left, right):
                other = self.number(right)
                other = f"nullif({other}, 0e0)" if operator == "/" else other
                return f"({self.number(left)} {operator} {other})"
            case Call("round", (value, digits)):
                return self._rounded(value, digits)
            case Call(function, arguments):
                return self._called(function, [self.number(item) for item in arguments])
        raise self._unfit("a number is needed, not a text or a condition,")

    def _rounded(self, value: Node, digits: Node) -> str:
        if not isinstance(digits, Number) or digits.value not in range(16):
            raise self._unfit("round takes a value and a whole number from 0 to 15")
        return f"round({self.number(value)}, {int(digits.value)})"

    def _called(self, function: str, values: list[str]) -> str:
        first = values[0]
        if function == "neg":
            return f"(- {first})"
        if function == "sqrt":
            return f"sqrt(CASE WHEN {first} >= 0 THEN {first} END)"
        if function in ("min", "max"):
            chosen = f"{'least' if function == 'min' else 'greatest'}({', '.join(values)})"
            known = " AND ".join(f"{value} IS NOT NULL" for value in values)
            return f"CASE WHEN {known} THEN {chosen} END"
        return f"{function}({first})"

    def condition(self, node: Node) -> str:
        match node:
            case Logic("not", (part,)):
                return f"(NOT {self.condition(part)})"
            case Logic(operator, parts):
                return "(" + f" {operator.upper()} ".join(map(self.condition, parts)) + ")"
            case Comparison(operator, left, right):
                one, other = self._alike(operator, left, right)
                return f"({one} {operator} {other})"
            case Membership(value, among):
                return self._membership(value, among)
            case Emptiness(ColumnRef(name), negated):
                return f"({self._row.text(name)} IS {'NOT ' if negated else ''}NULL)"
            case Emptiness():
                raise self._unfit("only a column can be empty")
        raise self._unfit("a condition is needed, not a value,")

    def _alike(self, operator: str, left: Node, right: Node) -> tuple[str, str]:
        """Both sides as texts if one is a text or two columns are tested for equality."""
        both_columns = isinstance(left, ColumnRef) and isinstance(right, ColumnRef)
        texts = isinstance(left, Text) or isinstance(right, Text)
        if texts or (both_columns and operator in ("=", "!=")):
            return self._text(left), self._text(right)
        return self.number(left), self.number(right)

    def _membership(self, value: Node, among: tuple[Node, ...]) -> str:
        if all(isinstance(item, Text) for item in among):
            return f"list_contains([{', '.join(map(self._text, among))}], {self._text(value)})"
        if all(isinstance(item, Number) for item in among):
            return f"list_contains([{', '.join(map(self.number, among))}], {self.number(value)})"
        raise self._unfit("`in` lists texts only or numbers only")

    def _text(self, node: Node) -> str:
        match node:
            case Text(value):
                return literal(value)
            case ColumnRef(name):
                return self._row.text(name)
        raise self._unfit("a text is compared with a column or a text; this is neither,")
