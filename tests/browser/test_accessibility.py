"""axe-core finds nothing on any tab or main panel: wide, middling and narrow, light and dark."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser.conftest import App
from tests.browser.pages import watched
from tests.browser.panels import each_panel

AXE = Path(__file__).parents[1] / "web" / "node_modules" / "axe-core" / "axe.min.js"
RUN = """async (rules) => {
  const found = await axe.run(document, { resultTypes: ["violations"], ...(rules ? { runOnly: { type: "rule", values: rules } } : {}) });
  return found.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")} ${node.html.slice(0, 120)}`));
}"""
DARK = "dark => document.body.classList.toggle('dark', dark)"


def tool() -> str:
    """The text of axe-core; skips where it is not installed, but never in CI."""
    if not AXE.is_file():
        assert not os.environ.get("CI"), f"{AXE} is missing: run `npm install --no-package-lock` in tests/web."
        pytest.skip("axe-core is not installed: run `npm install --no-package-lock` in tests/web.")
    return AXE.read_text(encoding="utf-8")


@pytest.fixture
def page(browser: Browser, app: App) -> object:
    size = ViewportSize(width=1400, height=900)
    # Motion would be caught half-way, with colours in between.
    with watched(browser, app.url, path="/?__theme=light", viewport=size, reduced_motion="reduce") as page:
        page.get_by_role("tab", name="Explore").wait_for()
        yield page


def test_axe_finds_nothing_on_any_panel(page: Page) -> None:
    page.evaluate(tool())
    found: list[str] = []
    for panel in each_panel(page):
        for width, height in ((1400, 900), (1024, 768), (390, 844)):
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(120)
            found += [f"{panel}, {width} px: {each}" for each in page.evaluate(RUN, None)]
            if width == 1400:  # what is new in the dark is colours, and they are the same at every width
                page.evaluate(DARK, True)
                page.wait_for_timeout(60)
                dark = page.evaluate(RUN, ["color-contrast", "link-in-text-block"])
                found += [f"{panel}, dark: {each}" for each in dark]
                page.evaluate(DARK, False)
        page.set_viewport_size({"width": 1400, "height": 900})
    assert found == []


def test_controls_have_names_of_their_own(page: Page) -> None:
    """Two buttons of one panel that are read out alike cannot be told apart by ear."""
    names = """() => {
      const count = {};
      for (const part of document.querySelectorAll("button, select, a[href], input:not([type=hidden])")) {
        if (!part.checkVisibility({ visibilityProperty: true }) || part.closest("[inert]")) continue;
        const text = part.getAttribute("aria-label") ?? part.labels?.[0]?.textContent ?? (part.textContent.trim() || part.querySelector("img")?.alt) ?? "";
        const name = `${part.getAttribute("role") ?? part.localName} ${text.trim().replace(/\\s+/g, " ")}`;
        count[name] = (count[name] ?? 0) + 1;
      }
      return Object.entries(count).filter(([, times]) => times > 1).map(([name]) => name);
    }"""
    found = {panel: page.evaluate(names) for panel in each_panel(page)}
    assert {panel: alike for panel, alike in found.items() if alike} == {}


def test_the_page_says_what_it_is(page: Page) -> None:
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.title().endswith("GAN Workbench")
    tags = page.evaluate(
        "[...document.querySelectorAll('meta[property^=\"og:\"], meta[name^=twitter]')].map((tag) => tag.content)"
    )
    assert "GAN Workbench" in tags
    assert not [tag for tag in tags if "gradio" in tag.lower()]


def test_explanations_are_reached_by_keyboard_and_touch(browser: Browser, app: App) -> None:
    size = ViewportSize(width=390, height=844)
    with watched(browser, app.url, "about:", viewport=size, has_touch=True) as page:
        page.get_by_role("tab", name="Lab", exact=True).click()
        page.wait_for_selector(".lab[data-ready=yes]")
        bubble = page.locator("#gw-explanation")
        page.locator(".numbers dt", has_text="KL").tap()
        bubble.get_by_text("Kullback-Leibler").wait_for()
        page.keyboard.press("Escape")
        bubble.wait_for(state="hidden")
        page.locator(".numbers [title*='Jensen']").focus()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        bubble.get_by_text("Jensen-Shannon").wait_for()
        box = bubble.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
