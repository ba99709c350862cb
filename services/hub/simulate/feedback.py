"""Feedback of a block: what customers write, in their language, with all that makes reading hard.

People with a claim may write about it; owners without one praise or wish. Some texts deny or fear
a danger, carry personal strings or orders to the reader, or come twice.
"""

import zlib
from dataclasses import dataclass, replace
from random import Random
from typing import NamedTuple

import numpy as np

from services.hub.simulate.factory import Block
from services.hub.simulate.failures import Claims, at_risk
from services.hub.simulate.lexicon import (
    PERSONAL_KINDS,
    Lexicon,
    PersonalKind,
    lexicons,
    personal_string,
)
from services.hub.simulate.setting import Setting
from services.hub.simulate.timeline import DAY, Ints, day_number

TELLS, OWNERS_WRITE = 0.55, 0.07
"""Share of claims that are also told, and of owners in service who write without a claim."""
NEGATED, HYPOTHETICAL, PERSONAL, INJECTED, COPIED, REWORDED = 0.05, 0.05, 0.07, 0.01, 0.02, 0.02
"""Shares of the messages."""
BURST = 12
"""Copies that one busy author posts in each block."""
CHANNELS = {"marketplace": 30, "app": 20, "call_centre": 20, "email": 15, "social": 15}
SCORED = {"marketplace", "app"}
FLAGS = {"SMOKE_BURN": "fire", "ELECTRIC_SHOCK": "shock", "REFRIGERANT_LEAK": "gas"}
"""What an agent on the telephone ticks."""


@dataclass(frozen=True, slots=True)
class Message:
    """One piece of feedback with what is known about it."""

    unit: int
    received: int
    language: str
    channel: str
    symptom: str
    """Code told; empty for praise or a wish."""
    text: str
    rating: int | None = None
    flags: str | None = None
    serial_known: bool = True
    negated: bool = False
    hypothetical: bool = False
    injected: bool = False
    personal: tuple[tuple[PersonalKind, str], ...] = ()
    copy_of: int = -1
    """Index of the original in the list before sorting; -1 for an original."""
    reworded: bool = False


class Occasion(NamedTuple):
    """Why somebody writes: the unit, when (second), and the symptom code, if any."""

    unit: int
    received: int
    symptom: str = ""


class Customers:
    """The customers of one block, and what they write."""

    def __init__(self, setting: Setting, block: Block) -> None:
        self._setting = setting
        self._block = block
        self._numbers = setting.random("feedback", block.number)
        self._random = Random(int(self._numbers.integers(2**62)))
        self._lexicons = lexicons()
        channels = dict(CHANNELS)
        if setting.scenario.scene.new_channel is not None:
            channels.pop(setting.scenario.scene.new_channel.channel, None)
        self._channels = list(channels)
        self._weights = list(channels.values())

    def messages(self, claims: Claims) -> list[Message]:
        """Every message, originals first and then the copies, in no order of time."""
        found = [*self._of_claims(claims), *self._of_owners(), *self._of_new_channel()]
        found = [self._with_orders(message) for message in found]
        return found + self._copies(found)

    def _of_claims(self, claims: Claims) -> list[Message]:
        stop, codes = self._setting.calendar.stop, self._setting.catalogue.symptoms
        chosen = np.flatnonzero(self._numbers.random(len(claims.unit)) < TELLS)
        messages = []
        for index in chosen.tolist():
            earliest, reported = int(claims.failed[index]), int(claims.reported[index])
            received = max(earliest, reported + self._random.randrange(-2 * DAY, 6 * DAY))
            code = codes[int(claims.symptom[index])].code
            occasion = Occasion(int(claims.unit[index]), min(received, stop - 60), code)
            messages.append(self._complaint(occasion))
        return messages

    def _of_owners(self) -> list[Message]:
        """Praise and wishes, six to four."""
        messages = []
        for unit, received in self._owners(OWNERS_WRITE, 0):
            praises = self._random.random() < 0.6
            lexicon = self._lexicon(unit)
            text = self._random.choice(lexicon.praise if praises else lexicon.wishes)
            rating = self._random.randrange(8, 11) if praises else self._random.randrange(5, 9)
            messages.append(self._message(Occasion(unit, received), lexicon, text, rating))
        return messages

    def _of_new_channel(self) -> list[Message]:
        """Complaints about what people bore in silence before, from owners without a claim."""
        opening = self._setting.scenario.scene.new_channel
        if opening is None:
            return []
        book, code = self._setting.catalogue, self._setting.scenario.symptom
        asked = np.array([market.country in opening.countries for market in book.markets])
        risk = at_risk(self._setting, self._block, book.symptom(code)) & asked[self._block.country]
        first = day_number(opening.first) * DAY
        return [
            replace(
                self._complaint(Occasion(unit, received, code)), channel=opening.channel, flags=None
            )
            for unit, received in self._owners(opening.reports, first)
            if risk[unit]
        ]

    def _owners(self, share: float, first: int) -> list[tuple[int, int]]:
        """Units in service that are written about, with a second after `first` and the sale."""
        stop = self._setting.calendar.stop
        start: Ints = np.maximum(self._block.sold * DAY + DAY, first)
        chosen = np.flatnonzero((start < stop - DAY) & (self._numbers.random(len(start)) < share))
        return [
            (unit, self._random.randrange(begins, min(stop, begins + 365 * DAY)))
            for unit, begins in zip(chosen.tolist(), start[chosen].tolist(), strict=True)
        ]

    def _complaint(self, occasion: Occasion) -> Message:
        lexicon, random, code = self._lexicon(occasion.unit), self._random, occasion.symptom
        told = random.choice(lexicon.symptoms[code])
        dangerous = self._setting.catalogue.symptom(code).safety
        draw = 1.0 if dangerous else random.random()
        negated, feared = draw < NEGATED, NEGATED <= draw < NEGATED + HYPOTHETICAL
        if negated or feared:
            frame = random.choice(lexicon.negated if negated else lexicon.hypothetical)
            told = frame.format(symptom=told)
        parts = [told]
        if random.random() < 0.6:
            parts.insert(0, random.choice(lexicon.openers))
        if random.random() < 0.6:
            parts.append(random.choice(lexicon.closers))
        text = lexicon.joiner.join(parts)
        message = self._message(occasion, lexicon, text, random.randrange(0, 5))
        flags = FLAGS.get(code) if message.channel == "call_centre" else None
        return replace(message, negated=negated, hypothetical=feared, flags=flags)

    def _message(self, occasion: Occasion, lexicon: Lexicon, text: str, rating: int) -> Message:
        random, unit = self._random, occasion.unit
        channel = random.choices(self._channels, self._weights)[0]
        months = max(1, (occasion.received - int(self._block.sold[unit]) * DAY) // (30 * DAY))
        model = self._setting.catalogue.models[int(self._block.model[unit])].model_id
        text = text.replace("{model}", model).replace("{months}", str(months))
        personal: tuple[tuple[PersonalKind, str], ...] = ()
        if random.random() < PERSONAL:
            kind = random.choice(PERSONAL_KINDS)
            value = personal_string(kind, lexicon, random)
            text += lexicon.joiner + random.choice(lexicon.personal[kind]).replace("{value}", value)
            personal = ((kind, value),)
        elif random.random() < 0.05:
            text = random.choice((text.upper, text.lower))()
        return Message(
            unit,
            occasion.received,
            lexicon.language,
            channel,
            occasion.symptom,
            text,
            rating if channel in SCORED else None,
            serial_known=random.random() < 0.6,
            personal=personal,
        )

    def _with_orders(self, message: Message) -> Message:
        if self._random.random() >= INJECTED:
            return message
        lexicon = self._lexicons[message.language]
        order = self._random.choice(lexicon.injections)
        return replace(message, text=f"{message.text}{lexicon.joiner}{order}", injected=True)

    def _copies(self, originals: list[Message]) -> list[Message]:
        """Double posts, the same words with small changes elsewhere, and one busy author."""
        copies = []
        for index, message in enumerate(originals):
            draw = self._random.random()
            if draw < COPIED:
                copies.append(self._later(message, index))
            elif draw < COPIED + REWORDED:
                channel = self._random.choices(self._channels, self._weights)[0]
                copies.append(
                    replace(
                        self._later(message, index),
                        text=self._reworded(message),
                        channel=channel,
                        rating=None,
                        reworded=True,
                    )
                )
        if originals and self._setting.scenario.scene.new_channel is None:
            busy = self._random.randrange(len(originals))
            copies += [self._later(originals[busy], busy) for _ in range(BURST)]
        return copies

    def _later(self, message: Message, index: int) -> Message:
        received = message.received + self._random.randrange(60, 3 * DAY)
        return replace(
            message, received=min(received, self._setting.calendar.stop - 1), copy_of=index
        )

    def _reworded(self, message: Message) -> str:
        text, change = message.text, self._random.randrange(3)
        if change == 0:
            return text.rstrip(".!。") + "!!!"
        spaced = text.replace(".", " .").replace("，", "、")
        if change == 1 or message.personal or spaced == text:
            return f"{text} :("
        return spaced

    def _lexicon(self, unit: int) -> Lexicon:
        market = self._setting.catalogue.markets[int(self._block.country[unit])]
        spoken = self._random.choices(list(market.languages), list(market.languages.values()))[0]
        return self._lexicons[spoken]


def author_of(serial: str) -> str:
    """The raw customer number of a unit's owner."""
    return f"CUST-{zlib.crc32(serial.encode()):08x}"
