"""Something that begins on a day: the cell fails as elsewhere before it, and more often after."""

from collections.abc import Callable
from datetime import date, timedelta
from math import log, sqrt
from typing import Any

import pytest

from services.hub.simulate import Plan
from services.hub.simulate.setting import make_setting

Make = Callable[[Plan], Any]


def _rates(world: Any, first: date, last: date) -> tuple[tuple[int, float], tuple[int, float]]:
    """First failures and unit-years between two days, of the cell and of its family elsewhere."""
    new = world.truth.emerging
    cell = f"u.model_id = '{new.model_id}'"
    if new.countries:
        cell += f" AND u.country IN ({', '.join(repr(one) for one in new.countries)})"
    rows = world.rows(
        "WITH failed AS (SELECT serial, min(failed_at)::DATE AS failed_on FROM claims "
        f"WHERE symptom_code = '{new.symptom}' GROUP BY serial), "
        f"served AS (SELECT coalesce({cell}, false) AS inside, failed_on, "
        f"greatest(sold_on, DATE '{first}') AS began, least(DATE '{last}', "
        "(sold_on + to_months(months::INTEGER))::DATE, coalesce(failed_on, DATE '2100-01-01')) "
        "AS ended FROM units u JOIN models USING (model_id) JOIN warranties w USING (model_id, "
        "country) LEFT JOIN failed USING (serial) "
        f"WHERE family = '{new.family}' AND sold_on IS NOT NULL) "
        f"SELECT inside, count(*) FILTER (WHERE failed_on BETWEEN DATE '{first}' "
        f"AND DATE '{last}'), sum(greatest(0, ended - began)) / 365.25 FROM served "
        "GROUP BY inside ORDER BY inside DESC"
    )
    return rows[0][1:], rows[1][1:]


def _log_ratio(cell: tuple[int, float], rest: tuple[int, float]) -> tuple[float, float]:
    return log(cell[0] / cell[1] * rest[1] / rest[0]), sqrt(1 / cell[0] + 1 / rest[0])


@pytest.mark.parametrize("seed", [3, 4])
def test_the_cell_fails_as_the_others_before_the_onset_and_more_often_after(
    make: Make, seed: int
) -> None:
    world = make(
        Plan(
            world="emerging",
            units=20_000,
            seed=seed,
            rate_ratio=4,
            exposed_failures=100,
            format="parquet",
        )
    )
    new, end = world.truth.emerging, world.truth.plan.end
    calm, error = _log_ratio(*_rates(world, date(2025, 1, 1), new.onset - timedelta(days=1)))
    assert abs(calm) < 3 * error
    raised, error = _log_ratio(*_rates(world, new.onset, end - timedelta(days=20)))
    assert abs(raised - log(4)) < 3 * error + 0.15


def test_the_truth_names_the_cell_and_other_worlds_have_none(make: Make) -> None:
    truth = make(Plan(world="emerging", units=2_000, format="parquet")).truth
    assert truth.emerging.symptom == truth.symptom
    assert truth.causes[0].condition.model_id == (truth.emerging.model_id,)
    assert 60 <= (truth.plan.end - truth.emerging.onset).days <= 120
    assert make(Plan(world="null", units=2_000, format="parquet")).truth.emerging is None


def test_seeds_differ_in_where_it_begins() -> None:
    found = [
        make_setting(Plan(world="emerging", seed=seed)).scenario.effects[0].condition
        for seed in range(12)
    ]
    assert {bool(one.country) for one in found} == {True, False}
    assert len({one.model_id for one in found}) > 3
