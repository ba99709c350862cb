"""The parts that an expression is made of."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Number:
    """A number."""

    value: float


@dataclass(frozen=True)
class Text:
    """A text in single quotes."""

    value: str


@dataclass(frozen=True)
class ColumnRef:
    """A source column."""

    name: str


@dataclass(frozen=True)
class RowNumber:
    """The 1-based number of the record in its file."""


@dataclass(frozen=True)
class Arithmetic:
    """Two values joined by + - * or /."""

    operator: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True)
class Call:
    """A function of values; `neg` is the leading minus."""

    function: str
    arguments: tuple["Node", ...]


@dataclass(frozen=True)
class Comparison:
    """Two values compared."""

    operator: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True)
class Membership:
    """A value among listed ones, all texts or all numbers."""

    value: "Node"
    among: tuple["Node", ...]


@dataclass(frozen=True)
class Emptiness:
    """A column without a value (or, negated, with one)."""

    value: "Node"
    negated: bool


@dataclass(frozen=True)
class Logic:
    """Conditions joined by `and` or `or`, or one negated by `not`."""

    operator: str
    parts: tuple["Node", ...]


Node = (
    Number
    | Text
    | ColumnRef
    | RowNumber
    | Arithmetic
    | Call
    | Comparison
    | Membership
    | Emptiness
    | Logic
)


def columns_of(node: Node) -> tuple[str, ...]:
    """Names of the source columns in a tree, each once, in their order."""
    match node:
        case ColumnRef(name):
            return (name,)
        case Arithmetic(_, left, right) | Comparison(_, left, right):
            inner: tuple[Node, ...] = (left, right)
        case Call(_, arguments):
            inner = arguments
        case Membership(value, among):
            inner = (value, *among)
        case Emptiness(value):
            inner = (value,)
        case Logic(_, parts):
            inner = parts
        case _:
            inner = ()
    return tuple(dict.fromkeys(name for part in inner for name in columns_of(part)))
