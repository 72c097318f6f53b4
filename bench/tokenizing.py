"""
Tokenizers that know of morphology, against plain ones of the same size: BPE and unigram of SentencePiece.

    python bench/tokenizing.py [--data ../shared/data/ud] [--sizes 2000 8000] [--languages ru en world]
        [--texts 6000] [--morphemes base_dict.json] [--network 0] [--only NAME ...] [--seed 0]

Words are cut before pieces are learned, so that no piece crosses a cut. Where they are cut:

    none        nowhere
    ending      between stem and ending: Russian by pymorphy3, English by a list (`morphology.cuts`)
    morfessor   where Morfessor Baseline 2.0.6 cuts them, trained on the words of the same texts
    +spelt      the same, and texts are cut in the same way when they are spelt, not in training alone
    product     as `train_base` does: unigram, endings, and every part of a stem or ending as a candidate

All learn from the same texts in lower case, --texts of them: the train files of EWT and GUM; Taiga and
poetry. All are measured on others: the dev files of EWT and GUM; GSD. For `world` both are texts of the
bundled world in all styles and languages, which nano's tokenizer is trained on. Printed are

    fertility   tokens of a word, over all words of the texts
    endings     precision, recall and F1 of cuts inside words, by word, against the end of the stem as the
                treebanks' lemmas have it; a cut inside a stem counts as wrong here, though it may be a prefix
    morphemes   the same against all cuts of a word; --morphemes names a JSON file with words cut by people,
                as in the package slovorez (Russian dictionary forms, MIT)
    n-gram      bits per character of the texts, by an n-gram model over the tokens, order 6, interpolated
                Kneser-Ney, learned from the train texts. It is no neural model; of long contexts it profits
                little, so that long tokens have no great advantage
    network     the same by an LSTM (one layer of 192, tied embeddings of 192) after --network passes over the
                train texts: as many parameters for each tokenizer, and as many characters seen

Needs: pip install 'scenograph[train]' morfessor
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from scenograph.morphology.cuts import cut
from scenograph.readers.conllu import parse
from scenograph.readers.sentence import Sentence
from scenograph.vocabulary.train import DELIMITER, seeds, train_pieces
from scenograph.world import World

TRAIN = {
    "ru": ("ru_taiga/dev", "ru_taiga/more", "ru_poetry/dev", "ru_poetry/more"),
    "en": ("en_ewt/train", "en_gum/train"),
}
DEV = {"ru": ("ru_gsd/dev",), "en": ("en_ewt/dev", "en_gum/dev")}
WORD = re.compile(r"[a-zа-яё]+")
CLASSES = ("NOUN", "VERB", "ADJ")  # words with endings
ENDINGS = ("s", "es", "ed", "d", "ing", "er", "r", "est", "st", "en", "n")  # English ones
ORDER = 6
ROW = "{:<27}{:>6}{:>10}  {:>16}  {:>16}{:>9}{:>9}{:>8}"

Cut = Callable[[str], Sequence[str]]


def sentences(data: Path, names: Iterable[str]) -> Iterator[Sentence]:
    for name in names:
        yield from parse((data / f"{name}.conllu").read_text(encoding="utf-8").split("\n"))


def lines_of(found: Iterable[Sentence]) -> list[str]:
    return [sentence.text.lower() for sentence in found]


# --- where words are cut ------------------------------------------------------------------------------------


def by_morfessor(lines: Sequence[str], seed: int) -> Cut:
    """Train Morfessor Baseline on the words of *lines*; frequent words count by the logarithm."""
    import morfessor

    random.seed(seed)
    counts = Counter(word for line in lines for word in WORD.findall(line))
    model = morfessor.BaselineModel()
    model.load_data(
        [(n, word) for word, n in sorted(counts.items())], count_modifier=lambda n: round(math.log2(n + 1))
    )
    model.train_batch()
    return cache(lambda word: tuple(model.viterbi_segment(word)[0]))


def cut_line(line: str, where: Cut) -> str:
    return WORD.sub(lambda match: DELIMITER.join(where(match.group())), line)


# --- tokenizers ---------------------------------------------------------------------------------------------


class Spelling:
    """A SentencePiece model; *where* cuts words before they are spelt, if it is given."""

    def __init__(self, model: bytes, where: Cut | None = None) -> None:
        import sentencepiece

        self._pieces: Any = sentencepiece.SentencePieceProcessor(model_proto=model)
        self._where = where
        self.size: int = self._pieces.get_piece_size()

    def ids(self, text: str) -> list[int]:
        if self._where is None:
            return self._pieces.encode(text)
        return [i for part in cut_line(text, self._where).split(DELIMITER) for i in self._pieces.encode(part)]

    def tokens(self, word: str) -> list[str]:
        """The tokens of *word* as they stand in a text, without the blank before it."""
        return [
            token for i in self.ids(f" {word}") if (token := self._pieces.id_to_piece(i).removeprefix("▁"))
        ]


def spellings(
    lines: Sequence[str], size: int, cuts: Mapping[str, Cut]
) -> Iterator[tuple[str, Spelling, float]]:
    """Yield name, spelling and seconds of training of each tokenizer."""
    for kind in ("bpe", "unigram"):
        for name, where in ({"none": None} | dict(cuts)).items():
            began = time.thread_time()
            prepared = lines if where is None else [cut_line(line, where) for line in lines]
            model = train_pieces(prepared, size, kind=kind)
            took = time.thread_time() - began
            yield f"{kind}, {name}", Spelling(model), took
            if where is not None:
                yield f"{kind}, {name} +spelt", Spelling(model, where), took
    began = time.thread_time()
    prepared = [cut_line(line, cut) for line in lines]
    with tempfile.TemporaryDirectory() as folder:
        candidates = Path(folder) / "seeds.tsv"
        candidates.write_text(seeds(prepared), encoding="utf-8")
        model = train_pieces(prepared, size, candidates=candidates)
    yield "product", Spelling(model), time.thread_time() - began


# --- what is right ------------------------------------------------------------------------------------------


def endings(known: Iterable[Sentence], asked: Iterable[Sentence], language: str) -> dict[str, frozenset[int]]:
    """Return where words of *asked* are cut by the lemmas of all treebanks; doubtful ones are left out."""
    forms: dict[tuple[str, ...], set[str]] = defaultdict(set)

    def entries(found: Iterable[Sentence]) -> Iterator[tuple[tuple[str, ...], str]]:
        for sentence in found:
            for word in sentence.words:
                form, lemma = word.form.lower(), word.lemma.lower()
                if word.upos in CLASSES and WORD.fullmatch(form) and WORD.fullmatch(lemma):
                    kind = "Part" if "VerbForm=Part" in word.feats else ""
                    yield (lemma, word.upos, kind), form

    for key, form in entries(known):
        forms[key].add(form)
    right: dict[str, frozenset[int]] = {}
    doubtful: set[str] = set()
    for key, form in entries(asked):
        places = _english(form, key[0]) if language == "en" else _shared(form, forms[key], key)
        if places is None or right.setdefault(form, places) != places:
            doubtful.add(form)
    return {form: places for form, places in right.items() if form not in doubtful}


def _shared(form: str, forms: set[str], key: tuple[str, ...]) -> frozenset[int] | None:
    every = forms | {form} | (set() if key[2] else {key[0]})
    if len(every) < 2:
        return None
    stem = next(
        (i for i, letters in enumerate(zip(*every, strict=False)) if len(set(letters)) > 1),
        min(map(len, every)),
    )
    return None if stem < 3 else frozenset({stem} - {len(form)})


def _english(form: str, lemma: str) -> frozenset[int] | None:
    if form == lemma:
        return frozenset()
    for stem in (lemma, lemma.removesuffix("e"), lemma.removesuffix("y") + "i"):
        if form.startswith(stem) and form[len(stem) :] in ENDINGS and len(stem) >= 3:
            return frozenset({len(stem)})
    return None


def morphemes(path: Path, words: Iterable[str]) -> dict[str, frozenset[int]]:
    """Return where *words* are cut in a dictionary of morphemes."""
    known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return {
        word: frozenset(accumulate(len(part) for part, _ in known[word]["morphemes"][:-1]))
        for word in words
        if word in known
    }


def score(spelling: Spelling, right: Mapping[str, frozenset[int]]) -> tuple[float, float, float]:
    """Return precision, recall and F1 of the cuts inside the words of *right*."""
    made = {word: frozenset(accumulate(map(len, spelling.tokens(word)[:-1]))) for word in right}
    return _f1(made, right)


# --- bits per character -------------------------------------------------------------------------------------


class NGrams:
    """Interpolated Kneser-Ney with one discount for each order; -1 begins and ends a text."""

    def __init__(self, rows: Iterable[Sequence[int]], size: int, order: int = ORDER) -> None:
        self._order, self._size = order, size
        raw: list[Counter[tuple[int, ...]]] = [Counter() for _ in range(order + 1)]
        for row in rows:
            padded = (-1, *row, -1)
            for end in range(1, len(padded)):
                for length in range(1, min(end + 1, order) + 1):
                    raw[length][padded[end + 1 - length : end + 1]] += 1
        self._counts = raw
        for length in range(order - 1, 0, -1):  # a lower order counts after how many tokens, not how often
            after = Counter(gram[1:] for gram in raw[length + 1])
            self._counts[length] = Counter(
                {gram: n if gram[0] == -1 and length > 1 else after[gram] for gram, n in raw[length].items()}
            )
        self._totals: list[Counter[tuple[int, ...]]] = [Counter() for _ in range(order + 1)]
        self._kinds: list[Counter[tuple[int, ...]]] = [Counter() for _ in range(order + 1)]
        self._discounts = [0.0]
        for length in range(1, order + 1):
            for gram, n in self._counts[length].items():
                self._totals[length][gram[:-1]] += n
                self._kinds[length][gram[:-1]] += 1
            often = Counter(self._counts[length].values())
            self._discounts.append(often[1] / max(1, often[1] + 2 * often[2]))

    def bits(self, row: Sequence[int]) -> float:
        """Return the bits that a text takes, its end included."""
        padded = (-1, *row, -1)
        return -sum(math.log2(self._probability(padded, end)) for end in range(1, len(padded)))

    def _probability(self, padded: tuple[int, ...], end: int) -> float:
        chance = 1 / (self._size + 1)
        for length in range(1, min(end + 1, self._order) + 1):
            gram = padded[end + 1 - length : end + 1]
            total = self._totals[length].get(gram[:-1], 0)
            if not total:
                break
            discount = self._discounts[length]
            own = max(0.0, self._counts[length].get(gram, 0) - discount)
            chance = (own + discount * self._kinds[length][gram[:-1]] * chance) / total
        return chance


def bits_by_network(
    train: Sequence[Sequence[int]], dev: Sequence[Sequence[int]], size: int, passes: int, seed: int
) -> float:
    """Return the bits that *dev* takes, ends included, by an LSTM after *passes* over *train*."""
    import torch
    from torch import nn
    from torch.nn.functional import cross_entropy

    torch.manual_seed(seed)
    width, rows, steps = 192, 32, 48
    embedding, body, out = (
        nn.Embedding(size + 1, width),
        nn.LSTM(width, width, batch_first=True),
        nn.Linear(width, size + 1),
    )
    nn.init.normal_(embedding.weight, std=0.05)
    out.weight = embedding.weight
    drop = nn.Dropout(0.2)
    parameters = [*embedding.parameters(), *body.parameters(), out.bias]
    optimiser = torch.optim.AdamW(parameters, lr=4e-3, weight_decay=0.01)
    order = list(range(len(train)))
    epochs: list[torch.Tensor] = []
    for number in range(passes):
        random.Random(seed + number).shuffle(order)
        stream = [size]
        for i in order:
            stream += [*train[i], size]
        length = (len(stream) - 1) // rows
        epochs.append(torch.tensor([stream[row * length : (row + 1) * length + 1] for row in range(rows)]))
    total = sum(-(-(epoch.shape[1] - 1) // steps) for epoch in epochs)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4e-3, total_steps=total)
    for epoch in epochs:
        state: Any = None
        for begin in range(0, epoch.shape[1] - 1, steps):
            given = epoch[:, begin : begin + steps + 1]
            hidden, state = body(drop(embedding(given[:, :-1])), state)
            state = tuple(part.detach() for part in state)
            loss = cross_entropy(out(drop(hidden)).flatten(0, 1), given[:, 1:].flatten())
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(parameters, 1.0)
            optimiser.step()
            schedule.step()
    bits = 0.0
    drop.eval()
    with torch.inference_mode():
        for row in dev:
            ids = torch.tensor([[size, *row, size]])
            logits = out(body(embedding(ids[:, :-1]))[0])[0]
            bits += float(cross_entropy(logits, ids[0, 1:], reduction="sum")) / math.log(2)
    return bits


# --- all in one run -----------------------------------------------------------------------------------------


def worlds(seed: int, scenes: int) -> list[str]:
    """Return texts of the bundled world in all its styles and languages."""
    world, rng = World(), random.Random(seed)
    return [
        world.say(scene, style, language, rng).lower()
        for scene in world.scenes(scenes, seed=seed)
        for style in world.styles
        for language in world.languages
    ]


def measure(options: argparse.Namespace, language: str) -> None:
    gold: dict[str, dict[str, frozenset[int]]] = {}
    if language == "world":
        learned, asked = worlds(options.seed, options.texts // 10), worlds(options.seed + 1, 60)
    else:
        train = list(sentences(options.data, TRAIN[language]))
        dev = list(sentences(options.data, DEV[language]))
        learned, asked = lines_of(train), lines_of(dev)
        gold["endings"] = endings([*train, *dev], dev, language)
    words = Counter(word for line in asked for word in WORD.findall(line))
    gold = {what: {w: places for w, places in right.items() if w in words} for what, right in gold.items()}
    characters = sum(len(line) + 1 for line in asked)
    if options.morphemes is not None and language == "ru":
        gold["morphemes"] = morphemes(options.morphemes, words)
    learned = random.Random(options.seed).sample(learned, min(options.texts, len(learned)))
    count = sum(len(WORD.findall(line)) for line in learned)
    began = time.thread_time()
    cuts: dict[str, Cut] = {"ending": cut, "morfessor": by_morfessor(learned, options.seed)}
    print(
        f"\n{language}: {len(learned)} texts to learn from, {count} words; "
        f"{len(asked)} to measure, {words.total()} words, {characters} characters; "
        + "".join(f"{name}: {len(right)} words; " for name, right in gold.items())
        + f"Morfessor {time.thread_time() - began:.0f} s"
    )
    for name, where in cuts.items():
        made = {word: frozenset(accumulate(map(len, where(word)[:-1]))) for word in words}
        shown = "  ".join(f"{what} {_shown(_f1(made, right))}" for what, right in gold.items())
        print(f"  cuts by {name} themselves: {shown}")
    print(
        ROW.format(
            "tokenizer", "size", "fertility", "endings P/R/F", "morphemes P/R/F", "n-gram", "network", "s"
        )
    )
    for size in options.sizes:
        for name, spelling, took in spellings(learned, size, cuts):
            if options.only and name not in options.only:
                continue
            spelt = cache(spelling.tokens)
            tokens = sum(n * len(spelt(word)) for word, n in words.items())
            found = {what: _shown(score(spelling, right)) for what, right in gold.items()}
            rows, test = [spelling.ids(line) for line in learned], [spelling.ids(line) for line in asked]
            grams = NGrams(rows, spelling.size)
            bits = sum(map(grams.bits, test)) / characters
            network = "–"
            if options.network:
                spent = bits_by_network(rows, test, spelling.size, options.network, options.seed)
                network = f"{spent / characters:.3f}"
            print(
                ROW.format(
                    name, spelling.size, f"{tokens / words.total():.3f}", found.get("endings", "–"),
                    found.get("morphemes", "–"), f"{bits:.3f}", network, f"{took:.1f}",
                ),
                flush=True,
            )  # fmt: skip


def _f1(
    made: Mapping[str, frozenset[int]], right: Mapping[str, frozenset[int]]
) -> tuple[float, float, float]:
    hits = sum(len(made[word] & places) for word, places in right.items())
    precision = hits / max(1, sum(len(made[word]) for word in right))
    recall = hits / max(1, sum(map(len, right.values())))
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def _shown(numbers: tuple[float, float, float]) -> str:
    return "/".join(f"{number:.3f}"[1:] if number < 1 else "1.0" for number in numbers)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data" / "ud")
    parser.add_argument("--sizes", type=int, nargs="+", default=[2000, 8000])
    parser.add_argument(
        "--languages", nargs="+", choices=["ru", "en", "world"], default=["ru", "en", "world"]
    )
    parser.add_argument("--texts", type=int, default=6000, help="most texts to learn from")
    parser.add_argument("--morphemes", type=Path, help="a dictionary of Russian words cut into morphemes")
    parser.add_argument("--network", type=int, default=0, help="passes of the LSTM over the texts; 0: none")
    parser.add_argument("--only", nargs="+", help="names of tokenizers, as they are printed; else all")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    for language in options.languages:
        measure(options, language)


if __name__ == "__main__":
    main()
