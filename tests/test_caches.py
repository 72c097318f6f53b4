"""What is kept of words and names is bounded: a service that hears new ones for months does not grow."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import scenograph

MOST = 1 << 13


def bounds() -> Iterator[tuple[str, object]]:
    """Yield each `lru_cache` of the package, and how much it keeps."""
    folder = Path(scenograph.__file__).parent
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "lru_cache":
                [kept] = [it.value for it in node.keywords if it.arg == "maxsize"]
                code = compile(ast.Expression(kept), str(path), "eval")
                yield f"{path.relative_to(folder)}:{node.lineno}", eval(code)


def test_no_cache_of_words_keeps_more_than_some_thousand() -> None:
    found = dict(bounds())
    assert len(found) > 50
    assert {place: most for place, most in found.items() if not isinstance(most, int) or most > MOST} == {}
