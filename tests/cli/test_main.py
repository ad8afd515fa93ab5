import json
import subprocess
import sys

import pytest

from gan_core.cli import main
from gan_core.recipes import PRESETS
from gan_core.version import __version__
from tests.cli.conftest import Shell


@pytest.mark.parametrize("command", ["recipes", "datasets", "models", "runs"])
def test_lists_are_one_json_document_of_named_objects(shell: Shell, here, digits, command):
    answer = shell(command, "--json")
    assert answer.code == 0
    assert answer.err == ""
    found = json.loads(answer.out)
    assert isinstance(found, list)
    assert all(isinstance(entry["name"], str) for entry in found)
    assert shell(command).code == 0


def test_recipes_and_models_are_all_there(shell: Shell, digits, seasons):
    assert [entry["name"] for entry in json.loads(shell("recipes", "--json").out)] == list(PRESETS)
    found = json.loads(shell("models", "--json").out)
    assert [(entry["name"], entry["kind"]) for entry in found] == [("digits", "generator"), ("seasons", "translator")]
    assert found[0]["card"]["steps"] == 5
    table = shell("models").out.splitlines()
    assert table[0].split()[:2] == ["name", "kind"]
    assert table[1].split()[:4] == ["digits", "generator", "32", "5"]


def test_version_and_help(shell: Shell):
    answer = shell("--version")
    assert (answer.code, answer.out) == (0, f"gan_core {__version__}\n")
    assert shell("--help").code == 0
    for command in ("recipes", "datasets", "models", "runs", "train", "sample", "walk", "translate", "bench"):
        answer = shell(command, "--help")
        assert answer.code == 0
        assert "--" in answer.out


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["paint"],
        ["recipes", "--jsn"],
        ["sample"],
        ["sample", "digits", "--count", "many", "--out", "a.png"],
        ["sample", "digits", "--count", "0", "--out", "a.png"],
        ["sample", "digits", "--seed", "-1", "--out", "a.png"],
        ["walk", "digits", "--seeds", "1,b", "--out", "a.gif"],
        ["walk", "digits", "--seeds", "1", "--out", "a.gif"],
        ["translate", "seasons", "a.png", "--out", "x", "--direction", "up"],
        ["train", "dcgan", "--minutes", "0"],
        ["train", "dcgan", "--steps", "1.5"],
    ],
)
def test_wrong_arguments_get_one_line_and_code_2(shell: Shell, here, arguments):
    answer = shell(*arguments)
    assert answer.code == 2
    assert answer.out == ""
    assert len(answer.complaints) == 1
    assert answer.err.rstrip().endswith(".")
    assert list(here.iterdir()) == [here / "pretrained"]


def test_bugs_are_raised(monkeypatch):
    monkeypatch.setattr("gan_core.cli.listing.print_table", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        main(["recipes"])


def test_interruption_and_lack_of_memory(shell: Shell, monkeypatch):
    def raising(error: type[BaseException]):
        def fail(*_):
            raise error

        return fail

    monkeypatch.setattr("gan_core.cli.listing.print_table", raising(KeyboardInterrupt))
    assert shell("recipes").code == 130
    monkeypatch.setattr("gan_core.cli.listing.print_table", raising(type("OutOfMemoryError", (RuntimeError,), {})))
    answer = shell("recipes")
    assert answer.code == 1
    assert "memory" in answer.err


def test_bench_passes_its_results_on(shell: Shell, monkeypatch):
    from gan_core import benchmarks

    def run(say, device):
        say("Measuring.")
        return {"device": device, "training": {"speed": 1.23456}}

    monkeypatch.setattr(benchmarks, "run", run)
    answer = shell("bench", "--json", "--device", "cpu")
    assert json.loads(answer.out)["training"] == {"speed": 1.23456}
    assert answer.err == "Measuring.\n"
    assert "  speed: 1.235" in shell("bench").out


@pytest.mark.parametrize("command", [["--help"], ["recipes"], ["models"], ["runs"], ["catalogue"]])
def test_quick_commands_import_neither_torch_nor_gradio(here, command):
    program = (
        "import sys\nfrom gan_core.cli import main\nmain(sys.argv[1:])\n"
        "print([name for name in ('torch', 'gradio', 'numpy') if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *command], check=False, capture_output=True, text=True, timeout=60
    )
    assert done.stderr == "[]\n"


def test_as_a_program_there_is_no_traceback(here):
    command = [sys.executable, "-m", "gan_core", "sample", "nobody", "--out", "a.png"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("There is no model named 'nobody'.")
    assert done.stderr.count("\n") == 1


def test_a_reader_that_has_seen_enough(here):
    done = subprocess.run(
        f"'{sys.executable}' -m gan_core recipes --json | head -1",
        shell=True,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout == "[\n"
    assert "Traceback" not in done.stderr


def test_the_package_offers_its_three_names():
    program = (
        "import sys, gan_core\nassert 'torch' not in sys.modules\n"
        "from gan_core import Recipe, load_model, train\nassert Recipe.named('dcgan').name == 'dcgan'\n"
        "assert callable(load_model) and callable(train)\n"
        "try:\n    gan_core.nothing\nexcept AttributeError:\n    print(gan_core.__version__)"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True, timeout=60)
    assert done.stdout == f"{__version__}\n", done.stderr
