"""
Traces: what the outside loop does with a question, as one sequence that a thinker learns to write.

    ⟁bos Who built the bridge? ⟁read ( build:agent ?who …) ⟁recall ( build …) ⟁sep ( answer …) ⟁answer:poet
                                     └───── learned ──────────────┘└─ inserted ──┘└──── chosen ───────────┘

What commands insert is not learned, nor are ids that `bridge.choices` forces: where nothing else may be
written, there is nothing to learn.

Questions are drawn from the scenes of the domain, and answered from a memory that has half of these scenes.
What the others say is not known, or follows by rules.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Final, final

import numpy as np

from scenograph.answers import Recalls
from scenograph.bridge.commands import carry_out, choices
from scenograph.carriers.stream import Stream
from scenograph.core.field import Field, Rule
from scenograph.core.scene import Scene
from scenograph.domain import Domain, Question
from scenograph.prompts import THINKER, scene_segment, think_prompt
from scenograph.vocabulary.atoms import FIELD, RECALL

if TYPE_CHECKING:
    from scenograph.adapters.encode import Encoded
    from scenograph.memory import Hit
    from scenograph.vocabulary import Vocabulary

_SCENES: Final = 120  # of one memory, which has half of them
_ASKED: Final = 60  # questions to one memory
_RECALLED: Final = 8  # crystals for one cue
_CONCLUDED: Final = 0.15  # share of the questions about what follows by rules, as far as there are such


def traces(
    domain: Domain,
    vocabulary: Vocabulary,
    count: int,
    seed: int,
    *,
    styles: Sequence[str],
    languages: Sequence[str],
    most: int,
    split: str = "train",
) -> list[Encoded]:
    """
    Return *count* sequences, or fewer if the domain has no more questions; always the same for one *seed*.

    Args:
        vocabulary: with the commands of a thinker
        styles: of the answers
        languages: of the questions
        most: the longest sequence
    """
    from scenograph.memory import Memory, Note

    rng = random.Random(f"traces:{seed}")
    found: list[Encoded] = []
    for batch in range(2 * -(-count // _ASKED)):
        scenes = list(domain.scenes(_SCENES, seed * 1_000_003 + batch, split))
        known = scenes[::2]
        with tempfile.TemporaryDirectory(prefix="scenograph-") as folder, Memory.open(folder) as memory:
            memory.remember_many(Note(scene, source="traces") for scene in known)
            few = _Few(memory)
            for question in islice(_questions(domain, scenes, known, rng), _ASKED):
                language = rng.choice(languages)
                text, style = rng.choice(question.texts[language]), rng.choice(styles)
                example = trace(text, question.scene, style, vocabulary, few, domain.rules)
                if len(example.ids) <= most:
                    found.append(example)
                if len(found) == count:
                    return found
    return found


@final
class _Few:
    """
    A memory that recalls little, and so answers sooner: what contains a whole cue comes first anyway.

    Args:
        memory: what it asks
    """

    def __init__(self, memory: Recalls) -> None:
        self._memory = memory

    def recall(self, cue: Scene | str, k: int = _RECALLED) -> Sequence[Hit]:
        """As the memory, but only the first."""
        return self._memory.recall(cue, min(k, _RECALLED))


def trace(
    text: str, cue: Scene, style: str, vocabulary: Vocabulary, memory: Recalls, rules: Sequence[Rule]
) -> Encoded:
    """Return the sequence in which *text*, read as *cue*, is answered from *memory*."""
    from scenograph.adapters.encode import Encoded

    prompt = think_prompt(text).prompt
    stream = Stream(vocabulary, prompt, THINKER)
    begin = len(stream.ids)
    stream.ids += vocabulary.encode(scene_segment(cue))
    stream.ids.append(vocabulary.id(RECALL))
    unlearned: list[tuple[int, int]] = []
    command: str | None = RECALL
    while command is not None:
        found = carry_out(command, cue, memory, rules)
        before = len(stream.ids)
        stream.insert(found.segments)
        unlearned.append((before, len(stream.ids)))
        may = choices(command, cue, found.findings, rules, style, vocabulary)
        # The outside loop concludes only where nothing is stated.
        chosen = next(
            ids for ids, it in may.items() if found.findings or it == FIELD or FIELD not in may.values()
        )
        for end, token in enumerate(chosen):
            if len({it[end] for it in may if it[:end] == chosen[:end]}) == 1:
                unlearned.append((len(stream.ids), len(stream.ids) + 1))
            stream.ids.append(token)
        command = FIELD if may[chosen] == FIELD else None
    return Encoded(np.array(stream.ids, np.int32), stream.start, begin, 0, tuple(unlearned))


def _questions(
    domain: Domain, scenes: Sequence[Scene], known: Sequence[Scene], rng: random.Random
) -> Iterator[Question]:
    """Yield questions without end about *scenes*, some about what follows from those that are *known*."""
    concluded = [scene for scene, _ in Field(known).close(domain.rules).proofs()] if domain.rules else []
    asked = {scene: domain.questions(scene, rng) for scene in (*scenes, *concluded)}
    stated = [scene for scene in scenes if asked[scene]]
    follows = [scene for scene in concluded if asked[scene]]
    while stated:
        about = follows if follows and rng.random() < _CONCLUDED else stated
        yield rng.choice(asked[rng.choice(about)])
