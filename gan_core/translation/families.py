"""Names of networks that cannot be imported, from their keys: so that a refusal says what a file is."""

from __future__ import annotations

import re
from collections.abc import Iterable

FAMILIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("a network of U-GAT-IT", (r"gap_fc\.weight(_orig)?", r"gmp_fc\.weight(_orig)?", r"conv1x1\.weight")),
    ("a generator of joliGEN (an encoder and a decoder)", (r"encoder\.model\.\d+\.", r"decoder\.model\.\d+\.")),
    ("a StyleGAN generator, which draws new pictures", (r"stylegan_decoder\.|mapping\.(fc|net)\d*|synthesis\.b\d|style\.\d+\.weight", r"synthesis\.|modulation\.|affine\.")),
    ("a network of StarGAN", (r"main\.0\.weight", r"main\.\d+\.main\.0\.weight")),
    ("a network of StarGAN v2", (r"(encode|decode|unshared|shared)\.\d+\.", r"to_rgb|from_rgb|(un)?shared\.\d+\.\d+\.weight|norm1\.fc")),
    ("a diffusion model", (r"time_embed|time_embedding|time_mlp|diffusion_model\.|denoise_fn\.|input_blocks\.\d|noise_level_mlp",)),
    ("weights of LoRA, which only change another model", (r"lora_(up|down|A|B)\b|\.lora\.(up|down)\.",)),
    ("an autoencoder of latent diffusion", (r"(encoder|decoder)\.(conv_in|mid)\.", r"quant_conv|quantize\.|(down|up)\.\d+\.block")),
    ("an enlarger of the ESRGAN family", (r"RDB\d|rdb\d|RRDB", r"conv")),
    ("an enlarger of the SwinIR family", (r"residual_group\.blocks\.",)),
    ("an enlarger of SRGAN", (r"upsampl\w*\.\d+\.weight", r"(block|res_blocks)\d*\.", r"conv1\.0\.weight|block1\.0\.weight")),
    ("a generator of AnimeGAN", (r"block_[a-e]\.\d+\.", r"out_layer\.")),
    ("a generator of CartoonGAN", (r"conv01_1\.weight", r"in0\d_\d\.")),
    ("a network of MUNIT or UNIT", (r"enc_content\.|enc_style\.|(enc|dec)\.model\.\d+\.model\.",)),
    ("a generator of SPADE", (r"mlp_shared\.|mlp_gamma\.",)),
    ("a network of fast style transfer", (r"conv1\.conv2d\.weight", r"res1\.conv1\.")),
    ("a DCGAN generator, which draws new pictures", (r"(main|net|model|layers?)\.0\.weight", r"(main|net|model|layers?)\.3\.weight", r"(main|net|model|layers?)\.9\.weight")),
)  # fmt: skip
"""A family is what its file holds: each of its patterns is found in some key. The first one that fits is reported."""


def family_of(keys: Iterable[str], *, draws: bool = False) -> str | None:
    """What a dictionary of weights with these keys is, in words; None where it is unknown.

    `draws` says that its first weight is a transposed convolution, as only networks that draw from noise begin.
    """
    text = list(keys)
    for name, patterns in FAMILIES:
        if "DCGAN" in name and not draws:
            continue
        if all(any(re.search(rf"(?:^|[._])(?:{pattern})", key) for key in text) for pattern in patterns):
            return name
    return None
