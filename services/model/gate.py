"""The last gate: nothing that looks personal goes over the wire to a language model.

Texts are cleaned when they are taken in, but a question is typed by a person and a reply by a
model; so every string of a request is looked at once more, as the very last act before sending.
"""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from services.model.errors import PersonalDataRefused
from services.model.message import Json, compact
from services.policy.personal import find_personal

ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


class _Place(NamedTuple):
    name: str
    text: str


def refuse_personal(body: Json) -> None:
    """Let a request pass, or say what is personal in it.

    Raises:
        PersonalDataRefused: a personal string was found; the error names its kind and place.
    """
    for place in _spoken(body):
        kind = _personal(place.text)
        if kind is not None:
            raise PersonalDataRefused(kind, place.name)
    for name in ("tools", "response_format"):
        kind = _declared_personal(compact(body[name])) if name in body else None
        if kind is not None:
            raise PersonalDataRefused(kind, name)


def _spoken(body: Json) -> Iterator[_Place]:
    for number, message in enumerate(body["messages"]):
        place = f"messages[{number}]"
        yield _Place(f"{place}.content ({message['role']})", message["content"] or "")
        for order, call in enumerate(message.get("tool_calls", ())):
            function = call["function"]
            words = f"{function['name']} {function['arguments']}"
            yield _Place(f"{place}.tool_calls[{order}]", words)


def _personal(text: str) -> str | None:
    found = find_personal(text)
    if not found and "\\u" in text:  # JSON inside a text may hide its letters
        found = find_personal(ESCAPED.sub(_letter, text))
    return found[0].kind if found else None


def _letter(escape: re.Match[str]) -> str:
    letter: str = json.loads(f'"{escape.group()}"')
    return letter


@lru_cache(maxsize=64)
def _declared_personal(text: str) -> str | None:
    """The same for tools and forms, which code declares and every request repeats."""
    return _personal(text)
