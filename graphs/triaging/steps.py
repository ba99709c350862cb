"""The nodes of triage: code, safety, watch, cases, causes, digests.

Each may be run again after a crash: codes are kept once for a run, a sign is taken once for a case,
a message has one key. What a run did is read from the audit by its name and not from its memory, so
a run that was cut off reports the same as one that was not.
"""

from datetime import date
from typing import Any

from langgraph.runtime import Runtime

from domain.errors import AndonError
from domain.records.alarm import Alarm, SafetySign
from domain.records.case import Step
from domain.records.evidence import Evidence
from graphs.case import happen
from graphs.triaging.coding import Batch, code_new
from graphs.triaging.paging import page_for
from graphs.triaging.publishing import publish
from graphs.triaging.reading import read_by_model
from graphs.triaging.signs import claim_signs, feared_dangers, safety_signs
from graphs.triaging.taking import Raised, take_alarms, take_dangers
from graphs.triaging.touched import analysed, touched_cases
from graphs.triaging.triaging import TriageState, Triaging
from memory.case_rows import CaseFile
from services.hub.coding import keep_codes
from services.hub.uncoded import danger_claims
from services.lexicon.coder import GRAVE
from services.model.ledger import Budget, CostLedger
from tools.exclusions import quarantined
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
    state["signs"] += [one.model_dump(mode="json") for one in _from_claims(run, before)]
    return {**state, "model_requests": requests, "problems": list(problems)}


def _from_claims(run: Triaging, before: ToolContext) -> tuple[SafetySign, ...]:
    """New claims that stand for a danger: the company knows from the day of the claim."""
    names, log = SymptomCodes(before), before.services.hub.log
    return claim_signs(danger_claims(before.snapshot, log, run.since, names.grave(GRAVE)), names)


def safety(state: TriageState, runtime: Runtime[Triaging]) -> TriageState:
    """Every credible report of danger: its case, its legal clocks, and its page, at once."""
    run = runtime.context
    signs = [SafetySign.model_validate(one) for one in state["signs"]]
    if run.dry or not signs:
        return {}
    commit = state["commit_after"]
    regions = regions_of(run.context(commit))
    new = take_dangers(run, commit, signs, regions)
    working = run.working(commit)
    for case_id, some in new.items():
        page_for(run, working, case_id, some, regions)
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
    alarms = [Alarm.model_validate(one) for one in state["alarms"]]
    if run.dry or not alarms:
        return {}
    commit = state["commit_after"]
    regions = regions_of(run.context(commit))
    watched = state["watch"]
    raised = Raised(alarms, date.fromisoformat(watched["last"]), watched["evidence"])
    take_alarms(run, commit, raised, regions)
    return {}


def causes(state: TriageState, runtime: Runtime[Triaging]) -> TriageState:
    """Ask for the cause of cases with new signs that have none yet: alarms first, the gravest.

    A single report of danger has no rate that a cause could explain, so alarms go before it. One
    that this run has analysed is asked again after a crash: its containment may be missing.
    """
    run = runtime.context
    if run.dry:
        return {"investigated": []}
    working = run.working(state["commit_after"])
    begun, problems = analysed(run), list(state["problems"])
    wanted = [
        file.case.id
        for file in sorted(touched_cases(run), key=lambda file: file.case.kind == "safety")
        if file.case.state == "open" and (file.case.id in begun or not _analysis(file).content)
    ][: run.causes]
    for case_id in wanted:
        try:
            happen(working, case_id, "investigate")
        except AndonError as error:
            problems.append(f"the cause of {case_id} could not be asked for: {error.message}")
    return {"investigated": wanted, "problems": problems}


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
        "first_on": _first_day(batch, before.snapshot.as_of).isoformat(),
        "rejected": sum(one.rows for one in quarantined(before, ("feedback",))),
        "queue": list(batch.queue),
        "suspicious": list(batch.suspicious),
        "signs": dumped(safety_signs(batch.pieces)),
        "feared": dumped(feared_dangers(batch.pieces)),
    }


def _first_day(batch: Batch, as_of: date) -> date:
    return min((one.piece.received_at.date() for one in batch.pieces), default=as_of)


def _analysis(file: CaseFile) -> Step:
    return file.step("D4")
