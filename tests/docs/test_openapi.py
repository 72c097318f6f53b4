"""Every example of the OpenAPI document is sent to the service, and each answer has the form it promises."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator

from scenograph import Mind, Scene
from scenograph.service import create_app

pytestmark = pytest.mark.usefixtures("few_drafts")


@pytest.fixture(scope="module")
def client(built_mind: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = Path(shutil.copytree(built_mind, tmp_path_factory.mktemp("openapi") / "mind"))
    with Mind.open(folder) as mind, TestClient(create_app(mind), base_url="http://localhost") as client:
        yield client


@pytest.fixture(scope="module")
def document(client: TestClient) -> dict[str, Any]:
    return client.get("/openapi.json").json()


def resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    for name in schema.get("$ref", "#").split("/")[1:]:
        document = document[name]
    return document if "$ref" in schema else schema


def checked(document: dict[str, Any], schema: dict[str, Any], value: Any) -> Any:
    """Return *value* if it has the form of *schema*, a part of *document*."""
    whole = {**document, **schema}
    Draft202012Validator(whole).validate(value)
    return value


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


Sent = tuple[str, str, dict[str, Any], dict[str, Any]]


def requests(document: dict[str, Any], made: dict[str, str]) -> Iterator[Sent]:
    """
    Yield every request that the document shows: path, method, operation, and what is sent.

    *made* has the name of a field, a job and a model, for paths with one.
    """
    for path, method, operation in sorted(operations(document), key=lambda it: it[1] == "delete"):
        parameters = {it["name"]: it for it in operation.get("parameters", ())}
        places = {name: made.get(name, 1) for name, it in parameters.items() if it["in"] == "path"}
        asked = {name: it["schema"]["examples"][0] for name, it in parameters.items() if it["in"] == "query"}
        where = path.format(**places)
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" not in content:
            yield where, method, operation, {"params": asked}
            continue
        schema = resolved(document, content["application/json"]["schema"])
        kinds = [resolved(document, it) for it in schema.get("oneOf", [schema])]
        for kind in kinds:
            for body in kind["examples"]:
                yield where, method, operation, {"json": checked(document, kind, body)}


def test_every_example_is_answered_as_promised(client: TestClient, document: dict[str, Any]) -> None:
    made = {
        "field": client.post("/fields", json={"scenes": "(s / sleep)"}).json()["field"],
        "model": "scenograph:ask",
        "job": client.post("/jobs", json={"kind": "check"}).json()["id"],
    }
    asked: set[str] = set()
    for path, method, operation, sent in requests(document, made):
        if path == "/import":
            sent = {"content": client.get("/export").content}
        answer = client.request(method, path, **sent)
        promised = {status: it for status, it in operation["responses"].items() if status < "300"}
        assert str(answer.status_code) in promised, (path, sent, answer.text)
        content = promised[str(answer.status_code)].get("content", {})
        if answer.content and "application/json" in answer.headers["content-type"]:
            checked(document, content["application/json"].get("schema", {}), answer.json())
        asked.add(operation["operationId"])
    assert asked == {operation["operationId"] for *_, operation in operations(document)}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/crystals/99999", 404),
        ("/crystals/one", 422),
        ("/crystals?limit=0", 422),
        ("/nothing", 404),
        ("/fields/x", 404),
    ],
)
def test_every_refusal_is_as_promised(
    client: TestClient, document: dict[str, Any], path: str, status: int
) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    checked(document, {"$ref": "#/components/schemas/Problem"}, answer.json())


def test_examples_of_fields_have_the_form_of_the_field(document: dict[str, Any]) -> None:
    scenes = 0
    for schema in document["components"]["schemas"].values():
        for field in schema.get("properties", {}).values():
            for part in (field, *field.get("anyOf", ())):
                for value in part.get("examples", ()):
                    checked(document, part, value)
                    if "notation" in part.get("description", ""):
                        scenes += bool(Scene.parse(value))
    assert scenes


def test_what_has_another_form_is_found(document: dict[str, Any]) -> None:
    schema = {"$ref": "#/components/schemas/Problem"}
    with pytest.raises(Exception, match="is a required property"):
        checked(document, schema, {"error": "StoreError"})
