"""Personal strings of a text that is not kept under a key: a word for their kind in their place.

Where records have to be linked, `personal.py` puts keyed tokens; here nothing needs to be linked.
"""

from typing import get_args

from services.policy.personal import find_personal
from services.policy.recogniser import PersonalKind


def mask(text: str) -> str:
    """A text in which `find_personal` finds nothing more, with words such as `[mail]` instead."""
    while spans := find_personal(text):
        pieces, done = [], 0
        for span in spans:
            pieces += [text[done : span.start], _word(span.kind)]
            done = span.end
        text = "".join([*pieces, text[done:]])
    return text


def masked_kinds(text: str) -> tuple[PersonalKind, ...]:
    """Kinds of personal strings in whose place a masked text has words."""
    return tuple(kind for kind in get_args(PersonalKind) if _word(kind) in text)


def _word(kind: PersonalKind) -> str:
    return f"[{kind}]"
