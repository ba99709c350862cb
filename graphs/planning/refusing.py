"""What no plan is made for: instructions against the rules, personal data, acts past the gate."""

from collections.abc import Iterator

from graphs.planning.phrases import cue
from graphs.planning.requests import Request

_NEAR = 60
"""Letters between "names" and "customers" within which they belong together."""


def refused(request: Request, *, about_quality: bool) -> str | None:
    """The code of the reason why a request is refused, if it is.

    Args:
        request: the request; what it quotes is material and refuses nothing.
        about_quality: whether it asks one of the agents something.
    """
    for code, applies in (
        ("injection", request.holds("refusals", "injection")),
        ("personal_data", _asks_for_persons(request.said)),
        ("inner_workings", request.holds("refusals", "inner_workings")),
        ("approval_required", _acts_past_the_gate(request)),
        ("out_of_scope", not about_quality and request.holds("refusals", "out_of_scope")),
    ):
        if applies:
            return code
    return None


def wants_sending(request: Request) -> bool:
    """Whether something is to be sent; what comes of it is a draft that waits for approval."""
    return request.holds("refusals", "action", "sending") and not _to_the_asker(request)


def _asks_for_persons(said: str) -> bool:
    persons = list(_spans(said, "who"))
    return any(
        max(start - other_end, other_start - end) <= _NEAR
        for start, end in _spans(said, "personal")
        for other_start, other_end in persons
    )


def _acts_past_the_gate(request: Request) -> bool:
    if request.holds("refusals", "approval_bypass"):
        return True
    if request.holds("refusals", "action", "drafting"):
        return False
    at_once = request.holds("refusals", "action", "at_once")
    if any(request.holds("refusals", "action", kind) for kind in ("changing", "listing")):
        return at_once or not _asks(request)
    return at_once and wants_sending(request)


def _asks(request: Request) -> bool:
    """A question about a change is no order to make it."""
    return "?" in request.said or "؟" in request.said


def _to_the_asker(request: Request) -> bool:
    return request.holds("refusals", "action", "to_me")


def _spans(said: str, what: str) -> Iterator[tuple[int, int]]:
    return (hit.span() for hit in cue("refusals", what).finditer(said))
