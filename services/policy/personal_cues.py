"""The cue words of `personal_cues.yaml`, as patterns and as a cheap test that none can occur."""

import re
from functools import cache
from importlib.resources import files

import yaml

BOUNDED = re.compile(r"[\u0000-\u058f]")
"""Scripts that set a blank between words; in the others a cue may stand inside a run of letters."""


@cache
def words(*path: str) -> tuple[str, ...]:
    """All words below a key of the cue file, whatever their language, longest first."""
    node: object = _cues()
    for key in path:
        assert isinstance(node, dict)
        node = node[key]
    return tuple(sorted(set(_flat(node)), key=lambda word: (-len(word), word)))


def characters(key: str) -> str:
    """A run of single characters (surnames) under a key of the cue file."""
    return "".join(words(key))


def any_of(cues: tuple[str, ...]) -> str:
    """Pattern text that matches one cue, a whole word where the script has words; case aside."""
    bounded = "|".join(_spaced(cue) for cue in cues if BOUNDED.match(cue))
    free = "|".join(_spaced(cue) for cue in cues if not BOUNDED.match(cue))
    parts = [rf"(?<![^\W_])(?:{bounded})(?![^\W\d_])"] if bounded else []
    return f"(?:{'|'.join([*parts, free] if free else parts)})"


def shortest(cues: tuple[str, ...]) -> tuple[str, ...]:
    """The fewest lower-case strings of which one occurs in any `Sight.lower` that holds a cue."""
    kept: list[str] = []
    for cue in sorted({cue.lower() for cue in cues}, key=len):
        if not any(other in cue for other in kept):
            kept.append(cue)
    return tuple(kept)


@cache
def _cues() -> dict[str, object]:
    text = (files("services.policy") / "personal_cues.yaml").read_text(encoding="utf-8")
    # The base loader reads every scalar as text: `no` and `on` are words here.
    return dict(yaml.load(text, Loader=yaml.CBaseLoader))


def _flat(node: object) -> list[str]:
    if isinstance(node, dict):
        return [word for value in node.values() for word in _flat(value)]
    if isinstance(node, list):
        return [word for value in node for word in _flat(value)]
    return [str(node)]


def _spaced(cue: str) -> str:
    return r"\s+".join(re.escape(word) for word in cue.split())
