"""Tags, metadata, filters and expiry over HTTP and on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
from typer.testing import CliRunner

from scenograph.cli import app
from scenograph.mind import MindConfig, Workspace


def ok(answer: httpx.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_what_fulfils_a_filter_is_forgotten(new_client: httpx.Client) -> None:
    of = {"namespace": "labels"}
    for number, tags in enumerate((["work"], ["work", "old"], [])):
        scene = f"(m / meet :agent person{number} :in Oslo)"
        body = {"scene": scene, "tags": tags, "metadata": {"number": number}, **of}
        ok(new_client.post("/remember", json=body))
    old = {"and": [{"tag": "work"}, {"metadata": {"number": {"from": 1}}}]}
    [hit] = ok(new_client.post("/recall", json={"text": "Oslo", "filter": old, **of}))
    assert (hit["id"], hit["sources"][0]["tags"]) == (2, ["old", "work"])
    assert hit["sources"][0]["metadata"] == {"number": 1}
    many = {"cues": [{"text": "Oslo"}, {"scene": "(m / meet :agent person0)"}], "filter": {"not": old}, **of}
    first, second = ok(new_client.post("/recall_many", json=many))
    assert ({it["id"] for it in first}, second[0]["id"]) == ({1, 3}, 1)
    listed = new_client.get("/crystals", params={"filter": '{"tag": "work"}', "limit": 1, **of})
    assert [it["id"] for it in ok(listed)] == [1]
    gone = ok(new_client.post("/forget", json={"filter": old, **of}))
    assert (gone["crystals"], gone["erased"][0]["crystal"], gone["found"]) == (1, 2, [])
    assert [it["id"] for it in ok(new_client.post("/list_crystals", json=of))] == [1, 3]
    ok(new_client.post("/remember", json={"scene": "(g / go :to Rome)", "expires": "2020-01-01", **of}))
    assert ok(new_client.post("/recall", json={"text": "Rome", **of})) == []
    assert len(ok(new_client.post("/recall", json={"text": "Rome", "expired": True, **of}))) == 1
    assert ok(new_client.post("/forget", json={"expired": True, **of}))["crystals"] == 1
    for wrong in (
        {"filter": {"tagg": "a"}},
        {"filter": old, "source": "a"},
        {"expired": True, "crystals": [1]},
    ):
        assert new_client.post("/forget", json=wrong).status_code == 422
    assert new_client.get("/crystals", params={"filter": "{"}).status_code == 422


def test_the_command_line_has_the_same(tmp_path: Path) -> None:
    mind = str(tmp_path / "mind")
    Workspace.create(tmp_path / "mind", MindConfig())

    def run(*arguments: str, code: int = 0) -> list[Any]:
        done = CliRunner().invoke(app, [*arguments, "--namespace", "anna"])
        assert done.exit_code == code, done.output
        return [json.loads(line) for line in done.stdout.splitlines()]

    scene = "(m / meet :agent Zora :in Oslo)"
    run("remember", mind, scene, "--scenes", "--tag", "work", "--metadata", "priority=3", "--source", "s")
    run("remember", mind, "(g / go :to Oslo)", "--scenes", "--expires", "2020-01-01")
    [hit] = run("recall", mind, "Oslo", "--filter", "tag=work", "--json")
    assert hit["sources"][0]["metadata"] == {"priority": 3}
    run("recall", mind, "Oslo", "--filter", '{"metadata": {"priority": {"from": 4}}}', code=1)
    run("recall", mind, "Oslo", "--filter", "nothing=1", code=1)
    assert [it["id"] for it in run("memory", "list", mind, "--json")] == [1]
    assert [it["id"] for it in run("memory", "list", mind, "--expired", "--json")] == [1, 2]
    [gone] = run("forget", mind, "--expired", "-y", "--json")
    assert (gone["crystals"], gone["found"]) == (1, [])
    [gone] = run("forget", mind, "--filter", "tag=work", "-y", "--json")
    assert gone["erased"][0]["scene"] == scene
    run("forget", mind, "--all", "--expired", "-y", code=2)
    assert run("forget", mind, "--all", "-y", "--json")[0]["user"] == "anna"
