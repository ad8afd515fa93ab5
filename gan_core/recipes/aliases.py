"""Other names of settings: in PyTorch's examples, StyleGAN's and CycleGAN's options, and papers."""

from __future__ import annotations

import difflib
from collections.abc import Collection

BOTH_RATES = ("generator_optimizer.learning_rate", "discriminator_optimizer.learning_rate")
ALIASES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("lr", "learningrate", "alpha", "stepsize"), BOTH_RATES),
    **dict.fromkeys(("glr", "lrg", "generatorlr"), BOTH_RATES[:1]),
    **dict.fromkeys(("dlr", "lrd", "discriminatorlr", "criticlr"), BOTH_RATES[1:]),
    **dict.fromkeys(("beta1", "b1", "betas"), ("generator_optimizer.beta1", "discriminator_optimizer.beta1")),
    **dict.fromkeys(("beta2", "b2"), ("generator_optimizer.beta2", "discriminator_optimizer.beta2")),
    **dict.fromkeys(("epochs", "epoch", "nepochs", "nepoch", "niter", "iters", "iterations"), ("steps",)),
    **dict.fromkeys(("maxiter", "maxsteps", "numsteps", "nsteps", "numepochs", "kimg", "step"), ("steps",)),
    **dict.fromkeys(("time", "hours", "seconds", "duration"), ("minutes",)),
    **dict.fromkeys(("bs", "batch", "minibatch", "batchsz", "nbatch"), ("batch_size",)),
    **dict.fromkeys(
        ("nz", "z", "zdim", "dimz", "latent", "latents", "latentsize", "zsize", "noisedim"), ("latent_dim",)
    ),
    **dict.fromkeys(("ngf", "gwidth", "gch"), ("generator.width",)),
    **dict.fromkeys(("ndf", "dwidth", "dch"), ("discriminator.width",)),
    **dict.fromkeys(("width", "channelmultiplier", "nf"), ("generator.width", "discriminator.width")),
    **dict.fromkeys(("imagesize", "imgsize", "imsize", "resolution", "res", "side", "cropsize"), ("size",)),
    **dict.fromkeys(("nc", "inchannels", "nchannels", "colors", "colours"), ("channels",)),
    **dict.fromkeys(("dataset", "dataroot", "datadir", "datapath", "path", "root", "input"), ("data",)),
    **dict.fromkeys(("g", "netg", "gen", "generatornetwork"), ("generator",)),
    **dict.fromkeys(("d", "netd", "disc", "critic"), ("discriminator",)),
    **dict.fromkeys(("loss", "ganmode", "criterion", "adversarialloss"), ("objective",)),
    **dict.fromkeys(("gp", "gradientpenalty", "lambdagp", "regularizer", "regularisation", "r1"), ("penalty",)),
    **dict.fromkeys(("gamma", "r1gamma"), ("penalty.gamma",)),
    **dict.fromkeys(("ncritic", "criticiters", "dsteps", "diters", "k"), ("solver.n_critic",)),
    **dict.fromkeys(("optimizer", "optimiser", "opt"), ("generator_optimizer", "discriminator_optimizer")),
    **dict.fromkeys(("ema", "emadecay", "emabeta", "emakimg"), ("ema_half_life",)),
    **dict.fromkeys(("init", "initialization", "weightinit", "inittype"), ("initialisation",)),
    **dict.fromkeys(("aug", "augment", "augmentations", "mirror", "flip"), ("augmentation",)),
    **dict.fromkeys(("diffaugment", "diffaug", "ada"), ("game.diffaugment",)),
    **dict.fromkeys(("cond", "classconditional", "labels", "numclasses", "nclasses"), ("conditional",)),
    **dict.fromkeys(("manualseed", "randomseed", "rngseed"), ("seed",)),
    **dict.fromkeys(("model", "arch", "architecture", "backbone"), ("generator",)),
}
"""By a name without case and punctuation: the settings of a recipe that it is called here."""


def plainly(name: str) -> str:
    """A name in lower case with letters and digits only, for comparisons: `Style-GAN 2` is `stylegan2`."""
    return "".join(character for character in name.casefold() if character.isalnum())


def meant(name: str, known: Collection[str]) -> tuple[str, ...]:
    """The settings that `name` may mean: those with this alias, else the nearest of `known`; perhaps none."""
    plain = plainly(name)
    by_plain = {plainly(each): each for each in known}
    if plain in by_plain:
        return (by_plain[plain],)
    if plain in ALIASES:
        return ALIASES[plain]
    close = difflib.get_close_matches(plain, list(by_plain), n=1)
    return (by_plain[close[0]],) if close else ()


def no_setting(name: str, known: Collection[str]) -> str:
    """The error message for a setting that recipes do not have, with the nearest one."""
    found = meant(name, known)
    hint = f" Did you mean {' and '.join(found)}?" if found else ""
    return f"There is no setting of a recipe named {name!r}.{hint} Known: {', '.join(sorted(known))}."
