"""Plugins: Python files and installed packages that register parts.

A file is loaded only when a person names it (`--plugin FILE.py`, `load_plugin`), never because a run or a model says
that it was made with it: both keep a plugin's name and digest, no path. A process that was given plugins hands them on
to the processes that it starts, with their digests.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import importlib.util
import logging
import sys
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from gan_core.errors import InputError
from gan_core.files import open_without_waiting
from gan_core.parts.kinds import KINDS
from gan_core.parts.registry import PartInfo, reason_of
from gan_core.parts.sources import Plugin, loading
from gan_core.paths import expanded

GROUP = "gan_core.parts"
"""The group of entry points by which an installed package names the modules that register its parts."""
OPTION = "--plugin"

log = logging.getLogger(__name__)
_files: dict[Path, Plugin] = {}
"""The files that were named and loaded, in that order."""
_installed_loaded = False


# -- loading -----------------------------------------------------------------------------------------------------------


def load_plugin(file: str | Path, digest: str = "") -> Plugin:
    """Run a Python file that registers parts; one that has changed since it was loaded is run again.

    Args:
        file: its path.
        digest: SHA-256 that its content must have; empty for any.

    Returns:
        Name, digest and path of the plugin.

    Raises:
        InputError: for a file that does not exist, is no Python, fails, registers nothing, or registers what cannot be
            used. Nothing is registered then.
    """
    path = expanded(file)
    if path.suffix != ".py":
        raise InputError(f"A plugin is a Python file whose name ends in .py, not {str(file)!r}.")
    try:
        path = path.resolve()
        with open(path, "rb", opener=open_without_waiting) as opened:
            source = opened.read() or b""  # nothing yet, from a pipe without a writer
    except OSError as error:
        raise InputError(f"The plugin {file} cannot be read: {error.strerror or error}.") from error
    plugin = Plugin(path.name, hashlib.sha256(source).hexdigest(), path)
    if digest and plugin.digest != digest:
        raise InputError(
            f"The plugin {path.name} has changed since it was loaded: start again what was started with it."
        )
    known = _files.get(path)
    if known is not None and known == plugin:
        return known
    other = next((each for each in _files.values() if each.name == plugin.name and each.path != path), None)
    if other is not None:
        raise InputError(f"Two plugins are called {plugin.name} ({other.path} and {path}): rename one of them.")
    code = _compiled(source, plugin)
    for registry in KINDS.values():
        registry.load()  # so that a name of this package's own is known to be taken
    if known is not None:
        _forget(known)
        del _files[path]
    try:
        _run(code, plugin)
        _check_registered(plugin)
    except BaseException:
        _forget(plugin)
        raise
    _files[path] = plugin
    return plugin


def _compiled(source: bytes, plugin: Plugin) -> CodeType:
    try:
        return compile(source, str(plugin.path), "exec", dont_inherit=True)
    except SyntaxError as error:
        line = f", line {error.lineno}" if error.lineno else ""
        raise InputError(f"The plugin {plugin.name}{line}, is no Python: {error.msg}.") from error
    except ValueError as error:
        raise InputError(f"The plugin {plugin.name} is no Python: {str(error).rstrip('.')}.") from error


def _run(code: CodeType, plugin: Plugin) -> None:
    """Run the file as a module of its own name. Raises InputError for whatever it raises."""
    module = ModuleType(f"gan_core_plugin_{plugin.path.stem if plugin.path else ''}_{plugin.digest[:12]}")
    module.__file__ = str(plugin.path)
    sys.modules[module.__name__] = module  # dataclasses and the like look their module up
    try:
        with loading(plugin):
            exec(code, module.__dict__)  # noqa: S102 - a person has named this file, to be run
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        frames = traceback.extract_tb(error.__traceback__)
        line = next((frame.lineno for frame in reversed(frames) if frame.filename == str(plugin.path)), None)
        where = f"{plugin.name}, line {line}" if line else plugin.name
        reason = reason_of(error) if isinstance(error, Exception) else f"it ends the program ({type(error).__name__})"
        raise InputError(f"The plugin {where}, cannot be loaded: {reason}.") from error


def _check_registered(plugin: Plugin) -> None:
    """Raise InputError where `plugin` has registered nothing, or what cannot be built as it comes."""
    found = [info for registry in KINDS.values() for info in registry.infos() if info.plugin == plugin]
    if not found:
        raise InputError(
            f'The plugin {plugin.name} registers no part: decorate one with @register.objective("name") or its like.'
        )
    for info in found:
        _try(info)


def _try(info: PartInfo) -> None:
    """Build the part with its defaults, as far as that needs no data. Raises InputError where it can never be built."""
    given: Sequence[Any] = ()
    named: Mapping[str, Any] = {}
    registry = KINDS[info.kind]
    if info.kind == "optimizer":
        import torch

        given = ([torch.zeros(2, requires_grad=True)],)
    elif info.kind in ("generator", "discriminator", "translator"):
        sizes = {"latent_dim": 100, "size": 64, "channels": 3, "out_channels": None}
        named = {name: sizes[name] for name in registry.given if name in sizes and name in info.parameters}
    elif info.kind not in ("objective", "penalty", "solver"):
        return
    try:
        if named:
            import torch

            with torch.device("meta"):
                registry.build(info.name, **named)
        else:
            registry.build(info.name, *given)
    except InputError as error:
        if named and (error.__cause__ is None or isinstance(error.__cause__, ValueError)):
            return  # a network may be made for other pictures
        raise


def _forget(plugin: Plugin) -> None:
    for registry in KINDS.values():
        registry.forget(plugin)


def load_installed() -> None:
    """Load the plugins of installed packages, once in a process; one that fails is left out, which is said on
    stderr."""
    global _installed_loaded
    if _installed_loaded:
        return
    _installed_loaded = True
    by_package: dict[str, list[importlib.metadata.EntryPoint]] = {}
    for entry in importlib.metadata.entry_points(group=GROUP):
        by_package.setdefault(entry.dist.name if entry.dist else entry.name, []).append(entry)
    for name, entries in by_package.items():
        plugin = Plugin(name, _digest_of_modules(entry.module for entry in entries))
        try:
            with loading(plugin):
                for entry in entries:
                    entry.load()
        except Exception as error:  # noqa: BLE001 - an installed package must not keep this one from working
            _forget(plugin)
            log.warning("The plugin package %s is left out: %s.", name, reason_of(error))


def _digest_of_modules(modules: Iterable[str]) -> str:
    """SHA-256 over the Python files of the packages that `modules` lie in."""
    files: list[Path] = []
    for top in sorted({module.partition(".")[0] for module in modules}):
        spec = importlib.util.find_spec(top)
        if spec is None:
            continue
        for folder in spec.submodule_search_locations or ():
            files += sorted(Path(folder).rglob("*.py"))
        if not spec.submodule_search_locations and spec.origin:
            files.append(Path(spec.origin))
    found = hashlib.sha256()
    for file in files:
        found.update(file.name.encode())
        found.update(file.read_bytes())
    return found.hexdigest()


# -- handing on to other processes -------------------------------------------------------------------------------------


def worker_arguments() -> list[str]:
    """Arguments with which another process of this package loads the same files, if they are still the same."""
    return [part for plugin in _files.values() for part in (OPTION, str(plugin.path), plugin.digest)]


def add_worker_option(parser: argparse.ArgumentParser) -> None:
    """Add the option that `worker_arguments` sets."""
    parser.add_argument(OPTION, nargs=2, action="append", default=[], metavar=("FILE", "SHA256"), dest="plugins")


def load_from_arguments(named: Iterable[Sequence[str]]) -> str:
    """Load the plugins that `worker_arguments` named.

    Returns:
        Why that cannot be done, in a sentence; empty where it was.
    """
    try:
        for file, digest in named:
            load_plugin(file, digest)
    except InputError as error:
        return str(error)
    return ""


def shell_arguments() -> str:
    """The arguments that make a shell command load the same files, with a leading space; empty for none."""
    return "".join(f" {OPTION} {plugin.path}" for plugin in _files.values())


# -- what runs and models say ------------------------------------------------------------------------------------------


def needed_by(parts: Iterable[tuple[str, str, Mapping[str, Any]]]) -> dict[str, str]:
    """Name and digest of every plugin that (kind, name, options) of some parts come from."""
    return {plugin.name: plugin.digest for plugin in _plugins_of(parts)}


def _plugins_of(parts: Iterable[tuple[str, str, Mapping[str, Any]]]) -> Iterator[Plugin]:
    for kind, name, options in parts:
        info = KINDS[kind].info(name) if name in KINDS[kind] else None
        if info is None:
            continue
        if info.plugin is not None:
            yield info.plugin
        inner = [(option.part, options.get(key)) for key, option in info.options.items() if option.part]
        yield from _plugins_of((kind, name, {}) for kind, name in inner if isinstance(name, str))


def find_plugin(name: str, digest: str) -> Plugin | None:
    """The loaded plugin of that name, or with that content under another name."""
    known = {info.plugin for registry in KINDS.values() for info in registry.infos() if info.plugin is not None}
    by_name = next((plugin for plugin in known if plugin.name == name), None)
    return by_name or next((plugin for plugin in known if digest and plugin.digest == digest), None)


def check_plugins(needed: Mapping[str, str], what: str, *, exact: bool = False) -> None:
    """Raise InputError for the first plugin of `needed` that is not loaded.

    Args:
        needed: digests by name, as a run or a model keeps them.
        what: what needs them, at the beginning of a sentence: `The run dcgan-1`.
        exact: whether a plugin that has changed since is refused too.
    """
    for name, digest in needed.items():
        found = find_plugin(name, digest)
        if found is None:
            how = Plugin(name, digest).how_to_name
            raise InputError(f"{what} needs the plugin {name}, which is not loaded: {how}.")
        if exact and digest and found.digest and found.digest != digest:
            raise InputError(
                f"{what} was made with another version of the plugin {name} (SHA-256 {digest[:12]} then, "
                f"{found.digest[:12]} now): bring that version back, or start a new run."
            )


def warn_of_changes(needed: Mapping[str, str], what: str) -> None:
    """Say once on stderr which plugins of `needed` have changed since `what` was made with them."""
    for name, digest in needed.items():
        found = find_plugin(name, digest)
        if found is not None and digest and found.digest and found.digest != digest:
            log.warning(
                "The plugin %s has changed since %s was made with it; what it gives may be other than then.", name, what
            )
