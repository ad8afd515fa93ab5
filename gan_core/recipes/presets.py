"""The named presets: one for every system that the source articles and the literature name.

Historical ones stay as they were published, and say so; where something had to be mended, `differs` says so.
"""

from __future__ import annotations

from typing import Any

from gan_core.recipes.recipe import Part, Recipe

MLP = Part("mlp784")
RESIDUAL = Part("residual", {"width": 32})
ARTICLE_000, ARTICLE_003 = Part("article-000", {"width": 16}), Part("article-003")


def _dcgan(norm: str = "batch") -> dict[str, Any]:
    """The pair of the `dcgan` preset, for 32 x 32 pixels; `norm` is the discriminator's."""
    return {
        "generator": Part("dcgan", {"width": 32}),
        "discriminator": Part("dcgan", {"width": 32} | ({"norm": norm} if norm != "batch" else {})),
    }


def _adam(learning_rate: float, beta1: float = 0.5, beta2: float = 0.999) -> Part:
    return Part("adam", {"learning_rate": learning_rate, "beta1": beta1, "beta2": beta2})


def _both(optimizer: Part) -> dict[str, Any]:
    return {"generator_optimizer": optimizer, "discriminator_optimizer": optimizer}


def _cg_adam(learning_rate: float) -> Part:
    """Conjugate directions (PRP+, beta at most 1/2) that are fed through Adam's preconditioner."""
    return Part("cg", {"learning_rate": learning_rate, "rule": "prp", "beta_max": 0.5, "preconditioner": "adam"})


def _r1(gamma: float) -> Part:
    return Part("r1", {"gamma": gamma})


GENERATOR_FIRST = Part("alternating", {"order": "generator-first"})


def _small_dcgan(latent_dim: int = 16) -> dict[str, Any]:
    # Radford's rates (2e-4, beta2 0.999) are made for hours on a GPU; these reach clear digits within a minute
    # on two cores (2000 samples after 1800 steps, share that a classifier is sure of: 0.81 against 0.49).
    optimizers = _both(_adam(1e-3, 0.5, 0.99))
    return {"latent_dim": latent_dim, **_dcgan(), **optimizers, "batch_size": 64, "steps": 10_000}


def _digits(batch_size: int = 64, steps: int = 20_000) -> dict[str, Any]:
    """28 x 28 grey pictures, as the articles' networks want them."""
    return {"size": 28, "channels": 1, "latent_dim": 100, "batch_size": batch_size, "steps": steps}


def _small_translation(*augmentation: str) -> dict[str, Any]:
    """Drawn landscapes at 64 pixels and networks that learn them on two cores."""
    # Checkerboard (metrics/checkerboard.py; real pictures have 1.06) after some minutes at 32 pixels: 0.5 by resizing, 1.7
    # by transposed convolutions; a step costs 7 % more, and pictures come as near to what real ones give (0.97 and 0.84 of the
    # way after 400 steps, 0.94 and 0.85 by transposed ones).
    return {
        "data": "scenes-summer",
        "data_b": "scenes-winter",
        "size": 64,
        "channels": 3,
        "generator": Part("resnet", {"width": 32, "blocks": 6, "upsampling": "resize"}),
        "discriminator": Part("patch", {"width": 32, "layers": 3}),
        "objective": Part("least-squares", {"generator_factor": 1.0}),
        "batch_size": 1,
        "steps": 20_000,
        "ema_half_life": 2_000,
        "augmentation": augmentation,
    }


_BASICS = (
    Recipe(
        name="dcgan",
        summary="Convolutional GAN (Radford et al. 2016): the sharpest pictures in the shortest time.",
        origin="Radford, Metz and Chintala, ICLR 2016; articles 000 and 004.",
        differs="Half as wide, 16 latents and faster learning rates, chosen for clear digits within a minute on two cores.",
        **_small_dcgan(),
    ),
    Recipe(
        name="gan",
        summary="The original idea (Goodfellow et al. 2014) with fully connected networks on 28 x 28 grey pictures.",
        origin="Goodfellow et al., NeurIPS 2014; article 004, with the networks of article 001.",
        differs="Adam in the place of momentum, and R1: without it these networks collapse to one or two digits.",
        generator=MLP,
        discriminator=MLP,
        penalty=_r1(1.0),
        **_digits(),
    ),
    Recipe(
        name="cyclegan",
        summary="Translates between two kinds of pictures without pairs (Zhu et al. 2017).",
        origin="Zhu, Park, Isola and Efros, ICCV 2017; articles 000 and 004.",
        differs="Six blocks of half the width at 64 pixels, enlarged by resizing against checkerboards, and no identity term; the "
        "articles' objective has no real pictures in it and is not used. The rates stay as they are: the original's fall to "
        "zero over the second half is schedule=linear. Crops are cut from the stored picture enlarged by 286/256. For few "
        "pictures, behind Advanced: 'Change what is judged' (game.diffaugment=colour,translation,cutout).",
        game=Part("cycle", {"cycle_weight": 10.0, "identity_weight": 0.0, "pool_size": 50, "pool_one_by_one": True}),
        # The original computes its pictures once and moves all four networks from there (equal to it within 1e-13).
        solver=Part("simultaneous"),
        **_small_translation("flip", "jitter"),
    ),
    Recipe(
        name="fastcut",
        summary="Translates one way only, in half the time: every patch must remember where it came from (Park et al. 2020).",
        origin="Park, Efros, Zhang and Zhu, Contrastive Learning for Unpaired Image-to-Image Translation, ECCV 2020 (FastCUT).",
        differs="Constant rates, where the authors let them fall (schedule=linear). Patches weigh 1, not 10, which made some runs copy their pictures. Narrow networks for 64 pixels, enlarged by "
        "resizing against checkerboards. CUT itself: game.identity=true, game.flip=false. For few pictures, "
        "behind Advanced: 'Change what is judged' (game.diffaugment=colour,translation,cutout) and crops (augmentation=flip,jitter).",
        # Share of the way to the reference level of the patch distance, scenes at 32 pixels. Weight 10: 0.98 after 4,300 steps, but
        # in three of five runs it fell back towards copying (0.19 after 1,660 steps, 0.25 after 600, 0.46 after 500).
        # Weight 1: from 0.79 to 0.97 in all five, at the same difference to the true counterparts (0.089 against 0.087).
        game=Part("contrastive", {"contrast_weight": 1.0, "identity": False, "flip": True, "flip_features": True}),
        **_small_translation("flip"),
    ),
    Recipe(
        name="pix2pix",
        summary="Learns from pairs what a picture is to become: lines to a picture, grey to colour (Isola et al. 2017).",
        origin="Isola, Zhu, Zhou and Efros, Image-to-Image Translation with Conditional Adversarial Networks, CVPR 2017.",
        differs="A narrow U-Net with GroupNorm that follows a pen on two cores, 64 pixels, batches of 8 and faster rates that "
        "fall to zero; coloured pixels count four times, and the discriminator has no normalisation. Inputs are made of "
        "any pictures (pairs=edges, grey, blur, small), or lie in two folders with equal file names (pairs=none). Colour "
        "hints: game.hints=true. Drawings by hand: augmentation=flip,jitter,line-jitter.",
        data="scenes-summer",
        pairs="edges",
        size=64,
        channels=3,
        game=Part("paired", {"adversarial_weight": 0.5, "l1_weight": 100.0, "colour_weight": 4.0}),
        generator=Part("light-unet", {"width": 24, "levels": 6}),
        discriminator=Part("patch", {"width": 32, "layers": 3, "norm": "none"}),
        objective=Part("hinge"),
        generator_optimizer=_adam(1e-3, 0.9, 0.99),
        discriminator_optimizer=_adam(4e-4, 0.5, 0.99),
        schedule="linear",
        batch_size=8,
        steps=10_000,
        ema_half_life=4_000,
        augmentation=("flip", "jitter"),
    ),
    Recipe(
        name="conditional",
        summary="Draws the class you ask for: both players are told what each picture shows.",
        origin="Mirza and Osindero 2014; projection discriminator of Miyato and Koyama, ICLR 2018; "
        "article 002 promises it.",
        differs="DCGAN's small networks and rates, with R1 and 64 latents; a class is a learned vector behind the latent.",
        conditional=True,
        # Without R1 each class collapses to one picture (Fréchet distance 95 after 10,000 steps); with it and the 16
        # latents of `dcgan` it was 55 after 540 steps, with 64 latents 8.
        penalty=_r1(1.0),
        **_small_dcgan(latent_dim=64),
    ),
    Recipe(
        name="small-data",
        summary="For some hundreds to thousands of pictures of your own: what the discriminator sees is shifted and cut, so that it cannot learn them by heart.",
        origin="DiffAugment of Zhao et al., NeurIPS 2020; skip-layer excitation of Liu et al. (FastGAN), ICLR 2021; R1 of "
        "Mescheder et al., ICML 2018.",
        differs="DCGAN's networks at half the width and 64 x 64 pixels, without normalisation in the discriminator; no "
        "reconstruction by it as in FastGAN. Pictures are mirrored: where left and right matter, set augmentation to "
        "nothing. Pictures with classes: conditional=true. Self-attention: generator.attention=16.",
        game=Part("adversarial", {"diffaugment": "translation,cutout"}),
        data="scenes-summer",
        size=64,
        latent_dim=64,
        generator=Part("dcgan", {"width": 32, "skip_excitation": True}),
        discriminator=Part("dcgan", {"width": 32, "norm": "none"}),
        penalty=_r1(1.0),
        **_both(_adam(1e-3, 0.5, 0.99)),
        batch_size=32,
        steps=20_000,
        ema_half_life=20_000,
        augmentation=("flip",),
    ),
)

_CONJUGATE = (
    Recipe(
        name="gcdg",
        summary="Both players walk along conjugate directions at once (GCDG), on the 64 x 64 colour network of article 000.",
        origin="Article 000; conjugate directions after Naganuma and Iiduka, AISTATS 2023.",
        differs="The article prints neither a discriminator nor noise: it has the generator's mirror image, Goodfellow's "
        "loss and R1, at a quarter of the width. Directions are PRP+ through Adam's preconditioner; biases added.",
        size=64,
        channels=3,
        # At full width, R1 5 and rates of 2e-4 it drew a black net after 470 steps (5 minutes of one core); so it draws
        # digits after 1,400 steps, in 100 seconds.
        generator=ARTICLE_000,
        discriminator=ARTICLE_000,
        penalty=_r1(1.0),
        solver=Part("simultaneous"),
        **_both(_cg_adam(1e-3)),
        batch_size=32,
        steps=20_000,
    ),
    Recipe(
        name="gcodg",
        summary="The two players also share a goal (G-CoDG): what keeps the generator's gradient from vanishing.",
        origin="Article 001.",
        differs="The printed sum of losses has no game in it; each player has its own loss here, with the term that both "
        "descend (weight 0.1), and R1. The sum as printed is gcodg-printed.",
        generator=MLP,
        discriminator=MLP,
        objective=Part("coupled", {"weight": 0.1, "mode": "cooperative"}),
        penalty=_r1(1.0),
        solver=GENERATOR_FIRST,
        **_digits(),
    ),
    Recipe(
        name="sgg",
        summary="The discriminator is maximised along conjugate directions before every step of the generator (SGG).",
        origin="Article 002 (its SGMM is the inner maximisation).",
        differs="The article's functions are empty: here three conjugate steps with a line search on one batch, and R1, "
        "without which the discriminator runs away. A step costs three to five of an ordinary one.",
        penalty=_r1(1.0),
        solver=Part("sgg", {"k": 3}),
        latent_dim=16,
        **_dcgan("none"),
        generator_optimizer=_adam(1e-3, 0.5, 0.99),
        discriminator_optimizer=Part("sgd"),
        steps=5_000,
    ),
    Recipe(
        name="gda",
        summary="The generator goes straight downhill, the discriminator along conjugate directions (GDA).",
        origin="Article 003.",
        differs="The missing reshape and a last layer of stride 1 make its networks fit 28 x 28; Goodfellow's loss as "
        "printed, with R1, instead of its code (gda-printed). Both steps are scaled as Adam scales them. Its stop rule, "
        "parameters that converge, looks at the averaged weights (less than 1 % of change over 10,000 pictures), and the "
        "rates fall in the second half: at constant ones weights never rest.",
        objective=Part("minimax"),
        generator=ARTICLE_003,
        discriminator=ARTICLE_003,
        penalty=_r1(1.0),
        initialisation=Part("normal", {"deviation": 0.1}),
        solver=Part("alternating", {"order": "generator-first", "batches": "disjoint"}),
        # From the range 1e-4 to 1e-3: after 355 steps on glyphs the Fréchet distance was 1800 with 1e-4, 267 with 1e-3.
        generator_optimizer=_adam(1e-3),
        discriminator_optimizer=_cg_adam(1e-3),
        # Of a single step it can never be met: Adam at 1e-3 moves the weights by 1.2e-3 of their norm in every one.
        stop_average_change=0.01,
        schedule="linear",
        **_digits(16),
    ),
    Recipe(
        name="cggan",
        summary="Conjugate gradients without any moving averages, in turns, under spectral normalisation.",
        origin="Naganuma and Iiduka, Conjugate Gradient Method for GANs, AISTATS 2023.",
        differs="A small norm-free residual network in the place of their SN-ResNet; rates from the top of their grid, constant.",
        objective=Part("non-saturating", {"discriminator_factor": 0.5}),
        penalty=Part("spectral-norm"),
        generator=RESIDUAL,
        discriminator=RESIDUAL,
        **_both(
            Part("cg", {"learning_rate": 5e-3, "rule": "fr", "beta_max": 0.5, "per_tensor": True, "restart": "none"})
        ),
        batch_size=64,
        steps=20_000,
    ),
)

_LITERATURE = (
    Recipe(
        name="dcgan-2016",
        summary="DCGAN with the numbers of its paper, and the data treated as article 004 asks.",
        origin="Radford, Metz and Chintala, ICLR 2016; article 004.",
        differs="32 x 32 pixels instead of 64. Article 004's part: the players never see the same pictures of an epoch, and "
        "real pictures are cropped, turned and scaled.",
        generator=Part("dcgan", {"width": 64}),
        discriminator=Part("dcgan", {"width": 64}),
        solver=Part("alternating", {"batches": "disjoint"}),
        **_both(_adam(2e-4)),
        batch_size=128,
        steps=20_000,
        augmentation=("crop", "rotate", "scale"),
    ),
    Recipe(
        name="wgan",
        summary="A critic that measures a distance, kept tame by clipping its weights (Arjovsky et al. 2017).",
        origin="Arjovsky, Chintala and Bottou, ICML 2017, algorithm 1.",
        differs="DCGAN's networks at half the width and 32 x 32 pixels.",
        objective=Part("wasserstein"),
        penalty=Part("weight-clipping", {"limit": 0.01}),
        solver=Part("alternating", {"n_critic": 5}),
        **_dcgan(),
        **_both(Part("rmsprop", {"learning_rate": 5e-5})),
        steps=20_000,
    ),
    Recipe(
        name="wgan-gp",
        summary="The same critic, kept tame by a penalty on its slope (Gulrajani et al. 2017).",
        origin="Gulrajani et al., NeurIPS 2017, algorithm 1.",
        differs="DCGAN's networks at half the width and 32 x 32 pixels; no BatchNorm in the critic, as there.",
        objective=Part("wasserstein"),
        penalty=Part("wgan-gp", {"weight": 10.0}),
        solver=Part("alternating", {"n_critic": 5}),
        **_dcgan("none"),
        **_both(_adam(1e-4, 0.0, 0.9)),
        steps=20_000,
    ),
    Recipe(
        name="lsgan",
        summary="Scores are pulled towards two targets: gradients stay alive on well-judged pictures (Mao et al. 2017).",
        origin="Mao et al., ICCV 2017, with the targets 0, 1 and 1 of its eq. 9.",
        differs="DCGAN's networks and rates at 32 x 32 pixels.",
        objective=Part("least-squares"),
        **_dcgan(),
        **_both(_adam(2e-4)),
        steps=20_000,
    ),
    Recipe(
        name="hinge",
        summary="The discriminator only wants a margin, under spectral normalisation (Miyato et al. 2018).",
        origin="Miyato et al., ICLR 2018; rates of Zhang et al. (SAGAN), ICML 2019.",
        differs="DCGAN's networks at half the width, without BatchNorm in the discriminator; no attention.",
        objective=Part("hinge"),
        penalty=Part("spectral-norm"),
        **_dcgan("none"),
        generator_optimizer=_adam(1e-4, 0.0, 0.9),
        discriminator_optimizer=_adam(4e-4, 0.0, 0.9),
        steps=20_000,
    ),
    Recipe(
        name="relativistic",
        summary="The modern baseline: real and generated pictures are compared in pairs, with R1 and R2, and no normalisation.",
        origin="Huang et al., The GAN is dead; long live the GAN! (R3GAN), NeurIPS 2024.",
        differs="A network of a tenth of a million parameters a player, made for a CPU.",
        objective=Part("relativistic"),
        penalty=Part("r1-r2", {"gamma": 1.0}),
        generator=RESIDUAL,
        discriminator=RESIDUAL,
        latent_dim=16,
        **_both(_adam(1e-3, 0.0, 0.99)),
        steps=20_000,
    ),
)

_CONTROLS = (
    Recipe(
        name="gcodg-printed",
        summary="Kept as a warning: G-CoDG's losses as printed. Both players minimise one sum, and nothing is learnt.",
        origin="Article 001, with its networks.",
        differs="Nothing but what keeps it finite: logits in the place of logarithms of probabilities.",
        negative_control=True,
        generator=MLP,
        discriminator=MLP,
        objective=Part("coupled-printed", {"weight": 0.1}),
        solver=GENERATOR_FIRST,
        **_digits(steps=3_000),
    ),
    Recipe(
        name="gda-printed",
        summary="Kept as a warning: article 003's code. The discriminator never looks at real pictures.",
        origin="Article 003, with its networks.",
        differs="The layers that its code forgets are there; its losses are as printed.",
        negative_control=True,
        generator=ARTICLE_003,
        discriminator=ARTICLE_003,
        objective=Part("gda-printed"),
        initialisation=Part("normal", {"deviation": 0.1}),
        solver=Part("simultaneous"),
        **_both(_adam(1e-4)),
        **_digits(16, 3_000),
    ),
)

PRESETS: dict[str, Recipe] = {
    recipe.name: recipe for group in (_BASICS, _CONJUGATE, _LITERATURE, _CONTROLS) for recipe in group
}
"""In the order in which a person would want to see them."""
