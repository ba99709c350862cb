from pathlib import Path

import pytest
import yaml

from domain.errors import BadArgument
from services.policy.suppliers import read_supplier_policy, supplier_policy

SHIPPED = Path(__file__).parents[3] / "services" / "policy" / "suppliers.yaml"


def edited(**changes: object) -> bytes:
    rules = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    return yaml.safe_dump({**rules, **changes}).encode()


@pytest.mark.parametrize(
    ("code", "name", "own"),
    [
        ("SCMS from RDC", None, True),
        ("S-1", "Nord-West Depot", True),
        ("S-2", "central warehouse, Lyon", True),
        ("S-3", "Warehouseman Ltd", False),
        ("S-4", "Deporte Plastics", False),
        ("S-5", None, False),
    ],
)
def test_our_own_stores_are_known_by_whole_words_of_their_name(
    code: str, name: str | None, own: bool
) -> None:
    assert supplier_policy().is_internal(code, name) is own


def test_a_house_names_its_own_companies() -> None:
    policy = read_supplier_policy(
        edited(internal={"words": [], "suppliers": ["S-7", "Our Polish Works"]}), Path("own.yaml")
    )
    assert policy.is_internal("S-7", "whatever")
    assert policy.is_internal("S-8", "our polish works")
    assert not policy.is_internal("SCMS from RDC", None)


def test_another_file_is_another_version() -> None:
    assert read_supplier_policy(edited(hysteresis=3), Path("own.yaml")).version != (
        supplier_policy().version
    )


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"bands": {"A": 90, "B": 95, "C": 50, "D": 0}}, "falling limits"),
        ({"bands": {"A": 90, "B": 70, "D": 0}}, "falling limits"),
        ({"weights": {"quality": 0, "delivery": 1}}, "weights.quality"),
        ({"hysteresis": 0}, "hysteresis"),
        ({"bonus": 1}, "bonus"),
        ({"period": {"days": 1, "count": 6}}, "period.days"),
    ],
)
def test_rules_that_cannot_be_are_refused_by_place(changes: dict[str, object], where: str) -> None:
    with pytest.raises(BadArgument, match=where):
        read_supplier_policy(edited(**changes), Path("own.yaml"))


def test_what_is_no_yaml_is_refused() -> None:
    with pytest.raises(BadArgument, match="no YAML"):
        read_supplier_policy(b"a: [", Path("own.yaml"))
