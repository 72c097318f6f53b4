"""
The page at `/docs`: what can be requested, made of the OpenAPI document.

It is one page of plain HTML without a script, so that it needs no other host, nor any file but its style.
`/openapi.json` is the same for programs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt

Schema = Mapping[str, Any]

_TAGS = {
    "read": "Look",
    "write": "Change",
    "admin": "Manage",
    "open": "How the service is",
    "openai": "As OpenAI has it",
}
"""What the requests of each tag are called; the first three are what a key may do."""

_MARKDOWN = MarkdownIt("commonmark", {"html": False})


def documentation(document: Schema) -> str:
    """Return the page about the service that the OpenAPI *document* describes."""
    shapes = document["components"]["schemas"]
    groups: dict[str, list[str]] = {tag: [] for tag in _TAGS}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            tag = next(iter(operation.get("tags", ())), "open")
            groups[tag].append(_operation(method.upper(), path, operation, shapes))
    info = document["info"]
    sections = [
        _section(_TAGS[tag], f"For a key that may {tag}." if tag in ("read", "write", "admin") else "", found)
        for tag, found in groups.items()
        if found
    ]
    sections.append(_section("Shapes", "", [_shape(name, shapes[name]) for name in sorted(shapes)]))
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(info["title"])}: requests</title>
<link rel="icon" href="page/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="page/style.css">
<link rel="stylesheet" href="page/docs.css">
</head>
<body>
<main>
<h1>{escape(info["title"])} {escape(info["version"])}</h1>
<p>{escape(info["summary"])}</p>
<p>For programs: <a href="openapi.json">openapi.json</a>. For people: <a href="./">the page</a>.</p>
{"".join(sections)}
</main>
</body>
</html>
"""


def _section(title: str, about: str, entries: Sequence[str]) -> str:
    quiet = f'<p class="quiet">{escape(about)}</p>' if about else ""
    return f"<section><h2>{escape(title)}</h2>{quiet}{''.join(entries)}</section>\n"


def _operation(method: str, path: str, operation: Schema, shapes: Schema) -> str:
    description = operation.get("description", "")
    parts = [_MARKDOWN.render(description)]
    if parameters := operation.get("parameters"):
        rows = [(it["name"], it["schema"], it.get("required", False), it) for it in parameters]
        parts.append("<h3>Parameters</h3>" + _table(rows))
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        parts.append(f"<h3>Request <code>{escape(kind)}</code></h3>" + _body(content.get("schema", {})))
        shape = shapes.get(content.get("schema", {}).get("$ref", "").rpartition("/")[2], {})
        parts += _examples(shape)[:1]
    for status, answer in operation["responses"].items():
        if not status.startswith("2"):
            continue
        for kind, content in answer.get("content", {"": {}}).items():
            about = f" <code>{escape(kind)}</code>" if kind else ""
            parts.append(f"<h3>Answer {escape(status)}{about}</h3>" + _body(content.get("schema", {})))
    refused = [status for status in operation["responses"] if status >= "4"]
    parts.append(
        f'<p class="quiet">May be refused with {", ".join(refused)}, as <a href="#Problem">Problem</a>.</p>'
    )
    name = escape(f"{method} {path}")
    about = _inline(description.partition("\n")[0] or operation.get("summary", ""))
    head = f'<code><b>{escape(method)}</b> {escape(path)}</code> <span class="quiet">{about}</span>'
    return _details(name.replace(" ", "-"), head, parts)


def _body(schema: Schema) -> str:
    """What a schema says: its kind."""
    return f"<p>{_kind(schema)}</p>" if schema else ""


def _shape(name: str, schema: Schema) -> str:
    parts = [_MARKDOWN.render(schema.get("description", ""))]
    if "properties" in schema:
        required = schema.get("required", ())
        parts.append(_table([(it, of, it in required, of) for it, of in schema["properties"].items()]))
    else:
        parts.append(_body({key: value for key, value in schema.items() if key != "description"}))
    parts += _examples(schema)
    return _details(escape(name), f"<code><b>{escape(name)}</b></code>", parts)


def _details(name: str, head: str, parts: Sequence[str]) -> str:
    # A link to what is within opens it.
    return f'<details><summary>{head}</summary><div id="{name}">{"".join(parts)}</div></details>\n'


def _examples(schema: Schema) -> list[str]:
    found = (json.dumps(it, ensure_ascii=False, indent=1) for it in schema.get("examples", ()))
    return [f"<pre>{escape(it)}</pre>" for it in found]


def _table(rows: Sequence[tuple[str, Schema, bool, Schema]]) -> str:
    lines = [
        f"<tr><th scope=row><code>{escape(name)}</code></th>"
        f"<td>{_kind(schema)}{'' if is_needed else ', optional'}</td>"
        f"<td>{_inline(about.get('description') or schema.get('description', ''))}</td></tr>"
        for name, schema, is_needed, about in rows
    ]
    head = "<thead><tr><th scope=col>Name</th><th scope=col>Kind</th><th scope=col>Meaning</th></tr></thead>"
    return f"<div class=wide tabindex=0><table>{head}<tbody>{''.join(lines)}</tbody></table></div>"


def _inline(text: str) -> str:
    return _MARKDOWN.renderInline(text)


def _kind(schema: Schema) -> str:
    """What values a schema allows, in words, as HTML."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#{name}">{name}</a>'
    if several := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
        return " or ".join(dict.fromkeys(map(_kind, several)))
    if "const" in schema:
        return f"<code>{escape(json.dumps(schema['const'], ensure_ascii=False))}</code>"
    if "enum" in schema:
        return " or ".join(
            f"<code>{escape(json.dumps(it, ensure_ascii=False))}</code>" for it in schema["enum"]
        )
    kind = schema.get("type", "anything")
    if kind == "array":
        return "list of " + _kind(schema.get("items", {})) + _bounds(schema)
    if kind == "object" and isinstance(schema.get("additionalProperties"), Mapping):
        return "object of " + _kind(schema["additionalProperties"])
    about = f" ({escape(schema['format'])})" if "format" in schema else ""
    return escape(str(kind)) + about + _bounds(schema)


def _bounds(schema: Schema) -> str:
    said = ", ".join(f"{word} {schema[key]}" for key, word in _limits() if key in schema)
    return f" ({escape(said)})" if said else ""


def _limits() -> Iterator[tuple[str, str]]:
    yield from (("minimum", "from"), ("exclusiveMinimum", "more than"), ("maximum", "up to"))
    yield from (("minLength", "characters from"), ("maxLength", "characters up to"))
    yield from (("minItems", "from"), ("maxItems", "up to"))
