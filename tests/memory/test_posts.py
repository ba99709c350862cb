"""Posts: one process posts a message, and whoever comes next changes it."""

from datetime import UTC, datetime, timedelta

import pytest

from memory.posts import Post, Posts
from memory.schema import make_ready


@pytest.fixture
def posts(database) -> Posts:
    """The posts of an empty database."""
    make_ready(database)
    return Posts(database)


def post(key="k", **changed) -> Post:
    usual = {"surface": "slack", "channel": "C1", "thread": "1.0", "subject": "P-1"}
    return Post(key=key, **{**usual, **changed})


def test_one_of_two_posts_a_message(posts) -> None:
    assert posts.claim(post())
    assert not posts.claim(post())
    posts.posted("k", "1.1", "open")
    assert not posts.claim(post(at=datetime.now(UTC) + timedelta(hours=1)))
    held = posts.get("k")
    assert held is not None
    assert (held.message, held.shown) == ("1.1", "open")


def test_the_claim_of_the_dead_is_taken_over_and_one_given_up_is_free(posts) -> None:
    assert posts.claim(post(at=datetime.now(UTC) - timedelta(minutes=1)))
    assert posts.claim(post())
    assert not posts.claim(post())
    posts.release("k")
    assert posts.get("k") is None
    assert posts.claim(post())


def test_posts_are_found_by_what_they_are_about_and_show(posts) -> None:
    for key, subject, shown in (("a", "P-1", "open"), ("b", "P-2", "executed"), ("c", "R-1", "")):
        posts.claim(post(key, subject=subject))
        posts.posted(key, f"m{key}", shown)
    posts.claim(post("d", subject="P-1"))
    assert [one.key for one in posts.of_subject("slack", "P-1")] == ["a"]
    assert [one.key for one in posts.about("slack", "P-", ("executed",))] == ["a"]
    posts.shows("a", "executed")
    assert posts.about("slack", "P-", ("executed",)) == []
    assert posts.of_subject("mattermost", "P-1") == []


def test_we_take_part_in_a_thread_that_we_answered_or_began(posts) -> None:
    posts.claim(post("a", thread="1.0"))
    posts.claim(post("b", thread=None))
    posts.posted("b", "2.0", "")
    assert posts.in_thread("slack", "C1", "1.0")
    assert posts.in_thread("slack", "C1", "2.0")
    assert not posts.in_thread("slack", "C1", "3.0")
    assert not posts.in_thread("slack", "C2", "1.0")


def test_a_choice_takes_the_place_of_the_one_before(posts) -> None:
    for language in ("de", "fr"):
        posts.keep_choice(post("language:slack:U1", subject="language", shown=language))
    held = posts.get("language:slack:U1")
    assert held is not None
    assert held.shown == "fr"


def test_a_post_is_forgotten_under_the_name_only_that_it_had(posts) -> None:
    posts.claim(post("a"))
    posts.posted("a", "m1", "")
    posts.forget("a", "m0")
    assert posts.get("a") is not None
    posts.forget("a", "m1")
    assert posts.get("a") is None
    assert posts.claim(post("a"))
