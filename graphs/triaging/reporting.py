"""The report of a run, made from its state and from what the ledger says that it did."""

from domain.records.triage import TriageReport
from graphs.triaging.touched import touched
from graphs.triaging.triaging import TriageState, Triaging
from memory.outbox import keys_of_run


def report_of(run: Triaging, state: TriageState) -> TriageReport:
    """What a run did; the same after a crash as without one."""
    both = touched(run)
    with run.acting.ledger.read() as connection:
        digests = () if run.dry else keys_of_run(connection, run.run_id, "digest")
        pages = () if run.dry else keys_of_run(connection, run.run_id, "page")
    watch = state["watch"]
    problems = [*state["problems"], *([watch["because"]] if watch.get("because") else [])]
    return TriageReport.model_validate(
        {
            "run_id": run.run_id,
            "region": run.region,
            "as_of": run.as_of,
            "since": run.only_since,
            "dry_run": run.dry,
            "commit": state["commit_after"],
            **state["counts"],
            "queue": state["queue"],
            "suspicious": state["suspicious"],
            "safety": state["signs"],
            "feared": state["feared"],
            "alerts": state["alarms"],
            "watch": watch,
            "cases_opened": both.opened,
            "cases_updated": both.updated,
            "investigated": state["investigated"],
            "pages": pages,
            "digests": digests,
            "model_requests": state["model_requests"],
            "problems": problems,
        }
    )
