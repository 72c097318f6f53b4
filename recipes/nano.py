"""
Train the nano carrier from nothing on the bundled world.

    python recipes/nano.py lexicon                      # the world's lexemes, into the package
    python recipes/nano.py vocabulary                   # a minute
    python recipes/nano.py train --minutes 65           # resumable: the same command goes on
    python recipes/nano.py export                       # into src/scenograph/carriers/nano/

What it learns and what it does not stands in recipes/README.md.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from hashlib import blake2b
from pathlib import Path

import torch
from light_qwen3 import Shape
from nano_scores import as_qwen3, measure
from nano_tasks import make_vocabulary
from nano_training import PACKAGE, VOCABULARY, Settings, Trainer, log, log_to_stderr, train

from scenograph.core.lexicon import Lexicon
from scenograph.vocabulary import Vocabulary
from scenograph.world import World

HERE = Path(__file__).resolve().parent
LEXICON = HERE.parent / "src" / "scenograph" / "world" / "lexemes.json"


def export(folder: Path, settings: Settings, vocabulary: Vocabulary, items_per_group: int) -> None:
    """
    Write the trained carrier into the package: float16 weights, config and what it scored.

    Rows of atoms that training never used (invocations, languages) start at the mean of their gloss.
    """
    from safetensors.torch import save_file

    state = torch.load(folder / "checkpoint.pt", weights_only=True)
    trainer = Trainer(folder, Shape(**state["shape"]), settings, vocabulary)
    with torch.no_grad():
        for atom in unused_atoms(vocabulary):
            row = trainer.model.embedding[vocabulary.gloss(atom)].mean(0)
            trainer.model.embedding[vocabulary.id(atom)] = row
        for parameter in trainer.model.parameters():
            parameter.copy_(parameter.half().float())
    made = as_qwen3(trainer.model, vocabulary)
    weights = {name: tensor.half() for name, tensor in trainer.model.as_qwen3().items()}
    PACKAGE.mkdir(parents=True, exist_ok=True)
    save_file(weights, PACKAGE / "model.safetensors", metadata={"format": "pt"})
    made.config.dtype = "float16"
    made.config.save_pretrained(PACKAGE)
    card = {
        "name": "nano",
        "parameters": sum(tensor.numel() for tensor in weights.values()),
        "steps": trainer.step,
        "tokens": trainer.tokens,
        "minutes": round(trainer.seconds / 60, 1),
        "settings": {**asdict(settings), "start": Path(settings.start).name},
        "vocabulary": vocabulary.digest,
        "weights_blake2b": blake2b((PACKAGE / "model.safetensors").read_bytes(), digest_size=16).hexdigest(),
        **measure(trainer.model, vocabulary, items_per_group),
    }
    (PACKAGE / "card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


def unused_atoms(vocabulary: Vocabulary) -> list[str]:
    """Atoms of the wrappers, which pretraining does not use."""
    from scenograph.vocabulary import is_invocation

    languages = {f"⟁{code}" for code in World.languages}
    return [atom.text for atom in vocabulary.atoms if is_invocation(atom.text) or atom.text in languages]


def main() -> None:
    """Run one step of the recipe."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("step", choices=("lexicon", "vocabulary", "train", "measure", "export"))
    parser.add_argument("--folder", type=Path, default=HERE.parent / "runs" / "nano")
    parser.add_argument("--hidden", type=int, default=192)
    parser.add_argument("--inner", type=int, default=512)
    parser.add_argument("--layers", type=int, default=5)
    for name, value in asdict(Settings()).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    parser.add_argument(
        "--items", type=int, default=40, help="tasks to measure for each ability, style and language"
    )
    args = parser.parse_args()
    log_to_stderr()
    settings = Settings(**{name: getattr(args, name) for name in asdict(Settings())})
    if args.step == "lexicon":
        made = Lexicon.learn(World().scenes(1500, seed=0), size=16).to_json()
        LEXICON.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        return
    if args.step == "vocabulary":
        vocabulary = make_vocabulary()
        vocabulary.save(VOCABULARY)
        log.info("%d pieces and %d atoms in %s", vocabulary.base_size, len(vocabulary.atoms), VOCABULARY)
        return
    vocabulary = Vocabulary.load(VOCABULARY)
    shape = Shape(
        vocabulary.size,
        hidden_size=args.hidden,
        intermediate_size=args.inner,
        num_hidden_layers=args.layers,
        num_attention_heads=args.hidden // 32,
        num_key_value_heads=args.hidden // 64,
        head_dim=32,
    )
    if args.step == "train":
        train(args.folder, shape, settings, vocabulary)
    elif args.step == "export":
        export(args.folder, settings, vocabulary, args.items)
    else:
        trainer = Trainer(args.folder, shape, settings, vocabulary)
        measure(trainer.model, vocabulary, args.items)


if __name__ == "__main__":
    main()
