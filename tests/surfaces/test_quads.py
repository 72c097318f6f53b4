"""N-Quads: named scenes come back with what is said about them, one after another."""

import io
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import scenes, symmetric_scenes, texts

from scenograph.core import Scene
from scenograph.errors import SurfaceError
from scenograph.surfaces.quads import Iri, Literal, Named, Statement, format_quads, parse_quads

pytest.importorskip("pyoxigraph")

BUILD = Scene.parse('(b / build :agent (p / person :name "Oleg"))')
NAME = "urn:example:1"
QUADS = """\
<urn:example:1> <urn:told> "by\\nMarta" .
<urn:example:1#when> <urn:year> "1931"^^<urn:number> .
_:s0n0 <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <urn:scenograph:concept:build> <urn:example:1> .
_:s0n0 <urn:scenograph:scene:root> "true"^^<http://www.w3.org/2001/XMLSchema#boolean> <urn:example:1> .
_:s0n0 <urn:scenograph:role:agent> _:s0n1 <urn:example:1> .
_:s0n1 <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <urn:scenograph:concept:person> <urn:example:1> .
_:s0n1 <urn:scenograph:role:name> "Oleg" <urn:example:1> .
"""
BOTH = Named(
    NAME,
    (
        Statement(NAME, "urn:told", Literal("by\nMarta")),
        Statement(f"{NAME}#when", "urn:year", Literal("1931", "urn:number")),
    ),
    BUILD,
)

values = texts.map(Literal) | st.sampled_from([Iri("urn:other"), Literal("5", "urn:number")])


@st.composite
def documents(draw: st.DrawFn) -> list[Named]:
    found: list[Named] = []
    for number in range(draw(st.integers(0, 4))):
        name = f"urn:example:{number}"
        subjects = st.sampled_from([name, f"{name}#a"])
        properties = st.sampled_from(["urn:p", "urn:q"])
        about = draw(st.lists(st.builds(Statement, subjects, properties, values), min_size=1, max_size=3))
        scene = draw(st.none() | scenes() | symmetric_scenes())
        found.append(Named(name, tuple(about), scene))
    return found


def read(text: str) -> list[Named]:
    return list(parse_quads(io.StringIO(text, newline="")))


def test_one_named_scene() -> None:
    assert "".join(format_quads([BOTH])) == QUADS
    assert read(QUADS) == [BOTH]


@given(documents())
def test_law_parse_undoes_format(some: list[Named]) -> None:
    text = "".join(format_quads(some))
    assert read(text) == some
    assert "".join(format_quads(read(text))) == text


def test_documents_are_taken_piece_by_piece() -> None:
    taken: list[int] = []

    def endless() -> Iterator[Named]:
        for number in range(1_000_000_000):
            taken.append(number)
            yield BOTH

    assert next(format_quads(endless())) == QUADS
    assert taken == [0]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("build", "line 1"),
        (QUADS.replace('"Oleg"', '"Oleg'), "line 7"),
        ("<urn:a> <urn:p> _:b .", "no name and no value"),
        ("_:a <urn:p> <urn:b> .", "no named graph"),
        ('<urn:a> <urn:p> "b" <urn:g> .', "urn:g: <urn:p> is no property of a scene"),
        (QUADS + QUADS.replace("s0n", "s1n"), "2 scenes"),
        (QUADS.replace("concept:person", "person"), "urn:example:1"),
    ],
)
def test_what_is_no_document_of_ours_is_refused(text: str, problem: str) -> None:
    with pytest.raises(SurfaceError, match=problem):
        read(text)


def test_names_and_texts_that_cannot_be_written_are_refused() -> None:
    with pytest.raises(SurfaceError, match="no iri"):
        list(format_quads([BOTH._replace(name="no iri")]))
    with pytest.raises(SurfaceError):
        list(format_quads([Named(NAME, (Statement(NAME, "urn:p", Literal("\ud800")),))]))
