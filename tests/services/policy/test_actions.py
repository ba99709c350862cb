"""Who may approve what, and what runs may record: policy data, read strictly."""

from collections.abc import Callable
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest
import yaml

from domain.errors import BadArgument, NotPermitted
from domain.records.policy import Principal
from domain.records.proposal import PAYLOADS
from services.policy.access import Policy
from services.policy.actions import ActionPolicy
from services.policy.people import People

DAY = date(2026, 11, 20)
SHIPPED = (files("services.policy") / "actions.yaml").read_text(encoding="utf-8")
RUNS = ("andon:triage", "andon:watch", "andon:case", "andon:executor", "andon:courier")


def changed(tmp_path: Path, change: Callable[[dict], object]) -> Path:
    content = yaml.safe_load(SHIPPED)
    change(content)
    path = tmp_path / "actions.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


def test_every_role_that_approves_is_a_role_of_the_policy() -> None:
    assert ActionPolicy.default().roles <= set(Policy.default().roles)


def test_the_shipped_people_can_decide_on_every_kind_even_where_two_must() -> None:
    people = People.load(Path(str(files("services.policy") / "users.default.yaml")))
    policy = ActionPolicy.default()
    for kind in PAYLOADS:
        rule = policy.rule(kind)
        able = [one for one in people.ids if set(people.principal(one).roles) & set(rule.approvers)]
        assert len(able) >= rule.needed, kind


def test_a_person_needs_no_standing_order() -> None:
    assert ActionPolicy.default().check_record("case.closed", "maria", DAY) == ""


def test_a_run_records_what_its_order_names_until_it_expires() -> None:
    policy = ActionPolicy.default()
    assert policy.check_record("case.opened", "andon:triage", DAY) == "keep-cases"
    assert policy.check_record("case.opened", "andon:triage", date(2030, 12, 31)) == "keep-cases"
    with pytest.raises(NotPermitted, match="2031-01-01") as caught:
        policy.check_record("case.opened", "andon:triage", date(2031, 1, 1))
    assert "renew" in caught.value.next_step


@pytest.mark.parametrize("action", ["case.closed", "knowledge.reviewed", "proposal.approved"])
def test_triage_neither_closes_nor_reviews_nor_approves(action: str) -> None:
    with pytest.raises(NotPermitted, match=action):
        ActionPolicy.default().check_record(action, "andon:triage", DAY)


@pytest.mark.parametrize("run", RUNS)
def test_no_run_of_the_house_may_approve_reject_or_lower(run: str) -> None:
    policy = ActionPolicy.default()
    for action in ("proposal.approved", "proposal.rejected", "case.check_withdrawn"):
        with pytest.raises(NotPermitted):
            policy.check_record(action, run, DAY)


def test_data_is_taken_in_from_afar_by_a_named_role_that_sees_everything() -> None:
    policy = ActionPolicy.default()
    analyst = Principal(id="a", roles=("analyst",), regions=("*",))
    policy.check_ingest(analyst)
    for narrower in ({"roles": ("viewer",)}, {"regions": ("EU",)}, {"suppliers": ("S-1",)}):
        with pytest.raises(NotPermitted, match="analyst or quality_manager"):
            policy.check_ingest(analyst.model_copy(update=narrower))


def test_an_own_file_that_names_nobody_for_data_lets_nobody_take_it_in(tmp_path: Path) -> None:
    path = changed(tmp_path, lambda content: content.pop("data"))
    policy = ActionPolicy.load(path, Policy.default().roles)
    with pytest.raises(NotPermitted, match="nobody"):
        policy.check_ingest(Principal(id="a", roles=("analyst",), regions=("*",)))


def test_an_own_file_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    def stricter(content: dict) -> None:
        content["proposals"]["issue_scar"]["needed"] = 3

    policy = ActionPolicy.load(changed(tmp_path, stricter), Policy.default().roles)
    assert policy.rule("issue_scar").needed == 3
    assert policy.version != ActionPolicy.default().version


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda content: content["proposals"].pop("issue_scar"), "issue_scar"),
        (lambda content: content["proposals"].update(lunch=content["proposals"]["issue_scar"]),
         "lunch"),
        (lambda content: content["proposals"]["issue_scar"].update(needed=0), "needed"),
        (lambda content: content["proposals"]["issue_scar"].update(approvers=[]), "approvers"),
        (lambda content: content["proposals"]["issue_scar"].update(approvers=["boss"]), "'boss'"),
        (lambda content: content["proposals"]["issue_scar"].update(ownn=True), "ownn"),
        (lambda content: content["standing_orders"][0].pop("expires"), "expires"),
        (lambda content: content.pop("standing_orders"), "standing_orders"),
    ],
)  # fmt: skip
def test_a_slip_in_an_own_file_is_named(
    tmp_path: Path, change: Callable[[dict], object], match: str
) -> None:
    with pytest.raises(BadArgument, match=match):
        ActionPolicy.load(changed(tmp_path, change), Policy.default().roles)


@pytest.mark.parametrize(
    ("raw", "match"), [(b"a: [", "line"), (b"\xff\xfe\x00", "YAML"), (b"", "the file")]
)
def test_what_is_no_rules_file_is_refused(tmp_path: Path, raw: bytes, match: str) -> None:
    path = tmp_path / "actions.yaml"
    path.write_bytes(raw)
    with pytest.raises(BadArgument, match=match):
        ActionPolicy.load(path, Policy.default().roles)
    with pytest.raises(BadArgument, match="cannot be read"):
        ActionPolicy.load(tmp_path / "absent.yaml", Policy.default().roles)
