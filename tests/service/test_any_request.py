"""
Requests that nobody thought of: drawn from the OpenAPI document by schemathesis, right and wrong ones.

None may end in a 5xx, and every refusal is a problem. What is sent with the key of a namespace changes
nothing outside of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from scenograph import Mind
from scenograph.memory.contents import contents_of
from scenograph.service import create_app
from scenograph.service.keys import Keys

EXAMPLES, MANY = 1, 60
RAW = {"/import"}
"""Takes text that is no JSON: `test_operations` sends it."""


@pytest.fixture(scope="module")
def document(new_client: httpx.Client) -> Any:
    return schemathesis.openapi.from_url(f"{new_client.base_url}/openapi.json", timeout=100)


def operations(mind: Mind) -> list[tuple[str, str]]:
    paths = create_app(mind).openapi()["paths"]
    return [(path, method.upper()) for path, methods in paths.items() for method in methods]


def has_input(document: Any, path: str, method: str) -> bool:
    operation = document.raw_schema["paths"][path][method.lower()]
    return bool(operation.get("parameters") or operation.get("requestBody"))


def checked(answer: Any) -> None:
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == ["application/problem+json"]
        assert json.loads(answer.content)["status"] == answer.status_code


def assert_no_fault(
    document: Any, mind: Mind, mode: GenerationMode, examples: int, headers: Any = None
) -> None:
    """Send *examples* of each operation, and look at the answers."""
    tried = 0
    for path, method in operations(mind):
        if path in RAW or not has_input(document, path, method):
            continue

        @given(case=document[path][method].as_strategy(generation_mode=mode))
        @settings(
            max_examples=examples,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def sent(case: Any) -> None:
            checked(case.call(timeout=120, headers=headers))

        try:
            sent()
        except Unsatisfiable:  # of some nothing is wrong, since every text is a name
            assert mode is GenerationMode.NEGATIVE
            continue
        tried += 1
    assert tried >= 30


MODES = pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])


@MODES
def test_no_request_ends_in_a_fault(document: Any, new_mind: Mind, mode: GenerationMode) -> None:
    assert_no_fault(document, new_mind, mode, EXAMPLES)


@pytest.mark.slow
@MODES
def test_none_of_many_requests_ends_in_a_fault(document: Any, new_mind: Mind, mode: GenerationMode) -> None:
    assert_no_fault(document, new_mind, mode, MANY)


@pytest.fixture
def keyed(new_mind: Mind) -> Iterator[dict[str, str]]:
    """What a client with a key of a namespace sends; others are refused meanwhile."""
    keys = Keys(new_mind.workspace.folder)
    try:
        yield {"Authorization": f"Bearer {keys.add('anna', ['read', 'write'], 'anna')}"}
    finally:
        keys.remove("anna")


def test_nor_with_the_key_of_a_namespace(document: Any, new_mind: Mind, keyed: dict[str, str]) -> None:
    own = contents_of(new_mind.memory.folder)
    assert_no_fault(document, new_mind, GenerationMode.POSITIVE, 1, keyed)
    assert contents_of(new_mind.memory.folder) == own


@pytest.mark.slow
@MODES
def test_nor_many_with_the_key_of_a_namespace(
    document: Any, new_mind: Mind, keyed: dict[str, str], mode: GenerationMode
) -> None:
    own = contents_of(new_mind.memory.folder)
    assert_no_fault(document, new_mind, mode, MANY, keyed)
    assert contents_of(new_mind.memory.folder) == own
