"""An answer on one screen: the verdict, what it rests on, what was ruled out, what it leaves open.

Marks and words say what colour says, so a printed page or a pipe loses nothing.
"""

from typing import TYPE_CHECKING

from rich.text import Text

from apps.render import OUT, clean
from apps.terminal.cells import fold, wide
from apps.terminal.cited_text import Cited, cited_lines, figures_of
from apps.terminal.page import Page, heading, more, page_of, plain, prose, row
from apps.terminal.pictures import Lookup, cited, show_candidates, show_picture

if TYPE_CHECKING:
    from domain.records.answer import Answer
    from domain.records.cause import Hypothesis

FIGURES_BESIDE = 24
MOST_LEDGER = 5
MOST_LIMITS = 4
LIMIT_LINES = 2
STATUS_MARKS = {"supported": "✓", "refuted": "✗", "untested": "·"}


def show_answer(answer: "Answer", evidence: Lookup) -> None:
    """Print an answer; `evidence` finds what it cites, for a picture."""
    page = page_of(answer)
    _headline(page)
    _text(page)
    if answer.cause is not None and answer.cause.ranked_causes:
        show_candidates(page)
    else:
        show_picture(page, evidence)
    for part in (_ledger, _questions, _refusal, _proposals, _limits, _foot):
        part(page)


def _headline(page: Page) -> None:
    answer, words = page.answer, page.labels
    if answer.outcome in ("answered", "partial") and answer.cause is not None:
        term = page.wording.term("cause_verdict", answer.cause.verdict)
        said = words.cause[answer.cause.verdict]
    elif answer.outcome in ("answered", "partial") and answer.effect is not None:
        term = page.wording.term("fix_verdict", answer.effect.verdict)
        said = words.fix[answer.effect.verdict]
    elif answer.outcome != "answered":
        term, said = "", words.outcome[answer.outcome]
    else:
        return
    lead = f" {term.upper()} " if term else ""
    first, *rest = fold(said, page.width - wide(lead) - 1, most=3)
    OUT.print(Text.assemble((clean(lead), "reverse bold"), " " if lead else "", (first, "bold")))
    for piece in rest:
        row(piece, "bold")
    OUT.print()


def _text(page: Page) -> None:
    asked = {one.text for one in page.answer.questions}
    lines = cited_lines(page.answer, page.wording, page.labels)
    found = [line for line in lines if line.text not in asked]
    for line in found:
        _paragraph(line, page)
    told = {name for line in found for name in line.claims}
    left = [one for one in page.answer.findings if one.id not in told]
    if left and page.answer.text:
        heading(page.labels.figures, page)
    for one in left:
        figures = figures_of(one, "", page.wording, page.labels)
        _paragraph(Cited(one.claim, (one.id,), one.verdict, figures), page)


def _paragraph(line: Cited, page: Page) -> None:
    beside = f" ({line.figures})" if 0 < wide(line.figures) <= FIGURES_BESIDE else ""
    lead = f"{line.mark} " if line.mark else "  "
    for piece in fold(line.text + beside, page.width - 2, most=99):
        row(lead + piece if piece else "")
        lead = "  "
    below = fold("" if beside else line.figures, page.width - 4, most=2)
    for piece in filter(None, below):
        row(f"    {piece}", "dim")


def _ledger(page: Page) -> None:
    lines = page.answer.hypotheses
    if not lines:
        return
    heading(page.labels.ledger, page)
    for one in lines[:MOST_LEDGER]:
        _hypothesis(one, page)
    more(len(lines) - MOST_LEDGER, page)


def _hypothesis(one: "Hypothesis", page: Page) -> None:
    status = page.wording.term("hypothesis_status", one.status)
    branch = page.wording.term("branch", one.branch)
    text = f"{STATUS_MARKS[one.status]} {status} · {branch} · {one.statement}"
    plain(text, page)


def _questions(page: Page) -> None:
    for number, (text, option) in enumerate(options_of(page.answer), 1):
        if text:
            prose(text, page, "bold")
        plain(f"  {number}  {option}", page)
    for one in page.answer.questions:
        if not one.options:
            prose(one.text, page, "bold")


def _refusal(page: Page) -> None:
    refusal = page.answer.refusal
    if refusal is None:
        return
    if refusal.reason not in page.answer.text:
        prose(refusal.reason, page)
    if refusal.request_route and refusal.request_route not in page.answer.text:
        prose(f"{page.labels.instead}: {refusal.request_route}", page)


def _proposals(page: Page) -> None:
    if page.answer.proposals:
        heading(page.labels.proposals, page)
    for one in page.answer.proposals:
        approvers = ", ".join(one.approvers)
        prose(f"{one.id} · {one.kind} · {one.state} · {approvers}", page)


def _limits(page: Page) -> None:
    limits = [one for one in page.answer.limits if one not in page.answer.text]
    if limits:
        heading(page.labels.limits, page)
    for one in limits[:MOST_LIMITS]:
        lead = "– "
        for piece in fold(one, page.width - 2, LIMIT_LINES):
            row(lead + piece, "dim")
            lead = "  "
    more(len(limits) - MOST_LIMITS, page)


def _foot(page: Page) -> None:
    """When, by whom, at what cost, and where to look it up."""
    answer, words = page.answer, page.labels
    cost = answer.cost
    deciders = dict.fromkeys(
        (answer.decided_by.plan, answer.decided_by.step, answer.decided_by.write)
    )
    decided = ", ".join(page.wording.term("decider", name) for name in deciders)
    parts = [
        f"{words.as_of} {answer.as_of.isoformat()}",
        f"{words.decided} {decided}",
        f"{words.looks} {cost.tool_calls}",
        f"{words.requests} {cost.model_requests}",
        f"{cost.seconds:.1f} s",
    ]
    names = [name for name in cited(answer) if name not in answer.text]
    places = (f"{words.hub} {answer.versions.hub_commit}", f"{words.thread} {answer.thread_id}")
    OUT.print()
    for text in (" · ".join(parts), " · ".join((*places, *names))):
        for piece in fold(text, page.width, 2):
            row(piece, "dim")


def options_of(answer: "Answer") -> list[tuple[str, str]]:
    """Every ready answer in the order of its number, the first of a question with its text."""
    return [
        ("" if place else one.text, option)
        for one in answer.questions
        for place, option in enumerate(one.options)
    ]
