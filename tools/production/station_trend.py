"""An inspection station over time: did its scores or rejects jump, and is it camera or product?"""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from domain.contract import Contract
from domain.errors import NoData, UnknownName
from domain.intervals import Interval
from domain.records.evidence import Note
from domain.trend import step_change
from tools.exclusions import left_out, quarantined
from tools.names import resolve
from tools.production.station_points import StationPoint, points_of, station_chart
from tools.production.station_verdict import Comparison, StationVerdict, jump_of
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool

TABLES = ("inspections", "unit_parts")
FEWEST_STRETCHES = 8
DOUBT = 0.01
REPEATS = 3
"""Looks at one piece on each side of the jump that make it a reference piece (count)."""


class StationTrendQuery(Contract):
    """Which station, and how its looks are grouped over time."""

    station_id: str
    """Inspection station, for example `QDA-L1-VIS`."""
    method: str | None = None
    """Method of inspection, for example `vision`; null: the station's most frequent one."""
    days: Annotated[int, Field(ge=1, le=92)] = 7
    """Length of one point (days)."""
    first_on: date | None = None
    """First day of inspection (UTC)."""
    last_on: date | None = None
    """Last day of inspection (UTC)."""


class Setting(Contract):
    """A vision model or recipe of the station."""

    kind: Literal["model_version", "recipe_id"]
    """Which setting."""
    value: str
    """Its value."""
    before: int
    """Looks with it before the jump (count)."""
    after: int
    """Looks with it from the jump on (count)."""


class StationTrend(Contract):
    """A station's scores and verdicts, and what a jump in them comes from."""

    station_id: str
    """The station."""
    method: str
    """Method of inspection."""
    measure: Literal["score", "fail_share"]
    """What is judged: the score where the station gives one, else the share that fails."""
    verdict: StationVerdict
    """inspection: camera, light, recipe or model; product: the units themselves changed;
    no_change; or undetermined."""
    jump_at: AwareDatetime | None
    """Start of the first stretch after the most likely jump (UTC); null without a jump."""
    p_value: float | None
    """Approximate p-value of no jump; null for fewer than 8 stretches."""
    change: Interval | None
    """Change of the mean measure across the jump, with its 99 % interval; null without a jump."""
    comparisons: tuple[Comparison, ...]
    """What speaks for inspection or product; empty without a jump."""
    settings: tuple[Setting, ...]
    """Vision models and recipes that changed at the jump."""
    points: tuple[StationPoint, ...]
    """The course, in order of time."""


@tool(effect="read", version=1)
def station_trend(query: StationTrendQuery, context: ToolContext) -> Found[StationTrend]:
    """Did an inspection station's scores or rejects jump, and is it the camera or the product?

    Call it when rejects rise or fall at one station. Reference pieces, lots that were in use before
    the jump, and the same lots at other stations decide; where the tables do not, it says so.
    For escapes and overkill call `missed_defects`; for readings of a gauge `control_chart`.

    Raises:
        UnknownName: the station is not in the hub, or does not inspect by that method.
        NoData: it has no inspection in that window.
    """
    station = resolve(context, "station", [query.station_id])[0]
    method = _method(query, station, context)
    window: dict[str, Any] = {
        "first_on": query.first_on,
        "last_on": query.last_on,
        "method": method,
    }
    rows = context.snapshot.query(
        "inspection_days", station_id=station, days=query.days, **window
    ).dicts()
    here = [row for row in rows if row["here"]]
    if not here:
        raise NoData(
            f"{station} has no inspection by {method} in that window",
            next_step="widen the window, or ask `describe_hub` what dates the hub covers",
        )
    scored = sum(row["scored"] for row in here)
    looks = sum(row["looks"] for row in here)
    measure: Literal["score", "fail_share"] = "score" if 2 * scored > looks else "fail_share"
    course = [row for row in here if row["scored" if measure == "score" else "judged"]]
    found = _found(course, measure, {**window, "station_id": station}, context)
    result = StationTrend(
        station_id=station, method=method, measure=measure, points=points_of(rows), **found
    )
    unusable = looks - sum(row["scored" if measure == "score" else "judged"] for row in here)
    return Found(
        result=result,
        summary=_summary(result)[:SUMMARY_LIMIT],
        warnings=_warnings(result),
        excluded=(*left_out(looks_without_measure=unusable), *quarantined(context, TABLES)),
        chart=station_chart(station, measure, result.points, result.jump_at),
    )


def _method(query: StationTrendQuery, station: str, context: ToolContext) -> str:
    found = context.snapshot.query("methods_of_station", station_id=station).column("method")
    if not found:
        raise NoData(
            f"{station} records no inspections",
            next_step="for its readings call `measurement_trend` or `control_chart`",
        )
    if query.method is None:
        return str(found[0])
    for method in found:
        if str(method).lower() == query.method.lower():
            return str(method)
    raise UnknownName(f"method of station {station}", query.method, tuple(map(str, found)))


def _found(
    course: list[dict[str, Any]],
    measure: Literal["score", "fail_share"],
    asked: dict[str, Any],
    context: ToolContext,
) -> dict[str, Any]:
    """The jump with its time and what speaks for either side."""
    nothing: dict[str, Any] = {
        "verdict": "undetermined",
        "jump_at": None,
        "p_value": None,
        "change": None,
        "comparisons": (),
        "settings": (),
    }
    if len(course) < FEWEST_STRETCHES:
        return nothing
    step = step_change([_value(row, measure) for row in course])
    p_value = float(f"{step.p_value:.4g}")
    if step.p_value >= DOUBT:
        return {**nothing, "verdict": "no_change", "p_value": p_value}
    moment: datetime = course[step.position]["first_at"]
    rows = context.snapshot.query(
        "looks_by_lot", moment=moment, by_score=measure == "score", repeats=REPEATS, **asked
    ).dicts()
    jump = jump_of(rows)
    settings = context.snapshot.query("settings_of_station", moment=moment, **asked).dicts()
    return {
        "verdict": jump.verdict if jump else "undetermined",
        "jump_at": moment,
        "p_value": p_value,
        "change": jump.change if jump else None,
        "comparisons": jump.comparisons if jump else (),
        "settings": tuple(Setting(**row) for row in settings if not row["before"] * row["after"]),
    }


def _value(row: dict[str, Any], measure: str) -> float:
    return float(row["score"] if measure == "score" else row["failed"] / row["judged"])


def _summary(result: StationTrend) -> str:
    looks = sum(point.looks for point in result.points)
    failed = sum(point.failed for point in result.points)
    name = result.measure.replace("_", " ")
    said = f"{result.station_id} ({result.method}): {looks:,} units, {failed:,} failed; {name} "
    if result.change is None or result.jump_at is None:
        if result.p_value is None:
            return said + f"has {len(result.points)} points: too few to judge a jump."
        return said + f"shows no jump (p {result.p_value:.2g})."
    change = result.change
    said += f"jumps near {result.jump_at:%F} by {change.estimate:.3g} [{change.low:.3g},"
    said += f" {change.high or 0:.3g}] (99 %). {_WORDS[result.verdict]}."
    told = [one for one in result.comparisons if one.says != "undetermined"]
    if told:
        reasons = "; ".join(f"{one.name.replace('_', ' ')}: {one.because}" for one in told)
        said += f" {reasons}."
    return said


_WORDS: dict[StationVerdict, str] = {
    "inspection": "The inspection changed (camera, light, recipe or model), not the product",
    "product": "The product changed, not the camera",
    "undetermined": "Camera or product: the tables do not tell",
    "no_change": "Unit by unit the change is within chance",
}


def _warnings(result: StationTrend) -> tuple[Note, ...]:
    found: dict[str, str] = {}
    if result.measure == "fail_share":
        found["no_scores"] = "the station records no scores: the share that fails is judged"
    if result.settings:
        names = ", ".join(f"{one.kind} {one.value}" for one in result.settings[:3])
        found["settings_changed"] = f"settings changed at the jump: {names}"
    if result.change is not None and result.verdict == "undetermined":
        found["cannot_tell"] = (
            "inspect the same ten pieces again, or pieces of one lot at two stations: that tells"
        )
    if result.verdict == "inspection" and not _proved(result):
        found["process_rival"] = (
            "a change of the process on this line would look the same: inspect the same pieces"
            " again before the camera is blamed"
        )
    if result.change is not None:
        found["one_jump"] = "one jump is looked for; a slow drift shows as one too"
    return tuple(Note(code=code, text=text) for code, text in found.items())


def _proved(result: StationTrend) -> bool:
    """Whether pieces that cannot have changed, or people, speak for the inspection."""
    sure = ("reference_pieces", "second_looks")
    return any(one.name in sure and one.says == "inspection" for one in result.comparisons)
