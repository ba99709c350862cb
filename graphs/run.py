"""What every node of a run may use; it is not part of the state and is never checkpointed."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from agents.agent import Agent
from domain.records.evidence import Evidence, Versions
from domain.records.finding import AgentName
from domain.records.knowledge import Knowledge
from services.model.chat import ChatModel
from services.model.ledger import Budget, CostLedger
from tools.tool import ToolContext

if TYPE_CHECKING:
    from graphs.looking import SpecialistLooks

MOST_TURNS = 20
"""Earlier turns of a conversation that are kept."""


class Limits(NamedTuple):
    """What one run may take; its end is an answer all the same."""

    tool_calls: int = 24
    """Looks of one specialist (count)."""
    seconds: float = 120.0
    """Time of one specialist (s)."""
    looks: int = 3
    """Further looks, beyond its playbook, for which a model may ask, in turns (count)."""
    tasks: int = 5
    """Tasks of a plan (count)."""
    replans: int = 1
    """Times that a plan may be widened (count)."""


DEFAULT_LIMITS = Limits()
DEFAULT_BUDGET = Budget(requests=16, tokens=120_000)


class SeenLooks:
    """Looks of a whole run by question, so that no specialist pays for another's."""

    def __init__(self) -> None:
        self._found: dict[str, Evidence] = {}
        self._lock = threading.Lock()

    def get(self, key: str) -> Evidence | None:
        """What was found, if it was asked before."""
        with self._lock:
            return self._found.get(key)

    def put(self, key: str, evidence: Evidence) -> None:
        """Keep what was found."""
        with self._lock:
            self._found[key] = evidence


@dataclass(frozen=True)
class Run:
    """One run: who asks, on which data, with which model and budget."""

    run_id: str
    """The run."""
    thread_id: str
    """The conversation."""
    as_of: date
    """The day that "now" stands for."""
    as_of_given: bool
    """Whether the asker named it."""
    tools: ToolContext | None
    """Data and memory for tools; None: only a plan is wanted."""
    agents: Mapping[AgentName, Agent]
    """The agents that work."""
    versions: Versions
    """What the answer depends on."""
    model: ChatModel | None = None
    """A language model; None: rules decide."""
    ledger: CostLedger = field(default_factory=lambda: CostLedger(DEFAULT_BUDGET))
    """What is spent on it."""
    branches: dict[str, CostLedger] = field(default_factory=dict)
    """The same by task; those of one wave are opened together."""
    limits: Limits = DEFAULT_LIMITS
    """What the run may take."""
    learnt: Callable[[str], tuple[Knowledge, ...]] = lambda _symptom: ()
    """What earlier cases taught about a symptom, as of the day."""
    seen: SeenLooks = field(default_factory=SeenLooks)
    """Looks taken so far."""
    looking: dict[str, "SpecialistLooks"] = field(default_factory=dict)
    """The looks of each task, kept from its playbook to what a model adds."""
    tally: dict[str, int] = field(default_factory=lambda: {"tool_calls": 0})
    """Counts for the cost line."""
    began: float = field(default_factory=time.monotonic)
    """When it began (s of the monotonic clock)."""


Emitted = dict[str, Any]
"""An event without run, position and time: `kind`, `agent`, `data`."""
