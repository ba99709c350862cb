"""The channels file: who is not in it gets nothing, and a slip in it is said."""

from importlib.resources import files
from pathlib import Path

import pytest

from domain.errors import BadArgument
from services.policy.channels import Channels, NotLinked

SHARED = "slack: {channels: {C3: {name: shared, regions: ['*'], SUPPLIERS, external: 'true'}}}"


@pytest.fixture
def read(tmp_path):
    """Reads a channels file."""

    def make(text: str) -> Channels:
        path = tmp_path / "channels.yaml"
        path.write_text(text, encoding="utf-8")
        return Channels.load(path)

    return make


def test_a_file_that_is_not_there_links_nobody(tmp_path) -> None:
    channels = Channels.load(tmp_path / "channels.yaml")
    with pytest.raises(NotLinked, match="not linked to a user") as person:
        channels.user("slack", "U1")
    with pytest.raises(NotLinked, match="not set up") as channel:
        channels.channel("slack", "C1")
    assert "add U1 to `people` of slack" in person.value.next_step
    assert "direct message" in channel.value.next_step


def test_the_shipped_example_can_be_read() -> None:
    channels = Channels.load(Path(str(files("services.policy") / "channels.default.yaml")))
    assert channels.user("slack", "U000000002") == "maria"
    assert channels.channel("slack", "C000000002").language == "de"
    assert channels.external("slack", "C000000003")
    assert not channels.external("slack", "C000000001")


def test_a_person_of_one_chat_is_nobody_in_another(read) -> None:
    channels = read("slack: {people: {U1: maria}}\nhooks: {}")
    assert channels.user("slack", "U1") == "maria"
    for surface in ("mattermost", "hook-mes", "teams"):
        with pytest.raises(NotLinked):
            channels.user(surface, "U1")


def test_a_country_that_reads_like_no_is_a_region(read) -> None:
    channels = read("slack: {channels: {C1: {name: nordic, regions: [NO]}}}")
    assert channels.channel("slack", "C1").scope.regions == ("NO",)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("slack: [", "it is no YAML"),
        ("slak: {}", "slak"),
        ("slack: {channels: {C1: {name: x}}}", "regions"),
        ("slack: {channels: {C1: {name: x, regions: []}}}", "regions"),
        ("slack: {channels: {C1: {name: x, regions: [EU], timezone: Berlin}}}", "no such time"),
        (SHARED.replace("SUPPLIERS", "suppliers: ['*']"), "names the suppliers"),
        (SHARED.replace("SUPPLIERS, ", ""), "names the suppliers"),
        (SHARED.replace("SUPPLIERS", "suppliers: [S-1], approvals: 'true'"), "another company"),
        ("mattermost: {url: 'http://chat.example.com', token_env: T}", "https"),
        ("mattermost: {url: 'https://me:x@chat.example.com', token_env: T}", "secret"),
        ("hooks: {MES: {secret_env: S, callback: {url: 'https://a.b', secret_env: S}}}", "MES"),
    ],
)
def test_a_slip_is_said_and_nothing_is_opened_by_it(read, text, why) -> None:
    with pytest.raises(BadArgument, match="channel rules") as refused:
        read(text)
    assert why in refused.value.message


def test_the_name_of_every_program_fits_where_posts_are_kept(read) -> None:
    from memory.posts import POSTS

    longest = POSTS.c.surface.type.length - len("hook-")
    hook = "{secret_env: S, callback: {url: 'https://x.example/a', secret_env: T}}"
    assert read(f"hooks: {{{'m' * longest}: {hook}}}").hooks
    with pytest.raises(BadArgument):
        read(f"hooks: {{{'m' * (longest + 1)}: {hook}}}")
