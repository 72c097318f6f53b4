"""The linear form as a tree of JSON values."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import scenes

from scenograph.core import Scene, delinearise, linearise
from scenograph.core.linear_tree import from_tree, roles_of, to_tree
from scenograph.core.links import forward
from scenograph.errors import NotationError


@given(scene=scenes())
@example(scene=Scene.build(["'s", "''s"], [(0, ":a", 1), (0, ":b", "''s"), (0, ":b", "'s")]))
def test_a_tree_gives_its_linear_form_back(scene: Scene) -> None:
    linear = linearise(scene)
    tree = json.loads(json.dumps(to_tree(linear)))
    assert from_tree(tree) == linear
    assert delinearise(from_tree(tree)) == scene


@given(scene=scenes())
def test_roles_are_found_outside_of_strings(scene: Scene) -> None:
    written = {re.sub(r"\\(.)", r"\1", role) for role in roles_of(linearise(scene))}
    assert {forward(role)[0] for role in written} == {forward(link.role)[0] for link in scene.links}


@pytest.mark.parametrize(
    "tree",
    [
        None, 3, [], "build", {"is": "build"}, {"is": "build", "links": {}}, {"is": 3, "links": []},
        {"is": "build", "links": [], "more": 1}, {"is": "two words", "links": []},
        {"is": "build", "links": [{"role": ":agent"}]},
        {"is": "build", "links": [{"role": "agent", "to": "i"}]},
        {"is": "build", "links": [{"role": ":agent", "to": 7}]},
        {"is": "build", "links": [{"role": ":agent", "to": "i):object( house"}]},
        {"is": "build", "links": [{"role": ":agent", "to": '"open'}]},
    ],
)  # fmt: skip
def test_what_is_no_tree_is_refused(tree: Any) -> None:
    with pytest.raises(NotationError):
        from_tree(tree)


@given(value=st.recursive(st.none() | st.text() | st.integers(), lambda of: st.lists(of) | st.dictionaries(
    st.sampled_from(["is", "links", "role", "to", "x"]), of)))  # fmt: skip
def test_any_json_is_a_tree_or_refused(value: Any) -> None:
    try:
        linear = from_tree(value)
    except NotationError:
        return
    assert from_tree(to_tree(linear)) == linear


@pytest.mark.parametrize("linear", ["", "( a", "( a) ", "a", "( a:b)", "( a)( b)"])
def test_what_is_no_linear_form_is_refused(linear: str) -> None:
    with pytest.raises(NotationError):
        to_tree(linear)
