"""WebNLG's entries as examples with normalised triples, and the tasks that adapters learn from."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from triple_words import format_words, in_order_of, normalised

from scenograph import corpus
from scenograph.core import Scene
from scenograph.corpus.tasks import Task
from scenograph.errors import CorpusError
from scenograph.prompts import READER
from scenograph.surfaces.triples import Triple, from_triples, to_triples
from scenograph.vocabulary import Prompt

SPEAKER = "decoder.plain"
ADAPTERS = (READER, SPEAKER)


@dataclass(frozen=True)
class Entry:
    """A set of normalised triples with the texts that say it."""

    triples: tuple[Triple, ...]
    texts: tuple[str, ...]
    language: str

    @property
    def scene(self) -> Scene:
        """The triples as a scene."""
        return from_triples(self.triples)


def entries(data: Path, split: str, language: str, sizes: Iterable[int]) -> list[Entry]:
    """
    Return the entries of *split* with *sizes* triples that have texts in *language*.

    Args:
        data: the folder with en/ and ru/
        split: `train` or `dev`
    Raises:
        CorpusError: if there is none
    """
    found: list[Entry] = []
    for size in sizes:
        folder = data / language / split / f"{size}triples"
        for example in corpus.load(folder):
            if example.scene is not None and example.texts and example.language == language:
                triples = tuple(dict.fromkeys(normalised(to_triples(example.scene))))
                found.append(Entry(triples, example.texts, language))
    if not found:
        raise CorpusError(f"{data}: no {language} entry of {split} has as many triples as asked for")
    return found


def read_prompt(text: str) -> Prompt:
    """Ask for the triples that *text* says."""
    return (("text", f" {text}"), ("command", "⟁read"))


def speak_prompt(triples: Sequence[Triple], language: str) -> Prompt:
    """Ask for a text that says *triples*."""
    return (("text", format_words(triples)), ("command", "⟁say:plain"), ("command", f"⟁{language}"))


def tasks_of(chosen: Iterable[Entry], seed: int, texts: int) -> list[Task]:
    """
    Return a task for either direction for each of *texts* texts of every entry.

    The texts are drawn, for either direction by itself; of an entry with fewer all are taken.
    """
    rng = random.Random(f"webnlg:{seed}")
    tasks: list[Task] = []
    for entry in chosen:
        count = min(texts, len(entry.texts))
        tasks += [read_task(text, entry) for text in rng.sample(entry.texts, count)]
        tasks += [speak_task(entry, text) for text in rng.sample(entry.texts, count)]
    return tasks


def read_task(text: str, entry: Entry) -> Task:
    """Read *text* into the triples of *entry*."""
    words = format_words(in_order_of(text, entry.triples))
    return _task("read", READER, entry, read_prompt(text), words)


def speak_task(entry: Entry, text: str) -> Task:
    """Say the triples of *entry* as *text*."""
    return _task("speak", SPEAKER, entry, speak_prompt(entry.triples, entry.language), f" {text}")


def _task(ability: str, adapter: str, entry: Entry, prompt: Prompt, answer: str) -> Task:
    return Task(ability, adapter, entry.language, "plain", prompt, ("text", answer), entry.scene)
