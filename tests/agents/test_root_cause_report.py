"""What code makes of a screening and of the attempts to refute what it names."""

from typing import Any

import pytest
from pydantic import ValidationError

from agents.agent import Failed, Findings
from agents.root_cause import RootCauseReport, draft
from domain.errors import NoData
from domain.records.cause import Condition, RankedCause
from domain.records.claim import Phrase
from domain.records.evidence import Evidence, Note, Versions
from domain.records.policy import Scope
from domain.records.task import Brief, LedgerLine
from tools.causes.compare_rates import CompareRatesQuery
from tools.causes.rank_causes import RankCausesQuery

LOTS = Condition(supplier_id="S-1", part_id="P-A", lot_ids=("L1", "L2", "L3", "L4"))
SUPPLIER = Condition(supplier_id="S-1", part_id="P-A")
LINE = Condition(line_id="MTY-L1")
BRIEF = Brief(id="t1", agent="root_cause", goal="Find the cause.", aspects=("why",))


def row(condition: Condition, *, ruled_out: bool = False, q: float = 0.001) -> dict[str, Any]:
    return RankedCause(
        condition=condition, rate_ratio=4.0, interval=(2.0, 8.0), p_value=1e-5, q_value=q,
        units=400, failures=20, share_of_excess=0.9, branch_5m1e="material", ruled_out=ruled_out,
        because="said by the tool", evidence=(),
    ).model_dump(mode="json")  # fmt: skip


def screened(verdict: str, *rows: dict[str, Any], **asked: Any) -> Evidence:
    result = {
        "symptom": "NO_POWER", "verdict": verdict, "reason": "said", "ranked_causes": list(rows),
        "separating_test": None, "units": 5000, "failures": 60, "unit_years": 4000.0,
        "factors_screened": 20, "candidates_screened": 900, "observed_to": "2026-10-01",
        "reporting_delay_days": 20, "findings": [],
    }  # fmt: skip
    query = RankCausesQuery(symptom="NO_POWER", **asked).model_dump(mode="json")
    name = "E-RANKEDPART" if asked else "E-RANKEDAAAA"
    return evidence("rank_causes", name, query, result)


def compared(condition: Condition, ratio: tuple[float, float, float], **asked: Any) -> Evidence:
    estimate, low, high = ratio
    interval = {"estimate": estimate, "low": low, "high": high, "level": 0.95}
    group = {
        "units": 400, "failures": 20, "unit_years": 300.0, "per_1000_unit_years": None,
        "expected": 5.0,
    }  # fmt: skip
    result = {
        "symptom": "NO_POWER", "group": group, "reference": {**group, "failures": 9},
        "ratio": interval, "p_value": 0.001 if low > 1 else 0.5, "crude_ratio": None,
        "pooled": None, "verdict": "raised" if low > 1 else "no_difference_shown",
    }  # fmt: skip
    query = CompareRatesQuery(symptom="NO_POWER", condition=condition, **asked)
    name = f"E-COMPARED{'W' if asked.get('within') else 'B'}A"
    return evidence("compare_rates", name, query.model_dump(mode="json"), result)


def evidence(tool: str, name: str, query: dict[str, Any], result: dict[str, Any]) -> Evidence:
    return Evidence(
        id=name, sha256="0" * 64, tool=tool, query=query,
        scope=Scope(regions=("*",), suppliers=("*",), classes=("internal",)),
        as_of="2026-10-20", as_of_given=True, result=result, result_sha256="0" * 64,
        versions=Versions(hub_commit="C-1", policy="p", code=f"{tool}/1"), summary="a summary",
        warnings=(Note(code="sampled", text="a sample was read"),),
    )  # fmt: skip


def report(*found: Evidence) -> RootCauseReport:
    return draft(BRIEF, Findings(found))


HELD = compared(LOTS, (3.9, 1.9, 8.1), within=("model_id", "site_id"))
GONE = compared(LOTS, (0.9, 0.4, 1.9), within=("model_id", "site_id"))
BLAME_REFUTED = compared(LOTS, (3.0, 1.5, 6.0), against=SUPPLIER)
BLAME_OPEN = compared(LOTS, (1.2, 0.6, 2.4), against=SUPPLIER)


def test_a_cause_that_holds_at_equal_standing_is_supported() -> None:
    made = report(screened("cause_found", row(LOTS), row(LINE, ruled_out=True)), HELD)
    assert made.cause is not None
    assert made.cause.verdict == "cause_found"
    assert [line.status for line in made.ledger] == ["supported", "refuted"]
    assert made.claims[0].finding.verdict == "supported"


def test_a_cause_whose_difference_is_gone_at_equal_standing_is_not_named() -> None:
    made = report(screened("cause_found", row(LOTS)), GONE)
    assert made.cause is not None
    assert made.cause.verdict == "undetermined"
    assert made.claims[0].phrase == "answer_undetermined"
    assert made.ledger[0].status == "refuted"


def test_a_cause_without_any_test_is_not_named() -> None:
    made = report(screened("cause_found", row(LOTS)))
    assert made.cause is not None
    assert made.cause.verdict == "undetermined"
    assert made.ledger[0].status == "untested"


def test_the_whole_supplier_is_refuted_where_its_other_lots_are_ordinary() -> None:
    made = report(screened("cause_found", row(LOTS), row(SUPPLIER)), HELD, BLAME_REFUTED)
    assert made.cause is not None
    whole = next(r for r in made.cause.ranked_causes if r.condition == SUPPLIER)
    assert whole.ruled_out
    assert BLAME_REFUTED.id in whole.evidence
    assert [line.status for line in made.ledger] == ["supported", "refuted"]
    assert any(claim.phrase == "trial_wider_held" for claim in made.claims)


def test_a_blame_that_cannot_be_ruled_out_is_said_to_stand() -> None:
    made = report(screened("cause_found", row(LOTS)), HELD, BLAME_OPEN)
    assert any(claim.phrase == "trial_wider_open" for claim in made.claims)
    assert [line.status for line in made.ledger] == ["supported", "untested"]


def test_aliased_candidates_are_both_named_with_the_test_that_separates_them() -> None:
    made = report(screened("not_identifiable", row(LOTS), row(LINE)))
    assert made.cause is not None
    assert made.cause.verdict == "not_identifiable"
    assert [claim.phrase for claim in made.claims].count("cause") == 2
    assert made.next_steps[0].name == "next_swap"
    assert all(claim.finding.verdict == "undetermined" for claim in made.claims)


def test_few_cases_name_a_suspect_and_no_cause() -> None:
    made = report(screened("undetermined", row(LOTS)))
    assert [claim.phrase for claim in made.claims] == ["answer_undetermined", "suspect"]
    assert made.next_steps[0].name == "next_teardown"


@pytest.mark.parametrize("verdict", ["no_elevated_rate", "seasonal", "reporting_artefact"])
def test_an_innocent_explanation_names_no_cause(verdict: str) -> None:
    made = report(screened(verdict, row(LINE, ruled_out=True, q=0.8)))
    assert made.cause is not None
    assert made.cause.verdict == verdict
    assert made.claims[0].phrase == f"answer_{verdict}"
    assert not any(line.status == "supported" for line in made.ledger)


def test_branches_without_a_candidate_are_named() -> None:
    made = report(screened("cause_found", row(LOTS)), HELD)
    assert [one.name for one in made.open_questions] == ["branches_open"]


def test_warnings_and_failed_looks_become_limits() -> None:
    failed = Failed("trace_lot", {}, NoData("nothing is recorded"))
    made = draft(BRIEF, Findings((screened("undetermined", row(LOTS)),), (failed,), "no time left"))
    assert [one.name for one in made.limits] == ["limit", "look_failed", "cut_short"]


def test_the_report_contract_refuses_a_supported_line_without_a_test() -> None:
    untested = LedgerLine(
        statement=Phrase(name="hypothesis"), branch="material", status="supported"
    )
    with pytest.raises(ValidationError, match="only after a test"):
        RootCauseReport(task_id="t1", agent="root_cause", ledger=(untested,))


def test_a_part_without_a_cause_reassures_nobody_where_all_units_show_one() -> None:
    part = screened("reporting_artefact", row(LINE, ruled_out=True), models=("WM-700",))
    made = report(part, screened("cause_found", row(LOTS)), HELD)
    assert made.cause is not None
    assert made.cause.verdict == "cause_found"
    answers = [claim.phrase for claim in made.claims if claim.phrase.startswith("answer_")]
    assert answers == ["answer_undetermined", "answer_cause_found"]
    assert "answer_reporting_artefact" not in [claim.phrase for claim in made.claims]


def test_a_part_speaks_alone_where_no_units_show_a_cause() -> None:
    part = screened("no_elevated_rate", row(LINE, ruled_out=True), models=("WM-700",))
    made = report(part, screened("no_elevated_rate", row(LINE, ruled_out=True)))
    answers = [claim.phrase for claim in made.claims if claim.phrase.startswith("answer_")]
    assert answers == ["answer_no_elevated_rate"]
