"""Loading: every format, real data, and every kind of bad input in one clear line."""

import json
import logging
from collections import Counter
from pathlib import Path

import pytest

from scenograph.core import Scene
from scenograph.corpus import Example, language_of, load
from scenograph.corpus.jsonl import format_line, parse_line
from scenograph.errors import CorpusError
from scenograph.surfaces.rdf import format_rdf
from scenograph.surfaces.triples import to_triples

WEBNLG = """<?xml version='1.0' encoding='utf-8'?>
<benchmark><entries>
  <entry category="Airport" eid="Id1" shape="" shape_type="" size="1">
    <originaltripleset><otriple>Aarhus | leader | Jacob</otriple></originaltripleset>
    <modifiedtripleset><mtriple>Aarhus | leaderName | Jacob_Bundsgaard</mtriple></modifiedtripleset>
    <lex lang="en" lid="Id1">The leader of Aarhus is Jacob.</lex>
    <lex lang="ru" lid="Id1">Лидер Орхуса — Якоб.</lex>
    <lex lang="en" lid="Id2">Jacob leads Aarhus.</lex>
  </entry>
  <entry eid="Id2"><modifiedtripleset><mtriple>a | b | c</mtriple></modifiedtripleset></entry>
</entries></benchmark>
"""


def _write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


# --- formats -----------------------------------------------------------------------------------------------


def test_webnlg(tmp_path: Path) -> None:
    english, russian, blind = load(_write(tmp_path / "Airport.xml", WEBNLG))
    scene = Scene.parse("(a / Aarhus :leaderName (j / Jacob_Bundsgaard))")
    assert english == Example(
        scene, ("The leader of Aarhus is Jacob.", "Jacob leads Aarhus."), "en", "Airport.xml#Id1"
    )
    assert russian == Example(scene, ("Лидер Орхуса — Якоб.",), "ru", "Airport.xml#Id1")
    assert blind == Example(Scene.parse("(a / a :b (c / c))"), (), "en", "Airport.xml#Id2")


def test_amr_by_extension_and_by_content(tmp_path: Path) -> None:
    text = "# AMR\n\n# ::id 1 ::lang ru ::style poet\n# ::snt Глава 7.\n(c / chapter :mod 7)\n\n(i / i)\n"
    for name in ("prince.amr", "prince.penman", "prince.amr.txt"):
        chapter, i = load(_write(tmp_path / name, text))
        assert chapter == Example(
            Scene.parse("(c / chapter :mod 7)"), ("Глава 7.",), "ru", f"{name}#1", "poet"
        )
        assert i == Example(Scene.parse("(i / i)"), (), "und", f"{name}#2")


CONLLU = """# sent_id = one
# text = Oleg slept.
1\tOleg\tOleg\tPROPN\t_\t_\t2\tnsubj\t_\t_
2\tslept\tsleep\tVERB\t_\tTense=Past|VerbForm=Fin\t0\troot\t_\tSpaceAfter=No
3\t.\t.\tPUNCT\t_\t_\t2\tpunct\t_\t_

1\tОна\tона\tPRON\t_\t_\t2\tnsubj\t_\t_
2\tспит\tспать\tVERB\t_\tTense=Pres|VerbForm=Fin\t0\troot\t_\t_
"""


def test_conllu(tmp_path: Path) -> None:
    slept, sleeps = load(_write(tmp_path / "trees.conllu", CONLLU))
    scene = Scene.parse('(s / sleep :agent (e / entity :name "Oleg") :tense past)')
    assert slept == Example(scene, ("Oleg slept.",), "en", "trees.conllu#one")
    scene = Scene.parse("(s / спать :agent (o / она) :tense present)")
    assert sleeps == Example(scene, ("Она спит",), "ru", "trees.conllu#2")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (CONLLU.replace("\t2\tnsubj", "\t7\tnsubj"), "trees.conllu, line 3: the head of word 1 is 7"),
        (b"1\t\xff\n", "trees.conllu, line 1: byte 2 is not UTF-8"),
        ("# only a comment\n\n", "trees.conllu, line 1: there are comments and no words"),
    ],
)
def test_broken_conllu(tmp_path: Path, content: str | bytes, said: str) -> None:
    with pytest.raises(CorpusError, match=said):
        list(load(_write(tmp_path / "trees.conllu", content)))


def test_jsonl(tmp_path: Path) -> None:
    lines = [
        '{"scene": "(s / sleep)", "text": "Sleep.", "id": 7}',
        "",
        '{"text": "Просто текст.", "scene": null}',
        '{"scene": "(s / sleep)", "texts": ["a", "b"], "language": "de", "style": "poet", "source": "there"}',
    ]
    paired, text, full = load(_write(tmp_path / "pairs.jsonl", "\ufeff" + "\n".join(lines)))
    sleep = Scene.parse("(s / sleep)")
    assert paired == Example(sleep, ("Sleep.",), "en", "pairs.jsonl:1")
    assert text == Example(None, ("Просто текст.",), "ru", "pairs.jsonl:3")
    assert full == Example(sleep, ("a", "b"), "de", "there", "poet")


def test_jsonl_line_comes_back() -> None:
    example = Example(Scene.parse('(s / say :name "a\\"b")'), ("Ы\u2028 \n",), "ru", "x.txt:1", "poet")
    line = format_line(example)
    assert "\n" not in line
    assert parse_line(line, where="", source="") == example


def test_plain_text(tmp_path: Path) -> None:
    text = "First (really) line.\n\n  Вторая строка.\r\n1931\n"
    examples = list(load(_write(tmp_path / "story.txt", text)))
    assert [(e.texts[0], e.language, e.source) for e in examples] == [
        ("First (really) line.", "en", "story.txt:1"),
        ("Вторая строка.", "ru", "story.txt:3"),
        ("1931", "und", "story.txt:4"),
    ]
    assert all(e.scene is None for e in examples)


@pytest.mark.parametrize("text", ["(Laughs.) And so it ended.", "(an aside)\n", "# Title\nText"])
def test_text_that_only_looks_like_a_scene_is_text(tmp_path: Path, text: str) -> None:
    assert all(example.scene is None for example in load(_write(tmp_path / "story.txt", text)))


def test_rdf_of_ours_and_of_others(tmp_path: Path) -> None:
    pytest.importorskip("pyoxigraph")
    drawn = [Scene.parse("(s / sleep :agent (c / cat))"), Scene.parse("(s / sleep :time 7 :time 7)")]
    for suffix, syntax in ((".ttl", "turtle"), (".nt", "ntriples"), (".jsonld", "jsonld")):
        path = _write(tmp_path / f"scenes{suffix}", format_rdf(drawn, syntax))
        assert list(load(path)) == [
            Example(scene, (), "und", f"scenes{suffix}#{number}")
            for number, scene in enumerate(drawn, start=1)
        ]
    path = _write(tmp_path / "theirs.ttl", "@prefix : <http://e.org/> . :Aarhus :leader :Jacob ; :age 7 .")
    (theirs,) = load(path)
    assert theirs.scene == Scene.parse("(a / Aarhus :leader (j / Jacob) :age 7)")


def test_folder_is_read_in_order_and_other_files_are_counted_in_one_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    _write(tmp_path / "c" / "b.txt", "two")
    _write(tmp_path / "c" / "a" / "z.txt", "one")
    _write(tmp_path / "c" / ".git" / "x.txt", "hidden")
    for name in ("README.md", "a/notes.md", "a/LICENSE"):
        _write(tmp_path / "c" / name, "other")
    with caplog.at_level(logging.WARNING):
        assert [e.source for e in load(tmp_path / "c")] == ["c/a/z.txt:1", "c/b.txt:1"]
    [warning] = [record.getMessage() for record in caplog.records]
    assert "skipped 2 .md, 1 LICENSE;" in warning
    assert "remember MIND -f" in warning


@pytest.mark.parametrize("given", ["notes", "notes/a.md"])
def test_who_gives_notes_is_told_what_notes_are_for(tmp_path: Path, given: str) -> None:
    for name in ("a.md", "b.md"):
        _write(tmp_path / "notes" / name, "Maria works in Berlin.")
    with pytest.raises(CorpusError, match="remember MIND -f"):
        list(load(tmp_path / given))


@pytest.mark.parametrize(
    ("text", "language"),
    [("Oleg", "en"), ("Олег видел NASA", "ru"), ("née Éluard", "en"), ("1931 — ⟁7 中文", "und")],
)
def test_language_by_script(text: str, language: str) -> None:
    assert language_of(text) == language


# --- real data ---------------------------------------------------------------------------------------------


def test_webnlg_counts(shared_data: Path) -> None:
    english = list(load(shared_data / "webnlg" / "en" / "dev"))
    assert (len(english), sum(len(e.texts) for e in english)) == (1667, 4464)
    russian = list(load(shared_data / "webnlg" / "ru" / "dev"))
    texts: Counter[str] = Counter()
    for example in russian:
        texts[example.language] += len(example.texts)
    assert texts == {"en": 2065, "ru": 2065}
    assert all(e.scene is not None and to_triples(e.scene) for e in russian)


def test_little_prince_counts(shared_data: Path) -> None:
    examples = list(load(shared_data / "amr" / "little_prince"))
    assert len(examples) == 1274 + 145
    assert all(e.scene is not None and e.texts and e.language == "en" for e in examples)


# --- bad input ---------------------------------------------------------------------------------------------

BAD = {
    "empty.txt": ("", "empty"),
    "blank.jsonl": (" \n\n", "empty"),
    "binary.txt": (b"PK\x03\x04\0\0", "byte 4 is zero"),
    "latin1.txt": ("one\nété".encode("latin-1"), "line 2: byte 4 is not UTF-8"),
    "utf16.txt": ("text".encode("utf-16"), "binary file or not UTF-8"),
    "page.xml": ("<html><p>hello</p></html>", "not WebNLG"),
    "torn.xml": (WEBNLG[:300], "malformed XML"),
    "bomb.xml": ('<!DOCTYPE b [<!ENTITY a "b">]><benchmark>&a;</benchmark>', "entities"),
    "pair.xml": (WEBNLG.replace("a | b | c", "a | b"), "entry Id2: expected 'subject | predicate | object'"),
    "none.xml": (WEBNLG.replace("<mtriple>a | b | c</mtriple>", ""), "entry Id2: there is no"),
    "torn.jsonl": ('{"text": "a"}\n{"text": ', "line 2: this is not JSON"),
    "deep.jsonl": ("[" * 100_000, "line 1: this is not JSON"),
    "list.jsonl": ("[1]", "line 1: expected a JSON object, found list"),
    "void.jsonl": ("{}", 'neither "scene" nor "text"'),
    "both.jsonl": ('{"text": "a", "texts": ["b"]}', 'either "text" or "texts"'),
    "type.jsonl": ('{"text": 7}', '"text" must be a string, found int'),
    "types.jsonl": ('{"texts": [7]}', '"texts" must be a string, found int'),
    "half.jsonl": ('{"text": "\\ud800"}', "surrogate"),
    "notation.jsonl": (
        '{"text": "a"}\n{"scene": "(b / build :agent )"}',
        'line 2: "scene", column 19',
    ),
    "notation.amr": ("# ::id 1\n(i / i)\n(b / build :agent", "line 3, column 18"),
    "comments.amr": ("# ::id 1\n", "no scene"),
    "torn.ttl": ("@prefix : <http://e.org/> .\n:a :b", "line 2"),
    "torn.nt": ("<http://e.org/a> .", "line 1"),
    "torn.jsonld": ('{"@id": ', "jsonld"),
    "none.ttl": ("# nothing\n", "no triple"),
    "letter.docx": ("text", "unknown extension '.docx'"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_clear_line(tmp_path: Path, name: str) -> None:
    content, message = BAD[name]
    path = _write(tmp_path / name, content)
    with pytest.raises(CorpusError) as caught:
        list(load(path))
    assert str(caught.value).startswith(str(path))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_path_that_holds_nothing(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no such file or folder"):
        list(load(tmp_path / "missing"))
    with pytest.raises(CorpusError, match="holds no corpus"):
        list(load(tmp_path))


def test_lines_of_json_keep_odd_texts(tmp_path: Path) -> None:
    odd = ["⟁say: Δ41", "a\u2028b\x85c", "tab\there", '"', "\\"]
    path = _write(
        tmp_path / "odd.jsonl", "\n".join(json.dumps({"text": text}, ensure_ascii=False) for text in odd)
    )
    assert [example.texts[0] for example in load(path)] == odd
