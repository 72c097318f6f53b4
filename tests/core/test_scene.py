"""Scenes as values: building, equality, digest, parts and changes."""

from __future__ import annotations

import pickle
from itertools import permutations
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import redrawn, scenes, symmetric_scenes

from scenograph.core import Link, Scene
from scenograph.errors import SceneError

BELIEF = """
(b / believe
   :agent (p / person :name "Marta")
   :content (c / build
      :agent (o / person :name "Oleg")
      :object (d / bridge :mod (e / old))
      :time 1931))
"""


def isomorphic(a: Scene, b: Scene) -> bool:
    """Compare by trying every numbering."""
    if len(a.concepts) != len(b.concepts) or len(a.links) != len(b.links):
        return False
    for rest in permutations(range(1, len(a.concepts))):
        number = (0, *rest)
        if all(a.concepts[i] == b.concepts[j] for i, j in enumerate(number)) and sorted(
            (number[s], r, (0, number[t], "") if isinstance(t, int) else (1, 0, t)) for s, r, t in a.links
        ) == sorted((s, r, (0, t, "") if isinstance(t, int) else (1, 0, t)) for s, r, t in b.links):
            return True
    return False


@given(st.data())
def test_equality_and_digest_ignore_numbering_and_order(data: st.DataObject) -> None:
    scene = data.draw(scenes() | symmetric_scenes())
    other = data.draw(redrawn(scene))
    assert other == scene
    assert other.digest == scene.digest
    assert hash(other) == hash(scene)
    assert other.canonical().concepts == scene.canonical().concepts
    assert other.canonical().links == scene.canonical().links


@given(symmetric_scenes(), symmetric_scenes())
def test_equality_is_isomorphism(a: Scene, b: Scene) -> None:
    assert (a == b) == isomorphic(a, b)
    assert (a.digest == b.digest) == (a == b)


@given(symmetric_scenes(max_nodes=5), st.data())
def test_moving_one_link_is_seen_exactly_if_it_matters(scene: Scene, data: st.DataObject) -> None:
    links = list(scene.links)
    node = st.integers(0, len(scene.concepts) - 1)
    links += [(data.draw(node), ":r", data.draw(node))]
    one = Scene.build(scene.concepts, links)
    links[-1] = (data.draw(node), ":r", data.draw(node))
    other = Scene.build(scene.concepts, links)
    assert (one == other) == isomorphic(one, other)


@given(scenes())
def test_canonical_is_equal_and_stable(scene: Scene) -> None:
    canonical = scene.canonical()
    assert canonical == scene
    assert canonical.canonical().links == canonical.links


def star(count: int) -> Scene:
    return Scene.build(["and", *["leaf"] * count], [(0, ":op", n + 1) for n in range(count)])


def ring(count: int, start: int = 0) -> list[tuple[int, str, int]]:
    return [(start + n, ":next", start + (n + 1) % count) for n in range(count)]


def anchored(count: int, links: list[tuple[int, str, int]]) -> Scene:
    """Nodes 0 … count-1, all alike, under a root that links to each."""
    return Scene.build(
        ["root", *["x"] * count],
        [(0, ":has", n + 1) for n in range(count)] + [(s + 1, r, t + 1) for s, r, t in links],
    )


def shuffled(scene: Scene) -> Scene:
    """The same scene numbered backwards."""
    last = len(scene.concepts) - 1
    return Scene.build(
        scene.concepts[::-1],
        [(last - s, r, last - t if isinstance(t, int) else t) for s, r, t in reversed(scene.links)],
        root=last,
    )


TORUS = [
    (6 * i + j, ":to", 6 * ((i + a) % 6) + (j + b) % 6)
    for i in range(6)
    for j in range(6)
    for a, b in ((0, 1), (1, 0))
]
CROWN = [(a, ":to", 10 + b) for a in range(10) for b in range(10) if a != b]
BOARD = [(n // 8, n % 8) for n in range(64)]
ROOK = [(8 * i + j, ":to", 8 * k + m) for i, j in BOARD for k, m in BOARD if (i == k) != (j == m)]
LATIN = [
    (8 * i + j, ":to", 8 * k + m)
    for i, j in BOARD
    for k, m in BOARD
    if (i, j) != (k, m) and (i == k or j == m or (i + j - k - m) % 8 == 0)
]
POINTS = [(1, a, b) for a in range(5) for b in range(5)] + [(0, 1, a) for a in range(5)] + [(0, 0, 1)]
PLANE = [
    (i, ":on", 31 + j)
    for i, point in enumerate(POINTS)
    for j, line in enumerate(POINTS)
    if sum(x * y for x, y in zip(point, line, strict=True)) % 5 == 0
]

SYMMETRIC = {
    "64 equal leaves": star(64),
    "ring of 32": Scene.build(["x"] * 32, ring(32)),
    "anchored ring of 32": anchored(32, ring(32)),
    "20 rings of 4": anchored(80, [link for n in range(20) for link in ring(4, 4 * n)]),
    "complete bipartite": anchored(32, [(a, ":to", 16 + b) for a in range(16) for b in range(16)]),
    "bipartite without a matching": anchored(20, CROWN),
    "complete graph": anchored(24, [(a, ":to", b) for a in range(24) for b in range(24) if a != b]),
    "cube of 5 dimensions": anchored(32, [(a, ":to", a ^ 1 << k) for a in range(32) for k in range(5)]),
    "500 equal branches": Scene.build(
        ["and", *["b"] * 500, *["c"] * 500],
        [(0, ":op", n + 1) for n in range(500)] + [(n + 1, ":of", n + 501) for n in range(500)],
    ),
    "grid on a torus": anchored(36, TORUS),
    "rook's graph": anchored(64, ROOK),
    "Latin square": anchored(64, LATIN),
}


@pytest.mark.parametrize("name", SYMMETRIC)
@pytest.mark.timeout(10)
def test_symmetric_scenes_are_compared_without_blowing_up(name: str) -> None:
    scene = SYMMETRIC[name]
    other = shuffled(scene)
    assert other == scene
    assert other.canonical().links == scene.canonical().links


def test_a_projective_plane_takes_moments() -> None:
    """Issue 11: one of 31 points took 33 s."""
    plane = anchored(62, PLANE)
    began = process_time()
    assert shuffled(plane) == plane
    assert process_time() - began < 10


def test_refinement_alone_cannot_tell_these_apart() -> None:
    six = anchored(6, ring(6))
    threes = anchored(6, ring(3) + ring(3, 3))
    assert six != threes


def test_deep_scenes() -> None:
    depth = 10_000
    chain = [(n, ":content", n + 1) for n in range(depth)]
    scene = Scene.build(["say"] * (depth + 1), chain)
    assert shuffled(scene) == scene
    assert Scene.parse(str(scene.format(indent=None))) == scene
    assert scene.sub(9_000).canonical() == Scene.build(["say"] * 1_001, chain[:1_000])
    assert Scene.build(["say"] * depth, chain[: depth - 1]) != scene


def test_build_turns_inverse_roles_round_and_puts_the_root_first() -> None:
    scene = Scene.build(["person", "build"], [(0, ":agent-of", 1)], root=1)
    assert scene.concepts == ("build", "person")
    assert scene.links == (Link(0, ":agent", 1),)
    assert scene == Scene.parse("(b / build :agent (p / person))")
    assert Scene.build(["ring", "gold"], [(0, ":consist-of", 1)]).links == (Link(0, ":consist-of", 1),)


@pytest.mark.parametrize(
    ("concepts", "links", "root", "said"),
    [
        ([], [], 0, "at least one node"),
        (["a"], [], 1, "root 1 is not among the 1 nodes"),
        (["a b"], [], 0, "concept 'a b' of node 0 is neither"),
        (["a", "b"], [], 0, "node 1 (b) is not connected"),
        (["a"], [(0, ":r", 1)], 0, "leads to node 1, but there are 1 nodes"),
        (["a"], [(-1, ":r", 0)], 0, "leads to node -1"),
        (["a"], [(0, "r", "x")], 0, "'r' is no role"),
        (["a"], [(0, ":r", '"open')], 0, "constant '\"open' of :r is neither"),
        (["a"], [(0, ":r", '"two\nlines"')], 0, "is neither a symbol nor a quoted string"),
    ],
)
def test_build_refuses_in_words(
    concepts: list[str], links: list[tuple[int, str, int | str]], root: int, said: str
) -> None:
    with pytest.raises(SceneError) as caught:
        Scene.build(concepts, links, root)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_build_reports_every_problem_at_once() -> None:
    with pytest.raises(SceneError, match=r"concept .* no role.* leads to node 7"):
        Scene.build(["a b", "c"], [(0, "r", 1), (0, ":s", 7)])


def test_every_node_roots_a_scene_of_its_own() -> None:
    scene = Scene.parse(BELIEF)
    content = scene.targets(":content")[0]
    assert isinstance(content, int)
    assert scene.sub(0) == scene
    assert scene.sub(content) == Scene.parse(
        '(c / build :agent (o / person :name "Oleg") :object (d / bridge :mod (e / old)) :time 1931)'
    )


def test_changes_return_new_scenes() -> None:
    scene = Scene.parse("(b / build :agent (p / person) :object (d / bridge :mod (o / old)))")
    bridge = scene.concepts.index("bridge")
    assert scene.with_links([(0, ":time", "1931")]) == Scene.parse(
        "(b / build :agent (p / person) :object (d / bridge :mod (o / old)) :time 1931)"
    )
    assert scene.without_links([Link(0, ":object", bridge)]) == Scene.parse("(b / build :agent (p / person))")
    assert scene.replace(bridge, "?what") == Scene.parse("(b / build :agent (p / person) :object ?what)")
    assert scene.replace(bridge, Scene.parse("(r / road)")) == Scene.parse(
        "(b / build :agent (p / person) :object (r / road))"
    )
    assert scene.replace(0, Scene.parse("(r / road)")) == Scene.parse("(r / road)")
    assert scene.with_concepts(str.upper).root_concept == "BUILD"
    with pytest.raises(SceneError, match="no such link"):
        scene.without_links([Link(0, ":time", "1931")])
    with pytest.raises(SceneError, match="cannot become a constant"):
        scene.replace(0, "?what")


def test_unknowns() -> None:
    assert Scene.parse("(b / build :agent ?who :object (x / ?what) :mode ?)").unknowns == {"?who", "?what"}


def test_a_scene_is_an_immutable_value() -> None:
    scene = Scene.parse(BELIEF)
    with pytest.raises(AttributeError, match="immutable"):
        scene.concepts = ()  # type: ignore[misc]
    with pytest.raises(TypeError, match=r"Scene\.parse"):
        Scene()
    assert pickle.loads(pickle.dumps(scene)) == scene
    assert scene != "scene"
    assert eval(repr(scene)) == scene


def test_strongly_regular_graphs_are_told_apart() -> None:
    """The rook's graph and Shrikhande's look alike to refinement everywhere, even once a node is chosen."""
    places = [(a, b) for a in range(4) for b in range(4)]
    steps = {(0, 1), (0, 3), (1, 0), (3, 0), (1, 1), (3, 3)}
    pairs = [(i, j) for i in range(16) for j in range(16) if i != j]
    rook = [(i, ":to", j) for i, j in pairs if places[i][0] == places[j][0] or places[i][1] == places[j][1]]
    shrikhande = [
        (i, ":to", j)
        for i, j in pairs
        if ((places[i][0] - places[j][0]) % 4, (places[i][1] - places[j][1]) % 4) in steps
    ]
    assert len(rook) == len(shrikhande)
    assert anchored(16, rook) == shuffled(anchored(16, rook))
    assert anchored(16, shrikhande) == shuffled(anchored(16, shrikhande))
    assert anchored(16, rook) != anchored(16, shrikhande)


@pytest.mark.parametrize(
    ("text", "digest"),
    [
        (BELIEF, "d5acfa75c45efe2013cc49dc7f22ad50"),
        (
            '(a / "Aarhus_Airport" :cityServed (b / "Aarhus, Denmark") :runwayLength 2777.0)',
            "909da75aa6e06d92d6eb02a63e664229",
        ),
        (
            "(a / and :op1 (x / old :r y) :op2 (y / old :r z) :op3 (z / old :r x))",
            "b92dbd934b768cc74e089d446a2e07b3",
        ),
    ],
)
def test_digests_stay_as_memories_know_them(text: str, digest: str) -> None:
    assert Scene.parse(text).digest.hex() == digest
