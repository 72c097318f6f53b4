"""
Step `feedback`: the adapters that people corrected, taught by what they said.

Each adapter with enough lines starts from what training and its style's pairs made of it, and learns the
lines together with some of its former tasks, so that it keeps what it knew. It is measured before and after,
on lines that are held out and on what the mind was trained for. Where it got worse, the last state stays.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple

from scenograph.corpus.tasks import Task, read_task, speak_task
from scenograph.errors import AdapterError
from scenograph.files import value_digest, write_bytes, write_text
from scenograph.mind.adapters.layers import AdapterRecord, Taught, load_layer, mind_adapters, now, save_layer
from scenograph.mind.steps import Inputs, Outcome, Step
from scenograph.mind.teaching.feedback import FILE, Feedback, format_feedback, read_feedback
from scenograph.mind.teaching.pairs import Pair, split
from scenograph.mind.teaching.rehearsal import WORSE, former_tasks, rehearsed, unseen_pairs
from scenograph.mind.teaching.styles import styled
from scenograph.mind.teaching.teacher import Shown, Teacher
from scenograph.mind.workspace import Workspace
from scenograph.progress import Progress
from scenograph.prompts import READER

if TYPE_CHECKING:
    from scenograph.adapters import AdapterSet
    from scenograph.carriers import LocalCarrier

LEAST = 4
"""The fewest lines from which an adapter learns; fewer wait for more."""

_REVISION = 1  # raised when feedback is learned in another way


class Shares(NamedTuple):
    """Shares of scenes that are kept: of the held-out lines, and of what the mind was trained for."""

    lines: float
    others: float


class Adapted(NamedTuple):
    """What came of the lines of one adapter."""

    adapter: str
    learned: int
    held_out: int
    steps: int
    before: Shares
    after: Shares
    kept: bool


def _settings(workspace: Workspace) -> Inputs:
    path = workspace.feedback / FILE
    lines = path.read_text(encoding="utf-8") if path.exists() else ""
    return {"seed": workspace.config.seed, "feedback": value_digest(lines)}


def load_feedback(workspace: Workspace) -> list[Feedback]:
    """
    Return the lines that the mind keeps.

    Raises:
        CorpusError: if its file is damaged
    """
    path = workspace.feedback / FILE
    return read_feedback(path, styled(workspace)).lines if path.exists() else []


@contextmanager
def kept_feedback(workspace: Workspace, lines: Sequence[Feedback]) -> Generator[None]:
    """Keep *lines* as all the feedback that the mind has; if the block fails, it has what it had."""
    path = workspace.feedback / FILE
    former = path.read_bytes() if path.exists() else None
    write_text(path, format_feedback(lines))
    try:
        yield
    except BaseException:
        if former is None:
            path.unlink(missing_ok=True)
        else:
            write_bytes(path, former)
        raise


def by_adapter(lines: Sequence[Feedback]) -> dict[str, list[Feedback]]:
    """Return *lines* by the adapter that learns from them."""
    found: dict[str, list[Feedback]] = defaultdict(list)
    for line in lines:
        found[line.adapter].append(line)
    return dict(sorted(found.items()))


def _adapt(workspace: Workspace, progress: Progress) -> Outcome:
    """Write `adapted/`."""
    enough = {
        name: lines for name, lines in by_adapter(load_feedback(workspace)).items() if len(lines) >= LEAST
    }
    progress.start(STEP.name)
    if not enough and not workspace.adapted.exists():
        return Outcome("none", {})
    from scenograph.adapters.layers import joined
    from scenograph.mind.carrier import open_carrier

    carrier = open_carrier(workspace)
    styled_one, adapters = mind_adapters(workspace, carrier, layers=(workspace.taught,))
    teacher = Teacher(styled_one, adapters, styled(workspace), workspace.config.seed)
    former = _former(workspace, carrier)
    layer: dict[str, Taught] = {}
    outcomes: list[Adapted] = []
    for name, lines in enough.items():
        if name not in adapters.names:
            continue
        start = adapters.manifest.files[name]
        inputs = value_digest([format_feedback(lines), start, workspace.config.seed, _REVISION])
        known = former.get(name)
        if known is None or known.record.inputs != inputs:
            current = teacher if known is None else teacher.with_adapters(joined(adapters, known.adapters))
            taught, outcome = _learn(workspace, teacher, current, name, lines, inputs, progress)
            outcomes.append(outcome)
            known = taught if outcome.kept else known
        if known is not None:
            layer[name] = known
    save_layer(workspace.adapted, layer, carrier)
    summary = ", ".join(f"{it.adapter} {'learned' if it.kept else 'stays as it was'}" for it in outcomes)
    return Outcome(summary or f"{len(layer)} adapters", {"adapted": [it._asdict() for it in outcomes]})


def _former(workspace: Workspace, carrier: LocalCarrier) -> dict[str, Taught]:
    """Return the layer as it was; nothing of it if it was made over another carrier."""
    try:
        return load_layer(workspace.adapted, carrier)
    except AdapterError:
        return {}


def _learn(
    workspace: Workspace,
    teacher: Teacher,
    current: Teacher,
    name: str,
    lines: Sequence[Feedback],
    inputs: str,
    progress: Progress,
) -> tuple[Taught, Adapted]:
    """Teach the adapter *name* by *lines*; measure it beside its *current* state."""
    learn, hold_out = split(
        lines, lambda line: line.right.scene, lambda line: line.right.language, teacher.seed
    )
    tasks = rehearsed(
        [_task(line) for line in learn], [_task(line) for line in hold_out], former_tasks(workspace, name)
    )
    adapters, tuned = teacher.teach({name: name}, *tasks, on_step=Shown(progress, STEP.name, name))
    others = unseen_pairs(workspace, name)
    rights = [line.right for line in hold_out]
    before = _measure(current, name, rights, others, None)
    after = _measure(teacher, name, rights, others, adapters)
    kept = tuned.steps > 0 and after.lines >= before.lines and after.others >= before.others - WORSE
    record = AdapterRecord(
        "feedback",
        inputs,
        name,
        languages=dict(Counter(line.right.language for line in learn)),
        held_out=len(hold_out),
        steps=tuned.steps,
        loss=(round(tuned.before, 4), round(tuned.after, 4)),
        retention=(before.lines, after.lines),
        when=now(),
    )
    outcome = Adapted(name, len(learn), len(hold_out), tuned.steps, before, after, kept)
    return Taught(adapters, record), outcome


def _task(line: Feedback) -> Task:
    pair = line.right
    if line.style is None:
        return read_task(pair.text, pair.scene, language=pair.language)
    return speak_task(pair.scene, pair.text, language=pair.language, style=line.style)


def _measure(
    teacher: Teacher, name: str, lines: Sequence[Pair], others: Sequence[Pair], taught: AdapterSet | None
) -> Shares:
    """Return what the adapter *name* keeps of scenes."""
    both = [*lines, *others]
    shares = (
        teacher.understood(both, taught)
        if name == READER
        else teacher.spoken(both, name.partition(".")[2], taught)
    )
    own, rest = shares[: len(lines)], shares[len(lines) :]
    return Shares(round(fmean(own), 4), round(fmean(rest), 4) if rest else 1.0)


STEP = Step("feedback", "adapted", _settings, _adapt, after=("vocabulary", "adapters", "styles"))
