"""Where the arithmetic happens and in which precision: chosen by itself, named in words, overridable."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from gan_core.errors import InputError

NAMES = ("auto", "cpu", "cuda", "mps")


def choose(name: str = "auto") -> torch.device:
    """The device called `name`; `auto` takes CUDA, then Apple's MPS, then the CPU.

    Raises InputError for an unknown name and for a device that this machine does not have.
    """
    if name.split(":")[0] not in NAMES:
        raise InputError(f"There is no device named {name!r}. Known: {', '.join(NAMES)}.")
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "mps" if torch.mps.is_available() else "cpu")
    if name.startswith("cuda") and not torch.cuda.is_available():
        raise InputError("This machine has no CUDA device that PyTorch can use; choose auto or cpu.")
    if name == "mps" and not torch.mps.is_available():
        raise InputError("This machine has no Apple GPU that PyTorch can use; choose auto or cpu.")
    return torch.device(name)


@dataclass(frozen=True)
class Arithmetic:
    """How a network computes on a device: settled once, written into the run and reused on resume."""

    device: torch.device
    bfloat16: bool
    """Whether convolutions and products run in bfloat16 (parameters, losses and penalties stay float32)."""
    threads: int
    """CPU threads; part of the arithmetic because sums are split by it."""

    def autocast(self) -> AbstractContextManager[object]:
        return torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.bfloat16)

    def describe(self) -> str:
        """For the screen: `CPU, 2 threads, bfloat16`."""
        precision = "bfloat16" if self.bfloat16 else "float32"
        if self.device.type == "cpu":
            return f"CPU, {self.threads} {'thread' if self.threads == 1 else 'threads'}, {precision}"
        return f"{describe(self.device)}, {precision}"

    def to_json(self) -> dict[str, object]:
        return {"device": self.device.type, "bfloat16": self.bfloat16, "threads": self.threads}


def describe(device: torch.device) -> str:
    """The device in words: the name of the GPU, or the number of CPU cores."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    if device.type == "mps":
        return "Apple GPU"
    cores = physical_threads()
    return f"CPU, {cores} {'core' if cores == 1 else 'cores'}"


def physical_threads() -> int:
    """CPU cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)


def settle(
    device: torch.device, work: Callable[[], object] | None, key: str, *, deterministic: bool = False, threads: int = 0
) -> Arithmetic:
    """The faster arithmetic for `work` on this machine.

    On a CPU `work` (one training step or translation, say) is timed in float32 and in bfloat16, about a second once
    in the life of a machine, and remembered under `key`; bfloat16 is a gain of 2 on CPUs that have instructions for it and a
    loss on others. CUDA devices that support bfloat16 use it; MPS stays in float32. `work` is None for networks
    without convolutions, which gain nothing.
    """
    threads = threads or torch.get_num_threads()
    if deterministic or work is None or device.type == "mps":
        return Arithmetic(device, False, threads)
    if device.type == "cuda":
        return Arithmetic(device, torch.cuda.is_bf16_supported(), threads)
    fingerprint = hashlib.sha256(f"{key}|{threads}|{torch.__version__}|{_cpu_name()}".encode()).hexdigest()[:16]
    known = _remembered()
    faster = known[fingerprint] if fingerprint in known else _bfloat16_is_faster(work)
    if fingerprint not in known and not _is_busy():
        _remember(fingerprint, faster)
    return Arithmetic(device, faster, threads)


def at_least_float32(tensor: torch.Tensor) -> torch.Tensor:
    """`tensor` as it is in float32 and float64, else in float32: losses are never summed in half precision."""
    return tensor if tensor.dtype == torch.float64 else tensor.float()


def channels_last(module: nn.Module) -> nn.Module:
    """Lay the 4-D weights of `module` out channels-last, which convolutions read faster on CPUs and GPUs alike."""
    return module.to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]


def _bfloat16_is_faster(work: Callable[[], object], rounds: int = 5) -> bool:
    best = {False: float("inf"), True: float("inf")}
    for round_ in range(rounds + 1):
        for enabled, fastest in best.items():
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=enabled):
                start = time.perf_counter()
                work()
                seconds = time.perf_counter() - start
            if round_:  # the first round pays for allocation and kernel selection
                best[enabled] = min(fastest, seconds)
    return best[True] < 0.9 * best[False]  # a small gain is not worth the lost digits


def _is_busy() -> bool:
    """Whether so much else runs on this machine that a timing of now should not be believed for good."""
    return hasattr(os, "getloadavg") and os.getloadavg()[0] > 1.5 * physical_threads()


def _cpu_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line for line in lines if line.startswith(("flags", "Features")))
    except (OSError, StopIteration):
        return platform.processor()


def cache_folder() -> Path:
    """Where this program may keep what can be made again: $GAN_WORKBENCH_CACHE or the user's cache folder."""
    chosen = os.environ.get("GAN_WORKBENCH_CACHE")
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(chosen) if chosen else base / "gan-workbench"


def _remembered() -> dict[str, bool]:
    try:
        return dict(json.loads((cache_folder() / "arithmetic.json").read_text()))
    except (OSError, ValueError):
        return {}


def _remember(fingerprint: str, bfloat16: bool) -> None:
    path = cache_folder() / "arithmetic.json"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(f".{os.getpid()}")
        temporary.write_text(json.dumps({**_remembered(), fingerprint: bfloat16}))
        temporary.replace(path)
    except OSError:
        pass  # a cache that cannot be written only costs the self-test again
