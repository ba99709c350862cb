"""What stands in each discipline of a case, in words: for people here, and for customers."""

from collections.abc import Callable
from typing import Any, NamedTuple

from domain.records.case import Step, StepName
from graphs.casework.causes_told import told_causes
from graphs.casework.reading_across import decision_name
from graphs.casework.sections import Grid, Line, Section, grid, line, moment, units
from graphs.casework.working import NOTES
from memory.case_rows import CaseFile

TITLES: dict[StepName, str] = {
    "D0": "Emergency response",
    "D1": "Team",
    "D2": "Problem description",
    "D3": "Containment",
    "D4": "Causes",
    "D5": "Chosen corrective action",
    "D6": "Corrective action in place, and its effect",
    "D7": "Prevention and read-across",
    "D8": "Closure",
}
WITHHELD = "withheld"
"""Key of a discipline whose evidence the reader may not see."""
_NO_PART = "no part is suspect"
_DIMENSIONS = {"model_id": "model", "site_id": "site", "line_id": "line", "country": "market"}
_STATES = {
    "stock": "in stock",
    "in_transit": "on the way",
    "sold": "sold",
    "not_recorded": "where is not recorded",
}


class Told(NamedTuple):
    """A discipline in words."""

    lines: list[Line]
    """What is known."""
    grids: list[Grid]
    """Tables of it."""


def sections(file: CaseFile, summary: Callable[[str], str]) -> list[Section]:
    """Every discipline of a case in order.

    Args:
        file: the case.
        summary: of evidence by its id; empty where the reader may not see it.
    """
    return [_section(one, file, summary) for one in file.steps]


def _section(step: Step, file: CaseFile, summary: Callable[[str], str]) -> Section:
    content = step.content
    if WITHHELD in content:
        told = Told([line("", content[WITHHELD])], [])
    else:
        told = _TELL[step.step](content, file)
    noted = [
        line(f"Note by {one['by']}, {one['at'][:10]}", one["text"])
        for one in content.get(NOTES, ())
    ]
    return Section(
        step=step.step,
        title=TITLES[step.step],
        state=step.state.replace("_", " "),
        lines=(*told.lines, *noted) or (line("", "open"),),
        grids=tuple(told.grids),
        evidence=tuple(Line(label=one, text=summary(one)) for one in step.evidence),
    )


def _emergency(content: dict[str, Any], file: CaseFile) -> Told:
    if not content:
        return Told([], [])
    if not content["emergency"]:
        return Told([line("", f"No emergency: severity {content['severity']} of 5.")], [])
    said = f"Severity {content['severity']} of 5; known to the company {moment(file.case.aware_at)}"
    duties = grid(
        "Legal duties that this may start, by their last moment",
        ("Country", "Authority", "Duty", "Limit", "Last moment"),
        (
            (
                one["country"],
                one["authority"],
                one["duty"],
                one["limit"] if one["basis"] == "law" else f"{one['limit']} (own target)",
                moment(one["due_at"]),
            )
            for one in content.get("duties", ())
        ),
    )
    if duties:
        return Told([line("", said)], duties)
    return Told([line("", said), line("Legal duties", "no market is known yet")], [])


def _team(content: dict[str, Any], file: CaseFile) -> Told:
    del content
    helpers = sorted({one.owner for one in file.actions} - {file.case.owner})
    lines = [line("Owner", file.case.owner)]
    return Told(lines + ([line("With actions", ", ".join(helpers))] if helpers else []), [])


def _problem(content: dict[str, Any], file: CaseFile) -> Told:
    del file
    compared = content.get("is_is_not", ())
    shown = [one for one in compared if one["is"] or one["is_not"]]
    rows = ((one["question"], _dimension(one), one["is"], one["is_not"]) for one in shown)
    plain = [_dimension(one) for one in compared if one not in shown]
    lines = [line("", one) for one in content.get("described", ())]
    if plain:
        lines.append(line("Nothing stands out by", ", ".join(plain)))
    columns = ("Question", "Compared by", "Is", "Is not")
    return Told(
        lines, grid("Is and is not: failures against those expected at equal age", columns, rows)
    )


def _dimension(one: dict[str, Any]) -> str:
    name: str = one["dimension"]
    return _DIMENSIONS.get(name, name)


def _containment(content: dict[str, Any], file: CaseFile) -> Told:
    del file
    lines = [line("Suspect", units(content["condition"]))] if "condition" in content else []
    scope = content.get("scope")
    if scope is None:
        because = content.get("because")
        return Told(lines + ([line("Not sized", because)] if because else []), [])
    sure = "too few sold to be shown" if scope["units"] is None else f"{scope['units']:,}"
    reach = f"{sure} certain, {scope['possible']:,} more cannot be ruled out"
    lines.append(line("Units in reach", reach))
    if scope["lots"]:
        loose = scope["loose_pieces"]
        pieces = "not known" if loose is None else f"{loose:,}"
        lines.append(line("Loose parts", f"{pieces}, of {scope['lots']} lots"))
    states = grid(
        "Units by state",
        ("State", "Certain", "Possible"),
        ((_STATES[one["state"]], one["units"], one["possible"]) for one in scope["by_state"]),
    )
    countries = grid(
        "Units by country",
        ("Country", "In stock", "On the way", "Sold", "Not recorded", "Possible"),
        ([one[key] for key in ("country", *_STATES, "possible")] for one in scope["by_country"]),
    )
    return Told(lines, states + countries)


def _analysis(content: dict[str, Any], file: CaseFile) -> Told:
    lines, grids = told_causes(content, file)
    return Told(lines, grids)


def _chosen(content: dict[str, Any], file: CaseFile) -> Told:
    del file
    if "control" not in content:
        return Told([], [])
    change = content.get("change_id")
    since = f"change {change}" if change else f"first built {content['cut_in_on']}"
    return Told(
        [
            line("Action", content["control"]),
            line("In force with", since),
            line("Concerns", units(content["treated"])),
        ],
        [],
    )


def _effect(content: dict[str, Any], file: CaseFile) -> Told:
    lines = []
    for one in file.checks:
        power = "" if one.power is None else f", power {one.power:.3f}"
        asked = f"{one.query['minimum_effect']:.0%} fewer" if "minimum_effect" in one.query else ""
        lines.append(
            line(
                f"Check {one.id}",
                f"written down {moment(one.at)} by {one.by}, before anybody looked: asked for"
                f" {asked or 'less'}, to be judged on {one.judge_on}{power}:"
                f" {one.state.replace('_', ' ')}",
            )
        )
    if "summary" in content:
        lines.append(line("Result", content["summary"]))
    if "because" in content:
        lines.append(line("Not judged yet", content["because"]))
    return Told(lines, [])


def _prevention(content: dict[str, Any], file: CaseFile) -> Told:
    decided = {one.id: one.result or one.state for one in file.actions}
    rows = [
        (
            one["site"],
            one["models"],
            one.get("suppliers") or _NO_PART,
            decided.get(decision_name(file.case.id, one["site"]), "open"),
        )
        for one in content.get("sites", ())
    ]
    columns = ("Site", "Models", "Has the part from", "Decision")
    lines = [
        line(label, ", ".join(content[key]))
        for key, label in (
            ("markets", "Markets in reach"),
            ("other_parts", "Other parts of the supplier"),
        )
        if content.get(key)
    ]
    return Told(lines, grid("Where else it could arise", columns, rows))


def _closure(content: dict[str, Any], file: CaseFile) -> Told:
    del file
    if "dismissed" in content:
        return Told([line("Dismissed: there was no trouble", content["dismissed"])], [])
    if "check" in content:
        shown = f"effect shown by check {content['check']}, evidence {content['evidence']}"
        return Told([line("Closed", shown)], [])
    return Told([], [])


_TELL: dict[str, Callable[[dict[str, Any], CaseFile], Told]] = {
    "D0": _emergency,
    "D1": _team,
    "D2": _problem,
    "D3": _containment,
    "D4": _analysis,
    "D5": _chosen,
    "D6": _effect,
    "D7": _prevention,
    "D8": _closure,
}
