"""
Styles from a description: what is to be said in them, and the pairs that come of it.

    my-mind/styles/
      bard.candidates.jsonl    every text that a model wrote for the style, and what the guard made of it
      bard.jsonl               the pairs that were kept, which teach the style
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from scenograph import corpus
from scenograph.distilled.candidates import MEANINGS, Candidate, Said, counted
from scenograph.distilled.writing import languages
from scenograph.errors import CorpusError
from scenograph.mind.steps.corpus import TASKS
from scenograph.mind.steps.tasks import read_tasks
from scenograph.mind.teaching.pairs import LEAST, Pair

if TYPE_CHECKING:
    from scenograph.core import Scene
    from scenograph.mind import Mind
    from scenograph.mind.workspace import Workspace

_STOCK = 3  # scenes for each text that is to be kept


def sayings(mind: Mind, most: int, path: Path | None = None) -> list[Said]:
    """
    Return what a style is to say: scenes with plain texts.

    Args:
        most: texts that are to be kept in each language
        path: a corpus with texts, read by the mind where they have no scene; None: what the mind learned from
    Raises:
        CorpusError: if there is nothing to say
    """
    known = tuple(code for code in languages() if code in mind.domain.languages)
    found = _given(mind, path) if path is not None else _learned(mind.workspace)
    chosen: dict[Said, None] = {}
    left = dict.fromkeys(known, most * _STOCK)
    for said in found:
        if said not in chosen and left.get(said.language, 0) > 0:
            left[said.language] -= 1
            chosen[said] = None
    if not chosen:
        where = path or mind.workspace.corpus
        raise CorpusError(f"{where}: no text in {' or '.join(known)} was read surely; give plain sentences")
    return list(chosen)


def read_back(mind: Mind, text: str, said: Said) -> Scene | None:
    """Return what the mind reads in *text*, with its unsure links, and names spelt as in the scene."""
    [reading] = mind.read_many([text], language=said.language)
    back = reading.draft
    return None if back is None else mind.domain.respelt(back, said.scene, said.language)


def pairs_of(candidates: Iterable[Candidate], by: str) -> list[Pair]:
    """Return those of *candidates* that were kept, as pairs that teach the style."""
    kept = (it for it in candidates if it.verdict == "kept")
    return [Pair(it.says, it.text, it.said.language, f"written by {by}") for it in kept]


def summary(candidates: Sequence[Candidate]) -> str:
    """Say how many texts were written for how many scenes, and what became of them."""
    counts = counted(candidates)
    why = ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if verdict != "kept")
    kept = counts.get("kept", 0)
    share = f" ({kept / len(candidates):.0%})" if candidates else ""
    scenes = len({it.said for it in candidates})
    return f"{len(candidates)} texts for {scenes} scenes, {kept} kept{share}" + (f"; {why}" if why else "")


def refusals(candidates: Sequence[Candidate]) -> list[str]:
    """Say for each reason why texts were refused how many, what it means, and show the last of them."""
    last = {it.verdict: it for it in candidates}
    return [
        f"{count} {verdict}: {MEANINGS[verdict]}, as in {last[verdict].text!r}"
        for verdict, count in counted(candidates).items()
        if verdict != "kept"
    ]


def check_enough(candidates: Sequence[Candidate], by: str, path: Path) -> None:
    """
    Refuse a style with too few pairs.

    Raises:
        CorpusError: with what became of the texts, and what to do
    """
    counts = counted(candidates)
    if counts.get("kept", 0) >= LEAST:
        return
    refused = [(count, MEANINGS[verdict]) for verdict, count in counts.items() if verdict != "kept"]
    most = f"; mostly, {max(refused)[1]}" if refused else ""
    raise CorpusError(
        f"{by} wrote {summary(candidates)}: too few, a style needs {LEAST}{most}. Show how it talks with "
        f"--line, take a larger model with --by, or give more time; the texts are in {path}, and the same "
        "command goes on from there"
    )


def _learned(workspace: Workspace) -> Iterator[Said]:
    """Yield the plain texts that the mind learned to say."""
    for task in read_tasks(workspace.corpus / TASKS):
        if task.ability == "speak" and task.style == "plain":
            yield Said(task.scene, task.answer[1], task.language)


def _given(mind: Mind, path: Path) -> Iterator[Said]:
    examples = [it for it in corpus.load(path) if it.texts]
    waiting = [it.texts[0] for it in examples if it.scene is None]
    readings = iter(mind.read_many(waiting) if waiting else ())
    for it in examples:
        scene = it.scene
        if scene is None:
            reading = next(readings)
            scene = reading.scene if reading.scene == reading.draft else None
        if scene is not None:
            yield Said(scene, it.texts[0], it.language)
