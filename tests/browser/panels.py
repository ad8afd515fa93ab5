"""Every tab with its main panels, as a person opens them: for tests that look at all of them."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Page

from tests.browser.conftest import open_tab

PANELS: dict[str, tuple[tuple[str, str], ...]] = {
    "Train": (("form", ""), ("advanced", "#advanced-fold > summary"), ("comparison", "#comparison-fold > summary")),
    "Explore": tuple(
        (name, f".tabs [data-for={name}]") for name in ("move", "directions", "path", "time", "project", "memory")
    ),
    "Translate": tuple((mode, f"[name=gw-mode][value={mode}]") for mode in ("picture", "draw", "camera", "many")),
    "Lab": (("plane", ""), ("games", "#lab-panels [role=tab]:nth-child(2)")),
    "Models and runs": (("shelf", ""), ("published", "#published summary")),
}
READY = {
    "Train": "document.querySelector('#live-picture + .waiting')",
    "Explore": "document.querySelector('.big')?.dataset.place",
    "Translate": "document.querySelector('.translate')?.dataset.shown",
    "Lab": "document.querySelector('.lab')?.dataset.ready === 'yes'",
    "Models and runs": "document.querySelector('#models-shelf article img')?.naturalWidth",
}

DRAWN = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
"""Resolved once what has changed is on the screen."""


def each_panel(page: Page) -> Iterator[str]:
    """Open one panel after the other and name it; each has what it begins with."""
    for tab, panels in PANELS.items():
        open_tab(page, tab)
        page.wait_for_function(READY[tab])
        for name, opener in panels:
            if opener:
                page.locator(opener).first.evaluate("part => part.click()")
            if name == "games":
                page.wait_for_function("document.querySelector('.dynamics')?.dataset.answers")
            page.wait_for_timeout(250)
            yield f"{tab}, {name}"
