"""The replay of a factory in memory is what the tool would have said on that day."""

from datetime import date, timedelta

import pytest

from domain.run_length import cusum_run_length
from evals.factory import factory
from evals.factory.oracle import oracle_delay, oracle_limit
from evals.factory.worlds import UNREAD, replay
from evals.root_cause.worlds import NOW
from services.hub.hub import Hub
from services.hub.ingest.load import ingest
from services.hub.simulate import Plan, simulate
from services.hub.simulate.setting import make_setting
from services.hub.simulate.timeline import DAY
from services.policy.vault import Vault
from tests.conftest import asking
from tools.production.factory_alarms import EPOCH, alarms_of
from tools.production.factory_charts import charts_of
from tools.production.factory_watch import factory_watch
from tools.runner import run_tool

PLAN = Plan(world="drift", seed=8, units=12_000, format="parquet")


def test_a_replay_in_memory_says_what_the_tool_says_as_of_that_day(tmp_path) -> None:
    simulate(PLAN, tmp_path / "exports")
    for table in UNREAD:
        (tmp_path / "exports" / f"{table}.parquet").unlink()
    hub = Hub.create(tmp_path / "hub")
    ingest(hub, tmp_path / "exports", Vault.open(tmp_path / "state"), now=NOW)
    drift = make_setting(PLAN).drift
    assert drift is not None
    day = EPOCH + timedelta(days=drift.first // DAY + 25)
    said = run_tool(factory_watch, {}, asking(hub, tmp_path)(as_of=day)).result

    watching = factory._watching((day - EPOCH).days)
    charts = charts_of(replay(PLAN).factory, watching)
    alarms = alarms_of(charts, ())
    assert said["charts"] == len(charts.charts)
    assert [one["key"] for one in said["alarms"]] == [one.key for one in alarms]
    assert [one["chart"] for one in said["alarms"]] == [list(one.chart) for one in alarms]
    assert [one.where.line_id for one in alarms] == [
        make_setting(PLAN).catalogue.lines[drift.line].line_id
    ]


def test_the_oracle_has_the_run_length_that_it_is_given() -> None:
    limit = oracle_limit(2000.0)
    assert cusum_run_length(slack=0.5, limit=limit) == pytest.approx(2000, rel=0.01)


def test_the_oracle_signals_while_the_mean_leaves_its_place() -> None:
    delay = oracle_delay(make_setting(PLAN), 5000.0)
    assert delay is not None
    assert 0 < delay < 60


def test_a_world_without_drift_has_no_oracle() -> None:
    plan = Plan(world="null", seed=8, units=500, end=date(2026, 11, 15))
    assert oracle_delay(make_setting(plan), 5000.0) is None


def test_the_budget_is_met_only_if_the_whole_interval_lies_within_it() -> None:
    few = [factory.Quiet(weeks=20, alarms=1, confirmed=0)]
    many = [factory.Quiet(weeks=400, alarms=20, confirmed=2)]
    assert [one.met for one in factory._quiet_figures(few)] == [False, True]
    assert [one.met for one in factory._quiet_figures(many)] == [True, True]


def test_a_drift_that_is_never_found_counts_against_the_share_and_not_in_the_delay() -> None:
    worlds = [factory.Drifted(100, 12, 13, 10), factory.Drifted(100, None, None, 9)]
    found = {one.figure: one for one in factory._drift_figures(worlds)}
    assert found["drift: found"].value == 0.5
    assert found["drift: days later than the oracle"].value == 2
    assert found["drift: days later than the oracle"].n == 1
