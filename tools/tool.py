"""What a tool is: a typed question, a typed answer, one function, and what it may touch.

A tool is declared by decorating its function:

    @tool(effect="read", version=1)
    def claim_rate(query: ClaimRateQuery, context: ToolContext) -> Found[ClaimRate]:

Name, description and schemas are taken from the function and its types, so that code, people and
models read the same words.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, get_args, get_type_hints

from domain.contract import Contract
from domain.records.evidence import Exclusion, Note
from domain.records.policy import DataClass, Principal
from domain.records.proposal import ToolEffect
from memory.bundle import Memory
from services.bundle import Services
from services.hub.snapshot import Snapshot

SUMMARY_LIMIT = 400
"""Most characters of a summary: it goes into prompts and chat messages."""

Question = TypeVar("Question", bound=Contract)
Result = TypeVar("Result", bound=Contract)


@dataclass(frozen=True)
class ToolContext:
    """The one value that a tool receives beside its question."""

    principal: Principal
    """Who asks."""
    snapshot: Snapshot
    """The data as the asker may see it; every read of the hub goes through it."""
    services: Services
    """Everything outside the process."""
    memory: Memory
    """What was found before."""
    run_id: str
    """The run that the call belongs to."""


@dataclass(frozen=True)
class Found(Generic[Result]):
    """What a tool found, with what a reader must know about it."""

    result: Result
    """The typed result."""
    summary: str
    """The result in one or two sentences with its figures, at most 400 characters."""
    warnings: tuple[Note, ...] = ()
    """What to know before relying on it."""
    excluded: tuple[Exclusion, ...] = ()
    """Rows that would have counted and were left out."""
    chart: dict[str, Any] | None = None
    """A Vega-Lite specification, where a picture says more."""
    vision_model: str | None = None
    """Version of the vision model that was asked, where one was."""
    asked: Contract | None = None
    """The question with what the tool filled in, where that names the result; none: as asked."""


@dataclass(frozen=True)
class Tool(Generic[Question, Result]):
    """A declared tool."""

    name: str
    """Its name: the function's."""
    description: str
    """What it answers, when to call it and when not: the function's docstring."""
    question: type[Question]
    """Type of the question."""
    result: type[Result]
    """Type of the result."""
    effect: ToolEffect
    """What it may do: read, record, propose."""
    version: int
    """Raised when the same question on the same data gives another result."""
    classes: tuple[DataClass, ...]
    """Data classes that the asker must be allowed to see for the tool to make sense."""
    seconds: float
    """Time limit (s)."""
    library: bool
    """Whether it reads the standards library, whose version its evidence then names."""
    function: Callable[[Question, ToolContext], Found[Result]]
    """The function itself."""

    @property
    def code(self) -> str:
        """Name and version as evidence records them."""
        return f"{self.name}/{self.version}"

    @property
    def summary(self) -> str:
        """First sentence of the description."""
        return self.description.split("\n", 1)[0]

    def input_schema(self) -> dict[str, Any]:
        """JSON schema of the question."""
        return self.question.model_json_schema()


def tool(
    *,
    effect: ToolEffect,
    version: int = 1,
    classes: tuple[DataClass, ...] = ("internal",),
    seconds: float = 30.0,
    library: bool = False,
) -> Callable[[Callable[[Question, ToolContext], Found[Result]]], Tool[Question, Result]]:
    """Declare the decorated function as a tool.

    Args:
        effect: what it may do.
        version: raised when the same question on the same data gives another result.
        classes: data classes without which it makes no sense.
        seconds: time limit (s).
        library: whether it reads the standards library.

    Raises:
        TypeError: the function's types or its docstring are missing.
    """

    def declare(
        function: Callable[[Question, ToolContext], Found[Result]],
    ) -> Tool[Question, Result]:
        hints = get_type_hints(function)
        description = inspect.getdoc(function)
        if not description or set(hints) != {"query", "context", "return"}:
            raise TypeError(f"{function.__name__} needs a docstring and typed (query, context)")
        (result,) = get_args(hints["return"])
        return Tool(
            name=function.__name__,
            description=description,
            question=hints["query"],
            result=result,
            effect=effect,
            version=version,
            classes=classes,
            seconds=seconds,
            library=library,
            function=function,
        )

    return declare
