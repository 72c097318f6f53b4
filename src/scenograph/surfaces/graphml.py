"""
GraphML: scenes for graph tools (networkx, Gephi, yEd, igraph).

    <graph id="s0" edgedefault="directed">
      <data key="root">s0n0</data>
      <node id="s0n0"><data key="concept">build</data></node>
      <node id="s0n1"><data key="constant">1931</data></node>
      <edge id="s0e0" source="s0n0" target="s0n1"><data key="role">time</data></edge>
    </graph>

Each node and each link has its own element, and so has each constant, which is a node without links of its
own: tools then draw it, and what it says stays apart from what things are. Literals stand as the notation
writes them; characters that XML cannot hold, and the per cent sign, are percent-encoded.

Law: `parse_graphml(format_graphml(scenes)) == scenes` for all scenes, in their order. Documents by others
are read if they use these keys; other keys, and what tools add about positions and colours, are passed over.
The format: Brandes et al., "GraphML Progress Report", 2002.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import StringIO
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from scenograph.core import Link, Scene
from scenograph.errors import SceneError, SurfaceError
from scenograph.surfaces._xml import decode, encode, parsed

NAMESPACE = "http://graphml.graphdrawing.org/xmlns"

_KEYS = {"root": "graph", "concept": "node", "constant": "node", "role": "edge"}


def format_graphml(scenes: Iterable[Scene]) -> str:
    """Return *scenes* as one document with a graph for each; undone by `parse_graphml`."""
    document = Element("graphml", xmlns=NAMESPACE)
    for name, kind in _KEYS.items():
        attributes = {"id": name, "for": kind, "attr.name": name, "attr.type": "string"}
        SubElement(document, "key", attributes)
    for number, scene in enumerate(scenes):
        _write(SubElement(document, "graph", id=f"s{number}", edgedefault="directed"), scene.canonical())
    indent(document)
    out = StringIO()
    ElementTree(document).write(out, encoding="unicode", xml_declaration=False)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + out.getvalue() + "\n"


def parse_graphml(text: str) -> list[Scene]:
    """
    Return the scenes of the document *text*; undoes `format_graphml`.

    Raises:
        SurfaceError: if *text* is no GraphML, declares entities, or a graph in it is no scene
    """
    document = parsed(text, "graphml")
    if document.tag != _tag("graphml"):
        raise SurfaceError(f"graphml: expected <graphml xmlns='{NAMESPACE}'>, found <{document.tag}>")
    # Keys are known by their names: tools give them other ids.
    keys = {key.get("id"): key.get("attr.name") for key in document.iter(_tag("key"))}
    scenes = [_read(graph, keys) for graph in document.iterfind(_tag("graph"))]
    if not scenes and document.find(f".//{_tag('graph')}") is not None:
        raise SurfaceError("graphml: a graph stands within another; expected graphs side by side")
    return scenes


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _write(graph: Element, scene: Scene) -> None:
    prefix = graph.attrib["id"]
    _say(graph, "root", f"{prefix}n0")
    for node, concept in enumerate(scene.concepts):
        _say(SubElement(graph, "node", id=f"{prefix}n{node}"), "concept", encode(concept))
    count = len(scene.concepts)
    edges: list[tuple[int, str, int]] = []
    for source, role, target in scene.links:
        if isinstance(target, str):
            _say(SubElement(graph, "node", id=f"{prefix}n{count}"), "constant", encode(target))
            target, count = count, count + 1
        edges.append((source, role, target))
    for number, (source, role, target) in enumerate(edges):
        ends = {"source": f"{prefix}n{source}", "target": f"{prefix}n{target}"}
        _say(SubElement(graph, "edge", {"id": f"{prefix}e{number}", **ends}), "role", encode(role[1:]))


def _say(element: Element, key: str, value: str) -> None:
    SubElement(element, "data", key=key).text = value


def _read(graph: Element, keys: dict[str | None, str | None]) -> Scene:
    where = f"graphml, graph {graph.get('id', '')!r}"
    if graph.get("edgedefault") == "undirected":
        raise SurfaceError(f"{where}: links have a direction; expected edgedefault='directed'")
    concepts: list[str] = []
    ends: dict[str, int | str] = {}
    try:
        for node in graph.iterfind(_tag("node")):
            fields = dict(_fields(node, keys))
            if "constant" in fields:
                ends[node.attrib["id"]] = decode(fields["constant"])
            else:
                ends[node.attrib["id"]] = len(concepts)
                concepts.append(decode(fields["concept"]))
        links: list[Link] = []
        for edge in graph.iterfind(_tag("edge")):
            source = ends[edge.attrib["source"]]
            if isinstance(source, str):
                raise SurfaceError(f"{where}: a link leaves the constant {source}")
            role = decode(dict(_fields(edge, keys))["role"])
            links.append(Link(source, f":{role}", ends[edge.attrib["target"]]))
        root = ends[dict(_fields(graph, keys))["root"]]
        if isinstance(root, str):
            raise SurfaceError(f"{where}: the root is a constant")
        return Scene.build(concepts, links, root=root)
    except KeyError as error:
        raise SurfaceError(
            f"{where}: {error} is missing: a node, an attribute, or the data of a key"
        ) from error
    except UnicodeDecodeError as error:
        raise SurfaceError(f"{where}: a percent-encoded character is broken ({error.reason})") from error
    except SceneError as error:
        raise SurfaceError(f"{where}: this is no scene: {error}") from error


def _fields(element: Element, keys: dict[str | None, str | None]) -> Iterator[tuple[str, str]]:
    for data in element.iterfind(_tag("data")):
        name = keys.get(data.get("key"))
        if name in _KEYS:
            yield name, data.text or ""
