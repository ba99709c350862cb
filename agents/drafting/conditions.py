"""Conditions as phrases: which units a cause speaks of, part by part."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from domain.records.cause import Condition
from domain.records.claim import Count, Countries, Day, Fact, Measure, Names, Phrase, Phrases, Term

NAMED_LOTS = 3
"""Lots that a sentence names; more are only counted."""


def units_where(condition: Condition) -> Phrase:
    """The units that meet a condition, as a noun phrase."""
    parts = (
        *_material(condition),
        *_place(condition),
        *_measured(condition),
        *_built(condition),
        *_market(condition),
    )
    return Phrase(name="units_where", facts={"parts": Phrases(value=parts)})


def scope_of(query: Mapping[str, Any]) -> Phrase:
    """Whom a question to a causes tool was about."""
    condition = Condition(
        model_id=tuple(query["models"]) or None, country=tuple(query["countries"]) or None
    )
    sites = query["sites"]
    findings = [_names(one) for one in query["findings"]]
    modes = (Phrase(name="with_finding", facts={"finding": one}) for one in findings)
    parts = (*_market(condition), *(_at_site(site) for site in sites), *modes)
    if not parts:
        return Phrase(name="all_units")
    return Phrase(name="units_where", facts={"parts": Phrases(value=parts)})


def _at_site(site: str) -> Phrase:
    return Phrase(name="at_site", facts={"site": _names(site)})


def lots_of(condition: Condition) -> Phrase | None:
    """The lots that a condition names, or how many; None if it names none."""
    if not condition.lot_ids:
        return None
    if len(condition.lot_ids) > NAMED_LOTS:
        return Phrase(name="lot_count", facts={"lots": Count(value=len(condition.lot_ids))})
    return Phrase(name="lots", facts={"lots": _names(*condition.lot_ids)})


def _material(condition: Condition) -> tuple[Phrase, ...]:
    found = []
    part, supplier = condition.part_id, condition.supplier_id
    if part and supplier:
        facts: dict[str, Fact] = {"part": _names(part), "supplier": _names(supplier)}
        found.append(Phrase(name="with_part_from", facts=facts))
    elif part:
        found.append(Phrase(name="with_part", facts={"part": _names(part)}))
    elif supplier:
        found.append(Phrase(name="from_supplier", facts={"supplier": _names(supplier)}))
    lots = lots_of(condition)
    found += [] if lots is None else [lots]
    found += _span("received", condition.received_from, condition.received_to)
    return tuple(found)


def _place(condition: Condition) -> tuple[Phrase, ...]:
    named = (
        ("at_site", "site", condition.site_id if not condition.line_id else None),
        ("on_line", "line", condition.line_id),
        ("at_station", "station", condition.station_id),
        ("on_shift", "shift", condition.shift),
        ("with_change", "change", condition.change_id),
    )
    return tuple(
        Phrase(name=name, facts={key: _names(value)}) for name, key, value in named if value
    )


def _measured(condition: Condition) -> tuple[Phrase, ...]:
    if condition.characteristic_id is None:
        return ()
    rules = [(condition.characteristic_id, condition.direction, condition.threshold)]
    rules += [(one.characteristic_id, one.direction, one.threshold) for one in condition.also or ()]
    return tuple(_rule(name, side, at) for name, side, at in rules)


def _rule(characteristic: str, side: str | None, at: float | None) -> Phrase:
    if side == "unstable" or at is None:
        facts: dict[str, Fact] = {"characteristic": _names(characteristic)}
        return Phrase(name="unstable", facts=facts)
    facts = {"characteristic": _names(characteristic), "threshold": Measure(value=at)}
    return Phrase(name="below" if side == "low" else "above", facts=facts)


def _built(condition: Condition) -> list[Phrase]:
    return _span("built", condition.built_from, condition.built_to)


def _market(condition: Condition) -> tuple[Phrase, ...]:
    found = []
    if condition.model_id:
        found.append(Phrase(name="of_model", facts={"models": _names(*condition.model_id)}))
    if condition.country:
        found.append(
            Phrase(name="sold_in", facts={"countries": Countries(value=condition.country)})
        )
    if condition.attribute:
        facts: dict[str, Fact] = {
            "attribute": _names(condition.attribute.name),
            "value": _names(condition.attribute.value),
        }
        found.append(Phrase(name="with_attribute", facts=facts))
    if condition.channel:
        channel: dict[str, Fact] = {"channel": Term(group="channel", value=condition.channel)}
        found.append(Phrase(name="reported_through", facts=channel))
    return tuple(found)


def _span(verb: str, first: date | None, last: date | None) -> list[Phrase]:
    """`received` or `built`, with the days that are known."""
    facts: dict[str, Fact] = {}
    if first:
        facts["first"] = Day(value=first)
    if last and last != first:
        facts["last"] = Day(value=last)
    if not facts:
        return []
    kind = "on" if first and first == last else "between" if len(facts) == 2 else "since"
    return [Phrase(name=f"{verb}_{kind if first else 'until'}", facts=facts)]


def _names(*values: str) -> Names:
    return Names(value=values)
