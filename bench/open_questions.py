"""
Open questions: how many questions made from the scenes of treebanks are answered right.

    OMP_NUM_THREADS=1 python bench/open_questions.py [UD] [--questions 600] [--seed 0] [--show wrong]

All scenes of the dev treebanks (EWT and GUM in English, GSD and Taiga in Russian) are remembered together. A
clause of one of them becomes a question: an argument is replaced by an unknown, other modifiers are left out.
All other scenes are distractors. Printed are, for each unknown and language, the shares that the first answer
answers right and wrong, and that are not answered, for

    asked as said    with the words and roles of the scene
    said otherwise   with a name shortened or misspelt, a role of a noun phrase exchanged, other marks
    words misspelt   with two letters exchanged in a word of content, where that makes no other word of a
                     dictionary
    unanswerable     with an argument of another scene, so that nothing says it: every answer is wrong
    yes or no        whether a clause is so: yes is right
    another value    the same with an argument of another scene: no is right, yes is wrong
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from scenograph.answers import Finding, find
from scenograph.answers.classes import PERSONAL, POINTING
from scenograph.answers.families import MARKS
from scenograph.answers.fitting import fits
from scenograph.answers.pattern import ENTITY
from scenograph.answers.similarity import is_known
from scenograph.answers.standing import standings
from scenograph.core.links import is_unknown, quote, unquote
from scenograph.core.scene import Scene
from scenograph.memory import Memory, Note
from scenograph.readers.conllu import parse
from scenograph.readers.convert import convert

TREEBANKS: Final = {
    "en": ("en_ewt/dev.conllu", "en_gum/dev.conllu"),
    "ru": ("ru_gsd/dev.conllu", "ru_taiga/dev.conllu"),
}
_PLACES: Final = frozenset(
    f":{role}" for role in ["in", "at", "on", "near", "to", "from", "into", "under", "over", "behind"]
)
_TELLING: Final = 2  # words of content that a question has at least, beside its unknown
_OWNERS: Final = (":mod", ":of", ":poss")
_CORE: Final = (":agent", ":object", ":subject", ":recipient")


class Question(NamedTuple):
    """A question made from a scene, with the key of its answer; none if it has no answer."""

    scene: Scene
    unknown: str
    answer: str
    of: int


def scenes(folder: Path, language: str) -> list[tuple[Scene, str]]:
    """Return the scenes of the dev treebanks of *language*, each once, with their sentences."""
    return [*dict(it for name in TREEBANKS[language] for it in of_file(folder / name)).items()]


def of_file(path: Path) -> list[tuple[Scene, str]]:
    """Return the scenes of one treebank with their sentences."""
    with path.open(encoding="utf-8") as lines:
        return [(convert(sentence).scene, sentence.text) for sentence in parse(lines)]


def key(scene: Scene, target: int | str) -> str:
    """Return what is equal for two equal answers."""
    if isinstance(target, str):
        return unquote(target)
    part = scene.sub(target)
    return part.without_links([it for it in part.links if it.role in MARKS]).canonical().format(indent=None)


def keys(finding: Finding) -> set[str]:
    """Return the keys of what fills the unknowns of *finding*."""
    return {key(finding.source, fill.target) for fill in finding.fills}


def questions(given: Sequence[Scene], rng: random.Random) -> Iterator[Question]:
    """Yield one question for each unknown that a clause of each of *given* can be asked for."""
    for number, scene in enumerate(given):
        if scene.unknowns or len(scene.links) > 60:
            continue
        for node, standing in enumerate(standings(scene)):
            if (
                standing is None
                or standing.kind not in ("stated", "reported")
                or not _is_predicate(scene, node)
            ):
                continue
            for link in scene.out(node):
                made = _question(scene, node, link.role, link.target, rng)
                if made is not None:
                    yield Question(*made, number)


def _is_predicate(scene: Scene, node: int) -> bool:
    roles = {link.role for link in scene.out(node)}
    return bool(roles & {":agent", ":subject", ":object"}) and scene.concepts[node] not in (
        "and",
        "not",
        "or",
        "but",
    )


def _question(
    scene: Scene, node: int, role: str, target: int | str, rng: random.Random
) -> tuple[Scene, str, str] | None:
    """Return a question of the clause at *node* for what stands in *role*; None if none can be asked."""
    chosen = _unknown(scene, role, target)
    if chosen is None:
        return None
    unknown, asked_role, extra = chosen
    draft = _Copy(scene, rng)
    root = draft.node(node)
    if extra is None:
        draft.links.append((root, asked_role, unknown))
        answer = key(scene, target)
    else:  # the unknown is inside an argument
        assert isinstance(target, int)
        holder = draft.copied(target, without=extra)
        draft.links.append((root, role, holder))
        inner_role, inner_unknown, answer = extra
        draft.links.append((holder, inner_role, inner_unknown))
        unknown = inner_unknown
    for link in scene.out(node):
        if (link.role, link.target) == (role, target):
            continue
        if link.role in MARKS:
            if isinstance(link.target, str):
                draft.links.append((root, link.role, link.target))
        elif rng.random() < (0.9 if link.role in (":agent", ":object", ":subject", ":recipient") else 0.25):
            end = link.target if isinstance(link.target, str) else draft.copied(link.target)
            draft.links.append((root, link.role, end))
    made = Scene.build(draft.concepts, draft.links)
    return (made, unknown, answer) if _tells(made) >= _TELLING else None


def _unknown(
    scene: Scene, role: str, target: int | str
) -> tuple[str, str, tuple[str, str, str] | None] | None:
    """Return the unknown for what stands in *role*, the role to ask in, and what is asked of an argument."""
    concept = unquote(target) if isinstance(target, str) else scene.concepts[target]
    if concept in POINTING or concept in PERSONAL or is_unknown(concept) or role in MARKS or role == ":name":
        return None
    if role == ":time":
        return "?when", ":time", None
    if role == ":because":
        return "?why", ":because", None
    if role in (":manner", ":instrument"):
        return "?how", ":manner", None
    if role in _PLACES and fits(scene, "?where", role, target):
        return "?where", ":place", None
    if role not in (":agent", ":object", ":subject", ":recipient") or isinstance(target, str):
        return None
    for link in scene.out(target):
        if link.role == ":quant" and isinstance(link.target, str):
            return "", role, (":quant", "?how-many", unquote(link.target))
        if (
            link.role == ":poss"
            and isinstance(link.target, int)
            and scene.concepts[link.target] not in PERSONAL
        ):
            return "", role, (":poss", "?whose", key(scene, link.target))
    return ("?who" if scene.targets(":name", target) else "?what"), role, None


class _Copy:
    """A part of a scene that is copied into a question, some modifiers left out."""

    def __init__(self, scene: Scene, rng: random.Random) -> None:
        self.scene = scene
        self.rng = rng
        self.concepts: list[str] = []
        self.links: list[tuple[int, str, int | str]] = []
        self.place: dict[int, int] = {}

    def node(self, node: int) -> int:
        """Return the copy of *node*, without its links."""
        if node not in self.place:
            self.place[node] = len(self.concepts)
            self.concepts.append(self.scene.concepts[node])
        return self.place[node]

    def copied(self, node: int, depth: int = 0, without: tuple[str, str, str] | None = None) -> int:
        """Return the copy of *node* with some of its modifiers."""
        if node in self.place:
            return self.place[node]
        place = self.node(node)
        for link in self.scene.out(node):
            if without is not None and link.role == without[0]:
                continue
            if link.role in (":name", ":number") or link.role.startswith(":op"):
                keep = 1.0
            else:
                keep = 0.4 if depth < 2 else 0.0
            if self.rng.random() < keep:
                end = link.target
                self.links.append(
                    (place, link.role, end if isinstance(end, str) else self.copied(end, depth + 1))
                )
        return place


def _tells(scene: Scene) -> int:
    """Return how many words of content *scene* has."""
    words = [
        one
        for one in scene.concepts
        if one not in PERSONAL | POINTING | {"entity", "be", "быть", "have", "and"}
    ]
    return len(words) - sum(map(is_unknown, words)) + sum(role == ":name" for _, role, _ in scene.links)


def otherwise(question: Question, rng: random.Random) -> Question | None:
    """Return *question* with one or more things said otherwise; None if nothing can be."""
    scene, changed = question.scene, False
    links: list[tuple[int, str, int | str]] = []
    for source, role, target in scene.links:
        if role == ":name" and isinstance(target, str) and rng.random() < 0.7:
            name = unquote(target)
            parts = name.split()
            if len(parts) > 1:
                name, changed = parts[-1], True
            elif len(name) > 5:
                at = rng.randrange(1, len(name) - 1)
                name, changed = name[:at] + name[at + 1] + name[at] + name[at + 2 :], True
            links.append((source, role, quote(name)))
        elif role in _OWNERS and isinstance(target, int) and rng.random() < 0.7:
            links.append((source, rng.choice([it for it in _OWNERS if it != role]), target))
            changed = True
        elif role not in MARKS or isinstance(target, int) or rng.random() < 0.5:
            links.append((source, role, target))
    return question._replace(scene=Scene.build(scene.concepts, links)) if changed else None


def unanswerable(given: Iterable[Question], rng: random.Random) -> Iterator[Question]:
    """Yield questions in which a named or described argument is that of another question."""
    asked = list(given)
    for question in asked:
        scene = question.scene
        ends = [
            link.target
            for link in scene.out(0)
            if isinstance(link.target, int) and link.role in (":agent", ":object", ":subject")
        ]
        other = rng.choice(asked).scene
        parts = [
            link.target
            for link in other.out(0)
            if isinstance(link.target, int)
            and link.role in (":agent", ":object", ":subject")
            and other.concepts[link.target] not in PERSONAL
        ]
        if ends and parts and not {one for one in other.sub(parts[0]).unknowns if is_unknown(one)}:
            kept = {
                link.target
                for link in scene.links
                if isinstance(link.target, str) and is_unknown(link.target)
            }
            made = scene.replace(ends[0], other.sub(parts[0]))
            if kept <= made.unknowns and made.sub(0) != scene.sub(0):
                yield question._replace(scene=made, answer="")


def misspelt(question: Question, rng: random.Random) -> Question | None:
    """Return *question* with a slip in one word of content; None if it has none that is long enough."""
    scene = question.scene
    long = [
        node
        for node, concept in enumerate(scene.concepts)
        if node and len(concept) > 5 and concept.isalpha() and concept.islower() and concept != ENTITY
    ]
    if not long:
        return None
    node = rng.choice(long)
    concept = scene.concepts[node]
    at = rng.randrange(1, len(concept) - 2)
    slip = concept[:at] + concept[at + 1] + concept[at] + concept[at + 2 :]
    concepts = [slip if place == node else one for place, one in enumerate(scene.concepts)]
    made = Scene.build(concepts, scene.links)
    return None if slip == concept or is_known(slip) else question._replace(scene=made)


def clauses(given: Sequence[Scene], rng: random.Random) -> Iterator[Question]:
    """Yield each clause of *given* that tells enough, some of its modifiers left out; the answer is *yes*."""
    for number, scene in enumerate(given):
        if scene.unknowns or len(scene.links) > 60:
            continue
        for node, standing in enumerate(standings(scene)):
            if standing is None or standing.kind != "stated" or not _is_predicate(scene, node):
                continue
            draft = _Copy(scene, rng)
            root = draft.node(node)
            for role, target in [(link.role, link.target) for link in scene.out(node)]:
                if role in MARKS or role in _CORE or rng.random() < 0.25:
                    end = target if isinstance(target, str) else draft.copied(target)
                    draft.links.append((root, role, end))
            made = Scene.build(draft.concepts, draft.links)
            if _tells(made) > _TELLING:
                yield Question(made, "whether", "yes", number)


def whether(question: Question) -> Question:
    """Return *question*, a clause, as a question for yes or no."""
    scene = question.scene
    links = [(s + 1, role, t + 1 if isinstance(t, int) else t) for s, role, t in scene.links]
    asked = Scene.build(["whether", *scene.concepts], [(0, ":content", 1), *links])
    return question._replace(scene=asked, answer=question.answer or "no")


def measured(
    memory: Memory, asked: Iterable[Question], show: str = "", texts: Sequence[str] = ()
) -> dict[str, Counter[str]]:
    """Return, for each unknown, how many questions were answered `right`, `wrong` and not: `none`."""
    counts: dict[str, Counter[str]] = {}
    for question in asked:
        found = find(question.scene, memory)
        if not found or found[0].value == "partly":  # «the company hardly made a profit»: neither yes nor no
            how = "none"
        else:
            given = {found[0].value} if found[0].value else keys(found[0])
            how = "right" if question.answer and question.answer in given else "wrong"
        counts.setdefault(question.unknown, Counter())[how] += 1
        if how == show:
            print(question.scene.format(indent=None), "\n  wanted", question.answer, "|", texts[question.of])
            for one in found[:2]:
                print(f"  {one.grade:.2f}", keys(one), one.crystals, [p for p in one.parts if p.grade < 1])
                print("      ", memory.get(one.crystals[0]).sources[0].text)
    return counts


def report(title: str, counts: dict[str, Counter[str]], seconds: float) -> None:
    """Print one table."""
    total: Counter[str] = sum(counts.values(), Counter())
    print(
        f"{title}: {total.total()} questions, {1000 * seconds / max(total.total(), 1):.1f} ms of a core each"
    )
    for unknown, some in [*sorted(counts.items()), ("all", total)]:
        shares = {how: some[how] / max(some.total(), 1) for how in ("right", "wrong", "none")}
        given = some["right"] + some["wrong"]
        print(
            f"  {unknown:10} {some.total():5}   right {shares['right']:.3f}   wrong {shares['wrong']:.3f}   "
            f"none {shares['none']:.3f}   precision {some['right'] / given if given else 0:.3f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "ud", nargs="?", type=Path, default=Path(__file__).parents[2] / "shared" / "data" / "ud"
    )
    parser.add_argument("--questions", type=int, default=600)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Memory.open(folder) as memory:
        known = {language: scenes(options.ud, language) for language in TREEBANKS}
        for language, some in known.items():
            memory.remember_many(Note(scene, text, language) for scene, text in some)
        print(f"{len(memory)} crystals; seed {options.seed}")
        for language, some in known.items():
            rng = random.Random(options.seed)
            every = list(questions([scene for scene, _ in some], rng))
            asked = rng.sample(every, min(options.questions, len(every)))
            changed = [it for it in (otherwise(question, rng) for question in asked) if it is not None]
            slips = [it for it in (misspelt(question, rng) for question in asked) if it is not None]
            said = list(clauses([scene for scene, _ in some], rng))
            said = rng.sample(said, min(options.questions, len(said)))
            texts = [text for _, text in some]
            for title, these in (
                ("asked as said", asked),
                ("said otherwise", changed),
                ("words misspelt", slips),
                ("unanswerable", list(unanswerable(asked, rng))),
                ("yes or no", list(map(whether, said))),
                ("another value", [whether(it) for it in unanswerable(said, rng)]),
            ):
                start = time.process_time()
                counts = measured(memory, these, options.show, texts)
                report(f"{language}, {title}", counts, time.process_time() - start)


if __name__ == "__main__":
    main()
