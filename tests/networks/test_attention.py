"""Self-attention and skip-layer excitation."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from gan_core.errors import InputError
from gan_core.networks import discriminators, generators
from gan_core.networks.attention import BetweenStages, SelfAttention, SkipExcitation
from tests.networks.counting import on_paper, shapes

PLAYERS = ("dcgan", "residual")


def test_fresh_attention_is_the_identity() -> None:
    torch.manual_seed(0)
    maps = torch.randn(2, 16, 8, 8)
    layer = SelfAttention(16)
    assert torch.equal(layer(maps), maps)
    layer.gamma.data.fill_(1.0)
    assert not torch.allclose(layer(maps), maps)


def test_attention_by_hand() -> None:
    """Place for place, with loops: softmax over the products of a query with all keys, then the values' mean."""
    torch.manual_seed(0)
    layer = SelfAttention(8).double()
    layer.gamma.data.fill_(0.5)
    maps = torch.randn(1, 8, 4, 4, dtype=torch.float64)
    query = layer.query(maps)[0].detach()
    key, value = (F.max_pool2d(each(maps), 2)[0].detach() for each in (layer.key, layer.value))
    found = torch.zeros(1, 4, 4, 4, dtype=torch.float64)
    for row in range(4):
        for column in range(4):
            places = [(i, j) for i in range(2) for j in range(2)]
            products = torch.stack([query[:, row, column] @ key[:, i, j] for i, j in places])
            shares = products.exp() / products.exp().sum()
            found[0, :, row, column] = sum(share * value[:, i, j] for share, (i, j) in zip(shares, places, strict=True))
    torch.testing.assert_close(layer(maps).detach(), maps + 0.5 * layer.leave(found).detach())


def test_attention_reaches_from_corner_to_corner() -> None:
    torch.manual_seed(0)
    layer = SelfAttention(8)
    layer.gamma.data.fill_(1.0)
    maps = torch.randn(1, 8, 8, 8, requires_grad=True)
    (slope,) = torch.autograd.grad(layer(maps)[0, :, 0, 0].sum(), maps)
    assert slope[0, :, 6:, 6:].abs().max() > 0


@pytest.mark.parametrize("side", [4, 8, 7])
def test_an_excitation_by_hand(side: int) -> None:
    torch.manual_seed(0)
    layer = SkipExcitation(3, 5, side).double()
    small, large = torch.randn(2, 3, side, side).double(), torch.randn(2, 5, 16, 16).double()
    pooled = F.adaptive_avg_pool2d(small, 4) if side % 4 == 0 else small
    read = torch.einsum("nchw,dchw->nd", pooled, layer.read.weight)
    bent = torch.where(read > 0, read, 0.1 * read)
    weights = torch.sigmoid(bent @ layer.weigh.weight[:, :, 0, 0].T)
    torch.testing.assert_close(layer(small, large), large * weights[:, :, None, None])


def test_excitations_lead_from_the_first_half_of_the_stages_to_the_second() -> None:
    stages = [(4, 16), (8, 8), (16, 4), (32, 2)]
    between = BetweenStages("toy", stages, excitation=True)
    assert [tuple(each.read.weight.shape) for each in between.excitations] == [(4, 16, 4, 4), (2, 8, 4, 4)]
    torch.manual_seed(0)
    earlier: list[torch.Tensor] = []
    maps = [torch.randn(1, channels, side, side) for side, channels in stages]
    after = [between.after(stage, each, earlier) for stage, each in enumerate(maps)]
    assert all(torch.equal(one, other) for one, other in zip(after[:2], maps[:2], strict=True))
    torch.testing.assert_close(after[2], between.excitations[0](maps[0], maps[2]))
    torch.testing.assert_close(after[3], between.excitations[1](maps[1], maps[3]))


@pytest.mark.parametrize("name", PLAYERS)
@pytest.mark.parametrize("size", [28, 32, 64, 128])
def test_shapes_with_everything(name: str, size: int, device: torch.device) -> None:
    for attention in [side for side in (7, 14, 4, 8, 16, 32, 64) if size % side == 0 and side < size][:2]:
        options = {"size": size, "channels": 3, "width": 4, "classes": 2, "attention": attention}
        generator = generators.build(name, latent_dim=5, skip_excitation=True, **options).to(device)
        discriminator = discriminators.build(name, **options).to(device)
        pictures = generator(torch.randn(3, 5, device=device))
        assert pictures.shape == (3, 3, size, size)
        assert discriminator(pictures, torch.tensor([0, 1, 0], device=device)).shape == (3,)


@pytest.mark.parametrize("name", PLAYERS)
def test_a_discriminator_with_fresh_attention_scores_as_without(name: str) -> None:
    torch.manual_seed(0)
    plain = discriminators.build(name, size=32, width=4)
    more = discriminators.build(name, size=32, width=4, attention=8)
    missing = more.load_state_dict(plain.state_dict(), strict=False).missing_keys
    assert missing
    assert all(key.startswith("between.attention.") for key in missing)
    pictures = torch.randn(4, 3, 32, 32)
    torch.testing.assert_close(more(pictures), plain(pictures))


@pytest.mark.parametrize("name", PLAYERS)
def test_without_the_options_nothing_is_added(name: str) -> None:
    for kind, extra in (("generator", {"latent_dim": 5}), ("discriminator", {})):
        assert not any("between" in key for key in shapes(on_paper(kind, name, size=32, width=4, **extra)))


def test_all_weights_learn_once_attention_counts() -> None:
    torch.manual_seed(0)
    network = generators.build("residual", latent_dim=5, size=32, width=8, attention=8, skip_excitation=True)
    network.between.attention.gamma.data.fill_(0.5)
    network(torch.randn(4, 5)).square().sum().backward()
    assert all(bool(parameter.grad.abs().sum() > 0) for parameter in network.parameters())


def test_spectral_normalisation_fits() -> None:
    torch.manual_seed(0)
    network = discriminators.build("dcgan", size=32, width=8, norm="none", attention=8)
    for module in network.modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            nn.utils.parametrizations.spectral_norm(module)
    assert network(torch.randn(2, 3, 32, 32)).isfinite().all()


def test_a_side_that_is_not_there_is_refused() -> None:
    sentence = (
        "attention is the side of a feature map of the dcgan network: 0 .off., 4, 8, 16 or 32 at this size, not 12"
    )
    with pytest.raises(InputError, match=sentence):
        generators.build("dcgan", size=64, attention=12)
    with pytest.raises(InputError, match=r"0 .off., 7 or 14 at this size, not 16"):
        discriminators.build("residual", size=28, attention=16)
    with pytest.raises(InputError, match="attention is a whole number from 0 to 64"):
        generators.build("dcgan", attention=-1)
