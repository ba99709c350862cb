"""What can go wrong between us and a language model, drawn as one tree.

ServiceUnavailable             domain/errors.py
└── ModelDidNotAnswer          the one to catch: let rules decide in its place
    ├── ModelUnreachable       no connection, it broke off, or what answered is no model server
    ├── ModelBusy              the server asked to wait or failed itself (408, 409, 429, 5xx)
    ├── ModelTimedOut          no answer within the time limit
    ├── ModelRejected          the server refuses the request, the key or the name: no retry helps
    ├── ModelUnreadable        an answer came twice, and never in the form that was asked for
    ├── BudgetSpent            the next request would exceed what the run may spend
    └── PersonalDataRefused    a personal string stood in what was about to be sent

No message carries a word of a prompt, of an answer, or of the key: they end in logs.
"""

from typing import ClassVar, Literal

from domain.errors import ServiceUnavailable

Resource = Literal["requests", "tokens", "money"]

DID_NOT_ANSWER = "the language model did not answer: "
RULES_DECIDE = "no data were changed; rules can decide in place of the language model"


class ModelDidNotAnswer(ServiceUnavailable):
    """The language model did not answer; rules can decide in its place."""

    code = "model_did_not_answer"
    transient: ClassVar[bool] = False
    """True: the same request may succeed later."""

    def __init__(self, message: str, *, next_step: str = "", billed: bool = False) -> None:
        super().__init__(
            f"{DID_NOT_ANSWER}{message}",
            holds=RULES_DECIDE,
            next_step=next_step,
        )
        self.billed = billed
        """True: the server may have worked, and charged, all the same."""
        self.retry_after: float | None = None
        """How long the server asked to wait (s)."""


class ModelUnreachable(ModelDidNotAnswer):
    """No connection, it broke off, or what answered is no model server."""

    code = "model_unreachable"
    transient = True


class ModelBusy(ModelDidNotAnswer):
    """The server asked to wait or failed itself (408, 409, 429, 5xx)."""

    code = "model_busy"
    transient = True

    def __init__(self, status: int, retry_after: float | None = None) -> None:
        super().__init__(
            f"its server said {status}",
            next_step="ask again later, or lower the number of requests at a time",
        )
        self.status = status
        """HTTP status."""
        self.retry_after = retry_after


class ModelTimedOut(ModelDidNotAnswer):
    """No answer within the time limit."""

    code = "model_timed_out"
    transient = True

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"nothing came within {seconds:g} s",
            next_step="ask again later, or allow more time",
            billed=True,
        )


class ModelRejected(ModelDidNotAnswer):
    """The server refuses the request, the key or the name: no retry helps."""

    code = "model_rejected"

    def __init__(self, status: int, reason: str | None = None) -> None:
        named = f" ({reason})" if reason else ""
        super().__init__(
            f"its server refused the request with {status}{named}",
            next_step="check the address, the key and the name of the language model",
        )
        self.status = status
        """HTTP status."""


class ModelUnreadable(ModelDidNotAnswer):
    """An answer came twice, and never in the form that was asked for."""

    code = "model_unreadable"

    def __init__(self, fault: str) -> None:
        super().__init__(
            f"its answer could not be used, nor the repaired one: {fault}",
            next_step="use a stronger language model, or go on without one",
            billed=True,
        )


class BudgetSpent(ModelDidNotAnswer):
    """The next request would exceed what the run may spend."""

    code = "budget_spent"

    def __init__(self, resource: Resource, spent: float, limit: float) -> None:
        super().__init__(
            f"the budget of {limit:g} {resource} does not allow another request; "
            f"{spent:g} are spent or under way",
            next_step="answer from what was found, or allow a larger budget",
        )
        self.resource = resource
        """What would run out."""


class PersonalDataRefused(ModelDidNotAnswer):
    """A personal string stood in what was about to be sent; nothing was sent."""

    code = "personal_data_refused"
    exit_code = 4

    def __init__(self, kind: str, place: str) -> None:
        super().__init__(
            f"nothing was sent, for {place} holds a personal string of kind {kind!r}",
            next_step="take it out of the question; data of the hub are cleaned at ingest",
        )
        self.kind = kind
        """What it is, for example `mail`."""
        self.place = place
        """Where it stands, for example `messages[2].content (user)`."""
