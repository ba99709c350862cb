"""Root cause: why a symptom is raised, what is affected, and whether a fix worked."""

from collections.abc import Iterator

from pydantic import model_validator

from agents.agent import Agent, Findings
from agents.drafting.causes import CauseDraft, draft_cause
from agents.drafting.claims import Sheet, limits_of
from agents.drafting.effect import draft_effect
from agents.drafting.ledger import untouched_branches
from agents.drafting.prior import draft_prior
from agents.drafting.stations import draft_camera_or_product, draft_station_health
from agents.drafting.thresholds import draft_calibration
from agents.playbooks.root_cause import follow_screening, root_cause_playbook
from domain.records.answer import CauseAnswer
from domain.records.claim import Fact, Phrase, Term
from domain.records.evidence import Evidence
from domain.records.task import Brief, LedgerLine, Report

STATIONS = {
    "camera_or_product": draft_camera_or_product,
    "vision_station_status": draft_station_health,
    "vision_calibration": draft_calibration,
}
"""What words a result of a camera station and says what to do next."""
SHOWN_BY_DRAFT = frozenset(
    {
        *STATIONS,
        "describe_hub",
        "get_evidence",
        "is_is_not",
        "rank_causes",
        "rank_issues",
        "verify_effect",
    }
)
"""Tools whose results are worded claim by claim, or only serve the others."""


class RootCauseReport(Report):
    """A root-cause report: no cause without a test that it survived."""

    @model_validator(mode="after")
    def _a_supported_hypothesis_was_tested(self) -> "RootCauseReport":
        for line in self.ledger:
            if line.status == "supported" and (line.predicts is None or not line.evidence):
                raise ValueError("a hypothesis is supported only after a test that could refute it")
        return self

    @model_validator(mode="after")
    def _a_cause_is_in_the_ledger(self) -> "RootCauseReport":
        found = self.cause is not None and self.cause.verdict == "cause_found"
        if found and not any(line.status == "supported" for line in self.ledger):
            raise ValueError("a cause is found only where a line of the ledger is supported")
        return self


def draft(brief: Brief, findings: Findings) -> RootCauseReport:
    """The report that code makes of what was found."""
    sheet = Sheet("root_cause")
    _chosen(brief, findings, sheet)
    watched = [
        step
        for one in findings.evidence
        if one.tool in STATIONS
        for step in STATIONS[one.tool](one, sheet)
    ]
    drafts = [
        draft_cause(one, findings, sheet, aside=aside)
        for one, aside in _told(findings.of("rank_causes"))
    ]
    effects = [draft_effect(one, sheet) for one in findings.of("verify_effect")]
    verifying = "effect" in brief.aspects and brief.scope.get("change")
    _other_looks(findings, sheet, serving={"list_changes"} if verifying else set())
    ledger = tuple(line for one in drafts for line in one.ledger)
    draft_prior(brief, sheet)
    return RootCauseReport(
        task_id=brief.id,
        agent="root_cause",
        claims=tuple(sheet.claims),
        cause=_foremost(drafts),
        ledger=ledger,
        effect=effects[0] if effects else None,
        next_steps=(
            *watched,
            *(step for one in drafts for step in one.next_steps),
            *(Phrase(name=f"next_{one.verdict}") for one in effects),
        ),
        limits=limits_of(_told_otherwise(findings)),
        open_questions=_open(brief, drafts, ledger, shown=bool(sheet.claims)),
    )


def _told(ranked: tuple[Evidence, ...]) -> Iterator[tuple[Evidence, bool]]:
    """Screenings to be told, and whether another one of their symptom says more.

    Failure modes stand for the symptom that they are of. A cause that was found on all units goes
    before the part of them that was asked about; where none was found, the part speaks alone.
    """
    for symptom in dict.fromkeys(one.query["symptom"] for one in ranked):
        mine = [one for one in ranked if one.query["symptom"] == symptom]
        modes = [one for one in mine if one.query["findings"]]
        found = [one for one in mine if one.result["verdict"] == "cause_found"]
        if modes:
            yield from ((one, False) for one in sorted(modes, key=lambda one: one not in found))
        else:
            # The part that was asked about comes first, even where it is too small to tell.
            yield from ((one, True) for one in mine if found and one not in found)
            yield (found or mine)[0], False


def _chosen(brief: Brief, findings: Findings, sheet: Sheet) -> None:
    """Say that a symptom was taken by code, where none was named or understood."""
    ranked, asked = findings.first("rank_issues"), findings.first("rank_causes")
    verified = findings.first("verify_effect")
    used = asked or verified
    if used is None or ranked is None or brief.scope.get("symptom"):
        return
    facts: dict[str, Fact] = {"symptom": Term(group="symptom", value=used.query["symptom"])}
    sheet.add("symptom_chosen", facts, (ranked,), headline=True)


def _told_otherwise(findings: Findings) -> Findings:
    """Without looks for golden samples at stations without a camera, whose course was told."""
    told = {one.query["station_id"] for one in findings.of("station_trend")}
    return findings._replace(
        failed=tuple(
            one
            for one in findings.failed
            if one.tool != "camera_or_product" or one.query.get("station_id") not in told
        )
    )


def _foremost(drafts: list[CauseDraft]) -> CauseAnswer | None:
    """The answer that says most: a cause if one was found, else the first."""
    found = [one.cause for one in drafts]
    return next((one for one in found if one.verdict == "cause_found"), next(iter(found), None))


def _other_looks(findings: Findings, sheet: Sheet, serving: set[str]) -> None:
    """What the other tools found, in their own words; `serving` ones only helped to ask."""
    shown = {one for claim in sheet.claims for one in claim.finding.evidence}
    for evidence in findings.evidence:
        if evidence.tool not in SHOWN_BY_DRAFT | serving and evidence.id not in shown:
            sheet.look(evidence, headline=not sheet.claims)


def _open(
    brief: Brief, drafts: list[CauseDraft], ledger: tuple[LedgerLine, ...], *, shown: bool
) -> tuple[Phrase, ...]:
    found = []
    if {"station", "station_health"} & set(brief.aspects) and not brief.scope.get("station"):
        return (Phrase(name="ask_camera_station"),)
    if drafts:
        open_branches = untouched_branches(ledger)
        found += [] if open_branches is None else [open_branches]
    elif not shown:
        why = "why" in (brief.aspects or ("why",))
        found.append(Phrase(name="no_symptom_screened" if why else "nothing_on_record"))
    if "effect" in brief.aspects and not brief.scope.get("change"):
        found.append(Phrase(name="which_change"))
    return tuple(found)


ROOT_CAUSE = Agent(
    name="root_cause",
    duty="Why a symptom is raised, where and since when, what else could explain it, which units "
    "are affected, whether a process is stable and capable, whether a fix worked, and of camera "
    "stations: camera or product, whether one is sound, what its threshold may promise.",
    tools=(
        "camera_or_product",
        "capability",
        "compare_rates",
        "control_chart",
        "describe_hub",
        "failing_and_controls",
        "get_evidence",
        "is_is_not",
        "list_changes",
        "measurement_trend",
        "missed_defects",
        "quality_metric",
        "rank_causes",
        "rank_issues",
        "station_trend",
        "trace_lot",
        "trace_unit",
        "verify_effect",
        "vision_calibration",
        "vision_station_status",
    ),
    offered=("compare_rates", "get_evidence", "list_changes", "measurement_trend", "rank_causes"),
    playbook=root_cause_playbook,
    follow_up=follow_screening,
    draft=draft,
    report=RootCauseReport,
)
