"""Messages as rows of `feedback`, and the truth kept about them."""

from collections import Counter
from typing import TypeVar

import numpy as np

from services.hub.simulate.factory import Block
from services.hub.simulate.feedback import Message, author_of
from services.hub.simulate.setting import Setting
from services.hub.simulate.truth import LISTED, FeedbackTruth, PersonalString, SafetyNote
from services.hub.simulate.writing import Columns, times

T = TypeVar("T")


class FeedbackBook:
    """Numbers messages, gives their rows, and remembers what a reader should find in them."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._languages: Counter[str] = Counter()
        self._counts: Counter[str] = Counter()
        self._exact: list[tuple[str, str]] = []
        self._near: list[tuple[str, str]] = []
        self._injections: list[str] = []
        self._personal: list[PersonalString] = []
        self._safety: list[SafetyNote] = []
        self._codes: dict[str, str] = {}

    def add(self, block: Block, messages: list[Message]) -> Columns:
        """Rows of the block's messages in the order of receipt."""
        order = sorted(range(len(messages)), key=lambda index: (messages[index].received, index))
        names = [""] * len(messages)
        for place, index in enumerate(order):
            names[index] = f"FB-{block.number:03d}{place + 1:06d}"
        for index in order:
            self._remember(names, index, messages[index])
        ordered = [messages[index] for index in order]
        return self._columns(block, [names[index] for index in order], ordered)

    def truth(self) -> FeedbackTruth:
        """Everything remembered; long lists are cut, counts are not."""
        return FeedbackTruth(
            total=sum(self._languages.values()),
            by_language=dict(sorted(self._languages.items())),
            counts=dict(sorted(self._counts.items())),
            exact_duplicates=tuple(self._exact),
            near_duplicates=tuple(self._near),
            injections=tuple(self._injections),
            personal=tuple(self._personal),
            safety=tuple(self._safety),
            codes=self._codes,
        )

    def _remember(self, names: list[str], index: int, message: Message) -> None:
        name = names[index]
        self._languages[message.language] += 1
        if len(self._codes) < LISTED:
            self._codes[name] = message.symptom
        if message.copy_of >= 0:
            pairs = self._near if message.reworded else self._exact
            _keep(pairs, (name, names[message.copy_of]))
            self._counts["near_duplicate" if message.reworded else "exact_duplicate"] += 1
        if message.injected:
            self._counts["injection"] += 1
            _keep(self._injections, name)
        for kind, value in message.personal:
            self._counts[f"personal_{kind}"] += 1
            _keep(self._personal, PersonalString(feedback_id=name, kind=kind, value=value))
        self._remember_danger(name, message)

    def _remember_danger(self, name: str, message: Message) -> None:
        if not message.symptom:
            return
        symptom = self._setting.catalogue.symptom(message.symptom)
        if not (symptom.safety or message.negated or message.hypothetical):
            return
        note = SafetyNote(
            feedback_id=name,
            severity=symptom.severity,
            negated=message.negated,
            hypothetical=message.hypothetical,
        )
        _keep(self._safety, note)
        kind = "negated" if note.negated else f"severity_{note.severity}"
        self._counts["hypothetical" if note.hypothetical else kind] += 1

    def _columns(self, block: Block, names: list[str], messages: list[Message]) -> Columns:
        book = self._setting.catalogue
        units = np.array([message.unit for message in messages], dtype=np.int64)
        serials = block.serial[units].tolist()
        countries = [book.markets[index].country for index in block.country[units].tolist()]
        texts = {
            "feedback_id": names,
            "country": countries,
            "language": [message.language for message in messages],
            "channel": [message.channel for message in messages],
            "model_id": [book.models[index].model_id for index in block.model[units].tolist()],
            "serial": [
                s if m.serial_known else None for s, m in zip(serials, messages, strict=True)
            ],
            "rating": [None if m.rating is None else str(m.rating) for m in messages],
            "hazard_flags": [message.flags for message in messages],
            "text": [message.text for message in messages],
            "author_key": [author_of(serial) for serial in serials],
        }
        received = np.array([message.received for message in messages], dtype=np.int64)
        columns: dict[str, object] = {
            name: np.array(values, dtype=object) for name, values in texts.items()
        }
        return {**columns, "received_at": times(received)}  # type: ignore[dict-item]


def _keep(kept: list[T], new: T) -> None:
    """Lists stay short however many units there are."""
    if len(kept) < LISTED:
        kept.append(new)
