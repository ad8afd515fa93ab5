"""axe-core finds nothing on any tab or main panel: at 1400, 1024 and 390 px, light and dark."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser.conftest import App
from tests.browser.pages import watched
from tests.browser.panels import DRAWN, each_panel

AXE = Path(__file__).parents[1] / "web" / "node_modules" / "axe-core" / "axe.min.js"
# Chromium works out the style of a hidden element each time it is asked, and axe asks for all of them: what is hidden is
# taken out for the time of a run, which is five times faster. No script of the page runs meanwhile: axe gives way between
# rules by setTimeout, and with a setTimeout that waits for nothing all of a run is one task.
RUN = """async (all) => {
  const found = [], wait = window.setTimeout;
  const run = async (theme) => {
    const hidden = [];
    const collect = (part) => {
      for (const inner of part.children) {
        if (getComputedStyle(inner).display !== "none") collect(inner);
        else if (inner.childElementCount) hidden.push([inner, document.createComment("")]);
      }
    };
    if (!all) collect(document.body);
    for (const [part, mark] of hidden) part.replaceWith(mark);
    window.setTimeout = (work) => work();
    try {
      const { violations } = await axe.run(document, { resultTypes: ["violations"], preload: false });
      found.push(...violations.flatMap(({ id, nodes }) => nodes.map((node) => `${theme}: ${id}: ${node.target.join(" ")} ${node.html.slice(0, 120)}`)));
    } finally {
      window.setTimeout = wait;
      for (const [part, mark] of hidden) mark.replaceWith(part);
    }
  };
  await run("light");
  document.body.classList.add("dark");
  await run("dark");
  document.body.classList.remove("dark");
  return found;
}"""
SIZES = [(1400, 900), (1024, 768), (390, 844)]


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
    """Every rule at every width in both themes; at the end also what is hidden, which may share a name with another tab's."""
    page.evaluate(tool())
    found: list[str] = []
    sizes = SIZES
    for panel in each_panel(page):
        for width, height in sizes:
            page.set_viewport_size({"width": width, "height": height})
            page.evaluate(DRAWN)
            found += [f"{panel}, {width} px, {each}" for each in page.evaluate(RUN, False)]
        sizes = sizes[::-1]  # the next panel begins with the width that this one ends with
    found += [f"all tabs, {each}" for each in page.evaluate(RUN, True)]
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
