import numpy as np
import pytest
import torch
from PIL import Image

from gan_core import networks
from gan_core.images import grid
from gan_core.models import Card
from gan_core.store import load_model, save_model
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


def test_walk_in_a_loop_and_straight(shell: Shell, here, digits):
    for arguments in (["--loop"], ["--mode", "lerp"]):
        assert shell("walk", digits, "--seeds", "1,2", "--frames", 5, "--out", "walk.webp", *arguments).code == 0


def test_walk_refuses_mp4_before_it_draws(shell: Shell, here):
    answer = shell("walk", "nobody", "--seeds", "1,2", "--out", "walk.mp4")
    assert answer.code == 2
    assert ".gif and .webp are accepted" in answer.err


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
