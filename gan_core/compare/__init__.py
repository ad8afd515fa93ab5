"""Races: the same data, seeds and budget under several recipes, taking turns in one process; one table at the end."""

from gan_core.compare.folder import RaceFolder, find_race, list_races
from gan_core.compare.plan import Entry, Plan, Terms, entry_from, plan
from gan_core.compare.table import markdown, standings

__all__ = [
    "Entry",
    "Plan",
    "RaceFolder",
    "Terms",
    "entry_from",
    "find_race",
    "list_races",
    "markdown",
    "plan",
    "standings",
]
