"""How a mention stands: a fact, denied, feared, averted, or about another product.

A cue counts for a mention of the same statement, within its reach, if nothing in between ends that
reach. When in doubt the mention is a fact: a missed fire costs more than a text read in vain.

Source: the trigger-and-window idea of W. Chapman et al., A simple algorithm for identifying
negated findings, J. Biomed. Inform. 34 (2001).
"""

import re
from collections import deque
from itertools import pairwise
from typing import NamedTuple

from services.lexicon.lexicon import Cue, Lexicon

_WORD = re.compile(r"\w+")
_ASKS = re.compile("[?؟]")


class Place(NamedTuple):
    """A span of the folded text."""

    start: int
    """First character."""
    end: int
    """Character after the last one."""


class Statement(NamedTuple):
    """A stretch of text that cues do not reach out of."""

    text: str
    """The whole folded text, with phrases blanked out in which a cue word is none."""
    bounds: Place
    """Where the statement lies in it."""


class Standing(NamedTuple):
    """How one mention stands."""

    negated: bool
    """It is denied."""
    hypothetical: bool
    """It is feared, asked or imagined."""
    near: bool
    """It almost happened."""
    other: bool
    """It is about another product."""

    @property
    def asserted(self) -> bool:
        """Whether it is a fact about ours; a near miss is one, unless denied itself."""
        return not (self.negated or self.other or (self.hypothetical and not self.near))


def statements(text: str, lexicon: Lexicon) -> list[Statement]:
    """The statements of a folded text."""
    quiet = blanked(_without_lacks(text, lexicon), lexicon.not_cues)
    cuts = [Place(*found.span()) for found in lexicon.breaks.finditer(quiet)]
    starts = [0, *(cut.end for cut in cuts)]
    ends = [*(cut.start for cut in cuts), len(text)]
    return [Statement(quiet, Place(*pair)) for pair in zip(starts, ends, strict=True)]


def standings(places: list[Place], within: Statement, lexicon: Lexicon) -> list[Standing]:
    """How each mention of a statement stands, the mentions in order of place."""
    found = [_standing(place, within, lexicon) for place in places]
    linked = [_linked(pair, within, lexicon) for pair in pairwise(places)]
    for index, joined in enumerate(linked):
        left, right = found[index], found[index + 1]
        if joined:
            found[index + 1] = right._replace(
                negated=right.negated or left.negated,
                hypothetical=right.hypothetical or left.hypothetical,
            )
    for index in reversed(range(len(linked))):
        if linked[index] and found[index + 1].negated:
            found[index] = found[index]._replace(negated=True)
    return found


def blanked(text: str, pattern: re.Pattern[str]) -> str:
    """The text with what the pattern finds made unreadable, every position kept."""
    return pattern.sub(lambda found: "\x00" * len(found[0]), text)


def _without_lacks(text: str, lexicon: Lexicon) -> str:
    """The text without symptoms that are a lack ("does not start"): they deny no hazard."""
    denial = lexicon.cues["negated"].before
    return lexicon.any_symptom.sub(
        lambda found: "\x00" * len(found[0]) if denial.search(found[0]) else found[0], text
    )


def _standing(place: Place, within: Statement, lexicon: Lexicon) -> Standing:
    before = within.text[within.bounds.start : place.start]
    after = within.text[place.end : within.bounds.end]
    held = {
        kind: _said_before(cue, before, lexicon) or _said_after(cue, after, lexicon)
        for kind, cue in lexicon.cues.items()
    }
    if held["near"] and held["negated"]:
        # Many a word for "almost" holds a "not": it denies nothing.
        cue = lexicon.cues["negated"]
        before = blanked(before, lexicon.cues["near"].before)
        held["negated"] = _said_before(cue, before, lexicon) or _said_after(cue, after, lexicon)
    doubted = held["hypothetical"] or (held["asked"] and _is_question(within, lexicon))
    other = held["other"] and not lexicon.ours.search(before)
    return Standing(held["negated"], doubted, held["near"], other)


def _is_question(within: Statement, lexicon: Lexicon) -> bool:
    """Whether it asks, rather than tells in the form of a question ("is it normal that ...?")."""
    end = within.text[within.bounds.end : within.bounds.end + 3]
    return bool(_ASKS.search(end)) and not lexicon.facts.search(within.text, *within.bounds)


def _said_before(cue: Cue, before: str, lexicon: Lexicon) -> bool:
    last = deque(cue.before.finditer(before), maxlen=1)
    return bool(last) and _within_reach(before[last[0].end() :], cue.reach, lexicon)


def _said_after(cue: Cue, after: str, lexicon: Lexicon) -> bool:
    first = cue.after.search(after)
    return first is not None and _within_reach(after[: first.start()], cue.reach_back, lexicon)


def _within_reach(gap: str, reach: int, lexicon: Lexicon) -> bool:
    if "\x00" in gap or lexicon.barriers.search(gap):
        return False
    size = len(gap.strip()) if lexicon.script == "unspaced" else len(_WORD.findall(gap))
    return size <= reach


def _linked(pair: tuple[Place, Place], within: Statement, lexicon: Lexicon) -> bool:
    return bool(lexicon.links.fullmatch(within.text, pair[0].end, pair[1].start))
