"""What the Train tab says about each part and each option behind "Advanced": plain words, no formulas, no shapes."""

from __future__ import annotations

from gan_core.errors import InputError

SENTENCES: dict[str, dict[str, str]] = {
    "objective": {
        "non-saturating": "The usual loss: the generator keeps learning even while the discriminator wins.",
        "minimax": "The game of the first GAN paper: the generator gets little to learn from while the discriminator wins.",
        "least-squares": "Scores are pulled towards target numbers; far from the target the pull is strongest.",
        "least-absolute": "Like least-squares, with a pull that is equally strong at every distance.",
        "wasserstein": "The critic measures how far generated pictures are from real ones. It needs a penalty that bounds it.",
        "hinge": "The discriminator only wants a margin between real and generated pictures, and rests beyond it.",
        "relativistic": "Real and generated pictures are compared in pairs: which of the two looks more real?",
        "coupled": "G-CoDG: each player has its own loss, and a third one is shared by both.",
        "coupled-printed": "G-CoDG as its article prints it.",
        "gda-printed": "Article 003 as its code has it.",
    },
    "penalty": {
        "r1": "The discriminator pays for steep slopes at real pictures; this calms most trainings.",
        "r2": "The discriminator pays for steep slopes at generated pictures.",
        "r1-r2": "Both: slopes at real and at generated pictures cost.",
        "wgan-gp": "The critic pays where its slope between real and generated pictures differs from a target.",
        "spectral-norm": "No layer of the discriminator may enlarge differences.",
        "weight-clipping": "All weights of the discriminator are kept within a limit.",
        "instance-noise": "The discriminator sees every picture, real or generated, through noise.",
    },
    "solver": {
        "simultaneous": "Both players step at once, each at the other's last position.",
        "alternating": "The players take turns, as in most GANs.",
        "extragradient": "Each step is first tried out; the real step follows the slope found there. Costs two steps.",
        "optimistic": "Each player expects the other to go on as in the last step, and steps accordingly.",
        "consensus": "Both players also reduce how much they disagree. Costs about two steps.",
        "sga": "Removes the part of the game in which the players only chase each other round. Costs about two steps.",
        "competitive": "Both players step to the balance of a small model of the game. Needs plain gradient descent (sgd).",
        "lookahead": "After several steps both players go part of the way back, which damps circling.",
        "unrolled": "The generator foresees several answers of the discriminator. A step costs several ordinary ones.",
        "follow-the-ridge": "Corrects the discriminator for what the generator's step does to it. Needs sgd and small networks.",
        "sgg": "Before every step of the generator, the discriminator climbs along conjugate directions.",
    },
    "optimizer": {
        "adam": "Steps adapt to each weight by themselves; what most GANs use.",
        "sgd": "Plain gradient descent: every step goes straight downhill.",
        "momentum": "Steps keep part of their last direction. A negative part damps circling.",
        "cg": "Conjugate gradients: each step blends the slope with the direction before.",
        "rmsprop": "Steps are scaled to the recent size of the slope; used by the first Wasserstein GAN.",
    },
    "generator": {
        "dcgan": "Grows the picture from small to large through convolutions.",
        "residual": "Convolutions with shortcuts, no normalisation; the modern baseline.",
        "mlp784": "Fully connected; draws 28-pixel grey pictures only.",
        "article-000": "The network of article 000; draws 64-pixel pictures only.",
        "article-003": "The network of article 003; draws 28-pixel pictures only.",
        "resnet": "Translates through a chain of residual blocks, as in the CycleGAN paper.",
        "unet": "Shrinks and enlarges, with bridges that keep fine detail. The size must be divisible by two for each level.",
    },
    "discriminator": {
        "dcgan": "The convolutional generator mirrored: from large to small.",
        "residual": "Convolutions with shortcuts, no normalisation.",
        "mlp784": "Fully connected; for 28-pixel grey pictures.",
        "article-000": "The mirror image of article 000's generator; for 64-pixel pictures.",
        "article-003": "The network of article 003; for 28-pixel pictures.",
        "patch": "Judges patches of the picture one by one, as in CycleGAN.",
        "pixel": "Judges every pixel by itself.",
    },
    "initialisation": {
        "normal": "All weights begin as small random numbers around zero, as in the DCGAN paper.",
    },
    "game": {
        "adversarial": "One generator against one discriminator.",
        "cycle": "Two translators, there and back, each against a discriminator.",
    },
    "augmentation": {
        "flip": "Mirrors every second picture.",
        "crop": "Enlarges a little and cuts out a random place.",
        "rotate": "Turns by up to 10 degrees either way.",
        "scale": "Enlarges or shrinks by up to 12 %.",
    },
}
"""One sentence for each part that the form offers, by kind (one kind for both optimizers). A part that is not here cannot work on pictures."""

RATE = ("Learning rate", "Size of the steps: too large and it falls apart, too small and it crawls.")
WIDTH = ("Width", "Channels of the network: twice as many learn more and cost about four times as much.")
NORM = ("Normalisation", "How layers keep their numbers in range.")
GAMMA = ("Strength", "How much a steep slope costs.")
TARGETS = {
    "fake_target": ("Target, generated", "The score that generated pictures should get from the discriminator."),
    "real_target": ("Target, real", "The score that real pictures should get from the discriminator."),
    "generator_target": ("Generator's aim", "The score that the generator wants for its pictures."),
    "generator_factor": ("Generator's weight", "Factor on the generator's loss."),
}
OPTIONS: dict[str, tuple[str, str]] = {
    **{f"{part}.{option}": words for part in ("least-squares", "least-absolute") for option, words in TARGETS.items()},
    "coupled.weight": ("Weight", "How much the shared loss counts (lambda in the article); below 1 if cooperative."),
    "coupled.mode": ("Kind", "Cooperative: both reduce the shared loss. Contrastive: one against the other; needs a penalty."),
    "coupled.split": ("Shared step apart", "The shared loss gets a step of its own after the players' steps."),
    "coupled-printed.weight": ("Weight", "How much the shared loss counts."),
    "r1.gamma": GAMMA,
    "r2.gamma": GAMMA,
    "r1-r2.gamma": GAMMA,
    "wgan-gp.weight": ("Strength", "How much a wrong slope costs."),
    "wgan-gp.target": ("Slope wanted", "The slope that costs nothing."),
    "wgan-gp.one_sided": ("Only steeper costs", "Slopes below the wanted one are free."),
    "weight-clipping.limit": ("Limit", "No weight may be larger than this, up or down."),
    "instance-noise.deviation": ("Noise", "Standard deviation; pictures range from -1 to 1."),
    "alternating.order": ("Who begins", "Which player steps first."),
    "alternating.n_critic": ("Discriminator steps", "Steps of the discriminator for each of the generator."),
    "alternating.batches": ("Pictures", "Shared: both players see the same. Disjoint: never the same. Blocks: in long turns."),
    "alternating.block": ("Length of a turn", "Steps of a turn, for blocks."),
    "sgg.k": ("Inner steps", "Conjugate steps of the discriminator for each of the generator."),
    "consensus.gamma": ("Strength", "How much agreement counts against winning."),
    "sga.strength": ("Strength", "How much of the circling is taken out."),
    "sga.align": ("Choose the side", "The correction changes sign where it would push away from a solution."),
    "extragradient.look": ("Look ahead", "Length of the tried step, in steps."),
    "extragradient.batches": ("Pictures", "Shared: the tried and the real step see the same pictures."),
    "optimistic.order": ("Order", "Both at once, or who begins."),
    "lookahead.k": ("Steps forward", "Steps before going back."),
    "lookahead.alpha": ("Part kept", "The share of the way that is kept: 1 keeps all of it."),
    "lookahead.inner": ("Inner steps", "How the steps forward are played."),
    "unrolled.k": ("Steps foreseen", "How many answers of the discriminator are foreseen."),
    "unrolled.inner_rate": ("Their size", "Step size of the foreseen answers; empty takes the discriminator's learning rate."),
    "adam.learning_rate": RATE,
    "adam.beta1": ("Memory, direction", "Share of the last direction that is kept (beta 1)."),
    "adam.beta2": ("Memory, size", "Share of the remembered slope sizes that is kept (beta 2)."),
    "sgd.learning_rate": RATE,
    "sgd.momentum": ("Momentum", "Share of the last step that is kept."),
    "momentum.learning_rate": RATE,
    "momentum.beta": ("Momentum", "Share of the last step that is kept; may be negative."),
    "rmsprop.learning_rate": RATE,
    "rmsprop.alpha": ("Memory", "Share of the remembered slope sizes that is kept."),
    "cg.learning_rate": RATE,
    "cg.rule": ("Rule", "Who proposed it: prp Polak-Ribière, fr Fletcher-Reeves, hs Hestenes-Stiefel, dy Dai-Yuan, hz Hager-Zhang; gd keeps nothing."),
    "cg.beta_max": ("Most kept", "Largest share of the last direction that may be kept."),
    "cg.scale": ("Factor kept", "Factor on what the rule keeps of the last direction."),
    "cg.restart": ("Starts afresh", "When the last direction is forgotten: if it leads uphill, by Powell's test, or never."),
    "cg.per_tensor": ("Layer by layer", "Each layer has its own share instead of one for the whole network."),
    "cg.preconditioner": ("Scaling", "Whether steps adapt to each weight as in Adam."),
    "cg.beta2": ("Memory of scaling", "Share of the remembered slope sizes that is kept, with Adam's scaling."),
    "cg.epsilon": ("Smallest divisor", "Keeps the scaling from dividing by zero."),
    "cg.rate": ("Rate over time", "Whether the learning rate stays, falls slowly, or falls in stages."),
    "normal.deviation": ("Size", "Standard deviation of the first weights."),
    "adversarial.feature_matching": ("Feature matching", "How much the generator also matches what the discriminator notices; 0 is off."),
    "cycle.adversarial_weight": ("Weight, looks real", "How much it counts that translations look real."),
    "cycle.cycle_weight": ("Weight, there and back", "How much it counts that the way back gives the same picture."),
    "cycle.cycle_distance": ("Distance", "How there-and-back differences count: l1 evenly, l2 large ones most."),
    "cycle.identity_weight": ("Weight, identity", "How much it counts that a picture already of the wanted kind stays as it is."),
    "cycle.pool_size": ("Older pictures kept", "The discriminators also judge some of the last so many translations."),
    "cycle.per_network_batches": ("Own pictures each", "Every network sees other pictures in a step."),
    "cycle.form": ("Form", "Corrected, or as printed in article 000 or 004, which is known not to work."),
    "article-000.width": WIDTH,
    "article-000.bias": ("Biases", "Whether layers may shift their numbers."),
    "article-003.width": WIDTH,
    "article-003.dropout": ("Dropout", "Share of the numbers that are left out at random."),
    "dcgan.width": WIDTH,
    "dcgan.norm": NORM,
    "mlp784.hidden": ("Units", "Numbers in each hidden layer."),
    "residual.width": WIDTH,
    "residual.blocks": ("Blocks", "Residual blocks at each size of the picture."),
    "patch.width": WIDTH,
    "patch.layers": ("Layers", "More layers judge larger patches."),
    "patch.norm": NORM,
    "pixel.width": WIDTH,
    "pixel.norm": NORM,
    "resnet.width": WIDTH,
    "resnet.blocks": ("Blocks", "Residual blocks in the middle."),
    "resnet.norm": NORM,
    "resnet.upsampling": ("Enlarging", "How pictures grow back: transposed as in the paper; resize and blur leave no checkerboard."),
    "resnet.downsampling": ("Shrinking", "How pictures are made smaller inside: strided as in the paper; blur keeps fine patterns from flickering."),
    "resnet.dropout": ("Dropout", "Leaves out half of the numbers in the blocks at random."),
    "unet.width": WIDTH,
    "unet.downs": ("Levels", "How often the picture is halved and doubled again."),
    "unet.norm": NORM,
    "unet.dropout": ("Dropout", "Leaves out half of the numbers in the inner levels at random."),
}  # fmt: skip
"""(label, what it does) of every option that the form offers, by part and option."""


def sentence(kind: str, name: str) -> str:
    """What the form says of a part; raises InputError for one it does not offer."""
    try:
        return SENTENCES["optimizer" if kind.endswith("optimizer") else kind][name]
    except KeyError:
        raise InputError(f"The form does not offer the {kind} {name}.") from None
