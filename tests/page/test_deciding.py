"""Cases and approvals at the page: what would be done is shown whole, who did what honestly."""

import pytest

expect = pytest.importorskip("playwright.sync_api").expect

LETTER = {"language": "ar", "subject": "فرز", "text": "<img src=x onerror=alert(1)> LT-01001"}
SECOND = {"language": "en", "subject": "Lots", "text": "Please sort them.\nThank you."}


def block(there, **payload) -> dict:
    """A proposal to block stock at two sites."""
    letters = {"QDA": LETTER, "MAO": SECOND}
    return there.proposal(
        "block_stock", there.case("EU"), sites=["QDA", "MAO"], letters=letters, **payload
    )


def test_the_payload_is_shown_whole_with_letters_as_they_will_go(browsing, there):
    made = block(there)
    window = browsing("plant_manager")
    page = window.go(f"approvals/{made['id']}", ".payload")
    expect(page.locator(".letter .body").nth(0)).to_have_text(SECOND["text"])
    bodies = page.locator(".letter .body").all_inner_texts()
    assert {one.strip() for one in bodies} == {LETTER["text"], SECOND["text"]}
    assert page.locator(".letter img").count() == 0
    for shown in ("LT-01001", "QDA", "MAO"):
        expect(page.locator(".payload")).to_contain_text(shown)
    expect(page.locator(".risk")).to_contain_text(made["risk"])
    expect(page.locator("dl .hash")).to_contain_text(made["sha256"][:12])
    expect(page.locator("dl")).to_contain_text([made["case_id"]])


def test_nothing_of_a_long_payload_is_folded_away(browsing, there):
    lots = [f"LT-{number:05}" for number in range(40)]
    made = block(there, condition={"lot_ids": lots})
    page = browsing("plant_manager").go(f"approvals/{made['id']}", ".payload")
    shown = page.locator(".payload").inner_text()
    assert [lot for lot in lots if lot not in shown] == []


def test_what_a_payload_leaves_empty_is_a_dash_and_what_lies_deeper_has_its_place(browsing, there):
    window = browsing("plant_manager")
    for units, told in (({}, "–"), ({"loose_pieces": 847}, "loose pieces\n847")):
        page = window.go(f"approvals/{block(there, units=units)['id']}", ".payload")
        field = page.locator(".payload > .fields > div", has=page.get_by_text("units", exact=True))
        expect(field).to_have_count(1)
        assert field.inner_text().split("\n", 1)[1].strip() == told
    above, below = (field.locator(f"> {one}").bounding_box()["y"] for one in ("dt", "dd"))
    assert below > above


def test_a_yes_is_confirmed_then_approved_and_only_later_executed(browsing, there, live):
    made = block(there)
    window = browsing("plant_manager")
    page = window.go("approvals", ".board")
    page.locator(".board a").filter(has_text=made["id"]).click()
    page.get_by_role("button", name="Approve …").click()
    asked = page.get_by_role("dialog", name="Approve this?")
    expect(asked).to_contain_text(made["sha256"][:12])
    page.keyboard.press("Escape")
    expect(asked).to_have_count(0)
    with live.client() as client:
        assert client.get(f"/proposals/{made['id']}").json()["state"] == "proposed"
    page.get_by_role("button", name="Approve …").click()
    asked.get_by_role("button", name="Approve", exact=True).click()
    expect(page.locator(".stages .pill")).to_have_text("executed")
    expect(page.locator(".card", has_text="What happened so far")).to_contain_text("plant_manager")
    expect(page.get_by_role("button", name="Approve …")).to_have_count(0)


def test_two_people_must_approve_what_needs_two(browsing, there):
    made = there.proposal("enter_controlled_shipping", there.case("EU"))
    first = browsing("supplier_manager")
    page = first.go(f"approvals/{made['id']}", ".payload")
    page.get_by_role("button", name="Approve …").click()
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.locator(".stages")).to_contain_text("1 of 2 approvals")
    expect(page.locator(".decide")).to_contain_text("you approved it already")
    second = browsing("quality_manager")
    page = second.go(f"approvals/{made['id']}", ".payload")
    expect(page.locator(".stages")).to_contain_text("1 of 2 approvals")
    page.get_by_role("button", name="Approve …").click()
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.locator(".stages .pill")).not_to_have_text("proposed")


def test_a_no_needs_a_reason(browsing, there, live):
    made = block(there)
    window = browsing("plant_manager")
    page = window.go(f"approvals/{made['id']}", ".payload")
    page.get_by_role("button", name="Reject …").click()
    page.get_by_role("button", name="Reject", exact=True).click()
    assert page.locator("dialog textarea:invalid").count() == 1
    page.fill("dialog textarea", "the lots are sorted already")
    page.get_by_role("button", name="Reject", exact=True).click()
    expect(page.locator(".stages .pill")).to_have_text("rejected")
    expect(page.locator("main")).to_contain_text("the lots are sorted already")


def test_who_may_not_decide_reads_who_may(browsing, there):
    made = block(there)
    window = browsing("engineer")
    page = window.go(f"approvals/{made['id']}", ".payload")
    expect(page.get_by_role("button", name="Approve …")).to_have_count(0)
    expect(page.locator(".decide")).to_contain_text("plant manager")


def test_a_decision_that_came_too_late_is_told_with_what_still_holds(browsing, there, live):
    made = block(there)
    window = browsing("plant_manager")
    page = window.go(f"approvals/{made['id']}", ".payload")
    with live.client("quality_manager") as client:
        body = {"sha256": made["sha256"], "reason": "sorted"}
        assert client.post(f"/proposals/{made['id']}/reject", json=body).status_code == 200
    page.get_by_role("button", name="Approve …").click()
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.locator("dialog .problem")).to_contain_text("What still holds:")


def test_the_board_is_filtered_and_a_case_is_taken_in_hand(browsing, there):
    grave, mild = there.case("EU", severity=5), there.case("LATAM", severity=2)
    window = browsing("quality_manager")
    page = window.go("cases", ".board")
    expect(page.locator(".board")).to_contain_text([grave])
    page.get_by_label("Severity").select_option("5")
    expect(page.locator("main")).not_to_contain_text(mild)
    page.get_by_label("Region").select_option("LATAM")
    expect(page.locator(".empty")).to_contain_text("No case fits")
    page = window.go(f"cases/{grave}", ".steps")
    expect(page.locator(".steps > li")).to_have_count(9)
    page.get_by_role("button", name="Take it in hand").click()
    expect(page.locator(".case-head")).to_contain_text("quality_manager")
    page = window.go("cases?mine=1", ".board")
    expect(page.locator(".board")).to_contain_text(grave)


def test_a_case_of_another_region_is_not_there(browsing, there):
    hidden = there.case("APAC")
    window = browsing("bruno")
    window.go(f"cases/{hidden}", ".problem")
    expect(window.page.locator("main")).not_to_contain_text("Disciplines")


def test_digests_and_the_data_panel_are_read(browsing):
    window = browsing()
    page = window.go("digest", ".digest .body")
    assert len(page.locator(".digest .body").inner_text()) > 100
    page = window.go("data", ".figures")
    expect(page.locator("main")).to_contain_text("claims")
    expect(page.locator(".figures")).to_contain_text("Newest day")
