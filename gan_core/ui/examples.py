"""The example pictures; file names say what they show: `summer-lake.jpg` is of the domain summer."""

from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "assets" / "examples"


def example_files() -> list[Path]:
    """All examples, by name."""
    return sorted(path for path in EXAMPLES.glob("*") if path.suffix in (".png", ".jpg"))


def domain_of(path: Path) -> str:
    """The domain that an example belongs to."""
    return path.stem.partition("-")[0]
