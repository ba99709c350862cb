"""Editions and changes to come, as claims: what holds on the day, what is only announced."""

from datetime import date

from agents.drafting.claims import Sheet, count, names
from domain.records.claim import Day, Fact, Phrase, Phrases, Said, Term
from domain.records.evidence import Evidence
from tools.standards.compliance_warnings import ComplianceWarnings, ReachingChange
from tools.standards.edition_record import Change, EditionOnDay, FamilyReport, MarketEdition
from tools.standards.edition_status import EditionStatusReport
from tools.standards.search_standards import StandardsFound

MOST_CHANGES = 8
MOST_COMING = 3


def draft_editions(evidence: Evidence, sheet: Sheet) -> None:
    """Add the state of standards on the day to the sheet."""
    found = EditionStatusReport.model_validate(evidence.result)
    for family in found.families:
        _family(family, found, evidence, sheet)
    for unknown in found.not_in_library:
        _unknown(unknown.asked, unknown.near, evidence, sheet)


def draft_search(evidence: Evidence, sheet: Sheet) -> None:
    """Add what the library has on a subject to the sheet."""
    found = StandardsFound.model_validate(evidence.result)
    for one in found.standards:
        facts: dict[str, Fact] = {
            "standard": names(one.designation),
            "title": Said(value=one.title),
            "topic": Term(group="standards_topic", value=one.topic),
        }
        sheet.add("standard_found", facts, (evidence,), headline=one.by == "designation")
    for unknown in found.not_in_library:
        _unknown(unknown.asked, unknown.near, evidence, sheet)


def _unknown(asked: str, near: tuple[str, ...], evidence: Evidence, sheet: Sheet) -> None:
    facts: dict[str, Fact] = {"standard": names(asked), "near": names(*near)}
    phrase = "standard_unknown_near" if near else "standard_unknown"
    sheet.add(phrase, facts, (evidence,), verdict="undetermined", headline=True)


def _family(
    family: FamilyReport, found: EditionStatusReport, evidence: Evidence, sheet: Sheet
) -> None:
    about: dict[str, Fact] = {
        "standard": names(family.designation),
        "day": Day(value=found.as_of),
        "reviewed": Day(value=date.fromisoformat(found.reviewed_on)),
    }
    if family.edition_known is False:
        facts = about | {
            "asked": names(family.asked),
            "known": names(*(one.ref for one in family.editions)),
        }
        sheet.add("edition_unknown", facts, (evidence,), verdict="undetermined", headline=True)
    if family.before_first:
        sheet.add("edition_before", about, (evidence,), verdict="undetermined", headline=True)
    for one in family.editions:
        _edition(one, family, about, evidence, sheet)
    for use in family.in_markets:
        states = _in_market(use)
        if states.value:
            facts = about | {"market": Term(group="market", value=use.market), "use": states}
            sheet.add("edition_in_market", facts, (evidence,), headline=use.use is None)
    if family.coming:
        told = tuple(_coming(one) for one in family.coming[:MOST_COMING])
        sheet.add("edition_coming", about | {"changes": Phrases(value=told)}, (evidence,))


def _in_market(use: MarketEdition) -> Phrases:
    """Editions of a market with their states: the one to use, else what is accepted or listed."""
    states = ((("current", use.use),) if use.use is not None else ()) or tuple(
        ("valid_transition", one) for one in use.accepted
    )
    states += tuple(("published_not_cited", one) for one in use.listed_only)
    return Phrases(
        value=tuple(
            Phrase(
                name="standard_in_use",
                facts={"standard": names(ref), "state": Term(group="edition_state", value=state)},
            )
            for state, ref in states
        )
    )


def _edition(
    one: EditionOnDay,
    family: FamilyReport,
    about: dict[str, Fact],
    evidence: Evidence,
    sheet: Sheet,
) -> None:
    facts = about | {
        "edition": names(one.ref),
        "state": Term(group="edition_state", value=one.state),
        "published": _published(one, newest=one is family.editions[-1]),
    }
    asked = one.ed in family.asked_editions
    firm = one.publication == "official" or one is not family.editions[-1]
    sheet.add(
        "edition_use" if one.ed == family.use else "edition_state", facts, (evidence,),
        verdict="supported" if firm else "undetermined",
        headline=asked or one.ed == family.use or not firm,
    )  # fmt: skip


def _published(one: EditionOnDay, *, newest: bool) -> Phrases:
    """When an edition came out; of the newest also who says so, for it may only be announced."""
    told = [Phrase(name="word", facts={"word": Said(value=one.published)})]
    if newest or one.publication == "not_yet":
        who = Term(group="publication", value=one.publication)
        told.insert(0, Phrase(name="word", facts={"word": who}))
    return Phrases(value=tuple(told))


def _coming(one: Change) -> Phrase:
    facts: dict[str, Fact] = {
        "date": names(one.date),
        "market": Term(group="market", value=one.market),
        "what": Said(value=one.what),
    }
    return Phrase(name="change_coming", facts=facts)


def draft_warnings(evidence: Evidence, sheet: Sheet) -> None:
    """Add changes that reach our models to the sheet, the nearest first."""
    found = ComplianceWarnings.model_validate(evidence.result)
    reaching = [one for one in found.changes if one.reached]
    facts: dict[str, Fact] = {
        "changes": count(len(reaching)),
        "models": count(len(found.models)),
        "unaffected": count(len(found.unaffected)),
        "reviewed": Day(value=date.fromisoformat(found.reviewed_on)),
    }
    phrase = "warnings_stale" if found.stale else "warnings_overview"
    sheet.add(phrase, facts, (evidence,), headline=True, value=float(len(reaching)),
              unit="changes that reach our models")  # fmt: skip
    for one in sorted(reaching, key=lambda change: abs(change.days_left))[:MOST_CHANGES]:
        _reaching(one, evidence, sheet)
    unsure = [one for one in found.changes if one.may_reach and not one.reached]
    if unsure:
        facts = {"changes": names(*(one.event for one in unsure))}
        sheet.add("warnings_open", facts, (evidence,), verdict="undetermined")


def _reaching(one: ReachingChange, evidence: Evidence, sheet: Sheet) -> None:
    facts: dict[str, Fact] = {
        "date": names(one.dated),
        "market": Term(group="market", value=one.market),
        "kind": Term(group="change_kind", value=one.kind),
        "models": names(*dict.fromkeys(reached.model_id for reached in one.reached)),
        "what": Said(value=one.what),
        "action": Said(value=one.action),
        "left": count(abs(one.days_left)),
        "confidence": Term(group="confidence", value=one.confidence),
    }
    phrase = "warning_ahead" if one.days_left >= 0 else "warning_past"
    sheet.add(phrase, facts, (evidence,), headline=True, value=float(one.days_left), unit="days")
