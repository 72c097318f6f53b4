"""
Requests that nobody thought of: drawn from the OpenAPI document by schemathesis, right and wrong ones.

None may end in a 5xx, and every refusal is a problem.
"""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from scenograph import Mind
from scenograph.service import create_app

EXAMPLES = 5
RAW = {"/import"}
"""Takes text that is no JSON: `test_operations` sends it."""


@pytest.fixture(scope="module")
def document(new_client: httpx.Client) -> Any:
    return schemathesis.openapi.from_url(f"{new_client.base_url}/openapi.json")


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


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_request_ends_in_a_fault(document: Any, new_mind: Mind, mode: GenerationMode) -> None:
    tried = 0
    for path, method in operations(new_mind):
        if path in RAW or not has_input(document, path, method):
            continue

        @given(case=document[path][method].as_strategy(generation_mode=mode))
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def sent(case: Any) -> None:
            checked(case.call(timeout=120))

        try:
            sent()
        except Unsatisfiable:  # of some nothing is wrong, since every text is a name
            assert mode is GenerationMode.NEGATIVE
            continue
        tried += 1
    assert tried >= 30
