"""The notation: law 1, what it accepts, what its errors say, and the fast reader against the complete one."""

from __future__ import annotations

from pathlib import Path

import penman
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import scenes, strings, symmetric_scenes, texts

from scenograph.core import Link, Scene, parse_many, quote, unquote
from scenograph.core.links import forward
from scenograph.core.notation import Graph, _skim, read_all, study
from scenograph.core.writing import _margins, _write_in_order
from scenograph.errors import NotationError


@given(scenes() | symmetric_scenes(), st.sampled_from([None, 0, 3]))
def test_law_1_parsing_undoes_formatting(scene: Scene, indent: int | None) -> None:
    text = scene.format(indent)
    assert Scene.parse(text) == scene
    assert Scene.parse(str(scene)) == scene
    assert (indent is None) <= ("\n" not in text)


@given(scenes() | symmetric_scenes())
def test_penman_reads_the_same_graph(scene: Scene) -> None:
    text = str(scene)
    if not text.isascii() or any(forward(role)[1] or role.endswith("-of") for _, role, _ in scene.links):
        return  # elsewhere penman splits lines differently, or knows fewer forward roles
    graph = penman.decode(text)
    numbers = {instance.source: number for number, instance in enumerate(graph.instances())}
    links: list[tuple[int, str, int | str]] = []
    for source, role, target in graph.triples:
        if role != ":instance":
            links.append((numbers[source], role, numbers.get(target, target)))
    theirs = Scene.build([instance.target for instance in graph.instances()], links, numbers[graph.top])
    assert theirs == scene


@given(texts)
def test_unquoting_undoes_quoting(text: str) -> None:
    literal = quote(text)
    assert unquote(literal) == text
    assert literal.isprintable() or not any(c in literal for c in "\n\r\t\v\f\x85\u2028\u2029")


pieces = st.lists(
    st.sampled_from(
        [*'()/:~#"\\ \n', "(a / b", ":rr", ":rr-of", " xx", "a", '"s"', "~e.1", "# c\n", ")", "(c / d)"]
    ),
    max_size=12,
).map("".join)


@given(pieces | scenes().map(str).flatmap(lambda s: st.integers(0, len(s)).map(lambda n: s[:n] + s[n + 1 :])))
@example("(a / b :r~e.1 c~e.2)")
@example("(a / b # c :r d\n)")
@example("(a / b))")
@example("(a / b) (c / d)")
@example("(a / b :r (a / c))")
@example("(a / b :r c/d)")
@example("(a / b :r (c / d) )\n) ")
@example("(a / b :r a) ;")
@example("; (a / b)")
@example("(a / b) :r c")
def test_the_fast_reader_agrees_with_the_complete_one(text: str) -> None:
    fast = _skim(text)
    try:
        graph, end = study(text, 0)
        complete: Graph | None = graph if not text[end:].strip() else None
    except NotationError:
        complete = None
    if fast is not None:
        assert fast == complete
    if complete is not None and not any(c in text for c in "~#"):
        assert fast == complete


@given(pieces)
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    try:
        Scene.parse(text)
    except NotationError as error:
        where, message = error.offset, error.message
    else:
        return
    assert 0 <= where <= len(text)
    assert message
    assert "\n" not in message


def test_what_the_notation_holds() -> None:
    scene = Scene.parse(
        """
        # ::id 1
        (s / see-01~e.1  # the root
            :ARG0~e.4 (b / boy~2,3 :name (n / name :op1 "Jean \\"le\\" Grand"~e.7))
            :ARG1-of (l / like-01 :ARG0 b :polarity -)
            :consist-of (w / "two words")
            :quant 3.5 :mode imperative)
        """
    )
    assert scene.concepts == ("see-01", "boy", "name", "like-01", '"two words"')
    assert scene.links == (
        Link(0, ":ARG0", 1),
        Link(1, ":name", 2),
        Link(2, ":op1", '"Jean \\"le\\" Grand"'),
        Link(3, ":ARG1", 0),
        Link(3, ":ARG0", 1),
        Link(3, ":polarity", "-"),
        Link(0, ":consist-of", 4),
        Link(0, ":quant", "3.5"),
        Link(0, ":mode", "imperative"),
    )
    assert scene.alignments == {
        ("concept", 0): "~e.1",
        ("role", 0): "~e.4",
        ("concept", 1): "~2,3",
        ("target", 2): "~e.7",
    }
    assert Scene.parse(str(scene)) == scene
    assert scene == Scene.build(scene.concepts, scene.links)


def test_a_variable_may_be_used_before_it_is_described_and_may_look_like_a_constant() -> None:
    scene = Scene.parse("(a / and :op1 b :op2 (b / bridge) :op3 c)")
    assert scene.links == (Link(0, ":op1", 1), Link(0, ":op2", 1), Link(0, ":op3", "c"))
    clash = Scene.build(["bridge", "boat"], [(0, ":r", 1), (0, ":r", "b"), (0, ":r", "b2")])
    assert Scene.parse(str(clash)) == clash


def test_format_follows_forward_links_first() -> None:
    text = "(a / answer :value (p / person) :content (b / build :agent p))"
    scene = Scene.build(
        ["answer", "build", "person"], [(1, ":agent", 2), (0, ":value", 2), (0, ":content", 1)]
    )
    assert scene.format(indent=None) == text
    assert (
        Scene.parse("(b / boa :ARG0-of (s / swallow-01))").format(2)
        == "(b / boa\n  :ARG0-of (s / swallow-01))"
    )


def test_a_scene_that_was_read_is_written_in_the_order_it_was_read() -> None:
    text = "(b / boa :ARG0-of (s / swallow-01 :ARG1 (m / mouse :ARG0-of (f / flee))) :mod (g / grey) :poss m)"
    assert Scene.parse(text).format(indent=None) == text


@given(scenes() | symmetric_scenes())
def test_the_one_pass_writer_keeps_numbers_and_order_of_links(scene: Scene) -> None:
    for told in (scene, scene.canonical(), Scene.parse(str(scene))):
        names = [f"v{number}" for number in range(len(told.concepts))]
        text = _write_in_order(told.concepts, told.links, names, _margins(None))
        if text is not None and not {f"v{number}" for number in range(9)} & {t for _, _, t in told.links}:
            assert read_all(text)[:2] == (told.concepts, told.links)


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("", 1, 1, "expected '(' to begin a scene, found the end of the text"),
        ("build", 1, 1, "expected '(' to begin a scene, found 'build'"),
        ("(", 1, 2, "expected a variable, as in (b / build ...), found the end of the text"),
        ("(b build)", 1, 4, "expected '/' and a concept, as in (b / build ...), found 'build'"),
        ("(b /)", 1, 5, "expected a concept after '/', found ')'"),
        ("(b / build\n   :agent)", 2, 10, "expected a target after :agent: a node, a variable or a constant"),
        ("(b / build\n   oops)", 2, 4, "expected a role such as :agent, or ')', found 'oops'"),
        ("(b / build\n   :time \"1931)", 2, 10, "this quoted string is not closed on its line"),
        ("(b / build : x)", 1, 12, "expected a role name directly after ':'"),
        ("(b / build :r (b / x))", 1, 16, "variable b already names another node: give each node its own"),
        ("(b / build)\n(c / cat)", 2, 1, "expected nothing after the scene, found '('"),
        ("(b / build\n :r (c / x", 2, 11, "expected ')': the node opened at line 2, column 5 is not closed"),
    ],
)  # fmt: skip
def test_errors_point_at_the_place(text: str, line: int, column: int, message: str) -> None:
    with pytest.raises(NotationError) as caught:
        Scene.parse(text)
    error = caught.value
    assert (error.line, error.column) == (line, column)
    assert error.message.startswith(message)
    if text:
        assert str(error).splitlines()[-1].endswith("^")


def test_depth_and_size_do_not_matter() -> None:
    depth = 10_000
    text = "(a0 / say :content " + " :content ".join(f"(a{n} / say" for n in range(1, depth)) + ")" * depth
    scene = Scene.parse(text)
    assert len(scene.concepts) == depth
    assert Scene.parse(scene.format(indent=None)) == scene
    assert study(text, 0)[0] == read_all(text)
    with pytest.raises(NotationError, match=r"expected '\)'"):
        Scene.parse(text[:-1])
    wide = "(a / and " + " ".join(f':op{n} (x{n} / person :name "Name {n}")' for n in range(25_000)) + ")"
    assert len(wide) > 1_000_000
    scene = Scene.parse(wide)
    assert Scene.parse(str(scene)) == scene


@pytest.mark.parametrize("part", ["train", "dev"])
def test_every_graph_of_the_little_prince(shared_data: Path, part: str) -> None:
    text = (shared_data / f"amr/little_prince/{part}.amr.txt").read_text(encoding="utf-8")
    entries = list(parse_many(text))
    assert len(entries) == {"train": 1274, "dev": 145}[part]
    for entry in entries:
        assert text[entry.offset] == "("
        assert {"id", "snt", "file"} <= set(entry.metadata)
        assert Scene.parse(str(entry.scene)) == entry.scene
    graphs = list(penman.iterdecode(text))
    for entry, graph in zip(entries, graphs, strict=True):
        assert len(graph.triples) == len(entry.scene.concepts) + len(entry.scene.links)
        assert entry.scene == Scene.parse(penman.encode(graph))
        assert entry.metadata["snt"] == graph.metadata["snt"]


def test_parse_many_reads_metadata_and_says_where_it_fails() -> None:
    text = "# ::id 1 ::date 2012\n# ::snt A :: B .\n(a / b)\n(c / d :r 1) # end\n\n# only a comment\n"
    first, second = parse_many(text)
    assert first.metadata == {"id": "1", "date": "2012", "snt": "A :: B ."}
    assert second.metadata == {}
    assert second.offset == text.index("(c")
    with pytest.raises(NotationError) as caught:
        list(parse_many("(a / b)\n\n(c / d"))
    assert caught.value.line == 3


@given(strings)
def test_strings_survive(literal: str) -> None:
    scene = Scene.build([literal], [(0, ":name", literal)])
    assert Scene.parse(str(scene)).links[0].target == literal
