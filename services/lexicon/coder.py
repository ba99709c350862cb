"""The rule coder: symptom, hazard, severity and standing of a customer's words, without a model.

It reads each statement by itself: what is named, and whether that is a fact about our product.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from services.lexicon.folding import fold, plain
from services.lexicon.language import language_of
from services.lexicon.lexicon import LANGUAGES, Lexicon, lexicon, orders, policy
from services.lexicon.reading import CodedText, Mention, Safety
from services.lexicon.scope import Place, Standing, blanked, standings, statements

LONGEST = 20_000
"""Characters that are read; what comes after is not coded."""
GRAVE = 4
"""Severity from which a report is safety-relevant."""
CLEAR, DOUBTED, MIXED = 0.95, 0.8, 0.6
"""Confidence where hazards are facts or absent; all denied, feared or elsewhere; some of each."""
_DOUBT_ORDER: tuple[Safety, ...] = ("asserted", "hypothetical", "negated", "other", "idiom")


class _Named(NamedTuple):
    kind: str
    place: Place


class _Found(NamedTuple):
    kind: str
    place: Place
    standing: Standing


def code_text(text: str, language: str | None = None) -> CodedText:
    """Code one text.

    Args:
        text: de-identified words of a customer; only the first 20,000 characters are read.
        language: language that was recorded with it (BCP 47), if any.

    Returns:
        The coding. A text in a language without word lists is queued, never guessed. What the
        words order to do is reported and not obeyed.
    """
    shown = plain(text[:LONGEST])
    folded = fold(shown)
    ordered = bool(orders().search(folded))
    spoken = language_of(shown, language)
    if spoken is None or spoken not in LANGUAGES:
        return _queued(spoken, ordered)
    words = lexicon(spoken)
    folded = words.with_its_marks(folded)
    read = blanked(folded, words.idioms)
    found = _found(read, words)
    return CodedText(
        language=spoken,
        outcome="coded" if found else "nothing_found",
        symptoms=_families(found),
        severity=_severity(found),
        safety=_safety(found, idiom=read != folded),
        hazard=_gravest(found),
        mentions=tuple(_mention(one, shown) for one in found),
        confidence=_confidence(found),
        instructions=ordered,
    )


def _found(text: str, words: Lexicon) -> list[_Found]:
    """What is named and how it stands, in order of place."""
    lists = [
        words.hazards if words.any_hazard.search(text) else {},
        words.symptoms if words.any_symptom.search(text) else {},
    ]
    if not any(lists):
        return []
    told = statements(text, words)
    ends = [statement.bounds.end for statement in told]
    named = _apart(
        (
            _Named(kind, Place(*match.span()))
            for some in lists
            for kind, pattern in some.items()
            for match in pattern.finditer(text)
        ),
        ends,
    )
    found = []
    for statement in told:
        start, end = statement.bounds
        held = [one for one in named if start <= one.place.start < end]
        states = standings([one.place for one in held], statement, words)
        found += [_told(one, state, text, words) for one, state in zip(held, states, strict=True)]
    return found


def _told(one: _Named, standing: Standing, text: str, words: Lexicon) -> _Found:
    hazard = policy().hazards.get(one.kind)
    if hazard and hazard.lack and words.cues["negated"].before.search(text, *one.place):
        standing = standing._replace(negated=False)
    return _Found(*one, standing)


def _apart(named: Iterable[_Named], ends: Sequence[int]) -> list[_Named]:
    """Of overlapping mentions the first in this order: hazards, within one statement, longest."""
    kept: list[_Named] = []

    def order(one: _Named) -> tuple[bool, bool, int]:
        start, end = one.place
        crosses = bisect_right(ends, start) != bisect_left(ends, end)
        return not _is_hazard(one), crosses, start - end

    for one in sorted(named, key=order):
        if all(
            one.place.end <= other.place.start or other.place.end <= one.place.start
            for other in kept
        ):
            kept.append(one)
    return sorted(kept, key=lambda one: one.place)


def _severity(found: list[_Found]) -> int | None:
    levels = [_weight(one) for one in found if one.standing.asserted]
    worry = any(_is_hazard(one) and one.standing.hypothetical for one in found)
    return max([*levels, *([policy().worry] if worry else [])], default=None)


def _weight(one: _Found) -> int:
    if not _is_hazard(one):
        return policy().symptoms[one.kind].severity
    known = policy().hazards[one.kind].severity
    return min(known, policy().near_miss) if one.standing.near else known


def _families(found: list[_Found]) -> tuple[str, ...]:
    facts = (one for one in found if one.standing.asserted)
    return tuple(
        dict.fromkeys(
            policy().hazards[one.kind].symptom if _is_hazard(one) else one.kind for one in facts
        )
    )


def _safety(found: list[_Found], *, idiom: bool) -> Safety:
    told = [_standing_name(one.standing) for one in found if _is_hazard(one)]
    if idiom:
        told.append("idiom")
    return min(told, key=_DOUBT_ORDER.index, default="other")


def _standing_name(standing: Standing) -> Safety:
    if standing.asserted:
        return "asserted"
    if standing.hypothetical:
        return "hypothetical"
    return "negated" if standing.negated else "other"


def _gravest(found: list[_Found]) -> str | None:
    hazards = [one for one in found if _is_hazard(one)]
    ranked = sorted(hazards, key=lambda one: (not one.standing.asserted, -_weight(one)))
    return ranked[0].kind if ranked else None


def _confidence(found: list[_Found]) -> float:
    hazards = [one for one in found if _is_hazard(one)]
    stands = {_standing_name(one.standing) for one in hazards}
    if len(stands) > 1:
        return MIXED
    return CLEAR if stands <= {"asserted"} else DOUBTED


def _mention(one: _Found, text: str) -> Mention:
    start, end = one.place
    return Mention(
        kind=one.kind,
        safety=_standing_name(one.standing),
        near_miss=one.standing.near,
        start=start,
        end=end,
        words=text[start:end],
    )


def _is_hazard(one: _Named | _Found) -> bool:
    return one.kind in policy().hazards


def _queued(language: str | None, ordered: bool) -> CodedText:
    return CodedText(
        language=language,
        outcome="queue",
        symptoms=(),
        severity=None,
        safety="other",
        hazard=None,
        mentions=(),
        confidence=0.0,
        instructions=ordered,
    )
