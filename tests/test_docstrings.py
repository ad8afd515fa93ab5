"""Docstrings: every public name says what a caller needs, in plain technical English.

The source is parsed, never imported, so that the test takes a second. Public is what has no leading underscore in its
own name and in those that it lies in.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "gan_core"
API_PAGE = ROOT / "docs" / "pages" / "api.md"

Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = Function | ast.ClassDef

NOT_YET: tuple[str, ...] = ()
"""Packages and modules of `gan_core` that are not checked yet; empty once all of them are."""

SENTENCE_END = re.compile(r"(?<=[.!?]) (?=[A-Z`(])")
"""Between two sentences of a paragraph. `et al. 2014` and `e.g. this` end none."""
SHAPES = re.compile(r"\(N,|\bN x |\bshape")
"""How a class of networks says the shapes that its `forward` takes and gives."""

DOCUMENTED_ELSEWHERE = {
    "Module": {"forward"},
    "Function": {"forward", "backward"},
    "Optimizer": {"step", "zero_grad", "state_dict", "load_state_dict"},
}
"""Methods of torch's classes, documented by torch; a `forward` also needs the shapes in the docstring of its class."""

WORDS = (
    "whoever",
    "somebody",
    "someone",
    "anybody",
    "nobody",
    "what there is",
    "the one to begin with",
    "desks?",
    "wish(?:es|ed)?",
    "yardsticks?",
    "judges?",
    "judged",
    "judging",
    r"rac(?:ers?|es?|ed|ing)(?!\.json)",
    "ush(?:er|ers)",
    "seats?",
    "eyes?",
    "floors?",
    r"(?<!no )rooms?(?! for)",
    "houses?",
    "shelf",
    "shelves",
    "makers?",
    "journeys?",
)
"""Metaphors and vague subjects that say less than the field's own word: a discriminator, a worker, a caller, a request."""
AVOIDED = re.compile(rf"\b(?:{'|'.join(WORDS)})\b", re.IGNORECASE)
CATCHING = re.compile(r"\b(?:InputError|Exception|BaseException)\b")
"""What a handler names that catches an InputError."""
CODE = re.compile(r"`[^`]*`")
"""Names as they stand in code and files, such as the key `floor` of old cards, which has to stay readable."""
MEANT: dict[str, tuple[str, ...]] = {
    "data/scenes/buildings.py": ("house",),  # one of the things that a landscape shows
    "data/scenes/geometry.py": ("house",),
}
"""Words that a module means literally, by its path below `gan_core`."""


@dataclass(frozen=True)
class Found:
    """A definition and where it lies."""

    path: Path
    name: str
    """Qualified: `Recipe.named`; empty for the module itself."""
    node: Definition | ast.Module
    owner: ast.ClassDef | None = None
    """The class that it is a member of."""

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{getattr(self.node, 'lineno', 1)} {self.name or 'the module'}"


@cache
def tree_of(path: Path) -> ast.Module:
    """The parsed module."""
    return ast.parse(path.read_text())


def members(body: list[ast.stmt]) -> Iterator[Definition]:
    """Classes and functions that stand in `body`, also below an `if` or `try`."""
    for node in body:
        if isinstance(node, Definition):
            yield node
        elif isinstance(node, ast.If | ast.Try):
            yield from members([*node.body, *node.orelse])


def definitions(path: Path) -> Iterator[Found]:
    """The module and its public classes, functions and members."""
    yield Found(path, "", tree_of(path))

    def below(body: list[ast.stmt], prefix: str, owner: ast.ClassDef | None) -> Iterator[Found]:
        for node in members(body):
            if not node.name.startswith("_"):
                yield Found(path, prefix + node.name, node, owner)
                if isinstance(node, ast.ClassDef):
                    yield from below(node.body, f"{prefix}{node.name}.", node)

    yield from below(tree_of(path).body, "", None)


def covered(path: Path) -> bool:
    """Whether a file is checked."""
    return not any(path.relative_to(PACKAGE).is_relative_to(each) for each in NOT_YET)


FILES = sorted(PACKAGE.rglob("*.py"))
CHECKED = [path for path in FILES if covered(path)]


def named(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


@cache
def classes() -> dict[str, list[ast.ClassDef]]:
    """Every class of the package by its name, which bases are found by."""
    found: dict[str, list[ast.ClassDef]] = {}
    for path in FILES:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name, []).append(node)
    return found


def bases_of(node: ast.ClassDef) -> set[str]:
    """Names of all classes that it inherits from, with those outside the package."""
    names: set[str] = set()
    open_ = [node]
    while open_:
        for base in open_.pop().bases:
            base = base.value if isinstance(base, ast.Subscript) else base
            name = base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "")
            if name and name not in names:
                names.add(name)
                open_ += classes().get(name, [])
    return names


def is_inherited(found: Found) -> bool:
    """Whether a base class documents this method."""
    if found.owner is None or not isinstance(found.node, Function):
        return False
    method = found.node.name
    for base in bases_of(found.owner):
        for node in classes().get(base, []):
            if any(each.name == method and ast.get_docstring(each) for each in members(node.body)):
                return True
        if method in DOCUMENTED_ELSEWHERE.get(base, ()):
            return method != "forward" or any(SHAPES.search(text) for text in class_texts(found.owner))
    return False


def class_texts(node: ast.ClassDef) -> list[str]:
    """The docstrings of a class and of its bases in this package."""
    family = [node, *(each for base in bases_of(node) for each in classes().get(base, []))]
    return [ast.get_docstring(each) or "" for each in family]


# -- every public name -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", CHECKED, ids=named)
def test_every_public_name_has_a_docstring(path: Path) -> None:
    without = [
        str(found)
        for found in definitions(path)
        if not ast.get_docstring(found.node) and not is_inherited(found) and not is_setter(found.node)
    ]
    assert not without, "no docstring (one of a `forward` may be the shapes in its class): " + ", ".join(without)


def is_setter(node: ast.AST) -> bool:
    """Whether a function sets a property, whose getter is documented."""
    return any(
        isinstance(each, ast.Attribute) and each.attr in ("setter", "deleter")
        for each in getattr(node, "decorator_list", ())
    )


@pytest.mark.parametrize("path", CHECKED, ids=named)
def test_the_first_paragraph_is_one_sentence(path: Path) -> None:
    for found in definitions(path):
        summary = " ".join((ast.get_docstring(found.node) or ".").split("\n\n", 1)[0].split())
        assert summary.endswith("."), f"{found}: the first paragraph is a sentence that ends with a full stop"
        assert not SENTENCE_END.search(summary), f"{found}: a blank line belongs after the first sentence"


@pytest.mark.parametrize("path", CHECKED, ids=named)
def test_what_raises_input_errors_says_so(path: Path) -> None:
    silent = [
        str(found)
        for found in definitions(path)
        if isinstance(found.node, Function)
        and raises_input_error(found.node)
        and "InputError" not in (ast.get_docstring(found.node) or "")
        and not is_inherited(found)
    ]
    assert not silent, "raises InputError, and its docstring does not say when: " + ", ".join(silent)


def raises_input_error(node: Function) -> bool:
    """Whether `raise InputError(...)` stands in a function, and not in a `try` that catches it."""
    caught = {
        id(inner)
        for block in ast.walk(node)
        if isinstance(block, ast.Try)
        and any(CATCHING.search(ast.unparse(each.type or each)) for each in block.handlers)
        for statement in block.body
        for inner in ast.walk(statement)
    }
    return any(
        isinstance(each, ast.Raise)
        and id(each) not in caught
        and isinstance(each.exc, ast.Call)
        and getattr(each.exc.func, "id", "") == "InputError"
        for each in ast.walk(node)
    )


# -- the public interface ----------------------------------------------------------------------------------------------


def module_path(dotted: str) -> Path | None:
    """The file of a module of this package."""
    place = ROOT.joinpath(*dotted.split("."))
    return next((path for path in (place.with_suffix(".py"), place / "__init__.py") if path.is_file()), None)


def exported(path: Path) -> list[str]:
    """The names in a module's `__all__`."""
    for node in tree_of(path).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
            return list(ast.literal_eval(node.value))
    return []


def resolve(path: Path | None, name: str) -> Found | None:
    """Where the function or class `name` of a module is defined, through any number of imports."""
    if path is None:
        return None
    for node in members(tree_of(path).body):
        if node.name == name:
            return Found(path, name, node)
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("gan_core"):
            for alias in node.names:
                if (alias.asname or alias.name) == name:
                    return resolve(module_path(str(node.module)), alias.name)
    return None


def interface() -> list[Found]:
    """What other code is meant to call.

    The functions of every `__all__`; what `gan_core` itself exports and `docs/pages/api.md` names, and the decorators
    of `register`, with the public methods of the classes among them.
    """
    found: dict[tuple[Path, str], Found] = {}

    def add(each: Found | None, *, whole: bool) -> None:
        if each is None or not covered(each.path):
            return
        if isinstance(each.node, Function):
            found[each.path, each.name] = each
        elif whole and isinstance(each.node, ast.ClassDef):
            for member in members(each.node.body):
                if member.name == "__init__" or not member.name.startswith("_"):
                    name = f"{each.name}.{member.name}"
                    found[each.path, name] = Found(each.path, name, member, each.node)

    for path in FILES:
        for name in exported(path):
            add(resolve(path, name), whole=path == PACKAGE / "__init__.py")
    for dotted in re.findall(r"^::: (\S+)", API_PAGE.read_text(), re.MULTILINE):
        module, _, name = dotted.rpartition(".")
        target = resolve(module_path(module), name)
        assert target is not None, f"docs/pages/api.md names {dotted}, which does not exist"
        add(target, whole=True)
    add(resolve(PACKAGE / "parts" / "register.py", "Register"), whole=True)
    return [each for each in found.values() if isinstance(each.node, Function)]


INTERFACE = interface()


def test_the_public_interface_is_found() -> None:
    names = {each.name for each in INTERFACE}
    assert names >= {"load_model", "Recipe.named", "Translator.translate", "Register.objective", "build_generator"}


def explained(found: Found) -> str:
    """A function's docstring; of a method also that of its class, which explains what all methods take."""
    owner = ast.get_docstring(found.owner) if found.owner is not None else ""
    return f"{ast.get_docstring(found.node) or ''}\n{owner or ''}"


def parameters_of(node: Function) -> list[str]:
    """The names of what a caller gives."""
    arguments = node.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    return [each.arg for each in every if each is not None and each.arg not in ("self", "cls")]


@pytest.mark.parametrize("found", INTERFACE, ids=lambda found: f"{named(found.path)}:{found.name}")
def test_every_parameter_of_the_interface_is_explained(found: Found) -> None:
    assert isinstance(found.node, Function)
    text = explained(found)
    missing = [name for name in parameters_of(found.node) if not re.search(rf"\b{re.escape(name)}\b", text)]
    assert not missing, f"{found}: the docstring does not name {', '.join(missing)}"


@pytest.mark.parametrize("found", INTERFACE, ids=lambda found: f"{named(found.path)}:{found.name}")
def test_what_the_interface_returns_is_said(found: Found) -> None:
    """With one parameter the summary says it; with more of them a sentence or a section of its own does."""
    assert isinstance(found.node, Function)
    returns = found.node.returns
    if returns is None or ast.unparse(returns) in ("None", "NoReturn") or len(parameters_of(found.node)) < 2:
        return
    assert re.search(r"\b(?:Returns?|Yields?)\b", explained(found)), f"{found}: what does it return?"


def interface_classes() -> list[Found]:
    """The classes that `gan_core` itself exports or `docs/pages/api.md` names."""
    named_classes = [resolve(PACKAGE / "__init__.py", name) for name in exported(PACKAGE / "__init__.py")]
    for dotted in re.findall(r"^::: (\S+)", API_PAGE.read_text(), re.MULTILINE):
        module, _, name = dotted.rpartition(".")
        named_classes.append(resolve(module_path(module), name))
    unique = {each.name: each for each in named_classes if each is not None and isinstance(each.node, ast.ClassDef)}
    return list(unique.values())


@pytest.mark.parametrize("found", interface_classes(), ids=lambda found: found.name)
def test_every_field_of_the_interface_is_explained(found: Found) -> None:
    """A field has a docstring below it, or the docstring of the class names it."""
    assert isinstance(found.node, ast.ClassDef)
    text = ast.get_docstring(found.node) or ""
    for node, following in pairwise([*found.node.body, ast.Pass()]):
        if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name) or node.target.id[0] == "_":
            continue
        below = isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant)
        assert below or re.search(rf"\b{node.target.id}\b", text), f"{found}: what is the field {node.target.id}?"


# -- words -------------------------------------------------------------------------------------------------------------


def prose(path: Path) -> Iterator[tuple[int, str]]:
    """Line and text of every docstring, comment and error message of a module."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.lineno, node.value.value
        elif isinstance(node, ast.Raise) and node.exc is not None:
            for each in ast.walk(node.exc):
                if isinstance(each, ast.Constant) and isinstance(each.value, str):
                    yield each.lineno, each.value
    for token in tokenize.generate_tokens(io.StringIO(path.read_text()).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


@pytest.mark.parametrize("path", CHECKED, ids=named)
def test_no_metaphors_and_no_vague_subjects(path: Path) -> None:
    meant = MEANT.get(str(path.relative_to(PACKAGE)), ())
    for line, text in prose(path):
        used = {word.lower() for word in AVOIDED.findall(CODE.sub("", text))} - set(meant)
        assert not used, f"{path.relative_to(ROOT)}:{line}: {', '.join(sorted(used))}: use the field's own word"
