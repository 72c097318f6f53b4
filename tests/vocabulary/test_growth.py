"""Law 4 for packs: what one version spelt, every later one reads; its rows stay as they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import dear, scenes

from scenograph.core import Scene, linearise
from scenograph.errors import VocabularyError
from scenograph.vocabulary import Atom, Vocabulary
from scenograph.vocabulary.rows import Rows

some = settings(dear, suppress_health_check=[HealthCheck.too_slow])
new_atoms = st.lists(
    st.builds(Atom, st.from_regex(r":[a-z]{1,6}(-of)?", fullmatch=True), st.just(" x")), max_size=6
)


def rows_for(vocabulary: Vocabulary, count: int, *, untied: bool = False, seed: int = 0) -> Rows:
    rng = np.random.default_rng(seed)
    tables = [rng.normal(size=(count, 8)).astype(np.float32) for _ in range(1 + untied)]
    return Rows("c" * 32, vocabulary.base_size, *tables)


@given(new_atoms, new_atoms, scenes())
@some
def test_a_later_version_reads_what_an_earlier_one_wrote(
    vocabulary: Vocabulary, first: list[Atom], then: list[Atom], scene: Scene
) -> None:
    early = vocabulary.extended({a.text: a for a in first}.values())
    late = early.extended({a.text: a for a in then}.values())
    linear = linearise(scene)
    for older, newer in ((vocabulary, early), (early, late), (vocabulary, late)):
        assert newer.decode(older.encode_scene(linear)) == linear
        assert newer.encode_text(linear) == older.encode_text(linear)
        assert newer.atom_ids[: len(older.atom_ids)] == older.atom_ids
        assert newer.grew_from(older.digest)
        assert older.grew_from(newer.digest) == (older.digest == newer.digest)


@given(st.data())
@some
def test_learned_rows_grow_with_the_pack(vocabulary: Vocabulary, data: st.DataObject) -> None:
    count = data.draw(st.integers(1, len(vocabulary.atoms)))
    early = vocabulary.with_rows(rows_for(vocabulary, count, untied=data.draw(st.booleans())))
    late = early.extended([Atom(":brand-new", " brand new")])
    assert late.rows is early.rows
    assert late.grew_from(early.digest)
    assert not late.grew_from(vocabulary.digest)  # its rows were other ones
    more = rows_for(vocabulary, count + 1)
    grown = Rows(more.carrier, more.start, np.concatenate([early.rows.given, more.given[-1:]]))  # type: ignore[union-attr]
    if early.rows is not None and early.rows.written is None and count < len(vocabulary.atoms):
        assert late.with_rows(grown).grew_from(
            Vocabulary(vocabulary.base, vocabulary.atoms[:count], rows=early.rows).digest
        )


@pytest.mark.parametrize("untied", [False, True])
def test_rows_come_back_with_the_pack(vocabulary: Vocabulary, tmp_path: Path, untied: bool) -> None:
    pack = vocabulary.with_rows(rows_for(vocabulary, 5, untied=untied))
    pack.save(tmp_path)
    back = Vocabulary.load(tmp_path)
    assert back.digest == pack.digest != vocabulary.digest
    assert back.rows is not None
    assert pack.rows is not None
    assert back.rows.to_bytes() == pack.rows.to_bytes() == (tmp_path / "rows.safetensors").read_bytes()
    assert back.with_rows(None).digest == vocabulary.digest


def test_damaged_rows_are_refused(vocabulary: Vocabulary, tmp_path: Path) -> None:
    vocabulary.with_rows(rows_for(vocabulary, 5)).save(tmp_path)
    path = tmp_path / "rows.safetensors"
    whole = path.read_bytes()
    for damaged in (whole[:-1], b"", whole[:40], whole[:-4] + b"\0\0\0\0"):
        path.write_bytes(damaged)
        with pytest.raises(VocabularyError, match="damaged"):
            Vocabulary.load(tmp_path)


def test_rows_that_do_not_fit_are_refused(vocabulary: Vocabulary) -> None:
    with pytest.raises(VocabularyError, match="not those of this vocabulary"):
        vocabulary.with_rows(rows_for(vocabulary, len(vocabulary.atoms) + 1))
    given = np.full((2, 8), np.nan, np.float32)
    with pytest.raises(VocabularyError, match="not finite"):
        Rows("c", vocabulary.base_size, given)
    with pytest.raises(VocabularyError, match="one shape"):
        Rows("c", 0, np.zeros((2, 8), np.float32), np.zeros((2, 9), np.float32))
