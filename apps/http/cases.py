"""Cases over HTTP: the board, one case from sign to proof, and what a person adds to it."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import Field

from apps import case_board, case_reading, case_work
from apps.http.answers import FAILURES, PAGE_RULES, example, media
from apps.http.auth import Asker
from apps.http.failures import unseen_is_unknown
from domain.contract import Contract
from domain.errors import InvalidArgument, UnknownUser
from domain.records.case import StepName, StepState

router = APIRouter(prefix="/cases", tags=["cases"], responses=FAILURES)
_BOARD = {"schema": "andon.cases/1", "cases": [{"id": "C-7QX2K9F4", "symptom": "WATER_LEAK",
          "severity": 3, "state": "open", "next_due": "2026-11-30", "waiting": 1}]}  # fmt: skip
_CASE = {"schema": "andon.case/1", "case": {"id": "C-7QX2K9F4", "state": "open"}, "steps": [],
         "proposals": []}  # fmt: skip


class NewOwner(Contract):
    """Who is to have a case in hand."""

    owner: str = Field(min_length=1, max_length=80, examples=["engineer"])
    """An id of the users file."""


class Note(Contract):
    """What a person adds to a discipline."""

    step: StepName
    """D0 to D8."""
    text: str = Field(pattern=r"\S", max_length=case_work.LONGEST, examples=["Lots sorted at QDA."])
    """The note."""
    state: StepState | None = None
    """Where the discipline stands from now on; null: where it stood."""


@router.get("", summary="The case board", responses=example(_BOARD, "The gravest first."))
def board(
    parts: Asker,
    state: Literal["open", "all"] = "open",
    region: Annotated[str | None, Query(max_length=80)] = None,
    severity: Annotated[int, Query(ge=1, le=5, description="At least this severity.")] = 1,
) -> dict[str, Any]:
    """Cases that the asker may see, the gravest and newest first.

    `state=open` leaves out what is closed or dismissed. Each case is told with `next_due`, the day
    by which something is to be done next, and `waiting`, how many proposals wait for a decision.
    """
    found = case_board.board(parts, everything=state == "all", region=region, severity=severity)
    return {"schema": "andon.cases/1", "cases": found}


@router.get("/{case_id}", summary="One case", responses=example(_CASE, "The case."))
def case(parts: Asker, case_id: str) -> dict[str, Any]:
    """The case with steps, causes, actions, evidence, checks, signs and proposals."""
    return _told(_asked(parts, case_id))


@router.get(
    "/{case_id}/report.html",
    summary="Its 8D report, as a page",
    response_class=Response,
    responses=media("text/html", "The report."),
)
def report_page(parts: Asker, case_id: str) -> Response:
    """The 8D report as one page without scripts, to be read, printed or sent."""
    text = _report(_asked(parts, case_id), "html")
    return Response(text, media_type="text/html", headers=PAGE_RULES)


@router.get(
    "/{case_id}/report.md",
    summary="Its 8D report, as text",
    response_class=Response,
    responses=media("text/markdown", "The report."),
)
def report_text(parts: Asker, case_id: str) -> Response:
    """The 8D report in Markdown."""
    text = _report(_asked(parts, case_id), "md")
    return Response(text, media_type="text/markdown", headers={"Cache-Control": "no-store"})


@router.post(
    "/{case_id}/owner",
    summary="Put it into somebody's hands",
    responses=example(_CASE, "The case as it then stands."),
)
def own(parts: Asker, case_id: str, new: NewOwner) -> dict[str, Any]:
    """The owner must be able to work on the case; answers with the case as it then stands."""
    asked = _known(parts, case_id)
    try:
        case_work.own(asked, new.owner)
    except UnknownUser as error:
        raise InvalidArgument(error.message, next_step=error.next_step) from error
    return _told(asked)


@router.post(
    "/{case_id}/notes",
    summary="Note something in a discipline",
    responses=example(_CASE, "The case as it then stands."),
)
def note(parts: Asker, case_id: str, new: Note) -> dict[str, Any]:
    """Adds a note, and says where the discipline stands from now on, where a state is given."""
    asked = _known(parts, case_id)
    case_work.note(asked, new.step, new.text.strip(), new.state)
    return _told(asked)


def _known(parts: Asker, case_id: str) -> case_work.Asked:
    """A case that is to be changed; one that the asker may not know of is not there."""
    asked = _asked(parts, case_id)
    with unseen_is_unknown("case", case_id):
        case_work.read(asked)
    return asked


def _asked(parts: Asker, case_id: str) -> case_work.Asked:
    return case_work.Asked(parts, case_id, "", None)


def _told(asked: case_work.Asked) -> dict[str, Any]:
    with unseen_is_unknown("case", asked.case_id):
        return case_reading.as_json(asked, case_reading.shown(asked))


def _report(asked: case_work.Asked, form: Literal["md", "html"]) -> str:
    with unseen_is_unknown("case", asked.case_id):
        return case_reading.report(asked, form)
