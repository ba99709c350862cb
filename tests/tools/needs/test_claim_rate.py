import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine

from domain.errors import NoData, NotPermitted, UnknownName
from domain.intervals import binomial_interval, poisson_interval
from domain.records.evidence import Evidence
from domain.records.policy import Principal, Scope
from memory.bundle import Memory
from memory.evidence import EvidenceStore
from services.bundle import Services
from services.hub.hub import Hub
from tests.conftest import fill
from tools.needs.claim_rate import claim_rate
from tools.runner import run_tool
from tools.tool import ToolContext

Ask = Callable[..., ToolContext]
Row = dict[str, Any]
AS_OF = date(2026, 11, 22)
MARKETS = [
    {"country": "DE", "region": "EU"},
    {"country": "FR", "region": "EU"},
    {"country": "JP", "region": "APAC"},
]


def unit(serial: str, sold_on: date | None, **more: Any) -> Row:
    known = {"model_id": "65Q8", "site_id": "WRO", "country": "DE", "sold_on": sold_on}
    built = datetime(2026, 1, 5, 8, tzinfo=UTC)
    return {"serial": serial, "built_at": built, **known, **more}


def claim(claim_id: str, serial: str | None, failed: date | None, **more: Any) -> Row:
    known = {"model_id": "65Q8", "country": "DE", "symptom_code": "FLICKER"}
    reported = at(failed or date(2026, 9, 1)) + timedelta(days=5)
    times = {"failed_at": failed and at(failed), "reported_at": reported}
    return {"claim_id": claim_id, "serial": serial, **times, **known, **more}


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def world(hub: Hub, units: list[Row], claims: list[Row], **more: list[Row]) -> None:
    """Fill the hub; the last claim is reported on the as-of date, so the record is complete."""
    claims = [*claims[:-1], *({**row, "reported_at": at(AS_OF)} for row in claims[-1:])]
    stock(hub, units, claims, **more)


def stock(hub: Hub, units: list[Row], claims: list[Row], **more: list[Row]) -> None:
    models = [{"model_id": "65Q8", "name": "Quantum 65"}, {"model_id": "RF-440"}]
    sites = [{"site_id": "WRO", "region": "EU"}, {"site_id": "QDA", "region": "APAC"}]
    codes = [{"code": "FLICKER", "kind": "symptom"}, {"code": "NOISE", "kind": "symptom"}]
    base = {"sites": sites, "markets": MARKETS, "models": models, "codes": codes}
    fill(hub, {**base, **more, "units": units, "claims": claims})


def rate(context: ToolContext, **query: Any) -> Evidence:
    return run_tool(claim_rate, {"reporting_delay_days": 0, **query}, context)


def excluded(evidence: Evidence) -> dict[str, int]:
    return {item.rule: item.rows for item in evidence.excluded}


def codes_of(evidence: Evidence) -> set[str]:
    return {note.code for note in evidence.warnings}


# 20 units sold on 10 May (6 months done), 20 on 10 August (3 months done).
OLD = [unit(f"A{i:02}", date(2026, 5, 10)) for i in range(20)]
YOUNG = [unit(f"B{i:02}", date(2026, 8, 10)) for i in range(20)]


def test_each_month_is_judged_by_the_units_that_completed_it(hub: Hub, ask: Ask) -> None:
    claims = [
        claim("K1", "A00", date(2026, 5, 20)),  # month 1
        claim("K2", "B00", date(2026, 8, 31)),  # month 1
        claim("K3", "A01", date(2026, 10, 9)),  # month 5
    ]
    world(hub, OLD + YOUNG, claims)
    found = rate(ask(as_of=AS_OF), minimum_units=1).result
    months = {month["month"]: month for month in found["months"]}
    assert [(m["units"], m["claims"]) for m in found["months"]] == [
        (40, 2),
        (40, 0),
        (40, 0),
        (20, 0),
        (20, 1),
        (20, 0),
    ]
    assert months[1]["hazard"]["estimate"] == 50.0
    exact = poisson_interval(2, 40)
    assert months[1]["hazard"]["low"] == pytest.approx(1000 * exact.low, 1e-5)
    assert found["months_in_service"] == 6
    assert found["claims_per_1000"]["estimate"] == 100.0  # 2/40 + 1/20
    assert (found["numerator"], found["denominator"], found["units_in_service"]) == (3, 20, 40)


def test_a_month_that_no_unit_has_completed_is_not_extrapolated(hub: Hub, ask: Ask) -> None:
    world(hub, OLD + YOUNG, [claim("K1", "A00", date(2026, 5, 20))])
    found = rate(ask(as_of=AS_OF), months_in_service=12, built_from="2026-01-01")
    assert found.result["months_in_service"] == 3  # 30 units at least: only both groups have them
    assert found.result["asked_months"] == 12
    (note,) = [note for note in found.warnings if note.code == "month_not_mature"]
    assert note.text.startswith("0 of 40 units have completed month 12")


def test_a_month_asked_for_and_completed_is_the_headline(hub: Hub, ask: Ask) -> None:
    world(hub, OLD, [claim("K1", "A00", date(2026, 5, 20)), claim("K2", "A01", date(2026, 9, 1))])
    found = rate(ask(as_of=AS_OF), months_in_service=2)
    assert found.result["months_in_service"] == 2
    assert found.result["claims_per_1000"]["estimate"] == 50.0
    assert "month_not_mature" not in codes_of(found)


def test_immature_months_are_shown_but_not_in_the_headline(hub: Hub, ask: Ask) -> None:
    world(hub, OLD[:1] + YOUNG, [claim("K1", "A00", date(2026, 10, 1))])
    found = rate(ask(as_of=AS_OF), minimum_units=5)
    assert found.result["months_in_service"] == 3
    assert [month["mature"] for month in found.result["months"]] == [True] * 3 + [False] * 3
    assert "immature_months" in codes_of(found)


def test_a_claim_in_a_month_not_yet_completed_waits(hub: Hub, ask: Ask) -> None:
    world(hub, OLD, [claim("K1", "A00", date(2026, 11, 15))])
    found = rate(ask(as_of=AS_OF))
    assert found.result["numerator"] == 0
    assert found.result["claims_per_1000"]["estimate"] == 0
    assert found.result["claims_per_1000"]["high"] > 100  # no claims is not a rate of zero
    assert excluded(found) == {"claims month not completed": 1}


def test_only_the_first_claim_of_a_unit_counts_unless_all_are_asked_for(hub: Hub, ask: Ask) -> None:
    days = [date(2026, 6, 1), date(2026, 6, 20), date(2026, 8, 1)]
    world(hub, OLD, [claim(f"K{i}", "A00", day) for i, day in enumerate(days)])
    first = rate(ask(as_of=AS_OF))
    assert (first.result["numerator"], first.result["claims_recorded"]) == (1, 3)
    assert first.result["units_with_claim"] == 1
    assert excluded(first) == {"claims later claim": 2}
    every = rate(ask(as_of=AS_OF), count="claims")
    assert every.result["numerator"] == 2  # 20 June repeats 1 June
    assert excluded(every) == {"claims repeat": 1}
    assert "repeat_claims" in codes_of(every)


def test_the_reporting_delay_is_the_90th_percentile_of_settled_claims(hub: Hub, ask: Ask) -> None:
    sold = date(2025, 5, 1)
    units = [unit(f"A{i:02}", sold) for i in range(20)]
    claims = [
        claim(
            f"K{i}",
            f"A{i:02}",
            date(2025, 9, 1),
            reported_at=at(date(2025, 9, 1)) + timedelta(days=i + 1),
        )
        for i in range(20)
    ]
    world(hub, units, claims)
    found = run_tool(claim_rate, {"models": ["65Q8"]}, ask(as_of=AS_OF)).result
    assert found["reporting_delay"] == {"days": 18, "source": "population", "claims": 20}
    assert found["counted_to"] == "2026-11-04"


def test_too_few_claims_leave_an_assumed_delay_and_say_so(hub: Hub, ask: Ask) -> None:
    world(hub, OLD, [claim("K1", "A00", date(2026, 6, 1))])
    found = run_tool(claim_rate, {}, ask(as_of=AS_OF))
    assert found.result["reporting_delay"]["days"] == 60
    assert "reporting_delay_assumed" in codes_of(found)
    assert found.result["months_in_service"] == 4  # 10 May to 23 September


def test_units_without_a_day_of_sale_are_left_out_and_counted(hub: Hub, ask: Ask) -> None:
    world(hub, [*OLD, unit("X1", None)], [claim("K1", "X1", date(2026, 6, 1))])
    found = rate(ask(as_of=AS_OF))
    assert found.result["units_in_service"] == 20
    assert excluded(found) == {
        "units without a day of sale": 1,
        "claims unit not in service": 1,
    }


def test_a_lag_may_be_assumed_and_is_said(hub: Hub, ask: Ask) -> None:
    built = datetime(2026, 4, 10, tzinfo=UTC)
    units = [unit(f"X{i:02}", None, built_at=built) for i in range(10)]
    world(hub, units, [claim("K1", "X00", date(2026, 6, 1))])
    found = rate(ask(as_of=AS_OF), assumed_lag_days=30)
    assert found.result["first_sold_on"] == "2026-05-10"
    assert found.result["claims_per_1000"]["estimate"] == 100.0
    assert "sale_assumed" in codes_of(found)
    with pytest.raises(NoData, match="none of the 10 units has a day of sale"):
        rate(ask(as_of=AS_OF))


def test_months_beyond_the_warranty_do_not_count(hub: Hub, ask: Ask) -> None:
    french = [unit(f"F{i:02}", date(2026, 5, 10), country="FR") for i in range(20)]
    claims = [claim("K1", "A00", date(2026, 9, 20)), claim("K2", "F00", date(2026, 9, 20))]
    warranties = [{"model_id": "65Q8", "country": "FR", "months": 2}]
    world(hub, OLD + french, claims, warranties=warranties)
    found = rate(ask(as_of=AS_OF), minimum_units=1)
    months = found.result["months"]
    assert [(m["units"], m["units_past_warranty"]) for m in months[1:3]] == [(40, 0), (20, 20)]
    assert found.result["numerator"] == 1
    assert excluded(found) == {"claims past warranty": 1}
    assert "warranty_unknown" in codes_of(found)


def test_claims_that_cannot_be_placed_are_counted_by_reason(hub: Hub, ask: Ask) -> None:
    claims = [
        claim("K1", "A00", None),
        claim("K2", "A01", date(2026, 5, 1)),  # before the sale
        claim("K3", None, date(2026, 6, 1)),
        claim("K4", "NOBODY", date(2026, 6, 1)),
        claim("K5", "A02", date(2026, 6, 1), symptom_code="NOISE"),
        claim("K6", "A03", date(2026, 6, 1)),
    ]
    world(hub, OLD, claims)
    found = rate(ask(as_of=AS_OF), symptoms=["flicker"])
    assert found.result["numerator"] == 1
    assert excluded(found) == {
        "claims before sale": 1,
        "claims no failure date": 1,
        "claims no unit": 2,
    }


def test_a_wrongly_dated_claim_does_not_hide_the_first_good_one(hub: Hub, ask: Ask) -> None:
    world(hub, OLD, [claim("K1", "A00", date(2026, 4, 1)), claim("K2", "A00", date(2026, 6, 1))])
    assert rate(ask(as_of=AS_OF)).result["numerator"] == 1


def test_claims_without_a_fault_are_a_share_of_the_examined(hub: Hub, ask: Ask) -> None:
    claims = [
        claim("K1", "A00", date(2026, 6, 1), no_fault_found=True),
        claim("K2", "A01", date(2026, 6, 1), no_fault_found=False),
        claim("K3", "A02", date(2026, 6, 1)),
    ]
    world(hub, OLD, claims)
    found = rate(ask(as_of=AS_OF)).result
    assert (found["examined"], found["no_fault_found"]["estimate"]) == (2, 0.5)
    assert found["no_fault_found"]["low"] == pytest.approx(binomial_interval(1, 2).low, 1e-5)


def test_only_units_with_the_lot_are_followed(hub: Hub, ask: Ask) -> None:
    lots = [
        {"lot_id": "L1", "part_id": "P-PSU", "supplier_id": "S-1"},
        {"lot_id": "L2", "part_id": "P-PSU", "supplier_id": "S-2"},
    ]
    genealogy = [
        {"serial": row["serial"], "part_id": "P-PSU", "lot_id": "L1" if i < 10 else "L2"}
        for i, row in enumerate(OLD)
    ]
    more = {
        "suppliers": [{"supplier_id": "S-1"}, {"supplier_id": "S-2"}],
        "parts": [{"part_id": "P-PSU"}],
        "part_lots": lots,
        "unit_parts": genealogy,
    }
    claims = [claim("K1", "A00", date(2026, 6, 1)), claim("K2", "A15", date(2026, 6, 1))]
    world(hub, OLD, claims, **more)
    context = ask(as_of=AS_OF)
    for query in ({"lots": ["l1"]}, {"supplier_id": "S-1", "part_id": "P-PSU"}):
        found = rate(context, **query).result
        assert (found["numerator"], found["units_in_service"]) == (1, 10)


def test_without_a_mature_month_there_is_no_rate(hub: Hub, ask: Ask) -> None:
    world(hub, [unit("A1", date(2026, 11, 10))], [claim("K1", "A1", date(2026, 11, 12))])
    found = rate(ask(as_of=AS_OF))
    assert found.result["claims_per_1000"] is None
    assert found.result["months_in_service"] is None
    assert found.chart is None
    assert found.summary.startswith("No rate yet: of 1 units")


def test_as_of_hides_later_sales_and_reports(hub: Hub, ask: Ask) -> None:
    day = date(2026, 7, 2)
    claims = [
        claim("K1", "A00", date(2026, 6, 1), reported_at=at(day)),
        claim("K2", "A01", date(2026, 6, 30)),
    ]
    stock(hub, OLD + YOUNG, claims)
    found = rate(ask(as_of=day))
    assert found.result["units_in_service"] == 20
    assert found.result["claims_recorded"] == 1  # the second was reported on 5 July
    assert excluded(found) == {"units without a day of sale": 20}


def test_a_region_sees_only_units_whose_claims_it_sees(hub: Hub, ask: Ask) -> None:
    abroad = [unit(f"J{i:02}", date(2026, 5, 10), country="JP") for i in range(20)]
    claims = [claim("K2", "J00", date(2026, 6, 1)), claim("K1", "A00", date(2026, 6, 1))]
    claims[0]["country"] = "JP"
    world(hub, OLD + abroad, claims)
    found = rate(ask(as_of=AS_OF, regions=("EU",)))
    assert found.result["units_in_service"] == 20  # those in JP were built here: seen, not counted
    assert found.result["numerator"] == 1
    assert excluded(found)["units sold outside your regions"] == 20
    assert rate(ask(as_of=AS_OF)).result["units_in_service"] == 40


def test_a_handful_of_units_in_a_country_is_not_shown(hub: Hub, ask: Ask) -> None:
    world(hub, OLD[:4], [claim("K1", "A00", date(2026, 6, 1))])
    blind = ask(as_of=AS_OF, classes=("public", "internal"))
    with pytest.raises(NotPermitted, match="fewer than 5 units"):
        rate(blind, countries=["DE"])
    assert rate(blind).result["numerator"] == 1


def test_a_handful_of_claims_in_a_country_is_not_shown(hub: Hub, ask: Ask) -> None:
    claims = [claim(f"K{i}", f"A{i:02}", date(2026, 6, 1)) for i in range(5)]
    noise = [{**row, "symptom_code": "NOISE"} for row in claims[:1]]
    world(hub, OLD, [*noise, *claims[1:]])
    blind = ask(as_of=AS_OF, classes=("public", "internal"))
    with pytest.raises(NotPermitted, match="fewer than 5 claims") as failure:
        rate(blind, countries=["DE"], symptoms=["FLICKER"])
    assert failure.value.next_step
    assert rate(blind, countries=["DE"]).result["claims_recorded"] == 5
    assert rate(blind, symptoms=["FLICKER"]).result["claims_recorded"] == 4
    assert rate(ask(as_of=AS_OF), countries=["DE"], symptoms=["NOISE"]).result["numerator"] == 1


def test_quarantined_rows_are_counted(hub: Hub, ask: Ask) -> None:
    load = {"load_id": "L-1", "path": "claims.csv", "table": "claims"}
    reject = {"load_id": "L-1", "file": "claims.csv", "line": 7, "table": "claims", "rule": "type"}
    world(hub, OLD, [claim("K1", "A00", date(2026, 6, 1))], loads=[load], quarantine=[reject])
    assert excluded(rate(ask(as_of=AS_OF))) == {"quarantined claims: type": 1}


def test_unknown_names_are_refused_with_near_ones(hub: Hub, ask: Ask) -> None:
    stock(hub, OLD, [])
    with pytest.raises(UnknownName) as failure:
        rate(ask(as_of=AS_OF), models=["65Q9"])
    assert failure.value.near == ("65Q8",)


def test_an_empty_hub_has_no_rate(ask: Ask) -> None:
    with pytest.raises(NoData):
        rate(ask())


def test_units_without_any_claim_on_record_have_no_rate_rather_than_zero(
    hub: Hub, ask: Ask
) -> None:
    stock(hub, OLD, [])
    with pytest.raises(NoData, match="no claims are recorded here, which is not a rate of zero"):
        rate(ask(as_of=AS_OF))


def test_service_after_the_latest_claim_on_record_does_not_count(hub: Hub, ask: Ask) -> None:
    claims = [claim("K1", "A00", date(2026, 6, 1)), claim("K2", "A01", date(2026, 7, 7))]
    stock(hub, OLD + YOUNG, claims)  # the second is reported on 12 July
    expected = rate(ask(as_of=date(2026, 7, 12)))
    assert [(m["units"], m["claims"]) for m in expected.result["months"]] == [(20, 1), (20, 1)]
    for now in (AS_OF, date(2031, 1, 1)):
        found = rate(ask(as_of=now), minimum_units=1)
        assert found.result["months"] == expected.result["months"]
        assert found.result["counted_to"] == "2026-07-12"
        (note,) = [note for note in found.warnings if note.code == "claims_end_early"]
        assert note.text == "claims are recorded to 2026-07-12 only: counted to that day"
    assert "claims_end_early" not in codes_of(expected)


def test_claims_without_a_day_of_report_stand_with_their_day_of_failure(hub: Hub, ask: Ask) -> None:
    stock(hub, OLD, [claim("K1", "A00", date(2026, 7, 12), reported_at=None)])
    assert rate(ask(as_of=AS_OF)).result["counted_to"] == "2026-07-12"


def test_the_summary_gives_rate_interval_and_counts(hub: Hub, ask: Ask) -> None:
    world(hub, OLD, [claim("K1", "A00", date(2026, 6, 1))])
    found = rate(ask(as_of=AS_OF))
    assert found.summary.startswith("50 units with a claim per 1,000 units [1.266, 278.6] after 6")
    assert len(found.summary) <= 400
    assert found.chart is not None
    assert len(found.chart["data"]["values"]) == 6


# --- against a count by hand ------------------------------------------------------------------

DAYS = st.integers(0, 500)
SOLD = st.lists(st.tuples(st.none() | DAYS, st.sampled_from(["DE", "FR"])), min_size=1, max_size=8)
FAILED = st.lists(
    st.tuples(st.integers(0, 7), st.none() | DAYS, st.sampled_from(["FLICKER", "NOISE"])),
    max_size=14,
)
WORLDS = st.lists(st.tuples(SOLD, FAILED, st.integers(1, 14)), min_size=12, max_size=12)
FIRST = date(2025, 6, 1)


class World(NamedTuple):
    model: str
    sold: list[tuple[str, date | None, str]]
    failed: list[tuple[str, str, date | None, str]]
    warranty: int


def worlds_of(drawn: Any) -> list[World]:
    """Worlds of a model each, with ids that tell them apart."""
    return [
        World(
            f"M{m:02}",
            [(f"M{m:02}-{i}", day(on), where) for i, (on, where) in enumerate(sold)],
            [
                (f"M{m:02}-K{i:02}", f"M{m:02}-{place}", day(on), what)
                for i, (place, on, what) in enumerate(failed)
                if place < len(sold)
            ],
            warranty,
        )
        for m, (sold, failed, warranty) in enumerate(drawn)
    ]


def day(number: int | None) -> date | None:
    return None if number is None else FIRST + timedelta(days=number)


@settings(max_examples=2, deadline=None, database=None, phases=[Phase.generate])
@given(st.data())
def test_counts_equal_a_count_by_hand(data: st.DataObject) -> None:
    worlds = worlds_of(data.draw(WORLDS))
    with tempfile.TemporaryDirectory() as folder:
        hub = Hub.create(Path(folder) / "hub")
        fill(
            hub,
            {
                "models": [{"model_id": w.model} for w in worlds],
                "units": [
                    unit(serial, on, model_id=w.model, country=where)
                    for w in worlds
                    for serial, on, where in w.sold
                ],
                "claims": [
                    claim(claim_id, serial, on, model_id=w.model, symptom_code=what)
                    for w in worlds
                    for claim_id, serial, on, what in w.failed
                ]
                + [claim("LAST", None, None, model_id="OTHER", reported_at=at(AS_OF))],
                "warranties": [
                    {"model_id": w.model, "country": "FR", "months": w.warranty} for w in worlds
                ],
            },
        )
        context = context_of(hub, Path(folder))
        for w in worlds:
            for counted in ("first_claims", "claims"):
                expected = by_hand(w, first_only=counted == "first_claims")
                assert counts(context, w, counted) == expected


def context_of(hub: Hub, folder: Path) -> ToolContext:
    scope = Scope(regions=("*",), suppliers=("*",), classes=("public", "internal"))
    return ToolContext(
        principal=Principal(id="tester", regions=("*",)),
        snapshot=hub.snapshot(scope, as_of=AS_OF),
        services=Services(hub=hub, policy_version="test"),
        memory=Memory(evidence=EvidenceStore(create_engine(f"sqlite:///{folder}/state.sqlite"))),
        run_id="R-TEST",
    )


def counts(context: ToolContext, w: World, counted: str) -> list[tuple[int, int]]:
    try:
        found = rate(context, models=[w.model], count=counted)
    except NoData:
        return []
    return [(month["units"], month["claims"]) for month in found.result["months"]]


def by_hand(w: World, *, first_only: bool) -> list[tuple[int, int]]:
    """Units and claims by month, walking through time unit by unit."""
    units: dict[int, int] = {}
    claims: dict[int, int] = {}
    for serial, start, country in w.sold:
        if start is None or start > AS_OF:
            continue
        done = 0
        limit = w.warranty if country == "FR" else 999
        while done < limit and month_end(start, done + 1) <= AS_OF:
            done += 1
            units[done] = units.get(done, 0) + 1
        own = sorted((on, k, what) for k, s, on, what in w.failed if s == serial and on is not None)
        last: dict[str, date] = {}
        for place, (on, _, what) in enumerate([item for item in own if item[0] >= start]):
            repeated = what in last and (on - last[what]).days < 30
            last[what] = on
            month = next(m for m in range(1, 999) if on < month_end(start, m))
            if not (place > 0 if first_only else repeated) and month <= done:
                claims[month] = claims.get(month, 0) + 1
    return [(units[month], claims.get(month, 0)) for month in sorted(units)]


def month_end(start: date, months: int) -> date:
    """First day on which so many months of service are over."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    try:
        return date(year, month + 1, start.day)
    except ValueError:  # the month is too short: its successor's first day
        year, month = divmod(start.year * 12 + start.month + months, 12)
        return date(year, month + 1, 1)
