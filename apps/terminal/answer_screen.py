"""An answer on one screen: the verdict, what it rests on, what was ruled out, what it leaves open.

Marks and words say what colour says, so a printed page or a pipe loses nothing.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from apps.render import OUT, escape
from apps.terminal.cells import cut, fold, wide
from apps.terminal.charts.drawing import draw
from apps.terminal.charts.forest import Forest, Span, plot
from apps.terminal.cited_text import Cited, cited_lines, figures_of
from apps.terminal.labels import RIGHT_TO_LEFT, Labels, labels_for
from domain.records.claim import Measure

if TYPE_CHECKING:
    from agents.wording.wording import Wording
    from domain.records.answer import Answer
    from domain.records.cause import Condition, Hypothesis, RankedCause
    from domain.records.evidence import Evidence

Lookup = Callable[[str], "Evidence | None"]
"""Evidence by its id; none if the reader may not see it, or there is none."""
FIGURES_BESIDE = 24
MOST_CANDIDATES = 4
FEW_LOTS = 2
MOST_LEDGER = 5
MOST_LIMITS = 4
LIMIT_LINES = 2
MOST_CHART_LINES = 14
WIDEST = 110
STATUS_MARKS = {"supported": "✓", "refuted": "✗", "untested": "·"}


class Page(NamedTuple):
    """What every part of the screen needs."""

    answer: "Answer"
    """The answer."""
    labels: Labels
    """Words around it."""
    wording: "Wording"
    """Terms and formats in its language."""
    width: int
    """Cells of a line."""

    @property
    def turned(self) -> bool:
        """Whether the language is written from right to left."""
        return self.answer.language.split("-")[0] in RIGHT_TO_LEFT


def show_answer(answer: "Answer", evidence: Lookup) -> None:
    """Print an answer; `evidence` finds what it cites, for a picture."""
    from agents.wording.wording import wording_for

    words = labels_for(answer.language)
    page = Page(answer, words, wording_for(answer.language), min(OUT.width, WIDEST))
    _headline(page)
    _text(page)
    if answer.cause is not None and answer.cause.ranked_causes:
        _candidates(page)
    else:
        _picture(page, evidence)
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
    mark = f"[reverse bold] {escape(term.upper())} [/] " if term else ""
    room = page.width - (wide(term) + 3 if term else 0)
    for row in fold(said, room, most=3):
        OUT.print(f"{mark}[bold]{escape(row)}[/bold]", soft_wrap=True)
        mark = ""
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
        _heading(page.labels.figures, page)
    for one in left:
        figures = figures_of(one, "", page.wording, page.labels)
        _paragraph(Cited(one.claim, (one.id,), one.verdict, figures), page)


def _paragraph(line: Cited, page: Page) -> None:
    beside = f" ({line.figures})" if 0 < wide(line.figures) <= FIGURES_BESIDE else ""
    lead = f"{line.mark} " if line.mark else "  "
    for row in fold(line.text + beside, page.width - 2, most=99):
        OUT.print(escape(lead + row) if row else "", soft_wrap=True)
        lead = "  "
    below = fold("" if beside else line.figures, page.width - 4, most=2)
    for row in filter(None, below):
        OUT.print(f"    [dim]{escape(row)}[/dim]", soft_wrap=True)


def _candidates(page: Page) -> None:
    """Causes and rivals on one scale, with the reason under each that was ruled out."""
    causes = page.answer.cause.ranked_causes if page.answer.cause else ()
    forest = Forest(
        tuple(_span(one, page) for one in causes[:MOST_CANDIDATES]),
        line=1.0,
        log=True,
        heading="",
        legend=(page.labels.stands, page.labels.ruled_out),
        stacked=page.turned,
    )
    _heading(page.labels.candidates, page)
    for line in plot(forest, page.width):
        _plain(line, page)
    _more(len(causes) - MOST_CANDIDATES, page)


def _span(cause: "RankedCause", page: Page) -> Span:
    from agents.drafting.conditions import units_where

    low, high = cause.interval
    told = page.wording.fact(units_where(cause.condition)) in page.answer.text
    return Span(
        label=page.wording.fact(units_where(_shorter(cause.condition))),
        value=cause.rate_ratio,
        low=low,
        high=high,
        out=cause.ruled_out,
        note="" if told or not cause.ruled_out else cause.because,
        figure=page.wording.fact(Measure(value=cause.rate_ratio, low=low, high=high, bounded=True)),
    )


def _shorter(condition: "Condition") -> "Condition":
    """A condition without its lots where the days on which they came say as much."""
    lots = condition.lot_ids or ()
    if len(lots) <= FEW_LOTS or condition.received_from is None:
        return condition
    return condition.model_copy(update={"lot_ids": None})


def _picture(page: Page, evidence: Lookup) -> None:
    """The first chart among what is cited, if it is small enough to stand here."""
    for name in cited(page.answer):
        found = evidence(name)
        if found is None or found.chart is None:
            continue
        lines = draw(found.chart, page.width)
        OUT.print()
        for line in lines[:MOST_CHART_LINES]:
            _plain(line, page)
        _more(len(lines) - MOST_CHART_LINES, page)
        return


def _ledger(page: Page) -> None:
    lines = page.answer.hypotheses
    if not lines:
        return
    _heading(page.labels.ledger, page)
    for one in lines[:MOST_LEDGER]:
        _hypothesis(one, page)
    _more(len(lines) - MOST_LEDGER, page)


def _hypothesis(one: "Hypothesis", page: Page) -> None:
    status = page.wording.term("hypothesis_status", one.status)
    branch = page.wording.term("branch", one.branch)
    text = f"{STATUS_MARKS[one.status]} {status} · {branch} · {one.statement}"
    _plain(text, page)


def _questions(page: Page) -> None:
    for number, (text, option) in enumerate(options_of(page.answer), 1):
        if text:
            _prose(text, page, "bold")
        _plain(f"  {number}  {option}", page)
    for one in page.answer.questions:
        if not one.options:
            _prose(one.text, page, "bold")


def _refusal(page: Page) -> None:
    refusal = page.answer.refusal
    if refusal is None:
        return
    if refusal.reason not in page.answer.text:
        _prose(refusal.reason, page)
    if refusal.request_route and refusal.request_route not in page.answer.text:
        _prose(f"{page.labels.instead}: {refusal.request_route}", page)


def _proposals(page: Page) -> None:
    if page.answer.proposals:
        _heading(page.labels.proposals, page)
    for one in page.answer.proposals:
        approvers = ", ".join(one.approvers)
        _prose(f"{one.id} · {one.kind} · {one.state} · {approvers}", page)


def _limits(page: Page) -> None:
    limits = [one for one in page.answer.limits if one not in page.answer.text]
    if limits:
        _heading(page.labels.limits, page)
    for one in limits[:MOST_LIMITS]:
        lead = "– "
        for row in fold(one, page.width - 2, LIMIT_LINES):
            OUT.print(f"[dim]{escape(lead + row)}[/dim]", soft_wrap=True)
            lead = "  "
    _more(len(limits) - MOST_LIMITS, page)


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
        for row in fold(text, page.width, 2):
            OUT.print(f"[dim]{escape(row)}[/dim]", soft_wrap=True)


def cited(answer: "Answer") -> Iterator[str]:
    """Ids of the evidence that an answer cites, each once, in its order."""
    told = [name for one in answer.findings for name in one.evidence]
    told += [name for one in answer.hypotheses for name in one.evidence]
    return iter(dict.fromkeys(told))


def options_of(answer: "Answer") -> list[tuple[str, str]]:
    """Every ready answer in the order of its number, the first of a question with its text."""
    return [
        ("" if place else one.text, option)
        for one in answer.questions
        for place, option in enumerate(one.options)
    ]


def _prose(text: str, page: Page, style: str = "") -> None:
    for row in fold(text, page.width, most=99):
        OUT.print(escape(row), style=style, soft_wrap=True)


def _more(count: int, page: Page) -> None:
    if count > 0:
        OUT.print(f"  [dim]… {count:,} {escape(page.labels.more)}[/dim]", soft_wrap=True)


def _heading(text: str, page: Page) -> None:
    OUT.print()
    _prose(text, page, "bold")


def _plain(line: str, page: Page) -> None:
    OUT.print(escape(cut(line, page.width)), soft_wrap=True)
