"""Laws of the notation as the page reads, writes, cuts and grafts it, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
import strategies
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page
from service.browser import Visitor, chromium, needs_chromium
from strategies import dear

from scenograph import Scene
from scenograph.core import quote

__all__ = ["chromium"]
pytestmark = needs_chromium

_AGAIN = """async (texts) => {
    const { parse, format } = await import("./page/notation.js");
    return texts.map((text) => [format(parse(text)), format(parse(text), null)]);
}"""
_GRAFTED = """async ([text, number]) => {
    const { parse, format, nodesOf, cut, graft } = await import("./page/notation.js");
    const root = parse(text);
    const all = nodesOf(root);
    const node = all[number % all.length];
    return format(graft(root, node, cut(root, node)));
}"""
_TEXTS = """async (literals) => {
    const { unquote } = await import("./page/notation.js");
    return literals.map(unquote);
}"""


@pytest.fixture(scope="module")
def page(chromium: Browser, new_client: httpx.Client) -> Iterator[Page]:
    visitor = Visitor(chromium, str(new_client.base_url))
    yield visitor.page
    visitor.close()


@dear
@given(st.lists(strategies.scenes(), min_size=1, max_size=10))
def test_what_is_read_is_written_the_same(page: Page, scenes: list[Scene]) -> None:
    notations = [scene.format(indent=None) for scene in scenes]
    for scene, written in zip(scenes, page.evaluate(_AGAIN, notations), strict=True):
        assert [Scene.parse(it) for it in written] == [scene, scene]


@given(strategies.scenes(), st.integers(0, 20))
def test_what_is_cut_out_and_put_back_is_the_same(page: Page, scene: Scene, number: int) -> None:
    assert Scene.parse(page.evaluate(_GRAFTED, [scene.format(indent=None), number])) == scene


@dear
@given(st.lists(st.text(), min_size=1, max_size=20))
def test_strings_mean_what_they_mean_in_python(page: Page, texts: list[str]) -> None:
    assert page.evaluate(_TEXTS, [quote(text) for text in texts]) == texts
