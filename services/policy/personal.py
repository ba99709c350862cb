"""Personal strings in feedback text: find them, put keyed tokens in their place, and prove it done.

The words a customer writes are evidence; who the customer is, is not. Text is cleaned before it is
stored, and `contains_personal` is asked once more before any text goes over a wire. Names and
addresses are found only where something announces them ("my name is", "Mr", a street word): a bare
name in running text cannot be told from a brand without a model, and is not found.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

from services.policy.folding import fold
from services.policy.personal_names import name_recognisers
from services.policy.personal_numbers import number_recognisers
from services.policy.personal_places import place_recognisers
from services.policy.personal_words import word_recognisers
from services.policy.recogniser import PersonalKind, Recogniser, glance
from services.policy.vault import Vault

TOKEN = re.compile(r"\[(?:[A-Z]+(?:_[A-Z]+)?):[A-Z2-7]{8}\]")
MASK = "\ue000"
PRECEDENCE: tuple[PersonalKind, ...] = (
    "url", "mail", "iban", "card", "vin", "national_id", "ip", "plate", "customer", "order",
    "phone", "address", "name",
)  # fmt: skip


class PersonalSpan(NamedTuple):
    """A personal string and where it stands in the text as written."""

    kind: PersonalKind
    """What it is."""
    start: int
    """First position (0-based)."""
    end: int
    """Position after the last."""
    value: str
    """The string as written."""


class CleanText(NamedTuple):
    """A text without personal strings."""

    text: str
    """The text with tokens such as `[MAIL:7Q2KX9F4]` in their place."""
    counts: Mapping[PersonalKind, int]
    """How many strings of each kind were replaced."""


def find_personal(text: str) -> tuple[PersonalSpan, ...]:
    """The personal strings of a text, from left to right, none overlapping.

    Tokens that stand for a string already replaced are not personal.
    """
    folded = fold(text)
    plain = folded.text
    if "[" in plain:
        plain = TOKEN.sub(lambda token: MASK * len(token.group()), plain)
    sight = glance(plain)
    taken: list[PersonalSpan] = []
    for recogniser in _ascii_recognisers() if plain.isascii() else _recognisers():
        for extent in recogniser.extents(sight):
            start, end = folded.start(extent.start), folded.end(extent.end)
            if all(end <= other.start or other.end <= start for other in taken):
                taken.append(PersonalSpan(recogniser.kind, start, end, text[start:end]))
    return tuple(sorted(taken, key=lambda span: span.start))


def contains_personal(text: str) -> bool:
    """True if a personal string is found; the last gate before text leaves the house."""
    return bool(find_personal(text))


class Deidentifier:
    """Replaces personal strings by keyed tokens of one vault."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def clean(self, text: str) -> CleanText:
        """A text in which `find_personal` finds nothing more.

        One replacement may lay bare another string (a second number behind the same cue), so the
        text is read again until nothing is found; each round leaves fewer characters outside
        tokens, so this ends.
        """
        counts: Counter[PersonalKind] = Counter()
        while spans := find_personal(text):
            counts.update(span.kind for span in spans)
            text = self._replaced(text, spans)
        return CleanText(text, counts)

    def clean_all(self, texts: Iterable[str | None]) -> list[CleanText | None]:
        """`clean` for a column; None stays None."""
        return [None if text is None else self.clean(text) for text in texts]

    def _replaced(self, text: str, spans: tuple[PersonalSpan, ...]) -> str:
        pieces, done = [], 0
        for span in spans:
            pieces += [text[done : span.start], self._vault.token(span.kind, span.value)]
            done = span.end
        return "".join([*pieces, text[done:]])


@cache
def _recognisers() -> tuple[Recogniser, ...]:
    found = (
        *word_recognisers(),
        *number_recognisers(),
        *place_recognisers(),
        *name_recognisers(),
    )
    return tuple(sorted(found, key=lambda recogniser: PRECEDENCE.index(recogniser.kind)))


@cache
def _ascii_recognisers() -> tuple[Recogniser, ...]:
    """Those that can find something in ASCII text, without the cues that cannot occur there."""
    gates = {
        recogniser.cues: tuple(filter(str.isascii, recogniser.cues))
        for recogniser in _recognisers()
    }
    return tuple(
        recogniser._replace(cues=gates[recogniser.cues])
        for recogniser in _recognisers()
        if gates[recogniser.cues] or not recogniser.cues
    )
