"""Packs: saved, loaded, damaged, of another version; and the training of the base."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scenograph.errors import VocabularyError
from scenograph.morphology.cuts import cut
from scenograph.vocabulary import Vocabulary, train_base
from scenograph.vocabulary.pack import VERSION


@pytest.fixture
def pack(vocabulary: Vocabulary, tmp_path: Path) -> Path:
    vocabulary.save(tmp_path / "pack")
    return tmp_path / "pack"


def test_pack_comes_back(vocabulary: Vocabulary, pack: Path) -> None:
    loaded = Vocabulary.load(pack)
    assert loaded.digest == vocabulary.digest
    assert loaded.atoms == vocabulary.atoms
    text = "Олег построил 3 моста — in Zulgrad."
    assert loaded.encode_text(text) == vocabulary.encode_text(text)


def test_saving_again_writes_the_same_bytes(vocabulary: Vocabulary, pack: Path) -> None:
    before = {file.name: file.read_bytes() for file in pack.iterdir()}
    vocabulary.save(pack)
    assert {file.name: file.read_bytes() for file in pack.iterdir()} == before


def test_missing_pack_is_named(tmp_path: Path) -> None:
    with pytest.raises(VocabularyError, match="nowhere"):
        Vocabulary.load(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["base.model", "words.txt", "manifest.json"])
def test_missing_file_is_named(pack: Path, name: str) -> None:
    (pack / name).unlink()
    with pytest.raises(VocabularyError, match=name):
        Vocabulary.load(pack)


@pytest.mark.parametrize("name", ["base.model", "words.txt"])
def test_changed_file_is_refused(pack: Path, name: str) -> None:
    data = bytearray((pack / name).read_bytes())
    data[len(data) // 2] ^= 1
    (pack / name).write_bytes(data)
    with pytest.raises(VocabularyError, match="damaged"):
        Vocabulary.load(pack)


def test_changed_atoms_are_refused(pack: Path) -> None:
    manifest = json.loads((pack / "manifest.json").read_text(encoding="utf-8"))
    manifest["atoms"][0][0] = "⟁other"
    (pack / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(VocabularyError, match="damaged"):
        Vocabulary.load(pack)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 1}', "null"])
def test_what_is_no_manifest_is_refused(pack: Path, content: str) -> None:
    (pack / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(VocabularyError, match="no manifest"):
        Vocabulary.load(pack)


def test_other_version_is_refused(pack: Path) -> None:
    manifest = json.loads((pack / "manifest.json").read_text(encoding="utf-8"))
    manifest["version"] = VERSION + 1
    (pack / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(VocabularyError, match=f"reads version {VERSION}"):
        Vocabulary.load(pack)


def test_half_written_pack_is_refused(pack: Path) -> None:
    (pack / "manifest.json").unlink()
    with pytest.raises(VocabularyError, match=r"manifest\.json"):
        Vocabulary.load(pack)


def test_empty_corpus_is_refused() -> None:
    with pytest.raises(VocabularyError, match="empty"):
        train_base(["", "  \n"])


def test_training_is_reproducible() -> None:
    texts = ["The bridges stood.", "Мосты стояли.", "A bridge stands."] * 20
    assert train_base(texts, size=500).files() == train_base(texts, size=500).files()


def test_no_piece_crosses_a_morpheme_boundary() -> None:
    base = train_base(
        ["мост моста мосту мостом мосты мостов", "лист листа листу листом листы листов"] * 30, size=600
    )
    for word in ("мостом", "листов", "мосту"):
        pieces = [base.token_bytes[i].decode() for i in base.encode(word)]
        stem, ending = cut(word)
        assert "".join(pieces[: len(pieces) - 1]) == stem
        assert pieces[-1] == ending


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("мосту", ("мост", "у")),
        ("верила", ("вери", "ла")),
        ("старого", ("стар", "ого")),
        ("bridges", ("bridge", "s")),
        ("glass", ("glass",)),
        ("был", ("бы", "л")),
        ("1931", ("1931",)),
    ],
)
def test_cuts(word: str, parts: tuple[str, ...]) -> None:
    assert "".join(cut(word)) == word
    if len(word) > 3:
        assert cut(word) == parts
