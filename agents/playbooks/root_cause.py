"""From a symptom to its cause: screen, try to refute what stands out, bound what is affected."""

import re
from collections.abc import Callable
from typing import Any

from agents.agent import Looks
from agents.playbooks.camera_stations import calibration, camera_or_product, station_health
from agents.playbooks.scoping import listed, named, population, symptoms
from domain.records.cause import CauseVerdict, Condition, RankedCause
from domain.records.evidence import Evidence
from domain.records.task import Brief
from tools.causes.population import PopulationQuery
from tools.causes.rank_causes import RankedCauses
from tools.causes.tempting import wider
from tools.production.list_changes import Change, Changes

MOST_CAUSES = 2
MOST_BLAMES = 2
MOST_LOOKED_UP = 3
MOST_LISTED = 6
MOST_MODES = 3
FREQUENT = 20
"""Units with a finding from which it is a failure mode to be asked about by itself."""


def root_cause_playbook(brief: Brief, looks: Looks) -> None:
    """Take the looks that each aspect of the question calls for."""
    pages = [PAGES[aspect] for aspect in brief.aspects if aspect in PAGES] or [_why]
    if len(pages) > 1 and _why in pages and not brief.scope.get("symptom"):
        # "What was changed at WRO, and why?" asks after the changes: there is nothing to explain.
        # "Why does this station reject so much?" asks after the station.
        pages.remove(_why)
    for page in pages:
        page(brief, looks)


def _why(brief: Brief, looks: Looks) -> None:
    for symptom in symptoms(brief, looks):
        asked_about = population(brief)
        verdict = _screen(symptom, asked_about, looks, brief.question)
        if verdict != "cause_found" and asked_about:
            # Models and markets are factors like others: with all of them there is more to tell,
            # and a few failures without a cause are no proof that there is none.
            _screen(symptom, {}, looks, brief.question)


def _screen(
    symptom: str, units: dict[str, Any], looks: Looks, asked: str = ""
) -> CauseVerdict | None:
    """Screen one symptom on these units, mode by mode, and try to refute what stands out."""
    ranked = looks.ask("rank_causes", symptom=symptom, **units)
    if ranked is None:
        return None
    result = RankedCauses.model_validate(ranked.result)
    modes = () if "findings" in units else modes_of(result, asked)
    for mode in modes:
        _screen(symptom, {**units, "findings": (mode,)}, looks)
    if not modes:
        follow_screening(ranked, looks)
    return result.verdict


def modes_of(result: RankedCauses, question: str) -> tuple[str, ...]:
    """Failure modes to ask about one by one: those named, else the frequent ones of several."""
    words = set(re.findall(r"\w+", question))
    asked = tuple(one.finding for one in result.findings if one.finding in words)
    if asked:
        return asked[:MOST_MODES]
    frequent = [one.finding for one in result.findings if one.units >= FREQUENT]
    return tuple(frequent[:MOST_MODES]) if len(frequent) > 1 else ()


def follow_screening(found: Evidence, looks: Looks) -> None:
    """What a screening calls for, whoever asked for it: without these tests no cause stands."""
    if found.tool != "rank_causes":
        return
    question = {field: found.query[field] for field in PopulationQuery.model_fields}
    standing = standing_causes(RankedCauses.model_validate(found.result))
    for cause in standing:
        try_to_refute(cause.condition, question, looks)
        where_now(cause.condition, looks)
    if not standing:
        looks.ask("is_is_not", **question)


def standing_causes(result: RankedCauses) -> tuple[RankedCause, ...]:
    """The causes that a screening names, without what it ruled out or what only contains them."""
    if result.verdict not in ("cause_found", "not_identifiable"):
        return ()
    found: list[RankedCause] = []
    for row in result.ranked_causes:
        contains = any(row.condition in wider(one.condition) for one in found)
        if not row.ruled_out and not contains:
            found.append(row)
    return tuple(found[:MOST_CAUSES])


def try_to_refute(condition: Condition, question: dict[str, Any], looks: Looks) -> None:
    """Tests that fail if something else is the cause: at equal model and site, wider blames."""
    mine = condition.model_dump(mode="json")
    within = strata_for(condition)
    if within:
        looks.ask("compare_rates", condition=mine, within=within, **question)
    for blame in wider(condition)[:MOST_BLAMES]:
        against = blame.model_dump(mode="json")
        looks.ask("compare_rates", condition=mine, against=against, **question)


def strata_for(condition: Condition) -> tuple[str, ...]:
    """What to hold equal: the model, and the site where the condition is not itself a place."""
    placed = condition.site_id or condition.line_id or condition.station_id
    found = () if condition.model_id else ("model_id",)
    return found if placed else (*found, "site_id")


def where_now(condition: Condition, looks: Looks) -> None:
    """How many units with the suspect lots there are, and where."""
    if condition.lot_ids:
        looks.ask("trace_lot", lot_ids=condition.lot_ids, direction="forward", serial_limit=1)


def _trace(brief: Brief, looks: Looks) -> None:
    for serial in brief.scope.get("serial", ())[:MOST_LOOKED_UP]:
        looks.ask("trace_unit", serial=serial)
    lots = brief.scope.get("lot", ())
    if lots:
        looks.ask("trace_lot", lot_ids=lots)


def _changes(brief: Brief, looks: Looks) -> None:
    days = {"first": brief.period.first, "last": brief.period.last} if brief.period else {}
    looks.ask("list_changes", **_places(brief), **days)


def _characteristics(brief: Brief, looks: Looks) -> tuple[str, ...]:
    """The characteristics that are asked about; none named: those that the hub knows."""
    asked = brief.scope.get("characteristic", ())
    return asked[:MOST_LOOKED_UP] if asked else listed("characteristic", looks)[:MOST_LISTED]


def _capability(brief: Brief, looks: Looks) -> None:
    for name in _characteristics(brief, looks):
        looks.ask("capability", characteristic_id=name, **_places(brief))


def _chart(brief: Brief, looks: Looks) -> None:
    for name in _characteristics(brief, looks):
        looks.ask("control_chart", characteristic_id=name, **_places(brief))
        looks.ask("measurement_trend", characteristic_id=name, **_places(brief))


def _places(brief: Brief) -> dict[str, Any]:
    return named(brief, models="model", sites="site", lines="line")


def _escape(brief: Brief, looks: Looks) -> None:
    kinds = {"models": "model", "sites": "site", "symptoms": "symptom", "stations": "station"}
    looks.ask("missed_defects", **named(brief, **kinds))


def _effect(brief: Brief, looks: Looks) -> None:
    changes = brief.scope.get("change", ())[:MOST_LOOKED_UP]
    if not changes:
        _changes(brief, looks)
        return
    for symptom in symptoms(brief, looks):
        for change in changes:
            verify_change(change, symptom, brief, looks)


def verify_change(change_id: str, symptom: str, brief: Brief, looks: Looks) -> None:
    """Before and after a recorded change, where it applied, beside where it did not."""
    found = looks.ask("list_changes", derived=False, most=1000)
    changes = Changes.model_validate(found.result).changes if found else ()
    change = next((one for one in changes if one.change_id == change_id), None)
    # A change that names no place concerns every unit built after it.
    treated = treated_by(change) or {"model_id": list(listed("model", looks))}
    question = {"symptom": symptom, "change_id": change_id, **population(brief)}
    looks.ask("verify_effect", treated=treated, **question)


def treated_by(change: Change | None) -> dict[str, object]:
    """The units that a recorded change concerns, without its date; empty if it names no place."""
    if change is None:
        return {}
    places = {"line_id": change.line_id, "site_id": change.site_id}
    scope: dict[str, object] = {key: name for key, name in places.items() if name}
    return scope | ({"model_id": [change.model_id]} if change.model_id else {})


PAGES: dict[str, Callable[[Brief, Looks], None]] = {
    "why": _why,
    "trace": _trace,
    "changes": _changes,
    "capability": _capability,
    "chart": _chart,
    "station": camera_or_product,
    "station_health": station_health,
    "calibration": calibration,
    "escape": _escape,
    "effect": _effect,
}
"""What to look at, by what is asked."""
