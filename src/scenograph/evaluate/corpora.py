"""How well a mind reads and speaks texts that people wrote: F1 of triples, BLEU and chrF++ (sacrebleu)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple

from scenograph.core import Scene
from scenograph.core.retention import align, triples
from scenograph.corpus import Example, load
from scenograph.errors import CorpusError
from scenograph.evaluate.evaluation import CorpusScores
from scenograph.progress import Progress

if TYPE_CHECKING:
    from scenograph.mind import Mind


def load_references(path: Path, limit: int | None) -> list[Example]:
    """
    Return the examples of *path* that have both a scene and texts, at most *limit* of them, spread evenly.

    Raises:
        CorpusError: if there is none
    """
    found = [example for example in load(path) if example.scene is not None and example.texts]
    if not found:
        raise CorpusError(
            f"{path}: no example has both a scene and a text, so there is nothing to compare with"
        )
    if limit is None or len(found) <= limit:
        return found
    return [found[index * len(found) // limit] for index in range(limit)]


def measure_corpus(mind: Mind, examples: Sequence[Example], progress: Progress) -> dict[str, CorpusScores]:
    """Read the first text and speak the scene of every example; language → scores."""
    by_language: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        by_language[example.language].append(example)
    scores: dict[str, CorpusScores] = {}
    for language, group in sorted(by_language.items()):
        scenes = [example.scene for example in group if example.scene is not None]
        readings = mind.bridge.read_many([example.texts[0] for example in group], language=language)
        progress.advance(len(group), f"read {language}")
        matches = [match_triples(it.scene, scene) for it, scene in zip(readings, scenes, strict=True)]
        spoken = mind.speak_many(scenes, language=language, guard=False)
        bleu, chrf = compare([it.text for it in spoken], [example.texts for example in group])
        scores[language] = CorpusScores(
            examples=len(group),
            read_f1=fmean(match.f1 for match in matches),
            read_exact=fmean(match.f1 == 1.0 for match in matches),
            draft_f1=fmean(match_triples(it.draft, s).f1 for it, s in zip(readings, scenes, strict=True)),
            smatch=Match(*map(sum, zip(*matches, strict=True))).f1,
            bleu=bleu,
            chrf=chrf,
            retention=fmean(it.retention for it in spoken),
        )
        progress.advance(len(group), f"speak {language} BLEU {bleu:.1f}")
    return scores


class Match(NamedTuple):
    """Triples of one scene that was read, or of many."""

    shared: int  # with the reference
    total: int  # in both together

    @property
    def f1(self) -> float:
        """Their F1; of many scenes together it is the Smatch of a corpus (Cai and Knight, 2013)."""
        return 2 * self.shared / self.total


def match_triples(read: Scene | None, reference: Scene) -> Match:
    """Match what was *read* with the *reference*; None, an unread text, shares nothing."""
    if read is None:
        return Match(0, triples(reference))
    total = triples(read) + triples(reference)
    return Match(total // 2 if read == reference else align(read, reference).shared, total)


def compare(texts: Sequence[str], references: Sequence[Sequence[str]]) -> tuple[float, float]:
    """Return corpus BLEU and chrF++ of *texts*, each against any number of references."""
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF

    streams = [list(stream) for stream in zip_longest(*references)]
    return (
        BLEU().corpus_score(list(texts), streams).score,
        CHRF(word_order=2).corpus_score(list(texts), streams).score,
    )
