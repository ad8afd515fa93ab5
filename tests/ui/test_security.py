"""Nobody is let in: the guard in front of every route, asked the way other sites, other names and programs ask."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from gan_core.ui.hosts import AllowedHosts, host_name
from gan_core.ui.launch import Options, make_demo
from gan_core.ui.quota import UploadQuota
from gan_core.ui.security import Guard, page_policy
from tests.ports import free_port
from tests.ui.fake_run import FakeLauncher

ROOT = Path(__file__).parents[2]
# Gradio leaves the event loops and sockets of its pages to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed", "ignore::pytest.PytestUnraisableExceptionWarning")

CHANGING = ("POST", "PUT", "PATCH", "DELETE")
FOREIGN: dict[str, dict[str, str]] = {
    "another site": {"Origin": "http://evil.test"},
    "another port": {"Origin": "http://127.0.0.1:9"},
    "our name on another port": {"Origin": "http://localhost:9"},
    "a page without an origin": {"Origin": "null"},
    "our name inside another": {"Origin": "http://127.0.0.1.evil.test"},
    "fetched across sites": {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
    "fetched across ports": {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
    "a form of another site": {
        "Origin": "http://evil.test",
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "navigate",
        "Sec-Fetch-Dest": "document",
    },
    "an old browser": {"Referer": "http://evil.test/page"},
    "a word that no browser of today says": {"Sec-Fetch-Site": "other-site"},
}
LINK = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
WRONG_TYPES = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json", "")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The page on a free port of this machine, over an empty folder of runs."""
    made: Any = make_demo(Options(runs=str(tmp_path_factory.mktemp("guarded") / "runs"), device="cpu"))
    made.context.trainings._launcher = FakeLauncher(made.context.runs.root)
    made.launch(prevent_thread_lock=True, quiet=True)
    yield made
    made.close(verbose=False)


@pytest.fixture
def client(demo: Any) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=demo.local_url, trust_env=False, timeout=30) as client:
        yield client


def routes(demo: Any, methods: tuple[str, ...]) -> list[tuple[str, str]]:
    """Every (method, path) of the app that is served, the variables in the paths filled in."""
    waiting, found = list(demo.app.routes), set()
    while waiting:
        route = waiting.pop()
        if hasattr(route, "original_router"):  # FastAPI keeps what was included as it was
            waiting += route.original_router.routes
        for method in getattr(route, "methods", None) or ():
            if method in methods:
                found.add((method, re.sub(r"{[^}]*}", "1", route.path)))
    return sorted(found)


def test_the_list_of_routes_is_the_whole_one(demo: Any) -> None:
    paths = {path for _, path in routes(demo, CHANGING)}
    assert {"/login", "/gradio_api/upload", "/gradio_api/component_server", "/gradio_api/queue/join"} <= paths
    assert len(paths) > 20


@pytest.mark.parametrize("who", FOREIGN)
def test_no_changing_route_answers_a_page_of_another_origin(demo: Any, client: httpx.Client, who: str) -> None:
    for method, path in routes(demo, CHANGING):
        answer = client.request(method, path, json={}, headers=FOREIGN[who])
        assert answer.status_code == 403, (method, path)
        assert "Another site" in answer.text
        assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize("who", FOREIGN)
def test_no_reading_route_answers_a_page_of_another_origin(demo: Any, client: httpx.Client, who: str) -> None:
    paths = [path for _, path in routes(demo, ("GET",)) if path != "/"]
    assert {"/config", "/gradio_api/file=1", "/gradio_api/queue/data", "/logout"} <= set(paths)
    for path in paths:
        assert client.get(path, headers=FOREIGN[who]).status_code == 403, path


def test_a_preflight_of_another_origin_is_refused_and_allows_nothing(demo: Any, client: httpx.Client) -> None:
    ask = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    for method, path in [*routes(demo, CHANGING), ("GET", "/"), ("GET", "/config")]:
        answer = client.options(path, headers={"Origin": "http://evil.test", **ask})
        assert answer.status_code == 403, (method, path)
        assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_only_the_page_itself_opens_by_a_link_of_another_site(client: httpx.Client) -> None:
    assert client.get("/", headers=LINK).status_code == 200
    assert client.get("/?model=glyphs", headers={**LINK, "Referer": "http://evil.test/"}).status_code == 200
    assert client.head("/", headers=LINK).status_code == 200
    for path in ("/logout", "/config", "/gradio_api/file=1", "/gradio_api/startup-events", "/gradio_api/deep_link"):
        assert client.get(path, headers=LINK).status_code == 403, path
    assert client.post("/", headers=LINK, json={}).status_code == 403
    assert client.get("/", headers={**LINK, "Sec-Fetch-Dest": "embed"}).status_code == 403
    assert client.get("/", headers={**LINK, "Origin": "http://evil.test"}).status_code == 403


@pytest.mark.parametrize("kind", WRONG_TYPES)
def test_json_is_taken_where_json_is_meant_and_nothing_else(demo: Any, client: httpx.Client, kind: str) -> None:
    body = json.dumps({"data": {}, "component_id": 1, "fn_name": "poll", "session_hash": "a"}).encode()
    headers = {"Content-Type": kind} if kind else {}
    for method, path in routes(demo, CHANGING):
        if path.rstrip("/") in ("/login", "/gradio_api/upload"):
            continue
        answer = client.request(method, path, content=body, headers=headers)
        assert answer.status_code == 415, (method, path)
        assert client.request(method, path, headers=headers).status_code == 415, "an empty body is no way round"


def test_uploads_and_logins_take_forms_and_nothing_else(client: httpx.Client) -> None:
    assert client.post("/gradio_api/upload", files={"files": ("a.txt", b"a")}).status_code == 200
    for kind in ("text/plain", "application/json", "application/x-www-form-urlencoded", ""):
        headers = {"Content-Type": kind} if kind else {}
        assert client.post("/gradio_api/upload", content=b"a", headers=headers).status_code == 415, kind
    assert client.post("/login", data={"username": "ada", "password": "x"}).status_code == 302, "there is no login here"
    for kind in ("text/plain", "application/json", ""):
        assert client.post("/login", content=b"{}", headers={"Content-Type": kind} if kind else {}).status_code == 415
    assert client.post("/login", data={"username": "ada", "password": "x" * 10**6}).status_code == 413


def test_our_own_page_and_programs_are_answered(demo: Any, client: httpx.Client) -> None:
    numbers = {part["props"].get("elem_id"): part["id"] for part in demo.get_config_file()["components"]}
    question = {"session_hash": "abc", "fn_name": "poll", "component_id": numbers["train-live"], "data": {}}
    own = demo.local_url.rstrip("/")
    fetched = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}
    for headers in ({}, {"Origin": own}, {"Origin": own, **fetched}, {"Referer": own + "/", **fetched}):
        answer = client.post("/gradio_api/component_server", json=question, headers=headers)
        assert answer.json()["runs"] == [], headers
    typed = {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert client.get("/", headers=typed).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.test", "evil.test:{port}", "127.0.0.1.evil.test", "localhost.evil.test", "10.0.0.7", "2130706433"]
)
def test_no_route_answers_to_a_name_that_is_not_ours(demo: Any, client: httpx.Client, host: str) -> None:
    named = {"Host": host.format(port=demo.server_port)}
    # A page that was rebound is of the same origin as its requests: nothing but the name gives it away.
    same = {**named, "Origin": f"http://{named['Host']}", "Sec-Fetch-Site": "same-origin"}
    for method, path in [*routes(demo, CHANGING), *routes(demo, ("GET",))]:
        for headers in (named, same):
            answer = client.request(method, path, headers=headers)
            assert (answer.status_code, "--allow-host" in answer.text) == (403, True), (method, path)


@pytest.mark.parametrize("host", ["", "a b", "user@localhost", "localhost:x", "localhost:99999", "[::1", "a/b", "[zz]"])
def test_a_malformed_host_is_refused(demo: Any, host: str) -> None:
    assert raw(demo, f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").startswith("HTTP/1.1 400")


def test_a_missing_or_double_host_is_refused(demo: Any) -> None:
    assert raw(demo, "GET / HTTP/1.0\r\n\r\n").startswith("HTTP/1.1 400")
    twice = "GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.test\r\nConnection: close\r\n\r\n"
    assert raw(demo, twice).startswith("HTTP/1.1 400")


def raw(demo: Any, request: str) -> str:
    """The answer to a request that no library would send."""
    with socket.create_connection(("127.0.0.1", demo.server_port), timeout=10) as connection:
        connection.sendall(request.encode())
        return b"".join(iter(lambda: connection.recv(2**16), b"")).decode(errors="replace")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LocalHost.", "[::1]", "[0:0:0:0:0:0:0:1]:7"])
def test_the_names_of_this_machine_are_answered_whatever_the_port(client: httpx.Client, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200


def test_nothing_is_fetched_from_elsewhere(client: httpx.Client) -> None:
    for path in (
        "file=http://127.0.0.1:1/",
        "file=HTTPS://example.org/a",
        "file/http://example.org",
        "proxy=http://x.hf.space/",
    ):
        assert client.get(f"/gradio_api/{path}").status_code == 403, path
    assert client.get("/gradio_api/file=%68ttp://example.org/").status_code == 403


def test_every_answer_is_marked_and_uploads_run_nothing(client: httpx.Client) -> None:
    for answer in (
        client.get("/"),
        client.get("/config"),
        client.get("/gradio_api/nothing"),
        client.get("/favicon.ico"),
    ):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"] == page_policy()
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    for name, text in (("a.html", "<script>1</script>"), ("a.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>")):
        (path,) = client.post("/gradio_api/upload", files={"files": (name, text)}).json()
        answer = client.get(f"/gradio_api/file={path}")
        assert answer.status_code == 200
        assert "sandbox" in answer.headers["content-security-policy"]
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["x-content-type-options"] == "nosniff"


ODD: tuple[Any, ...] = (None, [], {}, [1], "x\0", "../..", -1, 10**30, 1e308, True)


def test_requests_that_make_no_sense_get_a_sentence_and_no_traceback(
    demo: Any, client: httpx.Client, capfd: pytest.CaptureFixture[str]
) -> None:
    good = {"data": {}, "component_id": 1, "fn_name": "poll", "session_hash": "abc"}
    for key in good:
        for value in ODD:
            answer = client.post("/gradio_api/component_server", json={**good, key: value})
            assert answer.status_code < 500, (key, value, answer.text)
    join = {"data": [], "fn_index": 0, "session_hash": "abc", "trigger_id": 1}
    for key in join:
        for value in ODD:
            answer = client.post("/gradio_api/queue/join", json={**join, key: value})
            assert answer.status_code < 500, (key, value, answer.text)
    for path in ("component_server", "queue/join", "run/train_start", "cancel"):
        for body in (b"", b"[]", b"null", b"{", b'{"data": NaN}', b"[" * 20000, b"9" * 5000):
            answer = client.post(f"/gradio_api/{path}", content=body, headers={"Content-Type": "application/json"})
            assert answer.status_code < 500, (path, body[:20], answer.text)
    assert (
        client.post(
            "/gradio_api/component_server", content=b" " * (65 * 2**20), headers={"Content-Type": "application/json"}
        ).status_code
        == 413
    )
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize("path", ["upload", "component_server", "queue/join", "run/train_start"])
def test_a_client_that_leaves_in_the_middle_of_a_request_is_no_fault_of_ours(demo: Any, path: str) -> None:
    """A page that is closed while it sends: uvicorn would print a traceback for what comes out of the app."""
    upload = path == "upload"
    kind = "multipart/form-data; boundary=x" if upload else "application/json"
    begun = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.png"\r\n\r\n12' if upload else b"{"
    headers = {"host": "127.0.0.1", "content-type": kind, "content-length": "1000"}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": f"/gradio_api/{path}",
        "raw_path": b"",
        "root_path": "",
        "query_string": b"",
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", demo.server_port),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    messages = [{"type": "http.request", "body": begun, "more_body": True}, {"type": "http.disconnect"}]
    answered: list[int] = []

    async def receive() -> Any:
        return messages.pop(0) if len(messages) > 1 else messages[0]

    async def send(message: Any) -> None:
        answered.append(message.get("status", 0))

    asyncio.run(demo.app(scope, receive, send))
    assert 500 not in answered


def test_a_socket_of_another_origin_is_closed_before_it_opens(demo: Any) -> None:
    """No route of today is one; a route of tomorrow is kept like the others."""
    from starlette.testclient import TestClient
    from starlette.websockets import WebSocket, WebSocketDisconnect

    async def echo(scope: Any, receive: Any, send: Any) -> None:
        socket = WebSocket(scope, receive, send)
        await socket.accept()
        await socket.send_text("here")
        await socket.close()

    guarded: Any = Guard(echo, AllowedHosts(extra=["testserver"]), UploadQuota("nowhere"))
    client = TestClient(guarded)
    for headers in ({}, {"Origin": "http://testserver"}):
        with client.websocket_connect("/", headers=headers) as opened:
            assert opened.receive_text() == "here"
    for headers in ({"Origin": "http://evil.test"}, {"Origin": "null"}, {"Host": "evil.test"}):
        with pytest.raises(WebSocketDisconnect), client.websocket_connect("/", headers=headers):
            pass


def test_what_there_is_not_is_no_fault_of_ours(client: httpx.Client, capfd: pytest.CaptureFixture[str]) -> None:
    """Events, sessions, components, icons and choices that this app does not have."""
    for path in ("run/none", "api/none", "call/none", "run/none/", "queue/join", "call/v2/none"):
        answer = client.post(f"/gradio_api/{path}", json={"data": [], "fn_index": 10**6, "session_hash": "s"})
        assert answer.status_code in (400, 404, 422), (path, answer.text)
        assert client.post(f"/gradio_api/{path}", json={"data": []}).status_code in (400, 404, 422), path
    for path in ("pwa_icon/192", "gradio_api/stream/s/r/1/playlist.m3u8", "gradio_api/stream/s/r/1/a.ts"):
        assert client.get(f"/{path}").status_code in (400, 404), path
    for path in ("call/none/e", "call/translate/e", "queue/data?session_hash=none"):
        with client.stream("GET", f"/gradio_api/{path}") as answer:
            assert answer.status_code < 500, path
            with contextlib.suppress(httpx.RemoteProtocolError):  # a stream that has begun ends there
                answer.read()
    odd = {"data": [1] * 100, "fn_index": 0, "session_hash": "s"}
    assert "1" in client.post("/gradio_api/run/train_start", json=odd).json()["error"]
    assert "Traceback" not in capfd.readouterr().err


def test_a_header_said_twice_is_not_read_as_the_better_one(demo: Any) -> None:
    """httpx joins what is given twice, so that the bytes are written here."""

    def asked(lines: str, method: str = "GET", path: str = "/config") -> int:
        with socket.create_connection(("127.0.0.1", demo.server_port), timeout=10) as connection:
            head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{demo.server_port}\r\nConnection: close\r\n{lines}\r\n"
            connection.sendall(head.encode() + (b"{}" if method == "POST" else b""))
            return int(connection.makefile("rb").readline().split()[1])

    assert asked("Sec-Fetch-Site: same-origin\r\n") == 200
    for two in (("same-origin", "cross-site"), ("none", "same-site"), ("cross-site", "same-origin")):
        assert asked("".join(f"Sec-Fetch-Site: {value}\r\n" for value in two)) == 403, two
    for two in (("application/json", "text/plain"), ("text/plain", "application/json")):
        lines = "".join(f"Content-Type: {value}\r\n" for value in two) + "Content-Length: 2\r\n"
        assert asked(lines, "POST", "/gradio_api/component_server") == 415, two


# Which names are ours ---------------------------------------------------------------------------------------------


def test_an_app_for_everybody_answers_to_addresses_and_its_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "Kettle")
    for everywhere in ("0.0.0.0", "::", "[::]"):
        hosts = AllowedHosts(everywhere, ["gan.example.org"])
        for name in ("192.168.1.9", "fe80::1", "kettle", "kettle.local", "localhost", "gan.example.org"):
            assert hosts.served(name), name
        for name in ("evil.test", "kettle.evil.test", "example.org", "0x7f.1", "*"):
            assert not hosts.served(name), name
    one = AllowedHosts("192.168.1.9")
    assert one.served("192.168.1.9")
    assert not one.served("192.168.1.8")


def test_a_space_answers_to_its_own_name_and_lets_its_site_embed_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "huggingface.co" not in page_policy()
    monkeypatch.setenv("SPACE_ID", "Ada/GAN_Workbench")
    assert AllowedHosts().served("ada-gan-workbench.hf.space")
    monkeypatch.setenv("SPACE_HOST", "ada-gan.hf.space")
    hosts = AllowedHosts("0.0.0.0")
    assert hosts.served("ada-gan.hf.space")
    assert not hosts.served("eve-other.hf.space")
    assert hosts.trusts("https://ada-gan.hf.space", "ada-gan.hf.space")
    assert hosts.trusts("https://ada-gan.hf.space", "10.1.2.3:7860"), "its proxy may ask under another name"
    assert not hosts.trusts("https://huggingface.co", "ada-gan.hf.space")
    page_policy.cache_clear()
    assert "frame-ancestors 'self' https://huggingface.co" in page_policy()
    page_policy.cache_clear()


def test_a_share_link_is_answered_once_it_is_there() -> None:
    address: list[str] = []
    hosts = AllowedHosts(share=lambda: address[0] if address else None)
    assert not hosts.served("1a2b.gradio.live")
    address.append("https://1a2b.gradio.live")
    assert hosts.served("1a2b.gradio.live")
    assert not hosts.served("3c4d.gradio.live")
    assert hosts.trusts("https://1a2b.gradio.live", "1a2b.gradio.live")


def test_a_proxy_may_ask_under_another_name_that_was_allowed() -> None:
    hosts = AllowedHosts(extra=["gan.example.org"])
    assert hosts.trusts("https://gan.example.org", "127.0.0.1:7860")
    assert hosts.trusts("https://gan.example.org", "127.0.0.1:7860", "gan.example.org")
    assert hosts.trusts("http://gan.example.org:8080", "127.0.0.1:7860", "gan.example.org:8080")
    assert not hosts.trusts("http://gan.example.org:9", "gan.example.org:8080")
    assert not hosts.trusts("http://evil.test", "127.0.0.1:7860", "evil.test")
    assert not hosts.trusts("ftp://gan.example.org", "gan.example.org")


def test_names_are_compared_as_browsers_write_them() -> None:
    assert host_name("LOCALHOST.") == "localhost"
    assert host_name("::1") == host_name("[0:0::1]") == "::1"
    assert host_name("bücher.example") == "xn--bcher-kva.example"
    for wrong in ("", "http://x", "a/b", "a b", "x:y", "user@x"):
        assert host_name(wrong) is None, wrong


def test_allowed_hosts_from_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    options = Options.parse(["--allow-host", "gan.example.org", "--allow-host", "kettle"])
    assert options.allow_hosts == ("gan.example.org", "kettle")
    assert not options.local, "others come in through a proxy"
    for wrong in ("http://x", "*", "*.example.org", "a b", ""):
        with pytest.raises(SystemExit) as end:
            Options.parse(["--allow-host", wrong])
        assert end.value.code == 2
        assert "--allow-host is a name" in capsys.readouterr().err


def test_whoever_serves_others_without_a_login_is_warned(monkeypatch: pytest.MonkeyPatch) -> None:
    for open_to_others in (["--host", "0.0.0.0"], ["--share"], ["--host", "192.168.1.9"], ["--allow-host", "x.test"]):
        warning = Options.parse(open_to_others).warning
        assert warning.startswith("WARNING")
        assert warning.count(". ") == 0
        assert "--auth" in warning
        assert Options.parse([*open_to_others, "--auth", "ada:secret"]).warning == ""
    assert Options.parse([]).warning == ""
    monkeypatch.setenv("GRADIO_SERVER_NAME", "0.0.0.0")
    assert Options.parse([]).warning
    monkeypatch.setenv("SPACE_ID", "ada/gan")
    assert Options.parse([]).warning == "", "a Space is meant for the public"


# Every way of being served ----------------------------------------------------------------------------------------

WAYS: dict[str, tuple[list[str], dict[str, str], str]] = {
    "python app.py": ([sys.executable, "app.py", "--port", "{port}", "--allow-host", "gan.test"], {}, ""),
    "gradio app.py": (
        [
            sys.executable,
            "-c",
            "from gradio.cli import cli; cli()",
            "app.py",
            "--",
            "--port",
            "{port}",
            "--allow-host",
            "gan.test",
        ],
        {},
        "",
    ),
    "a Space": (
        [sys.executable, "app.py"],
        {
            "SPACE_ID": "ada/gan",
            "SPACE_HOST": "gan.test",
            "SYSTEM": "spaces",
            "GRADIO_SERVER_NAME": "0.0.0.0",
            "GRADIO_SERVER_PORT": "{port}",
        },
        "",
    ),
    "below a path": (
        [sys.executable, "app.py", "--port", "{port}", "--allow-host", "gan.test"],
        {"GRADIO_ROOT_PATH": "/tools/gan"},
        "/tools/gan",
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_guard_stands_however_the_app_is_served(way: str, tmp_path: Path) -> None:
    command, env, prefix = WAYS[way]
    port = str(free_port())
    env = {**os.environ, **{key: value.format(port=port) for key, value in env.items()}, "PYTHONPATH": str(ROOT)}
    env["XDG_CACHE_HOME"], env["GAN_WORKBENCH_RUNS"] = str(tmp_path / "cache"), str(tmp_path / "runs")
    command = [part.format(port=port) for part in command]
    with subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as app:
        assert app.stdout is not None
        try:
            lines = []
            for line in app.stdout:
                lines.append(line)
                if line.startswith("Ready after"):
                    break
            else:
                pytest.fail("".join(lines))
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30) as client:
                assert client.get("/").status_code == 200
                assert client.get("/", headers={"Host": "gan.test"}).status_code == 200
                assert client.get("/", headers={"Host": "evil.test"}).status_code == 403
                for path in dict.fromkeys(("/", prefix + "/")):
                    assert client.get(path, headers=LINK).status_code == 200, path
                for path in dict.fromkeys(("/gradio_api/upload", f"{prefix}/gradio_api/upload")):
                    files = {"files": ("a.txt", b"a")}
                    foreign = {"Origin": "http://evil.test"}
                    assert client.post(path, files=files, headers=foreign).status_code == 403
                    assert client.post(path, files=files, headers={"Origin": "https://gan.test"}).status_code == 200
                    assert client.post(path, content=b"{}", headers={"Content-Type": "text/plain"}).status_code == 415
        finally:
            os.killpg(app.pid, 15)
