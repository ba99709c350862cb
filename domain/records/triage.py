"""What one run of triage or of the factory watch did."""

from datetime import date
from typing import Any

from domain.contract import Contract
from domain.records.alarm import Alarm, SafetySign


class TriageReport(Contract):
    """`andon.triage/1`: read = coded + duplicate + quarantined."""

    run_id: str
    """The run; the same region, day and data have the same one."""
    region: str
    """The region that it read; `*`: all."""
    as_of: date
    """The day up to which it read."""
    since: date | None = None
    """Only what was received after this day was wanted; null: all that no run had read."""
    dry_run: bool
    """True: nothing was written."""
    commit: str
    """The hub commit with its codes."""
    read: int
    """Pieces of feedback (count)."""
    coded: int
    """Read for the first time, those without a symptom among them (count)."""
    duplicate: int
    """Linked to an older piece that told the same (count)."""
    quarantined: int
    """In a language that nobody could read: a person must (count)."""
    claims: int
    """New claims (count)."""
    queue: tuple[str, ...]
    """The pieces that a person must read."""
    suspicious: tuple[str, ...]
    """Pieces that give orders to a reading machine; none was obeyed."""
    safety: tuple[SafetySign, ...]
    """Credible reports of danger."""
    feared: tuple[SafetySign, ...]
    """Dangers that are feared and not reported, for a person to read."""
    alerts: tuple[Alarm, ...]
    """Cells with more events than their exposure explains; `watch` is not confirmed yet."""
    watch: dict[str, Any]
    """What the watch says of itself: cells, budget of false alarms, run length, evidence."""
    cases_opened: tuple[str, ...]
    """Cases that the run opened."""
    cases_updated: tuple[str, ...]
    """Cases that got a new sign."""
    investigated: tuple[str, ...]
    """Cases whose cause was asked for."""
    pages: tuple[str, ...] = ()
    """Keys of the pages that were posted; reports too old for a page are in cases and digests."""
    digests: tuple[str, ...]
    """Keys of the digests that were posted."""
    model_requests: int
    """Requests to a model (count)."""
    problems: tuple[str, ...]
    """What did not work, though the run went on."""

    def to_json(self) -> dict[str, Any]:
        """The `andon.triage/1` object of the program interface."""
        return {"schema": "andon.triage/1", **self.model_dump(mode="json")}


class WatchReport(Contract):
    """`andon.watch/1`: what one run of the factory watch found and did."""

    run_id: str
    """The run; the same site, day and data have the same one."""
    site: str
    """The site that it watched; `*`: all."""
    as_of: date
    """The day up to which it read."""
    dry_run: bool
    """True: nothing was written."""
    commit: str
    """The hub commit that it read."""
    alerts: tuple[Alarm, ...]
    """Charts that signal; `watch` is not confirmed yet."""
    watch: dict[str, Any]
    """What the watch says of itself: charts, budget of false alarms, run length, evidence."""
    cases_opened: tuple[str, ...]
    """Cases that the run opened."""
    cases_updated: tuple[str, ...]
    """Cases that got a new sign."""
    digests: tuple[str, ...]
    """Keys of the digests that were posted."""

    def to_json(self) -> dict[str, Any]:
        """The `andon.watch/1` object of the program interface."""
        return {"schema": "andon.watch/1", **self.model_dump(mode="json")}
