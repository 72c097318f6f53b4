"""Commands that make a mind: init, corpus, train, eval."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from scenograph.carriers.remote.server import KEY, is_address
from scenograph.cli import inputs, output
from scenograph.cli.commands import example
from scenograph.cli.talk import Json, MindPath, OverCarrier
from scenograph.errors import TrainingError

if TYPE_CHECKING:
    from scenograph.corpus import CorpusSource
    from scenograph.mind.sections import ServerConfig
    from scenograph.mind.workspace import Workspace


@example("scenograph init my-mind --carrier nano --seconds 300")
def init(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A new folder for the mind.", show_default=False)
    ],
    carrier: Annotated[
        str,
        typer.Option(
            help="nano, a GGUF file, a folder, a hub id (org/name@revision), or http://host:port/v1."
        ),
    ] = "nano",
    over: inputs.Over = None,
    quantisation: inputs.Quantisation = "none",
    model: inputs.Model = "",
    key_from: inputs.KeyFrom = KEY,
    dtype: inputs.Dtype = "auto",
    runtime: inputs.Runtime = "torch",
    world: Annotated[
        int, typer.Option(min=0, help="Tasks to learn from the bundled world; 0 for none.")
    ] = 12_000,
    long: Annotated[
        Literal["refuse", "skip"],
        typer.Option(help="What to do with tasks that the carrier would have to cut."),
    ] = "refuse",
    rank: Annotated[int, typer.Option(min=1, help="Rank of the adapters.")] = 16,
    steps: inputs.Steps = None,
    seconds: inputs.Seconds = None,
    seed: Annotated[int, typer.Option(min=0, help="Where all chance comes from.")] = 1,
) -> None:
    """Make a new mind: a folder with a mind.toml that describes it."""
    from scenograph.carriers.hub import pinned
    from scenograph.mind.config import MindConfig
    from scenograph.mind.sections import AdapterConfig, CarrierConfig, CorpusConfig
    from scenograph.mind.workspace import Workspace

    if steps is not None and seconds is not None:
        raise typer.BadParameter("give --steps or --seconds, not both")
    is_remote = is_address(carrier)
    if is_remote and (over, quantisation, dtype) != (None, "none", "auto"):
        raise typer.BadParameter(
            "a server chooses its weights itself; leave --over, --quantisation and --dtype out"
        )
    if model and not is_remote:
        raise typer.BadParameter("--model is for a carrier that is a server, such as http://host:port/v1")
    if runtime == "llama.cpp" and not carrier.endswith(".gguf"):
        raise typer.BadParameter(
            f"llama.cpp runs GGUF files, and {carrier} is none; give --carrier a path to one"
        )
    for named in (carrier, over):
        if named and named.endswith(".gguf") and not Path(named).is_file():
            raise typer.BadParameter(
                f"there is no file {named}; give the path of one, or run: scenograph carriers get NAME"
            )
    if runtime == "llama.cpp" and quantisation != "none":
        raise typer.BadParameter(
            "llama.cpp runs a GGUF file in its own quantisation; leave out --quantisation"
        )
    base, under = carrier if is_remote else pinned(carrier), over and pinned(over)
    for asked, found in ((carrier, base), (over, under)):
        if asked != found:
            output.note(f"{asked} is {found} now, and stays so in this mind")
    config = MindConfig(
        seed=seed,
        carrier=CarrierConfig(base=base, over=under, quantisation=quantisation, dtype=dtype, runtime=runtime),
        corpus=CorpusConfig(world=world, long=long),
        adapters=AdapterConfig(rank=rank, steps=steps, seconds=seconds),
    )
    if is_remote:
        config = config.model_copy(update={"server": _server(folder, carrier, model, key_from)})
    workspace = Workspace.create(folder, config)
    output.data(str(workspace.folder / "mind.toml"))
    output.note(
        f"next: scenograph remember {folder} -f notes.md   (open text needs no training)\n"
        f"      scenograph train {folder}                  (its domain, styles and roles)"
    )


def _server(folder: Path, address: str, model: str, key_from: str) -> ServerConfig:
    """Ask the server at *address* for its model, and try which grammars or schemas it obeys."""
    from scenograph.mind.carrier import server_at
    from scenograph.mind.workspace import Workspace

    Workspace.refuse(folder)  # before the server is asked
    server = server_at(address, model, key_from)
    output.note(what_obeys(address, server))
    return server


def what_obeys(address: str, server: ServerConfig) -> str:
    """Say which model the server at *address* runs, and what binds it."""
    bound = "nothing binds what it writes" if server.form == "none" else f"it obeys {server.form}"
    return f"carrier: {server.model} at {address}; {bound}"


@example("scenograph train my-mind")
def train(
    mind: MindPath,
    step: Annotated[
        str | None,
        typer.Option(
            help="Stop after this step: corpus, vocabulary, adapters, styles, feedback, rewards, cycle, "
            "memory, confidence, thinking, evaluation."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """
    Bring a mind up to date with its mind.toml. Ctrl-C is safe: the same command goes on.

    Other carriers than the first are trained by `scenograph carry`.
    """
    from scenograph.evaluate.step import STEPS, steps_of
    from scenograph.mind.carry import outdated
    from scenograph.mind.steps import run_steps
    from scenograph.mind.workspace import Workspace

    names = [each.name for each in STEPS]
    if step is not None and step not in names:
        raise typer.BadParameter(f"there is no step {step!r}; the steps are {', '.join(names)}")
    from scenograph.cli.progress import shown

    workspace = Workspace(mind)
    steps = steps_of(workspace)
    if step is not None and step not in [each.name for each in steps]:
        raise TrainingError(f"there is no step {step!r} here: {_untrained(workspace)}")
    with shown() as bars:
        for status in run_steps(workspace, steps, bars, last=step):
            if status.state == "up to date":
                bars.line(status.step, f"up to date: {status.summary}")
            if json:
                output.record(status)
    if workspace.config.is_remote:
        output.note(_untrained(workspace))
    for name in outdated(workspace):
        output.note(f"over {name} the mind is not up to date; run: scenograph carry {mind} --to {name}")
    output.note(
        f"next: scenograph ask {mind} 'Who ...?'   scenograph read {mind} '...'   scenograph eval {mind}"
    )


def _untrained(workspace: Workspace) -> str:
    """Say what a carrier on a server cannot do, and what works without."""
    return (
        f"{workspace.config.carrier.base} is a server, and nothing can be trained there. It reads and "
        "speaks by examples of the corpus in each prompt; memory, recall and questions work as in every mind"
    )


@example("scenograph eval my-mind --json --seed 7")
def evaluate(
    mind: MindPath,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Draws the items; the mind's own if not given.")
    ] = None,
    items: Annotated[int | None, typer.Option(min=1, help="Scenes per style and language.")] = None,
    corpus: Annotated[
        list[Path] | None, typer.Option(exists=True, help="Measure on this corpus too (say, a dev split).")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many examples of each corpus.")] = None,
    html: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Write the report with plots here.")
    ] = None,
    carrier: OverCarrier = None,
    json: Json = False,
) -> None:
    """
    Measure a mind on scenes that it was not trained on.

    A mind with several carriers is measured over each of them, on the same scenes; --json gives one object a
    line, with the carrier's name.
    """
    from scenograph.cli.progress import shown
    from scenograph.evaluate.beside import evaluate_carriers, table
    from scenograph.evaluate.table import as_text
    from scenograph.mind.workspace import Workspace

    workspace = Workspace(mind, carrier)
    carriers = list(workspace.carriers) if carrier is None else [carrier]
    if html is not None and len(carriers) > 1:
        raise typer.BadParameter(f"--html is for one carrier; add --carrier, one of {', '.join(carriers)}")
    with shown() as bars:
        found = evaluate_carriers(
            mind, carriers, bars, seed=seed, items=items, corpora=corpus or [], limit=limit
        )
    if html is not None:
        from scenograph.evaluate.page import write_page  # draws, which takes a second to import

        write_page(html, found[carriers[0]], workspace)
        output.note(f"report: {html}")
    if len(carriers) == 1:
        output.show(found[carriers[0]].record(), as_text(found[carriers[0]]), json)
    elif json:
        for name, evaluation in found.items():
            output.record(evaluation.record(), carrier=name)
    else:
        output.data(table(found))


@example("scenograph corpus add my-mind data/webnlg/en/train")
def corpus_add(
    mind: MindPath,
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH", help="WebNLG XML, AMR, JSONL, CoNLL-U, RDF or plain text; files or folders."
        ),
    ],
    base: inputs.Base = None,
    context: inputs.Contexts = None,
    json: Json = False,
) -> None:
    """Import corpora into a mind. Each is kept inside it, so the original may go away."""
    from scenograph import corpus
    from scenograph.mind.workspace import Workspace

    workspace = Workspace(mind)
    for path in paths:
        added = corpus.add(workspace.sources, path, base=base, contexts=inputs.contexts(context))
        _print_source(added, json)
    output.note(f"next: scenograph train {mind}")


@example("scenograph corpus list my-mind --json")
def corpus_list(mind: MindPath, json: Json = False) -> None:
    """List the corpora of a mind."""
    from scenograph import corpus
    from scenograph.mind.workspace import Workspace

    for source in corpus.sources(Workspace(mind).sources):
        _print_source(source, json)


def _print_source(source: CorpusSource, json: bool) -> None:
    tongues = ", ".join(f"{count:,} {language}" for language, count in source.languages.items())
    in_tongues = f" ({tongues})" if source.texts else ""
    repeated = (
        f"; {output.count(source.duplicates, 'repeated example')} left out" if source.duplicates else ""
    )
    text = (
        f"{source.path}: {output.count(source.examples, 'example')}, {source.scenes:,} with a scene, "
        f"{output.count(source.texts, 'text')}{in_tongues}{repeated}"
    )
    output.show(source, text, json)
