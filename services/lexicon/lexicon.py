"""The word lists of one language, read from `languages/` and made into patterns."""

import re
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from itertools import chain
from typing import Any, Literal, NamedTuple

import yaml

from domain.contract import Contract
from services.lexicon.pattern import Script, any_phrase, beginnings

Lists = dict[str, Any]
_pattern = partial(any_phrase, asks="?")
SCRIPTS: tuple[Script, ...] = ("spaced", "unspaced", "arabic")
CueKind = Literal["negated", "hypothetical", "asked", "near", "other"]
CUES: tuple[CueKind, ...] = ("negated", "hypothetical", "asked", "near", "other")
LANGUAGES = ("ar", "de", "en", "es", "fr", "ja", "pl", "pt", "zh")
"""Languages with word lists; a text in any other one waits for a person."""


class HazardPolicy(Contract):
    """What one kind of hazard weighs."""

    severity: int
    """4 or 5."""
    symptom: str
    """Family of symptoms that it counts as."""
    lack: bool = False
    """Whether it can be that something is missing, such as a label: its own "no" denies nothing."""


class SymptomPolicy(Contract):
    """What one family of symptoms weighs."""

    severity: int
    """1 to 5."""
    codes: tuple[str, ...]
    """Codes under which a hub may know it."""


class SeverityPolicy(Contract):
    """The policy table: how grave each reported thing is."""

    hazards: dict[str, HazardPolicy]
    """By kind of hazard."""
    symptoms: dict[str, SymptomPolicy]
    """By family of symptoms."""
    near_miss: int
    """Severity of what almost happened."""
    worry: int
    """Severity of a bare worry: it is kept, never dropped."""
    weights: dict[int, float]
    """Weight of each severity in a ranking (no unit)."""


class Cue(NamedTuple):
    """What turns a mention from a fact into something else."""

    before: re.Pattern[str]
    """Stands before the mention."""
    after: re.Pattern[str]
    """Stands behind it."""
    reach: int
    """Farthest distance from `before` to the mention (words; characters in unspaced scripts)."""
    reach_back: int
    """Farthest distance from the mention to `after`."""


@dataclass(frozen=True)
class Lexicon:
    """One language's patterns; all of them are for folded text `with_its_marks`."""

    language: str
    """Language (BCP 47)."""
    script: Script
    """How its words are written."""
    hazards: dict[str, re.Pattern[str]]
    """Mentions of each kind of hazard."""
    any_hazard: re.Pattern[str]
    """The beginning of a mention of any: where it finds none, there is no hazard."""
    symptoms: dict[str, re.Pattern[str]]
    """Mentions of each family of symptoms."""
    any_symptom: re.Pattern[str]
    """A mention of any."""
    idioms: re.Pattern[str]
    """Phrases in which a word of danger means something else."""
    not_cues: re.Pattern[str]
    """Phrases in which a word of negation or doubt does not negate or doubt."""
    cues: dict[CueKind, Cue]
    """What negates, doubts, asks, averts or moves a mention to another product."""
    facts: re.Pattern[str]
    """Words by which a question tells a fact."""
    breaks: re.Pattern[str]
    """Where a statement ends: no cue reaches past it."""
    barriers: re.Pattern[str]
    """Words that end the reach of a cue inside a statement."""
    ours: re.Pattern[str]
    """Words that bring a statement about another product back to ours."""
    links: re.Pattern[str]
    """Words that carry a negation on to the next item of a list."""

    def with_its_marks(self, folded: str) -> str:
        """Folded text with question marks as the patterns know them, every position kept."""
        return folded if self.script == "unspaced" else folded.replace("؟", "?")


@cache
def lexicon(language: str) -> Lexicon:
    """The word lists of one of `LANGUAGES`.

    Raises:
        FileNotFoundError: there are none for this language.
    """
    lists = _read(f"languages/{language}.yaml")
    script: Script = lists["script"]
    hazards = {kind: _phrases(listed) for kind, listed in lists["hazards"].items()}
    symptoms = {family: _phrases(listed) for family, listed in lists["symptoms"].items()}
    stops = _phrases(lists["gap_stops"])
    barriers, links = (
        _pattern(_phrases(lists[key]), script).pattern for key in ("barriers", "links")
    )
    ends = r"(?:[.!?;؟\n。…—]|\s-\s)+(?!\d)"
    return Lexicon(
        language=language,
        script=script,
        hazards={
            kind: _pattern(phrases, script, gap_stops=stops) for kind, phrases in hazards.items()
        },
        any_hazard=_pattern(beginnings(chain(*hazards.values())), script),
        symptoms={family: _pattern(phrases, script) for family, phrases in symptoms.items()},
        any_symptom=_pattern(chain(*symptoms.values()), script),
        idioms=_pattern(_phrases(lists["idioms"]), script),
        not_cues=_pattern(_phrases(lists["not_cues"]), script),
        cues={kind: _cue(lists["cues"][kind], script) for kind in CUES},
        facts=_pattern(_phrases(lists["facts"]), script),
        breaks=re.compile(f"{ends}|{_pattern(_phrases(lists['breaks']), script).pattern}"),
        barriers=re.compile(f"[,،、:]|{barriers}"),
        ours=_pattern(_phrases(lists["ours"]), script),
        links=re.compile(rf"(?:[\s,،、/&]|{links})*"),
    )


@cache
def policy() -> SeverityPolicy:
    """The policy table of `severity.yaml`."""
    return SeverityPolicy.model_validate(_read("severity.yaml"))


@cache
def orders() -> re.Pattern[str]:
    """Pattern of phrases by which a text gives orders to a machine that reads it."""
    lists = _read("orders.yaml")
    parts = [any_phrase(lists[script], script).pattern for script in SCRIPTS]
    return re.compile("|".join(parts))


def _cue(lists: Lists, script: Script) -> Cue:
    before, after = (
        _pattern(_phrases(lists.get(side, "")), script) for side in ("before", "after")
    )
    return Cue(before, after, int(lists["reach"]), int(lists["reach_back"]))


def _phrases(listed: str | list[str]) -> list[str]:
    """Phrases of a list: items, or one text with a comma and a blank between them."""
    parts = re.split(r",\s", listed) if isinstance(listed, str) else listed
    return [part.strip() for part in parts if part.strip()]


def _read(name: str) -> Lists:
    text = (files("services.lexicon") / name).read_text(encoding="utf-8")
    # The base loader reads every scalar as text: `no` and `on` are words here.
    return dict(yaml.load(text, Loader=yaml.CBaseLoader))
