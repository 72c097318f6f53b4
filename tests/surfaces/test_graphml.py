"""GraphML: exact for all scenes, and the same graph to networkx."""

from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import scenes, symmetric_scenes, texts

from scenograph.core import Scene
from scenograph.errors import SurfaceError
from scenograph.surfaces.graphml import format_graphml, parse_graphml
from scenograph.surfaces.penman import parse_penman
from scenograph.world import World

SCENE = Scene.parse('(b / build :agent (p / person :name "Oleg & Co") :agent p :time 1931)')


@given(st.lists(scenes() | symmetric_scenes(), max_size=3))
def test_law_parse_undoes_format(drawn: list[Scene]) -> None:
    assert parse_graphml(format_graphml(drawn)) == drawn


def test_law_holds_for_real_scenes(shared_data: Path) -> None:
    text = (shared_data / "amr" / "little_prince" / "dev.amr.txt").read_text(encoding="utf-8")
    drawn = [scene for scene, _ in parse_penman(text)] + list(World().scenes(100, seed=7))
    assert parse_graphml(format_graphml(drawn)) == drawn


def test_characters_that_xml_cannot_hold_come_back() -> None:
    odd = Scene.build(["%41", '"a\x01\x7f\x9f\uffff<&>"'], [(0, ":'\x02%", 1), (0, ":r", '"\ud800 \t"')])
    assert parse_graphml(format_graphml([odd])) == [odd]


@given(scenes() | symmetric_scenes())
def test_networkx_reads_the_same_graph(scene: Scene) -> None:
    networkx = pytest.importorskip("networkx")
    graph = networkx.read_graphml(BytesIO(format_graphml([scene]).encode()), force_multigraph=True)
    nodes = {name: data for name, data in graph.nodes(data=True) if "concept" in data}
    assert len(nodes) == len(scene.concepts)
    assert graph.number_of_edges() == len(scene.links)
    out = BytesIO()
    networkx.write_graphml(graph, out)
    assert parse_graphml(out.getvalue().decode()) == [scene]


def test_networkx_sees_concepts_roles_and_constants() -> None:
    networkx = pytest.importorskip("networkx")
    graph = networkx.read_graphml(BytesIO(format_graphml([SCENE]).encode()))
    assert graph.is_multigraph()
    assert graph.is_directed()
    assert graph.graph["root"] == "s0n0"
    assert sorted(data.get("concept") or data["constant"] for _, data in graph.nodes(data=True)) == [
        '"Oleg & Co"',
        "1931",
        "build",
        "person",
    ]
    assert sorted(data["role"] for *_, data in graph.edges(data=True)) == ["agent", "agent", "name", "time"]


GRAPH = '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">{}</graphml>'
KEYS = "".join(f'<key id="{name}" attr.name="{name}"/>' for name in ("root", "concept", "constant", "role"))
ROOTED = f"{KEYS}<graph><data key='root'>a</data>"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "malformed XML"),
        ("<graphml", "line 1, column"),
        ("<graphml/>", "expected <graphml xmlns="),
        ('<!DOCTYPE g [<!ENTITY a "b">]><g>&a;</g>', "entities"),
        (GRAPH.format("<graph edgedefault='undirected'/>"), "have a direction"),
        (GRAPH.format("<graph/>"), "'root' is missing"),
        (GRAPH.format(f"{KEYS}<graph><node id='a'/></graph>"), "'concept' is missing"),
        (GRAPH.format(f"{KEYS}<graph><data key='root'>b</data></graph>"), "'b' is missing"),
        (
            GRAPH.format(f"{ROOTED}<node id='a'><data key='concept'>a b</data></node></graph>"),
            "no scene",
        ),
        (
            GRAPH.format(f"{ROOTED}<node id='a'><data key='constant'>7</data></node></graph>"),
            "root is a constant",
        ),
        (
            GRAPH.format(f"{KEYS}<graph><node id='a'><data key='concept'>%ff</data></node></graph>"),
            "percent-encoded",
        ),
    ],
)
def test_malformed_documents_are_refused(text: str, message: str) -> None:
    with pytest.raises(SurfaceError, match=message):
        parse_graphml(text)


@given(texts)
def test_nothing_but_our_error_comes_of_any_text(text: str) -> None:
    with pytest.raises(SurfaceError):
        parse_graphml(text)
