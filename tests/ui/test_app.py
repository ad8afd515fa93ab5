"""The page as a whole: options, layout, what is public, and that nothing answers without the login."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from gan_core.errors import InputError
from gan_core.recipes import Recipe
from gan_core.ui.context import Context
from gan_core.ui.launch import Options, StartUp, make_demo
from tests.ui.fake_run import FakeLauncher, fake_run

ROOT = Path(__file__).parents[2]
# Gradio leaves the event loops and sockets of its pages to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed", "ignore::pytest.PytestUnraisableExceptionWarning")
PUBLIC = {"train_start", "run_status", "translate", "translate_with_hints", "generate"}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The page over an empty folder of runs, with a launcher that trains nothing."""
    made: Any = make_demo(Options(runs=str(tmp_path_factory.mktemp("page") / "runs"), device="cpu"))
    made.context.trainings._launcher = FakeLauncher(made.context.runs.root)
    return made


@pytest.fixture(scope="module")
def address(demo: Any) -> Iterator[str]:
    _, url, _ = demo.launch(prevent_thread_lock=True, quiet=True, auth=("ada", "secret"))
    yield url
    demo.close(verbose=False)


def test_help_is_answered_before_anything_heavy_is_imported() -> None:
    code = "import sys; sys.argv = ['app.py', '--help']; import runpy\ntry: runpy.run_path('app.py', run_name='__main__')\n"
    code += "except SystemExit as end: print(end.code, 'gradio' in sys.modules, 'torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert "--auth USER:PASS" in done.stdout
    assert done.stdout.splitlines()[-1] == "0 False False"


def test_options() -> None:
    options = Options.parse(["--port", "8000", "--auth", "ada:se:cret", "--runs", "/tmp/x", "--device", "cpu"])
    assert options == Options(port=8000, auth=("ada", "se:cret"), runs="/tmp/x", device="cpu")
    assert options.local
    assert not Options.parse(["--host", "0.0.0.0"]).local
    assert not Options.parse(["--share"]).local


def test_how_many_trainings_at_once(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert Options.parse([]).max_trainings is None
    assert Options.parse(["--max-trainings", "3"]).max_trainings == 3
    monkeypatch.setenv("GAN_WORKBENCH_MAX_TRAININGS", "2")
    assert Options.parse([]).max_trainings == 2
    for wrong in ("0", "-1", "many"):
        with pytest.raises(SystemExit) as end:
            Options.parse(["--max-trainings", wrong])
        assert end.value.code == 2
        assert "--max-trainings" in capsys.readouterr().err


@pytest.mark.parametrize("wrong", [["--auth", "ada"], ["--auth", ":x"], ["--port", "0"], ["--device", "abacus"]])
def test_wrong_options_end_with_code_2(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        Options.parse(wrong)
    assert end.value.code == 2
    assert wrong[0] in capsys.readouterr().err


def test_importing_the_app_builds_the_page_and_starts_nothing() -> None:
    module = runpy.run_path(str(ROOT / "app.py"), run_name="app")
    assert module["demo"].context.trainings._launcher is None
    assert not module["demo"].is_running


def test_start_up_says_where_the_time_went() -> None:
    watch = StartUp()
    watch.mark("imports")
    watch.mark("build")
    assert "imports 0.0 s, build 0.0 s" in str(watch)


def test_five_tabs_in_the_order_of_a_first_visit(demo: Any) -> None:
    labels = [part["props"]["label"] for part in demo.get_config_file()["components"] if part["type"] == "tabitem"]
    inside_the_lab = ["The plane", "Games with known answers"]
    assert labels == ["Train", "Explore", "Translate", "Lab", *inside_the_lab, "Models and runs"]


def test_only_the_documented_endpoints_are_public_and_live_ones_skip_the_queue(demo: Any) -> None:
    events = demo.get_config_file()["dependencies"]
    public = {event["api_name"] for event in events if event["api_visibility"] == "public"}
    assert {"train_start", "run_status"} <= public <= PUBLIC
    bar = next(
        part["id"] for part in demo.get_config_file()["components"] if part["props"].get("elem_id") == "start-bar"
    )
    (start,) = [event for event in events if [bar, "press"] in [list(target) for target in event["targets"]]]
    assert (start["queue"], start["backend_fn"]) == (False, False)  # collected in the browser, sent by `start_training`


def test_server_functions_ask_for_the_login(demo: Any, address: str) -> None:
    numbers = {part["props"].get("elem_id"): part["id"] for part in demo.get_config_file()["components"]}
    question = {"session_hash": "abc", "fn_name": "poll", "component_id": numbers["train-live"], "data": {}}
    with httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        assert client.post("gradio_api/component_server", json=question).status_code == 401
        assert client.get("config").status_code == 401
        assert client.post("login", data={"username": "ada", "password": "secret"}).status_code == 200
        answer = client.post("gradio_api/component_server", json=question)
        assert answer.status_code == 200
        assert answer.json()["runs"] == []
        page = client.get("").text
        assert "--gw-accent" in page, "our style sheet is in the page, whoever launches it"


def test_programs_can_start_and_watch_a_training(demo: Any, address: str) -> None:
    from gradio_client import Client
    from gradio_client.exceptions import AppError

    client = Client(address, auth=("ada", "secret"), verbose=False)
    try:
        name = client.predict("dcgan", "", 20, 0, 3, api_name="/train_start")["run"]
        asked = demo.context.trainings._launcher.asked[-1][1]
        assert asked == Recipe.named("dcgan").replace(steps=20, seed=3)
        assert client.predict(name, api_name="/run_status")["state"] == "starting"
        for arguments in (("nope", "", 1, 0, 0), ("dcgan", "/etc", 1, 0, 0)):
            with pytest.raises(AppError, match="There is no"):
                client.predict(*arguments, api_name="/train_start")
        with pytest.raises(AppError, match="no run named"):
            client.predict("../x", api_name="/run_status")
    finally:
        client.close()


def test_start_answers_whatever_goes_wrong(demo: Any, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = {part["props"].get("elem_id"): part["id"] for part in demo.get_config_file()["components"]}
    form = {"recipe": "dcgan", "how": "Steps", "number": 30, "data": "glyphs", "settings": {"seed": 5}, "token": "a"}

    def press(**changes: Any) -> dict[str, str]:
        question = {"session_hash": "abc", "fn_name": "start_training", "component_id": numbers["start-bar"]}
        with httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
            client.post("login", data={"username": "ada", "password": "secret"})
            answer = client.post("gradio_api/component_server", json={**question, "data": {**form, **changes}})
        assert answer.status_code == 200
        return answer.json()

    assert "a number of steps above 0" in press(number=0)["error"]
    assert "There is no recipe" in press(recipe="nope")["error"]
    assert "Choose the pictures" in press(data=None)["error"]
    assert "settings is an object" in press(settings=3)["error"]
    launcher = demo.context.trainings._launcher

    def breaks(error: Exception) -> Any:
        def start(*_: Any, **__: Any) -> Any:
            raise error

        return start

    for error, sentence in (
        (OSError(28, "No space left on device"), "No space left on device"),
        (RuntimeError("a bug"), "That did not work: RuntimeError: a bug"),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(launcher, "start", breaks(error))
            assert sentence in press()["error"]
    name = press()["run"]
    asked = launcher.asked[-1][1]
    assert (asked.steps, asked.seed, asked.data) == (30, 5, "glyphs")
    assert (demo.context.runs.root / name / "recipe.json").exists()


def test_programs_can_draw_and_translate_with_the_shipped_models(address: str, tmp_path: Path) -> None:
    from gradio_client import Client, handle_file
    from gradio_client.exceptions import AppError

    picture = tmp_path / "my meadow.png"
    Image.new("RGBA", (61, 40), (30, 120, 40, 128)).save(picture)
    client = Client(address, auth=("ada", "secret"), verbose=False, download_files=str(tmp_path / "answers"))
    try:
        translated = client.predict(handle_file(picture), "summer-winter", "AtoB", api_name="/translate")
        with Image.open(translated) as image:
            assert Path(translated).name == "my meadow.png"
            assert (image.size, image.mode) == ((61, 40), "RGBA")
        with Image.open(client.predict("glyphs", 7, 4, api_name="/generate")) as image:
            assert image.width >= 64
        with pytest.raises(AppError, match="no model to explore named"):
            client.predict("nothing", 7, 4, api_name="/generate")
        with pytest.raises(AppError, match="AtoB"):
            client.predict(handle_file(picture), "summer-winter", "sideways", api_name="/translate")
    finally:
        client.close()


def test_models_stay_in_memory_until_their_file_changes(tmp_path: Path) -> None:
    context, path, loads = Context(tmp_path, "cpu"), tmp_path / "model", []
    path.write_text("1")
    for _ in range(2):
        assert context.models.cached(path, lambda: loads.append(1) or path.read_text()) == "1"
    assert len(loads) == 1
    path.write_text("2")
    os.utime(path, ns=(0, 0))
    assert context.models.cached(path, path.read_text) == "2"
    with pytest.raises(InputError, match="not there"):
        context.models.cached(tmp_path / "gone", path.read_text)


def test_runs_are_found_by_plain_names_only(tmp_path: Path) -> None:
    context = Context(tmp_path / "runs", "cpu")
    run = fake_run(context.runs.root, "starting")
    fake_run(context.runs.root)
    assert context.runs.find(f"runs/{run.name}").path == run.path
    active = context.runs.active()
    assert active is not None
    assert active.name == run.name
    for wrong in ("../runs", "", "..", "/etc", "nobody"):
        with pytest.raises(InputError, match="no run named"):
            context.runs.find(wrong)


def test_the_end_of_the_app_reaches_the_launcher(tmp_path: Path) -> None:
    context = Context(tmp_path, "cpu")
    launcher: Any = FakeLauncher(tmp_path)
    context.trainings._launcher = launcher
    context.shutdown()
    context.shutdown()
    assert launcher.asked == [("shutdown", None)]
    with pytest.raises(InputError, match="closing"):
        _ = context.trainings.launcher


def test_the_page_does_not_wait_for_torch() -> None:
    """Importing torch takes longer than everything else until the page answers: it comes behind the first page."""
    program = "import sys, gan_core.ui.app\nprint('torch' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120)
    assert answer.stdout.split() == ["False"]


def test_the_check_of_pictures_misses_no_choice_made_while_it_looks(demo: Any) -> None:
    """Gradio drops what comes during an event of mode `once`, the default of `then`: the page would tell of old pictures."""
    config = demo.config
    (check,) = (part["id"] for part in config["components"] if part["props"].get("elem_id") == "data-check")
    modes = [each["trigger_mode"] for each in config["dependencies"] if check in each["outputs"]]
    assert modes == ["always_last"] * 3


def test_nobody_waits_for_the_preview_of_another(demo: Any) -> None:
    """Gradio's queue gives an event one worker, and one visitor's large folder would hold up everybody's strip."""
    shown = {
        part["id"]
        for part in demo.config["components"]
        if part["props"].get("elem_id") in ("data-strip", "data-b-strip", "data-check")
    }
    limits = [each.concurrency_limit for each in demo.fns.values() if {part._id for part in each.outputs} & shown]
    assert len(limits) >= 5
    assert set(limits) == {None}
