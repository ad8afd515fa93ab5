"""In bands, the numbers of the whole-picture pass: every kind of layer, odd sizes, bands of a few rows."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from gan_core.images import to_uint8
from gan_core.networks import translators
from gan_core.translation import Cancelled, tiling
from gan_core.translation.inference import in_bfloat16
from gan_core.translation.padding import Padded
from gan_core.translation.tiling.passes import Moments
from tests.translation.toy_translators import noise

CPU = torch.device("cpu")
RESNETS: dict[str, dict[str, object]] = {
    "instance": {},
    "batch": {"norm": "batch"},
    "dropout": {"dropout": True},
    "resize": {"upsampling": "resize"},
    "resize over zeros": {"upsampling": "resize-zero"},
    "blur": {"upsampling": "blur", "downsampling": "blur"},
    "zero borders": {"padding": "zero"},
    "grey": {"channels": 1},
}
UNETS: dict[str, dict[str, object]] = {"instance": {}, "batch": {"norm": "batch"}, "dropout": {"dropout": True}}
PYTORCH_GANS: dict[str, dict[str, object]] = {
    "instance": {},
    "affine": {"norm": "instance-affine", "bias": True},
    "transposed": {"last": "transposed"},
}
KINDS = {"resnet": RESNETS, "unet": UNETS, "unet-pytorch-gan": PYTORCH_GANS}
SIZES: dict[str, dict[str, object]] = {
    "resnet": {"width": 6, "blocks": 2},
    "unet": {"width": 6, "downs": 4},
    "unet-pytorch-gan": {"features": [6, 8, 8, 6]},
}


def network(name: str, *, seed: int = 0, **options: object) -> nn.Module:
    """A toy translator whose statistics and weights are not the trivial ones."""
    torch.manual_seed(seed)
    built = translators.build(name, **{"channels": 3, **SIZES[name], **options}).eval()
    with torch.no_grad():
        for layer in built.modules():
            if isinstance(layer, nn.BatchNorm2d):
                assert layer.running_mean is not None
                assert layer.running_var is not None
                layer.running_mean.uniform_(-0.1, 0.1)
                layer.running_var.uniform_(0.001, 0.01)
    return built


def photograph(height: int, width: int) -> np.ndarray:
    """Noise over a bright and a dark half, so that the statistics of a band are not those of the picture."""
    rgb = noise(height, width)
    rgb[: height // 2] //= 4
    return rgb


def whole(net: nn.Module, picture: Padded, channels: int = 3) -> np.ndarray:
    with torch.inference_mode():
        return picture.cropped(to_uint8(net(picture.batch(channels)))[0])


def in_bands(net: nn.Module, picture: Padded, working_bytes: int, channels: int = 3) -> tuple[np.ndarray, int]:
    plan = tiling.plan(net, picture, channels, CPU, working_bytes)
    return tiling.translate(net, picture, channels, CPU, plan), plan.bands


def multiple(net: nn.Module) -> int:
    return int(getattr(net, "multiple"))  # noqa: B009 - nn.Module's attributes have no static type


@pytest.mark.parametrize("working_bytes", [1, 300_000])
@pytest.mark.parametrize(("height", "width"), [(37, 61), (64, 40), (3, 150), (150, 3)])
@pytest.mark.parametrize(("name", "kind"), [(name, kind) for name, kinds in KINDS.items() for kind in kinds])
def test_every_pixel_is_that_of_the_whole_picture(name, kind, height, width, working_bytes):
    net = network(name, **KINDS[name][kind])
    channels = 1 if kind == "grey" else 3
    picture = Padded.of(photograph(height, width), multiple(net))
    expected = whole(net, picture, channels)
    result, bands = in_bands(net, picture, working_bytes, channels)
    assert result.shape == (height, width, 3)
    assert bands > 1
    assert np.abs(result.astype(int) - expected).max() <= 1
    assert expected.std() > 0.5


def test_bands_on_their_own_would_not_do():
    net = network("resnet")
    picture = Padded.of(photograph(64, 40), 4)
    halves = [whole(net, Padded.of(half, 4)) for half in np.split(picture.rgb, 2)]
    assert np.abs(np.concatenate(halves).astype(int) - whole(net, picture)).max() > 20


@pytest.mark.parametrize("name", ["resnet", "unet"])
def test_the_fast_arithmetic_is_the_same_in_bands(name):
    net = in_bfloat16(network(name))
    picture = Padded.of(photograph(64, 48), multiple(net))
    result, _ = in_bands(net, picture, 300_000)
    difference = np.abs(result.astype(int) - whole(net, picture))
    assert np.mean(difference <= 2) > 0.99  # one rounding of bfloat16 goes either way


LAYERS = {
    "strides longer than the kernel": lambda: nn.Conv2d(3, 4, 1, stride=3),
    "dilation": lambda: nn.Conv2d(3, 4, 3, dilation=2, padding=2),
    "groups": lambda: nn.Conv2d(3, 6, 3, groups=3),
    "reflecting convolution": lambda: nn.Conv2d(3, 4, 3, padding=1, padding_mode="reflect"),
    "uneven kernel": lambda: nn.Conv2d(3, 4, (5, 3), stride=(2, 1), padding=(2, 0)),
    "spread by 4": lambda: nn.ConvTranspose2d(3, 4, 4, stride=2, padding=1),
    "spread by 3": lambda: nn.ConvTranspose2d(3, 4, 3, stride=2, padding=1, output_padding=1),
    "spread without overlap": lambda: nn.ConvTranspose2d(3, 4, 2, stride=2),
    "spread in groups": lambda: nn.ConvTranspose2d(3, 6, 5, stride=1, padding=2, groups=3),
    "uneven border": lambda: nn.ReflectionPad2d((1, 2, 3, 0)),
    "repeated border": lambda: nn.ReplicationPad2d(4),
    "border of zeros": lambda: nn.ZeroPad2d((0, 1, 2, 3)),
    "nearest": lambda: nn.Upsample(scale_factor=3),
    "affine instance": lambda: nn.InstanceNorm2d(3, affine=True),
    "instance with running statistics": lambda: nn.InstanceNorm2d(3, track_running_stats=True),
    "leaky": lambda: nn.LeakyReLU(0.3, inplace=True),
}


@pytest.mark.parametrize("band", [1, 2, 5, 100])
@pytest.mark.parametrize("kind", LAYERS)
def test_each_layer_alone(kind, band):
    torch.manual_seed(1)
    layer = LAYERS[kind]().eval()
    picture = Padded.of(noise(17, 11), 1)
    maps = picture.batch(3)
    passes = tiling.Passes(17 * 11, 17, band)
    with torch.inference_mode():
        stream = tiling.apply(layer, tiling.Picture(picture, 3, band, CPU), passes)
        rows: list[Tensor] = list(passes.read(stream))
        expected = layer(maps.clone())
    assert stream.shape == expected.shape[1:]
    torch.testing.assert_close(torch.cat(rows, dim=2), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    "layer",
    [
        nn.Conv2d(3, 3, 3, padding="same"),
        nn.Conv2d(3, 3, 3, padding=1, padding_mode="circular"),
        nn.ConvTranspose2d(3, 3, 3, dilation=2),
        nn.ConvTranspose2d(3, 3, 1, stride=2),
        nn.Upsample(scale_factor=2, mode="bilinear"),
        nn.BatchNorm2d(3, track_running_stats=False),
        nn.AdaptiveAvgPool2d(1),
    ],
)
def test_a_layer_without_a_form_in_bands_is_said_and_not_guessed(layer):
    with pytest.raises(tiling.UnknownLayer, match=type(layer).__name__):
        tiling.plan(nn.Sequential(layer), Padded.of(noise(8, 8), 1), 3, CPU)


def test_sums_are_taken_in_float64():
    rows = torch.full((1, 1, 4, 1000), 4096.0)
    rows[..., ::2] += 1 / 64  # float32 squares would lose these
    moments = Moments(4000)
    for band in rows.split(1, dim=2):
        moments.add(band)
    mean, variance = moments.mean_and_variance()
    assert mean.item() == pytest.approx(4096 + 1 / 128, rel=1e-7)
    assert variance.item() == pytest.approx(1 / 128**2, rel=1e-3)


@pytest.mark.parametrize("name", ["resnet", "unet"])
def test_progress_rises_to_one_in_many_steps(name):
    net = network(name)
    picture = Padded.of(noise(64, 64), multiple(net))
    shares: list[float] = []
    plan = tiling.plan(net, picture, 3, CPU, 300_000)
    tiling.translate(net, picture, 3, CPU, plan, shares.append)
    assert shares == sorted(shares)
    assert len(shares) > 5 * plan.bands
    assert shares[-1] == pytest.approx(1, abs=1e-9)
    assert max(after - before for before, after in pairwise(shares)) < 0.1


def test_cancelling_ends_the_work_at_once():
    net = network("resnet")
    picture = Padded.of(noise(64, 64), 4)
    told: list[float] = []

    def cancel(share: float) -> None:
        told.append(share)
        if share > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        tiling.translate(net, picture, 3, CPU, tiling.plan(net, picture, 3, CPU, 300_000), cancel)
    assert told[-1] < 0.5


@pytest.mark.parametrize(("name", "norm"), [("resnet", "instance"), ("resnet", "batch"), ("unet", "instance")])
def test_no_more_is_kept_than_planned(name, norm, monkeypatch):
    """The plan's figure decides whether a picture fits, so it must hold."""
    kept: list[int] = []
    once = tiling.Passes.spent

    def spy(self: tiling.Passes, multiplications: float) -> None:
        once(self, multiplications)
        alive = [each for each in streams if each.pieces]
        kept.append(sum(4 * piece.numel() for each in alive for piece in each.pieces))

    streams: list[tiling.Buffered] = []
    init = tiling.Buffered.__init__

    def note(self: tiling.Buffered, *args: object) -> None:
        init(self, *args)  # pyright: ignore[reportArgumentType]
        streams.append(self)

    net = network(name, norm=norm)
    picture = Padded.of(noise(128, 64), multiple(net))
    plan = tiling.plan(net, picture, 3, CPU, 300_000)
    monkeypatch.setattr(tiling.Buffered, "__init__", note)
    monkeypatch.setattr(tiling.Passes, "spent", spy)
    tiling.translate(net, picture, 3, CPU, plan)
    assert 0.5 * plan.kept_bytes < max(kept) <= 1.1 * plan.kept_bytes
