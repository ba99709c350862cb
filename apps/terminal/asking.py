"""One question put to the supervisor: progress while it works, then its answer."""

from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from apps.terminal.progress import progress
from domain.errors import AndonError, ServiceUnavailable

if TYPE_CHECKING:
    from apps.terminal.pictures import Lookup
    from apps.wiring import Wiring
    from domain.records.answer import Answer, Outcome
    from domain.records.asked import Asked
    from domain.records.event import Event

EXITS: "dict[Outcome, int]" = {
    "answered": 0, "partial": 0, "clarify": 6, "refused": 4, "failed": 5
}  # fmt: skip
"""Exit code of a command by the outcome of its question."""


Ask = Callable[["Asked", "Wiring"], "AsyncIterator[Event]"]
"""Puts a question to the supervisor."""


class Told(NamedTuple):
    """What came of a question."""

    body: dict[str, Any]
    """`andon.answer/1`."""
    events: "tuple[Event, ...]"
    """Everything that happened, in order."""

    @property
    def answer(self) -> "Answer":
        """The answer as a record."""
        from domain.records.answer import Answer

        known = {key: value for key, value in self.body.items() if key != "schema"}
        return Answer.model_validate(known)


async def follow(run: "AsyncIterator[Event]", *, quiet: bool) -> Told:
    """Show what happens in a run, and give what came of it.

    Raises:
        AndonError: there is no answer, as `ask` says it.
    """
    events = []
    with progress(quiet=quiet) as shown:
        async for event in run:
            events.append(event)
            shown.show(event)
    if not events or events[-1].kind != "answer":
        raise ServiceUnavailable("the run ended without an answer", next_step="ask again")
    return Told(events[-1].data, tuple(events))


def lookup(parts: "Wiring") -> "Lookup":
    """Finds evidence for a picture beside an answer; what the reader may not see is left out."""

    def found(evidence_id: str) -> Any:  # noqa: ANN401
        try:
            return parts.memory.evidence.get(evidence_id, parts.scope)
        except AndonError:
            return None

    return found
