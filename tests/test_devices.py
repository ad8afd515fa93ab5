from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from platformdirs import user_cache_path
from platformdirs.macos import MacOS
from platformdirs.unix import Unix

from gan_core import devices
from gan_core.errors import InputError
from gan_core.files import cache_folder

CPU = torch.device("cpu")


@pytest.mark.parametrize("name", ["abacus", "", "cpu:x", "cpu:", "cpu:-1", "cpu:²", "auto:0", "cuda:one", "cpu:0:0"])
def test_names_that_are_no_device_are_refused_in_a_sentence(name: str) -> None:
    with pytest.raises(InputError, match="There is no device named"):
        devices.choose(name)


def test_devices_that_this_machine_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert devices.choose("cpu") == devices.choose("cpu:0") == CPU
    with pytest.raises(InputError, match="has no device cpu:1"):
        devices.choose("cpu:1")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.mps, "is_available", lambda: False)
    assert devices.choose("auto") == CPU
    for name in ("cuda", "cuda:0", "mps"):
        with pytest.raises(InputError, match="This machine has no"):
            devices.choose(name)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert devices.choose("cuda:1") == torch.device("cuda", 1)
    assert devices.choose("auto") == torch.device("cuda")
    with pytest.raises(InputError, match="from cuda:0 to cuda:1"):
        devices.choose("cuda:99")


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GAN_WORKBENCH_CACHE", str(tmp_path))
    return tmp_path / "arithmetic.json"


def settled(monkeypatch: pytest.MonkeyPatch, *, busy: bool, would_find: bool) -> bool:
    monkeypatch.setattr(devices, "is_busy", lambda: busy)
    monkeypatch.setattr(devices, "_bfloat16_is_faster", lambda work: would_find)
    return devices.settle(CPU, lambda: None, "key").bfloat16


def test_an_answer_stands_unless_it_was_found_on_a_busy_machine(memory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert settled(monkeypatch, busy=True, would_find=True)
    assert settled(monkeypatch, busy=True, would_find=False), "busy still: the same answer"
    assert not settled(monkeypatch, busy=False, would_find=False), "quiet now: found anew"
    assert not settled(monkeypatch, busy=False, would_find=True), "and that is final"
    assert not settled(monkeypatch, busy=True, would_find=True)


@pytest.mark.parametrize("text", ["", "[]", '{"a": true}', "{"])
def test_a_damaged_memory_is_forgotten(memory: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    memory.write_text(text)
    assert settled(monkeypatch, busy=False, would_find=True)
    assert list(json.loads(memory.read_text()).values()) == [{"bfloat16": True, "busy": False}]


def test_the_self_test_runs_both_and_what_gains_nothing_is_not_tested(memory: Path) -> None:
    seen: list[bool] = []
    devices.settle(CPU, lambda: seen.append(torch.is_autocast_enabled("cpu")), "key")
    assert set(seen) == {True, False}
    seen.clear()
    assert not devices.settle(CPU, lambda: seen.append(True), "other", deterministic=True).bfloat16
    assert not devices.settle(CPU, None, "none").bfloat16
    assert seen == []


def test_emulated_bfloat16_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    class Here:
        def __init__(self, _: object) -> None: ...
        def __enter__(self) -> None: ...
        def __exit__(self, *_: object) -> None: ...

    monkeypatch.setattr(torch.cuda, "device", Here)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation=True: including_emulation)
    assert not devices.settle(torch.device("cuda"), lambda: None, "key").bfloat16


def test_one_cache_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where earlier versions had it, on every system: what they computed is found again."""
    names = {"appname": "gan-workbench", "appauthor": False, "opinion": False}
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert Unix(**names).user_cache_path == Path.home() / ".cache" / "gan-workbench"
    assert MacOS(**names).user_cache_path == Path.home() / "Library/Caches" / "gan-workbench"
    monkeypatch.delenv("GAN_WORKBENCH_CACHE")
    assert cache_folder() == user_cache_path(**names)
    monkeypatch.setenv("GAN_WORKBENCH_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path


def test_words() -> None:
    assert devices.Arithmetic(CPU, True, 1).describe() == "CPU, 1 thread, bfloat16"
    assert devices.Arithmetic(CPU, False, 2).describe() == "CPU, 2 threads, float32"
    assert devices.describe(CPU).startswith("CPU, ")


def test_free_memory_is_told_where_it_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(text: str) -> None:
        monkeypatch.setattr(Path, "read_text", lambda self: text)

    answer("MemTotal: 2000 kB\nMemAvailable:   1000 kB\n")
    assert devices.free_memory(CPU) == 1_024_000
    assert devices.free_memory(torch.device("mps")) is None
    for damaged in ("", "MemAvailable: much kB\n"):
        answer(damaged)
        assert devices.free_memory(CPU) is None
