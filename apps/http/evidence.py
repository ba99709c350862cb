"""Evidence over HTTP: what a citation points at, as figures, picture and table, and asked again."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse

from apps import charts, evidence_reading
from apps.http.answers import FAILURES, PICTURE_RULES, example, media
from apps.http.auth import Asker
from apps.http.failures import NotFound, unseen_is_unknown
from domain.errors import BadArgument, InvalidArgument, ServiceUnavailable

if TYPE_CHECKING:
    from domain.records.evidence import Evidence

router = APIRouter(prefix="/evidence", tags=["evidence"], responses=FAILURES)
_ID = "E-7XNB7PJBRR"
_SHORT = {"id": _ID, "tool": "claim_rate", "as_of": "2026-11-15", "summary": "3.1 % of …",
          "chart": True}  # fmt: skip
_ONE = {"schema": "andon.evidence/1", **_SHORT, "query": {}, "result": {}, "warnings": [],
        "excluded": [], "chart": None}  # fmt: skip
_AGAIN = {"schema": "andon.rerun/1", "id": _ID, "verdict": "identical", "status": "identical",
          "reason": "the same result", "then": _ONE, "now": _ONE, "changes": []}  # fmt: skip
WidthQuery = Annotated[
    int, Query(ge=charts.NARROWEST, le=charts.WIDEST, description="Width of the plot (px).")
]
ScaleQuery = Annotated[float, Query(ge=1, le=4, description="Pixels for each px.")]


@router.get(
    "",
    summary="What was found so far",
    responses=example({"schema": "andon.evidence_list/1", "evidence": [_SHORT]}, "Newest first."),
)
def evidence_list(parts: Asker, limit: Annotated[int, Query(ge=1, le=500)] = 50) -> dict[str, Any]:
    """Evidence that the asker may see, in short."""
    return evidence_reading.listed(parts, limit)


@router.get("/{evidence_id}", summary="One piece", responses=example(_ONE, "The evidence."))
def evidence(parts: Asker, evidence_id: str) -> dict[str, Any]:
    """Question, result, what to know before relying on it, and every version that it rests on."""
    return _seen(parts, evidence_id).to_json()


@router.get(
    "/{evidence_id}/chart.json",
    summary="Its chart, as a Vega-Lite specification",
    responses=example({"mark": "bar", "data": {"values": []}}, "The specification."),
)
def chart_specification(parts: Asker, evidence_id: str) -> JSONResponse:
    """The specification with its data in it; 404 where there is none."""
    return JSONResponse(_chart(_seen(parts, evidence_id)))


@router.get(
    "/{evidence_id}/chart.svg",
    summary="Its chart, as SVG",
    response_class=Response,
    responses=media("image/svg+xml", "The picture, without scripts and links."),
)
def chart_svg(parts: Asker, evidence_id: str, width: WidthQuery = charts.WIDTH) -> Response:
    """The picture; 404 where there is none."""
    chart = _chart(_seen(parts, evidence_id))
    with _drawing():
        text = charts.svg(chart, width=width)
    return Response(text, media_type="image/svg+xml", headers=PICTURE_RULES)


@router.get(
    "/{evidence_id}/chart.png",
    summary="Its chart, as PNG",
    response_class=Response,
    responses=media("image/png", "The picture on white."),
)
def chart_png(
    parts: Asker, evidence_id: str, width: WidthQuery = charts.WIDTH, scale: ScaleQuery = 2.0
) -> Response:
    """The picture; 404 where there is none."""
    chart = _chart(_seen(parts, evidence_id))
    with _drawing():
        picture = charts.png(chart, width=width, scale=scale)
    return Response(picture, media_type="image/png", headers=PICTURE_RULES)


@router.get(
    "/{evidence_id}/table.csv",
    summary="A table of its result, for a spreadsheet",
    response_class=Response,
    responses=media("text/csv", "UTF-8 with its mark; no text begins a formula."),
)
def table(
    parts: Asker, evidence_id: str, table: Annotated[str | None, Query(max_length=200)] = None
) -> Response:
    """A list of the result by its place in it, such as `months`; without `table` the longest."""
    found = evidence_reading.tables(_seen(parts, evidence_id))
    name = table if table is not None else max(found, key=lambda one: len(found[one]), default="")
    if name not in found:
        raise NotFound(
            f"{evidence_id} has no table {name!r}" if name else f"{evidence_id} has no table",
            next_step=f"its tables: {', '.join(found) or 'none'}",
        )
    text = evidence_reading.as_csv(found[name])
    shown = f'attachment; filename="{evidence_id}.csv"'
    return Response(text, media_type="text/csv", headers={"Content-Disposition": shown})


@router.post("/{evidence_id}/rerun", summary="Ask it again", responses=example(_AGAIN, "Verdict."))
def rerun(
    parts: Asker,
    evidence_id: str,
    today: Annotated[bool, Query(description="On today's data; else on the same.")] = False,
) -> dict[str, Any]:
    """`verdict`: identical, changed, or gone; `then` and `now`: the evidence before and after."""
    found = _seen(parts, evidence_id)
    told = evidence_reading.as_json(found, evidence_reading.again(parts, found, now=today))
    return {**told, "verdict": told["status"], "then": found.to_json()}


def _seen(parts: Asker, evidence_id: str) -> "Evidence":
    with unseen_is_unknown("evidence", evidence_id):
        return parts.memory.evidence.get(evidence_id, parts.scope)


@contextmanager
def _drawing() -> Iterator[None]:
    """What cannot be drawn is not the asker's fault."""
    try:
        yield
    except (BadArgument, InvalidArgument) as error:
        raise ServiceUnavailable(
            error.message, holds=error.holds, next_step=error.next_step
        ) from error


def _chart(found: "Evidence") -> charts.Chart:
    if found.chart is None:
        raise NotFound(f"{found.id} has no chart", next_step="its result says it in figures")
    return found.chart
