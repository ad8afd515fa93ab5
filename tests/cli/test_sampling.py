import json
from pathlib import Path

import av
import numpy as np
import pytest
import torch
from PIL import Image

from gan_core import networks
from gan_core.cards import Card
from gan_core.images import grid
from gan_core.latents.metadata import read_note
from gan_core.models import load_model, save_model
from tests.cli.conftest import Shell


def pixels(path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def test_sample_writes_a_grid(shell: Shell, here, digits):
    answer = shell(
        "sample", digits, "--count", 6, "--seed", 3, "--columns", 3, "--out", "new/grid.png", "--device", "cpu"
    )
    assert (answer.code, answer.out, answer.err) == (0, "new/grid.png\n", "")
    expected = grid(load_model(digits, "cpu").sample(6, seed=3), 3)  # pyright: ignore[reportAttributeAccessIssue]
    np.testing.assert_array_equal(pixels("new/grid.png"), expected)


def test_sample_as_jpeg_and_by_path(shell: Shell, here, digits):
    assert shell("sample", f"pretrained/{digits}.safetensors", "--count", 4, "--out", "grid.jpg").code == 0
    assert pixels("grid.jpg").shape == (66, 66, 3)


@pytest.mark.parametrize("out", ["grid.gif", "grid", "pretrained", "pretrained/digits.safetensors/grid.png"])
def test_sample_refuses_other_places(shell: Shell, here, digits, out):
    answer = shell("sample", digits, "--count", 1, "--out", out)
    assert answer.code == 2
    assert len(answer.complaints) == 1


def test_a_folder_is_no_picture_file(shell: Shell, here, digits):
    (here / "grid.png").mkdir()
    answer = shell("sample", digits, "--count", 1, "--out", "grid.png")
    assert answer.code == 2
    assert "is a folder" in answer.err


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_walk(shell: Shell, here, digits, suffix):
    answer = shell("walk", digits, "--seeds", "1, 2,3", "--frames", 9, "--fps", 10, "--out", f"walk{suffix}")
    assert (answer.code, answer.out) == (0, f"walk{suffix}\n")
    model = load_model(digits, "cpu")
    with Image.open(f"walk{suffix}") as film:
        assert film.n_frames == 9  # pyright: ignore[reportAttributeAccessIssue]
        for frame, seed in ((0, 1), (4, 2), (8, 3)):
            film.seek(frame)
            expected = model.sample(1, seed=seed)[0].astype(int)  # pyright: ignore[reportAttributeAccessIssue]
            assert np.abs(np.asarray(film.convert("RGB")) - expected).max() <= 1
            assert film.info["duration"] == 100


def film(path) -> tuple[int, tuple[int, int]]:
    """Number of frames, and the size of one."""
    if str(path).endswith(".mp4"):
        with av.open(str(path)) as container:
            frames = list(container.decode(video=0))
        return len(frames), (frames[0].width, frames[0].height)
    with Image.open(path) as image:
        return image.n_frames, image.size  # pyright: ignore[reportAttributeAccessIssue]


def test_walk_in_all_ways_and_kinds(shell: Shell, here, digits):
    asked = {
        "loop.webp": ["--loop"],
        "straight.gif": ["--mode", "lerp", "--easing", "ease-in-out"],
        "smooth.mp4": ["--mode", "spline", "--loop", "--steady", "--fps", 60],
        "large.webp": ["--scale", 2],
    }
    for name, arguments in asked.items():
        answer = shell("walk", digits, "--seeds", "1,2", "--frames", 6, "--out", f"new/{name}", *arguments)
        assert (answer.code, answer.err) == (0, "")
    sizes = [film(f"new/{name}") for name in asked]
    assert sizes == [(6, (32, 32)), (6, (32, 32)), (6, (256, 256)), (6, (64, 64))]
    assert shell("walk", digits, "--seeds", "1,2", "--out", "new/strip.png").code == 0
    assert pixels("new/strip.png").shape == (2 * 34 - 2, 10 * 34 - 2, 3)


def test_a_walk_comes_back_from_its_file(shell: Shell, here, digits):
    arguments = ["--frames", 7, "--mode", "spline", "--loop", "--steady", "--fps", 10, "--easing", "ease-in"]
    for name in ("first.mp4", "first.gif", "first.webp", "first.png"):
        assert shell("walk", digits, "--seeds", "1,5000000000,3", *arguments, "--out", name).code == 0
        assert shell("walk", digits, "--path", name, "--out", "again.webp").code == 0
        note = read_note(here / name)
        assert note is not None
        assert note["model"] == digits
        assert note["path"] == read_note(here / "again.webp")["path"]  # pyright: ignore[reportOptionalSubscript]
        assert (note["path"]["way"], note["path"]["fps"], len(note["path"]["stops"])) == ("spline", 10, 3)
    assert film("again.webp") == film("first.webp") == (7, (32, 32))
    np.testing.assert_array_equal(pixels("again.webp"), pixels("first.webp"))
    Path("path.json").write_text(json.dumps(note["path"]))  # pyright: ignore[reportPossiblyUnboundVariable]
    answer = shell("walk", digits, "--path", "path.json", "--frames", 4, "--mode", "lerp", "--out", "again.webp")
    assert (answer.code, film("again.webp")[0]) == (0, 4)


def test_walk_of_one_stop_stands_still(shell: Shell, here, digits):
    assert shell("walk", digits, "--seeds", "4", "--frames", 3, "--out", "still.mp4").code == 0
    assert film("still.mp4")[0] == 3


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--seeds", "1,2", "--out", "walk.avi"], ".mp4, .gif, .webp and .png"),
        (["--seeds", "1,2", "--fps", "60", "--out", "walk.gif"], "1 to 50 frames a second"),
        (["--path", "nothing.json", "--out", "walk.gif"], "cannot be read as JSON"),
        (["--path", "nothing.mp4", "--out", "walk.gif"], "nothing.mp4 cannot be read"),
        (["--path", "other.png", "--out", "walk.gif"], "other.png carries no path"),
        (["--path", "broken.json", "--out", "walk.gif"], "A path is an object"),
        (["--out", "walk.gif"], "--seeds"),
        (["--seeds", "1,2", "--path", "other.png", "--out", "walk.gif"], "not allowed with"),
        (["--seeds", "1,2", "--out", "pretrained"], "cannot be written as"),
        (["--seeds", "1,2", "--out", "other.png/walk.gif"], "cannot be written"),
    ],
)
def test_walk_refuses_in_one_line(shell: Shell, here, digits, arguments, sentence):
    Image.new("RGB", (4, 4)).save("other.png")
    Path("broken.json").write_text("[1]")
    answer = shell("walk", digits, *arguments)
    assert (answer.code, len(answer.complaints)) == (2, 1)
    assert sentence in answer.err


def test_walk_refuses_other_endings_before_it_draws(shell: Shell, here):
    assert ".mp4, .gif" in shell("walk", "nobody", "--seeds", "1,2", "--out", "walk.avi").err


def test_a_translator_draws_nothing(shell: Shell, seasons):
    answer = shell("sample", seasons, "--out", "grid.png")
    assert answer.code == 2
    assert "is a translator; sample needs a generator" in answer.err


@pytest.fixture
def pets(here, tiny_recipe) -> str:
    """The name of a shipped conditional generator."""
    torch.manual_seed(0)
    network = networks.build_generator(tiny_recipe, 1, classes=2)
    card = Card(
        name="pets", kind="generator", network=networks.describe(network), size=32, channels=1, classes=("cat", "dog")
    )
    save_model(here / "pretrained" / "pets.safetensors", {"generator": network.eval()}, card)
    return "pets"


def test_a_class_by_name_or_index(shell: Shell, pets):
    for label, out in (("dog", "name.png"), ("1", "index.png"), ("cat", "cat.png")):
        assert shell("sample", pets, "--count", 2, "--class", label, "--out", out).code == 0
    np.testing.assert_array_equal(pixels("name.png"), pixels("index.png"))
    assert (pixels("name.png") != pixels("cat.png")).any()
    assert shell("walk", pets, "--seeds", "1,2", "--frames", 2, "--class", "dog", "--out", "walk.webp").code == 0
    expected = load_model(pets, "cpu").sample(1, seed=1, label="dog")[0]  # pyright: ignore[reportAttributeAccessIssue]
    assert np.abs(pixels("walk.webp").astype(int) - expected).max() <= 1


def test_a_class_that_is_not_there(shell: Shell, pets, digits):
    for command in (["sample", pets], ["walk", pets, "--seeds", "1,2"]):
        answer = shell(*command, "--class", "cow", "--out", "out.webp" if command[0] == "walk" else "out.png")
        assert (answer.code, len(answer.complaints)) == (2, 1)
        assert "no class of pets named 'cow'. Known: cat, dog" in answer.err
    answer = shell("sample", digits, "--class", "1", "--out", "out.png")
    assert answer.code == 2
    assert "no classes to choose from" in answer.err
