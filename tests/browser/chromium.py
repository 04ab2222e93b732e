"""Debian's Chromium at the pages of a shop, and everything that it complains of."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, sync_playwright

SIZE = 1280, 800
ARGUMENTS = [
    "--no-sandbox",  # it would not start for root, and sees no pages but ours
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TELL_OVERFLOW = """
addEventListener("DOMContentLoaded", () => new ResizeObserver(() => {
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth) console.error(`the page is ${wide} px wide`);
}).observe(document.body));
"""
TELL_VIOLATION = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP: ${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile} ${event.sample}`));
"""


@contextmanager
def a_page(chromium: Path, url: str) -> Iterator[tuple[Page, list[str]]]:
    """An empty page, and the complaints about all that it will show."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        complaints: list[str] = []
        try:
            yield new_page(browser, url, complaints), complaints
        finally:
            browser.close()


def new_page(browser: Browser, url: str, complaints: list[str]) -> Page:
    """With cookies of its own."""
    width, height = SIZE
    context = browser.new_context(
        base_url=url, viewport={"width": width, "height": height}, reduced_motion="reduce"
    )
    context.set_default_timeout(20_000)
    context.add_init_script(TELL_OVERFLOW)
    context.add_init_script(TELL_VIOLATION)
    page = context.new_page()
    _listen(page, complaints)
    return page


def _listen(page: Page, complaints: list[str]) -> None:
    def console(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(f"{page.url}: {message.text}")

    def failed(request: Request) -> None:
        """The icon comes after the page is loaded, when we may have left already."""
        if not (request.url.endswith("/icon.svg") and request.failure == "net::ERR_ABORTED"):
            complaints.append(f"{request.method} {request.url}: {request.failure}")

    def answered(response: Response) -> None:
        if response.status >= 500:
            complaints.append(f"{response.request.method} {response.url}: {response.status}")

    page.on("console", console)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on("requestfailed", failed)
    page.on("response", answered)
