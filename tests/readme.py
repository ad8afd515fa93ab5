"""What the README and the documentation tell their readers to type: commands of the shell, starts of the app, blocks of Python."""

from __future__ import annotations

import re
import shlex
import textwrap
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"
PAGES = [README, *sorted((README.parent / "docs" / "pages").glob("*.md"))]
_DIRECTIVES = re.compile(r"^:::.*\n(?:    .*\n)*", re.MULTILINE)
_STEP = re.compile(r"^( +)```(\w+)\n(.*?)^\1```\n", re.MULTILINE | re.DOTALL)
_ALL = "\n".join(_DIRECTIVES.sub("", page.read_text(encoding="utf-8")) for page in PAGES)
_TEXT = _STEP.sub("", _ALL)
STEPS = [(language, textwrap.dedent(code)) for _, language, code in _STEP.findall(_ALL)]
"""Blocks inside the numbered steps of a how-to, (language, text)."""
_FENCE = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINES = list(dict.fromkeys(line.strip() for line in _FENCE.sub("", _TEXT).splitlines() if line.startswith("    ")))


def _words(start: str) -> list[list[str]]:
    """The words of every line that begins so, each line once, whatever is said behind it."""
    found = (shlex.split(line, comments=True) for line in _LINES if re.match(start, line))
    return [list(words) for words in dict.fromkeys(map(tuple, found))]


COMMANDS = [words[3:] for words in _words(r"python -m gan_core ")]
"""Arguments of `python -m gan_core`, line by line."""
STARTS = _words(r"([A-Z_]+=\S+ )*python app.py\b")
"""Lines that start the app, with the variables set before them."""
INSTALLS = [line for line in _LINES if line.startswith("pip install ")]
"""Lines that begin with an installation: `.ci/run` types the second one into a new environment, and nothing here does."""
OTHERS = [
    line
    for line in _LINES
    if not re.match(r"(python -m gan_core|python app.py|pip install|[A-Z_]+=\S+ python app.py) ?", line)
]
"""Lines that are none of these, and that no test would type."""
BLOCKS = list(dict.fromkeys(_FENCE.findall(_TEXT)))
"""Blocks of Python."""
