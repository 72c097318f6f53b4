"""PENMAN files: what is read is written, metadata and order included."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import scenes

from scenograph.core import Scene
from scenograph.errors import NotationError, SurfaceError
from scenograph.surfaces.penman import Record, format_penman, parse_penman

PRINCE = """\
# A comment that is no metadata.
# ::id lpp_1943.289 ::date 2012-11-18T16:26:36 ::annotator ISI-AMR-05 ::preferred
# ::snt Chapter 7 . It costs :: nothing, or a::b
(c / chapter :mod 7)

(i / i)
"""

keys = st.text(st.characters(codec="utf-8"), min_size=1).filter(lambda key: not any(map(str.isspace, key)))
words = st.text(
    st.sampled_from(list("ab:# \t\r\u2028")) | st.characters(codec="utf-8", exclude_characters="\n")
)
sentences = words.map(str.strip)
values = sentences.filter(
    lambda value: all(not word.startswith("::") or word == "::" for word in value.split())
)
metadata = st.builds(
    lambda fields, texts: {**fields, **texts},
    st.dictionaries(keys, values, max_size=4),
    st.dictionaries(st.sampled_from(["snt", "tok"]), sentences),
)


def test_metadata_is_kept_in_order() -> None:
    chapter, i = parse_penman(PRINCE)
    assert list(chapter.metadata.items()) == [
        ("id", "lpp_1943.289"),
        ("date", "2012-11-18T16:26:36"),
        ("annotator", "ISI-AMR-05"),
        ("preferred", ""),
        ("snt", "Chapter 7 . It costs :: nothing, or a::b"),
    ]
    assert chapter.scene == Scene.parse("(x / chapter :mod 7)")
    assert i == Record(Scene.parse("(i / i)"), {})


def test_a_sentence_is_never_shortened() -> None:
    sentence = "the C++ std::vector and a ::global thing"
    [record] = parse_penman(f"# ::id 7 ::snt {sentence}\n(i / i)")
    assert dict(record.metadata) == {"id": "7", "snt": sentence}


def test_comments_that_are_no_metadata_are_none() -> None:
    [record] = parse_penman("# about std ::vector\n# :: x\n## ::id 7\n(i / i)")
    assert dict(record.metadata) == {"id": "7"}


def test_a_key_without_value_may_stand_before_another() -> None:
    [record] = parse_penman("# ::preferred ::id 7\n(i / i)")
    assert dict(record.metadata) == {"preferred": "", "id": "7"}


@given(st.lists(st.builds(Record, scenes(), metadata), max_size=3))
def test_law_parse_undoes_format(records: list[Record]) -> None:
    back = list(parse_penman(format_penman(records)))
    assert back == records
    assert [list(b.metadata) for b in back] == [list(r.metadata) for r in records]


@pytest.mark.parametrize("split", ["train", "dev"])
def test_little_prince_comes_back(shared_data: Path, split: str) -> None:
    text = (shared_data / "amr" / "little_prince" / f"{split}.amr.txt").read_text(encoding="utf-8")
    records = list(parse_penman(text))
    assert len(records) == {"train": 1274, "dev": 145}[split]
    assert all(record.metadata["id"].startswith("lpp_1943.") for record in records)
    assert list(parse_penman(format_penman(records))) == records


@pytest.mark.parametrize(
    ("key", "value"), [("a b", "c"), ("", "c"), ("a", "b\nc"), ("a", " b"), ("a", "b ::c d"), ("a", "::c")]
)
def test_metadata_that_would_not_come_back_is_refused(key: str, value: str) -> None:
    with pytest.raises(SurfaceError, match="metadata"):
        format_penman([Record(Scene.parse("(i / i)"), {key: value})])


def test_a_malformed_scene_is_placed_in_the_file() -> None:
    with pytest.raises(NotationError) as caught:
        list(parse_penman("(i / i)\n\n# ::id 2\n(b / build :agent )"))
    assert (caught.value.line, caught.value.column) == (4, 19)
