"""The recipe of WebNLG: triples as words and back, what a reader may write, the scores of the challenge."""

from __future__ import annotations

import random
import sys
from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from scenograph.surfaces.triples import Triple
from scenograph.vocabulary import HubBase, Vocabulary, standard_atoms
from scenograph.world import World

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "recipes" / "webnlg"))
try:
    entries = import_module("entries")
    form = import_module("triple_form")
    scores = import_module("triple_scores")
    words = import_module("triple_words")
finally:
    sys.path.pop(0)

ODD = ("|", " | ", "\n", "_", '"', " ", "\u2028", "İ", "aB", "(", "")
TEXTS = st.one_of(
    st.text(max_size=8), st.lists(st.sampled_from([*ODD, "Ada", "1931"]), max_size=5).map("".join)
)
TRIPLES = st.lists(st.tuples(TEXTS, TEXTS, TEXTS), min_size=1, max_size=6)


# --- triples as words -------------------------------------------------------------------------------------


@given(TRIPLES)
def test_what_is_written_as_words_is_read_back(triples: list[tuple[str, str, str]]) -> None:
    known = words.normalised(triples)
    assert Counter(words.parse_words(words.format_words(known))) == Counter(known)
    assert words.normalised(known) == known


@given(TRIPLES, st.text(max_size=40))
def test_the_order_of_a_text_loses_nothing(triples: list[tuple[str, str, str]], text: str) -> None:
    known = words.normalised(triples)
    assert Counter(words.in_order_of(text, known)) == Counter(known)


def test_triples_stand_in_the_order_in_which_a_text_mentions_their_objects() -> None:
    born, died = Triple("Ada", "born in", "London"), Triple("Ada", "died in", "Marylebone")
    assert words.in_order_of("Ada, who died in Marylebone, was born in London.", [born, died]) == [died, born]


def test_those_of_one_subject_share_a_line() -> None:
    triples = words.normalised(
        [
            ("Alan_Bean", "birthDate", '"1932-03-15"'),
            ("NASA", "type", "agency"),
            ("Alan_Bean", "crew", "A_12"),
        ]
    )
    assert words.format_words(triples) == (
        " Alan Bean | birth date | 1932-03-15 | crew | A 12\n NASA | type | agency"
    )


@pytest.mark.parametrize("cut", [" Ada", " Ada |", " Ada | born in", " Ada | born in |", " Ada | born in | "])
def test_an_unfinished_triple_is_left_out(cut: str) -> None:
    assert words.parse_words(" Bo | age | 4\n" + cut) == [Triple("Bo", "age", "4")]


# --- tasks ------------------------------------------------------------------------------------------------


def test_both_directions_get_as_many_texts_as_asked_for() -> None:
    triples = (Triple("Ada", "born in", "London"),)
    chosen = [
        entries.Entry(triples, ("Ada was born in London.", "London bore Ada.", "Ada: London."), "en"),
        entries.Entry(triples, ("One text.",), "en"),
    ]
    tasks = entries.tasks_of(chosen, 3, 2)
    assert Counter(task.ability for task in tasks) == {"read": 3, "speak": 3}
    assert tasks == entries.tasks_of(chosen, 3, 2)
    read = [task for task in tasks if task.ability == "read"]
    assert {task.answer for task in read} == {("text", " Ada | born in | London")}
    assert len({task.prompt for task in read}) == 3
    assert {task.adapter for task in tasks} == set(entries.ADAPTERS)


# --- what a reader may write ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=290, initial_alphabet=alphabet, show_progress=False)
    said = " Ada | born in | London | birth date | 10\n Ada | born | 1815"
    tokenizer.train_from_iterator([said] * 10, trainer)
    return Vocabulary.over(HubBase(tokenizer.to_str(), 0, {}), standard_atoms(World()))


PROPERTIES = frozenset({"born in", "born", "birth date", "age"})
NAMES = frozenset({"Ada (poet)", "Ada", "London"})
TEXT = "Bo Diddley was born in Ockham"


@given(seed=st.integers(0, 10_000), budget=st.integers(2, 60), closed=st.booleans())
def test_whatever_is_written_under_the_mask_is_known_or_copied(
    vocabulary: Vocabulary, seed: int, budget: int, closed: bool
) -> None:
    rng = random.Random(seed)
    known = form.Known(PROPERTIES, NAMES if closed else frozenset())
    mask = form.TripleForm(known, budget, TEXT).over(vocabulary)
    marks = [vocabulary.encode_text(mark)[0] for mark in (words.BAR, words.LINE)] + [vocabulary.eos]
    written: list[int] = []
    while not written or written[-1] != vocabulary.eos:
        allowed = mask.mask().nonzero()[:, 0].tolist()
        assert allowed
        forced = mask.forced()
        assert forced is None or allowed == [forced]
        liked = [token for token in allowed if token in marks]
        token = rng.choice(liked if liked and rng.random() < 0.4 else allowed)
        mask.advance(token)
        written.append(token)
    assert len(written) <= budget
    found = words.parse_words(vocabulary.decode(written[:-1]))
    assert {predicate for _, predicate, _ in found} <= PROPERTIES
    if closed and not mask.was_cut:
        text = TEXT.split()
        copies = {" ".join(text[i:j]) for i in range(len(text)) for j in range(i + 1, len(text) + 1)}
        assert {name for s, _, o in found for name in (s, o)} <= NAMES | copies
    if not mask.was_cut:
        assert found, vocabulary.decode(written)


@pytest.mark.parametrize(
    ("names", "said", "passes"),
    [
        (
            (),
            [Triple("Ada", "born in", "London"), Triple("Ada", "born", "1815"), Triple("Bo", "age", "4")],
            True,
        ),
        (NAMES, [Triple("Ada (poet)", "born in", "London"), Triple("Bo Diddley", "born", "Ockham")], True),
        (NAMES, [Triple("Ada", "born in", "born in Ockham")], True),
        (NAMES, [Triple("Ada", "born in", "Ock")], False),  # no whole word
        (NAMES, [Triple("Ada Diddley", "born in", "London")], False),  # half known, half copied
        (NAMES, [Triple("Ada", "died in", "London")], False),
    ],
)
def test_the_mask_lets_pass_what_is_known_or_copied(
    vocabulary: Vocabulary, names: tuple[str, ...], said: list[Triple], passes: bool
) -> None:
    mask = form.TripleForm(form.Known(PROPERTIES, frozenset(names)), 200, TEXT).over(vocabulary)
    passed = True
    for token in vocabulary.encode_answer(("text", words.format_words(said))):
        passed = passed and bool(mask.mask()[token])
        mask.advance(token)
    assert passed == passes


# --- scores -----------------------------------------------------------------------------------------------

GOLD = [Triple("Alan_Bean", "birthDate", '"1932-03-15"'), Triple("Alan_Bean", "mission", "Apollo_12")]


def f1(found: list[Triple], wanted: list[Triple] = GOLD) -> dict[str, float]:
    return scores.triple_scores([found], [wanted])


def test_what_is_the_same_after_normalisation_scores_one() -> None:
    assert set(f1([Triple("alan bean", "MISSION", "Apollo 12"), GOLD[0]]).values()) == {1.0}
    gold = [Triple("X", "leader", "Ann_Lee_(politician)")]
    assert set(f1([Triple("x", "leader", "Ann Lee")], gold).values()) == {1.0}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        # nothing at all
        ([], {"triple": 0.0, "strict": 0.0, "exact": 0.0, "partial": 0.0, "type": 0.0}),
        # one of two: precision 1, recall 1/2
        ([GOLD[0]], {"triple": 2 / 3, "strict": 2 / 3, "exact": 2 / 3, "partial": 2 / 3, "type": 2 / 3}),
        # an object that shares a word: 5 of 6 elements equal, one partial, all of the right type
        (
            [GOLD[0], Triple("Alan_Bean", "mission", "Apollo_11")],
            {"triple": 1 / 2, "strict": 5 / 6, "exact": 5 / 6, "partial": 5.5 / 6, "type": 1.0},
        ),
        # subject and object changed places: equal, but not in their place
        (
            [GOLD[0], Triple("Apollo_12", "mission", "Alan_Bean")],
            {"triple": 1 / 2, "strict": 4 / 6, "exact": 1.0, "partial": 1.0, "type": 4 / 6},
        ),
        # a third triple that nobody asked for: precision 6/9, recall 1
        (
            [*GOLD, Triple("NASA", "type", "agency")],
            {"triple": 4 / 5, "strict": 12 / 15, "exact": 12 / 15, "partial": 12 / 15, "type": 12 / 15},
        ),
        # said twice: the second one is too much
        ([*GOLD, GOLD[0]], dict.fromkeys(("triple", "strict", "exact", "partial", "type"), 4 / 5)),
    ],
)
def test_hand_made_cases(found: list[Triple], expected: dict[str, float]) -> None:
    assert f1(found) == pytest.approx(expected)


def test_entries_are_counted_together_not_averaged() -> None:
    both = scores.triple_scores([GOLD, []], [GOLD, [GOLD[0]]])
    assert both["triple"] == pytest.approx(2 * 2 / 5)


SMALL = st.lists(
    st.tuples(*[st.sampled_from(["a", "b", "a b", "c d"])] * 3).map(lambda t: Triple(*t)), max_size=4
)


@given(SMALL, SMALL, st.randoms())
def test_measures_are_ordered_and_know_no_order(
    found: list[Triple], wanted: list[Triple], rng: random.Random
) -> None:
    one = f1(found, wanted)
    assert 0 <= one["strict"] <= one["exact"] <= one["partial"] <= 1
    assert one["strict"] <= one["type"] <= 1
    assert f1(wanted, found) == pytest.approx(one)
    assert (one["triple"] == 1) == (Counter(found) == Counter(wanted))
    mixed = rng.sample(found, len(found))
    assert f1(mixed, wanted)["strict"] == pytest.approx(one["strict"])


def test_bleu_and_chrf_are_those_of_sacrebleu() -> None:
    found = scores.text_scores(
        ["Ada was born in London ."], [("London bore Ada.", "Ada was born in London .")]
    )
    assert found == {"bleu": pytest.approx(100), "chrf++": pytest.approx(100)}
