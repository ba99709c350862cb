"""Where a trouble is, as the facts that the affected units have in common."""

from collections.abc import Callable, Iterator
from typing import Any

from domain.records.cause import Condition, Threshold
from graphs.digests.document import Part, Parts
from graphs.digests.language import Speech

_NAMED = (
    "site_id",
    "line_id",
    "station_id",
    "shift",
    "supplier_id",
    "part_id",
    "change_id",
    "channel",
)
_SPANS = ("received_from", "received_to", "built_from", "built_to")


def where(condition: Condition, family: str | None, speech: Speech) -> tuple[Parts, ...]:
    """Every fact of a condition in words; nothing of it is left out."""
    facts = _facts(condition, family, speech)
    return tuple(speech.say(f"where_{name}", value=value) for name, value in facts)


def _facts(
    condition: Condition, family: str | None, speech: Speech
) -> Iterator[tuple[str, Part | Parts]]:
    if family:
        yield "family", speech.name(family)
    if condition.model_id:
        yield "model_id", speech.joined((speech.name(one),) for one in condition.model_id)
    if condition.country:
        yield "country", speech.joined((speech.country(one),) for one in condition.country)
    yield from _given(_NAMED, condition, speech.name)
    if condition.lot_ids:
        yield "lot_ids", speech.names(condition.lot_ids)
    yield from _given(_SPANS, condition, speech.day)
    yield from _measured(condition, speech)
    if condition.attribute:
        yield "attribute", speech.name(f"{condition.attribute.name} = {condition.attribute.value}")


def _given(
    names: tuple[str, ...], condition: Condition, shown: Callable[[Any], Part]
) -> Iterator[tuple[str, Part]]:
    for name in names:
        if value := getattr(condition, name):
            yield name, shown(value)


def _measured(condition: Condition, speech: Speech) -> Iterator[tuple[str, Part | Parts]]:
    limits = list(condition.also or ())
    if condition.characteristic_id and condition.direction:
        first = Threshold(
            characteristic_id=condition.characteristic_id,
            direction=condition.direction,
            threshold=condition.threshold,
        )
        limits.insert(0, first)
    elif condition.characteristic_id:
        yield "characteristic_id", speech.name(condition.characteristic_id)
    for limit in limits:
        direction = speech.term("direction", limit.direction)
        name = speech.say("with_name", name=speech.name(limit.characteristic_id), code=direction)
        yield "characteristic_id", name
        if limit.threshold is not None:
            yield "threshold", speech.number(limit.threshold)
