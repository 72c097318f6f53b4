"""A real Chromium for tests of the page. Debian's is used: `apt-get install chromium`."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is missing: apt-get install chromium")

LANGUAGES = {"en": "en-US", "ru": "ru-RU"}
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
expect.set_options(timeout=30_000)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser, without a window."""
    with sync_playwright() as playwright:
        # Tests run as root, for whom Chromium's sandbox does not start; the page comes from this machine.
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Visitor:
    """
    Somebody who has opened the page.

    Args:
        browser: where
        address: of the service
        language: that their browser asks for, `en` or `ru`
        more: of the context, such as `viewport`
    Attributes:
        complaints: errors of scripts and of the Content-Security-Policy
    """

    def __init__(self, browser: Browser, address: str, language: str = "en", **more: Any) -> None:
        self.address = address
        self.context = browser.new_context(locale=LANGUAGES[language], **({"viewport": DESKTOP} | more))
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "console", lambda it: self.complaints.append(it.text) if _is_complaint(it.type, it.text) else None
        )
        self.page.goto(address)

    def go(self, view: str) -> None:
        """Open another view, such as `memory`."""
        self.page.goto(f"{self.address}#/{view}")

    def say(self, text: str) -> Locator:
        """Send *text*; return its turn when it is answered."""
        turns = self.page.locator("article.turn")
        number = turns.count()
        self.page.locator("#say").fill(text)
        self.page.keyboard.press("Enter")
        turn = turns.nth(number)
        expect(turn.locator(".theirs")).not_to_contain_text("…")
        return turn

    def close(self) -> None:
        """Leave, and find that nothing went wrong unseen."""
        self.context.close()
        assert self.complaints == []


def _is_complaint(kind: str, text: str) -> bool:
    # What the service refuses is logged by the browser; the page shows it, and tests look for it there.
    return kind == "error" and not text.startswith("Failed to load resource")


Visits = Callable[..., Visitor]


@pytest.fixture
def visits(chromium: Browser, new_client: httpx.Client) -> Iterator[Visits]:
    """Opens the page of the mind that was never trained, or of another service."""
    made: list[Visitor] = []

    def visit(client: httpx.Client = new_client, language: str = "en", **more: object) -> Visitor:
        made.append(Visitor(chromium, f"{client.base_url}", language, **more))
        return made[-1]

    yield visit
    for it in made:
        it.close()


def remembered(client: httpx.Client, **what: str) -> int:
    """Remember something; return its crystal."""
    return client.post("/remember", json=what).raise_for_status().json()[0]["crystal"]
