"""A case as one person may read it: in words, as JSON, as an 8D report."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from apps.case_work import Asked, read
from domain.errors import AndonError, BadArgument, NotPermitted
from domain.records.case import Step
from domain.records.proposal import Proposal
from memory.case_rows import CaseFile
from memory.proposal_rows import proposals

if TYPE_CHECKING:
    from graphs.casework.eight_d import Form


def shown(asked: Asked) -> CaseFile:
    """The case without what rests on evidence or signs that the person may not see.

    Raises:
        UnknownName: there is none of that id that the person may know of.
    """
    file = read(asked)
    steps = tuple(_permitted(asked, one) for one in file.steps)
    mine = asked.parts.scope.regions
    whole = "*" in mine or set(file.case.regions) <= set(mine)
    return file.model_copy(update={"steps": steps, "signs": file.signs if whole else ()})


def proposed(asked: Asked) -> list[Proposal]:
    """What was proposed for the case, the newest first."""
    with asked.parts.ledger.read() as connection:
        return proposals(connection, asked.parts.action_policy, case_id=asked.case_id)


def as_json(asked: Asked, file: CaseFile) -> dict[str, Any]:
    """`andon.case/1`: the case file with its proposals."""
    told = [one.model_dump(mode="json") for one in proposed(asked)]
    return {"schema": "andon.case/1", **file.model_dump(mode="json"), "proposals": told}


def report(asked: Asked, form: "Form") -> str:
    """The 8D report of a case, as a page or as text with marks."""
    from graphs.casework.eight_d import eight_d

    return eight_d(
        shown(asked), proposed(asked), summaries(asked), form=form, now=asked.parts.now()
    )


def write_report(asked: Asked, path: Path) -> None:
    """Write the 8D report of a case to a file.

    Raises:
        BadArgument: the file is neither .md nor .html, or cannot be written.
    """
    forms: dict[str, Form] = {".md": "md", ".html": "html"}
    form = forms.get(path.suffix.lower())
    if form is None:
        raise BadArgument(f"{path} is neither .md nor .html")
    text = report(asked, form)
    try:
        path.write_text(text, encoding="utf-8", errors="replace")
    except OSError as error:
        raise BadArgument(f"cannot write {path}: {error.strerror}") from error


def summaries(asked: Asked) -> Callable[[str], str]:
    """Summaries of evidence by id; empty where the person may not see it."""

    def summary(evidence_id: str) -> str:
        try:
            return asked.parts.memory.evidence.get(evidence_id, asked.parts.scope).summary
        except AndonError:
            return ""

    return summary


def _permitted(asked: Asked, step: Step) -> Step:
    from graphs.casework.disciplines import WITHHELD
    from graphs.casework.working import NOTES

    try:
        for one in step.evidence:
            asked.parts.memory.evidence.get(one, asked.parts.scope)
    except NotPermitted:
        told = {WITHHELD: "Not shown: it rests on data beyond your regions."}
        kept = {name: value for name, value in step.content.items() if name == NOTES}
        return step.model_copy(update={"content": {**told, **kept}})
    except AndonError:  # evidence that is gone forbids nothing
        return step
    return step
