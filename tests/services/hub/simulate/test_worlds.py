"""Every world runs, and its truth says what its files say."""

from collections.abc import Callable
from datetime import timedelta
from math import log, sqrt
from typing import Any

import pytest

from domain.records.cause import Condition
from services.hub.simulate import WORLDS, Plan

Make = Callable[[Plan], Any]
VERDICTS = {
    "growth_only": "no_elevated_rate",
    "null": "no_elevated_rate",
    "season": "seasonal",
    "new_channel": "reporting_artefact",
    "aliased": "not_identifiable",
    "few_cases": "undetermined",
    "station_camera": "no_elevated_rate",
    "station_lot": "no_elevated_rate",
    "station_pose": "no_elevated_rate",
    "station_null": "no_elevated_rate",
}


@pytest.mark.parametrize("name", WORLDS)
def test_the_truth_says_what_the_files_say(make: Make, name: str) -> None:
    world = make(Plan(world=name, units=2_000, format="parquet"))
    truth = world.truth
    assert truth.cause_verdict == VERDICTS.get(name, "cause_found")
    assert world.units(Condition(), truth.symptom) == (
        truth.population.units,
        truth.population.failures,
    )
    for cause in truth.causes:
        found = world.units(cause.condition, truth.symptom)
        assert found == (cause.exposed_units, cause.exposed_failures)
        assert cause.exposed_units > 0
    for rival in truth.rivals:
        assert world.units(rival.condition, truth.symptom) == (rival.units, rival.failures)


def test_years_in_service_can_be_counted_again(make: Make) -> None:
    world = make(Plan(world="null", units=2_000, format="parquet"))
    years = world.years(Condition(), world.truth.symptom)
    assert years == pytest.approx(world.truth.population.years, abs=0.01)


def _log_ratio(first: Any, second: Any) -> tuple[float, float]:
    """Logarithm of the rate ratio of two (failures, years), and its standard error."""
    (failed, years), (others, other_years) = first, second
    return log(failed / years * other_years / others), sqrt(1 / failed + 1 / others)


@pytest.mark.parametrize("ratio", [1.5, 3.0, 6.0])
def test_the_planted_ratio_and_failures_come_out(make: Make, ratio: float) -> None:
    plan = Plan(units=20_000, rate_ratio=ratio, exposed_failures=150, format="parquet")
    cause = make(plan).truth.causes[0]
    found, error = _log_ratio(
        (cause.exposed_failures, cause.exposed_years),
        (cause.baseline_failures, cause.baseline_years),
    )
    assert abs(cause.exposed_failures - 150) < 4 * sqrt(150)
    assert abs(found - log(ratio)) < 4 * error + 0.15


def test_in_the_null_world_no_site_line_or_supplier_differs(make: Make) -> None:
    """Chi-square of failures over years stays below its 99.9 % point for each factor."""
    from scipy.stats import chi2

    world = make(Plan(world="null", seed=3, units=20_000, format="parquet"))
    symptom = world.truth.symptom
    world.database.execute(
        "CREATE TEMP TABLE risk AS SELECT u.*, l.supplier_id, "
        "greatest(0, least(DATE '2026-11-15' - sold_on, months * 30.4375)) AS days, "
        f"serial IN (SELECT serial FROM claims WHERE symptom_code = '{symptom}') AS failed "
        "FROM units u JOIN models USING (model_id) JOIN warranties USING (model_id, country) "
        "JOIN unit_parts p USING (serial) JOIN part_lots l USING (lot_id) "
        "WHERE p.part_id = 'P-PSU' AND sold_on IS NOT NULL AND family IN (SELECT m.family "
        f"FROM claims c JOIN models m USING (model_id) WHERE symptom_code = '{symptom}')"
    )
    for factor in ("site_id", "line_id", "shift", "supplier_id", "model_id"):
        groups = world.rows(
            f"SELECT count(*) FILTER (WHERE failed), sum(days) FROM risk GROUP BY {factor}"
        )
        total, days = sum(g[0] for g in groups), float(sum(g[1] for g in groups))
        expected = [total * float(g[1]) / days for g in groups]
        distance = sum((g[0] - e) ** 2 / e for g, e in zip(groups, expected, strict=True))
        assert distance < chi2.ppf(0.999, len(groups) - 1)


def test_simpson_misleads_in_the_crude_and_not_within_sites(make: Make) -> None:
    world = make(
        Plan(
            world="simpson",
            units=20_000,
            rate_ratio=3,
            exposed_failures=600,
            seed=2,
            format="parquet",
        )
    )
    accused = world.truth.rivals[0].condition
    bad_site = world.truth.causes[0].condition.site_id
    table = world.rows(
        "SELECT u.site_id = ? AS bad, l.supplier_id = ? AS accused, count(*) AS units, "
        "count(*) FILTER (WHERE serial IN (SELECT serial FROM claims WHERE symptom_code = ?)) "
        "FROM units u JOIN unit_parts p USING (serial) JOIN part_lots l USING (lot_id) "
        "JOIN models USING (model_id) WHERE p.part_id = ? AND family IN (SELECT m.family FROM "
        "claims c JOIN models m USING (model_id) WHERE symptom_code = ? GROUP BY 1) "
        "GROUP BY ALL",
        bad_site,
        accused.supplier_id,
        world.truth.symptom,
        accused.part_id,
        world.truth.symptom,
    )
    cells = {(bad, who): (units, failed) for bad, who, units, failed in table}

    def rate(who: bool, bad: bool | None = None) -> float:
        chosen = [cells[b, w] for b, w in cells if w == who and bad in (None, b)]
        return float(sum(failed for _, failed in chosen) / sum(units for units, _ in chosen))

    assert rate(True) > 1.3 * rate(False)
    assert rate(True, bad=True) < rate(False, bad=True)
    assert rate(True, bad=False) < rate(False, bad=False)


def test_aliased_candidates_are_the_same_units(make: Make) -> None:
    first, second = make(Plan(world="aliased", units=2_000, format="parquet")).truth.causes
    assert first.condition != second.condition
    assert (first.exposed_units, first.exposed_failures) == (
        second.exposed_units,
        second.exposed_failures,
    )


@pytest.mark.parametrize("seed", [1, 7, 11])
def test_few_cases_stay_few_whatever_the_seed(make: Make, seed: int) -> None:
    cause = make(Plan(world="few_cases", seed=seed, units=2_000, format="parquet")).truth.causes[0]
    assert 2 <= cause.exposed_failures <= 4


def test_growth_raises_counts_and_not_rates(make: Make) -> None:
    world = make(Plan(world="growth_only", units=20_000, format="parquet"))
    months = dict(
        world.rows(
            "SELECT date_trunc('month', built_at)::DATE, count(*) FROM units GROUP BY 1 ORDER BY 1"
        )
    )
    full = list(months.values())[1:-2]
    assert full[-1] > 4 * full[0]
    claims = world.rows(
        "SELECT count(*) FILTER (WHERE reported_at > TIMESTAMP '2026-08-15'), "
        "count(*) FILTER (WHERE reported_at < TIMESTAMP '2026-01-01') FROM claims"
    )[0]
    assert claims[0] > 3 * claims[1]
    late = world.truth.rivals[0].condition
    sides = [late, Condition(built_to=late.built_from - timedelta(days=1))]
    failed = [world.units(side, world.truth.symptom)[1] for side in sides]
    years = [world.years(side, world.truth.symptom) for side in sides]
    found, error = _log_ratio((failed[0], years[0]), (failed[1], years[1]))
    assert abs(found) < 3 * error


def test_in_the_season_world_failures_follow_the_summer(make: Make) -> None:
    world = make(Plan(world="season", units=20_000, format="parquet"))
    summer, winter = world.rows(
        "SELECT count(*) FILTER (WHERE month(failed_at) IN (6, 7, 8)), "
        "count(*) FILTER (WHERE month(failed_at) IN (12, 1, 2)) FROM claims "
        "WHERE symptom_code = 'NOT_COOLING' "
        "AND country IN ('DE', 'FR', 'IT', 'ES', 'US', 'CN', 'JP')"
    )[0]
    assert summer > 4 * max(winter, 1)


def test_a_new_channel_raises_feedback_and_leaves_claims(make: Make) -> None:
    world = make(Plan(world="new_channel", units=20_000, format="parquet"))
    condition = world.truth.causes[0].condition
    countries = list(condition.country)
    monthly = (
        "SELECT count(*) FILTER (WHERE {at} >= DATE '2026-10-01') / 45.0, "
        "count(*) FILTER (WHERE {at} BETWEEN DATE '2026-06-01' AND DATE '2026-08-30') / 90.0 "
        "FROM {table} WHERE list_contains(?, country)"
    )
    told, before = world.rows(monthly.format(at="received_at", table="feedback"), countries)[0]
    claimed, usual = world.rows(monthly.format(at="reported_at", table="claims"), countries)[0]
    assert told / before > 1.5 * claimed / usual
    assert world.count("SELECT count(*) FROM feedback WHERE channel = 'app'") > 20
    assert (
        world.count(
            "SELECT count(*) FROM feedback WHERE channel = 'app' AND NOT list_contains(?, country)",
            countries,
        )
        == 0
    )


def _changes(truth: Any) -> tuple[float, float]:
    """Rate after over rate before, at the treated and at the untouched line."""
    rates = {name: group.failures / group.years for name, group in truth.fix.groups.items()}
    return (
        rates["treated_after"] / rates["treated_before"],
        rates["control_after"] / rates["control_before"],
    )


def test_a_fix_that_works_shows_against_the_untouched_line(make: Make) -> None:
    truth = make(
        Plan(world="fix_works", units=20_000, exposed_failures=900, format="parquet")
    ).truth
    treated, control = _changes(truth)
    assert truth.fix.fix_verdict == "effective"
    assert treated / control == pytest.approx(1 / 3, rel=0.45)
    assert 0.6 < control < 1.6


def test_a_fix_that_fails_looks_good_until_the_other_line_is_seen(make: Make) -> None:
    truth = make(
        Plan(world="fix_fails", units=20_000, exposed_failures=900, format="parquet")
    ).truth
    treated, control = _changes(truth)
    assert truth.fix.fix_verdict == "not_effective"
    assert treated < 0.85
    assert 0.65 < treated / control < 1.55


def test_the_cut_in_serial_is_the_first_unit_with_the_action(make: Make) -> None:
    world = make(Plan(world="fix_works", units=2_000, format="parquet"))
    fix = world.truth.fix
    first = world.rows(
        "SELECT serial, built_at FROM units u JOIN process_changes c ON c.change_id = ? "
        "WHERE u.line_id = c.line_id AND u.built_at >= c.effective_at ORDER BY built_at LIMIT 1",
        fix.condition.change_id,
    )[0]
    assert first == (fix.cut_in_serial, fix.cut_in_at)


def test_a_worsening_supplier_rejects_more_and_delivers_later(make: Make) -> None:
    world = make(Plan(world="supplier_deteriorates", units=20_000, format="parquet"))
    worse = [name for name, verdict in world.truth.suppliers.items() if verdict == "deteriorating"]
    assert len(worse) == 1
    late, early, late_ppm, early_ppm = world.rows(
        "SELECT avg((delivered_on > promised_on)::INT) FILTER (WHERE recent), "
        "avg((delivered_on > promised_on)::INT) FILTER (WHERE NOT recent), "
        "sum(rejected_quantity / quantity) FILTER (WHERE recent) / count(*) FILTER (WHERE recent), "
        "sum(rejected_quantity / quantity) FILTER (WHERE NOT recent) "
        "/ count(*) FILTER (WHERE NOT recent) "
        "FROM (SELECT *, delivered_on > DATE '2026-08-01' AS recent FROM deliveries "
        "WHERE supplier_id = ? AND (recent OR delivered_on < DATE '2025-12-01'))",
        worse[0],
    )[0]
    assert late > early + 0.1
    assert late_ppm > 3 * early_ppm
