"""The hypothesis ledger: every cause and rival with the test that could have sunk it."""

from typing import get_args

from agents.drafting.conditions import units_where
from agents.drafting.refutation import Trial
from domain.records.cause import Branch, HypothesisStatus, RankedCause
from domain.records.claim import Phrase, Phrases, Term
from domain.records.task import LedgerLine
from tools.causes.rank_causes import RankedCauses

MOST_LINES = 8
Trials = dict[str, tuple[Trial, ...]]


def ledger_of(
    result: RankedCauses, verdict: str, trials: Trials, evidence_id: str
) -> tuple[LedgerLine, ...]:
    """Lines for the candidates of a screening, and for the wider blames held against them."""
    lines = []
    for row in result.ranked_causes[:MOST_LINES]:
        mine = trials.get(row.condition.model_dump_json(), ())
        lines.append(_line(row, verdict, mine, evidence_id))
        lines += [_blame(row, trial) for trial in mine if trial.blame is not None]
    told: dict[str, LedgerLine] = {}
    for line in lines:
        # A wider blame may also be a row of the screening: the direct test speaks for it.
        key = line.statement.model_dump_json()
        if key not in told or (told[key].status == "untested" and line.status != "untested"):
            told[key] = line
    return tuple(told.values())


def untouched_branches(lines: tuple[LedgerLine, ...]) -> Phrase | None:
    """Branches of the cause and effect diagram that no line speaks of; None if all are covered."""
    left = [name for name in get_args(Branch) if name not in {line.branch for line in lines}]
    if not left:
        return None
    words = tuple(
        Phrase(name="branch", facts={"branch": Term(group="branch", value=name)}) for name in left
    )
    return Phrase(name="branches_open", facts={"branches": Phrases(value=words)})


def _line(
    row: RankedCause, verdict: str, trials: tuple[Trial, ...], evidence_id: str
) -> LedgerLine:
    survived = [one for one in trials if one.survived]
    status: HypothesisStatus = "untested"
    if row.ruled_out or any(one.refuted for one in trials):
        status = "refuted"
    elif verdict == "cause_found" and survived:
        status = "supported"
    return LedgerLine(
        statement=_statement(row),
        branch=row.branch_5m1e,
        status=status,
        predicts=(survived or list(trials))[0].predicts if trials else None,
        evidence=(evidence_id, *(one.evidence.id for one in trials)),
    )


def _blame(row: RankedCause, trial: Trial) -> LedgerLine:
    assert trial.blame is not None
    return LedgerLine(
        statement=Phrase(name="hypothesis", facts={"where": units_where(trial.blame)}),
        branch=row.branch_5m1e,
        status="refuted" if trial.survived else "untested",
        predicts=Phrase(name="predicts_even", facts={"where": units_where(trial.blame)}),
        evidence=(trial.evidence.id,),
    )


def _statement(row: RankedCause) -> Phrase:
    return Phrase(name="hypothesis", facts={"where": units_where(row.condition)})
