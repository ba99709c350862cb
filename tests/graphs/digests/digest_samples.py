"""Digests of a region and of a site in which every sort of line is there."""

from datetime import UTC, date, datetime

from domain.intervals import Interval, binomial_interval
from domain.records.alarm import Alarm, SafetySign
from domain.records.cause import Attribute, Condition, Threshold
from domain.records.digest import (
    AlarmLine,
    CaseLine,
    CheckLine,
    Coverage,
    DefectLine,
    Digest,
    Factory,
    Freshness,
    GapLine,
    ProposalLine,
    SafetyLine,
    ShiftLine,
    Watched,
)

QUOTE = "Aus dem Gerät kam Rauch, ich habe sofort den Stecker gezogen @channel <!here>"
ALARM = Alarm(
    key="field:NO_POWER:65Q8:DE",
    kind="field",
    level="market",
    symptom="NO_POWER",
    where=Condition(model_id=("65Q8",), country=("DE", "FR")),
    family="TV",
    severity=3,
    state="confirmed",
    since=date(2026, 10, 26),
    signalled_on=date(2026, 11, 22),
    events=1236,
    expected=618.54,
    ratio=Interval(estimate=1.998, low=1.36, high=None, level=0.95),
    p_value=0.00021,
    q_value=0.004,
    chart=(0.0, 3.2, 8.1),
    limit=6.0,
)
COVERAGE = Coverage(read=12408, coded=11020, duplicate=1204, queued=17, quarantined=184)
REGION = Digest(
    kind="region",
    place="MEA",
    timezone="Asia/Riyadh",
    first_on=date(2026, 11, 16),
    last_on=date(2026, 11, 22),
    as_of=date(2026, 11, 22),
    made_at=datetime(2026, 11, 23, 2, 0, 12, tzinfo=UTC),
    run_id="T-9F3K21",
    safety=(
        SafetyLine(
            sign=SafetySign(
                feedback_id="F-104422",
                severity=5,
                received_at=datetime(2026, 11, 22, 21, 40, tzinfo=UTC),
                symptom="SMOKE_BURN",
                model_id="65Q8",
                country="SA",
                serial="SN-65Q8-000123",
                language="de",
                quote=QUOTE,
            ),
            case_id="C-7Q2M4KXA",
        ),
    ),
    alarms=(AlarmLine(alarm=ALARM, case_id="C-2B7DLM5Z"), AlarmLine(alarm=ALARM, case_id=None)),
    cases=(
        CaseLine(
            case_id="C-2B7DLM5Z",
            symptom="NO_POWER",
            where=Condition(
                supplier_id="S-0042",
                part_id="P-PSU",
                lot_ids=tuple(f"L-{number}" for number in range(880, 892)),
                received_from=date(2026, 6, 1),
                received_to=date(2026, 6, 30),
            ),
            severity=3,
            happened="opened",
            owner="maria",
            step="D3",
        ),
        CaseLine(
            case_id="C-AAAA2222",
            symptom="65Q8-GAP",
            where=Condition(),
            severity=1,
            happened="waiting",
            owner=None,
            step=None,
        ),
    ),
    proposals=(
        ProposalLine(
            proposal_id="P-6LMN2QRS",
            kind="issue_scar",
            case_id="C-2B7DLM5Z",
            approvers=("approver", "supplier_engineer"),
            expires_at=datetime(2026, 11, 26, 9, 30, tzinfo=UTC),
        ),
    ),
    checks=(CheckLine(check_id="V-3F6H8JKL", case_id="C-AAAA2222", judge_on=date(2026, 11, 24)),),
    watched=Watched(cells=1844, budget_per_week=0.2),
    coverage=COVERAGE,
    freshness=(
        Freshness(table="feedback", newest_on=date(2026, 11, 22)),
        Freshness(table="signals", newest_on=None),
    ),
)
SITE = REGION.model_copy(
    update={
        "kind": "site",
        "place": "QDA",
        "timezone": "Asia/Shanghai",
        "safety": (),
        "coverage": None,
        "alarms": (
            AlarmLine(
                alarm=ALARM.model_copy(
                    update={
                        "kind": "factory",
                        "symptom": "torque_psu",
                        "family": None,
                        "where": Condition(
                            site_id="QDA",
                            line_id="QDA-L1",
                            station_id="QDA-L1-S4",
                            shift="C",
                            characteristic_id="torque_psu",
                            direction="low",
                            threshold=1.25,
                            also=(Threshold(characteristic_id="humidity", direction="high"),),
                            attribute=Attribute(name="firmware", value="4.2"),
                        ),
                    }
                ),
                case_id=None,
            ),
        ),
        "factory": Factory(
            shifts=(
                ShiftLine(
                    line_id="QDA-L1",
                    shift="A",
                    built=1204,
                    inspected=1190,
                    first_pass_yield=binomial_interval(1171, 1190),
                ),
                ShiftLine(
                    line_id="QDA-L2",
                    shift="A",
                    built=640,
                    inspected=0,
                    first_pass_yield=Interval(estimate=None, low=0, high=1, level=0.95),
                ),
            ),
            defects=(DefectLine(code="D-SOLDER", safety_critical=True, units=12),),
            gaps=(
                GapLine(
                    line_id="QDA-L2",
                    station_id=None,
                    missing="inspections",
                    last_on=date(2026, 11, 3),
                    built=1822,
                ),
                GapLine(
                    line_id="QDA-L1",
                    station_id="QDA-L1-S4",
                    missing="torque_psu",
                    last_on=None,
                    built=5077,
                ),
            ),
            gauges_unfit=("gap_door",),
        ),
    }
)
QUIET = REGION.model_copy(
    update={
        "safety": (),
        "alarms": (),
        "cases": REGION.cases[1:],
        "proposals": (),
        "checks": (),
    }
)
