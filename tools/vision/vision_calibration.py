"""The threshold that keeps a promise about missed defects, or how many defects are missing."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from domain.conformal import MissGoal, MissThreshold, miss_threshold
from domain.contract import Contract
from domain.records.evidence import Note
from tools.exclusions import left_out, quarantined
from tools.names import resolve
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool
from tools.vision.scored_parts import ScoredParts, Source, recorded_parts
from tools.vision.threshold_activation import (
    ThresholdActivation,
    Wanted,
    activation_of,
    limits_of,
)
from tools.vision.threshold_effect import expected_of
from tools.vision.threshold_plan import CollectionPlan, Expected, collection_plan

Score = Annotated[float, Field(allow_inf_nan=False)]
Scores = Annotated[tuple[Score, ...], Field(max_length=20_000)]


class VisionCalibrationQuery(Contract):
    """What may be missed, and what there is to go by."""

    station_id: str | None = None
    """Camera station, for example `QDA-L1-VIS`; null: scores or numbers are given."""
    most_missed: Annotated[float, Field(gt=0, lt=1)] = 0.02
    """Largest share of defective parts that may pass, 0 to 1."""
    confidence: Annotated[float | None, Field(gt=0.5, lt=1)] = None
    """How sure that must be for this very threshold, 0.5 to 1; null: on average over many."""
    most_rejected: Annotated[float, Field(gt=0, lt=1)] = 0.01
    """Largest share of good parts that may be rejected without a person's look, 0 to 1."""
    prevalence: Annotated[float | None, Field(gt=0, lt=1)] = None
    """Share of parts that are defective, 0 to 1; null: not stated."""
    defect: str | None = None
    """Kind of defect that counts, as a defect code of the hub; null: every kind."""
    defects: Annotated[int | None, Field(ge=0, le=1_000_000)] = None
    """Defective parts at hand, where there are no scores yet (count)."""
    defect_scores: Scores = ()
    """Scores of defective parts, one each, that neither model nor recipe was fitted on."""
    good_scores: Scores = ()
    """Scores of good parts, one each."""
    model_version: str | None = None
    """Vision model that gave the scores; null: the one in use at the station."""
    recipe_id: str | None = None
    """Recipe that it is for; null: all recipes of the station."""
    camera_id: str | None = None
    """Camera that it is for; null: not recorded."""
    first_on: date | None = None
    """First day of inspections that are read (UTC)."""
    last_on: date | None = None
    """Last day (UTC)."""
    valid_days: Annotated[int, Field(ge=1, le=366)] = 90
    """How long a threshold would hold (days)."""

    @model_validator(mode="after")
    def _says_what_there_is(self) -> Self:
        given = bool(self.defect_scores or self.good_scores)
        if given and self.defects is not None:
            raise ValueError("give scores or only their number, not both")
        if not given and self.defects is None and self.station_id is None:
            raise ValueError("name a station, give scores, or give the number of defects")
        return self


class VisionCalibration(Contract):
    """A threshold with what it promises, or why there is none."""

    source: Source
    """given: scores of the asker. hub: parts that people looked at. counts: no scores."""
    feasible: bool
    """Whether the promise can be made."""
    because: str
    """Why, or why not."""
    threshold: MissThreshold | None
    """The threshold; null without a single score of a defect."""
    pass_below: float | None
    """Scores below it are OK; null: none is."""
    reject_from: float | None
    """Scores from here on are NG; between the two a person looks. Null: no threshold."""
    expected: Expected | None
    """What it would do with the parts at hand; null: no threshold."""
    plan: CollectionPlan
    """What there is, what is missing, and what to do until then."""
    passes: int
    """Parts that the station passed in that window (count; 0 where scores are given)."""
    passes_looked_at: int
    """Of them, parts that a person looked at (count)."""
    activation: ThresholdActivation
    """Whether it may be proposed, and the payload."""


@tool(effect="read", version=1)
def vision_calibration(
    query: VisionCalibrationQuery, context: ToolContext
) -> Found[VisionCalibration]:
    """Which score may pass so that at most so many defects are missed, or how many are lacking?

    Call it with scores of parts of known truth, with a station whose rejects people looked at, or
    with the number of defects alone ("I have 48 pictures of scratches"). A promise needs defects:
    good parts alone give none. What it allows is proposed as `activate_vision_threshold`.

    Raises:
        UnknownName: the station or the defect is not in the hub.
        NoData: the station recorded no vision scores.
    """
    asked, version = _asked(query, context)
    parts = _parts(query, asked, context)
    wanted = Wanted(
        station_id=asked.get("station_id"),
        recipe_id=query.recipe_id,
        camera_id=query.camera_id,
        model_version=version,
        defect=query.defect,
        confidence=query.confidence,
        valid_until=_end(context.snapshot.as_of, query.valid_days),
    )
    result = _calibrated(query, parts, wanted)
    read = ("inspections",) if parts.source == "hub" else ()
    return Found(
        result=result,
        summary=_summary(result, query)[:SUMMARY_LIMIT],
        warnings=_warnings(result),
        excluded=(*left_out(parts_of_unknown_truth=parts.unknown), *quarantined(context, read)),
        vision_model=version,
    )


def _calibrated(
    query: VisionCalibrationQuery, parts: ScoredParts, wanted: Wanted
) -> VisionCalibration:
    """What the parts at hand can promise."""
    delta = None if query.confidence is None else round(1.0 - query.confidence, 9)
    goal = MissGoal(query.most_missed, delta)
    have = query.defects if query.defects is not None else len(parts.bad)
    plan = collection_plan(goal, have, query.defect)
    threshold = miss_threshold(parts.bad, goal) if parts.bad else None
    limits = limits_of(threshold, parts, query.most_rejected)
    expected = None if limits is None else expected_of(limits, parts, query.prevalence)
    return VisionCalibration(
        source=parts.source,
        feasible=plan.more == 0,
        because=_because(plan, goal),
        threshold=threshold,
        pass_below=None if limits is None else limits.pass_below,
        reject_from=None if limits is None else limits.reject_from,
        expected=expected,
        plan=plan,
        passes=parts.passes,
        passes_looked_at=parts.passes_looked_at,
        activation=activation_of(wanted, threshold, limits, parts),
    )


def _asked(
    query: VisionCalibrationQuery, context: ToolContext
) -> tuple[dict[str, Any], str | None]:
    """The station's choice of rows, and the model version that is meant."""
    if query.defect is not None and query.station_id is not None:
        resolve(context, "defect", [query.defect])
    if query.station_id is None:
        return {}, query.model_version
    station = resolve(context, "station", [query.station_id])[0]
    window: dict[str, Any] = {
        "first_on": query.first_on,
        "last_on": query.last_on,
        "station_id": station,
    }
    version = query.model_version
    if version is None:
        used = context.snapshot.query("vision_in_use", **window).dicts()
        version = str(used[-1]["model_version"]) if used and used[-1]["model_version"] else None
    return {**window, "model_version": version, "recipe_id": query.recipe_id}, version


def _parts(
    query: VisionCalibrationQuery, asked: dict[str, Any], context: ToolContext
) -> ScoredParts:
    if query.defects is not None:
        return ScoredParts("counts", (), (), 0, 0, 0)
    if query.defect_scores or query.good_scores:
        return ScoredParts("given", query.defect_scores, query.good_scores, 0, 0, 0)
    return recorded_parts(asked, query.defect, context)


def _end(as_of: date, days: int) -> datetime:
    return datetime.combine(as_of + timedelta(days=days), time.max.replace(microsecond=0), UTC)


def _promise(goal: MissGoal) -> str:
    sure = "on average" if goal.delta is None else f"with {1 - goal.delta:.0%} confidence"
    return f"at most {goal.alpha:.3g} missed, {sure}"


def _because(plan: CollectionPlan, goal: MissGoal) -> str:
    if plan.more:
        return f"infeasible: need >= {plan.needed} defects, have {plan.have} ({_promise(goal)})"
    return f"{plan.have} defects suffice: {plan.needed} are needed ({_promise(goal)})"


def _summary(result: VisionCalibration, query: VisionCalibrationQuery) -> str:
    plan = result.plan
    share = f"{query.most_missed:.3g}"
    if not result.feasible:
        said = f"Infeasible: missing at most {share} needs {plan.needed} defective parts with none"
        said += (
            f" missed, there are {plan.have}; {plan.needed_with_confidence} for 95 % confidence."
        )
        if plan.have:
            said += f" With {plan.have}, {plan.reachable:.3g} could be promised on average."
        return said + " Until then a person decides."
    if result.threshold is None or result.threshold.threshold is None:
        return (
            f"Feasible with {plan.have} defective parts, {plan.needed} needed for at most {share}."
        )
    said = f"Scores below {result.pass_below:.6g} pass, from {result.reject_from:.6g} on reject:"
    said += f" {result.threshold.misses} of {result.threshold.defects} defects missed, promised"
    said += f" at most {share}."
    if result.expected is not None and result.expected.rejected_good is not None:
        kept = result.expected.rejected_good
        said += (
            f" Good parts that do not pass: {kept.estimate:.3g} [{kept.low:.3g}, {kept.high:.3g}]."
        )
    if result.activation.why_not:
        said += f" Not to be proposed: {', '.join(result.activation.why_not)}."
    return said


def _warnings(result: VisionCalibration) -> tuple[Note, ...]:
    found: dict[str, str] = {}
    if result.source == "given":
        found["given_scores"] = "scores and truth are the asker's; nothing here checks them"
    if result.source == "hub" and result.passes > result.passes_looked_at:
        found["passes_not_looked_at"] = (
            f"people looked at {result.passes_looked_at:,} of {result.passes:,} passes: defects"
            " that passed are not among the scores, so the promise would not hold"
        )
    if result.expected is not None and result.expected.good == 0:
        found["no_good_parts"] = "without scores of good parts nothing is known of overkill"
    told = result.expected
    if told is not None and told.review_bad + told.missed == result.plan.have:
        found["all_to_review"] = (
            "too few good parts to reject by itself: what does not pass goes to a person"
        )
    if result.threshold is not None:
        found["exchangeable"] = (
            "the promise holds for defects like these: a new model, camera, light, recipe or"
            " supplier finish, or a drift alarm, ends it"
        )
    return tuple(Note(code=code, text=text) for code, text in found.items())
