"""RDF: scenes come back from every syntax, and what others wrote becomes scenes."""

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import dear, scenes, symmetric_scenes, texts

from scenograph.core import Scene
from scenograph.errors import MissingExtraError, SurfaceError
from scenograph.surfaces.penman import parse_penman
from scenograph.surfaces.rdf import SYNTAXES, format_rdf, parse_rdf
from scenograph.world import World

pytest.importorskip("pyoxigraph")

BUILD = Scene.parse('(b / build :agent (p / person :name "Oleg") :time 1931 :mode imperative)')
TURTLE = """\
@prefix concept: <urn:scenograph:concept:> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix role: <urn:scenograph:role:> .
@prefix scene: <urn:scenograph:scene:> .
_:s0n0 a concept:build ;
	scene:root true ;
	role:agent _:s0n1 ;
	role:time 1931 ;
	role:mode "imperative"^^scene:symbol .
_:s0n1 a concept:person ;
	role:name "Oleg" .
"""
THEIRS = """
@prefix : <http://example.org/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
:Oleg a foaf:Person ; foaf:name "Олег"@ru ; :age 41 ; :built :Old%20Bridge ;
  :knows [ a foaf:Person ; :age 7 ] .
<http://a.example/x> :p <http://b.example/x> .
"""


def test_one_scene_in_turtle() -> None:
    assert format_rdf([BUILD], "turtle") == TURTLE
    assert parse_rdf(TURTLE, "turtle") == [BUILD]


@pytest.mark.parametrize("syntax", SYNTAXES)
@given(st.lists(scenes() | symmetric_scenes(), max_size=3))
def test_law_parse_undoes_format(syntax: str, drawn: list[Scene]) -> None:
    assert parse_rdf(format_rdf(drawn, syntax), syntax) == drawn


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_law_holds_for_real_scenes(syntax: str, shared_data: Path) -> None:
    text = (shared_data / "amr" / "little_prince" / "dev.amr.txt").read_text(encoding="utf-8")
    drawn = [scene for scene, _ in parse_penman(text)] + list(World().scenes(100, seed=7))
    assert parse_rdf(format_rdf(drawn, syntax), syntax) == drawn


def test_strings_numbers_symbols_and_repetitions_stay_apart() -> None:
    scene = Scene.parse(
        '(a / a :r 7 :r "7" :r 007 :r 7.50 :r 7.5 :r -0 :r + :r "+" :r ?x :r "?x" :r "\\q" :r 7 :r 7)'
    )
    for syntax in SYNTAXES:
        assert parse_rdf(format_rdf([scene], syntax), syntax) == [scene]


def test_what_others_wrote_becomes_scenes() -> None:
    one, two = parse_rdf(THEIRS, "turtle")
    assert one == Scene.parse(
        '(o / Oleg :type Person :name "Олег" :age 41 :built (b / "Old Bridge") :knows (p / Person :age 7))'
    )
    assert two == Scene.parse('(a / "http://a.example/x" :p (b / "http://b.example/x"))')


def test_classes_do_not_tie_things_together_unless_something_is_said_of_them() -> None:
    head = "@prefix : <http://example.org/> . "
    assert len(parse_rdf(f"{head} :a a :C . :b a :C .", "turtle")) == 2
    assert len(parse_rdf(f"{head} :a a :C . :b a :C . :C :label 'c' .", "turtle")) == 1


def test_json_ld_without_and_with_a_context() -> None:
    text = '{"@context": {"@vocab": "http://e.org/"}, "@id": "http://e.org/Oleg", "age": 41, "name": "Oleg"}'
    assert parse_rdf(text, "jsonld") == [Scene.parse('(o / Oleg :age 41 :name "Oleg")')]
    with pytest.raises(SurfaceError, match=r"nothing is fetched; .* --context http://a.example/c=FILE"):
        parse_rdf(text.replace('{"@vocab": "http://e.org/"}', '"http://a.example/c"'), "jsonld")


@pytest.mark.parametrize("address", ["https://schema.org", "http://schema.org/", "https://www.schema.org/"])
def test_the_context_of_schema_org_is_known(address: str) -> None:
    text = f"""{{"@context": ["{address}", {{"own": "schema:knows"}}], "@type": "Person", "name": "Oleg",
        "own": {{"@type": "Person", "name": "Anna"}},
        "sameAs": "https://a.example/oleg", "birthDate": "1931-05-02"}}"""
    assert parse_rdf(text, "jsonld") == [
        Scene.parse(
            '(p / Person :name "Oleg" :knows (q / Person :name "Anna") :sameAs (o / oleg)'
            ' :birthDate "1931-05-02")'
        )
    ]


def test_contexts_are_read_from_files_at_any_depth(tmp_path: Path) -> None:
    (tmp_path / "a.jsonld").write_text(
        '{"@context": ["b.jsonld", {"@base": "http://no.example/", "p": "v:p"}]}'
    )
    (tmp_path / "b.jsonld").write_text(
        '{"@context": {"v": "http://v.example/", "q": {"@id": "v:q", "@type": "@id"}}}'
    )
    (tmp_path / "c.jsonld").write_text('{"@context": "http://x.example/c.jsonld"}')
    contexts = {f"http://x.example/{name}.jsonld": tmp_path / f"{name}.jsonld" for name in "abc"}
    text = '{"@context": "a.jsonld", "@id": "one", "p": 7, "q": "two"}'
    base = "http://x.example/doc"
    assert parse_rdf(text, "jsonld", base, contexts) == [Scene.parse("(o / one :p 7 :q (t / two))")]
    scoped = """{"@context": {"@vocab": "http://w/", "in": {"@id": "http://w/in", "@context": "a.jsonld"}},
        "in": {"p": 7}}"""
    assert parse_rdf(scoped, "jsonld", base, contexts) == [Scene.parse("(a / thing :in (b / thing :p 7))")]
    imported = '{"@context": {"@version": 1.1, "@import": "b.jsonld", "p": "v:other"}, "@id": "one", "p": 7}'
    assert parse_rdf(imported, "jsonld", base, contexts) == [Scene.parse("(o / one :other 7)")]
    with pytest.raises(SurfaceError, match="names itself"):
        parse_rdf(text.replace("a.jsonld", "c.jsonld"), "jsonld", base, contexts)
    (tmp_path / "a.jsonld").write_text("[]")
    with pytest.raises(SurfaceError, match=r"a\.jsonld is no context"):
        parse_rdf(text, "jsonld", base, contexts)


RELATIVE = {
    "turtle": "<one> <p> <two> .",
    "trig": "<g> { <one> <p> <two> . }",
    "jsonld": '{"@id": "one", "http://e.example/p": {"@id": "two"}}',
}


@pytest.mark.parametrize(("syntax", "text"), RELATIVE.items())
def test_relative_addresses_need_a_base(syntax: str, text: str) -> None:
    with pytest.raises(SurfaceError, match=r"address '.*' is relative; .*--base URL"):
        parse_rdf(text, syntax)
    assert parse_rdf(text, syntax, "http://a.example/b/c/d")[0] == Scene.parse("(o / one :p (t / two))")


def test_a_base_in_the_document_needs_no_other() -> None:
    text = "@base <http://a.example/> . <one> <p> <two> ."
    assert parse_rdf(text, "turtle") == [Scene.parse("(o / one :p (t / two))")]
    text = """{"@context": {"@base": "http://a.example/", "@vocab": "http://v/"},
        "@id": "one", "p": {"@id": "two"}}"""
    assert parse_rdf(text, "jsonld") == [Scene.parse("(o / one :p (t / two))")]
    with pytest.raises(SurfaceError, match="No scheme found"):
        parse_rdf("<one> <p> <two> .", "ntriples", "http://a.example/")


def test_named_graphs_are_scenes_of_their_own() -> None:
    text = """{"@context": {"@vocab": "http://v/", "@base": "http://e/"}, "@id": "g", "says": "Oleg",
        "@graph": [{"@id": "a", "p": {"@id": "b"}}, {"@id": "c", "p": 7}]}"""
    expected = [Scene.parse(one) for one in ('(g / g :says "Oleg")', "(a / a :p (b / b))", "(c / c :p 7)")]
    assert parse_rdf(text, "jsonld") == expected
    trig = "@prefix : <http://e/> . :g :says 'Oleg' . :g { :a :p :b . :c :p 7 }"
    assert parse_rdf(trig, "trig") == expected
    quads = "<http://e/a> <http://v/p> <http://e/b> <http://e/{}> ."
    assert parse_rdf("\n".join(map(quads.format, "gh")), "nquads") == [expected[1]] * 2
    ours = f"{P} _:g {{ _:a a c:x ; s:root true ; r:r 7 }} {{ <http://e/a> <http://v/p> <http://e/b> }}"
    assert parse_rdf(ours, "trig") == [expected[1], Scene.parse("(x / x :r 7)")]


P = "".join(f"@prefix {kind[0]}: <urn:scenograph:{kind}:> . " for kind in ("concept", "role", "scene"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("_:a <p> _:b", "turtle: .*line 1"),
        (f"{P} _:a s:root true .", "no concept"),
        (f"{P} _:a a c:x ; s:root true . _:b a c:y .", "one .*root in each"),
        (f"{P} _:a a c:x ; s:root true ; r:r _:b . _:b a c:y ; s:root true .", "one .*root in each"),
        (f"{P} _:a a c:x, c:y ; s:root true .", "one type"),
        (f"{P} _:a a c:x ; s:root true ; s:colour 7 .", "no property of a scene"),
        (f"{P} _:a a c:x ; s:root true ; r:r true .", "no constant of a scene"),
        (f"{P} _:a a c:x ; s:root true . _:t s:times 2 .", "lacks a part"),
        (f"{P} _:a a c:a%20b ; s:root true .", "no scene"),
        (f"{P} _:a a c:x ; s:root true ; r: 7 .", "no scene"),
    ],
)
def test_malformed_graphs_are_refused(text: str, message: str) -> None:
    with pytest.raises(SurfaceError, match=message):
        parse_rdf(text, "turtle")


def test_counts_are_bounded_and_must_count_something() -> None:
    scene = Scene.parse("(a / a :r 7 :r 7)")
    text = format_rdf([scene], "ntriples")
    for count, message in (("999999999", "expected 1 to"), ("x", "counts in no number")):
        with pytest.raises(SurfaceError, match=message):
            parse_rdf(text.replace('"2"^^', f'"{count}"^^'), "ntriples")
    lines = [line for line in text.splitlines() if "role:r> " not in line or "predicate" in line]
    with pytest.raises(SurfaceError, match="not there"):
        parse_rdf("\n".join(lines), "ntriples")


@given(texts, st.sampled_from([*SYNTAXES]))
@dear
def test_nothing_but_scenes_or_our_error_comes_of_any_text(text: str, syntax: str) -> None:
    try:
        drawn = parse_rdf(text, syntax)
    except SurfaceError:
        return
    assert parse_rdf(format_rdf(drawn, syntax), syntax) == drawn


def test_depth_is_no_crash() -> None:
    deep = "<http://e.org/a> <http://e.org/b> " + "[ <http://e.org/c> " * 5000 + '"x"' + "]" * 5000 + "."
    (scene,) = parse_rdf(deep, "turtle")
    assert len(scene.concepts) == 5001
    with pytest.raises(SurfaceError, match="deeper than 200 levels"):
        parse_rdf('{"http://e.org/a":' * 30_000 + "1" + "}" * 30_000, "jsonld")
    assert parse_rdf(format_rdf([scene], "jsonld"), "jsonld") == [scene]


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyoxigraph", None)
    with pytest.raises(MissingExtraError, match=r"scenograph\[rdf\]"):
        format_rdf([BUILD], "turtle")
    with pytest.raises(MissingExtraError, match=r"scenograph\[rdf\]"):
        parse_rdf(TURTLE, "turtle")


def test_half_a_character_is_refused() -> None:
    for scene in (Scene.build(["\ud800"]), Scene.build(["a"], [(0, ":r", '"\ud800"')])):
        with pytest.raises(SurfaceError, match="surrogate"):
            format_rdf([scene], "turtle")
