"""The files of the page: what a browser is sent, and what they may do there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import httpx
import pytest
from service.servers import served

from scenograph import Mind
from scenograph.mind import MindConfig, Workspace
from scenograph.service.keys import Keys
from scenograph.service.page import page_files

ROOT = Path(__file__).resolve().parents[2]
SOURCE = {
    path: file.content.decode()
    for path, file in page_files().items()
    if path == "/" or (path.startswith("/page/") and "/vendor/" not in path)
}


def test_every_file_is_sent_with_a_strict_policy(new_client: httpx.Client) -> None:
    for path, file in page_files().items():
        answer = new_client.get(path)
        assert (answer.status_code, answer.content) == (200, file.content)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        again = new_client.get(path, headers={"if-none-match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert new_client.head(path).status_code == 200


@pytest.mark.parametrize("path", ["/page/", "/page/__init__.py", "/page/../app.py", "/page/vendor/README.md"])
def test_nothing_else_is_sent(new_client: httpx.Client, path: str) -> None:
    assert new_client.get(path).status_code == 404


def test_the_page_needs_no_key_and_what_it_asks_does(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "mind", MindConfig())
    Keys(tmp_path / "mind").add("laptop", ["read"])
    with Mind.open(tmp_path / "mind") as mind, served(mind) as client:
        assert all(client.get(path).status_code == 200 for path in page_files())
        assert client.get("/mind").status_code == 401
        assert client.get("/map").status_code == 401


def test_the_page_names_no_other_host() -> None:
    for path, text in SOURCE.items():
        found = re.findall(
            r"(?:https?:)?//[a-z0-9-]+\.[a-z.]+", text.replace("http://www.w3.org/2000/svg", "")
        )
        assert found == [], path


def test_the_requests_are_described_without_a_script_or_another_host(new_client: httpx.Client) -> None:
    answer = new_client.get("/docs")
    assert answer.headers["content-security-policy"] == new_client.get("/").headers["content-security-policy"]
    page, document = answer.text, new_client.get("/openapi.json").json()
    assert re.findall(r"<script|<style|\son\w+=|\sstyle=|//", page.replace("<!doctype html>", "")) == []
    own = {*re.findall(r'(?:href|src)="([^"#]+)"', page)}
    assert own == {"page/icon.svg", "page/style.css", "page/docs.css", "openapi.json", "./"}
    assert all(new_client.get(f"/{name.removeprefix('./')}").status_code == 200 for name in own)
    for path, methods in document["paths"].items():
        for method in methods:
            assert f'id="{method.upper()}-{path}"' in page
    for name in document["components"]["schemas"]:
        assert f'id="{name}"' in page
    links = set(re.findall(r'href="#([^"]+)"', page))
    assert links <= set(document["components"]["schemas"])
    assert new_client.head("/docs").status_code == 200
    assert new_client.get("/docs", headers={"if-none-match": answer.headers["etag"]}).status_code == 304


def test_the_page_has_no_script_or_style_within() -> None:
    page = SOURCE["/"]
    assert re.findall(r"<script(?![^>]*\ssrc=)|<style|\son\w+=|\sstyle=", page) == []
    for path, text in SOURCE.items():
        assert not re.search(r"innerHTML|dangerouslySetInnerHTML|\beval\(|document\.write", text), path


def test_every_import_is_there() -> None:
    for path, text in SOURCE.items():
        for name in re.findall(r"""(?:from |import\()["']\./([^"']+)["']""", text):
            assert f"/page/{name}" in page_files(), (path, name)


def test_every_text_that_is_asked_for_is_there() -> None:
    texts = SOURCE["/page/texts.js"]
    known = set(re.findall(r'^  "?([a-z-]+)"?: (?:"|\{|\[|$)', texts, re.MULTILINE))
    known |= set(re.findall(r'^  "?([a-z-]+)"?:$', texts, re.MULTILINE))
    asked: set[str] = set()
    for path, text in SOURCE.items():
        if path.endswith(".js") and not path.endswith("texts.js"):
            asked |= set(re.findall(r'\bt(?:\.list)?\("([a-z-]+)"', text))
    assert len(asked) > 80
    assert asked - known == set()


def test_the_package_holds_the_page() -> None:
    data = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]
    assert "service/page/**/*" in data["scenograph"]
    folder = ROOT / "src" / "scenograph" / "service" / "page"
    assert {"preact.LICENSE", "htm.LICENSE"} <= {it.name for it in (folder / "vendor").iterdir()}


def test_the_map_places_what_is_remembered(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "mind", MindConfig())
    with Mind.open(tmp_path / "mind") as mind, served(mind) as client:
        assert client.get("/map").json() == {"spots": [], "clusters": [], "total": 0}
        for name in ("Anna", "Oleg", "Vera", "Igor", "Nina"):
            client.post("/remember", json={"scene": f'(s / sleep :agent (e / entity :name "{name}"))'})
        found = client.get("/map").json()
        assert {it["crystal"] for it in found["spots"]} == {1, 2, 3, 4, 5}
        assert all(-1 <= it["x"] <= 1 and -1 <= it["y"] <= 1 for it in found["spots"])
        assert all(it["cluster"] < len(found["clusters"]) for it in found["spots"])
        assert client.get("/map", params={"namespace": "anna"}).json()["total"] == 0
        few = client.get("/map", params={"most": 2}).json()
        assert (len(few["spots"]), few["total"]) == (2, 5)
