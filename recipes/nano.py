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
import logging
import os
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import blake2b
from itertools import islice
from pathlib import Path

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
import torch.nn.functional as F  # noqa: N812
from light_qwen3 import LightQwen3, Shape
from torch import Tensor

from scenograph.core import delinearise, linearise
from scenograph.core.lexicon import Lexicon
from scenograph.corpus.domain_tasks import domain_tasks
from scenograph.corpus.tasks import Task
from scenograph.errors import ScenographError
from scenograph.vocabulary import Vocabulary, standard_atoms, train_base
from scenograph.vocabulary.atoms import DO
from scenograph.vocabulary.scan import scan
from scenograph.world import World

log = logging.getLogger("nano")
HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parent / "src" / "scenograph" / "carriers" / "nano"
LEXICON = HERE.parent / "src" / "scenograph" / "world" / "lexemes.json"
VOCABULARY = PACKAGE / "vocabulary"

MIXTURE = {
    "read": 0.38, "speak": 0.36, "answer": 0.08, "restore": 0.06,
    "recall": 0.03, "hold": 0.03, "expand": 0.03, "compress": 0.03,
}  # fmt: skip


@dataclass(frozen=True)
class Settings:
    """How the carrier is trained."""

    minutes: float = 65.0
    """Wall-clock budget, all sittings together."""
    tokens: int = 4096
    """Tokens of one step's batch, padding included."""
    matrix_rate: float = 0.003
    """Peak learning rate of Muon, for the matrices."""
    other_rate: float = 0.004
    """Peak learning rate of AdamW, for embedding and norms."""
    warmup: float = 0.01
    """Share of the budget in which the rates rise."""
    decay: float = 0.45
    """Share of the budget, at its end, in which the rates fall to a twentieth."""
    weight_decay: float = 0.02
    precision: str = "bf16"
    """`bf16` (autocast) or `fp32`."""
    workers: int = 2
    """Processes of one thread each; they share a step's batch and average their gradients."""
    seed: int = 1
    save_every: float = 120.0
    """Seconds between checkpoints."""
    measure_every: float = 420.0
    """Seconds between measurements on unseen names."""
    start: str = ""
    """Folder of a carrier of this shape to start from, also of another vocabulary; empty: from nothing."""


# --- vocabulary ---------------------------------------------------------------------------------------------


def make_vocabulary(scenes: int = 6000, size: int = 2600) -> Vocabulary:
    """Train the tokenizer on texts of all styles, and give it an atom for each role of the world."""
    world, rng = World(), random.Random(0)
    texts: list[str] = []
    for scene in world.scenes(scenes, seed=0):
        for language in world.languages:
            texts += [world.say(scene, style, language, rng) for style in world.styles]
        texts.append(_symbols(linearise(scene)))
        for question in world.questions(scene, rng)[:1]:
            texts += [rng.choice(question.texts[language]) for language in world.languages]
            texts.append(_symbols(linearise(question.scene)))
            texts += [
                world.say(question.answer, rng.choice(world.styles), code, rng) for code in world.languages
            ]
    atoms = standard_atoms(world)
    texts += [atom.gloss for atom in atoms] * 50
    texts += [f" {concept}" for concept in world.concepts] * 50
    return Vocabulary.over(train_base(texts, size=size), atoms)


def _symbols(linear: str) -> str:
    """The words of a linear form, as they are spelt: each with its leading space."""
    return "".join(piece for is_atom, piece in scan(linear) if not is_atom and piece[:1] == " ")


# --- data ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Item:
    """One training example: prompt and answer as ids, and the group it is counted under."""

    prompt: list[int]
    answer: list[int]
    group: str


def own_prompt(vocabulary: Vocabulary, task: Task) -> list[int]:
    """
    Return the prompt in the carrier's own markup: ⟁do and the command's gloss in plain words.

    The wrappers' invocation tokens are not used, so that the wrappers have something to learn.
    """
    data = [segment for segment in task.prompt if segment[0] != "command"]
    commands = [content for kind, content in task.prompt if kind == "command"]
    ids = [*vocabulary.encode_prompt(data), vocabulary.id(DO)]
    return ids + [i for command in commands for i in vocabulary.gloss(command)]


def group_of(task: Task) -> str:
    """The name under which a task's loss and score are reported: `read.poet.ru`, `hold`."""
    return task.ability if task.language == "und" else f"{task.ability}.{task.style}.{task.language}"


def items(vocabulary: Vocabulary, tasks: Iterator[Task]) -> Iterator[Item]:
    """Spell tasks in the carrier's own markup."""
    for task in tasks:
        yield Item(own_prompt(vocabulary, task), vocabulary.encode_answer(task.answer), group_of(task))


def batches(stream: Iterator[Item], tokens: int, rng: random.Random, pool: int = 12) -> Iterator[list[Item]]:
    """Group *stream* into batches of like length, each of at most *tokens* tokens with its padding."""
    while True:
        found: list[Item] = []
        total = 0
        while total < tokens * pool:
            item = next(stream)
            found.append(item)
            total += len(item.prompt) + len(item.answer)
        found.sort(key=lambda item: len(item.prompt) + len(item.answer))
        cut: list[list[Item]] = [[]]
        for item in found:
            length = len(item.prompt) + len(item.answer)
            if (len(cut[-1]) + 1) * length > tokens:
                cut.append([])
            cut[-1].append(item)
        rest = cut.pop()
        rng.shuffle(cut)
        yield from cut
        stream = _chain(rest, stream)


def _chain(rest: list[Item], stream: Iterator[Item]) -> Iterator[Item]:
    yield from rest
    yield from stream


def tensors(batch: list[Item], pad: int) -> tuple[Tensor, Tensor, Tensor, list[int]]:
    """Ids (B, T), flat positions that predict answers (n,), their targets (n,), and answers' lengths."""
    length = max(len(item.prompt) + len(item.answer) for item in batch) - 1
    rows: list[list[int]] = []
    positions: list[int] = []
    targets: list[int] = []
    for i, item in enumerate(batch):
        whole = (item.prompt + item.answer)[:-1]
        rows.append(whole + [pad] * (length - len(whole)))
        start = i * length + len(item.prompt) - 1
        positions += range(start, start + len(item.answer))
        targets += item.answer
    return (
        torch.tensor(rows),
        torch.tensor(positions),
        torch.tensor(targets),
        [len(item.answer) for item in batch],
    )


# --- training -----------------------------------------------------------------------------------------------


class Trainer:
    """The state of a run: model, optimizers, step and time used; saved as one file."""

    def __init__(self, folder: Path, shape: Shape, settings: Settings, vocabulary: Vocabulary) -> None:
        self.folder, self.settings, self.vocabulary = folder, settings, vocabulary
        self.model = LightQwen3(shape, settings.seed)
        matrices = [p for n, p in self.model.named_parameters() if p.ndim == 2 and n != "embedding"]
        others = [p for n, p in self.model.named_parameters() if p.ndim == 1 or n == "embedding"]
        self.optimizers: list[torch.optim.Optimizer] = [
            torch.optim.Muon(
                matrices,
                lr=settings.matrix_rate,
                weight_decay=settings.weight_decay,
                momentum=0.95,
                adjust_lr_fn="match_rms_adamw",
            ),
            torch.optim.AdamW(
                others, lr=settings.other_rate, betas=(0.9, 0.95), weight_decay=0.0, fused=True
            ),
        ]
        self.peaks = [settings.matrix_rate, settings.other_rate]
        self.step, self.seconds, self.tokens = 0, 0.0, 0
        self.file = folder / "checkpoint.pt"
        if self.file.exists():
            self._load()
        elif settings.start:
            self.model.start_from(*start_of(Path(settings.start), vocabulary))

    def rate(self) -> float:
        """The learning rate's share of its peak at this time of the budget."""
        used = self.seconds / (60 * self.settings.minutes)
        if used < self.settings.warmup:
            return used / self.settings.warmup + 0.01
        left = max(0.0, 1 - used) / self.settings.decay
        return 0.05 + 0.95 * min(1.0, left)

    def learn(self, batch: list[Item], worked: float) -> dict[str, tuple[float, int]]:
        """
        One step, together with the other workers.

        Args:
            batch: this worker's part of the batch
            worked: seconds since the last step; the first worker's count
        Returns:
            Summed loss and number of answer tokens of each group, of this worker.
        """
        ids, positions, targets, lengths = tensors(batch, self.vocabulary.pad)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.settings.precision == "bf16"):
            logits = self.model(ids, positions)
        losses = F.cross_entropy(logits.float(), targets, reduction="none")
        losses.mean().backward()
        self.seconds += self._share_gradients(worked)
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimizer, peak in zip(self.optimizers, self.peaks, strict=True):
            for group in optimizer.param_groups:
                group["lr"] = peak * self.rate()
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        self.step += 1
        self.tokens += ids.numel() * self.settings.workers
        sums: dict[str, tuple[float, int]] = defaultdict(lambda: (0.0, 0))
        for item, part in zip(batch, losses.detach().split(lengths), strict=True):
            total, count = sums[item.group]
            sums[item.group] = (total + float(part.sum()), count + len(part))
        return sums

    def _share_gradients(self, worked: float) -> float:
        """Average the gradients over the workers, and return the first worker's *worked*."""
        gradients = [p.grad for p in self.model.parameters() if p.grad is not None]
        clock = torch.tensor([worked * self.settings.workers if dist.get_rank() == 0 else 0.0])
        flat = torch.cat([*(g.flatten() for g in gradients), clock])
        dist.all_reduce(flat)
        flat /= self.settings.workers
        start = 0
        for gradient in gradients:
            gradient.copy_(flat[start : start + gradient.numel()].view_as(gradient))
            start += gradient.numel()
        return float(flat[-1])

    def save(self) -> None:
        """Write the checkpoint in the place of the last one."""
        state = {
            "model": self.model.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "shape": asdict(self.model.shape),
            "vocabulary": self.vocabulary.digest,
            "step": self.step, "seconds": self.seconds, "tokens": self.tokens,
        }  # fmt: skip
        new = self.file.with_suffix(".new")
        torch.save(state, new)
        os.replace(new, self.file)

    def _load(self) -> None:
        state = torch.load(self.file, weights_only=True)
        if state["vocabulary"] != self.vocabulary.digest or state["shape"] != asdict(self.model.shape):
            sys.exit(f"{self.file} is of another vocabulary or shape; remove it or choose another --folder")
        self.model.load_state_dict(state["model"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        self.step, self.seconds, self.tokens = state["step"], state["seconds"], state["tokens"]
        log.info("going on at step %d, %.1f minutes in", self.step, self.seconds / 60)


def start_of(folder: Path, vocabulary: Vocabulary) -> tuple[dict[str, Tensor], Tensor]:
    """
    Return the weights of the carrier in *folder*, and its embedding with the rows of *vocabulary*.

    A piece or an atom that the carrier has keeps its row. The row of a new one starts at the mean of the rows
    that its text or its gloss is spelt with.
    """
    from safetensors.torch import load_file

    old = Vocabulary.load(folder / "vocabulary")
    weights = {name: tensor.float() for name, tensor in load_file(folder / "model.safetensors").items()}
    known: dict[bytes, list[int]] = defaultdict(list)  # a single letter is a piece and a byte: two ids
    for i, piece in enumerate(old.token_bytes[: old.base_size]):
        known[piece].append(i)
    spelt: list[list[int]] = []
    for piece in vocabulary.token_bytes[: vocabulary.base_size]:
        own = known[piece]
        spelt.append([own.pop(0) if len(own) > 1 else own[0]] if own else old.encode_text(piece.decode()))
    for atom in vocabulary.atoms:
        spelt.append([old.id(atom.text)] if atom.text in old else old.encode_text(atom.gloss))
    rows = weights["model.embed_tokens.weight"]
    return weights, torch.stack([rows[ids].mean(0) for ids in spelt])


def train(folder: Path, shape: Shape, settings: Settings, vocabulary: Vocabulary) -> None:
    """
    Train within the budget, or go on where the last sitting stopped.

    Each worker is a process of one thread. On two shared cores that is far quicker than two threads of one
    process, which wait for each other at every operation.
    """
    folder.mkdir(parents=True, exist_ok=True)
    meeting = folder.resolve() / f"meeting-{os.getpid()}"
    mp.spawn(_sitting, (meeting, folder, shape, settings, vocabulary.digest), nprocs=settings.workers)
    meeting.unlink(missing_ok=True)


def _sitting(
    rank: int, meeting: Path, folder: Path, shape: Shape, settings: Settings, vocabulary_digest: str
) -> None:
    _log_to_stderr()
    torch.set_num_threads(1)
    dist.init_process_group("gloo", f"file://{meeting}", rank=rank, world_size=settings.workers)
    vocabulary = Vocabulary.load(VOCABULARY)
    assert vocabulary.digest == vocabulary_digest
    trainer = Trainer(folder, shape, settings, vocabulary)
    leads = rank == 0
    if leads:
        count = sum(p.numel() for p in trainer.model.parameters())
        log.info("%d parameters, %d tokens, %s", count, vocabulary.size, settings)
    # Each sitting and worker draws tasks of its own: the step it starts from is part of the seed.
    seed = (settings.seed * 1_000_003 + trainer.step) * settings.workers + rank
    stream = items(vocabulary, domain_tasks(World(), seed, mixture=MIXTURE, lexicon=World().lexicon))
    saved = measured = logged = trainer.seconds
    sums: dict[str, tuple[float, int]] = defaultdict(lambda: (0.0, 0))
    last = time.monotonic()
    for batch in batches(stream, settings.tokens, random.Random(seed)):
        now = time.monotonic()
        worked, last = now - last, now
        for group, (total, tokens) in trainer.learn(batch, worked).items():
            sums[group] = (sums[group][0] + total, sums[group][1] + tokens)
        used = trainer.seconds
        done = used >= 60 * settings.minutes
        if used - logged > 30 or done:
            logged = used
            if leads:
                _log_losses(trainer, sums)
            sums.clear()
        if used - saved > settings.save_every or done:
            saved = used
            if leads:
                trainer.save()
        if used - measured > settings.measure_every or done:
            measured = used
            scores = measure(trainer.model, vocabulary, items_per_group=32 if done else 6)
            if leads:
                _append(folder / "scores.jsonl", {"step": trainer.step, "minutes": used / 60} | scores)
            last = time.monotonic()
        if done:
            break
    dist.destroy_process_group()


def _log_losses(trainer: Trainer, sums: dict[str, tuple[float, int]]) -> None:
    by_ability: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for group, (total, tokens) in sums.items():
        for name in {"all", group.split(".")[0]}:
            by_ability[name][0] += total
            by_ability[name][1] += tokens
    means = {name: total / tokens for name, (total, tokens) in sorted(by_ability.items())}
    speed = trainer.tokens / max(trainer.seconds, 1e-9)
    parts = " ".join(f"{name} {loss:.4f}" for name, loss in means.items())
    log.info("step %d  %.1f min  %.0f tokens/s  %s", trainer.step, trainer.seconds / 60, speed, parts)
    groups = {group: round(total / tokens, 4) for group, (total, tokens) in sorted(sums.items())}
    row = {"step": trainer.step, "minutes": trainer.seconds / 60, "tokens": trainer.tokens}
    _append(trainer.folder / "losses.jsonl", row | {"loss": means, "groups": groups})


def _append(file: Path, row: dict[str, object]) -> None:
    with file.open("a", encoding="utf-8") as out:
        out.write(json.dumps(row) + "\n")


# --- measuring ----------------------------------------------------------------------------------------------


def measure(
    model: LightQwen3, vocabulary: Vocabulary, items_per_group: int, seed: int = 7
) -> dict[str, object]:
    """
    Score greedy answers on names never trained on, in the carrier's own markup.

    A scene is right if it is the scene asked for; a text is right if the world's parser reads the scene
    that was to be said from it, whatever the wording.
    """
    from scenograph.carriers.generate import generate

    world, chosen = World(), defaultdict[str, list[Task]](list)
    stream = domain_tasks(World(), seed, split="test", mixture=MIXTURE, lexicon=World().lexicon)
    groups = 3 * len(world.styles) * len(world.languages)
    for task in islice(stream, 40 * items_per_group * groups):
        group = group_of(task)
        if task.ability != "restore" and len(chosen[group]) < items_per_group * (1 if "." in group else 4):
            chosen[group].append(task)
    rank, workers = (dist.get_rank(), dist.get_world_size()) if dist.is_initialized() else (0, 1)
    tasks = [task for group in chosen.values() for task in group][rank::workers]
    started = time.monotonic()
    made = generate(
        as_qwen3(model, vocabulary),
        [own_prompt(vocabulary, task) for task in tasks],
        stop=vocabulary.eos,
        max_new=200,
        pad=vocabulary.pad,
    )
    marks: list[tuple[str, bool, str, str]] = []
    for task, answer in zip(tasks, made, strict=True):
        text = vocabulary.decode(i for i in answer.ids if i != vocabulary.eos)
        marks.append((group_of(task), _is_right(world, task, text), text, task.answer[1]))
    if dist.is_initialized():
        gathered: list[list[tuple[str, bool, str, str]]] = [[] for _ in range(workers)]
        dist.all_gather_object(gathered, marks)
        marks = [mark for part in gathered for mark in part]
    right: dict[str, list[bool]] = defaultdict(list)
    for group, good, _, _ in marks:
        right[group].append(good)
        right[f"all {group.split('.')[0]}"].append(good)
    wrong = [(group, text, wanted) for group, good, text, wanted in marks if not good]
    scores = {name: round(sum(good) / len(good), 4) for name, good in sorted(right.items())}
    if rank:
        return {"scores": scores}
    summary = {name: score for name, score in scores.items() if name.startswith("all ")}
    log.info("unseen names (%d tasks, %.0f s): %s", len(marks), time.monotonic() - started, summary)
    for group, got, wanted in random.Random(len(wrong)).sample(wrong, min(3, len(wrong))):
        log.info("  %s\n      got    %s\n      wanted %s", group, got, wanted)
    return {"scores": scores}


def _is_right(world: World, task: Task, text: str) -> bool:
    try:
        if task.answer[0] == "scene":
            return delinearise(text) == delinearise(task.answer[1])
        return world.parse(text, task.style, task.language) == task.scene
    except ScenographError:
        return False


# --- export -------------------------------------------------------------------------------------------------


def as_qwen3(model: LightQwen3, vocabulary: Vocabulary) -> torch.nn.Module:
    """The same model as `transformers.Qwen3ForCausalLM`, float32."""
    from transformers import Qwen3Config, Qwen3ForCausalLM

    config = Qwen3Config(
        **model.shape.as_config(),
        bos_token_id=vocabulary.bos,
        eos_token_id=vocabulary.eos,
        pad_token_id=vocabulary.pad,
    )
    made = Qwen3ForCausalLM(config)
    missing, unexpected = made.load_state_dict(model.as_qwen3(), strict=False)
    assert missing == ["lm_head.weight"], missing
    assert not unexpected, unexpected
    made.tie_weights()
    return made.eval()


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


def _log_to_stderr() -> None:
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    log.setLevel(logging.INFO)


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
    _log_to_stderr()
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
