"""Commands about a mind's memory: correct, forget, and `memory` with what looks after it."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Generator
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from scenograph.cli import consent, inputs, output
from scenograph.cli.commands import example
from scenograph.cli.talk import Filtered, InNamespace, Json, Language, MindPath, filter_of, open_mind
from scenograph.cli.times import moment, times

if TYPE_CHECKING:
    from scenograph.memory import Crystal, Memory, Place

CrystalIds = Annotated[
    list[int], typer.Argument(metavar="ID...", help="Numbers of crystals.", show_default=False)
]
UNSOUND = 1
"""Exit code of `check` where something is wrong."""


@example("scenograph correct demo-mind 12 'Marta built the old bridge.' --source letters")
def correct(
    mind: MindPath,
    crystal: Annotated[int, typer.Argument(metavar="ID", help="What was wrong.", show_default=False)],
    said: Annotated[
        str, typer.Argument(metavar="TEXT", help="What is right: a text, or a scene.", show_default=False)
    ],
    source: Annotated[str | None, typer.Option(help="Who says so; stored with it.")] = None,
    language: Language = None,
    scenes: Annotated[
        bool, typer.Option("--scenes", help="TEXT is a scene in notation, not a text.")
    ] = False,
    namespace: InNamespace = "",
    json: Json = False,
) -> None:
    """Replace a wrong crystal. The old one stays as what was believed, and is no longer recalled."""
    from scenograph.core import Scene
    from scenograph.mind import Mind

    with Mind.open(mind, namespace=namespace) as it:
        new = it.correct(crystal, Scene.parse(said) if scenes else said, source=source, language=language)
    output.show({"corrected": crystal, "crystal": new}, str(new), json)


@example("scenograph forget demo-mind 12 --yes")
def forget(
    mind: MindPath,
    crystals: Annotated[
        list[int] | None, typer.Argument(metavar="ID...", help="Numbers of crystals.", show_default=False)
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(help="Only what this source stated, of these crystals or of all.", show_default=False),
    ] = None,
    source_id: Annotated[
        int | None,
        typer.Option(help="Only the source of this number, as `memory show` lists it.", show_default=False),
    ] = None,
    among: Filtered = None,
    expired: Annotated[bool, typer.Option("--expired", help="All that has expired.")] = False,
    all_: Annotated[
        bool, typer.Option("--all", help="The whole namespace, with all that lies in it.")
    ] = False,
    yes: consent.Yes = False,
    namespace: InNamespace = "",
    json: Json = False,
) -> None:
    """
    Remove crystals for good, or what one source stated.

    Scene, texts, vectors and associations go, and nothing can bring them back. What other sources stated
    stays: a crystal goes with its last source.
    """
    from scenograph.results import in_words

    stated, wanted = source if source_id is None else source_id, filter_of(among)
    one_by_one = bool(crystals) or stated is not None
    if sum((one_by_one, wanted is not None, expired, all_)) != 1 or (source and source_id is not None):
        raise typer.BadParameter("give numbers of crystals or a source; or --filter, --expired or --all")
    if all_:
        if not namespace:
            raise typer.BadParameter("--all forgets a whole --namespace; say which")
        consent.can_ask(yes=yes)
        _forget_all(mind, namespace, yes=yes, json=json)
        return
    consent.can_ask(yes=yes)
    with open_mind(mind, writes=True, namespace=namespace) as it:
        memory = it.writable
        known = {one.source: one.crystals for one in memory.sources()} if source else {}
        if source and source not in known:
            _refuse_unknown(source, known, mind)
        found = it.present(crystals or [] if wanted is None else memory.select(wanted, expired=True))
        for crystal, held in found.items():
            said = "damaged, so that it cannot be shown" if held is None else in_words(held)
            output.note(f"crystal {crystal}: {said}")
        consent.ask(f"Forget {_all_of(len(found), stated, known, expired=expired)} for good?", yes=yes)
        done = it.purge() if expired else it.forget(*found, source=stated)
    if json:
        output.record(done)
        return
    sources = f", {output.count(done.sources, 'source')} of others" if done.sources else ""
    output.note(f"{output.count(done.crystals, 'crystal')} forgotten{sources}")
    if done.readable:
        output.note(f"still readable on the disk: {done.readable}")
    for line in done.found:
        output.warn(f"searched afterwards: {line}")
    for it in done.adapters:
        output.warn(f"{it.adapter} of {it.carrier} was trained on it ({it.file}); train it again")
    if not done.found and done.readable is None and done.erased:
        output.note("a search of tables, indexes and files finds nothing of it")


def _all_of(found: int, stated: str | int | None, known: dict[str, int], *, expired: bool) -> str:
    """Say what would be forgotten."""
    if expired:
        return "all that has expired"
    if isinstance(stated, str):
        count = output.count(found or known[stated], "crystal")
        return f"what {stated!r} stated of {count}" if found else f"all that {stated!r} stated ({count})"
    if stated is not None:
        return f"source {stated}"
    return output.count(found, "crystal")


def _refuse_unknown(source: str, known: Collection[str], mind: Path) -> NoReturn:
    """
    End the command: nothing in memory comes from *source*, which may be spelt in another way.

    Raises:
        typer.Exit: always
    """
    ends = [name for name in known if Path(name).name == Path(source).name]
    near = (ends or get_close_matches(source, list(known), n=3))[:3]
    advice = f"; did you mean {' or '.join(near)}?" if near else ""
    output.fail(f"nothing in memory comes from {source}{advice}")
    output.note(f"all sources: scenograph memory sources {mind}")
    raise typer.Exit(1)


def _forget_all(mind: Path, namespace: str, *, yes: bool, json: bool) -> None:
    from scenograph.cli.found import named
    from scenograph.mind import Mind

    with Mind.open(mind) as it:
        if not yes:
            with it.within(namespace) as within:
                for one in within.namespaces():
                    output.note(str(one))
        consent.ask("Forget all of it for good?", yes=yes)
        gone = it.forget_all(namespace)
    for one in gone:
        output.show(named(one), str(one), json)
    if not gone:
        output.fail(f"{namespace} has no memory; scenograph memory namespaces {mind} lists those that have")
        raise typer.Exit(1)
    output.note(f"{output.count(len(gone), 'namespace')} forgotten")


@example("scenograph memory show demo-mind 12")
def show(mind: MindPath, crystals: CrystalIds, namespace: InNamespace = "", json: Json = False) -> None:
    """
    Show crystals with everything that is known of them.

    Retention says how much of a scene is found again when it is said plainly, in the language of its source,
    and read: a low one is worth a look, and `scenograph correct` puts it right.
    """
    from scenograph.results import measured_in_words

    with open_memory(mind, namespace) as memory:
        for number in crystals:
            crystal = memory.get(number)
            if json:
                output.record(crystal)
                continue
            first, *rest = times(crystal.learned, crystal.validity)
            output.data(f"crystal {crystal.id}, {first}")
            output.data("not read into a scene" if crystal.unread else crystal.scene.format(indent=2))
            for line in rest:
                output.data(f"  {line}")
            for source in crystal.sources:
                said = f"“{source.text}”" if source.text else "a scene"
                origin = f" [{source.source}{_where(source.place)}]" if source.source else ""
                output.data(f"  from {said}{origin}, {moment(source.time)} (source {source.id})")
                if not crystal.unread:
                    output.data(f"    {measured_in_words(source)}")
            if not crystal.sources:
                output.data("  given as a scene")
            _say_what_to_do(mind, crystal)


def _say_what_to_do(mind: Path, crystal: Crystal) -> None:
    """Name the commands that put *crystal* right, and that measure it if it was not."""
    is_believed = not crystal.validity or crystal.validity[-1].known_until is None
    if not crystal.unread and any(it.measured is None for it in crystal.sources):
        output.note(f"to measure it: scenograph memory measure {mind}")
    if is_believed and not crystal.unread:
        output.note(f"to correct it: scenograph correct {mind} {crystal.id} 'what is right'")


def _where(place: Place | None) -> str:
    """Return where in its document a text stands, for a person."""
    return f", paragraph {place.paragraph}, characters {place.start}–{place.end}" if place else ""


@example("scenograph memory history demo-mind 12")
def history(
    mind: MindPath,
    crystal: Annotated[
        int | None, typer.Argument(metavar="ID", help="Of this crystal only.", show_default=False)
    ] = None,
    namespace: InNamespace = "",
    json: Json = False,
) -> None:
    """
    List what happened in memory, in order.

    Of one crystal it also says how well it is said and read again.
    """
    from scenograph.results import measured_in_words

    with open_memory(mind, namespace) as memory:
        for change in memory.history(crystal):
            line = f"{change.seq:>6}  {moment(change.time)}  {change.kind:<9}  crystal {change.crystal}"
            output.show(change, line, json)
        if crystal is None or json or crystal not in memory.select(after=crystal - 1, limit=1, expired=True):
            return
        held = memory.get(crystal)
        for source in held.sources if not held.unread else ():
            output.note(f"source {source.id}: {measured_in_words(source)}")
        _say_what_to_do(mind, held)


@example("scenograph memory measure demo-mind")
def measure(
    mind: MindPath,
    again: Annotated[
        bool, typer.Option("--again", help="Also what was measured, by another reader perhaps.")
    ] = False,
    namespace: InNamespace = "",
    json: Json = False,
) -> None:
    """
    Measure how well memory is said and read again.

    What is measured already is left as it is. Little is measured when it is stored; long documents, and
    what older versions stored, are measured here.
    `memory show` shows the figures. Stopped, the same command goes on.
    """
    from scenograph.cli.progress import shown

    with open_mind(mind, writes=True, namespace=namespace) as it, shown() as bars:
        count = it.measure(again=again, progress=bars)
    output.show({"measured": count}, f"{output.count(count, 'source')} measured", json)


@example("scenograph memory stats demo-mind")
def stats(mind: MindPath, namespace: InNamespace = "", json: Json = False) -> None:
    """Show how much memory holds, and how many bytes it takes."""
    from scenograph.results import record

    with open_memory(mind, namespace) as memory:
        figures = memory.stats()
    if json:
        output.record(figures)
        return
    for name, value in record(figures).items():
        output.data(f"{name.replace('_', ' '):<16} {value:>14,}")


@example("scenograph memory consolidate demo-mind")
def consolidate(
    mind: MindPath,
    full: Annotated[
        bool, typer.Option("--full", help="Learn everything from scratch, not only what is new.")
    ] = False,
    namespace: InNamespace = "",
    json: Json = False,
) -> None:
    """
    Learn from all scenes, and store them in fewer bytes.

    Learned are lexemes, meanings, clusters, associations and weights.
    """
    from scenograph.cli.progress import shown

    with open_memory(mind, namespace, writes=True) as memory, shown() as bars:
        done = memory.consolidate(full=full, progress=bars)
    if json:
        output.record(done)
        return
    for line in done.lines():
        output.data(line)


@example("scenograph memory map demo-mind --out map.svg")
def draw_map(
    mind: MindPath,
    out: Annotated[Path, typer.Option("--out", "-o", help="Draw here: .svg, .png or .pdf.")] = Path(
        "map.svg"
    ),
    most: Annotated[int, typer.Option(min=1, help="Crystals drawn at most; a sample of more.")] = 3000,
    namespace: InNamespace = "",
    json: Json = False,
) -> None:
    """Draw a map of memory, and list its clusters. Similar crystals are near each other."""
    from scenograph.memory.learning.atlas import name

    with open_memory(mind, namespace) as memory:
        atlas = memory.atlas(most)
    atlas.draw(out, title=f"The memory of {mind.resolve().name}")
    for number, it in enumerate(atlas.clusters, 1):
        named, archetype = name(it), it.archetype.format(indent=None)
        cluster = {
            "cluster": number,
            "size": it.size,
            "name": named,
            "lexeme": it.lexeme,
            "archetype": archetype,
        }
        output.show(cluster, f"{number:>3}  {it.size:>7,}  {named}\n{'':>14}{archetype}", json)
    output.note(f"drawn: {out}")


@example("scenograph memory contradictions demo-mind --only-one :birthDate")
def contradictions(
    mind: MindPath,
    about: Annotated[
        int | None, typer.Option(metavar="ID", help="Only those of this crystal.", show_default=False)
    ] = None,
    rules: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Rules in notation, as `reason` takes.")
    ] = None,
    only_one: Annotated[
        list[str] | None, typer.Option(metavar="ROLE", help="A role that has one value, such as :birthDate.")
    ] = None,
    learned: Annotated[
        bool, typer.Option(help="Also roles that have one value nearly everywhere in memory.")
    ] = True,
    namespace: InNamespace = "",
    json: Json = False,
) -> None:
    """List crystals that cannot all be true. Exit code 1 if there are any."""
    from scenograph.core.field import Rule
    from scenograph.core.field import only_one as one_value
    from scenograph.results import in_words

    found = 0
    with open_memory(mind, namespace) as memory:
        known = [one_value(role) for role in only_one or []]
        if rules is not None:
            known += [Rule(scene) for scene in inputs.scenes([], [rules])]
        if learned:
            known += [one_value(it.role) for it in memory.functional_roles()]
        for it in memory.contradictions(known, about=about):
            found += 1
            lines = [it.rule, *(f"  crystal {crystal.id}: {in_words(crystal)}" for crystal in it.crystals)]
            output.show(it, "\n".join(lines), json)
    if found:
        output.note(f"{output.count(found, 'contradiction')}; scenograph correct puts one right")
        raise typer.Exit(UNSOUND)
    output.note("no contradictions")


@example("scenograph memory check demo-mind --repair")
def check(
    mind: MindPath,
    repair: Annotated[bool, typer.Option("--repair", help="Rebuild what can be derived.")] = False,
    namespace: InNamespace = "",
    json: Json = False,
) -> None:
    """Compare everything in memory with everything else. Exit code 1 if something is wrong."""
    with open_memory(mind, namespace, writes=repair) as memory:
        if repair:
            memory.rebuild_index()
        problems = memory.check()
        crystals = memory.stats().crystals
    if json:
        output.record({"crystals": crystals, "problems": problems})
    else:
        for problem in problems:
            output.data(problem)
    if problems:
        raise typer.Exit(UNSOUND)
    output.note(f"{output.count(crystals, 'crystal')}: all is sound")


@contextlib.contextmanager
def open_memory(mind: Path, namespace: str = "", *, writes: bool = False) -> Generator[Memory]:
    """The memory of *namespace* in the mind in the folder *mind*."""
    with open_mind(mind, writes=writes, namespace=namespace) as it:
        yield it.writable if writes else it.memory
