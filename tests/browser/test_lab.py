"""The Lab's first panel in a real Chromium: every control is used once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser import lab_page
from tests.browser.pages import served, watched


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(lab_page.__name__, str(tmp_path_factory.mktemp("lab"))) as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The Lab, ready, under watch."""
    size = ViewportSize(width=getattr(request, "param", 1360), height=900)
    with watched(browser, address, viewport=size, has_touch=True) as page:
        page.wait_for_selector(".lab[data-ready=yes]")
        yield page


def step(page: Page) -> int:
    return int(page.locator(".lab").get_attribute("data-step") or 0)


def until(page: Page, wanted: str) -> None:
    """Wait until the step `s` satisfies a JavaScript condition such as `s === 3`."""
    page.wait_for_function(
        f"(() => {{ const s = Number(document.querySelector('.lab').dataset.step); return {wanted}; }})()"
    )


def at_rest(page: Page) -> int:
    """Wait until the step has not changed for a second and a half, and return it: a Lab that plays is quicker."""
    page.wait_for_function(
        """() => { const s = document.querySelector('.lab').dataset.step, now = performance.now();
        if (window.rest?.s !== s) window.rest = { s, since: now };
        return now - window.rest.since > 1500; }"""
    )
    return step(page)


def part_of(page: Page, label: str, value: str) -> None:
    """Choose a part and wait until the form has been drawn anew for it."""
    select = page.get_by_label(label, exact=True)
    select.evaluate("element => { element.closest('fieldset').dataset.old = 'yes'; }")
    select.select_option(value)
    name = select.get_attribute("data-part")
    page.wait_for_selector(f"fieldset:not([data-old]) [data-part={name}]")


def notice(page: Page, words: str) -> None:
    page.wait_for_function(
        "words => document.querySelector('.lab [data-notice]').textContent.includes(words)", arg=words
    )


def press(page: Page, name: str) -> None:
    page.locator(".lab").get_by_role("button", name=name, exact=True).click()


def test_play_pause_steps_speed_rewind_seed_and_restart(page: Page) -> None:
    for count, name in enumerate(("Step D", "Step G", "Step both"), 1):
        press(page, name)
        until(page, f"s === {count}")
    page.locator(".speed").select_option("60")
    press(page, "Play")
    until(page, "s > 20")
    page.locator(".speed").select_option("")
    until(page, "s > 60")
    press(page, "Pause")
    at_rest(page)
    page.wait_for_function("document.querySelector('.kl').textContent !== '\u2013'")
    for selector in (".kl", ".js", ".good", ".covered"):
        assert page.locator(selector).inner_text() != "\u2013"
    assert "real points" in page.locator(".kl-reference").inner_text()
    left, right = page.locator(".kl-reference").bounding_box(), page.locator(".js-reference").bounding_box()
    assert left
    assert right
    assert page.locator(".kl-reference").evaluate("small => small.scrollWidth <= small.parentElement.clientWidth"), (
        "cut"
    )
    assert left["x"] + left["width"] <= right["x"], "one lies over the other"
    page.get_by_label("Rewind to step").press("Home")
    until(page, "s === 0")
    press(page, "Step both")
    until(page, "s === 1")
    page.locator(".seed").fill("1.5")
    page.locator(".seed").press("Enter")
    notice(page, "whole number from 0")
    page.locator(".seed").fill("7")
    page.locator(".seed").press("Enter")
    until(page, "s === 0")
    press(page, "Step both")
    until(page, "s === 1")
    press(page, "Restart")
    until(page, "s === 0")


def test_slow_motion_numbers_its_stages_and_stops(page: Page) -> None:
    press(page, "Slow motion")
    page.wait_for_selector(".stages li[aria-current=step]")
    assert "random numbers go through the generator" in page.locator(".caption").inner_text()
    page.wait_for_function("document.querySelector('.caption .number').textContent === '3'")
    assert "loss is" in page.locator(".caption").inner_text()
    press(page, "Stop slow motion")
    page.wait_for_function("document.querySelector('.caption').hidden")
    press(page, "Morph")


def test_layers_are_shown_and_hidden_from_the_legend(page: Page) -> None:
    still = """() => { const now = document.querySelector('.plane').toDataURL(), same = now === window.seen?.[0];
        window.seen = same ? [now, window.seen[1] + 1] : [now, 0];
        return window.seen[1] >= 5; }"""
    press(page, "Step both")
    until(page, "s === 1")
    for name in ("real", "fakes", "map", "arrows", "net"):
        page.wait_for_function(still, polling=100)
        button = page.locator(f".layer[data-layer={name}]")
        pressed = button.get_attribute("aria-pressed")
        button.focus()
        page.keyboard.press("Enter")
        assert button.get_attribute("aria-pressed") != pressed
        page.wait_for_function("document.querySelector('.plane').toDataURL() !== window.seen[0]")
    page.locator(".layer[data-layer=trails]").click()
    for count in range(2, 5):
        press(page, "Step both")
        until(page, f"s === {count}")


def test_every_part_changes_while_it_plays_and_what_does_not_fit_is_refused(page: Page) -> None:
    press(page, "Play")
    for label, value in (
        ("Objective", "wasserstein"),
        ("Penalty", "wgan-gp"),
        ("Solver", "extragradient"),
        ("Generator's optimizer", "rmsprop"),
        ("Discriminator's optimizer", "rmsprop"),
    ):
        part_of(page, label, value)
    for name in ("spiral", "grid"):
        page.locator(f".thumb[data-name={name}]").click()
        page.wait_for_selector(f".thumb[data-name={name}][aria-checked=true]")
    before = step(page)
    until(page, f"s > {before + 5}")
    page.get_by_label("Penalty", exact=True).select_option("")
    notice(page, "penalty")
    assert page.get_by_label("Penalty", exact=True).input_value() == "wgan-gp"
    page.get_by_label("wgan-gp: Strength").fill("2")
    page.get_by_label("wgan-gp: Strength").press("Enter")
    before = step(page)
    until(page, f"s > {before + 5}")
    press(page, "Tuned settings")
    until(page, "s === 0")
    assert page.get_by_label("Solver", exact=True).input_value() == "alternating"
    page.get_by_label("Named game").select_option("gcdg")
    notice(page, "GCDG")
    assert page.get_by_label("Solver", exact=True).input_value() == "simultaneous"
    page.evaluate("addEventListener('gw:lab-settings', (event) => { window.sent = event.detail; })")
    press(page, "Send this setting to Train")
    sent = page.evaluate("window.sent.settings")
    assert sent["solver"]["name"] == "simultaneous"
    assert sent["generator_optimizer"]["rule"] == "prp"
    assert "learning_rate" not in sent["generator_optimizer"]


def test_a_distribution_can_be_drawn_erased_and_undone(page: Page) -> None:
    page.locator(".thumb[data-name=drawn]").click()
    use = page.get_by_role("button", name="Use this drawing")
    assert use.is_disabled()

    def place(x: float, y: float = 0.5) -> tuple[float, float]:
        page.locator(".plane").scroll_into_view_if_needed()  # pressing a button may have scrolled the page
        box = page.locator(".plane").bounding_box()
        assert box is not None
        return box["x"] + x * box["width"], box["y"] + y * box["height"]

    def drag(from_x: float, to_x: float) -> None:
        page.mouse.move(*place(from_x))
        page.mouse.down()
        page.mouse.move(*place(to_x), steps=12)
        page.mouse.up()

    drag(0.2, 0.8)
    press(page, "Eraser")
    drag(0.1, 0.9)
    assert use.is_disabled()
    press(page, "Undo")
    assert use.is_enabled()
    press(page, "Clear")
    assert use.is_disabled()
    press(page, "Brush")
    drag(0.2, 0.8)
    page.touchscreen.tap(*place(0.5, 0.2))
    page.locator(".plane").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.get_by_label("Width of the brush").press("ArrowRight")
    use.click()
    # A line of 3.84 units is five modes of 0.8; the finger's dot and the keyboard's are one each, the latter on the line.
    page.wait_for_function("document.querySelector('.covered').textContent.endsWith('of 7')")
    press(page, "Step both")
    until(page, "s === 1")


def test_divergence_is_said_and_one_can_go_back(page: Page) -> None:
    for player in ("Generator", "Discriminator"):
        part_of(page, f"{player}'s optimizer", "sgd")
        rate = page.locator(f"fieldset:has([data-part={player.lower()}_optimizer])").get_by_label("sgd: Learning rate")
        rate.fill("10")
        rate.press("Enter")
    press(page, "Play")
    notice(page, "Diverged")
    assert page.locator(".lab").get_attribute("data-playing") == "no"
    page.get_by_label("Rewind to step").press("Home")
    until(page, "s === 0")
    page.wait_for_function("document.querySelector('.lab [data-notice]').textContent === ''")


def test_two_quick_changes_are_both_kept_and_a_page_loaded_again_finds_its_training(page: Page) -> None:
    page.get_by_label("Objective", exact=True).select_option("hinge")
    page.get_by_label("Penalty", exact=True).select_option("r2")
    page.wait_for_selector("[aria-label='r2: Strength']")
    assert page.get_by_label("Objective", exact=True).input_value() == "hinge"
    press(page, "Step both")
    until(page, "s === 1")
    page.reload()
    page.wait_for_selector(".lab[data-ready=yes]")
    assert step(page) == 1
    assert page.get_by_label("Objective", exact=True).input_value() == "hinge"


def test_a_famous_failure_says_what_it_is(page: Page) -> None:
    page.get_by_label("Named game").select_option("vanishing")
    notice(page, "Vanishing gradient")
    press(page, "Step both")
    until(page, "s === 1")


@pytest.mark.parametrize("page", [390], indirect=True)
def test_it_fits_a_narrow_screen(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".thumb[data-name=drawn]").click()
    press(page, "Slow motion")
    notice(page, "Draw in the plane first")
    page.locator(".thumb[data-name=ring]").click()
    press(page, "Slow motion")
    page.wait_for_selector(".stages li[aria-current=step]")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_play_takes_a_drawing_that_was_not_used_yet(page: Page) -> None:
    page.locator(".thumb[data-name=drawn]").click()
    press(page, "Play")
    notice(page, "Draw in the plane first")
    assert page.locator(".lab").get_attribute("data-playing") == "no"
    page.locator(".plane").scroll_into_view_if_needed()
    box = page.locator(".plane").bounding_box()
    assert box is not None
    for share in (0.2, 0.8):
        page.touchscreen.tap(box["x"] + share * box["width"], box["y"] + share * box["height"])
    press(page, "Play")
    page.wait_for_function("document.querySelector('.covered').textContent.endsWith('of 2')")
    until(page, "s > 3")
    assert page.locator(".thumb[data-name=drawn]").get_attribute("aria-checked") == "true"
    press(page, "Pause")


def test_the_chosen_games_name_stays_until_a_setting_changes(page: Page) -> None:
    game = page.get_by_label("Named game")
    game.select_option("vanishing")
    notice(page, "Vanishing gradient")
    assert game.input_value() == "vanishing"
    page.reload()
    page.wait_for_selector(".lab[data-ready=yes]")
    assert game.input_value() == "vanishing"
    part_of(page, "Objective", "hinge")
    page.wait_for_function("document.querySelector('.preset').value === ''")


def test_trails_leave_the_picture_to_be_seen(page: Page) -> None:
    page.locator(".layer[data-layer=trails]").click()
    page.locator(".speed").select_option("60")
    press(page, "Play")
    until(page, "s > 150")
    press(page, "Pause")
    at_rest(page)
    page.wait_for_timeout(600)  # the points have glided to where they are
    count = """() => { const c = document.querySelector('.plane'), d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
        const before = window.plane; window.plane = d; if (!before) return 0;
        let n = 0; for (let i = 0; i < d.length; i += 4) if (Math.abs(d[i] - before[i]) + Math.abs(d[i + 1] - before[i + 1]) > 24) n++;
        return n / (d.length / 4); }"""
    page.evaluate(count)
    page.locator(".layer[data-layer=trails]").click()
    page.wait_for_timeout(600)
    changed = page.evaluate(count)
    assert 0 < changed < 0.05
