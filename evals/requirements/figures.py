"""Limits as labelled by hand, and kinds project by project, on 625 public requirements."""

import csv
import os
from collections.abc import Iterable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from evals.figure import Figure, share
from evals.requirements import displays
from evals.requirements.sorting import CLASSES, Typed, by_lists, by_other_projects, weighted_f1
from services.requirements.limits import Limit, read_limits

DATA = "req_promise_nfr"
LEAST_F1 = 0.70
LEAST_EXACT = 0.85
HALVES = {"build": "rows for building", "held": "rows held back"}


def figures() -> list[Figure]:
    """Every figure; all of them need public data sets."""
    return [*_of_texts(), *displays.figures()]


def _of_texts() -> list[Figure]:
    folder = Path(os.environ.get("ANDON_TEST_DATA", "../shared/data")) / DATA
    if not folder.is_dir():
        return [Figure(figure="requirements", value=0, n=0, skipped=f"no {folder}")]
    rows = read_rows(folder)
    return [*limits(rows), *kinds(rows)]


def read_rows(folder: Path) -> list[Typed]:
    """The requirements of the data set, in its order."""
    with (folder / "promise_nfr.csv").open(encoding="utf-8-sig", newline="") as file:
        return [
            Typed(row["ProjectID"], row["RequirementText"], CLASSES[row["class"]])
            for row in csv.DictReader(file, delimiter=";")
        ]


def limits(rows: Sequence[Typed]) -> list[Figure]:
    """Requirements all of whose limits are read exactly, and no other."""
    text = (files("evals.requirements") / "gold" / "limits.yaml").read_text(encoding="utf-8")
    gold: dict[str, dict[int, list[list[Any]]]] = yaml.safe_load(text)
    found = []
    invented: list[bool] = []
    for half, name in HALVES.items():
        right = []
        for number, labels in gold[half].items():
            said = _said(read_limits(rows[number - 1].text, "en").limits)
            truth = {tuple(label) for label in labels}
            right.append(said == truth)
            invented += [bool(said)] if not truth else []
        least = LEAST_EXACT if half == "held" else None
        found.append(share(f"limits exact, {name}", right, at_least=least))
    found.append(share("limits read where there is none", invented, at_most=0.0))
    return found


def kinds(rows: Sequence[Typed]) -> list[Figure]:
    """Weighted F1 of twelve kinds, each project by what the others teach."""
    truth = [row.kind for row in rows]
    joined = weighted_f1(truth, by_other_projects(rows, lists=True))
    alone = weighted_f1(truth, by_lists(rows))
    learnt = weighted_f1(truth, by_other_projects(rows, lists=False))
    name = "weighted F1 of 12 kinds"
    return [
        Figure(
            figure=f"{name}, lists and other projects",
            value=joined,
            n=len(rows),
            target=f">= {LEAST_F1:g}",
            met=joined >= LEAST_F1,
        ),
        Figure(figure=f"{name}, lists alone (as shipped)", value=alone, n=len(rows)),
        Figure(figure=f"{name}, other projects alone", value=learnt, n=len(rows)),
    ]


def _said(found: Iterable[Limit]) -> set[tuple[Any, ...]]:
    return {
        (
            one.operator,
            one.value,
            *([] if one.high is None else [one.high]),
            one.unit,
            *([] if one.share is None else [one.share]),
        )
        for one in found
    }
