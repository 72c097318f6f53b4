"""Names are copied: what is read holds no name but the text's, what is said none but the scene's."""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import dear

from scenograph.bridge.constraint import SceneConstraint, SceneWriter, TextConstraint
from scenograph.bridge.grammar import domain_grammar
from scenograph.bridge.naming import NameSpeller, forms_of, names_in
from scenograph.bridge.spelling import capitalised_words, pieces_of
from scenograph.carriers import NANO
from scenograph.core import Scene, delinearise, linearise
from scenograph.core.links import quote
from scenograph.corpus import language_of
from scenograph.errors import BridgeError
from scenograph.vocabulary import Vocabulary, standard_atoms
from scenograph.world import World
from scenograph.world.forms import common_words

WORLD = World()
VOCABULARY = Vocabulary.load(NANO / "vocabulary")
WRITER = SceneWriter(VOCABULARY, domain_grammar(WORLD))
PAIRS = [(style, language) for style in WORLD.styles for language in WORLD.languages]


@pytest.mark.parametrize(("style", "language"), PAIRS)
def test_every_text_of_the_world_may_be_spoken_and_its_scene_be_read(style: str, language: str) -> None:
    rng = random.Random(0)
    for scene in WORLD.scenes(40, seed=12, split="test"):
        text = WORLD.say(scene, style, language, rng)
        ids = [*VOCABULARY.encode_text(text), VOCABULARY.eos]
        spoken = TextConstraint(
            VOCABULARY, len(ids) + 1, NameSpeller(VOCABULARY, scene, language, WORLD.names)
        )
        for token in ids:
            assert spoken.mask()[token], (text, VOCABULARY.decode([token]))
            spoken.advance(token)
        written = VOCABULARY.encode_answer(("scene", linearise(scene)))
        read = WRITER.constraint(len(written) + 60, names_in(text, language_of(text), WORLD.names))
        for token in written:
            assert read.mask()[token], (text, VOCABULARY.decode([token]))
            read.advance(token)


# --- the plain definition ----------------------------------------------------------------------------------


BYTES = [*range(0xC0), 0xC3, 0xD0, 0xD1, 0xE2, 0xFF]


class _Bytes:
    """A base tokenizer of the bytes of a few alphabets, one that no text holds, and some longer pieces."""

    kind = "bytes"
    specials: Mapping[str, int] = {}

    def __init__(self, longer: Collection[bytes]) -> None:
        self.token_bytes = list(dict.fromkeys([*(bytes([byte]) for byte in BYTES), *longer]))

    def encode(self, text: str) -> list[int]:
        return [BYTES.index(byte) for byte in text.encode()]

    def files(self) -> dict[str, bytes]:
        return {}


def is_allowed(text: str, words: Collection[str], begun: Collection[str]) -> bool:
    """Every capitalised word of *text* is one of *words*; the last one may be one of *begun* instead."""
    place = 0
    while place < len(text):
        end = place
        while end < len(text) and text[end].isalpha() and text[place].isupper():
            end += 1
        word = text[place:end]
        if word and word not in words and not (end == len(text) and word in begun):
            return False
        place = max(end, place + 1)
    return True


@cache
def completions(part: bytes) -> str:
    """All characters that begin with the bytes *part*, as far as these alphabets go."""
    return "".join(it for it in map(chr, range(0x80, 0x3000)) if it.encode().startswith(part))


def may_begin(data: bytes, words: Collection[str], begun: Collection[str]) -> bool:
    """*data* is the beginning of an allowed text."""
    try:
        return is_allowed(data.decode(), words, begun)
    except UnicodeDecodeError as error:
        if error.reason != "unexpected end of data":
            return False
        text = data[: error.start].decode()
        return any(is_allowed(text + it, words, begun) for it in completions(data[error.start :]))


LETTERS = "OlegZhanВерайÉß"
pieces = st.builds(
    lambda text, begin, end: text.encode()[begin : len(text.encode()) - end],
    st.text(f"{LETTERS} -,'—", min_size=3, max_size=6),  # three bytes or more, of which up to two are cut off
    st.integers(0, 1),
    st.integers(0, 1),
)
names = st.lists(st.text(LETTERS, min_size=1, max_size=4), min_size=1, max_size=3)


@given(
    longer=st.lists(pieces, max_size=25),
    called=names,
    choices=st.lists(st.floats(0, 0.999), min_size=1, max_size=9),
    language=st.sampled_from(["en", "ru"]),
)
def test_what_may_be_said_is_what_the_plain_definition_allows(
    longer: list[bytes], called: list[str], choices: Sequence[float], language: str
) -> None:
    scene = Scene.build(["and"], [(0, ":name", quote(name)) for name in called])
    forms = capitalised_words(forms_of(scene, language, WORLD.names))
    words = forms | {word[:1].upper() + word[1:] for word in common_words(language)}
    begun = {word[:end] for word in words for end in range(1, len(word))}
    vocabulary = Vocabulary(_Bytes([*longer, *(form.encode() for form in forms)]), standard_atoms(World()))
    speller = NameSpeller(vocabulary, scene, language, WORLD.names)
    base = vocabulary.token_bytes[: vocabulary.base_size]
    written = b""
    for choice in choices:
        mask = speller.mask()
        allowed = [may_begin(written + piece, words, begun) for piece in base]
        assert mask[: len(base)].tolist() == allowed
        assert mask[vocabulary.eos] == may_begin(written + b".", words, begun)
        assert np.count_nonzero(mask[len(base) :]) == mask[vocabulary.eos]
        chosen = [i for i, may in enumerate(allowed) if may]
        telling = [i for i in chosen if len(base[i]) > 1 or base[i] in LETTERS.encode()] or chosen
        token = telling[int(choice * len(telling))]
        speller.advance(token)
        written += base[token]


@dear
@given(called=names, choices=st.lists(st.floats(0, 0.999), min_size=1, max_size=8))
def test_names_are_read_as_training_spells_them(called: list[str], choices: Sequence[float]) -> None:
    constraint = WRITER.constraint(200, frozenset(called))
    for token in VOCABULARY.encode_scene('( sleep:agent( entity:name"Oleg"')[:-5]:
        constraint.advance(token)
    written, spelt = [], [VOCABULARY.encode_text(name) for name in called]
    for choice in choices:
        mask = constraint.mask().numpy()
        going = [ids for ids in spelt if ids[: len(written)] == written]
        may = {ids[len(written)] for ids in going if len(ids) > len(written)}
        allowed = np.flatnonzero(mask[: VOCABULARY.base_size])
        assert set(allowed.tolist()) == may
        assert mask[VOCABULARY.id('"')] == (written in spelt)
        if not may:
            return
        token = int(allowed[int(choice * len(allowed))])
        constraint.advance(token)
        written.append(token)


@pytest.mark.parametrize("room", range(0, 40, 3))
def test_a_name_is_written_out_however_few_tokens_are_left(room: int) -> None:
    called = frozenset({"Oleg", "Konstantinopolskaya", "Ole"})
    liked = [VOCABULARY.id(atom) for atom in ('"', ":name", ":agent", "(")]
    constraint = WRITER.constraint(WRITER.least_budget + room, called)
    rng = np.random.default_rng(room)
    ids: list[int] = []
    while not constraint.is_done:
        allowed = np.flatnonzero(constraint.mask())
        better = np.intersect1d(allowed, liked)
        ids.append(int(rng.choice(better if len(better) and rng.random() < 0.9 else allowed)))
        constraint.advance(ids[-1])
    scene = delinearise(VOCABULARY.decode(ids[:-1]))
    assert {target for _, _, target in scene.links if str(target)[0] == '"'} <= {*map(quote, called)}


# --- examples ----------------------------------------------------------------------------------------------


def allowed_after(constraint: TextConstraint | SceneConstraint, ids: Sequence[int]) -> set[str]:
    for token in ids:
        constraint.advance(token)
    return {VOCABULARY.decode([i]) for i in np.flatnonzero(constraint.mask()).tolist()}


def test_a_name_that_is_not_there_cannot_be_written() -> None:
    scene = Scene.parse('(s / sleep :agent (e / entity :name "Marta") :tense past)')
    spoken = TextConstraint(VOCABULARY, 40, NameSpeller(VOCABULARY, scene, "en", WORLD.names))
    assert allowed_after(spoken, VOCABULARY.encode_text("Mart")) == {"a"}
    with pytest.raises(BridgeError, match="cannot come next"):
        spoken.advance(VOCABULARY.eos - 1)
    read = WRITER.constraint(80, names_in("Marta slept.", "en", WORLD.names))
    assert allowed_after(read, VOCABULARY.encode_scene('( sleep:agent( entity:name"Mart"')[:-1]) == {"a"}


def test_names_and_their_forms() -> None:
    assert names_in("Because Oleg slept, Marta's bridge fell.", "en", WORLD.names) == {"Oleg", "Marta"}
    assert {"Oleg", "Marta"} <= names_in("Марта дала мост Олегу.", "ru", WORLD.names)
    assert names_in("If it rained, then it rained.", "en", WORLD.names) == frozenset()
    scene = Scene.parse('(s / sleep :agent (e / entity :name "Marta") :tense past)')
    assert forms_of(scene, "en", WORLD.names) == {"Marta"}
    assert {"Марта", "Марты", "Марте", "Марту", "Мартой"} == forms_of(scene, "ru", WORLD.names)


@given(
    longer=st.sets(st.from_regex(r"[12]{0,2}[:x]?", fullmatch=True).map(str.encode).filter(bool)),
    written=st.sampled_from([b"", b"1", b"2", b"12"]),
    numbers=st.sets(st.integers(1, 22), max_size=4),
)
def test_a_number_that_is_written_becomes_one_of_those_allowed(
    longer: set[bytes], written: bytes, numbers: set[int]
) -> None:
    def may_follow(piece: bytes) -> bool:
        digits = re.match(rb"[0-9]*", written + piece)
        assert digits
        if digits[0] == written + piece:
            return any(str(number).encode().startswith(digits[0]) for number in numbers)
        return digits[0] in {str(number).encode() for number in numbers}

    vocabulary = Vocabulary(_Bytes(longer), standard_atoms(World()))
    base = vocabulary.token_bytes[: vocabulary.base_size]
    mask = pieces_of(vocabulary).of_numbers(written, numbers)
    whole = written in {str(number).encode() for number in numbers}
    assert {base[i] for i in np.flatnonzero(mask[: len(base)])} == {it for it in base if may_follow(it)}
    assert mask[len(base) :].tolist() == [whole] * len(vocabulary.atoms)
