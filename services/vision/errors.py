"""What can go wrong between us and a vision server, drawn as one tree.

ServiceUnavailable             domain/errors.py
└── VisionDidNotAnswer         the one to catch: a picture without a verdict goes to a person
    ├── VisionUnreachable      no connection, or it broke off
    ├── VisionBusy             the server asked to wait or failed itself (408, 429, 5xx)
    ├── VisionTimedOut         no answer within the time limit
    ├── VisionPaused           it failed too often: it is left alone for a while
    ├── VisionRejected         the server refuses the request or the key: no retry helps
    └── VisionUnreadable       what came is no answer: a web page, a field missing, another unit

No message carries a byte of a picture, a key, or words of an answer: they end in logs.
"""

from typing import ClassVar

from domain.errors import ServiceUnavailable

TO_A_PERSON = "nothing was judged; the unit is neither OK nor NG"


class VisionDidNotAnswer(ServiceUnavailable):
    """The vision server gave no verdict."""

    code = "vision_did_not_answer"
    transient: ClassVar[bool] = False
    """True: the same request may succeed later."""

    def __init__(self, server: str, message: str, *, next_step: str = "") -> None:
        super().__init__(
            f"vision server {server!r} gave no verdict: {message}",
            holds=TO_A_PERSON,
            next_step=next_step or "have a person inspect it, or ask again later",
        )
        self.retry_after: float | None = None
        """How long the server asked to wait (s)."""


class VisionUnreachable(VisionDidNotAnswer):
    """No connection, or it broke off."""

    code = "vision_unreachable"
    transient = True


class VisionBusy(VisionDidNotAnswer):
    """The server asked to wait or failed itself."""

    code = "vision_busy"
    transient = True

    def __init__(
        self, server: str, status: int, retry_after: float | None = None, reason: str = ""
    ) -> None:
        super().__init__(server, f"it said {status}" + (f": {reason}" if reason else ""))
        self.retry_after = retry_after


class VisionTimedOut(VisionDidNotAnswer):
    """No answer within the time limit."""

    code = "vision_timed_out"
    transient = True

    def __init__(self, server: str, seconds: float) -> None:
        super().__init__(server, f"nothing came within {seconds:g} s")


class VisionPaused(VisionDidNotAnswer):
    """It failed too often, and is left alone for a while."""

    code = "vision_paused"

    def __init__(self, server: str, failures: int, seconds: float) -> None:
        super().__init__(
            server,
            f"it failed {failures} times in a row and is left alone for another {seconds:.0f} s",
            next_step="see to the server; `andon vision status` says how it is",
        )


class VisionRejected(VisionDidNotAnswer):
    """The server refuses the request or the key."""

    code = "vision_rejected"

    def __init__(self, server: str, status: int) -> None:
        super().__init__(
            server,
            f"it refused the request ({status})",
            next_step="check address, model and key of the server in `vision.yaml`",
        )


class VisionUnreadable(VisionDidNotAnswer):
    """What came is no answer to what was asked."""

    code = "vision_unreadable"

    def __init__(self, server: str, reason: str) -> None:
        super().__init__(
            server,
            reason,
            next_step="check address and kind of the server in `vision.yaml`; its answer was"
            " thrown away",
        )
