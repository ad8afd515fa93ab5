import json
import threading
from pathlib import Path

import pytest

from gan_core import files
from gan_core.files import write_atomically, write_json


@pytest.mark.parametrize("durable", [True, False])
def test_writes_and_replaces(tmp_path, durable):
    path = tmp_path / "status.json"
    write_atomically(path, b"old", durable=durable)
    write_atomically(path, b"new", durable=durable)
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_leaves_the_old_file_and_no_litter(tmp_path):
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"old")
    with pytest.raises(TypeError):
        write_atomically(path, "text is no data")  # type: ignore[arg-type]
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_threads_that_write_the_same_file_do_not_meet(tmp_path):
    path = tmp_path / "control.json"
    contents = [bytes([65 + number]) * 20_000 for number in range(8)]

    def work(content: bytes) -> None:
        for _ in range(20):
            write_atomically(path, content, durable=False)

    threads = [threading.Thread(target=work, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        if path.exists():
            assert path.read_bytes() in contents
    for thread in threads:
        thread.join()
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("durable", [True, False])
def test_a_reader_on_windows_is_waited_for(tmp_path, monkeypatch, durable):
    tries = []
    replace = Path.replace

    def busy(self, target):
        tries.append(target)
        if len(tries) < 3:
            raise PermissionError("a viewer has it open")
        return replace(self, target)

    monkeypatch.setattr(files, "_readers_block", lambda: True)
    monkeypatch.setattr(Path, "replace", busy)
    write_atomically(tmp_path / "live.jpg", b"new", durable=durable)
    assert (tmp_path / "live.jpg").read_bytes() == b"new"


def test_a_reader_that_never_lets_go(tmp_path, monkeypatch):
    def busy(*_):
        raise PermissionError("a viewer has it open")

    monkeypatch.setattr(files, "_readers_block", lambda: True)
    monkeypatch.setattr(files, "PATIENCE", 0.05)
    monkeypatch.setattr(Path, "replace", busy)
    write_atomically(tmp_path / "live.jpg", b"new", durable=False)  # the next one comes in a moment
    with pytest.raises(PermissionError):
        write_atomically(tmp_path / "model.safetensors", b"new")
    assert list(tmp_path.iterdir()) == []


def test_json(tmp_path):
    write_json(tmp_path / "a.json", {"steps": 3})
    assert json.loads((tmp_path / "a.json").read_text()) == {"steps": 3}
