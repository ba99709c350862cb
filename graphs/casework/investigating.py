"""D2 and D4: what the trouble is and is not, and why it arose, by the root-cause agent.

A cause is written down as supported only where the agent's ledger supports it after a test that
could have refuted it. Causes of earlier cases are listed beside it as a prior, never as proof.
"""

from typing import Any

from agents.roster import AGENTS
from agents.wording.wording import wording_for
from domain.records.case import Case, CaseCause, StepState
from domain.records.cause import Condition, RankedCause
from domain.records.claim import Phrase
from domain.records.evidence import Evidence, Versions
from domain.records.task import Brief, Report
from graphs.casework.bounding import bound, columns
from graphs.casework.working import Working
from graphs.looking import SpecialistLooks
from graphs.run import Run
from memory.cases import attach, state_cause
from memory.knowledge import learnt

HOUSE_LANGUAGE = "en"
"""Language of what the house writes into a case; reports translate what is theirs to translate."""


def investigate(working: Working, case_id: str) -> Report:
    """Ask why the symptom of a case is raised, and write what was found into the case."""
    case = working.file(case_id).case
    looks = SpecialistLooks(AGENTS["root_cause"], _brief(case), _run(working), lambda _event: None)
    AGENTS["root_cause"].playbook(_brief(case), looks)
    report = AGENTS["root_cause"].draft(_brief(case), looks.findings)
    bounds = bound(working, case)
    seen = {one.id: one for one in (*looks.findings.evidence, *((bounds,) if bounds else ()))}
    told = {"described": _said(report), "is_is_not": columns(bounds)}
    analysis = {**_analysis(report), "known_before": _known_before(working, case)}
    with working.change() as change:
        for one in seen.values():
            attach(change, case_id, one.id, _role(one))
        described: StepState = "done" if report.claims else "open"
        working.write(change, case_id, "D2", told, state=described, evidence=tuple(seen))
        working.write(change, case_id, "D4", analysis, evidence=_cited(report))
        found = _occurrence(case_id, report, working)
        if found is not None:
            state_cause(change, found)
    return report


def cause_found(report: Report) -> RankedCause | None:
    """The cause that a report names; none, where it names none."""
    if report.cause is None or report.cause.verdict != "cause_found":
        return None
    return next((one for one in report.cause.ranked_causes if not one.ruled_out), None)


def _brief(case: Case) -> Brief:
    where = case.where
    scope: dict[str, tuple[str, ...]] = {"symptom": (case.symptom,)}
    if where.model_id:
        scope["model"] = where.model_id
    if where.country:
        scope["country"] = where.country
    goal = f"why {case.symptom} is raised"
    return Brief(id=case.id, agent="root_cause", goal=goal, aspects=("why",), scope=scope)


def _run(working: Working) -> Run:
    tools = working.tools
    versions = Versions(
        hub_commit=tools.snapshot.commit.commit_id,
        policy=tools.services.policy_version,
        code="andon",
    )
    return Run(
        run_id=tools.run_id,
        thread_id=tools.run_id,
        as_of=tools.snapshot.as_of,
        as_of_given=tools.snapshot.as_of_given,
        tools=tools,
        agents=AGENTS,
        versions=versions,
    )


def _role(evidence: Evidence) -> Any:  # noqa: ANN401  one of the roles of attached evidence
    roles = {"is_is_not": "is_is_not", "rank_causes": "cause", "compare_rates": "hypothesis",
             "trace_lot": "scope"}  # fmt: skip
    return roles.get(evidence.tool, "other")


def _said(report: Report) -> list[str]:
    words = wording_for(HOUSE_LANGUAGE)
    return [words.claim(one) for one in report.claims]


def _analysis(report: Report) -> dict[str, Any]:
    """D4 as JSON: the verdict, candidates, and the hypothesis ledger line by line."""
    words = wording_for(HOUSE_LANGUAGE)

    def told(phrase: Phrase | None) -> str:
        return "" if phrase is None else words.fact(phrase)

    lines = [
        {
            "statement": told(line.statement),
            "branch": line.branch,
            "status": line.status,
            "predicts": told(line.predicts),
            "evidence": list(line.evidence),
        }
        for line in report.ledger
    ]
    ranked = report.cause.ranked_causes if report.cause else ()
    return {
        "verdict": report.cause.verdict if report.cause else "undetermined",
        "candidates": [one.model_dump(mode="json") for one in ranked[:5]],
        "hypotheses": lines,
        "next": [told(one) for one in report.next_steps],
        "limits": [told(one) for one in report.limits],
    }


def _occurrence(case_id: str, report: Report, working: Working) -> CaseCause | None:
    """Why it arose; only what is supported counts as stated."""
    found = cause_found(report)
    if found is None:
        return None
    supported = next(line for line in report.ledger if line.status == "supported")
    return CaseCause(
        case_id=case_id,
        kind="occurrence",
        statement=wording_for(HOUSE_LANGUAGE).fact(supported.statement),
        condition=Condition.model_validate(found.condition.model_dump()),
        status="supported",
        evidence=tuple(dict.fromkeys((*found.evidence, *supported.evidence))),
        by=working.by,
        at=working.now,
    )


def _cited(report: Report) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for claim in report.claims for one in claim.finding.evidence))


def _known_before(working: Working, case: Case) -> list[dict[str, Any]]:
    """What earlier cases of the symptom taught: to be kept in mind, and tested like any other."""
    with working.acting.ledger.read() as connection:
        found = learnt(connection, symptom=case.symptom, on=working.now.date())
    keys = {"id", "case_id", "cause", "control", "review"}
    return [one.model_dump(mode="json", include=keys) for one in found if one.case_id != case.id]
