"""What can go wrong, drawn as one tree.

AndonError                     says what failed, what still holds, and the next step
├── ToolError                  shown to whoever called a tool, which may be a model
│   ├── InvalidArgument        exit 2   the call was wrong: correct it and call again
│   ├── UnknownName            exit 6   a name is not in the hub: choose one of the near ones
│   ├── NoData                 exit 0   the call was right and nothing is recorded: do not retry
│   ├── NotPermitted           exit 4   outside the caller's scope: ask by the named route
│   ├── TimeLimit              exit 5   stopped at its time limit: narrow the question
│   └── ServiceUnavailable     exit 5   the source did not answer: say so, or use another
└── OperatorError              shown to a person, never to a model
    ├── BadArgument            exit 2   a command line or a configuration file is wrong
    ├── DataRejected           exit 3   an input file cannot be taken in
    ├── UnknownUser            exit 4   the users file does not know this person
    ├── HubUnavailable         exit 5   the hub cannot be opened, read or written
    │   ├── HubBusy            exit 5   another ingest holds the lease
    │   └── HubDamaged         exit 5   a table, its log or a version is missing or corrupt
    ├── ThreadBusy             exit 5   another run has the turn on this thread
    ├── RunBusy                exit 5   the same scheduled run is at work
    ├── LedgerBusy             exit 5   others keep changing the ledger
    ├── LedgerDamaged          exit 5   the audit does not follow from itself
    └── Interrupted            exit 130 a person stopped it

A defect of ours is any other exception: exit 1.
"""

from pathlib import Path
from typing import ClassVar


class AndonError(Exception):
    """Base of every expected failure: a message, what still holds, and the next step."""

    code: ClassVar[str] = "error"
    """Stable name of the failure, for programs."""
    exit_code: ClassVar[int] = 1
    """Process exit code when a command ends with this failure."""

    def __init__(
        self,
        message: str,
        *,
        holds: str = "",
        next_step: str = "",
        where: tuple[str | Path, int | None] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.holds = holds
        """What is still true in spite of the failure ("the hub is as it was")."""
        self.next_step = next_step
        """What to do now, as an instruction."""
        self.where = where
        """The file and line (1-based) that the failure speaks of."""

    def to_json(self) -> dict[str, object]:
        """The `andon.error/1` object of the program interface."""
        place = None
        if self.where is not None:
            place = {"file": str(self.where[0]), "line": self.where[1]}
        return {
            "schema": "andon.error/1",
            "code": self.code,
            "message": self.message,
            "holds": self.holds,
            "next_step": self.next_step,
            "where": place,
        }


class ToolError(AndonError):
    """A failure that whoever called the tool can read and act on."""

    code = "tool_error"


class InvalidArgument(ToolError):
    """The call was wrong: correct it and call again."""

    code = "invalid_argument"
    exit_code = 2


class UnknownName(ToolError):
    """A name that the hub does not know; `near` lists the closest that it does."""

    code = "unknown_name"
    exit_code = 6

    def __init__(
        self, kind: str, name: str, near: tuple[str, ...] = (), listed_by: str = "describe_hub"
    ) -> None:
        offer = f"did you mean {', '.join(near)}?" if near else f"`{listed_by}` lists what there is"
        super().__init__(f"unknown {kind} {name!r}", next_step=offer)
        self.near = near


class NoData(ToolError):
    """The call was right and nothing is recorded: not a zero, and a retry changes nothing."""

    code = "no_data"
    exit_code = 0


class NotPermitted(ToolError):
    """Outside the caller's scope."""

    code = "not_permitted"
    exit_code = 4


class TimeLimit(ToolError):
    """Stopped at its time limit; nothing was changed."""

    code = "time_limit"
    exit_code = 5


class ServiceUnavailable(ToolError):
    """A source did not answer."""

    code = "service_unavailable"
    exit_code = 5


class OperatorError(AndonError):
    """A failure for a person to mend; its text never reaches a model."""

    code = "operator_error"


class BadArgument(OperatorError):
    """A command line, a mapping or a configuration file is wrong."""

    code = "bad_argument"
    exit_code = 2


class DataRejected(OperatorError):
    """An input file cannot be taken in at all (a bad row goes to quarantine instead)."""

    code = "data_rejected"
    exit_code = 3


class UnknownUser(OperatorError):
    """The users file does not know this person."""

    code = "unknown_user"
    exit_code = 4


class HubUnavailable(OperatorError):
    """The hub cannot be opened, read or written."""

    code = "hub_unavailable"
    exit_code = 5


class HubBusy(HubUnavailable):
    """Another ingest holds the lease."""

    code = "hub_busy"


class HubDamaged(HubUnavailable):
    """A table, its log, or a version that a hub commit names is missing or corrupt."""

    code = "hub_damaged"


class ThreadBusy(OperatorError):
    """Another run has the turn on this thread."""

    code = "thread_busy"
    exit_code = 5


class RunBusy(OperatorError):
    """The same scheduled run is at work elsewhere."""

    code = "run_busy"
    exit_code = 5


class LedgerBusy(OperatorError):
    """Others keep changing the ledger."""

    code = "ledger_busy"
    exit_code = 5


class LedgerDamaged(OperatorError):
    """The audit does not follow from itself: an entry was changed, removed or put in."""

    code = "ledger_damaged"
    exit_code = 5


class Interrupted(OperatorError):
    """A person stopped the work."""

    code = "interrupted"
    exit_code = 130
