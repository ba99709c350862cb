"""Words of an expression to its tree, by recursive descent."""

import math

from domain.errors import BadArgument
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
from services.hub.ingest.mapping.expression.words import Token, tokens

MAX_DEPTH = 40
"""Deepest nesting."""
FUNCTIONS: dict[str, tuple[int, int]] = {
    "abs": (1, 1),
    "min": (2, 20),
    "max": (2, 20),
    "round": (1, 2),
    "sqrt": (1, 1),
}
"""Fewest and most arguments by function."""
COMPARISONS = ("=", "!=", "<>", "<=", ">=", "<", ">")


def parse(text: str) -> Node:
    """The tree of an expression.

    Raises:
        BadArgument: the text is not of the language; the message says where.
    """
    parser = _Parser(text, tokens(text))
    node = parser.condition(0)
    parser.expect("end", "")
    return node


class _Parser:
    """Recursive descent over the tokens; every method reads one level of the grammar."""

    def __init__(self, text: str, words: list[Token]) -> None:
        self._text = text
        self._words = words
        self._at = 0

    def _peek(self, *values: str) -> bool:
        word = self._words[self._at]
        return word.kind in ("word", "sign") and word.value.lower() in values

    def _take(self, *values: str) -> str | None:
        if not self._peek(*values):
            return None
        self._at += 1
        return self._words[self._at - 1].value.lower()

    def expect(self, kind: str, value: str) -> None:
        """Steps over one token that must be there."""
        word = self._words[self._at]
        if word.kind != kind or word.value.lower() != value:
            raise self._error(f"expected {value or 'the end'}")
        self._at += 1

    def _error(self, what: str) -> BadArgument:
        seen = self._words[self._at].value or "the end"
        return BadArgument(f"{what} at {seen!r} in expression {self._text!r}")

    def condition(self, depth: int) -> Node:
        """One or more conditions joined by `or`."""
        if depth > MAX_DEPTH:
            raise self._error(f"more than {MAX_DEPTH} levels of brackets")
        parts = [self._both(depth)]
        while self._take("or"):
            parts.append(self._both(depth))
        return parts[0] if len(parts) == 1 else Logic("or", tuple(parts))

    def _both(self, depth: int) -> Node:
        parts = [self._negation(depth)]
        while self._take("and"):
            parts.append(self._negation(depth))
        return parts[0] if len(parts) == 1 else Logic("and", tuple(parts))

    def _negation(self, depth: int) -> Node:
        negated = False
        while self._take("not"):
            negated = not negated
        node = self._comparison(depth)
        return Logic("not", (node,)) if negated else node

    def _comparison(self, depth: int) -> Node:
        left = self._sum(depth)
        if operator := self._take(*COMPARISONS):
            return Comparison("!=" if operator == "<>" else operator, left, self._sum(depth))
        if self._take("in"):
            return Membership(left, self._arguments(depth))
        if self._take("is"):
            negated = self._take("not") is not None
            self.expect("word", "empty")
            return Emptiness(left, negated)
        return left

    def _sum(self, depth: int) -> Node:
        node = self._product(depth)
        while operator := self._take("+", "-"):
            node = Arithmetic(operator, node, self._product(depth))
        return node

    def _product(self, depth: int) -> Node:
        node = self._signed(depth)
        while operator := self._take("*", "/"):
            node = Arithmetic(operator, node, self._signed(depth))
        return node

    def _signed(self, depth: int) -> Node:
        negative = False
        while self._take("-"):
            negative = not negative
        node = self._value(depth)
        return Call("neg", (node,)) if negative else node

    def _value(self, depth: int) -> Node:
        if self._take("("):
            node = self.condition(depth + 1)
            self.expect("sign", ")")
            return node
        word = self._words[self._at]
        if word.kind == "word":
            return self._named(depth)
        if word.kind not in ("number", "text", "column"):
            raise self._error("expected a value")
        self._at += 1
        if word.kind == "text":
            return Text(word.value)
        if word.kind == "column":
            return ColumnRef(word.value)
        if not math.isfinite(float(word.value)):
            raise self._error("a number out of range")
        return Number(float(word.value))

    def _named(self, depth: int) -> Node:
        name = self._words[self._at].value.lower()
        if name in ("pi", "row"):
            self._at += 1
            return Number(math.pi) if name == "pi" else RowNumber()
        if name not in FUNCTIONS:
            raise self._error(f"columns stand in [ ]; functions are {', '.join(FUNCTIONS)}; not")
        self._at += 1
        arguments = self._arguments(depth)
        fewest, most = FUNCTIONS[name]
        if not fewest <= len(arguments) <= most:
            raise self._error(f"{name} takes {fewest} to {most} values")
        return Call(name, arguments)

    def _arguments(self, depth: int) -> tuple[Node, ...]:
        self.expect("sign", "(")
        found = [self.condition(depth + 1)]
        while self._take(","):
            found.append(self.condition(depth + 1))
        self.expect("sign", ")")
        return tuple(found)
