"""What no plan is made for: instructions against the rules, personal data, acts past the gate."""

import re
from collections.abc import Collection, Iterator
from functools import cache

from graphs.planning.concepts import spans_of_clauses
from graphs.planning.phrases import compiled, cue, every, rules
from graphs.planning.requests import Request
from graphs.planning.routing import Subject

_NEAR = 60
"""Letters between "names" and "customers" within which they belong together."""
_OPENING = re.compile(r"\W*(?:\w+\W+){0,3}")
"""Words after which an order still opens its clause: "please just close"."""
_ANYWHERE = ("zh", "ja")
"""Languages in which an order need not open its clause."""
_WORKED_OUT = frozenset({"miss", "enough_pictures"})
"""What makes "set the threshold" a question: a promise to be worked out, not a value to enter."""
_ANY_TOPIC = frozenset({"country", "region", "site"})
"""Kinds of names that other questions name too."""


def refused(
    request: Request, language: str, subject: Subject, kinds: Collection[str]
) -> str | None:
    """The code of the reason why a request is refused, if it is.

    Args:
        request: the request; what it quotes is material and refuses nothing.
        language: its language, ISO 639-1.
        subject: what it asks for.
        kinds: kinds of the names in it, without periods.
    """
    for code, applies in (
        ("injection", request.holds("refusals", "injection")),
        ("personal_data", _asks_for_persons(request.said, subject)),
        ("inner_workings", request.holds("refusals", "inner_workings")),
        ("approval_required", _acts_past_the_gate(request, language, subject)),
        ("out_of_scope", not subject.outright and _off_topic(request, kinds)),
    ):
        if applies:
            return code
    return None


def wants_sending(request: Request) -> bool:
    """Whether something is to be sent; what comes of it is a draft that waits for approval."""
    return request.holds("refusals", "action", "sending") and not _to_the_asker(request)


def _asks_for_persons(said: str, subject: Subject) -> bool:
    persons = list(_spans(said, "who"))
    if any(
        max(start - other_end, other_start - end) <= _NEAR
        for start, end in _spans(said, "personal")
        for other_start, other_end in persons
    ):
        return True
    customers = subject.concepts & {"complaint", "customer", "safety"}
    identifies = cue("refusals", "identifying").search(said) is not None
    return identifies and bool(customers) and "supplier" not in subject.concepts


def _acts_past_the_gate(request: Request, language: str, subject: Subject) -> bool:
    """Whether something is to be done that a named person must approve first."""
    if request.holds("refusals", "approval_bypass"):
        return True
    if request.holds("refusals", "action", "drafting"):
        return False
    clauses = [request.said[start:end] for start, end in spans_of_clauses(request.said, language)]

    def ordered(verbs: str, objects: str | None) -> bool:
        return any(_orders(text, language, verbs, objects) for text in clauses)

    if ordered("destroying", "records"):
        return True
    at_once = request.holds("refusals", "action", "at_once")
    asks = _asks(request) or bool(subject.concepts & _WORKED_OUT)
    if ordered("order", "guarded") and (at_once or not asks):
        return True
    if _words("excused", language).search(request.said) is not None:
        return ordered("order", None) or wants_sending(request)
    return at_once and wants_sending(request)


def _asks(request: Request) -> bool:
    """A question about a change is no order to make it."""
    return "?" in request.said or "؟" in request.said


def _orders(clause: str, language: str, verbs: str, objects: str | None) -> bool:
    """Whether a clause opens or ends with an order that concerns something."""
    if objects is not None and _words(objects, language).search(clause) is None:
        return False
    return any(
        language in _ANYWHERE
        or _OPENING.fullmatch(clause[: hit.start()]) is not None
        or not clause[hit.end() :].strip(" !.?")
        for hit in _words(verbs, language).finditer(clause)
    )


def _off_topic(request: Request, kinds: Collection[str]) -> bool:
    """Whether the words of a request are of another field, and nothing of the trade is named."""
    return set(kinds) <= _ANY_TOPIC and request.holds("refusals", "out_of_scope")


def _to_the_asker(request: Request) -> bool:
    return request.holds("refusals", "action", "to_me")


def _spans(said: str, what: str) -> Iterator[tuple[int, int]]:
    return (hit.span() for hit in cue("refusals", what).finditer(said))


@cache
def _words(what: str, language: str) -> re.Pattern[str]:
    lists = rules("refusals")["action"][what]
    return compiled(every([lists.get(language, lists["en"]), lists["en"]]))
