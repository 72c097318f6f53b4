"""The reader that ships with the package, on what people write."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenograph.core import Scene
from scenograph.errors import CarrierError
from scenograph.readers import conllu
from scenograph.readers.convert import convert
from scenograph.readers.graph_reader import LEAST_LINK, GraphReader, bundled
from scenograph.readers.roles import TURNING, TURNING_ROLES
from scenograph.readers.score import link_score


def test_a_sentence_is_read_whole_where_all_its_links_are_sure() -> None:
    [reading] = bundled().read_many(["Maria works at Siemens in Berlin."])
    assert reading.scene == reading.draft == Scene.parse(
        '(w / work :agent (e / entity :name "Maria") :at (s / entity :name "Siemens") '
        ':in (b / entity :name "Berlin") :tense present)'
    )  # fmt: skip
    assert (reading.reader, reading.language, reading.unsure, reading.note) == ("graph", "en", (), "")


def test_russian_is_read_as_well() -> None:
    [reading] = bundled().read_many(["Мария работает в Берлине."])
    assert reading.scene == Scene.parse(
        '(р / работать :agent (e / entity :name "Мария") :in (b / entity :name "Берлин") :tense present)'
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("?! …", "no letters"),
        ("12 : 30", "no letters"),
        ("Der Hund schläft seit heute Morgen im Garten.", "its language is 'de'"),
        ("word " * 300, "300 words"),
    ],
)
def test_what_is_not_read_says_why(text: str, why: str) -> None:
    [reading] = bundled().read_many([text])
    assert reading.scene is None
    assert why in reading.note


_text = st.text(
    st.one_of(st.sampled_from(" .,!?-'\"()&;:абвёЖ abcXyz019 "), st.characters(codec="utf-8")), max_size=40
)


@given(_text, st.sampled_from([None, "en", "ru"]))
def test_any_text_is_read_or_refused_in_words_and_nothing_is_invented(
    text: str, language: str | None
) -> None:
    [found] = bundled().find_many([text], language)
    reading = found.reading
    assert 0 <= reading.confidence <= 1
    assert (reading.scene is None) == bool(reading.note)
    if found.converted is None:
        return
    for node in range(len(found.converted.scene.concepts)):
        assert all(0 <= start < end <= len(text) for start, end in found.places(node))
    if reading.scene is None:
        assert not any(link.is_sure for link in reading.links)
    else:
        assert Scene.parse(str(reading.scene)) == reading.scene
        assert len(reading.scene.links) == sum(link.is_sure for link in reading.links) - 1
        assert all(
            link.probability >= LEAST_LINK
            or link.role == ":name"
            or link.source in ("not", "whether", "and", "or", "but")
            or link.role in TURNING_ROLES
            or link.target.lower() in TURNING
            for link in reading.links[1:]
            if link.is_sure
        )


def test_many_sentences_are_read_as_one_by_one() -> None:
    texts = [
        "Anna sleeps.",
        "Олег построил мост.",
        "12",
        "The old man did not see the bridge that Oleg built.",
    ]
    together = bundled().read_many(texts)
    alone = [bundled().read_many([text])[0] for text in texts]
    assert [it.scene for it in together] == [it.scene for it in alone]
    assert [it.confidence for it in together] == pytest.approx([it.confidence for it in alone], abs=1e-3)


def test_places_are_those_of_the_words() -> None:
    text = "Anna bought two old cars."
    [found] = bundled().find_many([text])
    assert found.converted is not None
    scene = found.converted.scene
    words = {
        scene.concepts[node]: [text[a:b] for a, b in found.places(node)]
        for node in range(len(scene.concepts))
    }
    assert words["buy"] == ["bought"]
    assert words["car"] == ["cars"]


def test_a_file_without_measured_confidence_is_refused(tmp_path: Path) -> None:
    from scenograph.readers.graph_reader import BUNDLED
    from scenograph.readers.weights import load, save

    save(tmp_path / "reader.npz", load(BUNDLED)._replace(confidence={}))
    with pytest.raises(CarrierError, match=r"reader\.py calibrate"):
        GraphReader.open(tmp_path / "reader.npz")


def test_a_file_of_the_format_before_loads_and_asks_to_be_calibrated_again(tmp_path: Path) -> None:
    from scenograph.readers.graph_reader import BUNDLED
    from scenograph.readers.weights import load, save

    save(tmp_path / "new.npz", load(BUNDLED)._replace(confidence={}))
    with (
        zipfile.ZipFile(tmp_path / "new.npz") as new,
        zipfile.ZipFile(tmp_path / "reader.npz", "w") as old,
    ):
        for name in new.namelist():
            data = new.read(name)
            if name == "reader.json":
                header = json.loads(data) | {"format": 2, "confidence": {"en": [0.5, 2.0]}}
                data = json.dumps(header).encode()
            old.writestr(name, data)
    assert load(tmp_path / "reader.npz").confidence == {}
    with pytest.raises(CarrierError, match=r"that this version knows; run: .*reader\.py calibrate"):
        GraphReader.open(tmp_path / "reader.npz")


@pytest.mark.parametrize(("name", "least"), [("en_ewt", 0.7), ("ru_gsd", 0.5)])
def test_real_sentences_are_read_as_well_as_the_card_says(shared_data: Path, name: str, least: float) -> None:
    with (shared_data / "ud" / name / "dev.conllu").open(encoding="utf-8") as lines:
        sentences = list(conllu.parse(lines))[::20]
    read = bundled().read_many([sentence.text for sentence in sentences], name[:2])
    pairs = [(convert(gold).scene, it.draft) for gold, it in zip(sentences, read, strict=True)]
    assert link_score(pairs).f1 > least
