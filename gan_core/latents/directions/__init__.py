"""Directions of latent space along which pictures change: found by themselves, pointed at, measured, calculated
with."""

from gan_core.latents.directions.catalogue import Directions
from gan_core.latents.directions.closed_form import strongest

__all__ = ["Directions", "strongest"]
