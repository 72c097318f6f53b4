"""Drawings: everything is in them, nothing overlaps, any text is safe, and any depth and width is drawn."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st
from strategies import redrawn, scenes, symmetric_scenes, texts

from scenograph.core import Scene, parse_many, quote
from scenograph.core.links import inverse
from scenograph.corpus import load
from scenograph.errors import SurfaceError
from scenograph.surfaces.drawing import draw, parse_drawing
from scenograph.surfaces.drawing.marks import shown
from scenograph.surfaces.drawing.measure import width, wrap

ROOT = Path(__file__).resolve().parents[2]
SVG = "{http://www.w3.org/2000/svg}"
SCENE = "{urn:scenograph}scene"
MARTA = """
(b / believe :agent (p / entity :name "Marta") :tense past
   :content (c / build :agent (o / entity :name "Oleg") :object (d / bridge :mod (e / old)) :time 1931
      :tense past))
"""
CAPTION = "Marta believed that Oleg built the old bridge in 1931."

Rectangle = tuple[float, float, float, float]


def looks(element: Element) -> list[str]:
    return element.get("class", "").split()


def drawn_texts(svg: Element, look: str) -> Counter[str]:
    return Counter("".join(text.itertext()) for text in svg.iter(f"{SVG}text") if look in looks(text))


def boxes(svg: Element) -> list[Rectangle]:
    found: list[Rectangle] = []
    for element in svg.iter(f"{SVG}rect"):
        if "box" in looks(element):
            x, y, w, h = (float(element.get(key, "")) for key in ("x", "y", "width", "height"))
            found.append((x, y, x + w, y + h))
    return found


def apart_or_nested(one: Rectangle, other: Rectangle) -> bool:
    left, top, right, bottom = one
    if other[2] <= left or right <= other[0] or other[3] <= top or bottom <= other[1]:
        return True
    inside = left < other[0] and top < other[1] and other[2] < right and other[3] < bottom
    return inside or (other[0] < left and other[1] < top and right < other[2] and bottom < other[3])


def check(scene: Scene) -> None:
    """Everything of *scene* is in its drawing, and no two boxes cross."""
    svg = fromstring(draw(scene))
    concepts = drawn_texts(svg, "concept")
    assert Counter(map(shown, scene.concepts)) <= concepts
    values = Counter(shown(link.target) for link in scene.links if isinstance(link.target, str))
    assert drawn_texts(svg, "value") == values
    roles = [shown(link.role[1:]) for link in scene.links]
    backwards = [shown(inverse(link.role)[1:]) for link in scene.links]
    drawn = drawn_texts(svg, "role")
    assert drawn.total() == len(roles)
    assert drawn <= Counter(roles) + Counter(backwards)
    assert all(drawn[role] + drawn[back] for role, back in zip(roles, backwards, strict=True))
    rectangles = boxes(svg)
    assert len(rectangles) == concepts.total()
    assert all(apart_or_nested(a, b) for n, a in enumerate(rectangles) for b in rectangles[:n])
    _, _, w, h = map(float, svg.get("viewBox", "").split())
    assert all(min(x, y) >= 0 and right < w and bottom < h for x, y, right, bottom in rectangles)


@given(scenes() | symmetric_scenes())
def test_everything_is_drawn_and_nothing_overlaps(scene: Scene) -> None:
    check(scene)


@given(scenes().flatmap(lambda scene: st.tuples(st.just(scene), redrawn(scene))))
def test_equal_scenes_have_equal_drawings(pair: tuple[Scene, Scene]) -> None:
    scene, other = pair
    assert draw(scene) == draw(other) == scene._repr_svg_()


@given(texts, texts)
def test_any_text_is_drawn_as_text(name: str, caption: str) -> None:
    scene = Scene.build(["person"], [(0, ":name", quote(name))])
    svg = fromstring(draw(scene, caption))
    assert drawn_texts(svg, "value") == Counter([shown(quote(name))])
    assert drawn_texts(svg, "caption") == Counter([shown(caption)] if caption else [])


def test_hostile_text_stays_text() -> None:
    hostile = '</text><script>alert(1)</script><image href="//x"/>&nbsp;]]>{}</style>'
    scene = Scene.parse(f"(p / person :name {quote(hostile)} :<b> <script>)")
    text = draw(scene, hostile)
    svg = fromstring(text)
    used = {element.tag.removeprefix(SVG) for element in svg.iter()}
    assert used <= {"svg", "title", "desc", "style", "rect", "g", "text", "tspan", "a", "metadata", SCENE}
    assert drawn_texts(svg, "value") == Counter([f"“{hostile}”", "<script>"])
    assert not re.search(r"https?:|url\(|@import", text.replace("http://www.w3.org/2000/svg", ""))
    assert parse_drawing(text) == [scene]


def test_control_characters_are_spelt() -> None:
    scene = Scene.build(['"a\0b\x1b\ud800"'])
    assert drawn_texts(fromstring(draw(scene)), "concept") == Counter(["“a\\u0000b\\u001b\\ud800”"])


def test_a_node_mentioned_again_is_numbered_and_linked_to() -> None:
    scene = Scene.parse("(w / want :agent (b / boy) :content (g / go :agent b))")
    svg = fromstring(draw(scene))
    (link,) = svg.iter(f"{SVG}a")
    (target,) = (e for e in svg.iter(f"{SVG}rect") if e.get("id") == link.get("href", "")[1:])
    assert "mention" not in looks(target)
    assert drawn_texts(svg, "number") == Counter({"1": 2})
    assert drawn_texts(svg, "concept")["boy"] == 2


def test_unknowns_and_lexemes_are_marked() -> None:
    svg = fromstring(draw(Scene.parse("(f / ⟁7 :1 (w / ?who) :2 (d / Δ41) :3 ?what :4 (s / 🜂 :1 a))")))
    assert drawn_texts(svg, "unknown") == Counter(["?who", "?what"])
    assert drawn_texts(svg, "lexeme") == Counter(["⟁7", "Δ41", "🜂"])


@pytest.mark.parametrize("theme", ["auto", "light", "dark"])
def test_it_says_what_it_is_and_fits_both_backgrounds(theme: str) -> None:
    text = draw(Scene.parse(MARTA), CAPTION, theme=theme)  # type: ignore[arg-type]
    svg = fromstring(text)
    named = [svg.find(f"{SVG}title"), svg.find(f"{SVG}desc")]
    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby", "").split() == [e.get("id") for e in named if e is not None]
    assert svg.findtext(f"{SVG}title") == CAPTION
    assert '(b / believe :agent (e / entity :name "Marta")' in svg.findtext(f"{SVG}desc", "")
    assert ("prefers-color-scheme" in text) == (theme == "auto")


def test_depth_and_width_are_drawn_whole() -> None:
    depth = 10_000
    deep = Scene.build(["say"] * depth, [(n, ":content", n + 1) for n in range(depth - 1)])
    svg = fromstring(draw(deep))
    assert drawn_texts(svg, "role") == Counter({"content": depth - 1})
    assert len(boxes(svg)) == depth + drawn_texts(svg, "number").total() // 2
    wide = Scene.build(["and", *["person"] * 2000], [(0, f":op{n}", n) for n in range(1, 2001)])
    assert len(boxes(fromstring(draw(wide)))) == 2001


def test_the_picture_of_the_readme_is_drawn_by_this() -> None:
    assert (ROOT / "docs/scene.svg").read_text(encoding="utf-8") == draw(Scene.parse(MARTA), CAPTION), (
        f"run: scenograph draw --caption '{CAPTION}' ... > docs/scene.svg"
    )


@pytest.mark.parametrize("corpus", ["amr/little_prince/dev.amr.txt", "webnlg/ru/dev"])
def test_real_scenes_are_drawn_whole(shared_data: Path, corpus: str) -> None:
    path = shared_data / corpus
    if path.is_file():
        found = [entry.scene for entry in parse_many(path.read_text(encoding="utf-8"))]
    else:
        found = [example.scene for example in load(path) if example.scene is not None]
    for scene in found[::4]:
        check(scene)


@given(texts, st.sampled_from([20.0, 90.0]))
def test_wrapping_keeps_all_text_and_the_limit(text: str, limit: float) -> None:
    lines = wrap(text, 15, limit=limit)
    assert "".join(lines) == text
    assert all(width(line, 15) <= limit + 1e-6 for line in lines)


def test_letters_of_both_scripts_have_widths_of_their_own() -> None:
    for narrow, wide in (("i", "m"), ("г", "ш"), ("п", "ж"), ("a", "漢")):
        assert width(narrow, 15) < width(wide, 15)
    assert width("é", 15) == width("e", 15) == width("e\u0301", 15)
    assert width("ё", 15) == width("е", 15)
    assert width("abc", 15, bold=True) > width("abc", 15)


def test_drawing_is_loaded_when_a_drawing_is_asked_for() -> None:
    code = (
        "import sys; from scenograph.core import Scene; scene = Scene.parse('(a / b)')\n"
        "before = 'scenograph.surfaces' in sys.modules; scene._repr_svg_()\n"
        "print(before, 'scenograph.surfaces.drawing' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


@given(scenes(), texts)
def test_law_a_drawing_is_read_back(scene: Scene, caption: str) -> None:
    assert parse_drawing(draw(scene, caption)) == [scene]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<svg", "svg, line 1, column 1: malformed XML"),
        ("<p/>", "expected <svg xmlns='http://www.w3.org/2000/svg'>, found <p>"),
        ('<svg xmlns="http://www.w3.org/2000/svg"/>', "this drawing holds no scene"),
        ('<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>', "XML with entities is not read"),
        (draw(Scene.parse(MARTA)).replace("(b / believe", "(b / "), "the scene in the metadata of this"),
        (draw(Scene.parse("(a / b%)")).replace("b%25", "b%FF"), "is damaged"),
    ],
)  # fmt: skip
def test_what_is_no_drawing_is_refused(text: str, message: str) -> None:
    with pytest.raises(SurfaceError) as raised:
        parse_drawing(text)
    assert message in str(raised.value)
