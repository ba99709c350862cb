"""One person at the page: a browser window with a session of theirs."""

import re
from pathlib import Path
from typing import Any

from tests.apps.http.live_server import Live

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
SURVEY = "What do customers complain about most?"
HEIGHTS = {390: 844, 1280: 800, 1440: 900}
WAIT_MS = 30_000
_EXPECTED = re.compile(r"status of (401|404|409|400|403)")
"""What the browser itself writes about an answer that a test provokes."""


class Browsing:
    """A window of its own, signed in as somebody."""

    def __init__(
        self,
        browser: Any,
        live: Live,
        user: str,
        *,
        width: int = 1440,
        language: str = "en",
        theme: str = "light",
    ) -> None:
        self.live = live
        self.complaints: list[str] = []
        size = {"width": width, "height": HEIGHTS[width]}
        self._context = browser.new_context(viewport=size, reduced_motion="reduce")
        self._context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live.url)
        self._context.add_init_script(
            f"localStorage.getItem('andon.language') ||"
            f" localStorage.setItem('andon.language', '{language}');"
            f"localStorage.setItem('andon.theme', '{theme}')"
        )
        self.page = self._context.new_page()
        self.page.set_default_timeout(WAIT_MS)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._hear)
        self.page.goto(f"{live.url}/#key={live.key(user)}")
        self.page.wait_for_selector(".frame")

    def _hear(self, message: Any) -> None:
        if message.type == "error" and not _EXPECTED.search(message.text):
            self.complaints.append(message.text)

    def go(self, place: str, until: str) -> Any:
        """Go to a place of the page, until something is there."""
        self.page.goto(f"{self.live.url}/#/{place}")
        self.page.wait_for_selector(until)
        return self.page

    def ask(self, text: str) -> None:
        """Write a question and send it."""
        self.page.fill("textarea", text)
        self.page.press("textarea", "Enter")

    def see(self, selector: str, text: str = "") -> Any:
        """Wait until something is seen."""
        found = self.page.locator(selector).filter(has_text=text).first
        found.wait_for()
        return found

    def thread(self) -> str:
        """The conversation that the address names."""
        self.page.wait_for_url("**/#/t/**")
        return str(self.page.url.rsplit("/", 1)[1]).split("?")[0]

    def overflow(self) -> int:
        """How far the page can be scrolled sideways (px)."""
        script = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        return int(self.page.evaluate(script))

    def close(self) -> None:
        """Close the window."""
        self._context.close()
