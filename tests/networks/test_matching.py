"""What one network takes of another one's weights, layer by layer."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from gan_core import networks
from gan_core.networks.matching import Ends, Match, load, match
from gan_core.penalties import penalties

GREY, COLOUR = 1, 3


@pytest.fixture(autouse=True)
def seeded() -> None:
    torch.manual_seed(0)


def generator(**options: Any) -> nn.Module:
    return networks.generators.build("dcgan", **{"latent_dim": 6, "size": 32, "channels": 1, "width": 2} | options)


def discriminator(**options: Any) -> nn.Module:
    return networks.discriminators.build("dcgan", **{"size": 32, "channels": 1, "width": 2} | options)


def translator(**options: Any) -> nn.Module:
    return networks.translators.build("resnet", **{"channels": 3, "width": 2, "blocks": 2} | options)


def taken(target: nn.Module, source: nn.Module, role: Any, ends: Ends = Ends((1, 1))) -> Match:  # noqa: B008 - frozen
    found = match(target, source.state_dict(), ends, role)
    load(target, found)
    return found


def values(network: nn.Module) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in network.state_dict().items()}


def test_an_equal_network_takes_every_layer() -> None:
    target, source = generator(), generator()
    found = taken(target, source, "generator")
    assert (found.fresh, found.partly, found.layers) == ([], {}, 7)
    mine, theirs = target.state_dict(), source.state_dict()
    assert all(torch.equal(mine[name], theirs[name]) for name in theirs)


def test_the_match_changes_nothing_by_itself() -> None:
    target = generator()
    before = values(target)
    match(target, generator().state_dict(), Ends((1, 1)), "generator")
    assert all(torch.equal(before[name], value) for name, value in target.state_dict().items())


def test_on_the_meta_device_shapes_alone_are_looked_at() -> None:
    with torch.device("meta"):
        target, source = generator(size=64, channels=3), generator()
    found = match(target, source.state_dict(), Ends((1, 3)), "generator")
    assert (len(found.whole), list(found.partly), found.fresh) == (5, ["main.12"], ["main.0", "main.1", "main.3"])


def test_classes_go_by_name_and_new_ones_begin_as_the_mean() -> None:
    source, target = generator(classes=2), generator(classes=3)
    found = taken(target, source, "generator", Ends((1, 1), (("cat", "dog"), ("dog", "hen", "cat"))))
    before, now = source.get_parameter("embedding.weight"), target.get_parameter("embedding.weight")
    assert torch.equal(now[0], before[1])
    assert torch.equal(now[2], before[0])
    assert torch.equal(now[1], before.mean(0))
    assert found.partly == {"embedding": "1 of 3 classes are new"}

    judge, other = discriminator(classes=2), discriminator(classes=2)
    taken(other, judge, "discriminator", Ends((1, 1), (("cat", "dog"), ("dog", "cat"))))
    assert torch.equal(
        other.get_parameter("projection.weight"), judge.get_parameter("projection.weight")[torch.tensor([1, 0])]
    )


@pytest.mark.parametrize(("before", "now"), [(6, 9), (9, 6)])
def test_latents_of_another_length_share_their_first_numbers(before: int, now: int) -> None:
    source, target = generator(latent_dim=before, classes=2), generator(latent_dim=now, classes=2)
    fresh = values(target)["main.0.weight"]
    found = taken(target, source, "generator", Ends((1, 1), (("a", "b"), ("a", "b"))))
    theirs, mine = source.get_parameter("main.0.weight"), target.get_parameter("main.0.weight")
    assert torch.equal(mine[:6], theirs[:6])
    assert torch.equal(mine[now:], theirs[before:]), "the class stays behind the latent"
    assert torch.equal(mine[6:now], fresh[6:now])
    assert list(found.partly) == ["main.0"]


def test_a_class_is_new_to_a_model_without_classes() -> None:
    source, target = generator(), generator(classes=2)
    fresh = values(target)
    found = taken(target, source, "generator", Ends((1, 1), ((), ("a", "b"))))
    mine = target.get_parameter("main.0.weight")
    assert torch.equal(mine[:6], source.get_parameter("main.0.weight"))
    assert torch.equal(mine[6:], fresh["main.0.weight"][6:])
    assert torch.equal(target.get_parameter("embedding.weight"), fresh["embedding.weight"])
    assert found.fresh == ["embedding"]


@pytest.mark.parametrize(("there", "here", "fresh"), [(32, 64, ["main.0", "main.1", "main.3"]), (64, 32, ["main.0"])])
def test_at_another_size_a_generators_layers_are_counted_from_the_picture(
    there: int, here: int, fresh: list[str]
) -> None:
    source, target = generator(size=there), generator(size=here)
    found = taken(target, source, "generator")
    assert found.fresh == fresh
    last = {32: "main.9.weight", 64: "main.12.weight"}
    assert torch.equal(target.get_parameter(last[here]), source.get_parameter(last[there]))


def test_a_layer_that_sees_latents_is_never_one_that_sees_maps() -> None:
    """At width 16 and 128 latents the first layer at 32 px has the shape of the second one at 64 px."""
    source = generator(size=64, latent_dim=128, width=16)
    target = generator(size=32, latent_dim=128, width=16)
    assert target.get_parameter("main.0.weight").shape == source.get_parameter("main.3.weight").shape
    assert taken(target, source, "generator").fresh == ["main.0"]


def test_attention_and_excitations_are_taken_by_name_and_do_not_count_as_ends() -> None:
    options = {"attention": 16, "skip_excitation": True}
    source, plain = generator(**options), generator()
    found = taken(plain, source, "generator")
    assert (found.fresh, found.last) == ([], "main.9")
    grown = generator(**options, channels=3)
    found = taken(grown, source, "generator", Ends((1, 3)))
    assert (found.fresh, list(found.partly)) == ([], ["main.9"])
    assert all(name.startswith("between.") for name in taken(generator(**options), plain, "generator").fresh)


def test_at_another_size_a_discriminator_keeps_what_is_near_the_picture() -> None:
    source, target = discriminator(), discriminator(size=64)
    found = taken(target, source, "discriminator")
    assert found.whole == ["main.0", "main.2", "main.3", "main.5", "main.6"]


def test_a_residual_generator_does_the_same() -> None:
    options = {"latent_dim": 6, "channels": 1, "width": 2}
    source = networks.generators.build("residual", size=32, **options)
    target = networks.generators.build("residual", size=64, **options)
    found = taken(target, source, "generator")
    assert found.fresh == ["first", "body.0.enter", "body.0.middle", "body.0.leave", "body.1"]
    assert torch.equal(target.get_parameter("last.weight"), source.get_parameter("last.weight"))


@pytest.mark.parametrize("name", ["dcgan", "residual"])
def test_grey_pictures_stay_the_same_in_colour(name: str) -> None:
    options = {"latent_dim": 6, "size": 32, "width": 2}
    grey = networks.generators.build(name, channels=GREY, **options).eval()
    colour = networks.generators.build(name, channels=COLOUR, **options).eval()
    taken(colour, grey, "generator", Ends((GREY, COLOUR)))
    latents = torch.randn(3, 6)
    torch.testing.assert_close(colour(latents), grey(latents).expand(3, 3, 32, 32))


@pytest.mark.parametrize(("there", "here"), [(GREY, COLOUR), (COLOUR, GREY)])
def test_a_discriminator_scores_a_grey_picture_alike_in_both(there: int, here: int) -> None:
    source, target = (discriminator(channels=channels).eval() for channels in (there, here))
    taken(target, source, "discriminator", Ends((there, here)))
    picture = torch.rand(2, 1, 32, 32)
    torch.testing.assert_close(
        target(picture.expand(2, here, 32, 32)), source(picture.expand(2, there, 32, 32)), rtol=1e-5, atol=1e-6
    )


def test_a_translator_with_more_blocks_keeps_both_of_its_ends() -> None:
    source, target = translator(), translator(blocks=4)
    found = taken(target, source, "translator", Ends())
    assert {layer.split(".")[1] for layer in found.fresh} == {"12", "13"}
    last = list(source.state_dict().values())[-2:]
    assert all(
        torch.equal(mine, theirs) for mine, theirs in zip(list(target.state_dict().values())[-2:], last, strict=True)
    )


def test_what_a_translator_sees_beside_the_picture_is_new() -> None:
    source, target = translator(), translator(channels=7, out_channels=3)
    fresh = values(target)["model.1.weight"]
    found = taken(target, source, "translator", Ends())
    mine = target.get_parameter("model.1.weight")
    assert torch.equal(mine[:, :3], source.get_parameter("model.1.weight"))
    assert torch.equal(mine[:, 3:], fresh[:, 3:])
    assert found.partly == {"model.1": "what it sees beside the picture is new"}


def spectral(**options: Any) -> nn.Module:
    made = discriminator(norm="none", **options)
    prepare = penalties.build("spectral-norm").prepare
    assert prepare is not None
    prepare(made)
    return made


def test_spectral_norms_are_taken_with_their_vectors_and_found_anew_without() -> None:
    source, picture = spectral().eval(), torch.rand(2, 1, 32, 32)
    same, plain = spectral().eval(), discriminator(norm="none").eval()
    assert taken(same, source, "discriminator").fresh == []
    assert taken(plain, source, "discriminator").fresh == []
    torch.testing.assert_close(same(picture), source(picture))
    torch.testing.assert_close(plain(picture), source(picture))

    normalised = spectral()
    taken(normalised, plain, "discriminator")
    weight = normalised.eval().get_submodule("main.2").weight
    assert isinstance(weight, Tensor)
    assert float(torch.linalg.matrix_norm(weight.detach().flatten(1), 2)) == pytest.approx(1.0, abs=0.05)


def test_a_network_of_other_width_has_nothing_in_common() -> None:
    found = match(generator(width=4), generator().state_dict(), Ends((1, 1)), "generator")
    assert found.learned == 0
    assert not any(name.startswith("main.0") for name in found.tensors)


def test_a_missing_bias_is_said() -> None:
    found = match(discriminator(norm="none"), discriminator().state_dict(), Ends((1, 1)), "discriminator")
    assert found.partly["main.0"] == "without its bias"
