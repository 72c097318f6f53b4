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


def requests(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any], dict[str, Any]]]:
    """Yield every request that the document shows: path, method, operation, and what is sent."""
    for path, method, operation in operations(document):
        parameters = {it["name"]: it["schema"]["examples"][0] for it in operation.get("parameters", ())}
        asked = {name: value for name, value in parameters.items() if f"{{{name}}}" not in path}
        if method == "get":
            yield path.format(**parameters), method, operation, {"params": asked}
            continue
        schema = resolved(document, operation["requestBody"]["content"]["application/json"]["schema"])
        for body in schema["examples"]:
            yield path, method, operation, {"json": checked(document, schema, body)}


def test_every_example_is_answered_as_promised(client: TestClient, document: dict[str, Any]) -> None:
    asked: set[str] = set()
    for path, method, operation, sent in requests(document):
        answer = client.request(method, path, **sent)
        assert answer.status_code == 200, (path, sent, answer.text)
        checked(
            document, operation["responses"]["200"]["content"]["application/json"]["schema"], answer.json()
        )
        asked.add(operation["operationId"])
    assert asked == {operation["operationId"] for *_, operation in operations(document)}


@pytest.mark.parametrize(
    ("path", "status"), [("/crystals/99999", 404), ("/crystals/one", 422), ("/crystals", 422)]
)
def test_every_refusal_is_as_promised(
    client: TestClient, document: dict[str, Any], path: str, status: int
) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    checked(document, {"$ref": "#/components/schemas/ErrorModel"}, answer.json())


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
    schema = {"$ref": "#/components/schemas/ErrorModel"}
    with pytest.raises(Exception, match="is a required property"):
        checked(document, schema, {"error": "StoreError"})
