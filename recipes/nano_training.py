"""The training of the nano carrier: resumable, in processes of one thread that share each step."""

from __future__ import annotations

import json
import logging
import os
import random
import sys
import time
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
import torch.nn.functional as F  # noqa: N812
from light_qwen3 import LightQwen3, Shape
from nano_scores import measure
from nano_tasks import MIXTURE, Item, batches, items, tensors
from torch import Tensor

from scenograph.corpus.domain_tasks import domain_tasks
from scenograph.vocabulary import Vocabulary
from scenograph.world import World

log = logging.getLogger("nano")
PACKAGE = Path(__file__).resolve().parents[1] / "src" / "scenograph" / "carriers" / "nano"
VOCABULARY = PACKAGE / "vocabulary"


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
    log_to_stderr()
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


def log_to_stderr() -> None:
    """Show what a process does."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    log.setLevel(logging.INFO)
