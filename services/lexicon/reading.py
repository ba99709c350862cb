"""What the rule coder says of one text."""

from typing import Literal

from domain.contract import Contract

Safety = Literal["asserted", "negated", "hypothetical", "idiom", "other"]
"""How a hazard stands in the text. asserted: it happened, is there, or nearly happened. other:
another product, intended heat, or no hazard at all."""


class Mention(Contract):
    """A place in the text that names a symptom or a hazard."""

    kind: str
    """Kind of hazard or family of symptoms, for example `smoke`."""
    safety: Safety
    """How it stands."""
    near_miss: bool
    """Whether it almost happened."""
    start: int
    """First character, from 0, in the text without hidden characters (NFKC)."""
    end: int
    """Character after the last one."""
    words: str
    """The words themselves: the customer's, untrusted."""


class CodedText(Contract):
    """One text, coded."""

    language: str | None
    """Language by which it was coded (BCP 47); null: unknown."""
    outcome: Literal["coded", "nothing_found", "queue"]
    """queue: no word lists for its language, so a person must read it; it is never guessed."""
    symptoms: tuple[str, ...]
    """Families of symptoms that it reports as fact."""
    severity: int | None
    """1 to 5 by the policy table; null: nothing is reported, or it waits for a person."""
    safety: Safety
    """How the gravest hazard stands."""
    hazard: str | None
    """Kind of the gravest hazard that is named, even where denied."""
    mentions: tuple[Mention, ...]
    """Where it says so, hazards first."""
    confidence: float
    """0 to 1: rough order of trust, from how many words of doubt stand near; no probability."""
    instructions: bool
    """Whether the text gives orders to a reading machine. They are reported and never obeyed."""
