"""One digest says the same in every language and format, within limits that are owned up to."""

import html
import re
from collections import Counter
from datetime import date

import pytest
from babel.numbers import get_decimal_symbol, get_group_symbol
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.wording.phrasebook import phrasebook
from domain.records.cause import Condition
from domain.records.digest import CaseLine, Coverage, Digest
from graphs.digests.rendering import RenderedDigest, render_digest
from graphs.digests.site_figures import factory_of
from graphs.digests.slack import LONGEST_HEADER, LONGEST_SECTION, MOST_BLOCKS
from services.messaging.rendering import Receiver
from services.messaging.settings import LANGUAGES
from tests.graphs.digests.digest_samples import QUIET, REGION, SITE
from tools.production.site_figures import (
    DefectCount,
    Gap,
    Output,
    ShiftFigures,
    SiteFigures,
)

TOKEN = re.compile(r"[A-Za-z]+(?:[-_][A-Za-z0-9]+)+|[A-Z0-9]*\d[A-Za-z0-9.,\u00a0\u202f-]*")
DIRECTION = re.compile("[\u2066-\u2069\u200e\u200f]")


def _facts(text: str, language: str) -> Counter[str]:
    """Figures and identifiers of a text, figures as English writes them."""
    locale = phrasebook(language).locale
    group, point = get_group_symbol(locale), get_decimal_symbol(locale)
    plain = re.sub(rf"(?<=\d){re.escape(group)}(?=\d{{3}})", "", DIRECTION.sub("", text))
    plain = re.sub(rf"(?<=\d){re.escape(point)}(?=\d)", ".", plain)
    found = (one.rstrip(".,-\u00a0\u202f") for one in TOKEN.findall(plain))
    return Counter(one for one in found if any(map(str.isdigit, one)) or one.isupper())


def _shown(page: str) -> str:
    body = page.split("</head>")[1]
    return html.unescape(re.sub(r"<[^>]+>", " ", re.sub(r"</?bdi[^>]*>", "", body)))


def _said(blocks: tuple[dict, ...]) -> str:
    found = []
    for block in blocks:
        found += [one["text"] for one in (block.get("text"), *block.get("elements", ())) if one]
    return "\n".join(found)


def _formats(rendered: RenderedDigest) -> dict[str, str]:
    return {
        "text": rendered.text,
        "html": _shown(rendered.html),
        "blocks": _said(rendered.blocks),
    }


@pytest.mark.parametrize("digest", [REGION, SITE, QUIET], ids=["region", "site", "quiet"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_and_format_has_the_same_figures_and_ids(digest, language) -> None:
    english = _facts(render_digest(digest, "en").text, "en")
    assert len(english) > 15
    for name, text in _formats(render_digest(digest, language)).items():
        assert _facts(text, language) == english, name


counts = st.integers(min_value=0, max_value=10**9)
names = st.from_regex(r"[A-Z]{1,3}-[A-Z0-9]{1,6}[0-9]", fullmatch=True)


@st.composite
def digests(draw) -> Digest:
    alarm = REGION.alarms[0]
    low = draw(st.floats(min_value=0.001, max_value=900))
    ratio = alarm.alarm.ratio.model_copy(update={"estimate": low * 1.5, "low": low})
    changed = alarm.alarm.model_copy(
        update={
            "events": draw(counts),
            "expected": draw(st.floats(min_value=0.01, max_value=10**6)),
            "ratio": ratio,
            "since": draw(st.dates(date(2020, 1, 1), date(2030, 1, 1))),
            "where": Condition(model_id=(draw(names),), lot_ids=tuple(draw(st.lists(names)))),
        }
    )
    coverage = Coverage(**{name: draw(counts) for name in Coverage.model_fields})
    lines = draw(st.lists(st.just(alarm.model_copy(update={"alarm": changed})), max_size=12))
    return REGION.model_copy(update={"alarms": tuple(lines), "coverage": coverage})


@settings(max_examples=25, deadline=None)
@given(digests(), st.sampled_from(LANGUAGES))
def test_any_digest_says_the_same_in_any_language_and_format(digest, language) -> None:
    english = _facts(render_digest(digest, "en").text, "en")
    for name, text in _formats(render_digest(digest, language)).items():
        assert _facts(text, language) == english, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_that_nothing_is_new_is_said_with_what_was_read(language: str) -> None:
    rendered = render_digest(QUIET, language)
    assert QUIET.nothing_new
    facts = _facts(rendered.text, language)
    assert {"12408", "11020", "1204", "17", "184", "1844", "0.2"} <= facts.keys()
    assert len(rendered.text.splitlines()[3]) > 10
    assert not REGION.nothing_new


def test_a_case_that_only_waits_is_nothing_new_and_is_shown_all_the_same() -> None:
    assert "C-AAAA2222" in render_digest(QUIET, "en").text
    opened = REGION.cases[0].model_copy(update={"happened": "reopened"})
    assert not QUIET.model_copy(update={"cases": (opened,)}).nothing_new


def test_feedback_that_was_not_read_is_no_zero() -> None:
    unread = render_digest(QUIET.model_copy(update={"coverage": None}), "en").text
    assert "No feedback was read." in unread
    assert "No feedback" not in render_digest(SITE, "en").text


def test_a_line_without_inspections_has_no_yield_of_zero() -> None:
    text = render_digest(SITE, "en").text
    assert "Line QDA-L2, Shift A: Built 640 · Inspected 0 · No inspections: yield not known" in text
    assert "98.4% [97.5% – 99%]" in text


def test_days_are_iso_and_moments_local_and_utc() -> None:
    text = render_digest(REGION, "es").text
    assert "2026-11-23 05:00 Asia/Riyadh (2026-11-23 02:00 UTC)" in text
    assert "2026-10-26" in text


def test_ids_are_kept_apart_from_right_to_left_words() -> None:
    arabic = render_digest(REGION, "ar")
    assert '<html lang="ar" dir="rtl">' in arabic.html
    outside = re.sub("\u2068[^\u2068\u2069]*\u2069", "", "".join(arabic.text.splitlines()[2:]))
    assert not re.search(r"[A-Za-z0-9]", outside)
    assert "\u2068" not in render_digest(REGION, "ja").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_of_customers_cannot_act(language: str) -> None:
    attack = (
        "</p><script>alert(1)</script> *all* <!channel> @here [x](https://evil.example)"
        "\n- C-1\u202e"
    )
    line = REGION.safety[0]
    sign = line.sign.model_copy(update={"quote": attack, "model_id": attack, "serial": attack})
    digest = REGION.model_copy(update={"safety": (line.model_copy(update={"sign": sign}),)})
    rendered = render_digest(digest, language)
    usual = render_digest(REGION, language)
    assert len(rendered.text.splitlines()) == len(usual.text.splitlines())
    for text in (rendered.text, rendered.html, _said(rendered.blocks)):
        for sting in ("<script", "<!channel", "@here", "](", "https://evil", "\u202e"):
            assert sting not in text
    marked = [b for b in rendered.blocks if b.get("text", {}).get("type") == "mrkdwn"]
    assert not any("alert" in block["text"]["text"] for block in marked)


def test_a_page_needs_nothing_from_elsewhere_and_can_be_walked_by_headings() -> None:
    page = render_digest(REGION, "fr").html
    assert not re.search(r"(?:src|href|url)\s*[=(]|@import|<script", page)
    assert page.count("<h1>") == 1
    assert page.count("<h2 id=") == page.count("<section aria-labelledby=") == 6
    assert '<html lang="fr" dir="ltr">' in page
    assert 'name="viewport"' in page


def test_headings_without_entries_are_left_out() -> None:
    assert "Alarms" not in render_digest(QUIET, "en").text


@settings(max_examples=8, deadline=None)
@given(st.integers(min_value=0, max_value=600), st.sampled_from(LANGUAGES))
def test_slack_gets_at_most_fifty_blocks_and_every_entry_is_shown_or_counted(n, language) -> None:
    rendered = render_digest(_crowded(n), language)
    assert len(rendered.blocks) <= MOST_BLOCKS
    for block in rendered.blocks:
        longest = LONGEST_HEADER if block["type"] == "header" else LONGEST_SECTION
        for text in (block.get("text"), *block.get("elements", ())):
            assert text is None or 0 < len(text["text"]) <= longest
    said = _said(rendered.blocks)
    shown = sum(text.count("\n• ") + text.startswith("• ") for text in _texts(rendered))
    in_all = len(re.findall(r"^- ", rendered.text, re.M))
    left = in_all - shown
    assert (f"{left:,}" in _facts_of_marker(said)) or left == 0
    assert (left == 0) == ("…" not in said)


def test_the_marker_says_how_many_entries_are_missing() -> None:
    said = _said(render_digest(_crowded(600), "en").blocks)
    left = int(re.search(r"… (\d+) more entries do not fit", said)[1])
    assert said.count("• ") + left == 600 + 8


def test_text_and_page_leave_nothing_out() -> None:
    rendered = render_digest(_crowded(600), "en")
    for text in (rendered.text, _shown(rendered.html)):
        assert len(set(re.findall(r"C-X\d{7}", text))) == 600


def test_an_entry_that_is_too_long_for_a_section_is_cut_visibly() -> None:
    models = tuple(f"MODEL-{number}" for number in range(400))
    case = REGION.cases[0].model_copy(update={"where": Condition(model_id=models)})
    blocks = render_digest(QUIET.model_copy(update={"cases": (case,)}), "en").blocks
    texts = [block["text"]["text"] for block in blocks if "text" in block]
    assert max(map(len, texts)) == LONGEST_SECTION
    assert any(text.endswith("…") for text in texts)


@pytest.mark.parametrize(
    ("asked", "written", "known"), [("pt-BR", "pt", True), ("ko", "en", False)]
)
def test_a_language_without_words_is_answered_in_english_and_says_so(asked, written, known) -> None:
    rendered = render_digest(REGION, asked)
    assert (rendered.language, rendered.language_known) == (written, known)


def test_a_digest_becomes_a_message_in_all_its_forms() -> None:
    rendered = render_digest(REGION, "de")
    message = rendered.message(Receiver("chat"), key="digest:MEA:2026-11-22")
    assert (message.kind, message.target, message.language) == ("digest", "chat", "de")
    assert message.subject == "Qualitätsbericht Region MEA, 2026-11-22"
    assert (message.text, message.html, message.blocks) == (
        rendered.text,
        rendered.html,
        rendered.blocks,
    )


def test_the_figures_of_the_factory_watch_are_taken_over() -> None:
    shift = SITE.factory.shifts[0]
    output = Output(
        built=shift.built,
        inspected=shift.inspected,
        passed=1171,
        first_pass_yield=shift.first_pass_yield,
    )
    gap = SITE.factory.gaps[0]
    figures = SiteFigures(
        site_id="QDA",
        name="Qingdao",
        region="APAC",
        output=output,
        shifts=(ShiftFigures(line_id="QDA-L1", shift="A", output=output),),
        defects=(DefectCount(code="D-SOLDER", name="Solder", safety_critical=True, units=12),),
        alarms=(),
        gaps=(Gap(site_id="QDA", **gap.model_dump()),),
        gauges_unfit=("gap_door",),
    )
    factory = factory_of(figures)
    assert factory == SITE.factory.model_copy(
        update={"shifts": (shift,), "gaps": (gap,)},
    )


def _crowded(n: int) -> Digest:
    cases = tuple(
        CaseLine(
            case_id=f"C-X{number:07}",
            symptom="NO_POWER",
            where=Condition(model_id=("65Q8",)),
            severity=2,
            happened="opened",
            owner=None,
            step="D3",
        )
        for number in range(n)
    )
    return REGION.model_copy(update={"cases": cases})


def _texts(rendered: RenderedDigest) -> list[str]:
    return [block["text"]["text"] for block in rendered.blocks if "text" in block]


def _facts_of_marker(said: str) -> str:
    marker = next((line for line in said.splitlines() if line.startswith("…")), "")
    return re.sub("[.\u00a0\u202f]", ",", DIRECTION.sub("", marker))
