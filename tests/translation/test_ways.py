"""Large pictures, progress, cancelling, and memory that ends in the middle."""

from __future__ import annotations

import gc
from collections.abc import Callable

import numpy as np
import pytest
import torch

from gan_core.errors import InputError
from gan_core.networks import translators
from gan_core.translation import Cancelled, Translator, passes, tiling
from gan_core.translation.inference import FastNetwork
from tests.translation.toy_translators import EXACT, Card, inverse, noise, resnet

ERRORS = [
    torch.OutOfMemoryError("CUDA out of memory"),
    RuntimeError("DefaultCPUAllocator: not enough memory"),
    MemoryError(),
]


def unet() -> torch.nn.Module:
    torch.manual_seed(0)
    return translators.build("unet", channels=3, width=6, downs=3)


def translator(network: torch.nn.Module | None = None) -> Translator:
    return Translator({"AtoB": network or resnet(), "BtoA": resnet(1)}, Card(), arithmetic=EXACT)


@pytest.fixture
def small_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is more than one pass for a photograph is so for a toy."""
    monkeypatch.setattr("gan_core.translation.scales.PASS_PIXELS", 2000)
    monkeypatch.setattr(passes, "PASS_PIXELS", 2000)
    monkeypatch.setattr(tiling, "WORKING_BYTES", 50_000)


def failing(count: int, error: Exception, once: Callable[..., object]) -> Callable[..., object]:
    """`once`, which fails the first `count` times in its middle, holding memory."""

    def call(*arguments: object, **options: object) -> object:
        nonlocal count
        if count:
            count -= 1
            held = np.zeros(1000)
            assert held.size
            raise error
        return once(*arguments, **options)

    return call


@pytest.mark.parametrize("build", [resnet, unet])
def test_native_is_native_at_any_size_and_says_in_how_many_bands(build, monkeypatch, request):
    rgb = noise(90, 70)
    expected = translator(build()).run(rgb, scale="native")
    request.getfixturevalue("small_passes")
    result = translator(build()).run(rgb, scale="native")
    assert result.worked_at == (70, 90)
    assert np.abs(result.rgb.astype(int) - expected.rgb).max() <= 1
    assert expected.notes == ()
    assert "in " in result.notes[0]
    assert "bands" in result.notes[0]


@pytest.mark.usefixtures("small_passes")
def test_auto_and_trained_are_what_they_were():
    assert translator().run(noise(90, 70), scale="auto").worked_at == (32, 41)
    assert translator().run(noise(90, 70), scale="trained").worked_at == (32, 32)


@pytest.mark.usefixtures("small_passes")
def test_sides_that_a_network_pads_count_as_it_sees_them():
    """A U-Net sees 250 x 3 as 256 x 8 pixels, which is more than one pass takes here."""
    result = translator(unet()).run(noise(3, 250), scale="native")
    assert result.rgb.shape == (3, 250, 3)
    assert "bands" in result.notes[0]


@pytest.mark.parametrize("scale", ["auto", "native", "trained"])
@pytest.mark.parametrize("build", [resnet, unet])
def test_a_ribbon_of_twenty_thousand_pixels_and_a_single_one(build, scale):
    for height, width in ((3, 20_000), (20_000, 3), (1, 1)):
        assert translator(build()).run(noise(height, width), scale=scale).rgb.shape == (height, width, 3)


@pytest.mark.parametrize("scale", ["auto", "native"])
def test_progress_goes_from_nothing_to_all(scale):
    shares: list[float] = []
    translator().run(noise(40, 40), scale=scale, progress=shares.append)
    assert (shares[0], shares[-1]) == (0, 1)
    assert shares == sorted(shares)
    assert len(shares) > 5  # after every convolution, so that a whole pass can be cancelled too


@pytest.mark.usefixtures("small_passes")
def test_a_cycle_is_two_halves_of_the_work():
    shares: list[float] = []
    translator().cycle(noise(64, 64), progress=shares.append)
    assert (shares[0], shares[-1]) == (0, 1)
    assert shares == sorted(shares)
    assert 0.5 in shares


@pytest.mark.parametrize("large", [False, True])
def test_cancelling_leaves_nothing_behind(large, request):
    if large:
        request.getfixturevalue("small_passes")
    ours = translator()
    rgb = noise(64, 64)
    expected = ours.run(rgb).rgb

    def cancel(share: float) -> None:
        if share > 0.4:
            raise Cancelled

    with pytest.raises(Cancelled):
        ours.run(rgb, progress=cancel)
    gc.collect()
    alive = [each for each in gc.get_objects() if type(each) in (tiling.Buffered, tiling.Passes)]
    assert alive == []
    assert np.array_equal(ours.run(rgb).rgb, expected)  # and nobody is told of a pass that was given up


def test_two_threads_are_told_of_their_own_passes_only():
    network = FastNetwork(resnet(), torch.device("cpu"), EXACT)
    inner: list[float] = []

    def nested(share: float) -> None:
        import threading

        if not inner:
            thread = threading.Thread(target=lambda: network(torch.zeros(1, 3, 8, 8)))
            thread.start()
            thread.join()
        inner.append(share)

    network(torch.zeros(1, 3, 8, 8), nested)
    assert inner == sorted(set(inner))


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("failures", [1, 2])
def test_memory_that_ends_in_the_middle_is_answered_with_less_memory(monkeypatch, failures, error):
    rgb = noise(64, 48)
    expected = translator().run(rgb).rgb
    plans: list[int] = []
    once = tiling.plan
    monkeypatch.setattr(passes, "_at_once", failing(1, error, passes._at_once))
    monkeypatch.setattr(tiling, "translate", failing(failures - 1, error, tiling.translate))
    monkeypatch.setattr(tiling, "plan", lambda *given: plans.append(given[-1]) or once(*given))
    result = translator().run(rgb)
    assert np.abs(result.rgb.astype(int) - expected).max() <= 1
    budgets = [plan for plan in plans if isinstance(plan, int)]
    assert len(budgets) == failures
    assert budgets == sorted(budgets, reverse=True)


@pytest.mark.parametrize("build", [translator, inverse])
def test_memory_that_is_never_enough_is_a_sentence(monkeypatch, build):
    monkeypatch.setattr(passes, "_at_once", failing(9, ERRORS[1], passes._at_once))
    monkeypatch.setattr(tiling, "translate", failing(9, ERRORS[1], tiling.translate))
    with pytest.raises(InputError, match=r"not enough to translate 8 x 8 pixels"):
        build().run(noise(8, 8))


@pytest.mark.usefixtures("small_passes")
def test_a_picture_that_would_take_more_memory_than_there_is_is_not_begun(monkeypatch):
    monkeypatch.setattr(passes.devices, "free_memory", lambda _: 10_000)
    shares: list[float] = []
    with pytest.raises(InputError, match="not enough to translate 64 x 64 pixels"):
        translator().run(noise(64, 64), progress=shares.append)
    assert shares == [0]


def test_other_errors_are_not_taken_for_a_lack_of_memory(monkeypatch):
    monkeypatch.setattr(passes, "_at_once", failing(1, RuntimeError("shape mismatch"), passes._at_once))
    with pytest.raises(RuntimeError, match="shape mismatch"):
        translator().run(noise(8, 8))


@pytest.mark.parametrize("channels", [{"channels": 4}, {"out_channels": 2}])
def test_channels_that_no_picture_has_are_refused(channels):
    network = translators.build("resnet", **{"channels": 3, "width": 4, "blocks": 0, **channels})
    with pytest.raises(InputError, match="channels"):
        Translator({"AtoB": network}, Card(), arithmetic=EXACT).run(noise(8, 8))
