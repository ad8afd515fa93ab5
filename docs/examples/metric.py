"""A metric of one's own: how far the mean picture of a generator is from that of real pictures.

python -m gan_core evaluate runs/NAME --plugin docs/examples/metric.py
"""

from torch import Tensor

from gan_core import register


@register.metric(
    "mean-picture",
    title="Mean picture",
    summary="Mean difference between the mean generated and the mean real picture, in grey levels.",
)
def mean_picture(generated: Tensor, real: Tensor) -> float:
    """Of uint8 pictures (N, C, H, W) and (M, C, H, W). `lower_is_better=False` would say that more is better."""
    return (generated.float().mean(0) - real.float().mean(0)).abs().mean().item()
