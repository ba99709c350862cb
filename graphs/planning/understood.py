"""What the rules made of a request."""

from typing import Literal

from domain.contract import Contract
from domain.records.answer import PlannedTask, Question, Refusal, Slots
from domain.records.finding import AgentName

Decision = Literal["answer", "clarify", "refuse"]
MentionKind = Literal[
    "model",
    "family",
    "country",
    "region",
    "site",
    "line",
    "station",
    "supplier",
    "part",
    "lot",
    "serial",
    "change",
    "characteristic",
    "symptom",
    "standard",
    "period",
]
Aspect = Literal[
    "survey",
    "measure",
    "mention",
    "text",
    "why",
    "trace",
    "changes",
    "capability",
    "chart",
    "station",
    "station_health",
    "calibration",
    "escape",
    "effect",
    "method",
    "translate",
    "limits",
    "weigh_needs",
    "method",
    "which_standards",
    "marks",
    "edition",
    "items",
    "switch",
    "reuse",
    "warnings",
    "duty",
    "scorecard",
    "sampling",
    "scar",
    "message",
    "overdue",
    "reply",
    "strategy",
]
"""What is asked of an agent, in the order of the agents: of user_needs `survey` to `text`, of
root_cause `why` to `effect` (`station`: camera or product, `station_health`: golden samples and
drift, `calibration`: the threshold that misses at most so many defects), of requirement_metrics
`translate` to `method` (FMEA, say), of standard_match `which_standards` to `duty` (of a danger, to
an authority), of supplier_followup `scorecard` to `strategy` (`overdue`: what it owes us; `reply`:
its 8D report is to be scored)."""


class Mention(Contract):
    """A name in the request and what it stands for."""

    kind: MentionKind
    """What is named."""
    text: str
    """The asker's words."""
    ids: tuple[str, ...] = ()
    """Identifiers that it stands for; empty if nothing of that name is known."""
    start: int
    """Where the words start in the request (characters from 0)."""
    end: int
    """Where they end."""


class Understood(Contract):
    """A request, read by rules."""

    language: str
    """Its language: one of the nine that have rules, or `und`."""
    outcome: Decision
    """Whether it is answered, asked back, or refused."""
    tasks: tuple[PlannedTask, ...] = ()
    """Who does what; empty unless it is answered."""
    intended: tuple[AgentName, ...] = ()
    """Agents that the request is about, also where a question is asked first."""
    aspects: tuple[Aspect, ...] = ()
    """What is asked of these agents, in the order asked."""
    slots: Slots = Slots()
    """Names that were recognised, here or in the turn that this one follows."""
    mentions: tuple[Mention, ...] = ()
    """Every name in the request itself, in its order."""
    markets: tuple[str, ...] = ()
    """Markets that are named, here or in the turn before: countries (ISO 3166-1 alpha-2), unions of
    them, and where no other is named those of certification marks; in the order named."""
    market_from: str | None = None
    """The market that is left, where the request goes from one to another."""
    market_to: str | None = None
    """The market that is gone to."""
    text: str = ""
    """Its words, de-identified, as far as the rules read them."""
    leans_on: str = ""
    """Words of the turns that this one goes on from, the latest first; empty: it stands alone."""
    questions: tuple[Question, ...] = ()
    """At most two questions to the asker."""
    refusal: Refusal | None = None
    """Why nothing is answered."""
    notes: tuple[str, ...] = ()
    """Defaults that were taken and names that are not known, for the answer to state."""
