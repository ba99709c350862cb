"""D4 in words: the three causes, what was tested for each candidate, and what comes next."""

from typing import Any

from domain.records.case import CauseKind
from graphs.casework.sections import Grid, Line, grid, line, units
from memory.case_rows import CaseFile

CAUSES: tuple[tuple[CauseKind, str], ...] = (
    ("occurrence", "Why it arose"),
    ("escape", "Why it was not caught"),
    ("systemic", "Why the system allowed it"),
)
_VERDICTS = {
    "cause_found": "a cause is found and withstood its tests",
    "not_identifiable": "several conditions always came together; records cannot tell them apart",
    "undetermined": "too little to name a cause",
    "no_elevated_rate": "the rate is not raised",
    "seasonal": "the failures follow the season",
    "reporting_artefact": "only the way it is reported has changed",
}


def told_causes(content: dict[str, Any], file: CaseFile) -> tuple[list[Line], list[Grid]]:
    """Lines and tables of D4."""
    lines = [_cause(kind, label, file) for kind, label in CAUSES]
    if "verdict" in content:
        verdict = _VERDICTS.get(content["verdict"], content["verdict"])
        lines.append(line("What the data say", verdict))
    lines += [line("Limit", one) for one in content.get("limits", ())]
    lines += [line("Next", one) for one in content.get("next", ())]
    return lines, _tested(content) + _candidates(content) + _known(content)


def _cause(kind: CauseKind, label: str, file: CaseFile) -> Line:
    found = next((one for one in file.causes if one.kind == kind), None)
    if found is None:
        return line(label, "open: not stated yet")
    cited = f" [{', '.join(found.evidence)}]" if found.evidence else ""
    return line(label, f"{found.statement} ({found.status}, by {found.by}){cited}")


def _tested(content: dict[str, Any]) -> list[Grid]:
    return grid(
        "Hypotheses and their tests",
        ("Hypothesis", "Branch", "If it were true", "Outcome", "Evidence"),
        (
            (one["statement"], one["branch"], one["predicts"], one["status"], one["evidence"])
            for one in content.get("hypotheses", ())
        ),
    )


def _candidates(content: dict[str, Any]) -> list[Grid]:
    return grid(
        "Conditions that stood out",
        ("Which units", "Failed", "Rate against the others", "Stands"),
        (
            (
                units(one["condition"]),
                f"{one['failures']:,} of {one['units']:,}",
                _ratio(one),
                "ruled out" if one["ruled_out"] else "yes",
            )
            for one in content.get("candidates", ())
        ),
    )


def _ratio(one: dict[str, Any]) -> str:
    ratio, interval = one.get("rate_ratio"), one.get("interval")
    if ratio is None:
        return "none of the others failed"
    if not interval or None in interval:
        return f"{ratio:.3g} times"
    return f"{ratio:.3g} times (95 % {interval[0]:.3g} to {interval[1]:.3g})"


def _known(content: dict[str, Any]) -> list[Grid]:
    return grid(
        "Known from earlier cases: kept in mind, no proof here",
        ("Case", "Cause there", "What helped", "Reviewed"),
        (
            (one["case_id"], units(one["cause"]), one["control"], one["review"].replace("_", " "))
            for one in content.get("known_before", ())
        ),
    )
