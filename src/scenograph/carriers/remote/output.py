"""
How requests say what may be written (`server.Form`), and a look at whether the server obeys.

A server may ignore a field that it does not know, and answer all the same. So each form is tried with a
grammar that allows one text, which no model would write by itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from scenograph.carriers.protocol import Constraint
from scenograph.carriers.remote.client import Client, RefusedError
from scenograph.carriers.remote.gbnf import gbnf
from scenograph.carriers.remote.server import FORMS, Form
from scenograph.core.linear_tree import from_tree, to_tree
from scenograph.errors import NotationError

_PLAIN, GLYPHS = "zq 7 zq", "⟁7 🜂 Δ41 ⟁⟁"
_TOKENS = 48  # enough for either


class Trial(NamedTuple):
    """Whether a server writes what a form tells it, and what it did."""

    form: Form
    obeys: bool
    found: str


def fields(form: Form, constraint: Constraint) -> dict[str, Any]:
    """Return the fields of a request that allow what *constraint* allows."""
    lark, schema = constraint.lark, constraint.schema
    if form == "none" or lark is None or schema is None:
        return {}
    return _fields(form, lark, schema)


def scene_as(form: Form, linear: str) -> str:
    """Return a scene in linear form as a prompt shows it."""
    return json.dumps(to_tree(linear), ensure_ascii=False) if form == "json_schema" else linear


def scene_in(form: Form, content: str) -> str:
    """Return the linear form in what a server wrote; empty if there is none."""
    if form == "json_schema":
        try:
            return from_tree(json.loads(content))
        except (ValueError, RecursionError, NotationError):
            return ""
    # A model that nothing binds puts words or a fence around the scene.
    begin, end = content.find("("), content.rfind(")")
    return content[begin : end + 1] if 0 <= begin < end else ""


def trials(client: Client, model: str) -> Iterator[Trial]:
    """Try every form; yield what came of it."""
    return (trial(client, model, form) for form in FORMS[:-1])


def trial(client: Client, model: str, form: Form, text: str = _PLAIN) -> Trial:
    """Ask for something else than *text* under a grammar that allows *text* alone."""
    schema = {
        "type": "object",
        "properties": {"is": {"type": "string", "enum": [text]}},
        "required": ["is"],
        "additionalProperties": False,
    }
    request = {
        "model": model,
        "messages": [{"role": "user", "content": "Answer with one word: what is the capital of France?"}],
        "temperature": 0,
        "max_tokens": _TOKENS,
        **_fields(form, f"start: {json.dumps(text, ensure_ascii=False)}\n", schema),
    }
    try:
        content = str(client.chat(request)["message"]["content"] or "")
    except RefusedError:
        return Trial(form, False, "refused")
    obeys = content.strip() == text
    if form == "json_schema":
        try:
            obeys = json.loads(content) == {"is": text}
        except ValueError:
            obeys = False
    shown = " ".join(content.split())[:40]
    return Trial(form, obeys, "obeyed" if obeys else f"ignored: it wrote {shown!r}")


def best_form(client: Client, model: str) -> Form:
    """
    Return the best form that the server obeys; `none` if it obeys none.

    Raises:
        CarrierError: if it does not answer
    """
    for found in trials(client, model):
        if found.obeys:
            return found.form
    return "none"


def _fields(form: Form, lark: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    match form:
        case "llguidance":
            return {"grammar": f"%llguidance {{}}\n{lark}"}
        case "gbnf":
            return {"grammar": gbnf(lark)}
        case "structured_outputs":
            return {"structured_outputs": {"grammar": gbnf(lark)}}
        case "guided_grammar":
            return {"guided_grammar": gbnf(lark)}
        case "json_schema":
            return {
                "response_format": {
                    "type": "json_schema",
                    "json_schema": {"name": "scene", "strict": True, "schema": schema},
                }
            }
        case "none":
            return {}
