"""Evidence is named by what it depends on, kept once, and shown only to those who may see it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine

from domain.errors import NotPermitted, UnknownName
from domain.records.evidence import Evidence, Versions
from domain.records.policy import DATA_CLASSES, Scope
from memory.evidence import EvidenceStore, canonical_json, make_evidence
from tests.conftest import EVERYTHING

VERSIONS = Versions(hub_commit="C-1", policy="p", code="t/1")
EUROPE = Scope(regions=("EU",), suppliers=("*",), classes=("public", "internal"))


@pytest.fixture
def store(tmp_path) -> EvidenceStore:
    return EvidenceStore(create_engine(f"sqlite:///{tmp_path}/e.sqlite"))


def evidence(hub, *, scope=EVERYTHING, query=None, versions=VERSIONS, result=None) -> Evidence:
    with hub.snapshot(scope) as snapshot:
        return make_evidence(
            tool="t",
            query=query or {"a": 1},
            snapshot=snapshot,
            versions=versions,
            result=result or {"value": 2.5},
            summary="s",
        )


def test_the_same_question_on_the_same_data_has_the_same_name(hub) -> None:
    one, other = evidence(hub, query={"a": 1, "b": 2}), evidence(hub, query={"b": 2, "a": 1})
    assert one.id == other.id
    assert one.id.startswith("E-")
    assert len(one.id) == 12
    assert len(one.sha256) == 64


@pytest.mark.parametrize(
    "change",
    [
        {"query": {"a": 2}},
        {"scope": EUROPE},
        {"versions": VERSIONS.model_copy(update={"hub_commit": "C-2"})},
        {"versions": VERSIONS.model_copy(update={"policy": "q"})},
        {"versions": VERSIONS.model_copy(update={"code": "t/2"})},
    ],
)
def test_whatever_it_depends_on_changes_the_name(hub, change) -> None:
    assert evidence(hub, **change).id != evidence(hub).id


def test_the_result_does_not_change_the_name_but_has_a_hash_of_its_own(hub) -> None:
    one, other = evidence(hub), evidence(hub, result={"value": 2.6})
    assert one.id == other.id
    assert one.result_sha256 != other.result_sha256


def test_keeping_the_same_evidence_twice_keeps_it_once(hub, store) -> None:
    found = evidence(hub)
    store.put(found)
    store.put(found)
    assert store.newest(EVERYTHING) == [found]
    assert store.get(found.id, EVERYTHING) == found


def test_a_second_result_under_the_same_name_is_a_defect_and_refused(hub, store) -> None:
    store.put(evidence(hub))
    with pytest.raises(RuntimeError, match="two results"):
        store.put(evidence(hub).model_copy(update={"sha256": "0" * 64}))


def test_the_list_shows_the_newest_first_and_only_what_the_reader_may_see(hub, store) -> None:
    everywhere = evidence(hub)
    europe = evidence(hub, scope=EUROPE, query={"a": 2})
    store.put(europe)
    store.put(everywhere)
    assert [one.id for one in store.newest(EVERYTHING)] == [everywhere.id, europe.id]
    assert [one.id for one in store.newest(EUROPE)] == [europe.id]


def test_unknown_evidence_is_named(store) -> None:
    with pytest.raises(UnknownName, match="E-NONE"):
        store.get("E-NONE", EVERYTHING)


def test_evidence_of_a_wider_scope_is_not_shown(hub, store) -> None:
    found = evidence(hub)
    store.put(found)
    with pytest.raises(NotPermitted):
        store.get(found.id, EUROPE)


def test_evidence_of_a_narrower_scope_is_shown(hub, store) -> None:
    found = evidence(hub, scope=EUROPE)
    store.put(found)
    assert store.get(found.id, EVERYTHING).id == found.id


names = st.sampled_from(["EU", "ASIA", "LATAM", "*"])
scopes = st.builds(
    Scope,
    regions=st.lists(names, min_size=1, unique=True).map(tuple),
    suppliers=st.lists(names, min_size=1, unique=True).map(tuple),
    classes=st.lists(st.sampled_from(DATA_CLASSES), unique=True).map(tuple),
)


@given(scopes, scopes, scopes)
def test_covering_is_an_order(a: Scope, b: Scope, c: Scope) -> None:
    assert a.covers(a)
    assert not (a.covers(b) and b.covers(c)) or a.covers(c)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False,
                                                                      allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)  # fmt: skip


@given(st.dictionaries(st.text(), json_values, max_size=4))
def test_canonical_json_does_not_depend_on_the_order_of_keys(value) -> None:
    turned = dict(reversed(list(value.items())))
    assert canonical_json(value) == canonical_json(turned)


def test_what_json_cannot_say_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json({"rate": float("nan")})
