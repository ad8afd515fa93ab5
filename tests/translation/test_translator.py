"""Own size in, own size out, whatever the picture."""

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from gan_core.devices import Arithmetic
from gan_core.errors import InputError
from gan_core.networks import translators
from gan_core.translation import Translator
from tests.translation.toy_translators import EXACT, Card, Inverse, inverse, noise, resnet


@pytest.mark.parametrize(("height", "width"), [(1, 1), (3, 500), (500, 3), (7, 8), (37, 61), (64, 64)])
def test_every_pixel_is_translated_at_its_place(height, width):
    rgb = noise(height, width)
    assert np.array_equal(inverse().run(rgb).rgb, 255 - rgb)


@pytest.mark.parametrize("scale", ["native", "trained", "auto"])
@pytest.mark.parametrize(("height", "width"), [(1, 1), (3, 500), (16, 16), (100, 250)])
def test_the_size_is_kept_at_every_scale(scale, height, width):
    translator = Translator({"AtoB": resnet()}, Card(), arithmetic=EXACT)
    assert translator.run(noise(height, width), scale=scale).rgb.shape == (height, width, 3)


def test_a_fitting_picture_gets_exactly_the_networks_answer():
    network = resnet()
    translator = Translator({"AtoB": network}, Card(), arithmetic=EXACT)
    rgb = noise(32, 48)
    batch = torch.from_numpy(rgb).permute(2, 0, 1)[None].float() / 127.5 - 1
    answer = ((translator.network(batch)[0] + 1) * 127.5).permute(1, 2, 0).numpy()
    assert np.abs(translator.run(rgb).rgb - answer).max() <= 0.51  # rounding to whole levels


@pytest.mark.parametrize("name", ["unet", "resnet"])
def test_bfloat16_stays_close_to_float32(name):
    torch.manual_seed(3)
    options = {"downs": 3} if name == "unet" else {"blocks": 2}
    network = translators.build(name, channels=3, width=8, **options)
    rgb = noise(32, 32)
    exact, fast = (
        Translator({"AtoB": network}, Card(), arithmetic=Arithmetic(torch.device("cpu"), flag, 1)).run(rgb).rgb
        for flag in (False, True)
    )
    difference = np.abs(exact.astype(int) - fast)
    assert difference.max() > 0
    assert np.mean(difference <= 3) > 0.97  # random weights are the hardest case
    assert all(weight.dtype == torch.float32 for weight in network.parameters())


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "CMYK", "I;16"])
def test_every_mode_comes_back_as_rgb_with_its_transparency(mode):
    if mode == "I;16":
        image = Image.fromarray(np.linspace(0, 65535, 600).reshape(20, 30).astype(np.uint16))
    else:
        image = Image.fromarray(noise(20, 30)).convert(mode)
    if "A" in mode:
        image.putalpha(Image.fromarray(noise(20, 30, 1)[..., 0]))
    result = inverse().translate(image)
    assert result.size == image.size
    assert result.mode == ("RGBA" if "A" in mode else "RGB")
    if "A" in mode:
        assert np.array_equal(np.asarray(result)[..., 3], np.asarray(image.convert("RGBA"))[..., 3])


def test_transparent_parts_are_seen_on_white_not_as_hidden_colours():
    hidden = Image.fromarray(np.zeros((8, 8, 4), np.uint8))
    assert np.all(np.asarray(inverse().translate(hidden))[..., :3] == 0)  # the negative of white


def test_an_orientation_tag_is_applied(tmp_path):
    image = Image.fromarray(noise(20, 30))
    image.getexif()[0x0112] = 6
    image.save(tmp_path / "turned.png", exif=image.getexif())
    with Image.open(tmp_path / "turned.png") as turned:
        assert inverse().translate(turned).size == (20, 30)


def test_a_grey_network_translates_colour_pictures():
    rgb = noise(16, 16)
    result = inverse(channels=1).run(rgb).rgb
    assert np.array_equal(result[..., 0], result[..., 2])
    assert np.array_equal(result[..., 0], 255 - np.rint(rgb @ [0.299, 0.587, 0.114]))


def test_as_trained_is_the_square_of_the_card():
    seen = []

    class Spy(Inverse):
        def forward(self, pictures):
            seen.append(tuple(pictures.shape))
            return super().forward(pictures)

    translator = Translator({"AtoB": Spy()}, Card(), arithmetic=EXACT)
    assert translator.translate(Image.fromarray(noise(50, 90)), as_trained=True).size == (90, 50)
    assert translator.run(noise(90, 180), scale="auto").worked_at == (64, 32)
    assert seen == [(1, 3, 32, 32), (1, 3, 32, 64)]


def test_a_picture_beyond_one_pass_is_reduced_where_the_network_has_no_form_in_bands_and_says_so(monkeypatch):
    monkeypatch.setattr("gan_core.translation.scales.PASS_PIXELS", 1000)
    result = inverse().run(noise(50, 80))
    assert result.rgb.shape == (50, 80, 3)
    assert result.worked_at == (40, 25)
    assert "Translated at 40 x 25" in result.notes[0]
    assert "enlarged to 80 x 50" in result.notes[0]


def test_cycle_goes_there_and_back():
    rgb = noise(12, 20)
    there, back = inverse().cycle(rgb, "BtoA")
    assert np.array_equal(there.rgb, 255 - rgb)
    assert np.array_equal(back.rgb, rgb)


def test_previews_are_small():
    assert inverse().preview(noise(300, 600), side=128).shape == (64, 128, 3)
    assert inverse().translate_array(noise(30, 60), max_side=128).shape == (30, 60, 3)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda t: t.run(noise(8, 8), "CtoD"), "no direction"),
        (lambda t: t.run(noise(8, 8), scale="huge"), "no scale"),
        (lambda t: Translator({"AtoB": Inverse()}, Card()).cycle(noise(8, 8)), "both directions"),
        (lambda t: Translator({}, Card()), "AtoB"),
        (lambda t: Translator({"AtoB": nn.Identity()}, Card()).run(noise(8, 8)), "no convolution"),
    ],
)
def test_refusals_are_sentences(call, words):
    with pytest.raises(InputError, match=words):
        call(inverse())


def test_public_networks_are_float32_and_frozen():
    translator = Translator({"BtoA": resnet(), "AtoB": resnet(1)}, Card())
    assert translator.directions == ("AtoB", "BtoA")
    assert translator.network is translator.networks["AtoB"]
    assert translator.back("AtoB") == "BtoA"
    for network in translator.networks.values():
        assert not network.training
        assert all(p.dtype == torch.float32 and not p.requires_grad for p in network.parameters())
