"""May this lot be accepted? The plan, what the found pieces decide, and where the rules stand."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from domain.contract import Contract
from domain.errors import InvalidArgument
from domain.records.evidence import Note
from domain.sampling import (
    AQLS,
    LARGEST_LOTS,
    Level,
    SamplingPlan,
    Severity,
    acceptance_probability,
    code_letter,
    single_plan,
)
from domain.switching import InspectionState, Switching
from tools.suppliers.lot_history import PastLot, Replayed, replayed
from tools.suppliers.switching_moves import Move, moves_from
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool

EDITION = "ISO 2859-1:1999"
TABLES = "MIL-STD-105E:1989"
LATEST_EDITION = "ISO 2859-1:2026"
ISOLATED_LOTS = "ISO 2859-2"
LARGEST_LOT = 10**9
MOST_LOTS = 500
SHARES = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.15, 0.2)
"""Shares of nonconforming pieces at which the plan's curve is given."""
_SOUND, _POOR = 0.95, 0.10
_PER_HUNDRED = 10.0
"""AQLs above it count nonconformities, of which a piece may have several."""

Decision = Literal["accept", "reject", "accept_then_normal"]


class SamplingPlanQuery(Contract):
    """The lot, what is asked of it, and how the lots before it went."""

    lot_size: Annotated[int, Field(ge=1, le=LARGEST_LOT)]
    """Pieces in the lot (count)."""
    aql: str
    """Acceptance quality limit, nonconforming per 100 pieces: 0.010 to 1000, as in the tables."""
    level: Level = "II"
    """Inspection level: I, II, III; S-1 to S-4 where little can be inspected."""
    severity: Severity | None = None
    """Severity in force; null: as the lots before it say, normal without any."""
    nonconforming: Annotated[int, Field(ge=0)] | None = None
    """Nonconforming pieces found in the sample (count), above AQL 10 nonconformities; null: not
    inspected yet."""
    history: tuple[PastLot, ...] = Field(default=(), max_length=MOST_LOTS)
    """Earlier lots of this product, supplier and class of nonconformities, the oldest first."""
    steady: bool = False
    """Production is steady and the responsible authority consents to reduced inspection."""
    resumed: bool = False
    """Inspection was stopped, and the supplier's action is taken to work."""
    isolated: bool = False
    """The lot stands alone: no series of lots from a running process."""

    @model_validator(mode="after")
    def _one_source_of_severity(self) -> "SamplingPlanQuery":
        if self.severity is not None and self.history:
            raise ValueError("severity follows from history: give one of the two")
        return self


class OperatingPoint(Contract):
    """How the plan treats lots of one quality."""

    share: float
    """Share of nonconforming pieces, 0 to 1."""
    accepted: float
    """Probability that such a lot is accepted, 0 to 1."""


class LotPlan(Contract):
    """The plan of a lot with what it decides."""

    letter: str
    """Code letter of lot size and level."""
    used_letter: str
    """Letter of the plan that is used; it differs where the table has an arrow."""
    severity: Severity
    """Severity of inspection that the plan belongs to."""
    sample_size: int
    """Pieces to inspect (count): the whole lot where the plan asks for as many or more."""
    whole_lot: bool
    """Whether all pieces are inspected."""
    accept: int
    """Acceptance number: most nonconforming in the sample of an accepted lot (count)."""
    reject: int
    """Rejection number (count)."""
    nonconforming: int | None
    """What was found in the sample (count); null: not inspected yet."""
    decision: Decision | None
    """accept_then_normal: between the two numbers of reduced inspection, so this lot is accepted
    and the next one inspected normally. Null: not inspected yet, or inspection is stopped."""
    disposition: tuple[Literal["return", "sort", "rework", "concession"], ...]
    """What can be done with a lot that is not accepted; a person decides. Sorted or reworked lots
    may be presented again."""
    state: InspectionState
    """Where the switching rules stand before this lot."""
    state_after: InspectionState
    """Where they stand after it; as before while it is not inspected."""
    score: int
    """Switching score of normal inspection after it (points)."""
    accepted_in_row: int
    """Tightened inspection: lots accepted in a row, this one included (count)."""
    rejected_on_tightened: int
    """Lots not accepted since inspection was tightened (count)."""
    rejected_recently: int
    """Normal inspection: lots not accepted among the last four or fewer (count)."""
    lots_counted: int
    """Earlier lots that counted for the switching rules (count)."""
    moves: tuple[Move, ...]
    """What would change the severity from here."""
    curve: tuple[OperatingPoint, ...]
    """The plan's operating curve (binomial); empty if the whole lot is inspected."""
    sound_share: float | None
    """Share of nonconforming pieces whose lots are accepted 95 times in 100; null: no sample."""
    poor_share: float | None
    """Share whose lots are still accepted 10 times in 100; null: no sample."""
    edition: str
    """Standard whose switching rules are used, with its year."""
    tables: str
    """Origin of the plans."""
    latest_edition: str
    """The edition known to be the newest; what it changed was not checked."""


@tool(effect="read", version=1)
def sampling_plan(query: SamplingPlanQuery, context: ToolContext) -> Found[LotPlan]:
    """How many pieces of a lot to inspect, may it be accepted, and does inspection get tighter?

    Single sampling by attributes for a series of lots. Give the lots before this one as inspected:
    the hub records rejected pieces of deliveries, not decisions on lots. For how a supplier does
    call `supplier_scorecard`.

    Raises:
        InvalidArgument: the tables have no such AQL, the lot has fewer than two pieces, or more
            nonconforming pieces were found than inspected.
    """
    del context  # plans are the same for every reader
    aql = _aql(query.aql)
    past = _before(query, aql)
    plan = single_plan(code_letter(query.lot_size, query.level), aql, past.state.severity)
    size = min(plan.sample_size, query.lot_size)
    _check_found(query, size, aql)
    decision = None if past.state.state == "stopped" else _decision(plan, query.nonconforming)
    after = _after(query, past, aql)
    whole = plan.sample_size >= query.lot_size
    result = LotPlan(
        letter=plan.letter,
        used_letter=plan.used_letter,
        severity=past.state.severity,
        sample_size=size,
        whole_lot=whole,
        accept=plan.accept,
        reject=plan.reject,
        nonconforming=query.nonconforming,
        decision=decision,
        disposition=("return", "sort", "rework", "concession") if decision == "reject" else (),
        state=past.state.state,
        state_after=after.state,
        score=after.score,
        accepted_in_row=after.accepted_in_row,
        rejected_on_tightened=after.rejected_on_tightened,
        rejected_recently=after.recent.count(False),
        lots_counted=past.counted,
        moves=moves_from(after),
        curve=() if whole else _curve(plan),
        sound_share=None if whole else _share_at(plan, _SOUND),
        poor_share=None if whole else _share_at(plan, _POOR),
        edition=EDITION,
        tables=TABLES,
        latest_edition=LATEST_EDITION,
    )
    summary = _summary(result, query, aql)[:SUMMARY_LIMIT]
    return Found(result=result, summary=summary, warnings=_warnings(result, query, past))


def _aql(given: str) -> str:
    """An AQL as the tables write it: 1 and 1,0 are 1.0.

    Raises:
        InvalidArgument: the tables have none of that value.
    """
    try:
        value = float(given.strip().removesuffix("%").strip().replace(",", "."))
    except ValueError:
        value = -1.0
    found = next((aql for aql in AQLS if float(aql) == value), None)
    if found is None:
        raise InvalidArgument(
            f"the tables have no AQL {given.strip()[:20]!r}",
            next_step=f"choose one of {', '.join(AQLS)}; the next smaller one protects more",
        )
    return found


def _before(query: SamplingPlanQuery, aql: str) -> Replayed:
    if query.history:
        sized = [
            lot if lot.lot_size else lot.model_copy(update={"lot_size": query.lot_size})
            for lot in query.history
        ]
        past = replayed(sized, query.level, aql, steady=query.steady)
    else:
        past = Replayed(Switching(query.severity or "normal"), 0, 0)
    if query.resumed and past.state.state == "stopped":
        return past._replace(state=Switching("tightened"))
    return past


def _check_found(query: SamplingPlanQuery, size: int, aql: str) -> None:
    found = query.nonconforming
    if found is not None and found > size and float(aql) <= _PER_HUNDRED:
        raise InvalidArgument(
            f"{found} nonconforming pieces cannot be found in a sample of {size}",
            next_step="count nonconforming pieces of the sample only, each once",
        )


def _decision(plan: SamplingPlan, found: int | None) -> Decision | None:
    if found is None:
        return None
    if found <= plan.accept:
        return "accept"
    return "reject" if found >= plan.reject else "accept_then_normal"


def _after(query: SamplingPlanQuery, past: Replayed, aql: str) -> Switching:
    if query.nonconforming is None:
        return past.state
    this = PastLot(lot_size=query.lot_size, nonconforming=query.nonconforming)
    return replayed([this], query.level, aql, steady=query.steady, start=past.state).state


def _curve(plan: SamplingPlan) -> tuple[OperatingPoint, ...]:
    return tuple(
        OperatingPoint(share=share, accepted=acceptance_probability(plan, share))
        for share in SHARES
    )


def _share_at(plan: SamplingPlan, accepted: float) -> float | None:
    """The share of nonconforming pieces at which lots are accepted with that probability."""
    from scipy.special import bdtri

    if plan.accept >= plan.sample_size:
        return None
    return float(bdtri(plan.accept, plan.sample_size, accepted))


def _warnings(result: LotPlan, query: SamplingPlanQuery, past: Replayed) -> tuple[Note, ...]:
    edition = f"switching rules of {EDITION}, plans of {TABLES}; {LATEST_EDITION} is out, and what"
    reduced = f"reduced plans are those of {TABLES}; ISO's leave no room between the two numbers"
    unscored = f"{past.unscored} earlier lots give no count of nonconforming pieces: no score"
    said = (
        (True, "edition", f"{edition} it changed was not checked"),
        (result.severity == "reduced", "reduced_plans", reduced),
        (query.isolated, "isolated_lot", f"a lot that stands alone is for {ISOLATED_LOTS}"),
        (query.lot_size > LARGEST_LOTS[-1], "largest_class", "lots as large are one class"),
        (result.whole_lot, "whole_lot", "the plan asks for as many pieces as the lot has"),
        (result.letter != result.used_letter, "arrow", f"arrow to letter {result.used_letter}"),
        (result.state == "stopped", "stopped", "stopped: no lot is accepted by sampling"),
        (not query.history, "no_history", "without earlier lots the switching rules start here"),
        (past.unscored > 0, "unscored", unscored),
    )
    return tuple(Note(code=code, text=text) for holds, code, text in said if holds)


def _summary(result: LotPlan, query: SamplingPlanQuery, aql: str) -> str:
    pieces = f"all {result.sample_size:,}" if result.whole_lot else f"{result.sample_size:,}"
    said = f"Lot {query.lot_size:,}, level {query.level}, AQL {aql}, {result.severity}: letter"
    said += f" {result.letter}, inspect {pieces}, accept on {result.accept}, reject on"
    said += f" {result.reject}."
    if result.decision is not None:
        said += f" Found {result.nonconforming}: {result.decision.replace('_', ' ')}."
    said += f" Inspection before {result.state}, after {result.state_after}"
    return said + f" ({result.lots_counted} earlier lots). {EDITION}."
