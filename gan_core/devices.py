"""Where the arithmetic happens and in which precision: chosen by itself, named in words, overridable."""

from __future__ import annotations

import hashlib
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
from gan_core.files import cache_folder, read_json, write_json
from gan_core.records import fits

NAMES = ("auto", "cpu", "cuda", "mps")


def choose(name: str = "auto") -> torch.device:
    """The device called `name`; `auto` takes CUDA, then Apple's MPS, then the CPU.

    Raises InputError for an unknown name and for a device that this machine does not have.
    """
    kind, colon, index = name.partition(":")
    if kind not in NAMES or (colon and (kind == "auto" or not (index.isascii() and index.isdecimal()))):
        known = ", ".join(NAMES)
        raise InputError(f"There is no device named {name!r}. Known: {known}, and cuda:1 for a second GPU.")
    if kind == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "mps" if torch.mps.is_available() else "cpu")
    if kind == "cuda" and not torch.cuda.is_available():
        raise InputError("This machine has no CUDA device that PyTorch can use; choose auto or cpu.")
    if kind == "mps" and not torch.mps.is_available():
        raise InputError("This machine has no Apple GPU that PyTorch can use; choose auto or cpu.")
    count = torch.cuda.device_count() if kind == "cuda" else 1
    if colon and int(index) >= count:
        raise InputError(f"This machine has no device {name}: {kind} devices go from {kind}:0 to {kind}:{count - 1}.")
    return torch.device(kind, int(index)) if kind == "cuda" and colon else torch.device(kind)


@dataclass(frozen=True)
class Arithmetic:
    """How a network computes on a device: settled once, written into the run and reused on resume."""

    device: torch.device
    bfloat16: bool
    """Whether convolutions and products run in bfloat16 (parameters, losses and penalties stay float32)."""
    threads: int
    """CPU threads; part of the arithmetic because sums are split by it."""

    def autocast(self) -> AbstractContextManager[object]:
        """Context in which convolutions and matrix products are computed in bfloat16; no change where `bfloat16` is
        False."""
        return torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.bfloat16)

    def describe(self) -> str:
        """For the screen: `CPU, 2 threads, bfloat16`."""
        precision = "bfloat16" if self.bfloat16 else "float32"
        if self.device.type == "cpu":
            return f"CPU, {self.threads} {'thread' if self.threads == 1 else 'threads'}, {precision}"
        return f"{describe(self.device)}, {precision}"

    def to_json(self) -> dict[str, object]:
        """Device, number format and thread count as the run folder keeps them."""
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
    device: torch.device, work: Callable[[], object] | None, key: str, *, deterministic: bool = False
) -> Arithmetic:
    """The faster arithmetic for `work` on this machine.

    On a CPU `work` (one training step or translation, say) is timed in float32 and in bfloat16, about a second once
    in the life of a machine, and remembered under `key`; bfloat16 is a gain of 2 on CPUs that have instructions for it
    and a loss on others. What was found while the machine was busy stands until it is asked for on a quiet one. CUDA
    devices with bfloat16 of their own use it; MPS stays in float32. `work` is None for networks without convolutions,
    which gain nothing.
    """
    threads = torch.get_num_threads()
    if deterministic or work is None or device.type == "mps":
        return Arithmetic(device, False, threads)
    if device.type == "cuda":
        with torch.cuda.device(device):  # emulated bfloat16 is slower than float32
            return Arithmetic(device, torch.cuda.is_bf16_supported(including_emulation=False), threads)
    fingerprint = hashlib.sha256(f"{key}|{threads}|{torch.__version__}|{cpu_name()}".encode()).hexdigest()[:16]
    busy, entry = is_busy(), _remembered().get(fingerprint)
    if entry is None or (entry["busy"] and not busy):
        entry = {"bfloat16": _bfloat16_is_faster(work), "busy": busy}
        _remember(fingerprint, entry)
    return Arithmetic(device, entry["bfloat16"], threads)


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


def is_busy() -> bool:
    """Whether so much else runs on this machine that a timing of now should not be believed for good."""
    return hasattr(os, "getloadavg") and os.getloadavg()[0] > 1.5 * physical_threads()


def cpu_name() -> str:
    """What identifies the CPU's instruction sets: the flags of `/proc/cpuinfo`, else the platform's name of the
    processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line for line in lines if line.startswith(("flags", "Features")))
    except (OSError, StopIteration):
        return platform.processor()


def _remembered() -> dict[str, dict[str, bool]]:
    """By fingerprint: the answer, and whether the machine was busy when it was found."""
    try:
        found = read_json(_memory())
    except (OSError, ValueError):
        return {}
    entries = found.items() if isinstance(found, dict) else ()
    return {
        key: entry for key, entry in entries if fits(dict[str, bool], entry) and {"bfloat16", "busy"} <= entry.keys()
    }


def _remember(fingerprint: str, entry: dict[str, bool]) -> None:
    try:
        _memory().parent.mkdir(parents=True, exist_ok=True)
        write_json(_memory(), {**_remembered(), fingerprint: entry}, durable=False)
    except OSError:
        pass  # a cache that cannot be written only costs the self-test again


def _memory() -> Path:
    return cache_folder() / "arithmetic.json"


def ran_out_of_memory(error: BaseException) -> bool:
    """Whether `error` says that there was not enough memory; the CPU and MPS raise no type of their own for it."""
    if isinstance(error, (MemoryError, torch.OutOfMemoryError)):
        return True
    return isinstance(error, RuntimeError) and any(
        words in str(error) for words in ("not enough memory", "out of memory")
    )


def free_memory(device: torch.device) -> int | None:
    """Bytes that can still be had on `device`, None where that is not known.

    Linux promises memory that it does not have and ends the process later, so large work asks first.
    """
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)[0]
    try:
        lines = Path("/proc/meminfo").read_text().splitlines() if device.type == "cpu" else []
        return next(1024 * int(line.split()[1]) for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration, ValueError):
        return None
