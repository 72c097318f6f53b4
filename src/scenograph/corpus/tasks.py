"""
Ability tasks: what a model is asked to do, made from scenes.

A `Task` is a prompt and the one right answer. The prompt holds data (texts and scenes) and ends in
an invocation token, from which on the task's adapter acts:

    read      text, ⟁read                           → scene
    restore   text, scene with masked links, ⟁restore → scene
    recall    several scenes, part of one, ⟁recall  → that scene
    hold      scene, distractor scenes, ⟁hold       → the first scene
    expand    scene with lexemes, ⟁expand           → scene
    compress  scene, ⟁compress                      → scene with lexemes
    speak     scene, ⟁say:poet, ⟁ru                 → text
    answer    answer scene, ⟁answer:poet, ⟁ru       → text

`world_tasks` draws them from the bundled world without end, `example_tasks` makes them from
examples somebody imported. Both are reproducible from their seed.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final, final

from scenograph.core import Scene, linearise
from scenograph.core.lexicon import Lexicon
from scenograph.corpus.example import UNDETERMINED, Example
from scenograph.errors import CorpusError
from scenograph.vocabulary.segment import Prompt, Segment
from scenograph.world import World

ABILITIES: Final = ("read", "speak", "answer", "restore", "recall", "hold", "expand", "compress")
MIXTURE: Final[Mapping[str, float]] = {
    "read": 0.40,
    "speak": 0.34,
    "answer": 0.08,
    "restore": 0.05,
    "recall": 0.03,
    "hold": 0.04,
    "expand": 0.03,
    "compress": 0.03,
}
"""Share of each ability in a stream of tasks."""

READER: Final = "scene_interpreter"
MASK: Final = "_"
MOST_DISTRACTORS: Final = 8
_SHORT = 6  # links of a scene that hold and recall deal with
_TRIES = 50


@final
@dataclass(frozen=True, slots=True)
class Task:
    """
    One thing to do.

    Attributes:
        ability: one of `ABILITIES`
        adapter: the adapter that learns it: `scene_interpreter`, `decoder.poet`,
            `response_synthesizer.poet` …
        language: of the text in prompt or answer; `und` where there are scenes only
        style: the voice of that text
        prompt: data segments, then commands; the first command is the invocation token
        answer: the segment to produce
        scene: the scene the task is about
    """

    ability: str
    adapter: str
    language: str
    style: str
    prompt: Prompt
    answer: Segment
    scene: Scene


# --- single tasks -------------------------------------------------------------------------------------------


def read_task(text: str, scene: Scene, *, language: str, style: str = "plain") -> Task:
    """Read *text* into *scene*."""
    prompt: Prompt = (("text", text), ("command", "⟁read"))
    return Task("read", READER, language, style, prompt, _scene(scene), scene)


def speak_task(scene: Scene, text: str, *, language: str, style: str = "plain") -> Task:
    """Say *scene*; an `answer` scene is the response synthesizer's, any other the decoder's."""
    is_answer = scene.root_concept == "answer"
    ability, role, command = (
        ("answer", "response_synthesizer", "answer") if is_answer else ("speak", "decoder", "say")
    )
    prompt: Prompt = (
        _scene(scene),
        ("command", f"⟁{command}:{style}"),
        ("command", f"⟁{language}"),
    )
    return Task(ability, f"{role}.{style}", language, style, prompt, ("text", text), scene)


def restore_task(text: str, scene: Scene, rng: random.Random, *, language: str, style: str = "plain") -> Task:
    """Fill the masked links of *scene*, given the text it was read from."""
    prompt: Prompt = (
        ("text", text),
        _scene(mask_links(scene, rng)),
        ("command", "⟁restore"),
    )
    return Task("restore", READER, language, style, prompt, _scene(scene), scene)


def recall_task(scene: Scene, others: Iterable[Scene], rng: random.Random) -> Task | None:
    """
    Find *scene* among *others* by a part of it.

    Returns:
        The task, or None if every part of *scene* that was tried also fits another scene.
    """
    others = [other for other in others if other != scene]
    cue = part_of(scene, others, rng)
    if cue is None:
        return None
    shown = [scene, *others]
    rng.shuffle(shown)
    return _scenes_only("recall", [*shown, cue], scene, scene)


def hold_task(scene: Scene, distractors: Iterable[Scene]) -> Task:
    """Give *scene* back after the *distractors* that were shown behind it."""
    return _scenes_only("hold", [scene, *distractors], scene, scene)


def crystal(scene: Scene, lexicon: Lexicon) -> Scene:
    """Return *scene* as *lexicon* compresses it, without edits, for which carriers have no tokens."""
    return lexicon.compress(scene, edits=False)


def expand_task(scene: Scene, lexicon: Lexicon) -> Task:
    """Unfold the lexemes of *scene* as compressed by *lexicon*."""
    return _scenes_only("expand", [crystal(scene, lexicon)], scene, scene)


def compress_task(scene: Scene, lexicon: Lexicon) -> Task:
    """Write *scene* with the lexemes of *lexicon*."""
    return _scenes_only("compress", [scene], crystal(scene, lexicon), scene)


def _scene(scene: Scene) -> Segment:
    return ("scene", linearise(scene))


def _scenes_only(ability: str, shown: Sequence[Scene], answer: Scene, scene: Scene) -> Task:
    prompt: Prompt = (*map(_scene, shown), ("command", f"⟁{ability}"))
    return Task(ability, READER, UNDETERMINED, "plain", prompt, _scene(answer), scene)


# --- parts of scenes ----------------------------------------------------------------------------------------


def mask_links(scene: Scene, rng: random.Random, share: float = 0.3) -> Scene:
    """
    Return *scene* with some links, at most *share* of them but at least one, leading to a mask `_` instead.

    What hung on a masked link alone is gone. A link that holds its own source is never masked.
    """
    for _ in range(max(1, round(share * len(scene.links) * rng.random()))):
        scene = _mask_one(scene, rng)
    return scene


def _mask_one(scene: Scene, rng: random.Random) -> Scene:
    """Return *scene* with one more link masked; the same scene if no link can be."""
    masks, fresh = scene.concepts.count(MASK), len(scene.concepts)
    for link in rng.sample(scene.links, len(scene.links)):
        if isinstance(link.target, int) and scene.concepts[link.target] == MASK:
            continue
        links = (*scene.links, (link.source, link.role, fresh))
        masked = Scene.build((*scene.concepts, MASK), links).without_links([link])
        if masked.concepts.count(MASK) > masks:
            return masked
    return scene


def part_of(scene: Scene, others: Iterable[Scene], rng: random.Random) -> Scene | None:
    """
    Return a part of *scene* that fits none of *others*: its root with some of the root's links.

    Returns:
        The part, or None if the root has one link only or no part that was tried is telling enough.
    """
    links = list(scene.out())
    faces = [(other.root_concept, _face(other)) for other in others]
    for _ in range(4):
        if len(links) < 2:
            return None
        part = scene.without_links(rng.sample(links, rng.randint(1, len(links) - 1)))
        face = _face(part)
        if not any(root == part.root_concept and face <= other for root, other in faces):
            return part
    return None


def _face(scene: Scene) -> frozenset[tuple[str, str | bytes]]:
    """What the root of *scene* links to."""
    return frozenset(
        (role, scene.sub(target).form if isinstance(target, int) else target)
        for _, role, target in scene.out()
    )


@cache
def world_lexicon() -> Lexicon:
    """
    The lexicon of the bundled world, which expand and compress tasks use.

    It was learnt once, by `recipes/nano.py lexicon`; the nano carrier knows it by heart.
    """
    data = (resources.files("scenograph.corpus") / "world_lexicon.json").read_text(encoding="utf-8")
    return Lexicon.from_json(json.loads(data))


# --- streams ------------------------------------------------------------------------------------------------


def world_tasks(
    seed: int,
    *,
    split: str = "train",
    mixture: Mapping[str, float] = MIXTURE,
    styles: Sequence[str] | None = None,
    languages: Sequence[str] | None = None,
    lexicon: Lexicon | None = None,
) -> Iterator[Task]:
    """
    Draw tasks from the bundled world, without end.

    Args:
        seed: equal seeds draw equal tasks
        split: `train` or `test`; which names the scenes hold
        mixture: weight of each ability; `expand` and `compress` need a *lexicon* and are left out without
        styles: voices to use; all by default
        languages: languages to use; all by default
    """
    world = World()
    maker = _Maker(
        world,
        random.Random(f"tasks:{split}:{seed}"),
        styles or world.voices,
        languages or world.languages,
        lexicon,
    )
    weights = _weights(mixture, lexicon)
    scenes = _endless_scenes(world, seed, split)
    while True:
        ability = maker.rng.choices(list(weights), list(weights.values()))[0]
        yield maker.task(ability, scenes)


def _weights(mixture: Mapping[str, float], lexicon: Lexicon | None) -> dict[str, float]:
    unknown = set(mixture) - set(ABILITIES)
    if unknown:
        raise CorpusError(
            f"no such ability: {', '.join(sorted(unknown))}; choose from {', '.join(ABILITIES)}"
        )
    left_out = () if lexicon else ("expand", "compress")
    return {name: weight for name, weight in mixture.items() if weight > 0 and name not in left_out}


def _endless_scenes(world: World, seed: int, split: str) -> Iterator[Scene]:
    round_ = 0
    while True:
        yield from world.scenes(10_000, seed * 1_000_003 + round_, split)
        round_ += 1


@final
class _Maker:
    """Draws single tasks of the world."""

    def __init__(
        self,
        world: World,
        rng: random.Random,
        styles: Sequence[str],
        languages: Sequence[str],
        lexicon: Lexicon | None,
    ) -> None:
        self.world, self.rng, self.lexicon = world, rng, lexicon
        self.styles, self.languages = tuple(styles), tuple(languages)

    def task(self, ability: str, scenes: Iterator[Scene]) -> Task:
        rng = self.rng
        language, style = rng.choice(self.languages), rng.choice(self.styles)
        if ability == "read":
            return self._read(scenes, language, style)
        if ability in ("speak", "restore"):
            scene = next(scenes)
            text = self.world.say(scene, style, language, rng)
            if ability == "speak":
                return speak_task(scene, text, language=language, style=style)
            return restore_task(text, scene, rng, language=language, style=style)
        if ability == "answer":
            scene = self._answer(scenes)
            text = self.world.say(scene, style, language, rng)
            return speak_task(scene, text, language=language, style=style)
        if ability == "hold":
            shown = [self._short(scenes) for _ in range(1 + rng.randint(0, MOST_DISTRACTORS))]
            return hold_task(shown[0], shown[1:])
        if ability == "recall":
            return self._recall(scenes)
        assert self.lexicon is not None
        scene = next(scenes)
        for _ in range(_TRIES):
            if crystal(scene, self.lexicon) != scene:
                break
            scene = next(scenes)
        make = expand_task if ability == "expand" else compress_task
        return make(scene, self.lexicon)

    def _read(self, scenes: Iterator[Scene], language: str, style: str) -> Task:
        """Mostly facts, one in six a question, one in eight an answer."""
        rng = self.rng
        kind = rng.random()
        if kind < 1 / 6:
            while not (questions := self.world.questions(next(scenes), rng)):
                pass
            question = questions[0]
            return read_task(rng.choice(question.texts[language]), question.scene, language=language)
        scene = self._answer(scenes) if kind < 1 / 6 + 1 / 8 else next(scenes)
        return read_task(self.world.say(scene, style, language, rng), scene, language=language, style=style)

    def _answer(self, scenes: Iterator[Scene]) -> Scene:
        while not (questions := self.world.questions(next(scenes), self.rng)):
            pass
        return questions[0].answer

    def _short(self, scenes: Iterator[Scene]) -> Scene:
        return next(scene for scene in scenes if len(scene.links) <= _SHORT)

    def _recall(self, scenes: Iterator[Scene]) -> Task:
        while True:
            shown = [self._short(scenes) for _ in range(self.rng.randint(2, 5))]
            task = recall_task(shown[0], shown[1:], self.rng)
            if task is not None:
                return task


def example_tasks(
    examples: Iterable[Example],
    seed: int,
    *,
    mixture: Mapping[str, float] = MIXTURE,
    lexicon: Lexicon | None = None,
) -> Iterator[Task]:
    """
    Draw tasks from imported examples, without end; examples without a scene are passed over.

    Args:
        examples: read once and kept
        seed: equal seeds draw equal tasks
        mixture: weight of each ability; abilities the examples cannot serve are left out
        lexicon: for `expand` and `compress`
    Raises:
        CorpusError: if no example has a scene
    """
    kept = _Kept([(example.scene, example) for example in examples if example.scene is not None], lexicon)
    if not kept.known:
        raise CorpusError("no example has a scene, so there is nothing to learn; add scenes with texts")
    weights = {name: weight for name, weight in _weights(mixture, lexicon).items() if kept.serves(name)}
    if not weights:
        raise CorpusError("the examples serve none of the abilities asked for; add scenes with texts")
    rng = random.Random(f"examples:{seed}")
    while True:
        task = kept.task(rng.choices(list(weights), list(weights.values()))[0], rng)
        if task is not None:
            yield task


@final
class _Kept:
    """Imported examples, sorted by the abilities that they can serve."""

    def __init__(self, known: list[tuple[Scene, Example]], lexicon: Lexicon | None) -> None:
        self.known, self.lexicon = known, lexicon
        spoken = [(scene, example) for scene, example in known if example.texts]
        sayable = [pair for pair in spoken if pair[1].language in World.languages]
        self.spoken = {
            "read": spoken,
            "speak": [pair for pair in sayable if pair[0].root_concept != "answer"],
            "answer": [pair for pair in sayable if pair[0].root_concept == "answer"],
            "restore": [pair for pair in spoken if pair[0].links],
        }
        short = [scene for scene, _ in known if len(scene.links) <= _SHORT]
        packed = [scene for scene, _ in known if lexicon and crystal(scene, lexicon) != scene]
        self.scenes = {
            "hold": short,
            "recall": [scene for scene in short if len(scene.out()) > 1],
            "expand": packed,
            "compress": packed,
        }

    def serves(self, ability: str) -> bool:
        """Whether there is an example for *ability*."""
        return bool(self.spoken.get(ability) or self.scenes.get(ability))

    def task(self, ability: str, rng: random.Random) -> Task | None:
        """Draw a task; None if the scenes drawn for a recall were too much alike."""
        if ability in self.spoken:
            scene, example = rng.choice(self.spoken[ability])
            text, language, style = rng.choice(example.texts), example.language, example.style
            if ability == "read":
                return read_task(text, scene, language=language, style=style)
            if ability == "restore":
                return restore_task(text, scene, rng, language=language, style=style)
            return speak_task(scene, text, language=language, style=style)
        scene = rng.choice(self.scenes[ability])
        if ability in ("hold", "recall"):
            others = [rng.choice(self.scenes["hold"]) for _ in range(rng.randint(0, MOST_DISTRACTORS))]
            return hold_task(scene, others) if ability == "hold" else recall_task(scene, others[:4], rng)
        assert self.lexicon is not None
        return (expand_task if ability == "expand" else compress_task)(scene, self.lexicon)
