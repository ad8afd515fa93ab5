"""320 x 640 pixels, and a finger: every panel is usable."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser.conftest import App
from tests.browser.pages import watched
from tests.browser.panels import each_panel

# Gradio's list of data sets (.border-none) is an input within a field that takes the press.
CONTROLS = """([least, width]) => {
  const wrong = [];
  for (const part of document.querySelectorAll("button, select, summary, a[href], textarea, input, [role=tab], [role=radio]")) {
    if (!part.checkVisibility({ visibilityProperty: true }) || part.closest("[inert]") || part.matches(".gw-hidden-text, [type=file], .border-none")) continue;
    const box = (/checkbox|radio/.test(part.type) ? part.closest("label") ?? part.labels?.[0] ?? part : part).getBoundingClientRect();
    const name = `${part.localName}.${part.className} ${(part.getAttribute("aria-label") ?? part.textContent).trim().slice(0, 30)}`;
    if (box.height < least - 0.5 || box.width < Math.min(least, 24) - 0.5) wrong.push(`${name}: ${Math.round(box.width)} x ${Math.round(box.height)}`);
    if (part.type === "range" && box.width < 100) wrong.push(`${name}: a knob, ${Math.round(box.width)} px long`);
    let scrolls = part.parentElement;
    while (scrolls && !/auto|scroll/.test(getComputedStyle(scrolls).overflowX)) scrolls = scrolls.parentElement;
    const inside = scrolls && scrolls !== document.documentElement && scrolls !== document.body;
    if (!inside && (box.left < -0.5 || box.right > width + 0.5)) wrong.push(`${name}: from ${Math.round(box.left)} to ${Math.round(box.right)}`);
  }
  if (document.documentElement.scrollWidth > width) wrong.push(`the page is ${document.documentElement.scrollWidth} px wide`);
  return wrong;
}"""

# Words that lie on other words, or beside the card that they belong to; names of sliders that are cut.
WORDS = """() => {
  const wrong = [], texts = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const inFlow = (part) => { for (; part !== document.body; part = part.parentElement) if (/absolute|fixed|sticky/.test(getComputedStyle(part).position)) return false; return true; };
  const scrolls = (part) => { for (; part !== document.body; part = part.parentElement) if (/auto|scroll|hidden/.test(getComputedStyle(part).overflowX)) return true; return false; };
  for (let text = walk.nextNode(); text; text = walk.nextNode()) {
    const part = text.parentElement, card = part.closest(".gw-card, article, figure");
    if (!text.data.trim() || !part.checkVisibility({ visibilityProperty: true }) || part.closest("select, svg, script, style, .gw-hidden-text") || !inFlow(part)) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const named = text.data.trim().slice(0, 40), boxes = [...range.getClientRects()];
    const right = Math.max(...boxes.map((box) => box.right)), limit = (card ?? document.documentElement).getBoundingClientRect().right;
    if (!scrolls(part)) {
      if (right > limit + 0.5) wrong.push(`${named}: ends at ${Math.round(right)}, what it is in at ${Math.round(limit)}`);
      if (card) texts.push({ named, card, boxes });
    }
    if (part.matches(".dir-row .name") && part.scrollWidth > part.clientWidth) wrong.push(`${named}: cut`);
  }
  const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4;
  texts.forEach((one, index) => texts.slice(index + 1).filter((other) => other.card === one.card).forEach((other) => {
    if (one.boxes.some((box) => other.boxes.some((another) => meet(box, another)))) wrong.push(`${one.named} lies on ${other.named}`);
  }));
  return wrong;
}"""


@pytest.fixture(params=[False, True], ids=["mouse", "touch"])
def page(browser: Browser, app: App, request: pytest.FixtureRequest) -> Iterator[Page]:
    size = ViewportSize(width=320, height=640)
    with watched(browser, app.url, "about:", viewport=size, has_touch=request.param, is_mobile=request.param) as page:
        page.get_by_role("tab", name="Explore").wait_for()
        yield page


def test_every_control_can_be_pressed_and_nothing_is_cut(page: Page) -> None:
    coarse = page.evaluate("matchMedia('(pointer: coarse)').matches")
    found = {
        panel: page.evaluate(CONTROLS, [44 if coarse else 24, 320]) + page.evaluate(WORDS) for panel in each_panel(page)
    }
    assert {panel: wrong for panel, wrong in found.items() if wrong} == {}


def test_the_estimate_is_wrapped_and_never_cut(page: Page) -> None:
    line = page.locator("#estimate p")
    page.wait_for_function("document.querySelector('#estimate-line')?.textContent.length > 40")
    cut = "part => [part, ...part.querySelectorAll('*')].some((each) => each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).display !== 'inline')"
    assert not line.evaluate(cut)
    assert line.evaluate("part => getComputedStyle(part).whiteSpace") == "normal"
    height = page.locator("#go").evaluate("part => part.getBoundingClientRect().height")
    assert height < 640 / 3
