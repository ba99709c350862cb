"""Is a report of danger seen in nine languages, and is a denied or figurative one let go?"""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import yaml

from domain.intervals import binomial_interval
from evals.figure import Figure
from services.lexicon.coder import GRAVE, code_text
from services.lexicon.language import language_of

GRAVE_LABELS = ("S4", "S5")
RECALL, PRECISION = 1.0, 0.8
SEEN = frozenset(f"en-{number}" for number in range(14, 30, 2))
"""Even texts that the author of the word lists saw by chance: they are not held out."""


class Judged(NamedTuple):
    """One gold text beside what the rules say of it."""

    language: str
    """Language (BCP 47)."""
    held_out: bool
    """Whether it was kept from the authors of the word lists."""
    grave: bool
    """Whether it reports severity 4 or 5."""
    flagged: bool
    """Whether the rules say so."""
    safety_right: bool
    """Whether the rules see rightly how the hazard stands."""
    language_right: bool
    """Whether its language is recognised from the words alone."""


def figures() -> list[Figure]:
    """Recall and precision of severities 4 and 5, with exact intervals."""
    cases = _judged()
    held_out = [case for case in cases if case.held_out]
    found = [
        _recall("all", cases),
        _recall("held out", held_out),
        _precision("all", cases),
        _precision("held out", held_out),
        _share("standing right, held out", (case.safety_right for case in held_out), None),
        _share(
            "language known from the words alone", (case.language_right for case in cases), None
        ),
    ]
    for language in sorted({case.language for case in cases}):
        some = [case for case in held_out if case.language == language]
        found += [_recall(f"held out, {language}", some), _precision(f"held out, {language}", some)]
    return found


@cache
def _judged() -> tuple[Judged, ...]:
    text = (files("evals.user_needs") / "gold" / "safety_wording.yaml").read_text(encoding="utf-8")
    return tuple(_judge(case) for case in yaml.safe_load(text)["cases"])


def _judge(case: dict[str, str]) -> Judged:
    coded = code_text(case["text"], case["language"])
    return Judged(
        language=case["language"],
        held_out=int(case["id"].split("-")[1]) % 2 == 0 and case["id"] not in SEEN,
        grave=case["severity"] in GRAVE_LABELS,
        flagged=(coded.severity or 0) >= GRAVE,
        safety_right=coded.safety == case["safety"],
        language_right=language_of(case["text"]) == case["language"],
    )


def _recall(of: str, cases: Iterable[Judged]) -> Figure:
    hits = (case.flagged for case in cases if case.grave)
    return _share(f"recall of severity 4 and 5, {of}", hits, RECALL)


def _precision(of: str, cases: Iterable[Judged]) -> Figure:
    hits = (case.grave for case in cases if case.flagged)
    return _share(f"precision of severity 4 and 5, {of}", hits, PRECISION)


def _share(figure: str, hits: Iterable[bool], target: float | None) -> Figure:
    seen = list(hits)
    if not seen:
        return Figure(figure=figure, value=0, n=0, skipped="no such text")
    interval = binomial_interval(sum(seen), len(seen))
    value = sum(seen) / len(seen)
    return Figure(
        figure=figure,
        value=value,
        n=len(seen),
        low=interval.low,
        high=interval.high,
        target=None if target is None else f">= {target:g}",
        met=None if target is None else value >= target,
    )
