"""Person ∩ channel ∩ purpose, and an allow-list that denies by default."""

from datetime import date
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import BadArgument, InvalidArgument, NotPermitted
from domain.records.policy import DATA_CLASSES, DataClass, Principal
from services.policy.access import ChannelScope, Policy

POLICY = Policy.default()
TODAY = date(2026, 6, 1)
ENGINEER = Principal(id="engineer", roles=("quality_engineer",), regions=("*",))
OFFICER = Principal(id="privacy", roles=("privacy_officer",), regions=("*",))
AT_HOME = {"quality_analysis", "scheduled_triage", "supplier_followup", "model_call"}
EEA_EXAMPLES = {"DE", "FR"}


def _expected(data_class: str, origin: str, destination: str, purpose: str) -> bool:
    """The allow-list told a second time, by hand."""
    if data_class == "public":
        return True
    if data_class == "personal":
        return origin == destination and purpose == "person_request"
    if purpose not in AT_HOME:
        return False
    if origin == destination or {origin, destination} <= EEA_EXAMPLES:
        return True
    return data_class == "internal" and origin == "CN" and purpose != "model_call"


@pytest.mark.parametrize("data_class", DATA_CLASSES)
def test_every_pair_of_places_and_every_purpose_is_decided_as_written(
    data_class: DataClass,
) -> None:
    places = ("CN", "DE", "FR", "US", "JP")
    for origin, destination, purpose in product(places, places, POLICY.purposes):
        decision = POLICY.may_send(data_class, origin, destination, purpose, TODAY)
        told = (data_class, origin, destination, purpose, decision.rule)
        assert decision.allowed == _expected(data_class, origin, destination, purpose), told
        assert (decision.rule is not None) == decision.allowed


def test_chinese_manufacturing_data_may_leave_from_the_day_of_the_provisions() -> None:
    before = POLICY.may_send("internal", "CN", "DE", "quality_analysis", date(2024, 3, 21))
    after = POLICY.may_send("internal", "CN", "DE", "quality_analysis", date(2024, 3, 22))
    assert (before.allowed, after.allowed) == (False, True)
    assert after.rule == before.rule == "cn-2024-manufacturing-trade"


@pytest.mark.parametrize("data_class", ["personal", "confidential"])
def test_chinese_personal_and_important_data_stay(data_class: DataClass) -> None:
    assert not POLICY.may_send(data_class, "CN", "DE", "quality_analysis", TODAY).allowed


def test_a_rule_holds_on_its_last_day_and_not_on_the_next() -> None:
    assert POLICY.may_send("internal", "CN", "US", "quality_analysis", date(2027, 3, 21)).allowed
    late = POLICY.may_send("internal", "CN", "US", "quality_analysis", date(2027, 3, 22))
    assert not late.allowed
    assert "2027-03-21" in late.reason


def test_an_unknown_purpose_is_an_error_not_a_denial() -> None:
    with pytest.raises(InvalidArgument, match="fun"):
        POLICY.may_send("public", "DE", "US", "fun", TODAY)
    with pytest.raises(InvalidArgument, match="fun"):
        POLICY.scope_of(ENGINEER, None, "fun")


def test_personal_data_is_for_the_privacy_officer_and_only_for_that_purpose() -> None:
    assert "personal" in POLICY.scope_of(OFFICER, None, "person_request").classes
    assert "personal" not in POLICY.scope_of(OFFICER, None, "quality_analysis").classes
    assert "personal" not in POLICY.scope_of(ENGINEER, None, "person_request").classes


def test_an_external_channel_carries_no_costs_and_no_personal_data() -> None:
    shared = ChannelScope(name="with-S-1", suppliers=("S-1",), external=True)
    scope = POLICY.scope_of(OFFICER, shared, "person_request")
    assert scope.classes == ("public", "internal")
    assert scope.suppliers == ("S-1",)


def test_a_role_that_the_policy_does_not_know_grants_nothing() -> None:
    stranger = Principal(id="x", roles=("king",), regions=("*",))
    assert POLICY.scope_of(stranger, None, "quality_analysis").classes == ("public",)


def test_person_and_channel_without_a_common_region_is_not_permitted() -> None:
    maria = Principal(id="maria", roles=("quality_engineer",), regions=("EU",))
    with pytest.raises(NotPermitted, match="no region in common"):
        POLICY.scope_of(maria, ChannelScope(name="tokyo", regions=("AP",)), "quality_analysis")
    both = POLICY.scope_of(maria, ChannelScope(name="x", regions=("AP", "EU")), "quality_analysis")
    assert both.regions == ("EU",)


REGIONS = st.lists(st.sampled_from(["*", "EU", "AP", "NA"]), min_size=1, unique=True).map(tuple)


@settings(deadline=None)
@given(
    mine=REGIONS,
    theirs=REGIONS,
    roles=st.lists(st.sampled_from(POLICY.roles), unique=True).map(tuple),
    purpose=st.sampled_from(POLICY.purposes),
    external=st.booleans(),
)
def test_a_channel_never_widens_what_a_person_sees(
    mine: tuple[str, ...],
    theirs: tuple[str, ...],
    roles: tuple[str, ...],
    purpose: str,
    external: bool,
) -> None:
    person = Principal(id="p", roles=roles, regions=mine)
    alone = POLICY.scope_of(person, None, purpose)
    channel = ChannelScope(name="c", regions=theirs, external=external)
    try:
        scope = POLICY.scope_of(person, channel, purpose)
    except NotPermitted:
        assert not set(mine) & set(theirs)
        return
    assert alone.covers(scope)


def test_the_version_follows_the_content(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    text = "roles: {}\npurposes: {}\nchannels: {internal: [], external: []}\n"
    path.write_text(text)
    first = Policy.load(path).version
    path.write_text(text + "# changed\n")
    assert Policy.load(path).version != first
    assert len(first) == len(POLICY.version) == 12


@pytest.mark.parametrize(
    "text", ["roles: [", "- a\n", "roles: {}\n", "roles: {r: {says: x, classes: [secret]}}"]
)
def test_a_wrong_policy_file_is_a_clear_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(text)
    with pytest.raises(BadArgument, match="policy file"):
        Policy.load(path)
    with pytest.raises(BadArgument, match="cannot be read"):
        Policy.load(tmp_path / "none.yaml")
