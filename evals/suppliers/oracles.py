"""Figures about suppliers that are known beforehand."""

import csv
import os
import tempfile
from datetime import date
from pathlib import Path

from domain.contingency import TwoByTwo
from domain.intervals import binomial_interval
from domain.sampling import acceptance_probability, code_letter, single_plan
from domain.stratification import mantel_haenszel
from evals.figure import Figure, share
from evals.real_input import NOW
from evals.root_cause.worlds import context_of
from services.hub.hub import Hub
from services.hub.ingest.load import ingest
from services.policy.vault import Vault
from tools.suppliers.supplier_cards import SupplierCard
from tools.suppliers.supplier_scorecard import SupplierScorecardQuery, supplier_scorecard

PLANS = 8_190
LATE_SHARES = {"Aurobindo": (0.1407, 668), "Cipla": (0.1314, 175), "Orgenics": (0.1300, 754)}
"""Documented share of late lines and lines, by beginning of the name; the worst first."""
OWN_STORE, OWN_STORE_LATE = "SCMS from RDC", (0.1715, 5404)
FEWEST_LINES = 50
LATE = 0.1149


def data() -> Path:
    """Folder of public data."""
    return Path(os.environ.get("ANDON_TEST_DATA", "../shared/data"))


def textbook() -> Figure:
    """Intervals, a plan's curve, and the supplier that looks worse only by its harder part."""
    ppm = binomial_interval(1, 200)
    plan = single_plan(code_letter(1200), "1.0")
    trap = mantel_haenszel([TwoByTwo(90, 900, 12, 100), TwoByTwo(1, 100, 18, 900)])
    none_of = binomial_interval(0, 1497, side="upper").high or 1.0
    checks = [
        (round(ppm.low * 1e6), round((ppm.high or 0) * 1e6)) == (127, 27_542),
        (plan.sample_size, plan.accept, plan.reject) == (80, 2, 3),
        round(acceptance_probability(plan, 0.01), 3) == 0.953,
        round(acceptance_probability(plan, 0.05), 3) == 0.231,
        none_of <= 0.002,
        round(trap.crude.estimate or 0, 2) == 3.24,
        round(trap.ratio.estimate or 0, 2) == 0.77,
    ]
    return share("oracles exact", checks, at_least=1.0)


def sampling_plans() -> Figure:
    """Every plan of the public table."""
    name = "single sampling plans exact"
    path = data() / "aql_tables" / "mil_std_105e_single_sampling.csv"
    if not path.is_file():
        return Figure(figure=name, value=0, n=0, skipped=f"no {path}")
    right = []
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            lot = int(row["lot"].split("-")[0].rstrip("+"))
            plan = single_plan(code_letter(lot, row["level"]), row["aql"], row["plan"])  # type: ignore[arg-type]
            told = (int(row["n"]), int(row["ac"]), int(row["re"]))
            right.append((plan.sample_size, plan.accept, plan.reject) == told)
    return share(name, right, at_least=1.0)


def delivery_history() -> list[Figure]:
    """Lateness of a real supply chain, its suppliers, and its own store."""
    folder = data() / "supplier_scms"
    if not folder.is_dir():
        return [Figure(figure="supplier_scms", value=0, n=0, skipped=f"no {folder}")]
    with tempfile.TemporaryDirectory(prefix="andon-scms-") as name:
        hub = Hub.create(Path(name) / "hub")
        ingest(hub, folder, Vault.open(Path(name) / "state"), now=NOW, mapping="scms")
        query = SupplierScorecardQuery(first_on=date(2006, 1, 1), most=100)
        cards = supplier_scorecard.function(query, context_of(hub)).result.suppliers
    return [_overall(cards), _latest(cards), _own_store(cards)]


def _overall(cards: tuple[SupplierCard, ...]) -> Figure:
    figures = [card.measures.on_time for card in cards if card.measures.on_time]
    total = sum(one.total for one in figures)
    late = total - sum(one.events for one in figures)
    interval = binomial_interval(late, total)
    return Figure(
        figure="supplier_scms: share of lines delivered late",
        value=late / total,
        n=total,
        low=interval.low,
        high=interval.high,
        target=f"= {LATE} to 4 digits",
        met=round(late / total, 4) == LATE,
    )


def _latest(cards: tuple[SupplierCard, ...]) -> Figure:
    """The three latest of those with enough lines, in their documented order and figures."""
    enough = [
        (1 - (card.measures.on_time.interval.estimate or 0.0), card.measures.on_time.total, card)
        for card in cards
        if card.measures.on_time
        and card.measures.on_time.total >= FEWEST_LINES
        and card.rating.status != "internal"
    ]
    ranked = sorted(enough, key=lambda one: -one[0])
    right = [
        card.supplier_id.casefold().startswith(name.casefold()) and (round(late, 4), total) == told
        for (late, total, card), (name, told) in zip(ranked, LATE_SHARES.items(), strict=False)
    ]
    return share("supplier_scms: latest suppliers ranked and exact", right, at_least=1.0)


def _own_store(cards: tuple[SupplierCard, ...]) -> Figure:
    """Only the own store is taken for one, with its figures and without a rating."""
    found = {card.supplier_id: card for card in cards if card.rating.status == "internal"}
    own = found.get(OWN_STORE)
    right = [set(found) == {OWN_STORE}]
    if own is not None and own.measures.on_time is not None:
        on_time = own.measures.on_time
        late = round(1 - on_time.events / on_time.total, 4)
        right += [(late, on_time.total) == OWN_STORE_LATE, own.outlook is None]
    return share("supplier_scms: own store recognised", right, at_least=1.0)
