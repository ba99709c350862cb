"""What a screening and the attempts to refute it amount to: claims, ledger, next steps."""

from typing import NamedTuple

from agents.agent import Findings
from agents.drafting.claims import Sheet, count, names
from agents.drafting.conditions import scope_of, units_where
from agents.drafting.ledger import ledger_of
from agents.drafting.refutation import Trial, trials_of
from agents.playbooks.root_cause import standing_causes
from domain.records.answer import CauseAnswer
from domain.records.cause import Condition, RankedCause
from domain.records.claim import Chance, Day, Fact, Measure, Phrase, Term
from domain.records.evidence import Evidence
from domain.records.finding import Verdict
from domain.records.task import LedgerLine
from tools.causes.rank_causes import RankedCauses
from tools.production.trace_lot import LotTrace

MOST_RULED_OUT = 2
SUPPORTS: dict[str, Verdict] = {
    "cause_found": "supported",
    "not_identifiable": "undetermined",
    "undetermined": "undetermined",
    "no_elevated_rate": "not_supported",
    "seasonal": "supported",
    "reporting_artefact": "supported",
}


class CauseDraft(NamedTuple):
    """What is said of one symptom."""

    cause: CauseAnswer
    ledger: tuple[LedgerLine, ...]
    next_steps: tuple[Phrase, ...]


def draft_cause(
    ranked: Evidence, findings: Findings, sheet: Sheet, *, aside: bool = False
) -> CauseDraft:
    """Add the claims on one screened symptom to the sheet.

    Args:
        ranked: the screening.
        findings: everything that was looked up.
        sheet: where claims are added.
        aside: whether another screening says more: of this one only causes are told.
    """
    result = RankedCauses.model_validate(ranked.result)
    trials = {
        row.condition.model_dump_json(): trials_of(row.condition, ranked, findings)
        for row in standing_causes(result)
    }
    shaken = result.verdict == "cause_found" and not _survived(result, trials)
    # Where all units show a cause, a part of them that shows none is too small to tell.
    overruled = aside and result.verdict != "cause_found"
    verdict = "undetermined" if shaken or overruled else result.verdict
    headline(result, verdict, ranked, sheet)
    left = True
    for row in standing_causes(result):
        cause_claim(row, verdict, ranked, sheet)
        for trial in trials[row.condition.model_dump_json()]:
            trial.claim(sheet)
        left = affected_claim(row.condition, findings, sheet)
    if not trials and not aside:
        suspects(result, ranked, sheet)
    if trials or not aside:
        ruled_out(result, ranked, sheet)
    rows = tuple(_row(one, trials, ranked) for one in result.ranked_causes)
    return CauseDraft(
        CauseAnswer(verdict=verdict, ranked_causes=rows),
        ledger_of(result, verdict, trials, ranked.id),
        () if aside and not trials else next_steps(result, verdict, left=left),
    )


def _row(row: RankedCause, trials: dict[str, tuple[Trial, ...]], ranked: Evidence) -> RankedCause:
    """A row of the answer: a wider blame that a trial refuted is ruled out by that trial."""
    for trial in (one for some in trials.values() for one in some):
        if trial.blame == row.condition and trial.survived:
            told = {"ruled_out": True, "because": trial.evidence.summary}
            return row.model_copy(update={**told, "evidence": (ranked.id, trial.evidence.id)})
    return row.model_copy(update={"evidence": (ranked.id,)})


def _survived(result: RankedCauses, trials: dict[str, tuple[Trial, ...]]) -> bool:
    first = standing_causes(result)[0].condition.model_dump_json()
    return any(one.survived for one in trials[first]) and not any(
        one.refuted for one in trials[first]
    )


def headline(result: RankedCauses, verdict: str, ranked: Evidence, sheet: Sheet) -> None:
    """The answer to "why?" in one line, with the size of the problem."""
    facts: dict[str, Fact] = {
        "symptom": Term(group="symptom", value=result.symptom),
        "scope": scope_of(ranked.query),
        "verdict": Term(group="cause_verdict", value=verdict),
        "failures": count(result.failures),
        "units": count(result.units),
        "observed_to": Day(value=result.observed_to),
        "conditions": count(result.candidates_screened),
    }
    sheet.add(
        f"answer_{verdict}",
        facts,
        (ranked,),
        verdict=SUPPORTS[verdict],
        headline=True,
        value=float(result.failures),
        unit="failed units",
        numerator=result.failures,
        denominator=result.units,
        population=f"units at risk of {result.symptom}",
    )


def cause_claim(row: RankedCause, verdict: str, ranked: Evidence, sheet: Sheet) -> None:
    """One standing cause, or one of several that cannot be told apart."""
    facts: dict[str, Fact] = {
        "where": units_where(row.condition),
        "failures": count(row.failures),
        "units": count(row.units),
        "ratio": _ratio(row),
        "p": Chance(value=row.p_value),
        "branch": Term(group="branch", value=row.branch_5m1e),
    }
    alone = row.interval[1] is None
    sheet.add(
        "cause_alone" if alone else "cause",
        facts,
        (ranked,),
        verdict=SUPPORTS[verdict],
        headline=True,
        value=None if alone else row.rate_ratio,
        unit="rate ratio",
        interval=row.interval,
        numerator=row.failures,
        denominator=row.units,
        population="units that meet the condition",
    )


def suspects(result: RankedCauses, ranked: Evidence, sheet: Sheet) -> None:
    """The best suspect, where too little is known to name a cause."""
    if result.verdict != "undetermined" or not result.ranked_causes:
        return
    row = result.ranked_causes[0]
    facts: dict[str, Fact] = {
        "where": units_where(row.condition),
        "failures": count(row.failures),
        "units": count(row.units),
    }
    sheet.add(
        "suspect", facts, (ranked,), verdict="undetermined",
        numerator=row.failures, denominator=row.units,
    )  # fmt: skip


def ruled_out(result: RankedCauses, ranked: Evidence, sheet: Sheet) -> None:
    """Rivals that a reader would think of, and why they are not it."""
    for row in _rivals(result)[:MOST_RULED_OUT]:
        ratio = _ratio(row)
        facts: dict[str, Fact] = {
            "where": units_where(row.condition),
            "failures": count(row.failures),
            "units": count(row.units),
            "ratio": ratio,
            "q": Chance(value=row.q_value, symbol="q"),
        }
        kind = "rival_chance" if row.q_value > BY_CHANCE else "rival_explained"
        sheet.add(
            kind, facts, (ranked,), verdict="not_supported", value=ratio.value,
            unit="rate ratio", interval=row.interval, numerator=row.failures,
            denominator=row.units,
        )  # fmt: skip


def _rivals(result: RankedCauses) -> list[RankedCause]:
    """Candidates that were ruled out, one of each kind, those unlike the cause first."""
    causes = standing_causes(result)
    kinds = {tuple(one.condition.model_dump(exclude_none=True)) for one in causes}
    parts = {(one.condition.part_id, one.condition.supplier_id) for one in causes}
    found = []
    for row in (one for one in result.ranked_causes if one.ruled_out):
        kind = tuple(row.condition.model_dump(exclude_none=True))
        mine = (row.condition.part_id, row.condition.supplier_id)
        if kind not in kinds and (mine == (None, None) or mine not in parts):
            kinds.add(kind)
            found.append(row)
    return found


BY_CHANCE = 0.1
"""Q-value above which the best of so many conditions reaches its ratio by chance."""


def affected_claim(condition: Condition, findings: Findings, sheet: Sheet) -> bool:
    """Units that carry the suspect lots, by where they are: what containment has to reach.

    Returns:
        Whether some are in stock or on the way, or it is not known.
    """
    for evidence in findings.of("trace_lot"):
        found = LotTrace.model_validate(evidence.result).forward
        if found is None or set(evidence.query["lot_ids"]) != set(condition.lot_ids or ()):
            continue
        places = {
            state: sum(getattr(row, state) for row in found.by_country)
            for state in ("stock", "in_transit", "sold")
        }
        facts: dict[str, Fact] = {
            "units": count(found.units),
            "lots": names(*condition.lot_ids or ()),
        }
        facts |= {state: count(number) for state, number in places.items()}
        sheet.add(
            "affected", facts, (evidence,), value=float(found.units), unit="units",
            numerator=found.units, population="units with a piece of the lots",
        )  # fmt: skip
        return bool(places["sold"] < found.units)
    return True


def next_steps(result: RankedCauses, verdict: str, *, left: bool) -> tuple[Phrase, ...]:
    """What would settle it, or what to do now that it is settled.

    Args:
        result: the screening.
        verdict: what may be said.
        left: whether units with the suspect lots are in stock or on the way.
    """
    rows = standing_causes(result) or result.ranked_causes[:1]
    where = units_where(rows[0].condition) if rows else None
    facts: dict[str, Fact] = {"where": where} if where else {}
    if verdict == "cause_found":
        first = "next_contain"
        if rows[0].condition.lot_ids:
            first = "next_contain_lots" if left else "next_field"
        return (Phrase(name=first, facts=facts), Phrase(name="next_confirm"))
    if verdict == "not_identifiable":
        material = any(row.condition.part_id for row in rows)
        return (Phrase(name="next_swap" if material else "next_separate"),)
    if verdict == "undetermined":
        return (
            (Phrase(name="next_teardown", facts=facts),)
            if rows
            else (Phrase(name="next_undetermined"),)
        )
    return (Phrase(name=f"next_{verdict}"),)


def _ratio(row: RankedCause) -> Measure:
    low, high = row.interval
    return Measure(value=None if high is None else row.rate_ratio, low=low, high=high, bounded=True)
