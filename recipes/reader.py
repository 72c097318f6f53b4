"""
Train the reader of open text on treebanks of Universal Dependencies.

    python recipes/reader.py make --data UD --run RUN --qwen QWEN.gguf --carrier SMOLLM2 \
        --wordnet WORDNET --wiktionary wikiwordnet.db     # all stages of the shipped reader, resumable

Each stage by itself:

    python recipes/reader.py train --data UD --run RUN               # resumable: the same command goes on
    python recipes/reader.py train --data UD --run FOLD --without ru_gsd    # a fold that never saw a treebank
    python recipes/reader.py train --data UD --run RUN --words WORDS.npz    # begin with vectors of words
    python recipes/reader.py train --data UD --run RUN --carrier FOLDER --without ru_taiga ru_poetry ru_gsd
                                                              # over the states of a carrier
    python recipes/reader.py label --run TEACHER --carrier FOLDER --texts EN.txt --language en --out EN.conllu
    python recipes/reader.py train --data UD --run RUN --start OLD --labelled EN.conllu  # and from a teacher
    python recipes/reader.py score --data UD --run RUN               # link F1 on the dev sets
    python recipes/reader.py calibrate --data UD --run FOLD --on en_ewt en_gum ru_gsd      # on unseen text
    python recipes/reader.py calibrate --data UD --run RUN --on en_ewt en_gum --like FOLD   # Russian
                                                              # is judged as in the fold, or in a reader.npz
    python recipes/reader.py mean --run RUN --others OLD --out reader.npz    # of their weights
    python recipes/reader.py export --run RUN --out reader.npz

RUN, FOLD and OLD are folders of runs, or files of readers; a training needs a folder. UD is a folder with one
folder for each treebank, as `en_ewt/train.conllu`. What it learns from, the licences
and the scores stand in recipes/README.md.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import stages
import torch

from scenograph.carriers import load_carrier
from scenograph.errors import ScenographError, TrainingError
from scenograph.files import draft
from scenograph.readers import conllu
from scenograph.readers.calibrate import Sample, held_out, joined
from scenograph.readers.calibrate import trained as trained_confidence
from scenograph.readers.cases import Government
from scenograph.readers.confidence import calibration_error, surest
from scenograph.readers.convert import convert
from scenograph.readers.encoder import CarrierEncoder, EncodingCarrier
from scenograph.readers.lemmas import Lemmas
from scenograph.readers.parser import Parser
from scenograph.readers.score import core_score, link_score
from scenograph.readers.sentence import Sentence
from scenograph.readers.tokens import Tokenizer
from scenograph.readers.tokens import train as train_tokenizer
from scenograph.readers.train import CarrierStates, Schedule, Trained, WordVectors, fit, trained_start
from scenograph.readers.trainable import Sizes
from scenograph.readers.weights import ReaderWeights, load, save

log = logging.getLogger("reader")

TRAINED_ON = {
    "en_ewt": ("train",),
    "en_gum": ("train",),
    "en_atis": ("train",),
    "ru_taiga": ("dev", "more"),
    "ru_poetry": ("dev", "more"),
    "ru_gsd": ("dev",),
}
REPEATED = {"ru_taiga": 2, "ru_poetry": 2, "ru_gsd": 2}
"""How often an epoch sees each sentence of a treebank, where more than once: there is less Russian."""
SCORED_ON = ("en_ewt", "en_gum", "en_atis", "ru_gsd", "ru_taiga")
WEIGHTS = "reader.npz"
"""The file in the folder of a run."""


def treebank(data: Path, name: str, parts: Sequence[str]) -> list[Sentence]:
    """Return the sentences of the *parts* of a treebank."""
    found: list[Sentence] = []
    for part in parts:
        with (data / name / f"{part}.conllu").open(encoding="utf-8") as lines:
            found += conllu.parse(lines)
    return found


def tokenizer(treebanks: dict[str, list[Sentence]]) -> Tokenizer:
    """Return a tokenizer that cuts words as *treebanks* do, from sentences that spell their words."""
    return train_tokenizer(
        (sentence.text, name[:2], [(word.start, word.end) for word in sentence.words])
        for name, sentences in treebanks.items()
        for sentence in sentences
        if all(sentence.text[word.start : word.end] == word.form for word in sentence.words)
    )


def carrier_of(options: argparse.Namespace) -> EncodingCarrier | None:
    """Return the carrier that *options* name."""
    return load_carrier(options.carrier) if options.carrier else None


def carrier_states(
    path: Path, encoder: CarrierEncoder, sentences: Sequence[Sentence], shorter: bool
) -> CarrierStates:
    """
    Return the states for all words of *sentences*, computed once and kept in the file *path*.

    Args:
        shorter: whether the carrier computes with shorter numbers
    """
    starts = np.cumsum([0, *(len(sentence.words) for sentence in sentences)])
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        size = encoder.need().size
        order = sorted(range(len(sentences)), key=lambda number: len(sentences[number].words))
        began = time.time()
        with draft(path) as unfinished:
            rows = np.lib.format.open_memmap(unfinished, "w+", np.float16, (int(starts[-1]), size))
            for first in range(0, len(order), 64):
                batch = order[first : first + 64]
                texts = [sentences[number].text for number in batch]
                spans = [[(word.start, word.end) for word in sentences[number].words] for number in batch]
                with torch.autocast("cpu", dtype=torch.bfloat16, enabled=shorter):
                    found = encoder.vectors(texts, spans)
                for number, vectors in zip(batch, found, strict=True):
                    rows[starts[number] : starts[number + 1]] = np.clip(vectors, -60_000, 60_000)
                if first % 1280 == 0:
                    log.info("%s: %d of %d, %.0f s", path.stem, first, len(order), time.time() - began)
            rows.flush()
    return CarrierStates(np.load(path, mmap_mode="r"), starts)


def train(options: argparse.Namespace) -> None:
    """Train a reader, or go on with a run, and write it to the run's folder after each epoch."""
    treebanks = {
        name: treebank(options.data, name, parts)
        for name, parts in TRAINED_ON.items()
        if name not in options.without
    }
    start = load(weights_of(options.start)) if options.start else None
    if start and start.paper["treebanks"] == {name: len(them) for name, them in treebanks.items()}:
        cutter, lemmas, government = start.tokenizer, start.lemmas, start.government
    else:
        cutter = tokenizer(treebanks)
        lemmas = Lemmas.collect(sentence for sentences in treebanks.values() for sentence in sentences)
        government = Government.collect(
            sentence for sentences in treebanks.values() for sentence in sentences
        )
    carrier = carrier_of(options)
    encoder = CarrierEncoder(carrier, options.layer) if carrier else None
    need = encoder.need() if encoder else None
    states = (
        {
            name: carrier_states(options.run / "states" / f"{name}.npy", encoder, sentences, options.bfloat16)
            for name, sentences in treebanks.items()
        }
        if encoder
        else {}
    )
    sizes = Sizes(hidden=options.hidden, layers=options.layers, carrier=need.size if need else 0)
    schedule = Schedule(
        epochs=options.epochs,
        rate=options.rate,
        warmup=options.warmup,
        seed=options.seed,
        bfloat16=options.bfloat16,
        share=options.share,
    )
    labelled = {
        f"{path.parent.name}/{path.stem}": treebank(path.parent, "", [path.stem]) for path in options.labelled
    }
    paper = {
        "treebanks": {name: len(sentences) for name, sentences in treebanks.items()},
        "sizes": asdict(sizes),
        "schedule": asdict(schedule),
        "words": options.words.name if options.words else "",
        "start": start.paper if start else {},
        "labelled by a teacher": {name: len(sentences) for name, sentences in labelled.items()},
    }
    started = time.time()

    def progress(epoch: int, step: int, steps: int, losses: list[float]) -> None:
        log.info(
            "epoch %d, step %d of %d, losses %s, %.0f s",
            epoch + 1, step, steps, " ".join(f"{loss:.3f}" for loss in losses), time.time() - started,
        )  # fmt: skip

    def after_epoch(epoch: int, trained: Trained) -> None:
        weights = ReaderWeights(
            trained.arrays,
            trained.labels,
            cutter,
            lemmas,
            ("en",),
            {**paper, "epochs": epoch},
            encoder=need,
            government=government,
        )
        save(options.run / WEIGHTS, weights)
        found = {} if options.unmeasured else scores(options, carrier, 200)
        log.info("after epoch %d: %s", epoch, json.dumps(found) if found else "saved")

    words = None
    if options.words:
        with np.load(options.words) as stored:
            words = WordVectors(stored["lemmas"].tolist(), stored["vectors"].astype(np.float32))
    fit(
        [sentences * REPEATED.get(name, 1) for name, sentences in treebanks.items()],
        options.run,
        sizes,
        schedule,
        words=words,
        labelled=list(labelled.values()),
        start=trained_start(options.start) if options.start else None,
        states=[
            CarrierStates(own.rows, np.tile(own.starts[:-1], REPEATED.get(name, 1)))
            for name, own in states.items()
        ]
        or None,
        progress=progress,
        after_epoch=after_epoch,
    )


def scores(
    options: argparse.Namespace, carrier: EncodingCarrier | None, most: int
) -> dict[str, dict[str, float]]:
    """Return link F1 and F1 of the core roles on *most* sentences of each dev set, evenly chosen."""
    weights = load(weights_of(options.run))
    parser = Parser.of(weights, carrier)
    trained_on = weights.paper["treebanks"]
    languages = {name[:2] for name in trained_on}
    found: dict[str, dict[str, float]] = {}
    for name in SCORED_ON:
        if name[:2] not in languages:
            continue
        sentences = treebank(options.data, name, ["dev"])
        sentences = sentences[:: max(1, len(sentences) // most)]
        started = time.process_time()
        parsed = parser.parse([sentence.text for sentence in sentences], name[:2])
        seconds = time.process_time() - started
        pairs = [
            (convert(gold).scene, convert(read.sentence).scene)
            for gold, read in zip(sentences, parsed, strict=True)
        ]
        short = [pair for pair, gold in zip(pairs, sentences, strict=True) if len(gold.words) <= 10]
        found[name] = {
            "links": round(link_score(pairs).f1, 3),
            "links up to 10 words": round(link_score(short).f1, 3),
            "core roles": round(core_score(pairs).f1, 3),
            "sentences/s": round(len(sentences) / seconds),
        }
    return found


def weights_of(start: Path) -> Path:
    """Return the file with the weights of a run, or of a reader."""
    return start / WEIGHTS if start.is_dir() else start


def label(options: argparse.Namespace) -> None:
    """Let a run read sentences, a line each, for another one to learn from, with how sure it is."""
    parser = Parser.open(weights_of(options.run), carrier_of(options))
    texts = list(dict.fromkeys(options.texts.read_text(encoding="utf-8").splitlines()))
    texts = [text for text in texts if 0 < len(parser.words(text, options.language)) <= 60]
    began = time.time()
    with draft(options.out) as unfinished, unfinished.open("w", encoding="utf-8") as out:
        for first in range(0, len(texts), 2048):
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=options.bfloat16):
                parsed = parser.parse(texts[first : first + 2048], options.language)
            for read in parsed:
                words = tuple(
                    word._replace(
                        misc=f"{word.misc}|Sure={sure:.2f}" if word.misc != "_" else f"Sure={sure:.2f}"
                    )
                    for word, sure in zip(read.sentence.words, read.arcs, strict=True)
                )
                comment = f"# text = {read.sentence.text}"
                out.write(conllu.format(Sentence(words, read.sentence.text, comments=(comment,))))
            log.info("%d of %d, %.0f s", first, len(texts), time.time() - began)


def score(options: argparse.Namespace) -> None:
    """Print the scores of a run. A treebank that the run was trained on says nothing; see `--without`."""
    for name, row in scores(options, carrier_of(options), 10_000).items():
        print(name, *(f"{what} {value}" for what, value in row.items()), sep="\t")


def calibrate(options: argparse.Namespace) -> None:
    """Teach a run, on text that it has not seen, how probable its links are; and measure what it knows."""
    weights = load(weights_of(options.run))
    for name in options.on:
        if "dev" in TRAINED_ON[name] and name in weights.paper["treebanks"]:
            raise TrainingError(f"the run has seen the dev set of {name}; measure a fold, and use --like")
    parser = Parser.of(weights, carrier_of(options))
    own: dict[str, list[Sample]] = {}
    for name in options.on:
        sample = Sample.of(parser, treebank(options.data, name, ["dev"]), name[:2])
        own.setdefault(name[:2], []).append(sample)
    samples = {language: joined(found) for language, found in own.items()}
    for language, sample in samples.items():
        if options.unmeasured:
            break
        chances = held_out(sample, others=[it for other, it in samples.items() if other != language])
        print(
            f"{language}: {len(chances)} links, each judged by what others taught, "
            f"{sample.is_right.mean():.3f} right, "
            f"calibration error {calibration_error(chances, sample.is_right):.3f}, "
            f"the surest 60 % are {surest(chances, sample.is_right):.3f} right"
        )
    others = load(weights_of(options.like)).confidence if options.like else {}
    judges = {**others, **trained_confidence(samples).judges}
    save(weights_of(options.run), weights._replace(confidence=judges))


def export(options: argparse.Namespace) -> None:
    """Copy the weights of a run to a file."""
    save(options.out, load(weights_of(options.run)))
    print(f"{options.out}: {options.out.stat().st_size / 1e6:.1f} MB")


def mean(options: argparse.Namespace) -> None:
    """
    Write a reader whose weights are the mean of those of several readers, of which one goes on from another.

    All else is the first one's; its confidence has to be measured again (`calibrate`).
    """
    first, *others = (load(weights_of(run)) for run in (options.run, *options.others))
    for run, weights in zip(options.others, others, strict=True):
        if weights.labels != first.labels or weights.encoder != first.encoder:
            raise TrainingError(f"{run} has other labels, or another encoder, than {options.run}")
    arrays = {
        name: np.mean([values, *(weights.arrays[name] for weights in others)], axis=0)
        for name, values in first.arrays.items()
    }
    paper = {**first.paper, "mean with": [dict(weights.paper) for weights in others]}
    save(options.out, first._replace(arrays=arrays, paper=paper))


def main() -> None:
    """Run the command that the arguments name."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True)
    runs = {
        "make": stages.make, "train": train, "label": label, "score": score, "calibrate": calibrate,
        "mean": mean, "export": export,
    }  # fmt: skip
    for name, run in runs.items():
        command = commands.add_parser(name, help=run.__doc__)
        command.set_defaults(command=run)
        command.add_argument("--run", type=Path, required=True, help="the folder of a run, or a reader.npz")
        command.add_argument("--threads", type=int, default=2 if name in ("make", "train") else 1)
        if name not in ("export", "mean"):
            command.add_argument(
                "--carrier", type=Path, required=name == "make", help="a model whose states the network sees"
            )
        if name not in ("export", "label", "mean"):
            command.add_argument("--data", type=Path, required=True)
    for name, text in (
        ("qwen", "the model whose vectors of words it begins with: Qwen2.5-Coder-0.5B-Instruct"),
        ("wordnet", "the folder of WordNet 3.0"),
        ("wiktionary", "the database of wiki-ru-wordnet"),
    ):
        commands.choices["make"].add_argument(f"--{name}", type=Path, required=True, help=text)
    commands.choices["label"].add_argument("--texts", type=Path, required=True, help="a sentence a line")
    commands.choices["label"].add_argument("--language", choices=("en", "ru"), required=True)
    commands.choices["label"].add_argument("--out", type=Path, required=True)
    for name in ("export", "mean"):
        commands.choices[name].add_argument("--out", type=Path, required=True)
    commands.choices["mean"].add_argument(
        "--others", type=Path, nargs="+", required=True, help="other readers"
    )
    commands.choices["calibrate"].add_argument("--on", nargs="*", default=[], choices=SCORED_ON)
    commands.choices["calibrate"].add_argument(
        "--like", type=Path, help="the run of a fold, or a reader, for languages that are not measured here"
    )
    commands.choices["calibrate"].add_argument(
        "--unmeasured", action="store_true", help="only teach; measuring teaches four times more"
    )
    options = commands.choices["train"]
    options.add_argument(
        "--unmeasured", action="store_true", help="do not score the dev sets after each epoch"
    )
    options.add_argument("--without", nargs="*", default=[], choices=TRAINED_ON)
    options.add_argument("--words", type=Path, help="vectors of words that recipes/words.py wrote")
    options.add_argument(
        "--start",
        type=Path,
        help="a run or a reader.npz to start from, of the same sizes",
    )
    options.add_argument(
        "--labelled", type=Path, nargs="*", default=[], help="sentences that `label` wrote, to learn from too"
    )
    options.add_argument("--rate", type=float, default=2e-3, help="highest learning rate")
    options.add_argument("--warmup", type=int, default=200, help="steps until that rate is reached")
    options.add_argument(
        "--share", type=float, default=1.0, help="of the treebanks' sentences that are seen, to go on shortly"
    )
    for name in ("train", "label"):
        commands.choices[name].add_argument(
            "--bfloat16", action="store_true", help="compute with shorter numbers"
        )
    options.add_argument("--layer", type=int, default=18, help="of the carrier, whose states are taken")
    for name, value in (("epochs", 20), ("hidden", 256), ("layers", 2), ("seed", 0)):
        options.add_argument(f"--{name}", type=int, default=value)
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    try:
        chosen.command(chosen)
    except ScenographError as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
