"""
Text → words, as treebanks of Universal Dependencies cut it: "don't" is do + n't, "из-за" is one word.

Blanks always separate words. Inside a run of other characters, a word can end only where the kind of
character changes (letter, digit, each mark), before "n't", and inside letters that a treebank cuts
(can|not, gon|na). Some of these are certain (see `scenograph.readers.wholes`).
A logistic regression over hashed features of the place decides each of the others. It is trained on treebanks
in under a minute (`train`), and its weights fit in 64 KB.

    I don't know.  →  I | do | n't | know | .
"""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, final

import numpy as np

from scenograph.readers.spelling import FILLER, marked
from scenograph.readers.wholes import is_english_word, opened, whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

BUCKETS = 1 << 16  # of hashed features; the last weight is the bias
FEATURES = 14  # of each place

Span = tuple[int, int]

_RUN = re.compile(r"\S+")
_PLAIN = re.compile(r"[A-Za-z]+|[а-яё]+|[А-ЯЁ][а-яё]*|[0-9]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_OWNER = re.compile(r"(?<=[^\W\d_])['’]s(?=\W*$)")
_NOT = re.compile(r"(?i)n['’]?t$")
_CORE = re.compile(r"[\w'’]+(?:[-.&/][\w'’]+)*")
_REPEATED = re.compile(r"(.)\1+")
_ROUNDS = 8  # passes over all places in training
_OWN_KIND = frozenset("'’.,-/:&#@_")


@lru_cache(maxsize=1 << 12)
def _kind(character: str) -> str:
    """Return the kind of a character: L Latin letter, C other letter, D digit, E emoji, P other mark."""
    if character.isdigit():
        return "D"
    if character.isalpha():
        return "L" if character.lower() < "\u0250" else "C"
    if character in _OWN_KIND:
        return character
    return "E" if character > "\u2000" else "P"


def _kinds(run: str) -> str:
    """Return the kinds of all characters; a combining accent is of the kind of its letter."""
    kinds: list[str] = []
    for character in run:
        accent = "\u0300" <= character < "\u0370" or character in f"\ufe0f\u200d{FILLER}"
        kinds.append(kinds[-1] if accent and kinds else _kind(character))
    return "".join(kinds)


class _Place(NamedTuple):
    """
    A place where a word may end, `run[:at]` before it.

    Attributes:
        at: where the next word would begin
        features: hashed; () if a word certainly ends there
    """

    at: int
    features: tuple[int, ...]


@final
@dataclass(frozen=True)
class Tokenizer:
    """
    Cuts text into words.

    Attributes:
        weights: float32, shape (BUCKETS + 1,)
        inner: letter runs in lower case that are cut inside, with the places: `{"cannot": (3,)}`
    """

    weights: NDArray[np.float32]
    inner: Mapping[str, tuple[int, ...]]

    def words(self, text: str, language: str) -> list[Span]:
        """Return the start and end of each word of *text*, in order. They cover all but the blanks."""
        runs = list(_places(text, language, self.inner))
        rows = [place.features for _, _, places in runs for place in places if place.features]
        ends = iter(
            (self.weights[np.array(rows)].sum(1) + self.weights[BUCKETS] > 0).tolist() if rows else ()
        )
        found: list[Span] = []
        for start, run, places in runs:
            begin = 0
            for place in places:
                if not place.features or next(ends):
                    found.append((start + begin, start + place.at))
                    begin = place.at
            found.append((start + begin, start + len(run)))
        return found


def train(texts: Iterable[tuple[str, str, Sequence[Span]]], *, seed: int = 0) -> Tokenizer:
    """
    Return a tokenizer that learned from texts with the spans of their words.

    Args:
        texts: text, language, and the start and end of each word
        seed: order of the places; the same seed gives the same weights
    """
    known: dict[str, set[int]] = defaultdict(set)
    cut_texts: list[tuple[str, str, set[int]]] = []
    for text, language, spans in texts:
        ends = {end for span in spans for end in span}
        for letters in _LETTERS.finditer(text):
            for end in range(letters.start() + 1, letters.end()):
                if end in ends:
                    known[letters.group().lower()].add(end - letters.start())
        cut_texts.append((text, language, ends))
    inner = {letters: tuple(sorted(places)) for letters, places in sorted(known.items())}
    rows: list[tuple[int, ...]] = []
    wanted: list[bool] = []
    for text, language, ends in cut_texts:
        for start, _, places in _places(text, language, inner):
            unsure = [place for place in places if place.features]
            rows += [place.features for place in unsure]
            wanted += [start + place.at in ends for place in unsure]
    return Tokenizer(_regression(np.array(rows), np.array(wanted, dtype=np.float64), seed), inner)


def _regression(rows: NDArray[np.int64], wanted: NDArray[np.float64], seed: int) -> NDArray[np.float32]:
    """Return weights of a logistic regression, fitted by AdaGrad (Duchi et al., 2011)."""
    weights, squares = np.zeros(BUCKETS + 1), np.full(BUCKETS + 1, 1e-6)
    random = np.random.default_rng(seed)
    for _ in range(_ROUNDS):
        order = random.permutation(len(rows))
        for start in range(0, len(order), 64):
            batch = order[start : start + 64]
            error = 1 / (1 + np.exp(-weights[rows[batch]].sum(1) - weights[BUCKETS])) - wanted[batch]
            touched, position = np.unique(rows[batch].ravel(), return_inverse=True)
            touched = np.append(touched, BUCKETS)
            slope = np.append(np.bincount(position, np.repeat(error, rows.shape[1])), error.sum())
            squares[touched] += slope**2
            weights[touched] -= 0.2 * slope / np.sqrt(squares[touched])
    return weights.astype(np.float32)


def _places(
    text: str, language: str, inner: Mapping[str, tuple[int, ...]]
) -> Iterator[tuple[int, str, list[_Place]]]:
    """Yield each run of characters between blanks, with its start and the places where a word may end."""
    runs = list(_RUN.finditer(marked(text)))
    for index, found in enumerate(runs):
        run = found.group()
        if _PLAIN.fullmatch(run) and run.lower() not in inner and not _NOT.search(run):
            yield found.start(), run, []
            continue
        kinds = _kinds(run)
        ends = {
            at
            for at in range(1, len(run))
            if run[at] != FILLER and (kinds[at] != kinds[at - 1] or kinds[at] not in "LCD")
        }
        negated = _NOT.search(run)
        if negated and negated.start() and not is_english_word(run):
            ends.add(negated.start())
        for letters in _LETTERS.finditer(run):
            if not (cuts := inner.get(letters.group().lower(), ())) or is_english_word(letters.group()):
                continue
            ends.update(letters.start() + at for at in cuts)
        for begin, end in whole(run, language, is_last=index + 1 == len(runs)):
            ends.difference_update(range(begin + 1, end))
        if not ends:
            yield found.start(), run, []
            continue
        following = runs[index + 1].group() if index + 1 < len(runs) else ""
        cores = [(core.start(), core.end(), core.group().lower()) for core in _CORE.finditer(run)]
        begun = opened(run)
        if language == "en" and (owner := _OWNER.search(run)):  # «Marta's», «it's»
            ends.difference_update(range(owner.start() + 1, owner.end()))
            ends.add(owner.start())
            begun.append(owner.start())
        yield (
            found.start(),
            run,
            [
                _Place(at, () if at in begun else _features(run, kinds, at, following, cores, language))
                for at in sorted(ends)
            ],
        )


def _features(
    run: str, kinds: str, at: int, following: str, cores: list[tuple[int, int, str]], language: str
) -> tuple[int, ...]:
    """Return the hashed features of ending a word before `run[at]`. *following* is the next run."""
    left, right = _same_kind(run, kinds, at - 1, -1), _same_kind(run, kinds, at, 1)
    around = f"{kinds[max(0, at - 3) : at]}|{kinds[at : at + 3]}"
    last = at == len(run) - 1
    core = next((f"{text}{at - start}" for start, end, text in cores if start < at < end), "")
    named = (
        around,
        f"l{left}|{kinds[at]}",
        f"r{kinds[at - 1]}|{right}",
        f"lr{left}|{right}",
        f"s{_runs(kinds)}{len(_runs(kinds[:at]))}",
        f"c3{run[max(0, at - 3) : at].lower()}|{run[at : at + 3].lower()}",
        f"end{last}{around}{following[:1].isupper()}{following == ''}",
        f"L{min(len(left), 3)}{around}{run[at - 1].isupper()}",
        f"w{run.lower()}{at}",
        f"endl{left}|{run[at:].lower()}|{following == ''}",
        f"p{run[:1]}{around}",
        f"n{following[:4].lower()}{run[at:].lower()}" if last else "n",
        f"url{'http' in run or 'www' in run}{'@' in run}{around}",
        f"core{core}",
    )
    return tuple(zlib.crc32(f"{language}{feature}".encode()) % BUCKETS for feature in named)


def _runs(kinds: str) -> str:
    """Return *kinds* with each repeated kind once: `LLLDD` → `LD`."""
    return _REPEATED.sub(r"\1", kinds)


def _same_kind(run: str, kinds: str, at: int, step: int) -> str:
    """Return the letters or digits from `run[at]` on, in the direction of *step*; one character of a mark."""
    end = at
    while 0 <= end + step < len(run) and kinds[end + step] == kinds[at] and kinds[at] in "LCD":
        end += step
    return run[min(at, end) : max(at, end) + 1].lower()
