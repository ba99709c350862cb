"""What an agent is: a duty, a few tools, a playbook, a prompt, and the report that it owes.

An agent is data. It holds no loop, no state and no connection; `graphs/specialist.py` runs it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import Any, NamedTuple, Protocol

from domain.errors import AndonError
from domain.records.evidence import Evidence
from domain.records.finding import AgentName
from domain.records.task import Brief, Report


class Failed(NamedTuple):
    """A look that brought nothing."""

    tool: str
    """The tool."""
    query: dict[str, Any]
    """What it was asked."""
    error: AndonError
    """Why it brought nothing."""


class Looks(Protocol):
    """The looks of one specialist: within its tools, its budget, and never the same look twice."""

    def ask(self, tool: str, **question: object) -> Evidence | None:
        """Ask a tool; None if it could not tell (the reason is kept) or the budget is spent."""

    @property
    def failed(self) -> Sequence[Failed]:
        """Looks that brought nothing."""


class Findings(NamedTuple):
    """What a specialist has looked up."""

    evidence: tuple[Evidence, ...]
    """In the order in which it was found."""
    failed: tuple[Failed, ...] = ()
    """Looks that brought nothing."""
    cut: str = ""
    """Why looking ended early; empty if it did not."""

    def of(self, tool: str) -> tuple[Evidence, ...]:
        """Evidence of one tool."""
        return tuple(one for one in self.evidence if one.tool == tool)

    def first(self, tool: str) -> Evidence | None:
        """The first evidence of one tool."""
        return next(iter(self.of(tool)), None)


@dataclass(frozen=True)
class Agent:
    """A specialist."""

    name: AgentName
    """Its name."""
    duty: str
    """What it answers for, in one sentence; the planner reads it."""
    tools: tuple[str, ...]
    """Names of the tools that it may use."""
    offered: tuple[str, ...]
    """Those of them that a language model is offered beyond the playbook: few, since their schemas
    are most of a prompt, and none that returns customers' words."""
    playbook: Callable[[Brief, Looks], None]
    """The looks that a good engineer would take first, with branches."""
    draft: Callable[[Brief, Findings], Report]
    """The report that code makes of what was found."""
    report: type[Report]
    """Contract of that report."""
    follow_up: Callable[[Evidence, Looks], None] | None = None
    """The looks that a finding calls for whoever asked for it, such as tests of a cause."""

    @cached_property
    def prompt(self) -> str:
        """Its system prompt: the same text for every task."""
        path = files("agents") / "prompts" / f"{self.name}.md"
        return path.read_text(encoding="utf-8")
