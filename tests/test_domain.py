"""Another domain than the bundled world goes through bridge, vocabulary and mind, with no change in src."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from types import MappingProxyType

import pytest
from carriers.tiny import random_carrier

from scenograph import Mind, Scene
from scenograph.adapters import AdapterSet, GroupedLora, Manifest, Shape
from scenograph.adapters.manifest import Fit
from scenograph.answers import UNKNOWN
from scenograph.bridge import Bridge
from scenograph.bridge.constraint import SceneWriter
from scenograph.bridge.grammar import closes_over, open_grammar
from scenograph.bridge.speak import SpeechRequest, Utterance
from scenograph.carriers import NANO
from scenograph.core.linear import linearise
from scenograph.corpus.domain_tasks import domain_tasks
from scenograph.domain import Domain
from scenograph.domains import load_domain, register
from scenograph.errors import BridgeError, CorpusError, MindError, SurfaceError
from scenograph.evaluate.drawn import draw_items
from scenograph.memory import Memory
from scenograph.mind.config import MindConfig
from scenograph.mind.config_file import load_config, render_config
from scenograph.mind.sections import CorpusConfig
from scenograph.mind.workspace import Workspace
from scenograph.vocabulary import Vocabulary, standard_atoms, train_base

SEAS = ("north", "south", "baltic")
SHIPS = ("sloop", "brig", "dhow")
CONCEPTS = {"sail", *SHIPS, *SEAS, "answer", "unknown"}
WORDS = {"en": "the {ship} sails the {sea} sea", "de": "{ship} befährt {sea} See", "ru": "{ship}: {sea} море"}
STYLES = {"plain": "{}.", "pirate": "Arr, {}!"}


class Harbour(Domain):
    """Ships on seas, in two styles and three languages, one of them none of the bundled world's."""

    name = "harbour"
    languages = MappingProxyType({"en": "english", "de": "german", "ru": "russian"})
    styles = tuple(STYLES)
    roles = (":ship", ":sea")

    @property
    def concepts(self) -> set[str]:
        return CONCEPTS

    def texts(self, scene: Scene, style: str = "plain", language: str = "en") -> list[str]:
        found = {link.role: link.target for link in scene.out() if isinstance(link.target, int)}
        if scene == UNKNOWN:
            return ["Who knows?"]
        if scene.root_concept != "sail" or set(found) != set(self.roles):
            raise SurfaceError("the harbour speaks of ships that sail")
        ship, sea = (scene.concepts[found[role]] for role in self.roles)
        return [STYLES[style].format(WORDS[language].format(ship=ship, sea=sea))]

    def parse(self, text: str, style: str = "plain", language: str = "en") -> Scene:
        pattern = re.escape(STYLES[style].format(WORDS[language]))
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>\\w+)", pattern)
        read = re.fullmatch(pattern, text)
        if not read:
            raise SurfaceError("no text of the harbour")
        return sailing(read["ship"], read["sea"])

    def scenes(self, n: int, seed: int, split: str = "train") -> Iterator[Scene]:
        rng = random.Random(f"{split}:{seed}")
        for _ in range(n):
            yield sailing(rng.choice(SHIPS), rng.choice(SEAS))


class Anything(Domain):
    """A domain of open text: no list of concepts, no exact words, no scenes of its own."""

    name = "anything"
    languages = MappingProxyType({"en": "english"})
    styles = ("plain",)
    roles = (":arg0", ":arg1")


def sailing(ship: str, sea: str) -> Scene:
    return Scene.build(["sail", ship, sea], [(0, ":ship", 1), (0, ":sea", 2)])


HARBOUR = Harbour()


def bridge_of(domain: Domain) -> Bridge:
    """A bridge of random weights over a vocabulary for *domain*."""
    scenes = [sailing(ship, sea) for ship in SHIPS for sea in SEAS]
    texts = [text for s in scenes for code in HARBOUR.languages for text in HARBOUR.texts(s, "plain", code)]
    vocabulary = Vocabulary(train_base([*texts, *map(linearise, scenes)], size=320), standard_atoms(domain))
    carrier = random_carrier(vocabulary, 256, hidden_size=16, intermediate_size=24, num_hidden_layers=1)
    names = ("scene_interpreter", *(f"decoder.{style}" for style in domain.styles))
    lora = GroupedLora.fresh(Shape(names, 2, 4.0), carrier.module, seed=2)
    adapters = AdapterSet(lora, Manifest(carrier.name, Fit.of(carrier), lora.shape, {}, {}, {}))
    return Bridge(carrier.with_adapters(adapters), domain=domain)


@pytest.fixture(scope="module")
def bridge() -> Bridge:
    return bridge_of(HARBOUR)


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenograph.domains._KNOWN", {"world": load_domain()})
    register(HARBOUR)


def test_a_vocabulary_has_the_commands_and_roles_of_its_domain() -> None:
    texts = {atom.text for atom in standard_atoms(HARBOUR)}
    assert {"⟁say:pirate", "⟁answer:pirate", "⟁de", ":ship", ":ship-of"} <= texts
    assert not texts & {"⟁say:poet", ":agent"}


def test_only_scenes_of_the_domain_are_read(bridge: Bridge) -> None:
    for draft in bridge.reader.drafts(["The brig sails the south sea.", "Alles andere."], "de"):
        assert draft.scene is not None
        assert set(draft.scene.concepts) <= CONCEPTS
    assert bridge.read("Brig befährt Ostsee.", language="de").language == "de"
    with pytest.raises(BridgeError, match="en, de, ru"):
        bridge.read("Le bateau.", language="fr")


def test_a_closed_domain_on_nano_reads_with_the_open_grammar() -> None:
    """Nano's pack has roles of the world, which a corpus may use: a closed grammar would not read them."""
    nano = Vocabulary.load(NANO / "vocabulary")
    assert closes_over([atom.text for atom in nano.atoms], load_domain())
    assert closes_over([atom.text for atom in standard_atoms(HARBOUR)], HARBOUR)
    vocabulary = nano.extended(standard_atoms(HARBOUR))
    atoms = [atom.text for atom in vocabulary.atoms]
    assert not closes_over(atoms, HARBOUR)
    writer = SceneWriter(vocabulary, open_grammar(atoms))
    for scene in (sailing("brig", "south"), Scene.parse('(b / build :agent (p / person :name "Oleg"))')):
        constraint = writer.constraint(200)
        for token in writer.vocabulary.encode_answer(("scene", linearise(scene))):
            assert constraint.mask()[token]
            constraint.advance(token)
        assert constraint.is_done


@pytest.mark.parametrize(("style", "language"), [("plain", "de"), ("pirate", "en"), ("pirate", "ru")])
def test_scenes_of_the_domain_are_said_and_guarded_in_its_words(
    bridge: Bridge, style: str, language: str
) -> None:
    scene = sailing("brig", "south")
    said = bridge.speak(scene, style=style, language=language)
    assert (said.text, said.fallback) == (HARBOUR.say(scene, "plain", language), True)
    for ship in ("brig", "dhow"):
        text = HARBOUR.say(sailing(ship, "south"), style, language)
        free = Utterance(text, 0.5, style, language, "text", fallback=False)
        [guarded] = bridge.speaker.guard_many([SpeechRequest(scene, style, language)], [free])
        assert guarded.fallback == (ship != "brig")


def test_questions_are_answered_in_the_words_of_the_domain(bridge: Bridge, tmp_path: Path) -> None:
    with Memory.open(tmp_path) as memory:
        assert bridge.ask(sailing("dhow", "north"), memory, language="de").text == "Who knows?"


def test_tasks_and_items_are_drawn_from_the_domain() -> None:
    tasks = list(islice(domain_tasks(HARBOUR, 1, mixture={"speak": 1.0}), 60))
    assert {task.adapter for task in tasks} == {"decoder.plain", "decoder.pirate"}
    assert {task.language for task in tasks} == {"en", "de", "ru"}
    assert set(draw_items(HARBOUR, 3, 1, HARBOUR.styles, ["de"]).scenes[0].concepts) <= CONCEPTS


def test_a_mind_is_about_the_domain_that_its_file_names(known: None, tmp_path: Path) -> None:
    corpus = CorpusConfig(styles=("pirate",), languages=("de",))
    config = MindConfig(domain="harbour", corpus=corpus)
    Workspace.create(tmp_path / "mind", config)
    assert load_config(tmp_path / "mind").corpus == corpus
    with Mind.open(tmp_path / "mind") as mind:
        assert mind.domain.name == "harbour"
    (tmp_path / "mind.toml").write_text('version = 1\ndomain = "harbour"\n', encoding="utf-8")
    assert load_config(tmp_path).corpus.languages == ("en", "de", "ru")
    with pytest.raises(ValueError, match="no style 'poet'"):
        MindConfig(domain="harbour", corpus=CorpusConfig(styles=("poet",)))


def test_an_unknown_domain_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    text = render_config(MindConfig()).replace('domain = "world"', 'domain = "moon"')
    (tmp_path / "mind.toml").write_text(text, encoding="utf-8")
    with pytest.raises(MindError, match=r"domain: there is no domain 'moon'; choose from world"):
        load_config(tmp_path)
    assert load_domain().name == "world"


def test_an_open_domain_reads_every_scene_and_falls_back_to_the_notation() -> None:
    bridge = bridge_of(Anything())
    assert not bridge.reader.copies_names
    scene = sailing("raft", "calm")
    said = bridge.speak(scene)
    assert (said.surface, said.fallback) == ("penman", True)
    assert Scene.parse(said.text) == scene
    with pytest.raises(CorpusError, match=r"import a corpus, and set corpus.world = 0"):
        next(domain_tasks(Anything(), 1))


def test_a_domain_may_say_all_its_texts_and_none_with_a_word_that_it_lacks() -> None:
    world = load_domain()
    rng = random.Random(3)
    for scene in world.scenes(60, 4):
        for style in world.styles:
            for language in world.languages:
                assert world.may_say(world.say(scene, style, language, rng), language)
    assert not world.may_say("Our deploy failed because the database was full.", "en")
    assert not world.may_say("Oleg slept.", "de")
