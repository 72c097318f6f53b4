"""What an evaluation found. Shares are between 0 and 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

ByStyle = Mapping[str, Mapping[str, float]]
"""style → language → share."""


@dataclass(frozen=True)
class Retention:
    """How much of a scene is left after it was spoken and read back, on average."""

    unguarded: float
    """As the adapters speak."""
    guarded: float
    """With the guard: a text that lost something is replaced by the exact plain surface."""
    fallback: float
    """Share of texts that were replaced."""
    faithful: float
    """Share of unguarded texts in which the domain's own, untrained parser finds exactly the scene."""


@dataclass(frozen=True)
class CorpusScores:
    """Quality on an imported corpus, for one language; the references are texts that people wrote."""

    examples: int
    read_f1: float
    """Mean F1 of the triples read from one text of each example; a text that could not be read counts 0."""
    read_exact: float
    draft_f1: float
    """The same without a threshold for the confidence: nothing counts as unread."""
    smatch: float
    """F1 of the triples of all those scenes together, as Smatch scores a corpus."""
    bleu: float
    """Corpus BLEU of the spoken texts against all references, 0 to 100."""
    chrf: float
    """Corpus chrF++ of the same, 0 to 100."""
    retention: float
    """Mean F1 of the scene read back from the spoken text, unguarded."""


@dataclass(frozen=True)
class Sample:
    """One scene and what the mind says for it, for a person to read."""

    scene: str
    spoken: Mapping[str, Mapping[str, str]]
    """style → language → text, as the adapters speak."""
    retention: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Evaluation:
    """All numbers of one evaluation; `record` is the contract of `scenograph eval --json`."""

    n: int
    """Scenes per style and language."""
    seed: int
    exact_read: ByStyle = field(default_factory=dict[Any, Any])
    """style → language → share of texts read into exactly the right scene."""
    retention: Mapping[str, Mapping[str, Retention]] = field(default_factory=dict[Any, Any])
    """style → language → retention."""
    abilities: Mapping[str, float] = field(default_factory=dict[Any, Any])
    """ability → share of tasks done exactly right."""
    questions: Mapping[str, float] = field(default_factory=dict[Any, Any])
    """language → share of questions answered right."""
    speed: Mapping[str, float] = field(default_factory=dict[Any, Any])
    """what → how many per second."""
    corpora: Mapping[str, Mapping[str, CorpusScores]] = field(default_factory=dict[Any, Any])
    """corpus → language → scores."""
    samples: tuple[Sample, ...] = ()

    def record(self) -> dict[str, Any]:
        """
        Return the evaluation as a JSON object.

            {"exact_read": {style: {language: share}},
             "retention": {style: {language: {"unguarded": x, "guarded": x, "fallback": share}}},
             "abilities": {name: share}, "questions": {language: share},
             "speed": {...}, "n": items, "seed": N}

        `corpora` is there only where corpora were measured.
        """
        record = _rounded(asdict(self))
        del record["samples"]
        for languages in record["retention"].values():
            for it in languages.values():
                del it["faithful"]
        if not self.corpora:
            del record["corpora"]
        return record

    def details(self) -> dict[str, Any]:
        """Return `record`, what the domain's parser finds in each style, and the samples, for the report."""
        return {
            **self.record(),
            "faithful": {
                style: {language: round(it.faithful, 4) for language, it in languages.items()}
                for style, languages in self.retention.items()
            },
            "samples": [asdict(sample) for sample in self.samples],
        }


def _rounded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _rounded(item) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType]
    return round(value, 4) if isinstance(value, float) else value
