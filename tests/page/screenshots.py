"""Writes the pictures of the README: the page over the plant of `andon demo`, in a real Chromium.

Run by `make screenshots`. The demo's own state is left as it is.
"""

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from apps.http.served import Options
from apps.settings import Settings
from apps.verbs.demo import QUESTION
from apps.wiring import Wiring
from tests.apps.http.live_server import Live
from tests.page.browsing import CHROMIUM, FLAGS, Browsing

MOST_BYTES = 250_000
"""Largest picture (bytes)."""
ARABIC = "لماذا يبلغ عملاء التلفاز عن خطوط على الشاشة؟"


def main(demo: Path, out: Path) -> None:
    """Take the pictures of a demo's folder."""
    out.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as kept:
        state = shutil.copytree(demo / "state", Path(kept) / "state")
        settings = Settings(demo / "hub", state, state, "engineer", None, None)
        live = Live(Wiring(settings), Options(demo=True, drain_seconds=0.0))
        try:
            with sync_playwright() as playwright:
                chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
                _wide(Browsing(chromium, live, "engineer", width=1280), out)
                _approval(Browsing(chromium, live, "plant_manager", width=1280, theme="dark"), out)
                _narrow(Browsing(chromium, live, "engineer", width=390, language="ar"), out)
                chromium.close()
        finally:
            live.end()


def _wide(window: Browsing, out: Path) -> None:
    """An answer, the evidence behind it, and the case board."""
    window.ask(QUESTION)
    window.see(".answer .foot")
    page = window.page
    page.evaluate("document.querySelector('.turn').scrollIntoView()")
    _take(page, out / "page-answer.png")
    page.locator(".claim .citation").first.click()
    page.wait_for_selector(".chart.shown")
    _take(page, out / "page-evidence.png")
    page.keyboard.press("Escape")
    window.go("cases", ".board")
    _take(page, out / "page-cases.png")


def _approval(window: Browsing, out: Path) -> None:
    """Exactly what would be done, before it is."""
    page = window.go("approvals", ".board")
    page.locator(".board a").first.click()
    page.wait_for_selector(".payload")
    _take(page, out / "page-approval.png")


def _narrow(window: Browsing, out: Path) -> None:
    """The same on a phone, from the right."""
    window.ask(ARABIC)
    window.see(".answer .foot")
    window.page.evaluate("document.querySelector('.turn').scrollIntoView()")
    _take(window.page, out / "page-arabic.png")


def _take(page: Any, path: Path) -> None:
    page.evaluate("document.fonts.ready")
    page.screenshot(path=path, animations="disabled", caret="hide")
    size = path.stat().st_size
    if size > MOST_BYTES:
        sys.exit(f"{path} has {size:,} bytes")
    sys.stdout.write(f"{path} {size:,} bytes\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
