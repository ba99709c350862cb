"""Test parameters as claims: what changes from market to market, and what to inspect in one."""

from agents.drafting.claims import Sheet, count, names
from agents.drafting.standards import terms
from domain.records.claim import Fact, Measure, Phrase, Phrases, Said, Term
from domain.records.evidence import Evidence
from tools.standards.compare_standards import StandardsCompared
from tools.standards.inspection_items import InspectionItems
from tools.standards.item_record import InspectionItem
from tools.standards.parameter_change import Difference, Kind
from tools.standards.switch_test_parameters import SwitchTestParameters

MOST_OF_A_KIND = 10
"""Changes of one kind that are told one by one (count); the others are counted."""
NO_UNIT = "-"
MOST_ITEMS = 14
CHANGES: tuple[Kind, ...] = ("national_difference", "table_column", "scales_with_voltage", "retest")
"""Kinds of change, in the order in which they are told."""


def draft_switch(evidence: Evidence, sheet: Sheet) -> None:
    """Add the change of test parameters between two markets to the sheet."""
    found = SwitchTestParameters.model_validate(evidence.result)
    facts: dict[str, Fact] = {
        "before": Term(group="market", value=found.market_from),
        "after": Term(group="market", value=found.market_to),
        "same": count(found.by_kind.get("same", 0)),
        **{kind: count(found.by_kind.get(kind, 0)) for kind in CHANGES},
    }
    changed = sum(found.by_kind.values()) - found.by_kind.get("same", 0)
    sheet.add("switch_overview", facts, (evidence,), headline=True, value=float(changed),
              unit="parameters that change")  # fmt: skip
    _station(found, evidence, sheet)
    _changes(found.differences, evidence, sheet)
    _without_counterpart(
        found.differences, Term(group="market", value=found.market_to), evidence, sheet
    )
    _activation(found, evidence, sheet)


def _station(found: SwitchTestParameters, evidence: Evidence, sheet: Sheet) -> None:
    fixture = found.fixture
    if not fixture.needs:
        return
    facts: dict[str, Fact] = {
        "needs": terms("fixture_need", fixture.needs),
        "before": _supply(fixture.before.mains_v, fixture.before.hz),
        "after": _supply(fixture.after.mains_v, fixture.after.hz),
    }
    sheet.add("switch_station", facts, (evidence,), headline=True)


def _supply(volts: tuple[int, ...], hertz: tuple[int, ...]) -> Fact:
    return names(f"{'/'.join(map(str, volts))} V", f"{'/'.join(map(str, hertz))} Hz")


def _changes(differences: tuple[Difference, ...], evidence: Evidence, sheet: Sheet) -> None:
    """Parameters that are asked on both sides, kind by kind."""
    for kind in CHANGES:
        mine = [one for one in differences if one.kind == kind and one.before and one.after]
        mine.sort(
            key=lambda one: one.family is None
        )  # what the library knows to change comes first
        for one in mine[:MOST_OF_A_KIND]:
            _difference(one, evidence, sheet)
        if len(mine) > MOST_OF_A_KIND:
            more: dict[str, Fact] = {
                "rest": count(len(mine) - MOST_OF_A_KIND),
                "kind": Term(group="parameter_change", value=kind),
            }
            sheet.add("switch_more", more, (evidence,))


def _without_counterpart(
    differences: tuple[Difference, ...], there: Fact, evidence: Evidence, sheet: Sheet
) -> None:
    """Parameters of one side only, by what follows."""
    alone = [one for one in differences if one.before is None or one.after is None]
    for consequence in dict.fromkeys(one.consequence for one in alone):
        mine = [one for one in alone if one.consequence == consequence]
        told = tuple(_told_alone(one.before or one.after) for one in mine)
        facts: dict[str, Fact] = {
            "market": there,
            "consequence": Term(group="switch_consequence", value=consequence),
            "items": Phrases(value=told),
        }
        sheet.add("switch_alone", facts, (evidence,), headline=True)


def _told_alone(item: InspectionItem | None) -> Phrase:
    assert item is not None
    facts: dict[str, Fact] = {
        "what": Said(value=item.what),
        "clause": names(f"{item.method.designation} {item.method.clause}"),
        "value": _value(item),
    }
    return Phrase(name="item_alone", facts=facts)


def _difference(one: Difference, evidence: Evidence, sheet: Sheet) -> None:
    item = one.before
    assert item is not None
    assert one.after is not None
    facts: dict[str, Fact] = {
        "what": Said(value=item.what),
        "clause": names(f"{item.method.designation} {item.method.clause}"),
        "kind": Term(group="parameter_change", value=one.kind),
        "consequence": Term(group="switch_consequence", value=one.consequence),
        "confidence": Term(group="confidence", value=one.confidence),
        "before": _value(one.before),
        "after": _value(one.after),
    }
    phrase = "switch_parameter"
    if one.after.method.designation != item.method.designation:
        facts["by"] = names(f"{one.after.method.designation} {one.after.method.clause}")
        phrase = "switch_parameter_by"
    sheet.add(phrase, facts, (evidence,), headline=one.kind == "national_difference")


def _value(item: InspectionItem | None) -> Fact:
    """A value with its unit; volts to set beside a multiple of the rated voltage."""
    if item is None:
        return names()
    told: dict[str, Fact] = {"value": _plain(item)}
    if item.test_voltage is None:
        return Phrase(name="value_alone", facts=told)
    low, high = item.test_voltage.low_v, item.test_voltage.high_v
    told["low"], told["high"] = Measure(value=low, unit="V"), Measure(value=high, unit="V")
    return Phrase(name="value_in_volts" if low == high else "value_in_volts_range", facts=told)


def _plain(item: InspectionItem) -> Fact:
    sign = "" if item.op in (None, "pass", "between") else f"{item.op} "
    unit = "" if item.unit == NO_UNIT else item.unit
    if isinstance(item.value, str):
        return Said(value=f"{sign}{item.value} {unit}".strip())
    if isinstance(item.value, tuple):
        return Said(value=f"{sign}{' … '.join(f'{one:g}' for one in item.value)} {unit}")
    return Said(value=f"{sign}{item.value:g} {unit}".strip())


def _activation(found: SwitchTestParameters, evidence: Evidence, sheet: Sheet) -> None:
    facts: dict[str, Fact] = {"why": terms("activation", found.activation.why_not)}
    phrase = "switch_may_be_proposed" if found.activation.allowed else "switch_not_proposed"
    sheet.add(phrase, facts, (evidence,), headline=True)


def draft_gap(evidence: Evidence, sheet: Sheet) -> None:
    """Add the gap between two standards to the sheet."""
    found = StandardsCompared.model_validate(evidence.result)
    first, second = found.first, found.second
    facts: dict[str, Fact] = {
        "first": names(first.edition or first.designation),
        "second": names(second.edition or second.designation),
        "connection": Term(group="standards_connection", value=found.connection),
        "unknown": count(found.national_text_unknown),
        "same": count(found.by_kind.get("same", 0)),
        **{kind: count(found.by_kind.get(kind, 0)) for kind in CHANGES},
    }
    sheet.add("gap_overview", facts, (evidence,), headline=True, value=float(len(found.rows)),
              unit="test items")  # fmt: skip
    _changes(found.rows, evidence, sheet)
    _without_counterpart(found.rows, names(second.designation), evidence, sheet)
    for missing in found.missing:
        gone: dict[str, Fact] = {
            "clause": names(missing.clause),
            "why": Term(group="missing_clause", value=missing.state),
        }
        sheet.add("clause_missing", gone, (evidence,), verdict="undetermined", headline=True)


def draft_items(evidence: Evidence, sheet: Sheet) -> None:
    """Add the test items of a product in a market to the sheet."""
    found = InspectionItems.model_validate(evidence.result)
    facts: dict[str, Fact] = {
        "market": Term(group="market", value=found.market),
        "kind": Term(group="product_kind", value=found.category),
        "items": count(len(found.items)),
        "high": count(found.by_confidence.get("high", 0)),
        "left_out": count(len(found.left_out)),
        "open": count(len(found.undecided)),
    }
    sheet.add("items_overview", facts, (evidence,), headline=True, value=float(len(found.items)),
              unit="test items")  # fmt: skip
    for item in found.items[:MOST_ITEMS]:
        told: dict[str, Fact] = {
            "clause": names(
                f"{item.method.edition or item.method.designation} {item.method.clause}"
            ),
            "what": Said(value=item.what),
            "parameter": Said(value=item.parameter),
            "value": _value(item),
            "condition": Said(value=item.condition),
            "sample": Term(group="test_sample", value=item.sample),
            "record": Term(group="test_record", value=item.record),
            "confidence": Term(group="confidence", value=item.confidence),
        }
        sheet.add("test_item", told, (evidence,))
    for missing in found.missing:
        gone: dict[str, Fact] = {
            "clause": names(missing.clause),
            "why": Term(group="missing_clause", value=missing.state),
        }
        sheet.add("clause_missing", gone, (evidence,), verdict="undetermined", headline=True)
    if len(found.items) > MOST_ITEMS:
        rest: dict[str, Fact] = {"rest": count(len(found.items) - MOST_ITEMS)}
        sheet.add("items_more", rest, (evidence,))
