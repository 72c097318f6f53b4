"""
Step `styles`: the styles of the mind's own, each taught by its pairs.

The decoder of a style starts as a copy of the decoder that says its texts most readily, and stops where the
loss on held-out pairs is lowest. If the reader does not understand these texts, it learns them, together with
what it knew. A style is taught again if its pairs or the adapters under it have changed. Imported adapters
are kept as they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

from scenograph.errors import AdapterError
from scenograph.files import file_digest, value_digest
from scenograph.mind.adapters.exchange import fitted_import
from scenograph.mind.adapters.layers import (
    AdapterRecord,
    Layer,
    Taught,
    load_layer,
    mind_adapters,
    now,
    save_layer,
)
from scenograph.mind.steps import Inputs, Outcome, Step, made
from scenograph.mind.teaching.pairs import Pair, load_pairs, split_pairs
from scenograph.mind.teaching.rehearsal import WORSE, former_tasks, read_tasks_of, rehearsed, unseen_pairs
from scenograph.mind.teaching.styles import own_styles, pairs_path, styled
from scenograph.mind.teaching.teacher import Shown, Teacher, speak_tasks
from scenograph.mind.workspace import Workspace
from scenograph.progress import Progress
from scenograph.prompts import READER

if TYPE_CHECKING:
    from scenograph.adapters.tune import Tuned
    from scenograph.carriers import LocalCarrier

_UNDERSTOOD = 0.98  # the reader is not taught if it keeps more than this share of the held-out scenes
_REVISION = 1  # raised when a style is taught in another way


def decoder_of(style: str) -> str:
    """Return the name of the adapter that speaks in *style*."""
    return f"decoder.{style}"


def _settings(workspace: Workspace) -> Inputs:
    pairs = {name: _digest(pairs_path(workspace, name)) for name in own_styles(workspace)}
    return {"seed": workspace.config.seed, "styles": pairs, "imported": _imports(workspace)}


def _digest(path: Path) -> str:
    """Return the digest of *path*; empty if it is not there."""
    return file_digest(path) if path.exists() else ""


def _imports(workspace: Workspace) -> dict[str, str]:
    """Return the digest of the weights of each imported adapter."""
    if not workspace.imported.exists():
        return {}
    folders = [path for path in sorted(workspace.imported.iterdir()) if not path.name.startswith(".")]
    return {folder.name: _digest(folder / "adapter_model.safetensors") for folder in folders}


def _teach(workspace: Workspace, progress: Progress) -> Outcome:
    """Write `taught/`."""
    imports = _imports(workspace)
    styles = [name for name in own_styles(workspace) if pairs_path(workspace, name).exists()]
    progress.start(STEP.name)
    if not styles and not imports and not workspace.taught.exists():
        return Outcome("none of its own", {})
    from scenograph.mind.carrier import open_carrier

    carrier = open_carrier(workspace)
    styled_one, trained = mind_adapters(workspace, carrier, layers=())
    teacher = Teacher(styled_one, trained, styled(workspace), workspace.config.seed)
    former = _former(workspace, carrier)
    layer: dict[str, Taught] = {}
    new: list[str] = []
    for style in styles:
        inputs = _inputs(workspace, [style])
        known = former.get(decoder_of(style))
        if known is None or known.record.inputs != inputs:
            known = _teach_style(workspace, teacher, style, inputs, progress)
            new.append(style)
        layer[decoder_of(style)] = known
    if styles:
        layer |= _teach_reader(workspace, teacher, styles, former.get(READER), progress)
    for style in new:
        layer[decoder_of(style)] = _measured(workspace, teacher, style, layer)
    for name, weights in imports.items():
        known = former.get(name)
        if known is None or known.record.inputs != weights:
            adapters = fitted_import(workspace, carrier, workspace.imported / name, name)
            known = Taught(adapters, AdapterRecord("import", weights, "", when=now()))
        layer[name] = known
    save_layer(workspace.taught, layer, carrier)
    kept = {name: taught.record.retention[1] for name, taught in layer.items() if taught.record.retention}
    parts = [f"{name} retention {share:.2f}" for name, share in kept.items()]
    parts += [f"{len(imports)} imported"] if imports else []
    return Outcome(", ".join(parts) or "none of its own", {"retention": kept})


def _former(workspace: Workspace, carrier: LocalCarrier) -> dict[str, Taught]:
    """Return the layer as it was; nothing of it if it was made over another carrier."""
    try:
        return load_layer(workspace.taught, carrier)
    except AdapterError:
        return {}


def _inputs(workspace: Workspace, styles: Sequence[str]) -> str:
    """Return a digest of what adapters that learn from the pairs of *styles* are made from."""
    pairs = [_digest(pairs_path(workspace, style)) for style in styles]
    return value_digest([pairs, made(workspace, "adapters"), workspace.config.seed, _REVISION])


def _teach_style(
    workspace: Workspace, teacher: Teacher, style: str, inputs: str, progress: Progress
) -> Taught:
    """Teach a decoder *style* by its pairs."""
    learn, hold_out = split_pairs(load_pairs(pairs_path(workspace, style)), teacher.seed)
    decoders = [name for name in teacher.adapters.names if name.startswith(decoder_of(""))]
    start = teacher.nearest(learn, decoders)
    adapters, tuned = teacher.teach(
        {decoder_of(style): start},
        speak_tasks(learn, style),
        speak_tasks(hold_out, style),
        on_step=Shown(progress, STEP.name, style),
    )
    return Taught(adapters, _record(inputs, start, learn, hold_out, tuned))


def _teach_reader(
    workspace: Workspace, teacher: Teacher, styles: Sequence[str], known: Taught | None, progress: Progress
) -> Layer:
    """
    Teach the reader the texts of *styles*, if it does not understand them.

    Returns:
        The reader; nothing if it understands them, or would read worse what the mind was trained for.
    """
    inputs = _inputs(workspace, styles)
    if known is not None and known.record.inputs == inputs:
        return {READER: known}
    if READER not in teacher.adapters.names:
        return {}
    splits = [split_pairs(load_pairs(pairs_path(workspace, style)), teacher.seed) for style in styles]
    learn = [pair for part, _ in splits for pair in part]
    hold_out = [pair for _, part in splits for pair in part]
    before = fmean(teacher.understood(hold_out))
    if before > _UNDERSTOOD:
        return {}
    tasks = rehearsed(read_tasks_of(learn), read_tasks_of(hold_out), former_tasks(workspace, READER))
    adapters, tuned = teacher.teach({READER: READER}, *tasks, on_step=Shown(progress, STEP.name, READER))
    after = fmean(teacher.understood(hold_out, adapters))
    others = unseen_pairs(workspace, READER)
    lost = fmean(teacher.understood(others)) - fmean(teacher.understood(others, adapters)) if others else 0.0
    if after <= before or lost > WORSE:
        return {}
    retention = (round(before, 4), round(after, 4))
    return {READER: Taught(adapters, _record(inputs, READER, learn, hold_out, tuned, retention))}


def _measured(workspace: Workspace, teacher: Teacher, style: str, layer: Layer) -> Taught:
    """Return the decoder of *style* with the retention that its start and it reach on held-out pairs."""
    from scenograph.adapters.layers import joined

    decoder, record = layer[decoder_of(style)]
    _, hold_out = split_pairs(load_pairs(pairs_path(workspace, style)), teacher.seed)
    before = fmean(teacher.spoken(hold_out, record.start.partition(".")[2]))
    with_reader = joined(layer[READER].adapters, decoder) if READER in layer else decoder
    after = fmean(teacher.spoken(hold_out, style, with_reader))
    return Taught(decoder, replace(record, retention=(round(before, 4), round(after, 4))))


def _record(
    inputs: str,
    start: str,
    learn: Sequence[Pair],
    hold_out: Sequence[Pair],
    tuned: Tuned,
    retention: tuple[float, float] | None = None,
) -> AdapterRecord:
    return AdapterRecord(
        "pairs",
        inputs,
        start,
        languages=dict(sorted(Counter(pair.language for pair in learn).items())),
        held_out=len(hold_out),
        steps=tuned.steps,
        loss=(round(tuned.before, 4), round(tuned.after, 4)),
        retention=retention,
        when=now(),
    )


STEP = Step("styles", "taught", _settings, _teach, after=("vocabulary", "adapters"))
