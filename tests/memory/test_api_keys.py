"""Keys: what is kept of them, when they hold, and how they end; the same in every database."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from domain.errors import InvalidArgument, UnknownName
from memory.api_keys import ApiKeys
from memory.audit import entries, verify
from memory.ledger import Ledger

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def keys(ledger: Ledger) -> ApiKeys:
    return ApiKeys(ledger)


def made(keys: ApiKeys, **more):
    return keys.add("maria", "notebook", by="operator", at=NOW, **more)


def test_a_key_is_found_by_its_whole_text_and_by_nothing_else(keys):
    new, other = made(keys), made(keys)
    assert keys.find(new.text, NOW).id == new.key.id
    mixed = f"andon_{new.key.id}_{other.text.split('_', 2)[2]}"
    assert [
        keys.find(one, NOW) for one in (mixed, new.key.id, new.text[:-1], "andon_\0_x", "")
    ] == [None] * 5


def test_only_the_hash_of_a_key_is_kept_and_audited(keys, ledger):
    new = made(keys)
    with ledger.read() as connection:
        rows = connection.execute(text("SELECT * FROM api_keys")).all()
        told = entries(connection, subject=new.key.id)
        assert verify(connection).whole
    assert new.text.split("_", 2)[2] not in str(rows) + str(told)
    assert [(one.action, one.body["for"]) for one in told] == [("key.made", "maria")]


def test_no_two_keys_are_alike(keys):
    texts = {made(keys).text for _ in range(20)}
    assert len(texts) == 20
    assert all(len(one.split("_", 2)[2]) == 43 for one in texts), "256 bits in base 64"


def test_a_revoked_key_takes_its_sessions_along_and_no_others(keys):
    one, other = made(keys), made(keys)
    mine = keys.open_session(one.key, at=NOW, lasts=DAY)
    theirs = keys.open_session(other.key, at=NOW, lasts=DAY)
    keys.revoke(one.key.id, by="operator", at=NOW)
    assert keys.find(one.text, NOW) is None
    assert keys.find(mine.text, NOW) is None
    assert keys.find(theirs.text, NOW).made_by == other.key.id


def test_a_login_is_used_up_by_the_first_of_two(keys):
    login = made(keys, kind="login", expires_at=NOW + DAY)
    assert keys.open_session(login.key, at=NOW, lasts=DAY) is not None
    assert keys.open_session(login.key, at=NOW, lasts=DAY) is None


def test_sessions_and_logins_that_ended_are_cleared_away_and_keys_stay(keys, ledger):
    ended = made(keys, expires_at=NOW + DAY)
    session = keys.open_session(ended.key, at=NOW, lasts=DAY)
    login = made(keys, kind="login", expires_at=NOW + DAY)
    later = NOW + 3 * DAY
    fresh = keys.open_session(made(keys).key, at=later, lasts=DAY)
    with ledger.read() as connection:
        ids = connection.execute(text("SELECT id FROM api_keys")).scalars().all()
    assert login.key.id not in ids
    assert session.key.id not in ids
    assert {ended.key.id, fresh.key.id} <= set(ids)


@pytest.mark.parametrize("name", ["", "  ", "x" * 81])
def test_a_key_without_a_sensible_name_is_not_made(keys, name):
    with pytest.raises(InvalidArgument):
        keys.add("maria", name, by="operator", at=NOW)
    assert not [one for one in keys.all() if one.name == name]


def test_a_key_that_is_not_there_cannot_be_taken_back(keys):
    with pytest.raises(UnknownName):
        keys.revoke("k0000000000", by="operator", at=NOW)
