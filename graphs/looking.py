"""The looks of one specialist: within its tools and its budget, and never the same look twice."""

import time
from collections.abc import Callable
from typing import Any

from agents.agent import Agent, Failed, Findings
from domain.errors import AndonError, HubUnavailable, InvalidArgument
from domain.records.evidence import Evidence
from domain.records.task import Brief
from graphs.run import Emitted, Run
from memory.evidence import canonical_json
from tools.registry import named
from tools.runner import run_tool, validated

Emit = Callable[[Emitted], None]


class SpecialistLooks:
    """Asks tools for one brief and keeps what came of it; used by one thread at a time."""

    def __init__(self, agent: Agent, brief: Brief, run: Run, emit: Emit) -> None:
        self._agent = agent
        self._brief = brief
        self._run = run
        self.go_on(emit)
        self._found: dict[str, Evidence] = {}
        self._calls = 0
        self._cut = ""
        self.failed: list[Failed] = []
        """Looks that brought nothing."""

    def go_on(self, emit: Emit) -> None:
        """Look from here on for another part of the work, which has its seconds for itself."""
        self._emit = emit
        self._ends = time.monotonic() + self._brief.seconds

    @property
    def findings(self) -> Findings:
        """Everything found so far."""
        return Findings(tuple(self._found.values()), tuple(self.failed), self._cut)

    @property
    def spent(self) -> bool:
        """Whether the budget is spent."""
        return bool(self._cut)

    def ask(self, tool: str, **question: object) -> Evidence | None:
        """Ask a tool; None if it could not tell (the reason is kept) or the budget is spent."""
        arguments = dict(question)
        try:
            key = self._key(tool, arguments)
        except AndonError as error:
            self._fail(tool, arguments, error)
            return None
        if key in self._found:
            return self._found[key]
        before = [one for one in self.failed if f"{one.tool} {canonical_json(one.query)}" == key]
        if before or not self._in_budget():
            return None
        return self._look(tool, arguments, key)

    def _key(self, tool: str, arguments: dict[str, Any]) -> str:
        if tool not in self._agent.tools:
            raise InvalidArgument(
                f"{self._agent.name} may not use {tool}",
                next_step=f"it has {', '.join(self._agent.tools)}",
            )
        query = validated(named(tool), arguments).model_dump(mode="json")
        return f"{tool} {canonical_json(query)}"

    def _in_budget(self) -> bool:
        if self._cut:
            return False
        if self._calls >= self._brief.tool_calls:
            self._cut = f"its {self._brief.tool_calls} looks are used up"
        elif time.monotonic() >= self._ends:
            self._cut = f"its {self._brief.seconds:g} seconds are over"
        else:
            return True
        self._tell("budget", {"text": self._cut})
        return False

    def _look(self, tool: str, arguments: dict[str, Any], key: str) -> Evidence | None:
        assert self._run.tools is not None
        self._calls += 1
        query = validated(named(tool), arguments).model_dump(mode="json")
        self._tell("tool_call", {"tool": tool, "arguments": query})
        started = time.monotonic()
        evidence = self._run.seen.get(key)
        if evidence is None:
            try:
                evidence = run_tool(named(tool), arguments, self._run.tools)
            except HubUnavailable:
                raise  # without data there is nothing that another look could tell
            except AndonError as error:
                self._fail(tool, query, error)
                return None
            finally:
                self._run.tally["tool_calls"] += 1
            self._run.seen.put(key, evidence)
        self._found[key] = evidence
        told = {"tool": tool, "evidence": evidence.id, "summary": evidence.summary}
        self._tell("tool_result", {**told, "seconds": round(time.monotonic() - started, 3)})
        return evidence

    def _fail(self, tool: str, query: dict[str, Any], error: AndonError) -> None:
        self.failed.append(Failed(tool, query, error))
        self._tell("tool_result", {"tool": tool, "error": error.message})

    def _tell(self, kind: str, data: dict[str, Any]) -> None:
        data = {"task": self._brief.id, **data}
        self._emit({"kind": kind, "agent": self._agent.name, "data": data})
