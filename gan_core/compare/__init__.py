"""Comparisons (`race`): several recipes on the same data, seeds and budget, trained in turns in one process."""

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
