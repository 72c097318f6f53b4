"""Clauses that are cut from gold trees are trees, and say a part of what the sentence says."""

from __future__ import annotations

import importlib
import random
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tree_strategies import trees

from scenograph.readers import conllu
from scenograph.readers.convert import convert
from scenograph.readers.sentence import Sentence

HERE = Path(__file__).parent
SCENES = list(conllu.parse((HERE / "scenes.conllu").read_text(encoding="utf-8").split("\n")))
_FIN = "Mood=Ind|Number=Plur|Person=3|Tense=Past|VerbForm=Fin"
_ROWS = f"""
# text = They found the old weapons in Hull, Whitaker said.
1	They	they	PRON	PRP	Case=Nom|Number=Plur|Person=3|PronType=Prs	2	nsubj	_	Args=2:ARG0
2	found	find	VERB	VBD	{_FIN}	10	ccomp	_	Roleset=find.01|Args=10:ARG1
3	the	the	DET	DT	Definite=Def|PronType=Art	5	det	_	_
4	old	old	ADJ	JJ	Degree=Pos	5	amod	_	_
5	weapons	weapon	NOUN	NNS	Number=Plur	2	obj	_	Args=2:ARG1
6	in	in	ADP	IN	_	7	case	_	_
7	Hull	Hull	PROPN	NNP	Number=Sing	2	obl	_	SpaceAfter=No|Args=2:ARGM-LOC
8	,	,	PUNCT	,	_	9	punct	_	_
9	Whitaker	Whitaker	PROPN	NNP	Number=Sing	10	nsubj	_	Args=10:ARG0
10	said	say	VERB	VBD	{_FIN.replace("Plur", "Sing")}	0	root	_	SpaceAfter=No|Roleset=say.01
11	.	.	PUNCT	.	_	10	punct	_	_

"""
_COMMAND = """
# text = Find weapons in Hull.
1	Find	find	VERB	VB	Mood=Imp|VerbForm=Fin	0	root	_	Roleset=find.01
2	weapons	weapon	NOUN	NNS	Number=Plur	1	obj	_	Args=1:ARG1
3	in	in	ADP	IN	_	4	case	_	_
4	Hull	Hull	PROPN	NNP	Number=Sing	1	obl	_	SpaceAfter=No|Args=1:ARGM-LOC
5	.	.	PUNCT	.	_	1	punct	_	_

"""
COMMANDED = next(conllu.parse(_COMMAND.strip().split("\n")))
FOUND = next(conllu.parse(_ROWS.strip().split("\n")))


@pytest.fixture(scope="module")
def recipe() -> ModuleType:
    pytest.importorskip("torch")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(HERE.parents[1] / "recipes"))
        return importlib.import_module("clauses")


def _sentences(recipe: ModuleType, sentence: Sentence, seed: int) -> list[Sentence]:
    """Return all that is made of *sentence*: clauses, clauses with other names, questions."""
    names, chance = recipe.Names.of([FOUND]), random.Random(seed)
    found: list[Sentence] = []
    for clause in (*recipe.cuts(sentence), *recipe.unsaid(sentence)):
        other = recipe.renamed(clause, names, chance)
        for it in (clause, *([other] if other else [])):
            found += [recipe.plain(it), *recipe.questions(it)]
    return found


def _is_sound(made: Sentence) -> bool:
    """Whether *made* is a tree whose words spell its text, and the same when it was written and read."""
    conllu.check_tree(made.words)
    assert list(conllu.parse(conllu.format(made).split("\n"))) == [made]
    assert [made.text[word.start : word.end] for word in made.words] == [word.form for word in made.words]
    assert made.text[:1] == made.text[:1].upper()
    return all(0 < number <= len(made.words) for word in made.words for number, _ in word.arguments)


@given(sentence=trees(), seed=st.integers(0, 9))
def test_whatever_is_made_is_a_tree(recipe: ModuleType, sentence: Sentence, seed: int) -> None:
    assert all(map(_is_sound, _sentences(recipe, sentence, seed)))


@pytest.mark.parametrize("sentence", [*SCENES, FOUND], ids=lambda it: it.text)
def test_a_clause_of_a_gold_tree_is_a_tree_and_part_of_what_it_says(
    recipe: ModuleType, sentence: Sentence
) -> None:
    made = _sentences(recipe, sentence, 0)
    assert all(map(_is_sound, made))
    rows = list(recipe.made([sentence], "ru", recipe.Names.of([FOUND]), random.Random(0)))
    whole = convert(sentence).scene
    assert all(recipe.is_part(convert(row).scene, whole) for _, row in rows)


def test_most_clauses_of_gold_trees_are_kept(recipe: ModuleType) -> None:
    cuts = [clause for sentence in SCENES for clause in recipe.cuts(sentence)]
    kept = [row for _, row in recipe.made(SCENES, "ru", recipe.Names.of([]), random.Random(0))]
    assert len(cuts) > 25
    assert len(kept) > 0.8 * len(cuts)
    assert "Лев Толстой родился в Ясной Поляне." in [it.text for it in kept]


def test_names_and_places_are_put_in_where_roles_say_so(recipe: ModuleType) -> None:
    names = recipe.Names.of([FOUND])
    texts = {
        recipe.plain(other).text
        for clause in recipe.cuts(FOUND)
        for seed in range(20)
        if (other := recipe.renamed(clause, names, random.Random(seed)))
    }
    assert texts == {
        "Whitaker finds the old weapons.",
        "Whitaker found the old weapons.",
        "Whitaker finds the old weapons in Hull.",
        "Whitaker found the old weapons in Hull.",
    }
    assert recipe.Names.of([FOUND], frozenset({"Hull", "Whitaker"})) == recipe.Names([], {})


def test_a_verb_without_a_subject_gets_a_name(recipe: ModuleType) -> None:
    names = recipe.Names.of([FOUND])
    clauses = list(recipe.unsaid(COMMANDED))
    texts = [recipe.plain(recipe.renamed(it, names, random.Random(1))).text for it in clauses]
    assert texts == ["Whitaker finds weapons.", "Whitaker finds weapons in Hull."]
    assert not list(recipe.cuts(COMMANDED))


def test_questions_are_asked_for_what_the_clause_tells(recipe: ModuleType) -> None:
    texts = [question.text for clause in recipe.cuts(FOUND) for question in recipe.questions(clause)]
    assert sorted(set(texts)) == [
        "Did they find the old weapons in Hull?",
        "Did they find the old weapons?",
        "What did they find in Hull?",
        "What did they find?",
        "Where did they find the old weapons?",
        "Which old weapons did they find in Hull?",
        "Which old weapons did they find?",
        "Who found the old weapons in Hull?",
        "Who found the old weapons?",
    ]


def test_the_scene_of_a_question_has_its_unknown(recipe: ModuleType) -> None:
    asked = [
        q for clause in recipe.cuts(FOUND) for q in recipe.questions(clause) if q.text.startswith("Where")
    ]
    scene = convert(asked[0]).scene
    assert scene.format(indent=None) == (
        "(f / find :agent (t / they) :object (w / weapon :mod (o / old) :definite yes :number plural)"
        " :place ?where :tense past)"
    )
