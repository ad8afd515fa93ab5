"""Races: the same data, seeds and budget under several recipes, taking turns in one process; one table at the end."""

from gan_core.compare.folder import ComparisonFolder, find_comparison, list_comparisons
from gan_core.compare.plan import BenchmarkConfig, Candidate, ComparisonPlan, candidate_from, plan
from gan_core.compare.table import markdown, standings

__all__ = [
    "BenchmarkConfig",
    "Candidate",
    "ComparisonFolder",
    "ComparisonPlan",
    "candidate_from",
    "find_comparison",
    "list_comparisons",
    "markdown",
    "plan",
    "standings",
]
