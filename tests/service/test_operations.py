"""Every operation over real HTTP, with the results that Python gives."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from service.servers import served

from scenograph import Mind, Scene
from scenograph.mind import MindConfig, Workspace
from scenograph.results import record

SCENE = '(s / sleep :agent (e / entity :name "Oleg") :in (f / forest) :tense past)'
FAMILY = (
    '(m / mother :subject (a / entity :name "Anna") :poss (v / entity :name "Vera"))\n'
    '(m / mother :subject (v / entity :name "Vera") :poss (o / entity :name "Oleg"))'
)


def ok(answer: httpx.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


def test_the_mind_says_what_it_can_do(client: httpx.Client) -> None:
    about = ok(client.get("/mind"))
    assert (about["mind"], about["carrier"]) == ("mind", "nano")
    assert about["styles"] == ["plain", "poet"]
    assert about["crystals"] >= 12
    assert {"emoji", "turtle", "svg"} <= set(about["surfaces"])


def test_a_reading_is_what_python_returns(client: httpx.Client, mind: Mind) -> None:
    text = "Oleg slept in the forest."
    assert ok(client.post("/read", json={"text": text})) == record(mind.read(text))


@pytest.mark.parametrize("language", ["en", "ru"])
def test_speaking_is_guarded(client: httpx.Client, language: str) -> None:
    spoken = ok(client.post("/speak", json={"scene": SCENE, "style": "poet", "language": language}))
    assert spoken["retention"] == 1.0
    assert spoken["language"] == language
    assert spoken["text"]


def test_a_text_is_translated_by_way_of_its_scene(client: httpx.Client) -> None:
    said = ok(client.post("/translate", json={"text": "Oleg slept in the forest.", "into": "ru"}))
    assert Scene.parse(said["scene"]) == Scene.parse(SCENE)
    assert said["reading"]["language"] == "en"
    assert said["utterance"]["language"] == "ru"
    assert said["utterance"]["text"] == "Олег спал в лесу."
    drawn = ok(client.post("/translate", json={"scene": SCENE, "surface": "formula"}))
    assert drawn["reading"] is None
    assert drawn["utterance"]["text"].startswith("sleep(")


def test_an_untrained_mind_says_scenes_on_exact_surfaces(new_client: httpx.Client) -> None:
    said = ok(new_client.post("/translate", json={"text": "Maria works in Berlin.", "surface": "formula"}))
    assert said["utterance"]["text"].startswith("work(")
    refused = new_client.post("/speak", json={"scene": SCENE, "style": "poet"})
    assert (refused.status_code, refused.json()["error"]) == (422, "BridgeError")


def test_what_is_corrected_already_is_refused(new_client: httpx.Client) -> None:
    [old] = ok(new_client.post("/remember", json={"scene": "(c / colour :of (d / door) :value red)"}))
    right = {"crystal": old["crystal"], "scene": "(c / colour :of (d / door) :value blue)"}
    ok(new_client.post("/correct", json=right))
    refused = new_client.post("/correct", json=right)
    assert (refused.status_code, refused.json()["error"]) == (422, "RefusedError")


def test_a_text_that_cannot_be_read_is_not_translated(new_client: httpx.Client) -> None:
    said = ok(new_client.post("/translate", json={"text": "??? !!!"}))
    assert (said["scene"], said["utterance"]) == (None, None)
    assert said["reading"]["note"]


def test_scenes_are_converted_and_read_back(new_client: httpx.Client) -> None:
    [there] = ok(new_client.post("/convert", json={"text": SCENE, "target": "turtle"}))
    back = {"text": there["text"], "source": "turtle"}
    [again] = ok(new_client.post("/convert", json=back))
    assert Scene.parse(again["scene"]) == Scene.parse(SCENE)


def test_a_scene_is_remembered_and_recalled(client: httpx.Client) -> None:
    [stored] = ok(client.post("/remember", json={"scene": SCENE, "source": "a test"}))
    crystal = stored["crystal"]
    assert (stored["sentence"], stored["is_read"]) == (None, True)
    assert ok(client.post("/remember", json={"scene": SCENE}))[0]["crystal"] == crystal
    cue = {"scene": "(s / sleep :agent ?who :place (f / forest))", "k": 5}
    best = next(hit for hit in ok(client.post("/recall", json=cue)) if hit["id"] == crystal)
    assert Scene.parse(best["scene"]) == Scene.parse(SCENE)
    assert [source["source"] for source in best["sources"]] == ["a test"]


def test_a_text_is_stored_sentence_by_sentence(new_client: httpx.Client) -> None:
    text = {"text": "Maria works in Berlin.\n\n??? !!!", "source": "notes"}
    first, second = ok(new_client.post("/remember", json=text))
    assert (first["sentence"]["start"], first["sentence"]["end"], first["is_read"]) == (0, 22, True)
    assert (second["sentence"]["text"], second["is_read"]) == ("??? !!!", False)
    shown = ok(new_client.get(f"/crystals/{second['crystal']}"))
    assert shown["unread"]


def test_an_answer_names_its_crystals_and_its_trace(new_client: httpx.Client) -> None:
    ok(new_client.post("/remember", json={"text": "Anna sells books in Madrid.", "source": "a letter"}))
    answer = ok(new_client.post("/ask", json={"question": "Where does Anna sell books?"}))
    assert answer["text"] == "In Madrid."
    [crystal] = answer["crystals"]
    assert answer["evidence"][0]["sources"][0]["source"] == "a letter"
    assert answer["findings"][0]["parts"]
    mark = answer["marks"][0]
    assert [mark["text"][start:end] for start, end in mark["spans"]] == ["Madrid"]
    assert mark["crystal"] == crystal


def test_who_speaks_is_known(new_client: httpx.Client) -> None:
    said = {"text": "I moved to Lisbon.", "speaker": "Clara", "date": "2025-06-01"}
    ok(new_client.post("/remember", json=said))
    answer = ok(new_client.post("/ask", json={"question": "Where did Clara move?"}))
    assert answer["text"] == "To Lisbon."


def test_what_is_corrected_is_recalled_as_it_was_known(new_client: httpx.Client) -> None:
    [old] = ok(new_client.post("/remember", json={"scene": "(c / cost :of (b / bridge) :value 5)"}))
    before = ok(new_client.get(f"/crystals/{old['crystal']}"))["learned"]
    correction = {
        "crystal": old["crystal"],
        "scene": "(c / cost :of (b / bridge) :value 7)",
        "source": "a letter",
    }
    done = ok(new_client.post("/correct", json=correction))
    assert done["corrected"] == old["crystal"]
    cue = {"scene": "(c / cost :of (b / bridge) :value ?x)", "k": 5}
    assert ok(new_client.post("/recall", json=cue))[0]["id"] == done["crystal"]
    then = ok(new_client.post("/recall", json={**cue, "known": before}))
    assert then[0]["id"] == old["crystal"]
    kinds = [it["kind"] for it in ok(new_client.get("/history", params={"crystal": old["crystal"]}))]
    assert kinds == ["remember", "correct"]


def test_what_is_forgotten_is_gone(new_client: httpx.Client) -> None:
    [stored] = ok(
        new_client.post("/remember", json={"scene": "(s / secret :of (v / vault))", "source": "spy"})
    )
    assert ok(new_client.post("/forget", json={"source": "spy"}))["crystals"] == 1
    gone = new_client.get(f"/crystals/{stored['crystal']}")
    assert (gone.status_code, gone.json()["error"]) == (404, "UnknownCrystalError")
    assert new_client.post("/forget", json={"crystals": [stored["crystal"]]}).status_code == 404


def test_a_damaged_crystal_is_forgotten(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "mind", MindConfig())
    with Mind.open(tmp_path / "mind") as mind, served(mind) as client:
        for word in ("sleep", "walk"):
            ok(client.post("/remember", json={"scene": f"(x / {word})"}))
        mind.memory._database.execute("UPDATE crystals SET seal = zeroblob(8) WHERE id = 1")
        assert client.get("/crystals/1").status_code == 503
        assert client.post("/forget", json={"crystals": [1, 3]}).status_code == 404
        assert ok(client.post("/forget", json={"crystals": [1]}))["crystals"] == 1
        assert client.get("/crystals/1").status_code == 404
        assert mind.memory.check() == []


def test_a_full_disk_is_told_as_such_and_all_else_is_answered(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "mind", MindConfig())
    with Mind.open(tmp_path / "mind") as mind, served(mind) as client:
        ok(client.post("/remember", json={"scene": "(x / sleep)"}))
        pages = mind.memory._database.execute("PRAGMA page_count")[0][0]
        mind.memory._database.execute(f"PRAGMA max_page_count = {pages}")
        long = {"scene": f'(x / walk :note "{"far " * 5000}")'}
        refused = client.post("/remember", json=long)
        problem = refused.json()
        assert (refused.status_code, problem["error"], problem["status"]) == (507, "FullDiskError", 507)
        assert problem["title"].startswith("There is no room on the disk.")
        assert "the disk is full; nothing of this write was kept" in problem["detail"]
        assert ok(client.get("/crystals/1"))["scene"] == "(s / sleep)"
        mind.memory._database.execute("PRAGMA max_page_count = 1000000")
        assert ok(client.post("/remember", json=long))[0]["crystal"] == 2


def test_words_are_found(new_client: httpx.Client) -> None:
    ok(new_client.post("/remember", json={"text": "Boris sold the red boat."}))
    found = ok(new_client.get("/crystals", params={"words": '"red boat"'}))
    assert len(found) == 1
    assert ok(new_client.get("/crystals", params={"words": "boat", "after": found[0]["id"]})) == []


def test_crystals_expand_to_what_was_compressed(client: httpx.Client) -> None:
    made = ok(client.post("/compress", json={"scene": SCENE}))
    assert made["length"] <= made["was"]
    opened = ok(client.post("/expand", json={"scene": made["crystal"]}))
    assert Scene.parse(opened["scene"]) == Scene.parse(SCENE)


def test_what_diff_returns_turns_one_scene_into_the_other(client: httpx.Client) -> None:
    delta = ok(client.post("/diff", json={"old": "(s / sleep)", "new": SCENE}))["delta"]
    changed = ok(client.post("/apply", json={"delta": delta, "old": "(s / sleep)"}))["scene"]
    assert Scene.parse(changed) == Scene.parse(SCENE)


def test_what_follows_is_proven(new_client: httpx.Client) -> None:
    asked = {"scenes": FAMILY, "match": "(g / grandparent :subject ?who :poss ?whom)", "why": True}
    found = ok(new_client.post("/reason", json=asked))
    [answer] = found["answers"]
    assert Scene.parse(answer["bindings"]["?who"]) == Scene.parse('(a / entity :name "Anna")')
    assert answer["scenes"] == [0, 1]
    assert answer["why"][0]["steps"][0]["how"] == "derived"
    all_of_it = ok(new_client.post("/reason", json={"scenes": FAMILY}))
    assert len(all_of_it["derived"]) > 2


def test_a_batch_answers_each_request_on_its_own(new_client: httpx.Client) -> None:
    requests = [
        {"operation": "read", "request": {"text": "Maria works in Berlin."}},
        {"operation": "read", "request": {"texts": []}},
        {"operation": "fly", "request": {}},
    ]
    first, second, third = ok(new_client.post("/batch", json={"requests": requests}))["results"]
    assert (first["status"], first["problem"]) == (200, None)
    assert Scene.parse(first["result"]["scene"]).root_concept == "work"
    assert (second["status"], second["problem"]["error"]) == (422, "RequestError")
    assert "there is no operation 'fly'" in third["problem"]["detail"]


def test_an_export_is_imported_again(new_client: httpx.Client) -> None:
    [stored] = ok(new_client.post("/remember", json={"scene": "(t / travel :by (r / train))"}))
    lines = new_client.get("/export")
    assert lines.headers["content-type"] == "application/x-ndjson"
    ok(new_client.post("/forget", json={"crystals": [stored["crystal"]]}))
    there = ok(new_client.post("/import", content=lines.content))
    assert there == {"new": 1}
    rdf = new_client.get("/export", params={"format": "rdf"})
    kind = {"content-type": "application/n-quads"}
    assert ok(new_client.post("/import", content=rdf.content, headers=kind)) == {"new": 0}


@pytest.mark.parametrize(
    ("path", "body", "error"),
    [
        ("/speak", {"scene": "(s / sleep"}, "NotationError"),
        ("/read", {}, "RequestError"),
        ("/read", {"text": "a", "languages": "en"}, "RequestError"),
        ("/read", {"text": "a", "language": "fr"}, "RequestError"),
        ("/read", {"text": " "}, "BridgeError"),
        ("/speak", {"scene": SCENE, "style": "pirate"}, "BridgeError"),
        ("/translate", {"text": "a", "scene": SCENE}, "RequestError"),
        ("/convert", {"text": SCENE, "target": "smoke"}, "SurfaceError"),
        ("/remember", {"text": "a", "scene": SCENE}, "RequestError"),
        ("/recall", {}, "RequestError"),
        ("/recall", {"text": "a", "k": 0}, "RequestError"),
        ("/recall", {"text": "a", "at": "yesterday"}, "RequestError"),
        ("/forget", {}, "RequestError"),
        ("/reason", {"scenes": "(a :b ", "match": "(a)"}, "NotationError"),
        ("/jobs", {"kind": "fly"}, "RequestError"),
        ("/import", {}, "RefusedError"),
        ("/recall", {"text": "a", "at": "0001-01-01T00:00:00+14:00"}, "RefusedError"),
    ],
)
def test_a_bad_request_is_refused_in_words(
    client: httpx.Client, path: str, body: dict[str, str], error: str
) -> None:
    answer = client.post(path, json=body)
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["error"] == error
    assert problem["status"] == answer.status_code
    assert problem["detail"]
    assert problem["type"] == f"urn:scenograph:problem:{error}"
    assert answer.status_code == 422


def test_a_wrong_field_is_named_with_the_right_ones(client: httpx.Client) -> None:
    detail = client.post("/recall", json={"cue": "Lisbon"}).json()["detail"]
    assert detail.startswith("cue: there is no such field; the fields are ")
    assert "text, scene" in detail
    detail = client.post("/ask", json={}).json()["detail"]
    assert detail == "question: this field is missing"
    detail = client.post("/ask", content="Where?").json()["detail"]
    assert "must be a JSON object" in detail
    batch = client.post("/batch", json={"requests": [{"operation": "ask", "request": {"q": "Who?"}}]}).json()
    assert "the fields are namespace, question, " in json.dumps(batch)


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ("fastapi", "fastapi is not installed; run: pip install 'scenograph[serve]'"),
        ("starlette", "fastapi is installed but cannot be imported (No module named 'starlette'); run: pip"),
    ],
)
def test_only_a_missing_package_is_called_missing(broken: str, message: str) -> None:
    program = f"""
import importlib.metadata, sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == {broken!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Hidden())
there = importlib.metadata.distribution
def distribution(name):
    if name == {broken!r}:
        raise importlib.metadata.PackageNotFoundError(name)
    return there(name)
importlib.metadata.distribution = distribution
from scenograph.errors import MissingExtraError
import scenograph.service
for used in ("create_app", "run"):
    try:
        getattr(scenograph.service, used)
    except MissingExtraError as error:
        print(used, error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert [line.partition(message)[0] for line in done.stdout.splitlines()] == ["create_app ", "run "]


def test_a_fact_carries_how_well_it_is_said_and_how_to_correct_it(new_client: httpx.Client) -> None:
    [stored] = new_client.post("/remember", json={"text": "Zora moved to Lisbon."}).json()
    shown = new_client.get(f"/crystals/{stored['crystal']}")
    assert shown.json()["sources"][0]["measured"] == {"retention": 1.0, "method": "plain"}
    assert '</correct>; rel="edit"' in shown.headers["link"]
    job = new_client.post("/jobs", json={"kind": "measure"}).json()
    while job["status"] in ("waiting", "running"):
        job = new_client.get(f"/jobs/{job['id']}").json()
    assert job["result"] == {"measured": 0}
    assert new_client.get("/stats").json()["unmeasured"] == 0
