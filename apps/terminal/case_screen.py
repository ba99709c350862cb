"""One case on the screen: what it is, how far each discipline is, and what has to be done."""

from typing import TYPE_CHECKING

from apps.render import OUT, escape

if TYPE_CHECKING:
    from apps.case_work import Asked
    from domain.records.case import Case
    from graphs.casework.sections import Section
    from memory.case_rows import CaseFile

MOST_LINES = 4
"""Lines of one discipline that are shown; the 8D report has all (count)."""
_INDENT = "   "


def headline(one: "Case") -> str:
    """A case in one line."""
    from graphs.casework.sections import symptom

    again = f", reopened {one.times_reopened}×" if one.times_reopened else ""
    regions = "all regions" if "*" in one.regions else "/".join(one.regions)
    return (
        f"[bold]{one.id}[/bold] S{one.severity} [bold]{one.state}[/bold]{again}:"
        f" {escape(symptom(one.symptom))}, {_raised_by(one)}, {regions}, opened"
        f" {one.opened_at:%Y-%m-%d}, {escape(one.owner or 'no owner')}"
    )


def show_case(asked: "Asked") -> None:
    """Print a case as whoever asks may see it."""
    from apps.case_reading import shown, summaries
    from graphs.casework.disciplines import sections
    from graphs.casework.sections import moment, units

    file = shown(asked)
    OUT.print(headline(file.case), soft_wrap=True)
    where = units(file.case.where) if file.case.where.model_dump() else "not bounded yet"
    signs = f"{len(file.signs)} sign{'s' if len(file.signs) != 1 else ''}"
    OUT.print(f"{_INDENT}where: {escape(where)}", soft_wrap=True)
    OUT.print(f"{_INDENT}known to the company since {moment(file.case.aware_at)}, {signs}")
    if file.case.follows:
        OUT.print(f"{_INDENT}follows {file.case.follows}")
    for one in sections(file, summaries(asked)):
        _show_section(one)
    _show_to_do(file)
    _show_proposals(asked)
    OUT.print(f"\n[dim]all of it: andon case {file.case.id} --report 8d.html[/dim]")


def _show_section(one: "Section") -> None:
    OUT.print(f"[bold]{one.step} {one.title}[/bold]: {one.state}")
    lines = [one for one in one.lines if (one.label, one.text) != ("", "open")]
    for line in lines[:MOST_LINES]:
        label = f"{line.label}: " if line.label else ""
        OUT.print(f"{_INDENT}{escape(label + line.text)}", soft_wrap=True)
    more = len(lines) - MOST_LINES
    rows = [f"{grid.title.lower()} ({len(grid.rows)} rows)" for grid in one.grids]
    if more > 0 or rows:
        rest = [f"{more} more lines"] if more > 0 else []
        OUT.print(f"{_INDENT}[dim]in the report: {escape('; '.join([*rest, *rows]))}[/dim]",
                  soft_wrap=True)  # fmt: skip
    if one.evidence:
        ids = ", ".join(line.label for line in one.evidence)
        OUT.print(f"{_INDENT}[dim]evidence: {ids}[/dim]", soft_wrap=True)


def _show_to_do(file: "CaseFile") -> None:
    waiting = [one for one in file.actions if one.state == "open"]
    if waiting:
        OUT.print("[bold]To do[/bold]")
    for item in waiting:
        OUT.print(
            f"{_INDENT}{item.id} {item.step} by {item.due_on}, {escape(item.owner)}:"
            f" {escape(item.text)}",
            soft_wrap=True,
        )


def _show_proposals(asked: "Asked") -> None:
    from apps.case_reading import proposed
    from apps.verbs.proposals import progress
    from graphs.casework.eight_d import WHAT

    listed = proposed(asked)
    if listed:
        OUT.print("[bold]Proposals[/bold]")
    for one in listed:
        OUT.print(
            f"{_INDENT}{one.id} {WHAT[one.kind]}: {escape(progress(asked.parts, one))}",
            soft_wrap=True,
        )


def _raised_by(one: "Case") -> str:
    return {
        "field": "rate in the field",
        "safety": "report of danger",
        "factory": "chart of the factory",
    }[one.kind]
