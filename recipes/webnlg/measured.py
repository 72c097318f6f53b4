"""What trained adapters reach: texts read, scenes said, and scenes said and then read back."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from statistics import fmean
from typing import Any

from entries import SPEAKER, Entry, read_prompt, speak_prompt
from triple_form import Known, TripleForm
from triple_scores import text_scores, triple_scores
from triple_words import normalised, parse_words

from scenograph import retention
from scenograph.adapters.precision import in_precision
from scenograph.bridge.forms import TextForm
from scenograph.carriers import LocalCarrier
from scenograph.carriers.protocol import Job
from scenograph.core import Scene
from scenograph.prompts import READER
from scenograph.surfaces.triples import Triple, format_triples, from_triples, parse_triples

ROOM = 48  # tokens of an answer beyond one and a half times the prompt's


def in_fast_precision(carrier: LocalCarrier) -> LocalCarrier:
    """Return *carrier* over weights in the precision that training computes in."""
    model = in_precision(carrier.module, "auto")
    if model is carrier.module:
        return carrier
    return LocalCarrier(carrier.name, model, carrier.vocabulary, own_rows=carrier.own_rows)


def read(carrier: LocalCarrier, texts: Sequence[str], known: Known) -> list[list[Triple]]:
    """Return the triples that the reader finds in each of *texts*."""
    jobs = [
        Job(prompt := read_prompt(text), READER, TripleForm(known, _room(carrier, prompt), text))
        for text in texts
    ]
    return [normalised(dict.fromkeys(parse_words(written.text))) for written in carrier.write(jobs)]


def speak(
    carrier: LocalCarrier, said: Sequence[Sequence[Triple]], language: str, draws: Sequence[int] = ()
) -> list[str]:
    """Return a text for each set of triples: the likeliest, or those with the numbers *draws*."""
    jobs = [
        Job(prompt := speak_prompt(triples, language), SPEAKER, TextForm(_room(carrier, prompt)), draw=draw)
        for triples, draw in zip(said, draws or [0] * len(said), strict=True)
    ]
    return [written.text.strip() for written in carrier.write(jobs)]


def _room(carrier: LocalCarrier, prompt: Any) -> int:
    return carrier.length(prompt) * 3 // 2 + ROOM


def measure(
    carrier: LocalCarrier, entries: Sequence[Entry], known: Known, seed: int, guard: float
) -> dict[str, Any]:
    """
    Return the scores of *entries*, which are of one language, and what was written.

    One text of each entry is read, drawn by *seed*. BLEU and chrF++ are against all texts. The guard lets
    a text pass whose retention is at least *guard*; instead of another it says the triples as they stand.
    """
    rng = random.Random(f"webnlg dev:{seed}")
    texts = [rng.choice(entry.texts) for entry in entries]
    wanted = [list(entry.triples) for entry in entries]
    began = time.perf_counter()
    found = read(carrier, texts, known)
    after_read = time.perf_counter()
    said = speak(carrier, wanted, entries[0].language)
    after_said = time.perf_counter()
    back = read(carrier, said, known)
    scenes = [entry.scene for entry in entries]
    kept = [
        retention(scene, from_triples(triples)) if triples else 0.0
        for scene, triples in zip(scenes, back, strict=True)
    ]
    shares = [
        share if share >= guard else _of_fallback(scene) for share, scene in zip(kept, scenes, strict=True)
    ]
    return {
        "entries": len(entries),
        "text": text_scores(said, [entry.texts for entry in entries]),
        "triples": triple_scores(found, wanted),
        "triples exact entries": fmean(
            set(mine) == set(theirs) for mine, theirs in zip(found, wanted, strict=True)
        ),
        "retention": {
            "unguarded": fmean(kept),
            "guarded": fmean(shares),
            "fallback": fmean(share < guard for share in kept),
        },
        "seconds": {"read": after_read - began, "speak": after_said - after_read},
        "written": [
            {"text": text, "found": found_, "wanted": wanted_, "said": said_, "back": back_, "kept": kept_}
            for text, found_, wanted_, said_, back_, kept_ in zip(
                texts, found, wanted, said, back, kept, strict=True
            )
        ],
    }


def _of_fallback(scene: Scene) -> float:
    """Return what is read back from what the guard says instead: the triples as they stand."""
    return retention(scene, parse_triples(format_triples(scene)))
