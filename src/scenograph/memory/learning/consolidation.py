"""
Consolidation: a memory learns from what it holds, to store it smaller and to recall it better.

    >>> import tempfile
    >>> from scenograph.core.scene import Scene
    >>> from scenograph.memory import Memory
    >>> with tempfile.TemporaryDirectory() as folder, Memory.open(folder) as memory:
    ...     ids = memory.remember_many(Scene.parse(f'(b / bridge :length {n})') for n in range(40))
    ...     done = memory.consolidate()
    ...     done.before.bytes_each > done.after.bytes_each, memory.get(ids[7]).scene.links[0].target
    (True, '7')

Each step is stored as soon as it is done. So Ctrl-C or a kill loses one step at most, and the same call goes
on from there:

    lexicon     learn a generation of hyperlexemes, archetypes and statistics from the scenes that are new
    records     write all crystals again that are not of this generation, some hundreds at a time; if these
                are most crystals, make the file smaller
    meanings    learn vectors of symbols from how they are used (`.meanings`), or take an embedder's
    ties        tie crystals stated one after the other in one source
    clusters    group similar crystals, with their archetypes (`.clusters`)
    weights     learn how much each part of resonance counts, by cues made of memory's scenes (`.weights`)

If little is new since the last time, only records and ties are brought up to date, in time proportional to
what is new. The other steps wait until a quarter has been added. With new meanings all vectors are computed
again, and saved before readers need them.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import chain, combinations, pairwise

from scenograph.core.lexicon.lexicon import Lexicon
from scenograph.core.scene import Scene
from scenograph.errors import StoreError
from scenograph.memory.index.vectors import Items, encode
from scenograph.memory.learning.atlas import Atlas, survey
from scenograph.memory.learning.clusters import cluster, keep_clusters
from scenograph.memory.learning.meanings import (
    Embedder,
    coming_items,
    embedded_meanings,
    keep_meanings,
    kept_items,
    learn_meanings,
)
from scenograph.memory.learning.weights import LearnedWeights, learn_weights
from scenograph.memory.recall.resonance import keep_weights
from scenograph.memory.records import Watermark
from scenograph.memory.state import State
from scenograph.memory.store.crystals import Crystals
from scenograph.progress import Progress, Silent

_STATE = "consolidated"
_GROWN = 0.25  # share of new scenes from which a step is done again
_LEAST = 24  # new scenes from which a step is done at all
_GENERATION = 20_000  # scenes that a generation is learned from at most: some seconds
_MEANT = 100_000  # scenes that meanings are learned from at most
_CLUSTERED = 30_000  # crystals that clusters are learned from at most
_BATCH = 500  # crystals written again in one transaction
_CUES = 150  # of each kind, that weights are learned from at most
_LEAST_CUES = 24  # and at least


@dataclass(frozen=True, slots=True)
class Figures:
    """
    What can be counted of a memory.

    Attributes:
        crystals, clusters: how many
        bytes_each: what a crystal's scene takes, on average
        lexemes, generations: of its lexicon
        meanings: symbols that have a learned vector
        ties: pairs of crystals that an event has associated
    """

    crystals: int
    bytes_each: float
    lexemes: int
    generations: int
    meanings: int
    ties: int
    clusters: int


@dataclass(frozen=True, slots=True)
class Consolidation:
    """
    What consolidating a memory has changed.

    Attributes:
        before, after: figures
        rewritten: crystals that were written again
        found: for each kind of cue, how often its scene came first, and among the first ten, before and
            after; empty if nothing was learned about it
        gained: by how much each figure is better than before; empty if nothing was gained
    """

    before: Figures
    after: Figures
    rewritten: int
    found: dict[str, dict[str, float]]
    gained: dict[str, float]

    def lines(self) -> list[str]:
        """As a table for a person, line by line."""
        lines = [f"{'':<22}{'before':>12}{'after':>12}"]
        names = {"bytes_each": "bytes a crystal"}
        for name, before in asdict(self.before).items():
            after = getattr(self.after, name)
            form = ",.1f" if isinstance(before, float) else ",d"
            lines.append(f"{names.get(name, name):<22}{before:>12{form}}{after:>12{form}}")
        for kind, shares in self.found.items():
            for rank, label in (("first", f"{kind}, first"), ("ten", f"{kind}, in ten")):
                before, after = shares[f"{rank}_before"], shares[f"{rank}_after"]
                lines.append(f"{label:<22}{before:>12.3f}{after:>12.3f}")
        gained = ", ".join(f"{name.replace('_', ' ')} {more:+,.4g}" for name, more in self.gained.items())
        return [*lines, f"gained: {gained or 'nothing'}"]


class Learning:
    """The part of a memory that learns. `Memory` documents its methods."""

    def __init__(self, state: State) -> None:
        self._state = state

    def consolidate(self, *, full: bool, progress: Progress | None, seed: int) -> Consolidation:
        """Learn from what is remembered, and store it smaller; figures before and after."""
        state = self._state
        state.database.check_writable()
        steps = Consolidating(
            state.crystals, embedder=state.embedder, progress=progress, seed=seed, prepare=state.prepare
        )
        before = steps.figures()
        steps.lexicon(full=full)
        rewritten = steps.records()
        full_clusters = steps.meanings(full=full) or full
        steps.ties()
        steps.clusters(full=full_clusters)
        found = self._weigh(steps, seed) if full or steps.is_due("weights") else {}
        after = steps.figures()
        return Consolidation(before, after, rewritten, found, _gained(before, after, found))

    def _weigh(self, steps: Consolidating, seed: int) -> dict[str, dict[str, float]]:
        """Learn weights as a step of consolidation; return what they help."""
        steps.progress.start("weights")
        reported = 0

        def advance(done: int, total: int) -> None:
            nonlocal reported
            steps.progress.advance(done - reported, f"cue {done:,} of {total:,}")
            reported = done

        cues = min(_CUES, max(_LEAST_CUES, steps.new("weights") // 8))
        learned = self.learn_weights(cues=cues, seed=seed, progress=advance)
        steps.done("weights")
        steps.progress.finish(f"by {reported:,} cues of its own")
        return learned.found

    def learn_weights(
        self,
        *,
        cues: int,
        seed: int,
        exclude: Collection[int] = (),
        progress: Callable[[int, int], None] | None = None,
    ) -> LearnedWeights:
        """Learn how much each part of a resonance counts."""
        state = self._state
        state.database.check_writable()
        with state.view() as searched:
            learned = learn_weights(searched, seed, cues=cues, exclude=exclude, progress=progress)
        with state.transaction():
            keep_weights(state.crystals.learned, learned.weights)
        return learned

    def tie(self, ids: Iterable[int]) -> None:
        """Tie those of *ids* that are there: they served together."""
        with self._state.transaction():
            self._state.crystals.ties.strengthen(combinations(self._state.crystals.present(ids), 2), "use")

    def atlas(self, most: int, seed: int) -> Atlas:
        """The memory on a plane."""
        with self._state.database.snapshot():
            return survey(self._state.crystals, most, seed)


def _gained(before: Figures, after: Figures, found: dict[str, dict[str, float]]) -> dict[str, float]:
    """What is better after than before, by name, and by how much; bytes are saved where there are fewer."""
    more = {name: getattr(after, name) - value for name, value in asdict(before).items()}
    gained = {name: more[name] for name in ("lexemes", "meanings", "ties", "clusters") if more[name] > 0}
    if more["bytes_each"] < 0:
        gained = {"bytes_each": more["bytes_each"], **gained}
    for kind, shares in found.items():
        for rank in ("first", "ten"):
            if (better := shares[f"{rank}_after"] - shares[f"{rank}_before"]) > 0:
                gained[f"{kind}_{rank}"] = better
    return gained


class Consolidating:
    """
    The steps of one consolidation.

    Args:
        crystals: the memory
        embedder, progress, seed: as in `Memory.open` and `Memory.consolidate`
        prepare: called with new items before readers use them
    """

    def __init__(
        self,
        crystals: Crystals,
        *,
        embedder: Embedder | None = None,
        progress: Progress | None = None,
        seed: int = 0,
        prepare: Callable[[Items], None] | None = None,
    ) -> None:
        self.crystals = crystals
        self.embedder = embedder
        self.prepare = prepare
        self.progress = progress or Silent()
        self.seed = seed

    def figures(self) -> Figures:
        """Count."""
        execute = self.crystals.database.execute
        [(count, size)] = execute(
            "SELECT count(*), coalesce(sum(length(scene)), 0) FROM crystals WHERE lesson >= 0"
        )
        [(ties,)] = execute("SELECT count(*) FROM ties")
        [(meanings,)] = execute("SELECT count(*) FROM learned WHERE name = 'meaning'")
        lexicon = self.crystals.lexicons.current()
        clusters = json.loads(self.crystals.learned.get("clusters") or b"[]")
        lexemes, generations = len(lexicon), len(lexicon.generations)
        return Figures(count, size / max(count, 1), lexemes, generations, meanings, ties, len(clusters))

    def lexicon(self, *, full: bool) -> None:
        """Learn a generation from what is new, if that is enough."""
        known = self.crystals.lexicons.current()
        # Without a generation none was learned, or it was unlearned since.
        last, count = self._state("lexicon") if known.generations else (0, 0)
        seen = self.crystals.changes.watermark()
        new = self._ids(after=0 if full else last)
        if (not full and len(new) < max(_LEAST, _GROWN * count)) or not new:
            return
        self.progress.start("lexicon")
        chosen = self._some(new, _GENERATION)
        learned = Lexicon.learn(self._scenes(chosen), base=known)
        with self.crystals.database.transaction():
            self._nothing_forgotten(seen)
            self.crystals.lexicons.add(learned)
            self._done("lexicon", new[-1], self.crystals.count())
        self.progress.finish(f"{len(learned) - len(known)} new lexemes from {len(chosen):,} scenes")

    def records(self) -> int:
        """Write crystals again that are not of the latest generation; return how many."""
        lexicon = self.crystals.lexicons.current()
        generation = len(lexicon.generations)
        if not generation:
            return 0
        [(waiting,)] = self.crystals.database.execute(
            "SELECT count(*) FROM crystals WHERE lesson >= 0 AND lesson < ?", (generation,)
        )
        if not waiting:
            return 0
        self.progress.start("records", waiting)
        for ids in self.crystals.lagging(generation):
            with self.crystals.database.transaction():
                self.crystals.reencode(ids, lexicon)
            self.progress.advance(len(ids))
        self.progress.finish(f"{waiting:,} crystals written again")
        if waiting > self.crystals.count() // 2:  # much of the file is unused now
            self._compact()
        return waiting

    def _compact(self) -> None:
        self.progress.start("space")
        try:
            given_back = self.crystals.database.compact()
        except StoreError as error:  # the file is only larger than it needs to be
            self.progress.finish(f"none given back: {error}")
        else:
            self.progress.finish(f"{given_back:,} unused bytes given back")

    def meanings(self, *, full: bool) -> bool:
        """Learn what symbols mean, if enough is new; return whether that was done."""
        source = "own" if self.embedder is None else self.embedder.name
        same = (self.crystals.learned.get("meanings from") or b"own").decode() == source
        if not full and same and not self.is_due("meanings"):
            return False
        self.progress.start("meanings")
        seen = self.crystals.changes.watermark()
        ids = self._ids()
        if self.embedder is None:
            learned = learn_meanings(self._scenes(self._some(ids, _MEANT)))
        else:
            learned = embedded_meanings(self.crystals.entities.symbols(), self.embedder)
        if self.prepare is not None:
            self.prepare(coming_items(learned, self.embedder))
        with self.crystals.database.transaction():
            self._nothing_forgotten(seen)
            keep_meanings(self.crystals.learned, learned, source)
            self._done("meanings", 0, len(ids))
        self.progress.finish(f"of {len(learned):,} symbols")
        return True

    def ties(self) -> None:
        """Tie crystals that were stated one after the other in one source."""
        last, count = self._state("ties")
        self.progress.start("ties")
        made = 0
        sources = "SELECT id, origin, crystal FROM sources WHERE crystal IS NOT NULL AND origin IS NOT NULL"
        query = f"{sources} AND id > ? ORDER BY id"
        before: list[tuple[int, str, int]] = self.crystals.database.execute(f"{sources} AND id = ?", (last,))
        for rows in self.crystals.database.pages(query, after=last):
            stated = [*before, *rows]
            pairs = [(one[2], other[2]) for one, other in pairwise(stated) if one[1] == other[1]]
            before = stated[-1:]
            with self.crystals.database.transaction():
                self.crystals.ties.strengthen(pairs, "together")
                self._done("ties", stated[-1][0], count + made + len(pairs))
            made += len(pairs)
        self.progress.finish(f"{made:,} new")

    def clusters(self, *, full: bool) -> None:
        """Group similar crystals, if enough is new or there are no groups."""
        if not full and self.crystals.learned.get("clusters") is not None and not self.is_due("clusters"):
            return
        seen = self.crystals.changes.watermark()
        ids = self._some(self._ids(), _CLUSTERED)
        self.progress.start("clusters")
        scenes = list(self._scenes(ids))
        vectors = encode(scenes, kept_items(self.crystals.learned, self.embedder))
        found, _ = cluster(scenes, vectors, self.crystals.lexicons.current(), seed=self.seed)
        with self.crystals.database.transaction():
            self._nothing_forgotten(seen)
            keep_clusters(self.crystals.learned, found)
            self._done("clusters", 0, self.crystals.count())
        self.progress.finish(f"{len(found)} of {len(ids):,} crystals")

    def _nothing_forgotten(self, seen: Watermark) -> None:
        """Refuse to store what was learned since *seen* from crystals that were forgotten meanwhile."""
        if self.crystals.changes.forgot_since(seen):
            raise StoreError("another process forgot crystals meanwhile; run consolidate again")

    def is_due(self, step: str) -> bool:
        """Whether enough is new since *step* was last done."""
        _, count = self._state(step)
        return self.crystals.count() - count >= max(_LEAST, _GROWN * count)

    def new(self, step: str) -> int:
        """How many crystals there are more than when *step* was last done."""
        return max(self.crystals.count() - self._state(step)[1], 0)

    def done(self, step: str) -> None:
        """Store that *step* has seen all that there is."""
        with self.crystals.database.transaction():
            self._done(step, 0, self.crystals.count())

    def _ids(self, after: int = 0) -> list[int]:
        return [crystal for crystal in chain.from_iterable(self.crystals.walk()) if crystal > after]

    def _some(self, ids: Sequence[int], most: int) -> list[int]:
        if len(ids) <= most:
            return list(ids)
        return sorted(random.Random(self.seed).sample(ids, most))

    def _scenes(self, ids: Sequence[int]) -> Iterator[Scene]:
        for start in range(0, len(ids), _BATCH):
            yield from self.crystals.scenes(ids[start : start + _BATCH]).values()

    def _state(self, step: str) -> tuple[int, int]:
        """The last crystal, or source, that *step* has seen, and how many there were."""
        state = json.loads(self.crystals.learned.get(_STATE) or b"{}")
        last, count = state.get(step, (0, 0))
        return last, count

    def _done(self, step: str, last: int, count: int) -> None:
        state = json.loads(self.crystals.learned.get(_STATE) or b"{}")
        state[step] = (last, count)
        self.crystals.learned.put(_STATE, json.dumps(state, sort_keys=True).encode(), tells=False)
