"""Is a report of danger seen in nine languages, and is a denied or figurative one let go?"""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import yaml

from evals.figure import Figure, share
from services.lexicon.coder import GRAVE, code_text
from services.lexicon.language import language_of

GRAVE_LABELS = ("S4", "S5")
RECALL, PRECISION = 1.0, 0.8
SETS = {"first set": "safety_wording", "second set": "safety_wording_second"}
"""Gold files by what the figures call them. No half of them is unseen any more: see README.md."""


class Judged(NamedTuple):
    """One gold text beside what the rules say of it."""

    gold: str
    """The set that it is from: a key of `SETS`."""
    language: str
    """Language (BCP 47)."""
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
    found = [_recall("all", cases), _precision("all", cases)]
    for gold in SETS:
        some = [case for case in cases if case.gold == gold]
        found += [_recall(gold, some), _precision(gold, some)]
        found.append(share(f"standing right, {gold}", [case.safety_right for case in some]))
    found.append(
        share("language known from the words alone", [case.language_right for case in cases])
    )
    for language in sorted({case.language for case in cases}):
        some = [case for case in cases if case.language == language]
        found += [_recall(language, some), _precision(language, some)]
    return found


@cache
def _judged() -> tuple[Judged, ...]:
    folder = files("evals.user_needs") / "gold"
    return tuple(
        _judge(gold, case)
        for gold, name in SETS.items()
        for case in yaml.safe_load((folder / f"{name}.yaml").read_text(encoding="utf-8"))["cases"]
    )


def _judge(gold: str, case: dict[str, str]) -> Judged:
    coded = code_text(case["text"], case["language"])
    return Judged(
        gold=gold,
        language=case["language"],
        grave=case["severity"] in GRAVE_LABELS,
        flagged=(coded.severity or 0) >= GRAVE,
        safety_right=coded.safety == case["safety"],
        language_right=language_of(case["text"]) == case["language"],
    )


def _recall(of: str, cases: Iterable[Judged]) -> Figure:
    hits = [case.flagged for case in cases if case.grave]
    return share(f"recall of severity 4 and 5, {of}", hits, at_least=RECALL)


def _precision(of: str, cases: Iterable[Judged]) -> Figure:
    hits = [case.grave for case in cases if case.flagged]
    return share(f"precision of severity 4 and 5, {of}", hits, at_least=PRECISION)
