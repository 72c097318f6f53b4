"""
Carrying a mind: the same memory over one more carrier.

    carried = carry(Workspace("my-mind"), FurtherCarrier(base="qwen0.5b.gguf"), Silent())
    carried.after.scenes == carried.before.scenes        # True: memory is as it was

The other carrier gets a table in `mind.toml` and a folder in `carriers/` (`Workspace`). Its vocabulary and
its adapters are made from the mind's own corpus, pairs, feedback and memory. Memory itself is read only: its
contents are hashed before and after, and a difference is an error (law 7).

What cannot work is refused, and nothing of it stays. A carry that was stopped goes on with the same call. One
that is finished learns another round, from the adapters that it has and from what memory holds by now.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, final

from pydantic import ValidationError

from scenograph.carriers.remote.server import KEY, is_address
from scenograph.errors import CarrierError, MindError, StoreError
from scenograph.files import remove_folder, write_bytes, write_text
from scenograph.mind.config import MindConfig, carrier_label
from scenograph.mind.config_file import FILE, load_config, render_carrier
from scenograph.mind.sections import BUNDLED, AdapterConfig, FurtherCarrier
from scenograph.mind.steps import (
    Status,
    Step,
    adapters,
    brought_up_to_date,
    confidence,
    corpus,
    examine,
    feedback,
    remembered,
    styles,
    training,
    vocabulary,
)
from scenograph.mind.workspace import Workspace
from scenograph.progress import Progress

if TYPE_CHECKING:
    from scenograph.memory.contents import Contents

LOCAL: Final = (
    corpus.STEP,
    remembered.STEP,
    vocabulary.STEP,
    adapters.STEP,
    styles.STEP,
    feedback.STEP,
    confidence.STEP,
)
"""What carrying to a carrier on this machine does, in order."""

REMOTE: Final = (corpus.STEP, confidence.STEP)
"""What it does for a server, where nothing can be trained: prompts show examples of the corpus."""


@final
class Carried(NamedTuple):
    """
    What came of a carry.

    Attributes:
        carrier: the name of the carrier in this mind
        steps: what was done
        before, after: what memory held; None if there is no memory yet. They are equal, unless another
            process wrote to memory meanwhile
    """

    carrier: str
    steps: tuple[Status, ...]
    before: Contents | None
    after: Contents | None

    @property
    def is_proved(self) -> bool:
        """Whether memory is, byte for byte, as it was; else another process has written to it meanwhile."""
        return self.before == self.after


def carry(
    workspace: Workspace,
    to: FurtherCarrier,
    progress: Progress,
    *,
    name: str | None = None,
    steps: int | None = None,
    seconds: float | None = None,
    on_status: Callable[[Status], None] = lambda _: None,
) -> Carried:
    """
    Make vocabulary and adapters for the carrier *to*, from what the mind in *workspace* has.

    Args:
        to: the carrier; its `base` may be the name of one that the mind has already
        name: what it is called in this mind; None: as its file, folder or repository is
        steps, seconds: how long its adapters are trained; neither: as its table or the mind's says
        on_status: called after each step
    Raises:
        MindError: if the mind is being trained, begins with this carrier, or has one of this name already
        CarrierError, VocabularyError: if the carrier cannot be loaded or trained here; the mind is as it was
        StoreError: if memory is damaged, or is not as it was
    """
    with training(workspace):
        config = load_config(workspace.folder)
        known = _known(config, to, name)
        before = _contents(workspace)
        if known is None:
            called = _new_name(config, to, name)
            to = _budgeted(to, config.adapters, steps, seconds)
            with _added(workspace.folder, called, to) as over:
                done = _run(over, _until(over, vocabulary.STEP), progress, on_status)
        else:
            called, done = known, []
            changed = _adjusted(workspace.folder, config, known, to, steps, seconds)
            over = workspace.over(known)
            if not over.config.is_remote and _is_done(over):
                _begin_round(over)
            if changed is not None:
                write_text(workspace.folder / FILE, changed)
                over = workspace.over(known)
        seen = {status.step for status in done}
        rest = [step for step in carry_steps(over) if step.name not in seen]
        done += _run(over, rest, progress, on_status)
        after = _contents(workspace)
    _compare(workspace, before, after)
    return Carried(called, tuple(done), before, after)


def further_carrier(
    base: str,
    *,
    over: str | None = None,
    quantisation: str = "none",
    dtype: str = "auto",
    runtime: str = "torch",
    model: str = "",
    key_from: str = KEY,
) -> FurtherCarrier:
    """
    Return a carrier to carry to, as `mind.toml` describes it: a hub id with its commit, a server as it is.

    Args:
        base, over, quantisation, dtype, runtime: as in `[carrier]`
        model, key_from: as in `[server]`, of a server
    Raises:
        MindError: if settings contradict each other
        CarrierError: if there is no such file, repository or server
    """
    from scenograph.carriers.hub import pinned
    from scenograph.mind.carrier import server_at

    given = {"over": over, "quantisation": quantisation, "dtype": dtype, "runtime": runtime}
    chosen = {key: value for key, value in given.items() if value != FurtherCarrier.model_fields[key].default}
    is_remote = is_address(base)
    if is_remote and chosen:
        raise MindError(f"a server chooses its weights itself; leave out {', '.join(chosen)}")
    if model and not is_remote:
        raise MindError("a model is named for a server only, such as http://host:port/v1")
    for named in (base, over):
        if named and named.endswith(".gguf") and not Path(named).is_file():
            raise CarrierError(
                f"there is no file {named}; give the path of one, or run: scenograph carriers get NAME"
            )
    try:
        if is_remote:
            return FurtherCarrier(base=base, server=server_at(base, model, key_from))
        names = {"base": pinned(base)} | ({"over": pinned(over)} if over else {})
        return FurtherCarrier.model_validate(chosen | names)
    except ValidationError as error:
        problems = (problem["msg"].removeprefix("Value error, ") for problem in error.errors())
        raise MindError("; ".join(problems)) from None


def carry_steps(workspace: Workspace) -> tuple[Step, ...]:
    """Return what carrying does for the further carrier of *workspace*, in order."""
    return REMOTE if workspace.config.is_remote else LOCAL


def outdated(workspace: Workspace) -> list[str]:
    """Return the further carriers that are not, or not any more, what the mind has to teach them."""
    others = [workspace.over(name) for name in workspace.carriers[1:]]
    return [it.carrier for it in others if not _is_done(it)]


def _is_done(workspace: Workspace) -> bool:
    return all(examine(workspace, step).state == "up to date" for step in carry_steps(workspace))


def note_on_reader(workspace: Workspace) -> str:
    """Say what becomes of a reader that was trained over the first carrier; empty if there is none."""
    named = workspace.config.reader.weights
    if workspace.is_first or named == BUNDLED:
        return ""
    from scenograph.readers.weights import load

    if not load(workspace.folder / named).encoder:
        return ""
    return (
        f"the reader {named} was trained over the states of {workspace.carriers[0]}; "
        f"over {workspace.carrier} the bundled one reads open text, "
        f"unless [carriers.{workspace.carrier}.reader] names another"
    )


def _run(
    workspace: Workspace, steps: Sequence[Step], progress: Progress, on_status: Callable[[Status], None]
) -> list[Status]:
    done: list[Status] = []
    for status in brought_up_to_date(workspace, steps, progress):
        done.append(status)
        on_status(status)
    return done


def _until(workspace: Workspace, last: Step) -> Sequence[Step]:
    """Return the steps up to *last*, by which whatever is wrong with a carrier has shown itself."""
    steps = carry_steps(workspace)
    return steps[: steps.index(last) + 1] if last in steps else steps[:1]


def _known(config: MindConfig, to: FurtherCarrier, name: str | None) -> str | None:
    """Return the name of the carrier of the mind that is meant; None if it is a new one."""
    if to.base == config.names[0] or (name is None and _is_same(config.carrier.base, to.base)):
        raise MindError(
            f"the mind is over {config.names[0]} already, and `scenograph train` trains that; "
            "name another carrier"
        )
    if name is not None:
        return name if name in config.carriers else None
    if to.base in config.carriers:
        return to.base
    same = [known for known, own in config.carriers.items() if _is_same(own.base, to.base)]
    return same[0] if same else None


def _is_same(one: str, other: str) -> bool:
    """Return whether two carriers are the same file, folder or repository, whatever the revision."""
    if Path(one).exists() and Path(other).exists():
        return Path(one).resolve() == Path(other).resolve()
    return one.partition("@")[0] == other.partition("@")[0]


def _new_name(config: MindConfig, to: FurtherCarrier, name: str | None) -> str:
    called = carrier_label(to.base) if name is None else name
    if called in config.names:
        raise MindError(f"this mind has another carrier of the name {called}; choose a name (--name)")
    return called


@contextmanager
def _added(folder: Path, name: str, carrier: FurtherCarrier) -> Generator[Workspace]:
    """The mind over a new carrier; if the block fails, the mind is as it was."""
    path = folder / FILE
    former = path.read_bytes()
    text = former.decode().rstrip("\n") + "\n" + render_carrier(name, carrier)
    home = None
    try:
        write_text(path, text)
        workspace = Workspace(folder, name)
        home = workspace.home
        yield workspace
    except BaseException:
        if path.read_bytes() == text.encode():
            write_bytes(path, former)
        if home is not None:
            remove_folder(home)
            with suppress(OSError):  # other carriers may be there
                home.parent.rmdir()
        raise


def _budgeted(
    carrier: FurtherCarrier, usual: AdapterConfig, steps: int | None, seconds: float | None
) -> FurtherCarrier:
    """Return *carrier* with other steps or seconds, if they are given, than *usual*."""
    if steps is None and seconds is None:
        return carrier
    budget = {"steps": steps, "seconds": seconds}
    adapters = AdapterConfig.model_validate((carrier.adapters or usual).model_dump() | budget)
    return carrier.model_copy(update={"adapters": adapters})


def _adjusted(
    folder: Path, config: MindConfig, name: str, to: FurtherCarrier, steps: int | None, seconds: float | None
) -> str | None:
    """
    Return `mind.toml` with so many steps or seconds for the known carrier *name*; None if it says so already.

    Raises:
        MindError: if *to* has other settings, or `mind.toml` was changed by hand, so that it must be again
    """
    own = config.carriers[name]
    if to.model_copy(update={"base": own.base}) not in (own, FurtherCarrier(base=own.base)):
        raise MindError(
            f"{name} has other settings in this mind; change [carriers.{name}] in {FILE}, "
            "or carry to it under another name (--name)"
        )
    changed = _budgeted(own, config.adapters, steps, seconds)
    if changed == own:
        return None
    text = (folder / FILE).read_text(encoding="utf-8")
    table = render_carrier(name, own)
    if text.count(table) != 1:
        raise MindError(
            f"{folder / FILE} was changed by hand; "
            f"write steps or seconds into [carriers.{name}.adapters] there"
        )
    return text.replace(table, render_carrier(name, changed))


def _begin_round(workspace: Workspace) -> None:
    """Let a trained carrier learn again, from its adapters and from what memory holds now."""
    adapters.begin_round(workspace)
    workspace.manifest(remembered.STEP.name).unlink(missing_ok=True)


def _contents(workspace: Workspace) -> Contents | None:
    from scenograph.memory.contents import contents_of

    return contents_of(workspace.memory) if workspace.memory.exists() else None


def _compare(workspace: Workspace, before: Contents | None, after: Contents | None) -> None:
    """Raise `StoreError` if memory changed, and no change of it by another process is on its list."""
    if before == after or before is None or (after is not None and after.changes > before.changes):
        return
    raise StoreError(
        f"{workspace.memory} is not as it was before the carry, though nothing was stored in it; "
        "run `scenograph memory check`, and please report this"
    )
