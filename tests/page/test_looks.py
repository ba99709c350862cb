"""How the page looks and reads: widths, directions, light and dark, screen readers, no network."""

import re

import pytest

expect = pytest.importorskip("playwright.sync_api").expect

GRAVE = ("serious", "critical")
PLACES = {
    "": ".examples",
    "cases": ".board",
    "approvals": ".board",
    "digest": ".digest",
    "data": ".figures",
}


@pytest.fixture(scope="module")
def things(there, answered, explained) -> dict[str, str]:
    """A case, a proposal and an answer to look at."""
    case_id = there.case("EU", severity=4)
    made = there.proposal("block_stock", case_id)
    cited = explained["findings"][0]["evidence"][0]
    thread = explained["thread_id"]
    return {
        f"cases/{case_id}": ".steps",
        f"approvals/{made['id']}": ".payload",
        f"t/{answered['thread_id']}": ".foot",
        f"t/{thread}": ".candidates",
        f"t/{thread}?e={cited}": ".summary",
    }


@pytest.mark.parametrize(
    ("width", "language", "theme"),
    [(1440, "en", "light"), (390, "en", "dark"), (1440, "ar", "dark"), (390, "ar", "light")],
)
def test_every_view_can_be_read_by_everybody_at_any_width(browsing, things, width, language, theme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    window = browsing(width=width, language=language, theme=theme)
    found = []
    for place, until in (PLACES | things).items():
        window.go(place, until)
        assert window.overflow() <= 0, place
        found += [(place, *one) for one in graves(axe.run(window.page))]
    assert found == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_deciding_on_a_phone_can_be_read_by_everybody(browsing, things, theme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    window = browsing("plant_manager", width=390, language="ar", theme=theme)
    page = window.go(
        next(one for one in things if one.startswith("approvals/")), ".decide .primary"
    )
    page.locator(".decide .primary").click()
    page.locator("dialog textarea").wait_for()
    assert window.overflow() <= 0
    assert graves(axe.run(page)) == []


def graves(told) -> list[tuple[str, str, str]]:
    """What axe finds that keeps somebody from reading or using the page."""
    return [
        (one["id"], one["nodes"][0]["html"][:120], one["nodes"][0]["failureSummary"])
        for one in told.response["violations"]
        if one["impact"] in GRAVE
    ]


def test_arabic_reads_from_the_right_and_names_keep_their_direction(browsing, things):
    window = browsing(language="ar")
    place = next(one for one in things if one.startswith("cases/"))
    page = window.go(place, ".steps")
    assert page.evaluate("document.documentElement.dir") == "rtl"
    side = page.locator(".column").bounding_box()
    assert side["x"] > 700
    name = page.locator("h1 bdi.name")
    assert name.inner_text() == place.split("/")[1]
    assert name.get_attribute("translate") == "no"


def test_the_language_is_switched_without_losing_what_was_written(browsing):
    window = browsing()
    page = window.page
    page.fill("textarea", "half a question")
    page.get_by_label("Language").select_option("zh")
    expect(page.locator(".sections")).to_contain_text("案件")
    expect(page.locator("textarea")).to_have_value("half a question")
    assert page.evaluate("document.documentElement.lang") == "zh"
    page.reload()
    expect(page.locator(".sections")).to_contain_text("案件")


def test_who_has_no_session_is_asked_for_a_key(browsing, live):
    window = browsing()
    page = window.page
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in to Andon")).to_be_visible()
    page.fill("input[name=key]", "andon_wrong_key")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".problem")).to_be_visible()
    page.fill("input[name=key]", live.key())
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".frame")).to_be_visible()
    assert "key" not in page.url


def test_a_lost_server_is_said_and_found_again(browsing):
    window = browsing()
    window.page.route("**/*", lambda route: route.abort())
    window.page.locator(".sections a").nth(1).click()
    expect(window.page.locator(".network")).to_contain_text("cannot be reached")
    window.page.unroute("**/*")
    expect(window.page.locator(".network")).to_be_empty()
    expect(window.page.locator(".board, .empty").first).to_be_visible()
    window.complaints = [c for c in window.complaints if not re.search("ERR_FAILED", c)]


def test_the_page_loads_nothing_from_elsewhere(browsing, live):
    window = browsing()
    loaded = window.page.evaluate("performance.getEntriesByType('resource').map(one => one.name)")
    assert loaded
    assert [one for one in loaded if not one.startswith(live.url)] == []
