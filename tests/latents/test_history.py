"""The kept moments of a training, of a run's folder and of one packed file."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from gan_core import networks
from gan_core.cards import Card
from gan_core.errors import InputError
from gan_core.latents.history import GeneratorCache, History
from gan_core.models import list_models, save_model
from gan_core.models.generator import GeneratorModel
from gan_core.models.histories import beside, pack
from gan_core.recipes import Recipe
from gan_core.runs import RunFolder, Status

STEPS = (1, 5, 20, 464)


def card(network: torch.nn.Module, step: int, **changes: object) -> Card:
    values = {"name": "tiny", "kind": "generator", "network": networks.describe(network), "size": 32, "channels": 1}
    return Card(**{**values, "steps": step, "images": 4 * step, **changes})  # pyright: ignore[reportArgumentType]


@pytest.fixture
def run(tmp_path: Path, tiny_recipe: Recipe) -> RunFolder:
    """A run with weights kept at STEPS, others at each, and its model."""
    folder = RunFolder.create(tmp_path / "runs", tiny_recipe, "tiny")
    keyframes = folder.path / "keyframes"
    keyframes.mkdir()
    for step in STEPS:
        torch.manual_seed(step)
        network = networks.build_generator(tiny_recipe, 1).eval()
        save_model(keyframes / f"{step:08d}.safetensors", {"generator": network}, card(network, step))
        (keyframes / f"{step:08d}.jpg").touch()
    shutil.copy(keyframes / "00000464.safetensors", folder.model)
    folder.append_event({"kind": "progress", "step": 5, "losses": {"generator": 2.5}})
    folder.write_status(Status(state="finished"))
    return folder


@pytest.fixture
def shipped(run: RunFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The run's model as a shipped one, three of its moments packed beside it."""
    folder = tmp_path / "pretrained"
    folder.mkdir()
    monkeypatch.setenv("GAN_WORKBENCH_PRETRAINED", str(folder))
    shutil.copy(run.model, folder / "tiny.safetensors")
    assert pack(run, 3, beside(folder / "tiny.safetensors")) == [1, 20, 464]
    return folder / "tiny.safetensors"


def drawn(model: GeneratorModel) -> np.ndarray:
    return model.sample(2, seed=1)


def test_every_kept_step_draws_as_it_did_then(run: RunFolder) -> None:
    history = History(run, "cpu", GeneratorCache())
    assert history.steps() == list(STEPS)
    for step in STEPS:
        model = history.at(step)
        assert model.card.steps == step
        np.testing.assert_array_equal(drawn(model), drawn(History(run.path, "cpu", GeneratorCache()).at(step)))
    assert not np.array_equal(drawn(history.at(1)), drawn(history.at(5)))
    assert history.at(5) is history.at(5)


@pytest.mark.parametrize(("wanted", "found"), [(0, 1), (2, 1), (3, 5), (10, 5), (11, 20), (500, 464), (10**9, 464)])
def test_the_nearest_is_nearest_in_log_time(run: RunFolder, wanted: int, found: int) -> None:
    assert History(run).nearest(wanted) == found


def test_a_packed_history_draws_the_same_and_is_no_model(run: RunFolder, shipped: Path) -> None:
    history = History(shipped, "cpu", GeneratorCache())
    assert (history.steps(), history.name) == ([1, 20, 464], "tiny")
    for step in history.steps():
        model = history.at(step)
        assert (model.card.steps, model.card.images) == (step, 4 * step)
        np.testing.assert_array_equal(drawn(model), drawn(History(run, "cpu", GeneratorCache()).at(step)))
    assert history.curves() == [{"step": 5, "kind": "losses", "values": {"generator": 2.5}}]
    assert [entry.name for entry in list_models(run.path.parent)] == ["tiny", "runs/tiny"]
    with pytest.raises(InputError, match="Step 5 of tiny is not kept; 20 is the nearest that is"):
        history.at(5)


def test_a_history_of_another_training_is_refused(run: RunFolder, shipped: Path, tiny_recipe: Recipe) -> None:
    network = networks.build_generator(tiny_recipe, 1).eval()
    save_model(shipped, {"generator": network}, card(network, 464, seed=9))
    with pytest.raises(InputError, match="history beside tiny is of another training"):
        History(shipped)


def test_a_model_without_a_history_has_no_moments(run: RunFolder) -> None:
    history = History(shutil.copy(run.model, run.path.parent / "model.safetensors"))
    assert history.steps() == []
    for ask in (history.nearest, history.at):
        with pytest.raises(InputError, match="model came without a history of its training"):
            ask(5)


def test_a_file_cut_short_is_a_sentence_and_the_others_stay(run: RunFolder) -> None:
    history = History(run, "cpu", GeneratorCache())
    file = run.path / "keyframes" / "00000020.safetensors"
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(InputError, match=r"Step 20 of tiny cannot be shown: .* is cut short: 100 bytes are missing"):
        history.at(20)
    assert history.at(464).card.steps == 464


def test_the_newest_is_the_newest_that_can_be_read(run: RunFolder) -> None:
    history = History(run)
    steps = history.steps()
    assert history.newest().card.steps == steps[-1]
    files = [run.path / "keyframes" / f"{step:08d}.safetensors" for step in steps]
    files[-1].write_bytes(files[-1].read_bytes()[:-100])
    assert history.newest().card.steps == steps[-2]
    for file in files:
        file.write_bytes(b"")
    with pytest.raises(InputError, match=f"Step {steps[0]} of"):
        history.newest()


def test_a_packed_file_cut_short_is_a_sentence(shipped: Path) -> None:
    file = beside(shipped)
    data = file.read_bytes()
    for left in (5, 300, len(data) - 1):
        file.write_bytes(data[:left])
        with pytest.raises(InputError, match="no history of a model or is cut short"):
            History(shipped)


def test_a_moment_thinned_out_and_a_run_deleted_meanwhile(run: RunFolder) -> None:
    history = History(run, "cpu", GeneratorCache())
    history.at(20)
    (run.path / "keyframes" / "00000020.safetensors").unlink()
    with pytest.raises(InputError, match="Step 20 of tiny is not kept; 5 is the nearest"):
        history.at(20)
    run.delete()
    for ask in (history.steps, lambda: history.at(5), lambda: history.nearest(5)):
        with pytest.raises(InputError, match="tiny has been deleted"):
            ask()


def test_a_step_trained_anew_is_read_anew(run: RunFolder, tiny_recipe: Recipe) -> None:
    history = History(run, "cpu", GeneratorCache())
    before = drawn(history.at(20))
    network = networks.build_generator(tiny_recipe, 1).eval()
    save_model(run.path / "keyframes" / "00000020.safetensors", {"generator": network}, card(network, 20))
    assert not np.array_equal(drawn(history.at(20)), before)


def test_neighbours_are_fetched_beforehand_and_memory_is_bounded(run: RunFolder) -> None:
    shelf = GeneratorCache()
    history = History(run, "cpu", shelf)
    history.prefetch([464, 20, 7])
    history.settle()
    assert [history._key(step) in shelf for step in STEPS] == [False, False, True, True]
    small = GeneratorCache(capacity=1)
    history = History(run, "cpu", small)
    assert history.at(1) is not history.at(5)
    assert [history._key(step) in small for step in STEPS] == [False, True, False, False]


def test_what_is_around_comes_first_and_does_not_thrash(run: RunFolder) -> None:
    size = (run.path / "keyframes" / "00000020.safetensors").stat().st_size
    shelf = GeneratorCache(capacity=9 * size)  # half of it holds two in single precision
    history = History(run, "cpu", shelf)
    history.prefetch_around(18)
    history.settle()
    assert [history._key(step) in shelf for step in STEPS] == [False, True, True, False]


def test_packing_refuses_what_is_not_kept(run: RunFolder, tmp_path: Path) -> None:
    assert pack(run, [5, 464], tmp_path / "two.history.safetensors") == [5, 464]
    with pytest.raises(InputError, match="has kept no weights at step 6"):
        pack(run, [5, 6], tmp_path / "out")
    shutil.rmtree(run.path / "keyframes")
    with pytest.raises(InputError, match="has kept no weights yet"):
        pack(run, 3, tmp_path / "out")


def test_packing_refuses_a_damaged_moment_with_a_sentence(run: RunFolder, tmp_path: Path) -> None:
    file = run.path / "keyframes" / "00000005.safetensors"
    whole = file.read_bytes()
    file.write_bytes(whole.replace(b'"F16"', b'"F32"'))  # its numbers no longer fit
    assert file.read_bytes() != whole
    with pytest.raises(InputError, match=r"00000005\.safetensors is damaged and cannot be read"):
        pack(run, [5], tmp_path / "out")
