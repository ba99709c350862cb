"""What kind a requirement is: the word lists alone, and joined with what other projects teach.

Learning happens here and nothing of it is kept: a ridge regression on words, word pairs and the
scores of the lists, on the requirements of all projects but the one that is asked about.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from services.requirements.kinds import KINDS, RequirementKind, kind_scores

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CLASSES: dict[str, RequirementKind] = {
    "F": "functional", "A": "availability", "FT": "fault_tolerance", "L": "legal",
    "LF": "look_and_feel", "MN": "maintainability", "O": "operational", "PE": "performance",
    "PO": "portability", "SC": "scalability", "SE": "security", "US": "usability",
}  # fmt: skip
"""Kind by the class names of the data set."""
LISTS_WEIGHT = 0.35
"""How much the scores of the lists count beside a text's words (both of length about 1)."""
PENALTY = 1.0
"""Strength of the ridge. With .35 it is a round value of a coarse look: any of .2 to .5 with 1 to 2
gives .716 to .743."""
_RARE = 2
"""Requirements that a word has to occur in to be learnt from."""
_WORD = re.compile(r"[a-z]+|\d+")


class Typed(NamedTuple):
    """A requirement with its true kind."""

    project: str
    """Project that it is from."""
    text: str
    """Its words."""
    kind: RequirementKind
    """The kind that the data set gives it."""


def by_lists(rows: Sequence[Typed]) -> list[RequirementKind]:
    """The kind that the word lists say."""
    scores = [kind_scores(row.text) for row in rows]
    return [max(KINDS, key=lambda kind: some[kind]) for some in scores]


def by_other_projects(rows: Sequence[Typed], *, lists: bool) -> list[RequirementKind]:
    """The kind that the requirements of the other projects teach, with the lists or without."""
    import numpy as np

    scores = np.array([[kind_scores(row.text)[kind] for kind in KINDS] for row in rows], float)
    told = np.log1p(scores) * (LISTS_WEIGHT if lists else 0.0)
    words = [_words(row.text) for row in rows]
    found: dict[int, RequirementKind] = {}
    for project in sorted({row.project for row in rows}):
        asked = [i for i, row in enumerate(rows) if row.project == project]
        known = [i for i, row in enumerate(rows) if row.project != project]
        features = np.hstack([_features(words, known), told])
        truth = np.array([[rows[i].kind == kind for kind in KINDS] for i in known], float)
        guessed = _ridge(features[known], truth, features[asked])
        found |= {i: KINDS[int(best)] for i, best in zip(asked, guessed.argmax(1), strict=True)}
    return [found[i] for i in range(len(rows))]


def weighted_f1(truth: Sequence[RequirementKind], said: Sequence[RequirementKind]) -> float:
    """Mean F1 of the kinds, each weighted with how often it occurs (0 to 1)."""
    total = 0.0
    for kind, n in Counter(truth).items():
        hits = sum(a == b == kind for a, b in zip(truth, said, strict=True))
        total += n * 2 * hits / (n + sum(one == kind for one in said))
    return total / len(truth)


def _words(text: str) -> list[str]:
    plain = [
        "#" if word.isdigit() else word.removesuffix("s") for word in _WORD.findall(text.lower())
    ]
    return plain + [f"{a} {b}" for a, b in pairwise(plain)]


def _features(words: list[list[str]], known: list[int]) -> "Floats":
    """Weights of words (tf-idf, each text of length 1), of words that known texts hold."""
    import numpy as np

    spread = Counter(word for i in known for word in set(words[i]))
    places = {word: place for place, word in enumerate(sorted(spread)) if spread[word] >= _RARE}
    places = {word: place for place, word in enumerate(places)}
    rarity = np.log(len(known) / np.array([spread[word] for word in places])) + 1
    found = np.zeros((len(words), len(places)))
    for i, some in enumerate(words):
        for word, count in Counter(some).items():
            if word in places:
                found[i, places[word]] = np.log1p(count)
    found *= rarity
    length: Any = np.linalg.norm(found, axis=1, keepdims=True)
    return np.asarray(found / np.maximum(length, 1e-9), dtype=np.float64)


def _ridge(known: "Floats", truth: "Floats", asked: "Floats") -> "Floats":
    """Ridge regression of 0 and 1 by its dual, which has a row a text and not a row a word."""
    import numpy as np

    middle = truth.mean(axis=0)
    inner = known @ known.T + PENALTY * np.eye(len(known))
    return np.asarray(asked @ known.T @ np.linalg.solve(inner, truth - middle) + middle)
