"""Latents as data: specifications, paths, directions, a generator over its training, and films of them."""
