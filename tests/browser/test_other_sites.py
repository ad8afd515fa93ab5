"""What a page of another site can do to an app that runs on the reader's machine: nothing."""

from __future__ import annotations

import http.server
import json
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from gan_core.recipes import Recipe
from gan_core.runs import RunFolder, Status
from tests.browser.conftest import CHROMIUM, FLAGS, App, open_tab
from tests.browser.pages import PATIENCE, running_app
from tests.browser.panels import DRAWN, READY

NAMES = ("evil.test", "rebound.test")
"""Names of somebody else that lead to this machine: the second one to the app's own port."""


class Blank(http.server.BaseHTTPRequestHandler):
    """The other site: an empty page, on which the test does what the site's script would."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Elsewhere</title><body>")

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[int]:
    """The port of the other site."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Blank) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture(scope="module")
def visitor(browser: Browser) -> Iterator[Browser]:
    """A browser for which the other site's names lead here."""
    rules = ", ".join(f"MAP {name} 127.0.0.1" for name in NAMES)
    chromium = browser.browser_type.launch(
        executable_path=CHROMIUM, args=[*FLAGS, f"--host-resolver-rules={rules}", "--no-proxy-server"]
    )
    yield chromium
    chromium.close()


@pytest.fixture
def victim(app: App) -> Iterator[RunFolder]:
    """A finished run that somebody would miss."""
    run = RunFolder.create(app.runs, Recipe.named("dcgan"), "precious")
    run.write_status(Status(state="finished"))
    yield run
    if run.path.exists():
        run.delete()


def question(app: App, **data: Any) -> dict[str, Any]:
    """The request that deletes a run, as the page sends it."""
    config = json.loads(urllib.request.urlopen(f"{app.url}/config").read())
    (shelf,) = (part["id"] for part in config["components"] if part["props"].get("elem_id") == "shelf")
    return {"session_hash": "abc", "component_id": shelf, "fn_name": "delete", "data": data}


ATTACKS = """async ({ url, body, picture }) => {
  const text = JSON.stringify(body), results = {};
  const attempt = async (name, work) => {
    try { results[name] = await work(); } catch (error) { results[name] = `refused: ${error.name}`; }
  };
  const post = (options) => fetch(`${url}/gradio_api/component_server`, { method: "POST", body: text, ...options });
  const seen = async (answer) => { const response = await answer; return response.type === "opaque" ? "opaque" : response.text(); };
  const wait = (element, place = document.body) => new Promise((done) => {
    element.onload = () => done("loaded"); element.onerror = () => done("refused"); place.append(element); setTimeout(() => done("nothing"), 4000);
  });
  for (const mode of ["no-cors", "cors"]) {
    for (const kind of ["text/plain", "application/x-www-form-urlencoded"])
      await attempt(`${mode} ${kind}`, () => seen(post({ mode, headers: { "Content-Type": kind } })));
    await attempt(`${mode} json`, () => seen(post({ mode, headers: { "Content-Type": "application/json" } })));
    await attempt(`${mode} with cookies`, () => seen(post({ mode, credentials: "include" })));
    await attempt(`${mode} without a referrer`, () => seen(post({ mode, referrerPolicy: "no-referrer" })));
    const files = new FormData(); files.append("files", new Blob(["x"]), "x.txt");
    await attempt(`${mode} upload`, () => seen(fetch(`${url}/gradio_api/upload`, { method: "POST", mode, body: files })));
    for (const path of ["/", "/config", "/gradio_api/info", "/gradio_api/startup-events", "/gradio_api/queue/data?session_hash=a"])
      await attempt(`${mode} read ${path}`, () => seen(fetch(url + path, { mode })));
  }
  await attempt("beacon", async () => navigator.sendBeacon(`${url}/gradio_api/component_server`, text));
  await attempt("image", () => wait(Object.assign(new Image(), { src: `${url}/gradio_api/file=${picture}` })));
  await attempt("script", () => wait(Object.assign(document.createElement("script"), { src: `${url}/config` })));
  await attempt("style", () => wait(Object.assign(document.createElement("link"), { rel: "stylesheet", href: `${url}/theme.css` }), document.head));
  await attempt("frame", async () => {
    const frame = document.createElement("iframe"); frame.src = url; await wait(frame);
    try { return frame.contentDocument ? "empty" : "not readable"; } catch (error) { return "not readable"; }
  });
  for (const [kind, action] of [["text/plain", "component_server"], ["multipart/form-data", "upload"]]) {
    const target = document.createElement("iframe"); target.name = kind; document.body.append(target);
    const form = Object.assign(document.createElement("form"), { method: "POST", enctype: kind, action: `${url}/gradio_api/${action}`, target: kind });
    form.append(Object.assign(document.createElement("input"), { name: text.slice(0, -1) + ', "x": "', value: '"}' }));
    document.body.append(form);
    await attempt(`form ${kind}`, async () => { form.submit(); await new Promise((done) => setTimeout(done, 1500)); return "sent"; });
  }
  return results;
}"""


@pytest.mark.parametrize("name", ["evil.test", "127.0.0.1", "localhost"])
def test_a_page_of_another_origin_can_neither_change_nor_read(
    visitor: Browser, app: App, victim: RunFolder, elsewhere: int, name: str
) -> None:
    """Another site, and another program of this machine that serves pages on its own port."""
    before = uploads(app)
    context = visitor.new_context()
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"http://{name}:{elsewhere}/")
    told = {"url": app.url, "body": question(app, run="precious"), "picture": str(victim.path / "x.png")}
    results = page.evaluate(ATTACKS, told)
    for what, result in results.items():
        read = isinstance(result, str) and result not in ("opaque", "refused", "nothing", "sent", "not readable")
        assert not read or result.startswith("refused"), (what, result)
    assert results["image"] == results["script"] == "refused"
    assert (victim.path / "recipe.json").exists(), "the run is still there"
    assert uploads(app) == before
    frames = [frame for frame in page.frames if frame.url.startswith(app.url)]
    assert not any("gradio_config" in frame.content() for frame in frames), "nor is the page shown in a frame"
    context.close()


def test_a_name_that_was_rebound_to_this_machine_gets_no_answer(visitor: Browser, app: App, victim: RunFolder) -> None:
    context = visitor.new_context()
    page = context.new_page()
    rebound = f"http://rebound.test:{app.url.rpartition(':')[2]}"
    assert page.goto(rebound + "/").status == 403  # pyright: ignore[reportOptionalMemberAccess]
    assert "--allow-host rebound.test" in page.content()
    # Now the page and the app are one origin for the browser.
    answers = page.evaluate(
        """async ({ body }) => Promise.all([
          fetch("/config"), fetch("/gradio_api/upload", { method: "POST", body: new FormData() }),
          fetch("/gradio_api/component_server", { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
        ].map(async (answer) => (await answer).status))""",
        {"body": question(app, run="precious")},
    )
    assert answers == [403, 403, 403]
    assert (victim.path / "recipe.json").exists()
    context.close()


def test_a_link_of_another_site_opens_the_app_which_then_works(
    visitor: Browser, app: App, victim: RunFolder, elsewhere: int
) -> None:
    """The control: the same browser and the same request, from the app's own page, do delete the run."""
    context = visitor.new_context()
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(f"http://evil.test:{elsewhere}/")
    page.evaluate("url => { location.href = url; }", app.url)
    page.get_by_role("tab", name="Train", exact=True).wait_for()
    assert (victim.path / "recipe.json").exists()
    status = page.evaluate(
        """async (body) => (await fetch("/gradio_api/component_server",
          { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } })).status""",
        question(app, run="precious", confirmed="precious"),
    )
    assert status == 200
    assert not victim.path.exists()
    assert errors == []
    context.close()


def uploads(app: App) -> list[str]:
    """What has been uploaded to the app, finished or not."""
    return sorted(str(path) for path in app.uploads.rglob("*"))


# What the guard lets through --------------------------------------------------------------------------------------


def test_no_tab_breaks_the_content_security_policy(page: Page) -> None:
    """Chromium tells of every violation in the console, at which the fixture fails."""
    page.evaluate("addEventListener('securitypolicyviolation', (event) => console.error(event.violatedDirective))")
    for name in ("Train", "Explore", "Translate", "Lab", "Models and runs"):
        open_tab(page, name)
        page.wait_for_function(READY[name])
        page.evaluate(DRAWN)
    open_tab(page, "Translate")
    page.locator("#translate img").first.wait_for()
    page.wait_for_timeout(1500)  # what the tabs do by and by


def test_the_page_shows_why_an_upload_is_refused(browser: Browser, tmp_path: Path) -> None:
    """From Chromium to the sentence: also for a file that is still being sent when the answer comes."""
    large = tmp_path / "large.png"
    large.write_bytes(b"x" * 3_000_000)
    with running_app(tmp_path / "app" / "runs", GAN_WORKBENCH_UPLOAD_QUOTA="1mb") as url:
        context = browser.new_context()
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(url)
        open_tab(page, "Translate")
        page.locator("#translate img").first.wait_for()
        page.locator("#translate input[type=file]").first.set_input_files(str(large))
        page.get_by_text("This upload is too large: all uploads together may take 1 MB.").first.wait_for()
        context.close()


def test_the_login_of_the_page_works_and_others_cannot_use_it(visitor: Browser, elsewhere: int, tmp_path: Path) -> None:
    with running_app(tmp_path / "app" / "runs", "--auth", "ada:secret") as url:
        context = visitor.new_context()
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        errors: list[str] = []
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.goto(url)
        page.get_by_label("username").fill("ada")
        page.get_by_label("password").fill("secret")
        page.get_by_role("button", name="Login").click()
        page.get_by_role("tab", name="Lab", exact=True).wait_for()
        assert [error for error in errors if "Content Security Policy" in error] == []
        # A page elsewhere in the same browser, whose requests carry the cookie where the browser sends it.
        other = context.new_page()
        other.goto(f"http://127.0.0.1:{elsewhere}/")
        read = other.evaluate(
            """async (url) => { try { return (await fetch(url + "/config", { credentials: "include" })).status; }
                              catch (error) { return error.name; } }""",
            url,
        )
        assert read == "TypeError", "the browser keeps the answer from the page"
        other.evaluate("(url) => { new Image().src = url + '/logout'; }", url)
        other.wait_for_timeout(1000)
        page.reload()
        page.get_by_role("tab", name="Lab", exact=True).wait_for()
        context.close()
