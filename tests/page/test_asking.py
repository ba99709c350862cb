"""Asking at the page: progress, streaming, stopping, citing, and coming back in the middle."""

import re

import pytest

from tests.page.browsing import SURVEY

expect = pytest.importorskip("playwright.sync_api").expect


def test_a_question_shows_who_looks_with_what_and_then_its_answer(browsing, gate):
    window = browsing()
    window.ask(SURVEY)
    assert gate.reached.wait(30)
    expect(window.page.locator(".tasks li.started .task")).to_be_visible()
    expect(window.page.locator(".looks li.good .citation")).to_have_count(1)
    expect(window.page.locator(".looks li.running")).to_have_count(1)
    expect(window.page.locator(".progress [role=status]")).to_contain_text("looking")
    gate.opened.set()
    window.see(".answer .foot", "As of")
    assert window.page.locator(".answer .claim .citation").count() > 0
    expect(window.page.locator(".progress")).to_have_count(0)
    window.page.get_by_text("How this was found").click()
    assert window.page.locator("details[open] .looks li.good .time").count() > 1


def test_a_citation_opens_what_it_rests_on_and_esc_leads_back_to_it(browsing, answered):
    window = browsing()
    window.go(f"t/{answered['thread_id']}", ".foot")
    cited = window.page.locator(".claim .citation").first
    name = cited.inner_text()
    cited.focus()
    cited.press("Enter")
    drawer = window.page.get_by_role("dialog", name=re.compile(f"Evidence .*{name}"))
    expect(drawer.locator(".summary")).to_be_visible()
    expect(drawer.get_by_role("table").first).to_be_visible()
    assert f"e={name}" in window.page.url
    for _ in range(30):  # the focus goes round within the drawer, or out to the browser itself
        window.page.keyboard.press("Tab")
        assert window.page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
    drawer.get_by_role("button", name="Run again").click()
    expect(drawer.locator(".pill")).to_have_text("identical")
    window.page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)
    assert window.page.evaluate("document.activeElement.innerText") == name


def test_the_drawer_shows_the_chart_that_the_server_draws_beside_its_table(
    browsing, live, answered
):
    with live.client() as client:
        cited = {name for one in answered["findings"] for name in one["evidence"]}
        charted = [n for n in sorted(cited) if client.get(f"/evidence/{n}").json()["chart"]]
    window = browsing()
    window.go(f"t/{answered['thread_id']}?e={charted[0]}", ".chart.shown")
    picture = window.page.locator("dialog .chart img")
    assert picture.evaluate("one => one.offsetHeight") > 100
    assert len(picture.get_attribute("alt")) > 20
    with window.page.expect_download() as download:
        window.page.locator("dialog .csv").first.click()
    assert download.value.suggested_filename.endswith(".csv")


def test_an_answer_about_causes_plots_every_candidate_and_says_why_it_stands(browsing, explained):
    causes = explained["cause"]["ranked_causes"]
    window = browsing()
    page = window.go(f"t/{explained['thread_id']}", ".candidates")
    page.get_by_role("button", name="more candidates").click()
    rows = page.locator(".candidates tbody tr")
    expect(rows).to_have_count(len(causes))
    middles = [float(one.get_attribute("cx")) for one in page.locator(".candidates circle").all()]
    by_ratio = sorted(range(len(causes)), key=lambda place: causes[place]["rate_ratio"])
    assert [middles[place] for place in by_ratio] == sorted(middles)
    rows.first.get_by_text("why", exact=True).click()
    expect(rows.first.locator(".why p")).to_have_text(causes[0]["because"])


def test_stopping_ends_the_run_and_says_so(browsing, gate, live):
    window = browsing()
    window.ask(SURVEY)
    assert gate.reached.wait(30)
    window.page.get_by_role("button", name="Stop").click()
    window.see(".stopped", "Stopped")
    expect(window.page.locator("textarea")).to_be_editable()
    with live.client() as client:
        kept = client.get(f"/threads/{window.thread()}").json()
    assert kept["running"] is None
    assert kept["requests"][0]["state"] in ("cancelled", "interrupted")
    window.page.reload()
    window.see(".stopped", "Stopped")


def test_a_reload_in_the_middle_of_a_run_shows_what_was_told_and_goes_on(browsing, gate):
    window = browsing()
    window.ask(SURVEY)
    assert gate.reached.wait(30)
    thread = window.thread()
    window.see(".looks li.running")
    window.page.reload()
    window.see(".looks li.running")
    expect(window.page.locator(".looks li.good")).to_have_count(1)
    assert window.thread() == thread
    gate.opened.set()
    window.see(".answer .foot", "As of")
    expect(window.page.locator(".turn")).to_have_count(1)


def test_a_run_goes_on_while_its_asker_looks_elsewhere(browsing, gate):
    window = browsing()
    window.ask(SURVEY)
    assert gate.reached.wait(30)
    thread = window.thread()
    window.go("cases", "main.cases h1")
    gate.opened.set()
    window.go(f"t/{thread}", ".answer .foot")
    expect(window.page.locator(".turn")).to_have_count(1)


def test_a_follow_up_stays_on_its_conversation(browsing, answered):
    window = browsing()
    window.go(f"t/{answered['thread_id']}", ".foot")
    before = window.page.locator(".turn").count()
    window.ask("and in Brazil?")
    expect(window.page.locator(".turn")).to_have_count(before + 1)
    expect(window.page.locator(".turn .foot")).to_have_count(before + 1)
    assert window.thread() == answered["thread_id"]


def test_a_question_that_is_asked_back_is_answered_with_a_button(browsing):
    window = browsing()
    window.ask("How are claims for 65Q developing?")
    option = window.see(".choices button")
    chosen = option.inner_text()
    option.click()
    expect(window.page.locator(".turn h2").nth(1)).to_have_text(chosen)
    expect(window.page.locator(".turn .foot")).to_have_count(2)


def test_asking_needs_no_mouse(browsing):
    window = browsing()
    page = window.page
    page.keyboard.press("Tab")
    for _ in range(40):
        if page.evaluate("document.activeElement.tagName") == "TEXTAREA":
            break
        page.keyboard.press("Tab")
    page.keyboard.type("What do customers")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("complain about most?")
    assert page.input_value("textarea") == "What do customers\ncomplain about most?"
    page.keyboard.press("Enter")
    window.see(".answer .foot", "As of")
    expect(page.locator("textarea")).to_have_value("")
    expect(page.locator(".composer button.send")).to_be_disabled()


def test_what_cannot_be_answered_says_what_to_do(browsing, live):
    window = browsing()
    window.go("t/T-nobody", ".problem")
    expect(window.page.locator(".problem")).to_contain_text("T-nobody")
    window.go("cases/C-NOBODY22", ".problem")
    expect(window.page.locator(".problem")).to_contain_text("C-NOBODY22")
    expect(window.page.locator(".back a")).to_be_visible()
