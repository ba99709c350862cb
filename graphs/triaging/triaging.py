"""What one run of triage may use, and what it carries from node to node."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from typing_extensions import TypedDict

from graphs.actions import Acting
from graphs.casework.working import Working
from memory.evidence import canonical_json
from memory.naming import name_of
from services.hub.uncoded import CODED_LOAD, Watermark
from services.model.chat import ChatModel
from tools.tool import ToolContext

TRIAGE = "andon:triage"
"""Under whose name a run of triage writes."""
WATCH = "andon:watch"
"""Under whose name a run of the factory watch writes."""
EVERYWHERE = "*"
"""The region of a run that reads all regions."""
Json = dict[str, Any]


@dataclass(frozen=True)
class Triaging:
    """One run of triage: what it reads, where it writes, and on whose behalf."""

    run_id: str
    """Its name: the same region, day and data have the same one."""
    region: str
    """The region that it reads; `*`: all."""
    as_of: date
    """The day up to which it reads."""
    acting: Acting
    """Ledger, jobs, rules and routes."""
    context: Callable[[str | None], ToolContext]
    """Opens the data as of that day, at a hub commit or at the newest one."""
    since: Watermark | None
    """How far the last run of the region had read; null: nothing was read yet."""
    now: datetime
    """The moment (UTC)."""
    model: ChatModel | None = None
    """A model that reads what rules cannot judge; null: rules alone."""
    dry: bool = False
    """Whether nothing is to be written."""
    only_since: date | None = None
    """Only what was received after this day was wanted; null: all that no run has read."""
    rest: bool = False
    """Whether only regions are told that have no run of their own."""
    causes: int = 3
    """Most cases whose cause is asked for in one run (count)."""
    by: str = TRIAGE
    """Under whose name it writes."""

    def working(self, commit: str | None) -> Working:
        """What work on a case may use, on the data with the run's codes."""
        return Working(self.acting, self.context(commit), self.now, self.by)


class TriageState(TypedDict, total=False):
    """What a run carries; plain JSON."""

    commit_before: str
    """The hub commit that it read."""
    commit_after: str
    """The hub commit with its codes."""
    counts: Json
    """read, coded, duplicate, quarantined, and new claims (counts)."""
    first_on: str
    """Day on which the oldest piece was received (ISO 8601); the as-of day where none is new."""
    rejected: int
    """Rows of feedback in quarantine, which no run has read (count)."""
    queue: list[str]
    """Pieces that a person must read."""
    suspicious: list[str]
    """Pieces that give orders to a reading machine."""
    model_requests: int
    """Requests to a model (count)."""
    problems: list[str]
    """Why a model did not read, each reason once."""
    signs: list[Json]
    """Reports of danger (`SafetySign`)."""
    feared: list[Json]
    """Dangers that are feared and not reported (`SafetySign`)."""
    alarms: list[Json]
    """What the watch raised (`Alarm`), confirmed or not."""
    watch: Json
    """What the watch says of itself: evidence, cells, budget, run length."""
    investigated: list[str]
    """Cases whose cause was asked for."""


def run_name(
    what: str, region: str, as_of: date, data_commit: str, since: date | None = None
) -> str:
    """Name of a run; the same again on the same data is the same run.

    Args:
        what: triage or watch.
        region: region or site; `*`: all.
        as_of: the day up to which it reads.
        data_commit: the newest hub commit that brought data, not codes.
        since: the day after which pieces were wanted, where one was named.
    """
    told = [what, region, as_of.isoformat(), data_commit, *([since.isoformat()] if since else [])]
    return name_of("T" if what == "triage" else "W", canonical_json(told))


def is_data(load_id: str) -> bool:
    """Whether a load brought data; those of a run bring codes."""
    return not load_id.startswith(CODED_LOAD)
