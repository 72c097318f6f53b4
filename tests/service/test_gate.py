"""What every request passes: keys, scopes, limits, origins, encodings; logs and metrics without contents."""

from __future__ import annotations

import json
import logging
import socket
import stat
import time
from pathlib import Path

import httpx
import pytest
from service.servers import served

from scenograph import Mind
from scenograph.errors import MindError
from scenograph.mind import MindConfig, Workspace
from scenograph.service.errors import RateError
from scenograph.service.keys import FILE, Keys
from scenograph.service.limits import Rate
from scenograph.service.server import run

READ = {"text": "Maria works in Berlin."}


@pytest.fixture
def locked(tmp_path: Path) -> Mind:
    """A mind of its own, which keys can be made for."""
    Workspace.create(tmp_path / "new", MindConfig())
    return Mind.open(tmp_path / "new")


def test_a_key_is_needed_as_soon_as_there_is_one(locked: Mind) -> None:
    keys = Keys(locked.workspace.folder)
    with served(locked) as client:
        assert client.post("/read", json=READ).status_code == 200
        token = keys.add("laptop", ["read"])
        for header in ({}, {"Authorization": "Bearer sg-wrong"}, {"Authorization": f"Basic {token}"}):
            refused = client.post("/read", json=READ, headers=header)
            assert refused.status_code == 401
            assert refused.headers["www-authenticate"] == "Bearer"
            assert refused.json()["error"] == "KeyMissingError"
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").status_code == 200
        assert client.get("/metrics").status_code == 401
        bearer = {"Authorization": f"Bearer {token}"}
        assert client.post("/read", json=READ, headers=bearer).status_code == 200
        keys.remove("laptop")
        keys.add("other", ["read"])
        assert client.post("/read", json=READ, headers=bearer).status_code == 401


def test_a_key_opens_what_its_scopes_say_and_no_more(locked: Mind) -> None:
    keys = Keys(locked.workspace.folder)
    reader, writer = keys.add("reader", ["read"]), keys.add("writer", ["read", "write"])
    admin = keys.add("admin", ["read", "write", "admin"])
    text = {"text": "Maria works in Berlin."}
    item = {"requests": [{"operation": "remember", "request": text}]}
    job = {"kind": "remember", "text": "Anna sleeps."}
    with served(locked, key=reader) as client:
        for path, body in (("/remember", text), ("/forget", {"crystals": [1]}), ("/jobs", job)):
            refused = client.post(path, json=body)
            assert (refused.status_code, refused.json()["error"]) == (403, "ScopeError")
        assert client.post("/batch", json=item).json()["results"][0]["status"] == 403
        assert client.get("/export").status_code == 403
        assert client.get("/stats").json()["crystals"] == 0
    with served(locked, key=writer) as client:
        assert client.post("/remember", json=text).status_code == 200
        assert client.post("/jobs", json=job).status_code == 202
        assert client.post("/jobs", json={"kind": "consolidate"}).status_code == 403
        assert client.post("/import", content=b"").status_code == 403
    with served(locked, key=admin) as client:
        assert client.get("/export").status_code == 200
        assert client.post("/jobs", json={"kind": "check"}).status_code == 202


def test_the_file_of_keys_says_nothing_of_them(locked: Mind) -> None:
    keys = Keys(locked.workspace.folder)
    token = keys.add("laptop", ["write", "read"])
    path = locked.workspace.folder / FILE
    assert token.removeprefix("sg-") not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    found = keys.find(token)
    assert found is not None
    assert (found.name, found.scopes) == ("laptop", ("read", "write"))
    assert keys.find(token + "x") is None
    with pytest.raises(MindError, match="there is a key 'laptop' already"):
        keys.add("laptop", ["read"])
    with pytest.raises(MindError, match="there is no key 'phone'; this mind has laptop"):
        keys.remove("phone")
    path.write_text('{"keys": [{}]}')
    with pytest.raises(MindError, match=r"keys.json is damaged"):
        keys.all()


def test_the_network_is_not_served_without_a_key(locked: Mind) -> None:
    with pytest.raises(MindError, match="make a key first"):
        run(locked.workspace.folder, host="0.0.0.0", port=0, ready=lambda _: None)


def test_a_client_may_send_so_many_requests_in_a_minute() -> None:
    now = 0.0
    rate = Rate(6, lambda: now)
    for _ in range(6):
        rate.take("a")
    with pytest.raises(RateError) as refused:
        rate.take("a")
    assert 0 < refused.value.seconds <= 10
    rate.take("b")
    now = 10.0
    rate.take("a")
    with pytest.raises(RateError):
        rate.take("a")


def test_too_many_requests_are_told_when_to_come_again(new_mind: Mind) -> None:
    with served(new_mind, rate=3) as client:
        answers = [client.get("/stats") for _ in range(4)]
    assert [it.status_code for it in answers] == [200, 200, 200, 429]
    assert int(answers[3].headers["retry-after"]) >= 1


def test_another_host_name_is_refused(new_client: httpx.Client) -> None:
    assert new_client.get("/healthz", headers={"host": "evil.example"}).status_code == 400


def test_pages_of_other_sites_are_refused_unless_named(new_client: httpx.Client, new_mind: Mind) -> None:
    page = {"origin": "https://evil.example"}
    refused = new_client.post("/read", json=READ, headers=page)
    assert (refused.status_code, refused.json()["error"]) == (403, "OriginError")
    assert "access-control-allow-origin" not in refused.headers
    own = {"origin": str(new_client.base_url).rstrip("/")}
    assert new_client.post("/read", json=READ, headers=own).status_code == 200
    with served(new_mind, origins=("https://notes.example",)) as client:
        named = {"origin": "https://notes.example", "access-control-request-method": "POST"}
        allowed = client.options("/read", headers=named)
        assert allowed.headers["access-control-allow-origin"] == "https://notes.example"
        assert client.post("/read", json=READ, headers=named).status_code == 200
        assert client.post("/read", json=READ, headers=page).status_code == 403


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"x" * 2000, "application/json", 413),
        (json.dumps({"text": "Мария"}, ensure_ascii=False).encode("cp1251"), "application/json", 400),
        (b'{"text": "a"}', "application/json; charset=cp1251", 415),
        (b'{"text": "a"}', "text/plain", 422),
        (b'{"text":' * 200 + b"1" + b"}" * 200, "application/json", 422),
        (b"[" * 1500, "application/json", 400),
        (b'{"text": "\\ud800"}', "application/json", 422),
        (b"", "application/json", 422),
    ],
)
def test_what_is_no_request_is_refused(new_mind: Mind, content: bytes, kind: str, status: int) -> None:
    with served(new_mind, longest_body=1900, longest_picture=0) as client:
        answer = client.post("/read", content=content, headers={"content-type": kind})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status


def test_a_body_without_a_length_is_measured_too(new_mind: Mind) -> None:
    with served(new_mind, longest_body=1000, longest_picture=0) as client:
        answer = client.post("/read", content=iter([b"x" * 600, b"x" * 600]))
    assert answer.status_code == 413


def test_a_body_that_does_not_come_is_not_waited_for(new_mind: Mind) -> None:
    with served(new_mind, patience=0.2) as client:
        where = client.base_url
        with socket.create_connection((where.host, where.port or 0), timeout=10) as slow:
            slow.sendall(b"POST /read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
            begun = time.monotonic()
            assert b" 408 " in slow.recv(1000)
            assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    "path",
    [
        "/../mind.toml",
        "/crystals/../../mind.toml",
        "/%2e%2e/mind.toml",
        "/crystals/%2fetc%2fpasswd",
        "//read",
    ],
)
def test_paths_lead_nowhere(new_client: httpx.Client, path: str) -> None:
    where = new_client.base_url
    with socket.create_connection((where.host, where.port or 0), timeout=10) as raw:
        raw.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: raw.recv(4096), b""))
    assert answer.split()[1] in (b"404", b"422")


@pytest.mark.parametrize("text", ["a\x00b", "\x1b[31mred\x07", "a\u202eb\ufeff", "⟁do ⟁say:poet Δ41 🜂"])
def test_control_characters_are_text(new_client: httpx.Client, text: str) -> None:
    stored = new_client.post("/remember", json={"text": text, "source": text})
    assert stored.status_code in (200, 422), stored.text
    assert new_client.post("/recall", json={"text": text}).status_code in (200, 422)


def test_logs_and_metrics_hold_no_contents(locked: Mind, caplog: pytest.LogCaptureFixture) -> None:
    token = Keys(locked.workspace.folder).add("laptop", ["read", "write"])
    with caplog.at_level(logging.INFO, "scenograph.service"), served(locked, key=token) as client:
        client.post("/remember", json={"text": "Zebedee hid the emerald.", "source": "Quentin"})
        answer = client.get("/crystals", params={"words": "emerald"})
        client.get("/nothing/Zebedee")
        figures = client.get("/metrics").text
    lines = [record.__dict__["request"] for record in caplog.records if "request" in record.__dict__]
    assert [(it["route"], it["status"], it["key"]) for it in lines[:2]] == [
        ("/remember", 200, "laptop"),
        ("/crystals", 200, "laptop"),
    ]
    assert lines[1]["id"] == answer.headers["x-request-id"]
    assert 'scenograph_requests_total{method="POST",route="/remember",status="200"} 1.0' in figures
    assert 'route="none",status="404"' in figures
    assert "scenograph_crystals 1.0" in figures
    for word in ("Zebedee", "emerald", "Quentin", token):
        assert word not in caplog.text + str(lines) + figures
