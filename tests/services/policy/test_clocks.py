from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from domain.clocks import Pause, Place, due_at
from domain.errors import BadArgument, InvalidArgument
from services.hub.ingest.codes import country_codes
from services.policy.clocks import clocks, read_clocks

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
SHANGHAI = Place("Asia/Shanghai", "CN")
SHIPPED = (Path(__file__).parents[3] / "services/policy/clocks.yaml").read_text(encoding="utf-8")


def changed(old: str, new: str) -> bytes:
    assert old in SHIPPED
    return SHIPPED.replace(old, new, 1).encode()


def test_every_country_of_the_rules_exists_and_its_clocks_can_be_reckoned() -> None:
    rules = clocks()
    assert set(rules.rules.zones) <= country_codes()
    for country in rules.rules.zones:
        assert rules.covers(country)
        for event in rules.rules.events:
            for duty in rules.duties(country, event):
                limit = duty.limit or rules.rules.house_target
                assert due_at(NOW, limit.limit(), rules.place(country)) > NOW


def test_norway_is_a_country_and_not_a_no() -> None:
    assert [duty.id for duty in clocks().duties("NO", "accident")] == [
        "eu-gpsr-accident",
        "eu-gpsr-dangerous-product",
    ]


def test_names_of_duties_are_unique_and_each_has_a_source() -> None:
    duties = clocks().rules.duties
    assert len({duty.id for duty in duties}) == len(duties)
    assert all(duty.source and duty.note for duty in duties)


def test_a_country_of_no_rule_is_not_covered() -> None:
    assert not clocks().covers("SA")
    assert clocks().duties("SA", "accident") == ()


def test_a_supplier_has_a_day_for_containment_and_months_to_close() -> None:
    found = {one.step: one.due_at for one in clocks().response_due(4, NOW, SHANGHAI)}
    assert list(found) == ["D3", "D4", "D5", "D6", "D8"]
    assert found["D3"] == NOW + timedelta(hours=24)
    assert found["D4"] == found["D5"]
    assert found["D8"] - NOW > timedelta(days=60)


def test_a_graver_matter_is_never_due_later() -> None:
    by_severity = [clocks().response_due(one, NOW, SHANGHAI) for one in range(1, 6)]
    for milder, graver in pairwise(by_severity):
        for one, other in zip(milder, graver, strict=True):
            assert other.due_at <= one.due_at


def test_the_suppliers_clock_stands_while_we_owe_samples() -> None:
    pause = Pause(NOW + timedelta(hours=2), NOW + timedelta(hours=50))
    first = clocks().response_due(4, NOW, SHANGHAI, [pause])[0]
    assert first.due_at == NOW + timedelta(hours=72)
    with pytest.raises(InvalidArgument, match="severity"):
        clocks().response_due(6, NOW, SHANGHAI)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"duties: [", "no YAML"),
        (changed("limit: {amount: 24, unit: hours}", "limit: {amount: 0, unit: hours}"), "amount"),
        (changed("unit: working_days}", "unit: weeks}"), "unit"),
        (changed("  US: America/New_York\n", ""), "zones: none for US"),
        (changed("confidence: high", "confidence: sure"), "confidence"),
        (changed("    1: {D3", "    0: {D3"), "severities 1 to 5"),
    ],
)
def test_a_slip_in_the_file_is_named(raw, says) -> None:
    with pytest.raises(BadArgument, match=says):
        read_clocks(raw, Path("clocks.yaml"))


def test_a_change_of_the_rules_changes_their_version() -> None:
    other = read_clocks(changed("reviewed_on: 2026", "reviewed_on: 2027"), Path("clocks.yaml"))
    assert other.version != clocks().version
