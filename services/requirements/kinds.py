"""What kind of requirement a text is: words speak for a kind, and the most spoken for wins.

The kinds are those of the quality characteristics of ISO/IEC 25010 with the trade's usual names.
"""

import re
from functools import cache
from typing import Literal, get_args

from services.requirements.wordlists import any_of, lists, split

RequirementKind = Literal[
    "functional",
    "availability",
    "fault_tolerance",
    "legal",
    "look_and_feel",
    "maintainability",
    "operational",
    "performance",
    "portability",
    "scalability",
    "security",
    "usability",
]
KINDS: tuple[RequirementKind, ...] = get_args(RequirementKind)


def kind_scores(text: str) -> dict[RequirementKind, int]:
    """How much the words of a text speak for each kind; each word counts once."""
    return {
        kind: sum(
            weight * len({match.lower() for match in words.findall(text)})
            for weight, words in _words(kind)
        )
        for kind in KINDS
    }


def kind_of(text: str) -> RequirementKind:
    """The kind most spoken for; `functional` where no word speaks for any."""
    scores = kind_scores(text)
    return max(KINDS, key=lambda kind: scores[kind])


@cache
def _words(kind: RequirementKind) -> tuple[tuple[int, re.Pattern[str]], ...]:
    return tuple(
        (int(weight), re.compile(any_of(split(line)), re.IGNORECASE))
        for weight, line in lists("kinds")[kind].items()
    )
