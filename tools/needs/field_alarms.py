"""From cells that signal to alarms: named, dated, and with what they rest on."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from domain.contract import Contract
from domain.records.alarm import Alarm, AlarmState
from domain.records.cause import Condition
from tools.needs.coded_feedback import SymptomCodes
from tools.needs.field_events import WEEK, FieldEvents, Population
from tools.needs.field_levels import Window
from tools.needs.field_watch import CellRow, FieldWatch
from tools.needs.issue_cells import Source
from tools.needs.issue_rates import UNKNOWN_SEVERITY
from tools.needs.service_months import rounded

if TYPE_CHECKING:
    import numpy as np

BEYOND_DOUBT = 0.001
"""Adjusted p-value at which an alarm needs no second signal."""
NEAR = 0.5
"""Share of its limit from which on a sum is on the watch list."""
RAISED_SHARE = 0.05
"""P-value at which a symptom's share of all voices counts as raised."""


class NearAlarm(Contract):
    """A cell that has not signalled, with a sum well on its way."""

    key: str
    """Name of the cell, as an alarm would have it."""
    symptom: str
    """Symptom code."""
    source: Source
    """What tells of the events."""
    share_of_limit: float
    """Sum over limit, 0 to 1 and beyond where the events are too few for so thin a baseline."""
    since: date
    """First day of the week in which the sum left zero."""
    events: int
    """Events since then (count)."""
    expected: float
    """Events that exposure explains (count)."""


class Observed(NamedTuple):
    """One source, watched."""

    population: Population
    """Units in service."""
    events: FieldEvents
    """What was counted."""
    window: Window
    """The weeks."""
    watch: FieldWatch
    """What the charts say."""
    countries: tuple[str, ...]
    """Markets asked about; none: all."""


def alarms_of(seen: Observed, codes: SymptomCodes) -> tuple[Alarm, ...]:
    """An alarm for each cell that explains a signal."""
    return tuple(_alarm(seen, cell, codes) for cell in seen.watch.named)


def near_alarms(seen: Observed, most: int) -> tuple[NearAlarm, ...]:
    """Cells without an alarm in their line whose sums stand highest beside their limits."""
    import numpy as np

    taken = {key for cell in seen.watch.named for key in _line(seen, cell.depth, cell.row)}
    found = []
    for depth, level in enumerate(seen.watch.levels):
        if not len(level.p_values):
            continue
        share = level.charts.sums[:, -1] / level.charts.limit
        for row in np.flatnonzero((share >= NEAR) & ~level.active).tolist():
            key = _line(seen, depth, row)[-1]
            if not taken & set(_line(seen, depth, row)) and not _within(key, taken):
                found.append(_near(seen, depth, row, float(share[row])))
    found.sort(key=lambda one: (-one.share_of_limit, one.key))
    return tuple(found[:most])


def only_more_voices(seen: Observed, cell: CellRow) -> bool:
    """True if the symptom's share of all voices did not rise: people write more, of everything."""
    import numpy as np

    from domain.rates import Incidence, rate_ratio

    level = seen.watch.levels[cell.depth]
    since = seen.window.first + int(level.charts.since[cell.row])
    events, places = seen.events, _places(seen, cell.depth, cell.row)
    there = np.isin(events.place, places)
    own = there & (events.symptom == level.layer.symptom[cell.row])
    late = events.week >= since
    now, before = (float(events.counts[own & some].sum()) for some in (late, ~late))
    others, earlier = (float(events.counts[there & ~own & some].sum()) for some in (late, ~late))
    if not others or not earlier:
        return False
    found = rate_ratio(Incidence(int(now), others), Incidence(int(before), earlier))
    raised = found.ratio.estimate is None or found.ratio.estimate > 1
    return not (raised and found.p_value / 2 <= RAISED_SHARE)


def _alarm(seen: Observed, cell: CellRow, codes: SymptomCodes) -> Alarm:
    level = seen.watch.levels[cell.depth]
    charts, row = level.charts, cell.row
    symptom = seen.events.symptoms[level.layer.symptom[row]]
    q_value = float(seen.watch.q_values[cell.depth][row])
    return Alarm(
        key=key_of(seen, cell),
        kind="field",
        level=level.layer.level,
        symptom=symptom,
        where=_where(seen, cell.depth, row),
        family=_family(seen, cell.depth, row),
        severity=codes.severity_of(symptom) or UNKNOWN_SEVERITY,
        state=state_of(seen, cell),
        since=_monday(seen, int(charts.since[row])),
        signalled_on=_monday(seen, cell.signalled) + timedelta(days=6),
        events=int(charts.events[row]),
        expected=_short(charts.expected[row]),
        ratio=rounded(charts.ratio(row)),
        p_value=_short(level.p_values[row]),
        q_value=_short(q_value),
        chart=tuple(_short(value) for value in charts.sums[row].tolist()),
        limit=_short(charts.limit[row]),
    )


def state_of(seen: Observed, cell: CellRow) -> AlarmState:
    """Confirmed by a second week with a signal, or at once if it is beyond doubt."""
    q_value = float(seen.watch.q_values[cell.depth][cell.row])
    return "confirmed" if cell.signals > 1 or q_value <= BEYOND_DOUBT else "watch"


def key_of(seen: Observed, cell: CellRow) -> str:
    """Name of a cell: the same in every run."""
    return _line(seen, cell.depth, cell.row)[-1]


def _line(seen: Observed, depth: int, row: int) -> tuple[str, ...]:
    """Names of a cell and of the wider ones that hold it, widest first."""
    layer = seen.watch.levels[depth].layer
    symptom, group = seen.events.symptoms[layer.symptom[row]], int(layer.group[row])
    names = [_family(seen, depth, row)]
    if depth == 1:
        names.append(seen.watch.groups.models[group])
    elif depth > 1:
        place = seen.population.places[group]
        names += [place.model_id, place.country or "?"]
    return tuple(
        f"field/{symptom}/{'/'.join(names[:length])}" for length in range(1, len(names) + 1)
    )


def _within(key: str, taken: set[str]) -> bool:
    """Whether an alarm lies inside the cell of this name."""
    return any(one.startswith(f"{key}/") for one in taken)


def _family(seen: Observed, depth: int, row: int) -> str:
    groups, group = seen.watch.groups, seen.watch.levels[depth].layer.group[row]
    of_level = (lambda: group, lambda: groups.family_of_model[group], lambda: groups.family[group])
    return groups.families[int(of_level[depth]())]


def _places(seen: Observed, depth: int, row: int) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    import numpy as np

    groups, group = seen.watch.groups, int(seen.watch.levels[depth].layer.group[row])
    if depth == 0:
        return np.flatnonzero(groups.family == group)
    return np.flatnonzero(groups.model == group) if depth == 1 else np.array([group])


def _where(seen: Observed, depth: int, row: int) -> Condition:
    places = [seen.population.places[place] for place in _places(seen, depth, row).tolist()]
    countries = (places[0].country or "?",) if depth > 1 else seen.countries
    return Condition(
        model_id=tuple(sorted({place.model_id for place in places})), country=countries or None
    )


def _near(seen: Observed, depth: int, row: int, share: float) -> NearAlarm:
    level = seen.watch.levels[depth]
    return NearAlarm(
        key=_line(seen, depth, row)[-1],
        symptom=seen.events.symptoms[level.layer.symptom[row]],
        source=seen.events.source,
        share_of_limit=_short(share),
        since=_monday(seen, int(level.charts.since[row])),
        events=int(level.charts.events[row]),
        expected=_short(level.charts.expected[row]),
    )


def _monday(seen: Observed, week: int) -> date:
    return seen.population.first_monday + WEEK * (seen.window.first + week)


def _short(value: float) -> float:
    return float(f"{value:.6g}")
