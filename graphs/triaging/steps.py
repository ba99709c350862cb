"""The nodes of triage: code, safety, watch, cases, causes, digests.

Each may be run again after a crash: codes are kept once for a run, a sign is taken once for a case,
a message has one key. What a run did is read from the audit by its name and not from its memory, so
a run that was cut off reports the same as one that was not.
"""

from typing import Any

from langgraph.runtime import Runtime

from domain.records.alarm import Alarm, SafetySign
from domain.records.evidence import Evidence
from graphs.case import happen
from graphs.casework.signing import sign_of_alarm, sign_of_danger
from graphs.triaging.coding import Batch, code_new
from graphs.triaging.paging import page
from graphs.triaging.publishing import publish
from graphs.triaging.reading import read_by_model
from graphs.triaging.signs import feared_dangers, safety_signs
from graphs.triaging.touched import touched, touched_cases
from graphs.triaging.triaging import TRIAGE, TriageState, Triaging
from memory.cases import attach, take_sign
from services.hub.coding import keep_codes
from services.model.ledger import Budget, CostLedger
from tools.needs.coded_feedback import SymptomCodes
from tools.tool import ToolContext

READING_BUDGET = Budget(requests=2_000, tokens=20_000_000)
"""What one run may spend on a model at most; the share of calls a text is the reader's own."""


async def code(state: TriageState, runtime: Runtime[Triaging]) -> TriageState:
    """Read what is new, code it, and commit the codes."""
    run = runtime.context
    before = run.context(state.get("commit_before"))
    batch = code_new(before, run.since, run.run_id)
    requests: int = 0
    problems: tuple[str, ...] = ()
    if run.model is not None:
        names, ledger = SymptomCodes(before), CostLedger(READING_BUDGET)
        read = await read_by_model(batch, names, run.model, ledger)
        batch, requests, problems = read.batch, read.requests, read.problems
    commit = before.snapshot.commit.commit_id
    if not run.dry:
        kept = keep_codes(
            before.services.hub, batch.codes, batch.links, run_id=run.run_id, now=run.now
        )
        commit = kept.commit_id
    state = _coded(batch, before, commit)
    return {**state, "model_requests": requests, "problems": list(problems)}


def safety(state: TriageState, runtime: Runtime[Triaging]) -> TriageState:
    """Every credible report of danger: its case, its page, its legal clocks, at once."""
    run = runtime.context
    signs = [SafetySign.model_validate(one) for one in state["signs"]]
    if run.dry or not signs:
        return {}
    regions = regions_of(run.context(state["commit_after"]))
    newest: dict[str, SafetySign] = {}
    for one in sorted(signs, key=lambda sign: (sign.severity, sign.received_at)):
        with run.acting.ledger.change(by=TRIAGE, at=run.now, run_id=run.run_id) as change:
            taken = take_sign(change, sign_of_danger(one, regions), run.acting.policy)
        newest[taken.case_id] = one
    _open_new(run, state)
    for case_id in touched(run).signed & newest.keys():
        one = newest[case_id]
        region = regions.get(one.country or "", "")
        page(run, run.working(state["commit_after"]), case_id, one, region)
    return {}


def watch(state: TriageState, runtime: Runtime[Triaging]) -> TriageState:
    """Which cells have more events than their exposure explains."""
    run = runtime.context
    working = run.working(state["commit_after"])
    found = working.look("emerging_issues", {})
    if not isinstance(found, Evidence):
        return {"alarms": [], "watch": {"evidence": None, "because": found.message}}
    kept = {key: value for key, value in found.result.items() if key != "alarms"}
    alarms = [Alarm.model_validate(one) for one in found.result["alarms"]]
    return {
        "alarms": [one.model_dump(mode="json") for one in alarms],
        "watch": {"evidence": found.id, **kept},
    }


def cases(state: TriageState, runtime: Runtime[Triaging]) -> TriageState:
    """Open or update the case of every confirmed alarm; one that is only watched has none."""
    run = runtime.context
    confirmed = [one for one in _alarms(state) if one.state == "confirmed"]
    if run.dry or not confirmed:
        return {}
    regions = regions_of(run.context(state["commit_after"]))
    evidence = state["watch"]["evidence"]
    for one in confirmed:
        with run.acting.ledger.change(by=TRIAGE, at=run.now, run_id=run.run_id) as change:
            taken = take_sign(change, sign_of_alarm(one, regions), run.acting.policy)
            if taken.new:
                attach(change, taken.case_id, evidence, "alarm")
    _open_new(run, state)
    return {}


def causes(state: TriageState, runtime: Runtime[Triaging]) -> TriageState:
    """Ask for the cause of the gravest cases that were opened and have none."""
    run = runtime.context
    if run.dry:
        return {"investigated": []}
    working = run.working(state["commit_after"])
    asked = []
    for file in touched_cases(run)[: run.causes]:
        analysis = next(one for one in file.steps if one.step == "D4")
        if file.case.state == "open" and not analysis.content:
            happen(working, file.case.id, "investigate")
        asked.append(file.case.id)
    return {"investigated": asked}


def digests(state: TriageState, runtime: Runtime[Triaging]) -> TriageState:
    """Tell each region in its language; the same run never tells twice."""
    run = runtime.context
    if not run.dry:
        publish(run, state, regions_of(run.context(state["commit_after"])))
    return {}


def regions_of(context: ToolContext) -> dict[str, str]:
    """Sales region by country."""
    rows = context.snapshot.query("region_of_country").dicts()
    return {row["country"]: row["region"] for row in rows}


def _coded(batch: Batch, before: ToolContext, commit: str) -> TriageState:
    def dumped(signs: tuple[SafetySign, ...]) -> list[dict[str, Any]]:
        return [one.model_dump(mode="json") for one in signs]

    return {
        "commit_before": before.snapshot.commit.commit_id,
        "commit_after": commit,
        "counts": {**batch.counts._asdict(), "claims": batch.claims},
        "queue": list(batch.queue),
        "suspicious": list(batch.suspicious),
        "signs": dumped(safety_signs(batch.pieces)),
        "feared": dumped(feared_dangers(batch.pieces)),
    }


def _alarms(state: TriageState) -> list[Alarm]:
    return [Alarm.model_validate(one) for one in state["alarms"]]


def _open_new(run: Triaging, state: TriageState) -> None:
    """Begin the work on cases that this run opened and nobody has begun."""
    working = run.working(state["commit_after"])
    for file in touched_cases(run):
        first = next(one for one in file.steps if one.step == "D0")
        if not first.content:
            happen(working, file.case.id, "opened")
