"""What markets ask of a product, as claims: schemes by subject, and what does not apply."""

from collections.abc import Iterable

from agents.drafting.claims import Sheet, count, names
from domain.records.claim import Countries, Day, Fact, Phrase, Phrases, Said, Term
from domain.records.evidence import Evidence
from domain.records.task import AskBack
from tools.standards.market_match import MarketMatch
from tools.standards.match_standards import StandardsMatch
from tools.standards.product import Product
from tools.standards.scheme_record import AppliedScheme, OtherScheme
from tools.standards.standards_in_use import StandardInUse

TELLING = ("feature_present", "not_yet", "no_more")
"""Reasons for which a scheme does not hold that a reader may not expect."""
NO_MARK = "none"
MOST_KINDS = 3
"""Kinds of product that an answer may leave open; with more it would speak of nothing."""


def draft_match(evidence: Evidence, sheet: Sheet) -> tuple[AskBack, ...]:
    """Add what holds in each market to the sheet; what has to be asked back is returned."""
    found = StandardsMatch.model_validate(evidence.result)
    if len(found.product.categories) > MOST_KINDS:
        return (AskBack(id="ask_product", text=Phrase(name="ask_product")),)
    _product(found.product, evidence, sheet)
    for market in found.markets:
        _overview(market, found, evidence, sheet)
        topics = dict.fromkeys(one.topic for one in market.applies)
        for topic in topics:
            mine = [one for one in market.applies if one.topic == topic]
            _topic(market, topic, mine, evidence, sheet)
        _others(market, evidence, sheet)
    if found.not_covered:
        facts: dict[str, Fact] = {"countries": Countries(value=found.not_covered)}
        sheet.add("market_not_covered", facts, (evidence,), verdict="undetermined", headline=True)
    return tuple(_asked(one.kind, one.features, one.options) for one in found.questions)


def terms(group: str, values: Iterable[str]) -> Phrases:
    """Words of one list, one after the other."""
    told = (Phrase(name="word", facts={"word": Term(group=group, value=one)}) for one in values)
    return Phrases(value=tuple(told))


def _product(product: Product, evidence: Evidence, sheet: Sheet) -> None:
    facts: dict[str, Fact] = {
        "product": names(product.model_id or ""),
        "kind": terms("product_kind", product.categories),
        "features": terms("product_feature", product.features),
        "absent": terms("product_feature", product.absent),
    }
    phrase = "product_taken" if product.model_id is None else "product_known"
    sheet.add(f"{phrase}_without" if product.absent else phrase, facts, (evidence,))


def _overview(market: MarketMatch, found: StandardsMatch, evidence: Evidence, sheet: Sheet) -> None:
    facts: dict[str, Fact] = {
        "market": Term(group="market", value=market.market),
        "day": Day(value=found.as_of),
        "schemes": count(len(market.applies)),
        "voluntary": count(len(market.voluntary)),
        "open": count(len(market.undecided)),
    }
    sheet.add(
        "market_asks", facts, (evidence,), headline=True, value=float(len(market.applies)),
        unit="schemes",
    )  # fmt: skip


def _topic(
    market: MarketMatch,
    topic: str,
    schemes: list[AppliedScheme],
    evidence: Evidence,
    sheet: Sheet,
) -> None:
    facts: dict[str, Fact] = {
        "market": Term(group="market", value=market.market),
        "topic": Term(group="standards_topic", value=topic),
        "schemes": Phrases(value=tuple(_scheme(one) for one in schemes)),
    }
    sheet.add("schemes_of_topic", facts, (evidence,), headline=topic in ("safety", "radio"))


def _scheme(one: AppliedScheme) -> Phrase:
    facts: dict[str, Fact] = {
        "scheme": names(one.name),
        "status": Term(group="scheme_status", value=one.status),
        "process": Term(group="conformity_process", value=one.process),
        "basis": names(one.legal_basis),
        "mark": names(one.mark),
        "standards": Phrases(value=tuple(_standard(used) for used in one.standards)),
        "confidence": Term(group="confidence", value=one.confidence),
        "since": names(one.applies_from or ""),
    }
    phrase = "scheme" if one.mark != NO_MARK else "scheme_unmarked"
    phrase += "_by_standards" if one.standards else ""
    return Phrase(name=phrase, facts=facts)


def _standard(one: StandardInUse) -> Phrase:
    facts: dict[str, Fact] = {
        "standard": names(one.edition or one.designation),
        "state": Term(group="edition_state", value=one.state),
    }
    return Phrase(name="standard_in_use", facts=facts)


def _others(market: MarketMatch, evidence: Evidence, sheet: Sheet) -> None:
    telling = [one for one in market.does_not_apply if one.why in TELLING]
    if telling:
        facts: dict[str, Fact] = {
            "market": Term(group="market", value=market.market),
            "schemes": Phrases(value=tuple(_other(one) for one in telling)),
        }
        sheet.add("schemes_not", facts, (evidence,), verdict="not_supported", headline=True)


def _other(one: OtherScheme) -> Phrase:
    facts: dict[str, Fact] = {
        "scheme": names(one.name),
        "why": Term(group="scheme_not", value=one.why),
        "features": terms("product_feature", one.features),
        "day": Said(value=one.date or ""),
        "instead": names(*one.instead),
    }
    if one.why != "feature_present":
        return Phrase(name="scheme_not_on_day", facts=facts)
    return Phrase(name="scheme_not_instead" if one.instead else "scheme_not_here", facts=facts)


def _asked(kind: str, features: tuple[str, ...], options: tuple[str, ...]) -> AskBack:
    facts: dict[str, Fact] = {
        "features": terms("product_feature", features),
        "kinds": terms("product_kind", options),
    }
    return AskBack(id=f"ask_{kind}", text=Phrase(name=f"ask_{kind}", facts=facts), options=options)
