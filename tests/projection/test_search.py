"""Projection: a model's own picture is found again, and everything else is answered honestly."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from gan_core.cards import Card
from gan_core.errors import InputError
from gan_core.images import decode
from gan_core.models.generator import GeneratorModel, latents_for_seed
from gan_core.projection.gauss_newton import GaussNewtonState, gauss_newton_step, jacobian, within
from gan_core.projection.recovery import measure_recovery, remember, remembered
from gan_core.projection.search import project
from gan_core.projection.search_budget import SearchBudget, budget_for
from gan_core.projection.targets import error_of, similarity, target_for

LIGHT = SearchBudget(candidates=64, starts=4, steps=20, finalists=2, refinements=36)


class Painter(nn.Module):
    """tanh of a linear map of the latent, and of the class: smooth, not linear, one latent for one picture."""

    def __init__(self, channels: int = 1, size: int = 16, latent_dim: int = 6, classes: int = 0) -> None:
        super().__init__()
        draws = torch.Generator().manual_seed(3)
        self.latent_dim, self.classes, self.image_shape = latent_dim, classes, (channels, size, size)
        numbers = channels * size * size
        self.weight = nn.Parameter(torch.randn(latent_dim, numbers, generator=draws) * 0.4)
        self.of_class = nn.Parameter(torch.randn(max(1, classes), numbers, generator=draws))

    def forward(self, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        flat = latents @ self.weight
        if labels is not None:
            flat = flat + self.of_class[labels]
        return torch.tanh(flat).view(-1, *self.image_shape)


def model_of(**arguments: int) -> GeneratorModel:
    network = Painter(**arguments)
    card = Card(name="painter", kind="generator", network={"name": "painter"}, size=16, channels=network.image_shape[0])
    return GeneratorModel(network, card)


@pytest.mark.parametrize("channels", [1, 3])
def test_a_picture_of_its_own_is_found_again_to_a_quarter_of_a_level(channels: int) -> None:
    model = model_of(channels=channels)
    latent = latents_for_seed(77, 1, 6)
    target = model.render(latent)[0]
    moments = list(project(model, target, LIGHT))
    best = moments[-1].best
    assert best.error < 0.25
    assert torch.allclose(best.latent, latent[0], atol=0.02)
    assert (best.picture == model.render(best.latent[None])[0]).all()
    shares = [moment.share for moment in moments]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert [phase for phase, _ in itertools.groupby(moment.phase for moment in moments)] == [
        "sample",
        "optimize",
        "refine",
    ]
    assert {len(moment.starts) for moment in moments} == {4}
    assert sum(start.active for start in moments[-1].starts) <= 2  # the worst were dropped on the way


def test_the_same_seed_finds_the_same_latent_and_another_one_starts_elsewhere() -> None:
    model = model_of()
    target = np.tile(np.arange(0, 256, 16, dtype=np.uint8)[None, :, None], (16, 1, 3))
    found = [list(project(model, target, LIGHT, seed=seed)) for seed in (1, 1, 2)]
    assert torch.equal(found[0][-1].best.latent, found[1][-1].best.latent)
    assert not torch.equal(found[0][0].starts[-1].latent, found[2][0].starts[-1].latent)
    # What cannot be drawn is not found: the error stays, and it is never worse than at the start.
    assert 20 < found[0][-1].best.error < found[0][0].best.error


def test_the_class_is_found_too_unless_one_is_asked_for() -> None:
    model = model_of(classes=3)
    latent = latents_for_seed(5, 1, 6)
    target = model.render(latent, torch.tensor([2]))[0]
    best = list(project(model, target, LIGHT))[-1].best
    assert best.label == 2
    assert best.error < 0.25
    kept = list(project(model, target, LIGHT, label=1))[-1].best
    assert kept.label == 1
    assert kept.error > 10 * best.error


def test_no_class_takes_all_the_starts() -> None:
    model = model_of(classes=3)
    target = model.render(latents_for_seed(5, 1, 6), torch.tensor([2]))[0]
    labels = [start.label for start in next(project(model, target, LIGHT)).starts]
    assert len(labels) == 4
    assert labels.count(2) == 2  # otherwise all four would be of it
    alone = model_of(classes=1)
    target = alone.render(latents_for_seed(5, 1, 6))[0]
    assert len(next(project(alone, target, LIGHT)).starts) == 4


def test_a_negative_is_noticed() -> None:
    model = model_of(classes=1)
    with torch.no_grad():
        model.network.get_parameter("of_class").fill_(2.0)  # it draws light pictures only
    own = model.render(latents_for_seed(0, 1, 6), torch.tensor([0]))[0]
    assert not next(project(model, own, LIGHT)).negative
    assert list(project(model, 255 - own, LIGHT))[-1].negative


def test_without_gauss_newton_the_optimization_alone_runs_to_the_end() -> None:
    model = model_of()
    target = model.render(latents_for_seed(77, 1, 6))[0]
    moments = list(project(model, target, SearchBudget(candidates=64, starts=4, steps=150, finalists=1, refinements=0)))
    assert moments[-1].share == 1
    assert moments[-1].phase == "optimize"
    assert moments[-1].best.error < 3


def test_targets_of_any_size_and_mode_become_what_the_model_draws() -> None:
    grey, colour = model_of(channels=1), model_of(channels=3)
    wide = Image.new("RGB", (60, 20), (255, 0, 0))
    wide.paste((0, 0, 255), (20, 0, 40, 20))  # only the middle square is kept
    assert (target_for(colour, decode(wide)) == (0, 0, 255)).all()
    drawn = target_for(grey, decode(wide))
    assert drawn.shape == (16, 16, 3)
    assert (drawn == 29).all()
    assert (target_for(grey, decode(wide), negative=True) == 226).all()
    clear = Image.new("RGBA", (9, 9), (0, 0, 0, 0))
    assert (target_for(colour, decode(clear)) == 255).all()
    assert target_for(grey, decode(Image.fromarray(np.full((5, 7), 65535, np.uint16)))).max() == 255
    assert target_for(colour, decode(Image.new("1", (1, 1)))).shape == (16, 16, 3)


def test_errors_are_in_levels_and_similarity_needs_room_for_its_window() -> None:
    first = torch.zeros(1, 4, 4, dtype=torch.uint8)
    assert error_of((first + 3)[None], first).tolist() == [3.0]
    assert error_of(torch.stack([first, first + 255]), first).tolist() == [0.0, 255.0]
    picture = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    assert similarity(picture, picture) == pytest.approx(1)
    assert similarity(picture[:8, :8], picture[:8, :8]) is None


def test_wrong_input_is_answered_with_one_sentence() -> None:
    model = model_of()
    with pytest.raises(InputError, match=r"draws 16 x 16 pixels; the target has \(8, 8, 3\)"):
        next(project(model, np.zeros((8, 8, 3), np.uint8)))
    with pytest.raises(InputError, match="1 to 32 starts, not 0"):
        budget_for(model, starts=0)
    with pytest.raises(InputError, match="no classes"):
        next(project(model, np.zeros((16, 16, 3), np.uint8), label=1))
    points = model_of()
    points.network.image_shape = (2,)  # pyright: ignore[reportArgumentType]
    with pytest.raises(InputError, match="draws no square pictures"):
        next(project(points, np.zeros((16, 16, 3), np.uint8)))


def test_an_effort_fits_its_seconds() -> None:
    model = model_of()
    short, long = budget_for(model, 0.01), budget_for(model, 5)
    assert short.candidates <= long.candidates <= 2000
    assert long.refinements == 72
    assert (long.starts, long.finalists) == (8, 4)


@pytest.mark.parametrize("parts", [1, 3])
def test_jacobian_and_step_of_a_linear_map_are_exact(parts: int) -> None:
    matrix = torch.randn(3, 12, generator=torch.Generator().manual_seed(0))
    picture, slopes = jacobian(lambda latents: latents @ matrix, torch.tensor([0.5, -0.2, 0.1]), torch.tensor([0, 2]))
    assert torch.allclose(slopes, matrix[[0, 2]], atol=2e-3)
    assert torch.allclose(picture, torch.tensor([0.5, -0.2, 0.1]) @ matrix)
    wanted = torch.tensor([0.3, 1.0, -0.7])
    target = wanted @ matrix
    state = GaussNewtonState(torch.zeros(3), float(target.square().sum()))
    losses = [state.loss]
    for _ in range(8):
        state = gauss_newton_step(lambda latents: latents @ matrix, target, state, parts)
        losses.append(state.loss)
    assert losses == sorted(losses, reverse=True)
    assert torch.allclose(state.latent, wanted, atol=1e-3)


def test_latents_stay_where_latents_are() -> None:
    latents = torch.stack([torch.full((16,), 0.1), torch.full((16,), 5.0), torch.zeros(16)])
    kept = within(latents)
    assert torch.equal(kept[0], latents[0])
    assert torch.equal(kept[2], latents[2])
    assert kept[1].norm() == pytest.approx(6)  # sqrt(16) + 2


def test_recovery_tells_own_pictures_from_real_ones_and_is_remembered() -> None:
    model = model_of()
    noise = torch.randint(0, 256, (7, 1, 16, 16), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    _, known = list(measure_recovery(model, noise, LIGHT))[-1]
    assert known.complete
    assert len(known.held_out) == 7
    assert len(known.own) == 3
    assert max(known.own) < 0.25
    assert min(known.held_out) > 30
    assert known.to_json()["held_out_summary"]["median"] == sorted(known.held_out)[3]
    assert remembered(model, 4, "noise") is None
    remember(model, 4, "noise", known)
    assert remembered(model, 4, "noise") == known
    assert remembered(model, 8, "noise") is None
    with torch.no_grad():
        model.network.get_parameter("weight").mul_(1.01)
    assert remembered(model, 4, "noise") is None  # other weights
    _, alone = list(measure_recovery(model, None, LIGHT))[-1]
    assert alone.complete
    assert alone.held_out == ()
