import json
import os
import shutil
import subprocess
import sys
import time

import pytest

from gan_core.errors import InputError
from gan_core.recipes import Recipe
from gan_core.runs import live
from gan_core.runs.folder import RunFolder, Status, check_name
from gan_core.runs.locating import default_root, find_run, list_runs, place_of
from gan_core.runs.processes import started

RECIPE = Recipe.named("dcgan")


@pytest.fixture
def run(tmp_path):
    folder = RunFolder.create(tmp_path / "runs", RECIPE)
    yield folder
    shutil.rmtree(folder.live_folder, ignore_errors=True)


def gone() -> int:
    """The number of a process that is no more."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_create_makes_names_of_their_own(tmp_path):
    names = [RunFolder.create(tmp_path, RECIPE).name for _ in range(3)]
    assert names == ["dcgan-glyphs-001", "dcgan-glyphs-002", "dcgan-glyphs-003"]


def test_create_keeps_the_recipe(run):
    assert run.recipe() == RECIPE
    assert run.status().steps == RECIPE.steps


def test_a_recipe_cannot_choose_a_place_outside(tmp_path):
    root = tmp_path / "runs"
    run = RunFolder.create(root, RECIPE.replace(name="../../evil", data="/etc/../My Pictures.zip"))
    assert run.path.parent == root
    assert run.name == "evil-my-pictures-001"


@pytest.mark.parametrize("name", ["", "..", ".hidden", "a/b", "a\\b", "/tmp/a", "x" * 81, "a\nb"])
def test_names_that_are_no_plain_folder_names(tmp_path, name):
    with pytest.raises(InputError, match="name"):
        RunFolder.create(tmp_path, RECIPE, name)


def test_a_taken_name(tmp_path):
    RunFolder.create(tmp_path, RECIPE, "mine")
    with pytest.raises(InputError, match="already"):
        RunFolder.create(tmp_path, RECIPE, "mine")


def test_events_are_read_on_from_an_offset(run):
    run.append_event({"kind": "progress", "step": 1})
    events, offset = run.events()
    assert [event["step"] for event in events] == [1]
    run.append_event({"kind": "progress", "step": 2})
    events, offset = run.events(offset)
    assert [event["step"] for event in events] == [2]
    assert run.events(offset) == ([], offset)


def test_a_half_written_event_waits(run):
    run.append_event({"step": 1})
    with (run.path / "events.jsonl").open("ab") as file:
        file.write(b'{"step": ')
    events, offset = run.events()
    assert len(events) == 1
    with (run.path / "events.jsonl").open("ab") as file:
        file.write(b"2}\n")
    assert run.events(offset)[0] == [{"step": 2}]


def test_a_damaged_event_is_passed_over(run):
    (run.path / "events.jsonl").write_bytes(b'{"step": 1}\n\xff\x00\n[]\n{"step": 2}\n')
    assert [event["step"] for event in run.events()[0]] == [1, 2]


def test_no_events_yet(run):
    assert run.events() == ([], 0)


def test_status_of_other_versions(run):
    (run.path / "status.json").write_text('{"state": "finished", "step": 9, "from_the_future": true}')
    status = run.status()
    assert (status.state, status.step, status.images) == ("finished", 9, 0)


@pytest.mark.parametrize("content", [None, "", '{"state": "fin', "[]"])
def test_a_status_that_cannot_be_read_is_no_error(run, content):
    path = run.path / "status.json"
    path.unlink() if content is None else path.write_text(content)
    assert run.status().state == "interrupted"


def test_lock_names_its_process_and_goes(run):
    with run.lock():
        held = json.loads((run.path / "lock").read_text())
        assert (held["pid"], held["started"]) == (os.getpid(), started(os.getpid()))
        assert held["path"] == str(run.path)
        run.write_status(Status(state="running"))
        assert run.is_alive()
        assert run.status().state == "running"
        with pytest.raises(InputError, match=f"process {os.getpid()}"), RunFolder(run.path).lock():
            pass
        with pytest.raises(InputError, match="being trained"):
            run.delete()
    assert not (run.path / "lock").exists()
    assert run.status().state == "interrupted"


def test_lock_is_free_again_after_an_error(run):
    with pytest.raises(ZeroDivisionError), run.lock():
        1 / 0  # noqa: B018
    with run.lock():
        pass


def test_the_lock_of_a_dead_process_is_taken_over(run):
    (run.path / "lock").write_text(json.dumps({"pid": gone(), "started": "1"}))
    run.write_status(Status(state="running"))
    assert run.status().state == "interrupted"
    with run.lock():
        assert run.is_alive()


def test_a_number_used_again_is_not_the_same_process(run):
    (run.path / "lock").write_text(json.dumps({"pid": os.getpid(), "started": "1"}))
    run.write_status(Status(state="running"))
    assert not run.is_alive()
    with run.lock():
        pass


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells so")
def test_a_killed_worker_is_gone_before_its_parent_looks(run):
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    (run.path / "lock").write_text(json.dumps({"pid": process.pid, "started": started(process.pid)}))
    run.write_status(Status(state="running"))
    assert run.status().state == "running"
    process.kill()
    deadline = time.monotonic() + 5
    while run.is_alive() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert run.status().state == "interrupted"
    process.wait()


@pytest.mark.parametrize("lock", ["", "[]", '{"pid": "x"}', '{"pid": -1}', "{}"])
def test_a_damaged_lock_holds_nobody_back(run, lock):
    (run.path / "lock").write_text(lock)
    with run.lock():
        pass


def test_many_processes_want_a_stale_lock_and_one_gets_it(run):
    (run.path / "lock").write_text(json.dumps({"pid": gone(), "started": "1"}))
    program = (
        "import sys\nfrom gan_core.errors import InputError\nfrom gan_core.runs.folder import RunFolder\n"
        "def tell(word):\n    print(word, flush=True)\n    sys.stdin.readline()\n"
        "tell('ready')\n"
        "try:\n    with RunFolder(sys.argv[1]).lock():\n        tell('held')\n"
        "except InputError:\n    tell('refused')\n"
    )
    command = [sys.executable, "-c", program, str(run.path)]
    processes = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(4)]

    def hear() -> list[str]:
        return [process.stdout.readline().strip() for process in processes if process.stdout]

    assert hear() == ["ready"] * 4
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = hear()
    for process in processes:
        process.communicate("end\n")
    assert sorted(answers) == ["held", "refused", "refused", "refused"]


def test_just_told_to_start_counts_as_alive(run):
    run.write_status(Status(state="starting", heartbeat=time.time()))
    assert run.is_alive()
    run.write_status(Status(state="starting", heartbeat=time.time() - 3600))
    assert run.status().state == "interrupted"


def test_wishes_are_numbered(run):
    assert run.control() is None
    assert run.request("pause") == 1
    assert run.request("resume") == 2
    assert run.control() == {"sequence": 2, "wish": "resume"}
    with pytest.raises(InputError, match="pause, resume, stop, save"):
        run.request("explode")


@pytest.mark.parametrize("content", ["", "[]", '{"sequence": "1", "wish": "stop"}', '{"sequence": 1, "wish": "rm"}'])
def test_a_damaged_wish_is_none(run, content):
    (run.path / "control.json").write_text(content)
    assert run.control() is None


def test_keyframes_in_order_of_steps(run):
    folder = run.path / "keyframes"
    folder.mkdir()
    for name in ("000010.jpg", "000002.jpg", "000002.safetensors", "1000000.jpg", "12abc.jpg", ".000003.jpg.12"):
        (folder / name).touch()
    found = run.keyframes()
    assert [keyframe.step for keyframe in found] == [2, 10, 1_000_000]
    assert [keyframe.weights is not None for keyframe in found] == [True, False, False]


def test_log_tail(run):
    assert run.log_tail() == ""
    (run.path / "log.txt").write_bytes(b"one\ntwo\n\xffthree\n")
    assert run.log_tail(2).splitlines()[0] == "two"


def test_writer_and_reader_agree_on_the_live_folder(run, monkeypatch):
    monkeypatch.chdir(run.path.parent)
    with run.lock():
        assert run.live_folder.is_dir()
        assert RunFolder(run.name).live_picture.resolve() == run.live_picture
    assert RunFolder(run.name).live_picture.resolve() == run.live_picture


@pytest.mark.skipif(not live.MEMORY.is_dir(), reason="this system has no memory-backed folder")
def test_the_memory_is_given_back_and_the_last_picture_stays(run):
    with run.lock():
        place = run.live_folder
        assert place != run.path
        run.live_picture.write_bytes(b"picture")
        run.live_weights.write_bytes(b"weights")
    assert not place.exists()
    assert run.live_picture == run.path / "live.jpg"
    assert run.live_picture.read_bytes() == b"picture"
    assert not run.live_weights.exists()


@pytest.mark.skipif(not live.MEMORY.is_dir(), reason="this system has no memory-backed folder")
def test_a_small_memory_folder_is_left_alone(run, monkeypatch):
    """Docker gives 64 MB, which other programs need."""
    usage = shutil.disk_usage(live.MEMORY)._replace(free=63 * 2**20)
    monkeypatch.setattr(live.shutil, "disk_usage", lambda _: usage)
    with run.lock():
        assert run.live_folder == run.path
        run.live_weights.write_bytes(b"weights")
    assert not run.live_weights.exists()


def test_a_folder_that_knows_no_locks(run, monkeypatch):
    """Some network folders answer flock with an error, or want a file opened for writing."""
    if sys.platform == "win32":
        pytest.skip("no flock")
    import fcntl

    def flock(descriptor, _):
        assert fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDWR
        raise OSError("no locks here")

    monkeypatch.setattr(fcntl, "flock", flock)
    with run.lock():
        assert run.is_alive()


def test_a_run_that_ends_between_two_looks_is_not_interrupted(run, monkeypatch):
    run.write_status(Status(state="running"))

    def end_now():
        run.write_status(Status(state="finished"))

    monkeypatch.setattr(run, "_lock_owner", end_now)
    assert run.status().state == "finished"


def test_an_interrupted_run_says_where_it_can_go_on(run):
    run.write_status(Status(state="running"))
    assert "from the beginning" in (run.status().reason or "")
    (run.path / "checkpoints").mkdir()
    for step in (7, 12):
        (run.path / "checkpoints" / f"{step:08d}.safetensors").touch()
    assert "step 12" in (run.status().reason or "")


def test_larger_limits_can_be_taken_back_until_they_are_kept(run):
    run.raise_limits(RECIPE.replace(steps=20_000))
    assert run.recipe().steps == 20_000
    run.restore_limits()
    assert run.recipe() == RECIPE
    run.raise_limits(RECIPE.replace(steps=20_000))
    run.keep_limits()
    run.restore_limits()
    assert run.recipe().steps == 20_000


def test_delete_leaves_nothing(run):
    place = live.open_live_folder(run.path)  # and its process is killed
    run.live_picture.write_bytes(b"picture")
    run.write_status(Status(state="failed"))
    run.delete()
    assert not run.path.exists()
    assert not place.exists()


@pytest.mark.skipif(not live.MEMORY.is_dir(), reason="this system has no memory-backed folder")
def test_live_files_of_runs_removed_by_hand_go_with_the_next_start(run):
    other = RunFolder.create(run.path.parent, RECIPE)
    place = live.open_live_folder(other.path)  # and its process is killed
    shutil.rmtree(other.path)
    assert place.exists()
    with run.lock():
        assert not place.exists()


def test_without_memory_the_run_folder_is_the_live_folder(run, monkeypatch, tmp_path):
    monkeypatch.setattr(live, "MEMORY", tmp_path / "nothing")
    with run.lock():
        assert run.live_folder == run.path
    run.write_status(Status(state="finished"))
    run.delete()
    assert not run.path.exists()


def test_list_runs_newest_first_and_nothing_broken(tmp_path):
    first, second, third = (RunFolder.create(tmp_path, RECIPE, name) for name in ("b", "c", "a"))
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    for name, recipe in (("broken", "{"), ("future", '{"schema": 99}'), ("wrong", '{"name": 5}'), ("list", "[]")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "recipe.json").write_text(recipe)
    (first.path / "born.json").write_text('{"time": "yesterday"}')
    assert [run.name for run in list_runs(tmp_path)] == [third.name, second.name, first.name]
    assert list_runs(tmp_path / "nowhere") == []


def test_default_root_can_be_chosen(monkeypatch, tmp_path):
    monkeypatch.setenv("GAN_WORKBENCH_RUNS", str(tmp_path))
    assert default_root() == tmp_path
    monkeypatch.delenv("GAN_WORKBENCH_RUNS")
    assert str(default_root()) == "runs"


def test_find_run_by_path_and_by_name(run):
    root = run.path.parent
    for name in (run.path, str(run.path), run.name, f"runs/{run.name}"):
        assert find_run(name, root).path.resolve() == run.path.resolve()
    with pytest.raises(InputError, match="dcgan-glyphs-001"):
        find_run("runs/dcgan-glyphs-1", root)


def test_place_of(tmp_path):
    assert place_of("mine", tmp_path) == (tmp_path, "mine")
    assert place_of("runs/mine", tmp_path) == (tmp_path, "mine")
    assert place_of(tmp_path / "other" / "mine") == (tmp_path / "other", "mine")


@pytest.mark.parametrize("name", ["models", "Models", "kept", "uploads"])
def test_no_run_takes_a_folder_of_the_programs_own(tmp_path, tiny_recipe, name):
    with pytest.raises(InputError, match="keeps other things"):
        RunFolder.create(tmp_path, tiny_recipe, name)
    with pytest.raises(InputError, match="keeps other things; choose another name for the comparison"):
        check_name(name, "comparison")


@pytest.mark.parametrize("name", ["models", "kept", "uploads"])
def test_a_folder_of_the_programs_own_is_no_run_whatever_lies_in_it(tmp_path, tiny_recipe, name):
    """One that was made by hand, by moving a run there: what lies beside it is listed all the same."""
    run = RunFolder.create(tmp_path, tiny_recipe, "mine")
    shutil.copytree(run.path, tmp_path / name)
    assert [each.name for each in list_runs(tmp_path)] == ["mine"]
    with pytest.raises(InputError, match=f"no run named 'runs/{name}'"):
        find_run(f"runs/{name}", tmp_path)
