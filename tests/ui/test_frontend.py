"""The modules of the front end: what is there, and how it is served."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from gan_core.ui import frontend
from gan_core.ui.launch import Options, make_demo
from gan_core.ui.page_head import with_own_tags
from tests.ui.fake_run import FakeLauncher

# Gradio leaves the event loops and sockets of its pages to the garbage collector.
served = pytest.mark.filterwarnings("ignore:unclosed", "ignore::pytest.PytestUnraisableExceptionWarning")
MODULES = sorted(frontend.modules())
WEB = Path(str(frontend.asset("")))
CONTENTS = sorted(path.relative_to(WEB).as_posix() for path in WEB.rglob("*.html"))
COMPONENTS = [path for path in MODULES if frontend.asset(path.removesuffix(".js") + ".html").is_file()]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The app with a login, asked by somebody who has not logged in."""
    demo: Any = make_demo(Options(runs=str(tmp_path_factory.mktemp("web") / "runs"), device="cpu"))
    demo.context.trainings._launcher = FakeLauncher(demo.context.runs.root)
    demo.launch(prevent_thread_lock=True, quiet=True, auth=("ada", "secret"))
    with httpx.Client(base_url=demo.local_url, trust_env=False, timeout=30) as client:
        yield client
    demo.close(verbose=False)


@pytest.mark.parametrize("path", MODULES)
def test_what_a_module_imports_is_there(path: str) -> None:
    text = frontend.modules()[path].decode()
    code = "\n".join(line for line in text.splitlines() if not line.startswith(" *"))
    assert len(frontend.IMPORT.findall(text)) == len(re.findall(r'\bfrom "|\bimport "|\bimport\(', code))
    assert set(frontend.imported(path)) <= set(MODULES)


@pytest.mark.parametrize("path", COMPONENTS)
def test_a_component_exports_mount(path: str) -> None:
    assert re.search(r"^export const mount = component\(", frontend.modules()[path].decode(), re.MULTILINE)


def test_a_component_is_content_style_and_a_script_that_imports_its_module() -> None:
    made = frontend.component("header/header", events=("press",), logo="<svg></svg>")
    assert 'id="device-line"' in made.html_template
    assert ".device {" in made.css_template
    assert f'"{frontend.address("header/header.js")}"' in str(made.js_on_load)
    assert made.elem_id == "header-header"
    assert made.press is not None  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize("path", CONTENTS)
def test_buttons_of_one_part_of_the_page_have_names_of_their_own(path: str) -> None:
    """Two that are read out alike cannot be told apart by ear; the parts that a page shows now are tried in a browser."""
    names: list[str] = []
    for attributes, text in re.findall(r"<button([^>]*)>(.*?)</button\s*>", frontend.asset_text(path), re.DOTALL):
        label = re.search(r'aria-label="([^"]*)"', attributes)
        names.append(label[1] if label else " ".join(re.sub(r"<[^>]*>", "", text).split()))
    named = [name for name in names if name]
    assert sorted(set(named)) == sorted(named)


def test_templates_are_taken_literally() -> None:
    assert frontend.literal("`${a}` {{b}} \\") == "\\`\\${a}\\` \\{{b}} \\\\"


def test_the_script_of_an_event_calls_a_function_of_a_module() -> None:
    found = frontend.script("train/form.js", "lengthFor", {"dcgan": 5})
    assert 'path: "train/form.js", name: "lengthFor", values: [{"dcgan": 5}, ...values]' in found
    assert f'import(new URL("{frontend.address("train/form.js")}"' in found


def test_a_module_offers_the_functions_that_events_call() -> None:
    """By these names; a misspelt one would be seen only in the browser."""
    tab = (Path(frontend.__file__).parent / "train" / "tab.py").read_text()
    called = set(re.findall(r'frontend\.script\(FORM_MODULE, "(\w+)"', tab))
    offered = re.search(
        r"^offer\(\"train/form.js\", \{([^}]*)\}", frontend.modules()["train/form.js"].decode(), re.MULTILINE
    )
    assert offered is not None
    assert called == set(re.findall(r"\w+", offered[1]))


def test_the_digest_is_of_names_and_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    found = set()
    for modules in (
        {"a.js": b"1", "b.js": b"2"},
        {"a.js": b"1", "b.js": b"3"},
        {"a.js": b"1", "c.js": b"2"},
        {"a.js": b"1b.js2"},
    ):
        monkeypatch.setattr(frontend, "modules", lambda modules=modules: modules)
        found.add(frontend.digest.__wrapped__())
    assert len(found) == 4


@served
def test_every_module_is_served_for_good_and_needs_no_login(page: httpx.Client) -> None:
    assert page.get("/config").status_code == 401
    for path in MODULES:
        answer = page.get(f"/{frontend.address(path)}")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/javascript")
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.content == frontend.modules()[path]


@served
@pytest.mark.parametrize(
    "path",
    [
        "web/0123456789abcdef/shared/mount.js",  # another version
        f"web/{frontend.digest()}/shared/theme.css",  # part of the page, and no file of it
        f"web/{frontend.digest()}/header/header.html",
        f"web/{frontend.digest()}/%2e%2e/frontend.py",
        f"web/{frontend.digest()}//etc/passwd",
        f"web/{frontend.digest()}/",
    ],
)
def test_nothing_else_is_served(page: httpx.Client, path: str) -> None:
    answer = page.get(f"/{path}")
    assert answer.status_code == 404
    assert "def " not in answer.text


@served
def test_a_page_of_another_site_may_not_read_modules(page: httpx.Client) -> None:
    asked = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "script"}
    assert page.get(f"/{frontend.address('shared/mount.js')}", headers=asked).status_code == 403


@served
def test_the_page_names_all_modules_after_its_base(page: httpx.Client) -> None:
    text = page.get("/").text
    named = re.findall(r'<link rel="modulepreload" href="([^"]+)"', text)
    assert named[0] == frontend.address("header/header.js")
    assert sorted(named) == [frontend.address(path) for path in MODULES]
    assert text.index("<base ") < text.index("modulepreload")
    assert {page.get(f"/{path}").status_code for path in named} == {200}


def test_addresses_are_relative_so_that_the_app_may_lie_behind_a_prefix() -> None:
    page = with_own_tags(b"<html><head></head><body></body></html>").decode()
    assert 'href="web/' in page
    made = str(frontend.component("header/header").js_on_load)
    assert 'new URL("web/' in made
    assert "document.baseURI" in made


def test_modules_are_part_of_the_package() -> None:
    text = (Path(__file__).parents[2] / "pyproject.toml").read_text()
    assert '"ui/web/**/*"' in text
