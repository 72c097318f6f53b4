"""
Step `thinking`: the thinker, which answers a question in one sequence of tokens and commands.

It starts as a copy of the reader, which writes the scene of a question already, and learns from what the
outside loop does with questions of the domain (`mind.teaching.traces`). It ends as it was when the loss on
held-out questions was lowest. A domain without questions has none, nor has a carrier that runs elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scenograph.errors import AdapterError
from scenograph.files import remove_folder, value_digest
from scenograph.mind.adapters.layers import (
    AdapterRecord,
    Taught,
    load_layer,
    mind_adapters,
    now,
    save_layer,
    styled_carrier,
)
from scenograph.mind.steps import Inputs, Outcome, Step, made
from scenograph.mind.teaching.teacher import Shown, Teacher
from scenograph.mind.workspace import Workspace
from scenograph.progress import Progress
from scenograph.prompts import READER, THINKER

if TYPE_CHECKING:
    from scenograph.carriers import LocalCarrier

_HELD_OUT: Final = 24  # sequences that decide when to stop
_REVISION: Final = 1  # raised when a thinker is taught in another way


def _settings(workspace: Workspace) -> Inputs:
    config = workspace.config
    return {"seed": config.seed, "thinking": config.thinking.model_dump(mode="json")}


def _teach(workspace: Workspace, progress: Progress) -> Outcome:
    """Write `thinking/`."""
    asked = workspace.config.thinking
    progress.start(STEP.name)
    can_insert = workspace.config.carrier.runtime == "torch"
    if not (can_insert and asked.steps and workspace.config.corpus.world):
        remove_folder(workspace.thinking)
        return Outcome("none", {})
    from scenograph.adapters.tune import Tuning
    from scenograph.mind.carrier import open_carrier
    from scenograph.mind.teaching.traces import traces

    carrier = open_carrier(workspace)
    inputs = value_digest([_settings(workspace), made(workspace, "adapters"), _REVISION])
    former = _former(workspace, carrier)
    if THINKER in former and former[THINKER].record.inputs == inputs:
        return _outcome(former[THINKER].record)
    _, trained = mind_adapters(workspace, carrier, layers=())
    thinking = styled_carrier(workspace, carrier, thinks=True)
    teacher = Teacher(thinking, trained, workspace.domain, workspace.config.seed)
    examples = traces(
        workspace.domain,
        thinking.vocabulary,
        asked.examples + _HELD_OUT,
        workspace.config.seed,
        styles=workspace.config.corpus.styles,
        languages=workspace.config.corpus.languages,
        most=carrier.max_length,
    )
    if len(examples) <= _HELD_OUT:
        remove_folder(workspace.thinking)
        return Outcome("none: the domain has too few questions", {})
    learned = teacher.teach_encoded(
        {THINKER: READER},
        examples[_HELD_OUT:],
        examples[:_HELD_OUT],
        tuning=Tuning(steps=asked.steps, seconds=asked.seconds),
        on_step=Shown(progress, STEP.name, THINKER),
    )
    record = AdapterRecord(
        "traces",
        inputs,
        READER,
        held_out=_HELD_OUT,
        steps=learned.tuned.steps,
        loss=(round(learned.tuned.before, 4), round(learned.tuned.after, 4)),
        when=now(),
    )
    save_layer(workspace.thinking, {THINKER: Taught(learned.adapters, record)}, carrier)
    return _outcome(record)


def _outcome(record: AdapterRecord) -> Outcome:
    before, after = record.loss or (0.0, 0.0)
    return Outcome(
        f"{record.steps} steps, loss {after:.3f} on held-out sequences, {before:.3f} before",
        {"steps": record.steps, "loss": [before, after]},
    )


def _former(workspace: Workspace, carrier: LocalCarrier) -> dict[str, Taught]:
    """Return the layer as it was; nothing of it if it was made over another carrier."""
    try:
        return load_layer(workspace.thinking, carrier)
    except AdapterError:
        return {}


def _is_asked(workspace: Workspace) -> bool:
    """Whether `mind.toml` speaks of thinking, as those of older versions do not, and asks for it."""
    config = workspace.config
    return "thinking" in config.model_fields_set and config.thinking.steps > 0


STEP = Step("thinking", "thinking", _settings, _teach, after=("vocabulary", "adapters"), asked=_is_asked)
