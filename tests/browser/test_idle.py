"""What a page asks for while nobody does anything: counted, never timed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import App, open_tab, reload
from tests.browser.pages import watched
from tests.browser.test_page import TABS

COUNT = """() => {
    window.asked = { requests: [], at: performance.now(), pending: 0 };
    const real = window.fetch;
    window.fetch = (address, options) => {
        window.asked.requests.push(`${address} ${options?.body ?? ""}`.slice(0, 200));
        window.asked.at = performance.now();
        window.asked.pending += 1;
        return real(address, options).finally(() => {
            window.asked.at = performance.now();
            window.asked.pending -= 1;
        });
    };
}"""
PENDING = "window.asked.pending > 0"
QUIET = "window.asked.pending === 0 && performance.now() - window.asked.at > 2500"
"""Nothing is asked, and nothing follows from an answer that was long in coming."""
HIDE = """Object.defineProperty(document, 'visibilityState', { get: () => 'hidden', configurable: true });
document.dispatchEvent(new Event('visibilitychange'))"""


@pytest.fixture
def page(browser: Browser, app: App) -> Iterator[Page]:
    """The app's page on a clock that the test turns."""
    with watched(browser, app.url, "about:", again=False, viewport={"width": 1360, "height": 900}) as page:
        page.get_by_role("tab", name="Explore").wait_for()
        page.clock.install()
        yield page


def asked_in_a_minute(page: Page) -> list[str]:
    """Requests within a minute of the page's own clock, on which answers take no time; it is turned by half seconds."""
    page.evaluate("window.asked.requests = []")
    for _ in range(120):
        page.clock.run_for(500)
        if page.evaluate(PENDING):
            page.wait_for_function(f"!({PENDING})")
    return page.evaluate("window.asked.requests")


@pytest.mark.parametrize("tab", TABS)
def test_an_idle_page_asks_less_than_ten_times_a_minute_and_a_hidden_one_never(page: Page, tab: str) -> None:
    reload(page)  # every timer of the page is then one of this clock
    open_tab(page, tab)
    page.evaluate(COUNT)
    page.wait_for_function(QUIET)  # what a tab needs to begin with is there
    asked_in_a_minute(page)  # nor does one count what is got bit by bit, such as the pictures of the models' cards
    asked = asked_in_a_minute(page)
    assert 0 < len(asked) < 10, asked
    page.evaluate(HIDE)
    page.clock.run_for(2000)  # the Lab's word that nobody looks
    page.wait_for_function(QUIET)  # and its answer
    assert asked_in_a_minute(page) == []
