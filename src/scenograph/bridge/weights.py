"""
What the tokens of a right answer weigh in training: links much, filler little.

A scene is written under a grammar. Where that leaves one token only, the carrier is not asked
(`bridge.forced`), so that it need not learn the token. Such a token weighs `LITTLE`, and any other 1::

    (  sleep :agent (  entity :name " Vera " ) :tense '  past ) ⟁eos      of "Vera slept."
    .1 1     1      1  1      .1    .1 .1 .1 1 1      .1 1    1 .1

A text has no grammar. There a word weighs the less, the more texts of the same voice and language have it,
and its tokens weigh as it does. What stands in each of them, such as a stop or the flourish of a poet, does
not tell one scene from another; a name or a verb does. Articles lie between.

`LITTLE` is not nothing: adapters are also exported to where there is no grammar, and a text shall end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, final

import numpy as np
from numpy.typing import NDArray

from scenograph.bridge.forms import SceneForm
from scenograph.bridge.grammar import Grammar, closes_over, domain_grammar, open_grammar
from scenograph.bridge.naming import names_in
from scenograph.domain import Domain
from scenograph.vocabulary import Vocabulary

if TYPE_CHECKING:
    from scenograph.corpus.tasks import Task

LITTLE: Final = 0.1

_ROOM: Final = 4096  # tokens; so many that the budget forces nothing


@final
class TokenWeights:
    """
    Weighs the answers of tasks.

    Args:
        tasks: all that are learned; what their texts have in common weighs little
        vocabulary: spells the answers
        domain: what the tasks are about; its grammar is closed where reading is
        of_texts: whether tokens of texts are weighed too; else each of them weighs 1
    """

    def __init__(
        self, tasks: Iterable[Task], vocabulary: Vocabulary, domain: Domain, *, of_texts: bool = True
    ) -> None:
        self._of_texts = of_texts
        atoms = [atom.text for atom in vocabulary.atoms]
        self._vocabulary = vocabulary
        self._names = domain.names if closes_over(atoms, domain) else None
        self._grammar = domain_grammar(domain) if closes_over(atoms, domain) else open_grammar(atoms)
        self._with_lexemes = open_grammar(atoms, lexemes=True)
        self._texts: Counter[tuple[str, str]] = Counter()  # of each voice and language
        self._with: Counter[tuple[str, str, str]] = Counter()  # the same, those with a word
        for task in tasks:
            if task.answer[0] == "text":
                voice = (task.adapter, task.language)
                self._texts[voice] += 1
                words = self._words(vocabulary.encode_answer(task.answer))
                self._with.update((*voice, word) for word in set(words))

    def of(self, task: Task) -> NDArray[np.float32]:
        """Return the weight of each token of the answer of *task*, from `LITTLE` to 1; ⟁eos is the last."""
        ids = self._vocabulary.encode_answer(task.answer)
        if task.answer[0] == "scene":
            return self._of_scene(task, ids)
        if not self._of_texts:
            return np.ones(len(ids), np.float32)
        voice = (task.adapter, task.language)
        texts = max(1, self._texts[voice])
        common = [self._with[(*voice, word)] / texts for word in self._words(ids)]
        return np.maximum(LITTLE, 1 - np.array(common, np.float32))

    def _words(self, ids: Sequence[int]) -> list[str]:
        """Return for each token of a text the word that it is a part of, without its case."""
        pieces = [self._vocabulary.token_bytes[token].decode(errors="replace") for token in ids]
        words: list[list[str]] = []
        for before, piece in zip(["", *pieces], pieces, strict=False):
            if before and _is_letter(before[-1]) and _is_letter(piece[:1]):
                words[-1].append(piece)
            else:
                words.append([piece])
        return ["".join(word).strip().lower() for word in words for _ in word]

    def _of_scene(self, task: Task, ids: list[int]) -> NDArray[np.float32]:
        """Lead the constraint under which such a scene is written along *ids*."""
        names = frozenset[str]()
        if task.ability == "read" and self._names is not None:
            names = names_in(task.prompt[0][1], task.language, self._names)
        form = SceneForm(self._grammar_of(task.ability), len(ids) + _ROOM, names)
        constraint = form.over(self._vocabulary)
        weights = np.ones(len(ids), np.float32)
        for place, token in enumerate(ids):
            if constraint.forced() == token:
                weights[place] = LITTLE
            elif not constraint.mask()[token]:
                break  # the grammar cannot write this answer, so that it forces nothing of the rest
            constraint.advance(token)
        return weights

    def _grammar_of(self, ability: str) -> Grammar:
        return self._with_lexemes if ability == "compress" else self._grammar


def _is_letter(character: str) -> bool:
    """Whether it is a part of a word: a letter, a digit, or what is left of a letter cut into bytes."""
    return character.isalnum() or character == "\ufffd"
