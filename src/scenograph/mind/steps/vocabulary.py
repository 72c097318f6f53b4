"""
Step `vocabulary`: the carrier's vocabulary with the atoms that the corpus is worth, and which tasks fit.

Atoms are the commands, the roles of the domain, the lexemes of the lexicon, and the roles that spare the most
tokens (`vocabulary.choice`). Made again, the vocabulary grows from the one that is there (law 4).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from scenograph import corpus
from scenograph.core import Lexicon
from scenograph.corpus.tasks import Task
from scenograph.errors import TrainingError, VocabularyError
from scenograph.files import new_folder, write_text
from scenograph.mind.carrier import carrier_files
from scenograph.mind.steps import Inputs, Outcome, Step, facts, made
from scenograph.mind.steps.corpus import LEXICON, TASKS
from scenograph.mind.steps.tasks import read_answers, read_tasks
from scenograph.mind.workspace import Workspace, read_made
from scenograph.progress import Progress

if TYPE_CHECKING:
    from scenograph.carriers import LocalCarrier
    from scenograph.vocabulary import Vocabulary
    from scenograph.vocabulary.choice import Use

FITTING = "fitting.json"
_TASKS = 40  # read for each step of distillation; more than a step takes
_LATER = ("dtype", "over", "attention", "runtime")


def _settings(workspace: Workspace) -> Inputs:
    carrier = workspace.config.carrier
    # Minds made before there was a choice stay up to date, and checkpointing changes no result.
    later = {name for name in _LATER if getattr(carrier, name) in ("auto", None, "torch")}
    chosen = workspace.config.vocabulary.model_dump(mode="json", exclude_defaults=True)
    return {
        "carrier": carrier.model_dump(mode="json", exclude={*later, "checkpointing"}),
        "files": carrier_files(workspace),
        "long": workspace.config.corpus.long,
        **({"vocabulary": chosen} if chosen else {}),
        **({} if workspace.is_first else {"remembered": made(workspace, "remembered")}),
    }


def _extend(workspace: Workspace, progress: Progress) -> Outcome:
    """Write `vocabulary/`: the vocabulary, and the numbers of the tasks that the carrier can take whole."""
    from scenograph.carriers.borrow import with_borrowed_tokens
    from scenograph.mind.carrier import bare_carrier, check_training_room

    progress.start(STEP.name, facts(workspace, "corpus")["tasks"])
    tasks = list(all_tasks(workspace))
    check_training_room(workspace, len({task.adapter for task in tasks}))
    carrier = bare_carrier(workspace)
    vocabulary, spared = _with_atoms(workspace, _begun(workspace, carrier))
    if workspace.config.carrier.runtime == "llama.cpp":
        table = carrier.module.get_input_embeddings().weight[: carrier.own_rows]
        vocabulary = with_borrowed_tokens(vocabulary, table)
    lengths: list[int] = []
    for task in tasks:
        prompt, answer = vocabulary.encode_prompt(task.prompt), vocabulary.encode_answer(task.answer)
        lengths.append(len(prompt) + len(answer))
        progress.advance()
    fitting = [number for number, length in enumerate(lengths) if length <= carrier.max_length]
    long = len(lengths) - len(fitting)
    # What is remembered may be of any length: too long a text of it is left out, whatever the corpus may do.
    refused = max(lengths[: facts(workspace, "corpus")["tasks"]], default=0) > carrier.max_length
    if long and ((refused and workspace.config.corpus.long == "refuse") or not fitting):
        raise TrainingError(
            f"{long} of {len(lengths)} tasks are longer than the {carrier.max_length} tokens that carrier "
            f"{carrier.name} can take (the longest has {max(lengths)}) and would be cut; "
            'set corpus.long = "skip" in mind.toml to leave them out'
        )
    learned = ""
    if workspace.config.vocabulary.distil and not vocabulary.borrowed and vocabulary.size > carrier.own_rows:
        vocabulary, learned = _with_rows(workspace, carrier.with_vocabulary(vocabulary), fitting, progress)
    with new_folder(workspace.vocabulary) as folder:
        vocabulary.save(folder)
        write_text(folder / FITTING, json.dumps(fitting))
    summary = f"{vocabulary.size} tokens, {len(vocabulary.atoms)} of them atoms{learned}"
    if long:
        summary += f"; {long} tasks too long and skipped"
    sizes = {"tokens": sum(lengths), "spared": spared, "longest": max(lengths, default=0), "skipped": long}
    return Outcome(summary, {"size": vocabulary.size, **sizes})


def fitting_tasks(workspace: Workspace) -> Iterator[Task]:
    """Yield the tasks that training sees: those that the carrier can take whole."""
    numbers: list[int] = read_made(workspace.vocabulary / FITTING)
    count: int = facts(workspace, "corpus")["tasks"]
    yield from read_tasks(workspace.corpus / TASKS, [number for number in numbers if number < count])
    if later := [number - count for number in numbers if number >= count]:
        yield from read_tasks(workspace.remembered / TASKS, later)


def all_tasks(workspace: Workspace) -> Iterator[Task]:
    """Yield the tasks of the corpus, and for a further carrier those from memory after them."""
    yield from read_tasks(workspace.corpus / TASKS)
    if not workspace.is_first:
        yield from read_tasks(workspace.remembered / TASKS)


def _begun(workspace: Workspace, carrier: LocalCarrier) -> Vocabulary:
    """
    Return what the vocabulary grows from: the mind's present one if it fits the carrier (law 4).

    Else it is the carrier's own: its tokenizer, and the atoms that have rows in its weights.
    """
    from scenograph.vocabulary import Vocabulary

    mine = carrier.vocabulary
    own = Vocabulary(mine.base, mine.atoms[: max(0, carrier.own_rows - mine.base_size)])
    try:
        before = Vocabulary.load(workspace.vocabulary)
        if before.borrowed or workspace.config.carrier.runtime == "llama.cpp":
            return own
        carrier.check_vocabulary(before)
    except VocabularyError:  # there is none, it is damaged, or it was made for another carrier
        return own
    return before


def _with_atoms(workspace: Workspace, vocabulary: Vocabulary) -> tuple[Vocabulary, int]:
    """
    Return *vocabulary* with the atoms that this corpus needs or is worth, and the tokens that these spare.

    A mind's grammar is closed over the roles of its domain while it has atoms for no others. So the
    likeliest role that the domain lacks gets an atom even if it spares little.
    """
    from scenograph.vocabulary import lexeme_atoms, needed_atoms
    from scenograph.vocabulary.atoms import HOLES, role_atom
    from scenograph.vocabulary.choice import chosen, uses

    domain, config = workspace.domain, workspace.config.vocabulary
    lexicon = Lexicon.from_json(read_made(workspace.corpus / LEXICON))
    vocabulary = vocabulary.extended((*needed_atoms(domain), *lexeme_atoms(lexicon)))
    imported = _roles(workspace)
    forward = dict.fromkeys((*domain.roles, *imported))
    names = dict.fromkeys((*forward, *(f"{role}-of" for role in forward), *HOLES))
    found = uses(vocabulary, _scenes(workspace), map(role_atom, names))
    best = chosen(found, least=config.least, most=config.atoms)
    strange = {role for role in imported if role not in domain.roles}
    if strange and not any(atom.text in strange for atom in (*vocabulary.atoms, *(use.atom for use in best))):
        best += [use for use in found if use.atom.text in strange][:1]
    return vocabulary.extended(use.atom for use in best), sum(use.spared for use in best)


def _with_rows(
    workspace: Workspace, carrier: LocalCarrier, fitting: Sequence[int], progress: Progress
) -> tuple[Vocabulary, str]:
    """Return the vocabulary of *carrier* with learned rows, and what a person should know of them."""
    from scenograph.adapters.distil import distil

    steps, vocabulary = workspace.config.vocabulary.distil, carrier.vocabulary
    if len(vocabulary.rows or ()) == vocabulary.size - carrier.own_rows:
        return vocabulary, ""
    progress.start(STEP.name, steps)
    count: int = facts(workspace, "corpus")["tasks"]
    tasks = read_tasks(workspace.corpus / TASKS, [it for it in fitting if it < count][: steps * _TASKS])
    done = distil(
        carrier,
        [(task.prompt, task.answer) for task in tasks],
        steps=steps,
        seed=workspace.config.seed,
        on_step=lambda step: progress.advance(1, f"states {step.states:.4f}, writing {step.writing:.2f}"),
    )
    said = f", whose states are {done.after:.1%} from the spelt form instead of {done.before:.1%}"
    return vocabulary.with_rows(done.rows), said


def check_trained(workspace: Workspace) -> None:
    """
    Check that a mind has a vocabulary.

    Raises:
        VocabularyError: if it was never trained
    """
    if not workspace.vocabulary.exists():
        raise VocabularyError(
            f"{workspace.folder} is not trained yet; run: scenograph train {workspace.folder}"
        )


def atom_uses(workspace: Workspace) -> tuple[Vocabulary, list[Use]]:
    """
    Return the vocabulary of a mind, and what each of its atoms for scenes is worth in its corpus.

    Raises:
        VocabularyError: if the mind has no vocabulary yet, or a damaged one
    """
    from scenograph.vocabulary import Vocabulary
    from scenograph.vocabulary.choice import uses

    check_trained(workspace)
    vocabulary = Vocabulary.load(workspace.vocabulary)
    return vocabulary, uses(Vocabulary(vocabulary.base, ()), _scenes(workspace), vocabulary.atoms)


def _scenes(workspace: Workspace) -> Iterator[str]:
    """Yield the linear forms of all scenes in the tasks of the corpus, and of what was remembered."""
    for folder in [workspace.corpus, *([] if workspace.is_first else [workspace.remembered])]:
        for _, prompt, answer in read_answers(folder / TASKS):
            yield from (content for kind, content in (*prompt, answer) if kind == "scene")


def _roles(workspace: Workspace) -> list[str]:
    """Return the roles of the imported scenes, and for a further carrier of the remembered ones, sorted."""
    scenes = [it.scene for it in corpus.iterate(workspace.sources) if it.scene is not None]
    if not workspace.is_first:
        scenes += [task.scene for task in read_tasks(workspace.remembered / TASKS)]
    return sorted({link.role for scene in scenes for link in scene.links})


STEP = Step("vocabulary", "vocabulary", _settings, _extend, after=("corpus",), revision=2)
