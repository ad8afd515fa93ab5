"""Memorization: the training pictures that are nearest to a generated one."""
