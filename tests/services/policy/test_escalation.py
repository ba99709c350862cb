"""Limits and ladder are data: whole, with a source, and a slip in the file is said."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.clocks import Place
from domain.errors import BadArgument
from services.policy.clocks import steps_due
from services.policy.escalation import HOUSE, escalation, read_escalation

FILE = Path(__file__).parents[3] / "services/policy/escalation.yaml"
SHIPPED = FILE.read_text(encoding="utf-8")
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)


def changed(old: str, new: str) -> bytes:
    assert old in SHIPPED
    return SHIPPED.replace(old, new, 1).encode()


def test_every_set_of_limits_can_be_reckoned_in_order_for_every_severity() -> None:
    place = Place("Asia/Shanghai", "CN")
    for name in escalation().names:
        policy = escalation().policy(name)
        assert policy.source
        for severity in range(1, 6):
            due = [one.due_at for one in steps_due(policy.clock, severity, NOW, place)]
            assert due == sorted(due, key=lambda at: at or NOW)
            assert len(due) >= 5


def test_the_ladder_climbs_from_a_reminder_to_no_new_business() -> None:
    rungs = [one.rung for one in escalation().rules.ladder]
    assert rungs == ["reminder", "scar", "csl1", "csl2", "csl3", "new_business_hold"]
    held = [one for one in escalation().rules.ladder if one.level]
    assert all(one.exit for one in held)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (changed("days_late: 22", "days_late: 3"), "takes more days"),
        (changed("  fast:", f"  {HOUSE}:"), "clocks.yaml"),
        (changed("  - {trigger: L3}\n", ""), "L1, L2 and L3"),
        (changed("amount: 48", "amount: 0"), "greater than or equal to 1"),
        (b"policies: [", "no YAML"),
    ],
)
def test_a_slip_in_the_file_is_said(raw: bytes, says: str) -> None:
    with pytest.raises(BadArgument, match=says):
        read_escalation(raw, Path("own.yaml"))


def test_a_changed_file_has_another_version() -> None:
    assert read_escalation(changed("days_late: 22", "days_late: 21"), FILE).version != (
        escalation().version
    )
