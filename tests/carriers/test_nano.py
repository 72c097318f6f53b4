"""The embedded carrier: small, whole, and a speaker of its world in its own markup."""

from __future__ import annotations

import sys
from itertools import islice
from pathlib import Path

import pytest
import torch

from scenograph.carriers import NANO, LocalCarrier, load_carrier
from scenograph.carriers.generate import generate
from scenograph.corpus.domain_tasks import domain_tasks
from scenograph.vocabulary import Vocabulary
from scenograph.vocabulary.atoms import DO
from scenograph.world import World

RECIPES = Path(__file__).resolve().parents[2] / "recipes"


@pytest.fixture(scope="module")
def nano() -> LocalCarrier:
    return load_carrier("nano")


def test_is_small(nano: LocalCarrier) -> None:
    assert nano.parameters <= 5_000_000
    assert sum(file.stat().st_size for file in NANO.rglob("*") if file.is_file()) <= 12_000_000
    assert nano.max_length >= 1024


def test_runs_in_float32(nano: LocalCarrier) -> None:
    assert {parameter.dtype for parameter in nano.module.parameters()} == {torch.float32}


def test_digest_is_stable(nano: LocalCarrier) -> None:
    assert nano.digest == load_carrier("nano").digest == nano.digest_now()
    assert nano.digest == load_carrier(NANO).digest


def test_knows_the_roles_of_the_world(nano: LocalCarrier) -> None:
    assert all(role in nano.vocabulary for role in World().roles)
    assert nano.vocabulary.size == nano.own_rows


def test_new_roles_get_rows_behind_its_own() -> None:
    nano = load_carrier("nano")
    digest = nano.digest
    wider = nano.with_vocabulary(nano.vocabulary.with_roles([":birth-place"]))
    assert wider.module.get_input_embeddings().weight.shape[0] == wider.own_rows + 1
    assert wider.module.get_output_embeddings().weight is wider.module.get_input_embeddings().weight
    assert wider.digest_now() == digest


def test_knows_its_world(nano: LocalCarrier) -> None:
    """Four in five of the scenes and texts on unseen names; the measured share is in its card."""
    vocabulary = nano.vocabulary
    mixture = {"read": 1.0, "hold": 0.3, "expand": 0.3}
    tasks = list(islice(domain_tasks(World(), 5, split="test", mixture=mixture, lexicon=World().lexicon), 48))
    prompts = [_own_prompt(vocabulary, task.prompt) for task in tasks]
    answers = generate(nano.module, prompts, stop=vocabulary.eos, max_new=160, pad=vocabulary.pad)
    right = [
        vocabulary.decode(answer.ids[:-1]) == task.answer[1]
        for task, answer in zip(tasks, answers, strict=True)
    ]
    assert sum(right) / len(right) > 0.8


def _own_prompt(vocabulary: Vocabulary, prompt: tuple[tuple[str, str], ...]) -> list[int]:
    ids = [*vocabulary.encode_prompt(s for s in prompt if s[0] != "command"), vocabulary.id(DO)]  # type: ignore[misc]
    return ids + [i for kind, content in prompt if kind == "command" for i in vocabulary.gloss(content)]


def test_recipe_trains_the_very_architecture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(RECIPES))
    monkeypatch.delitem(sys.modules, "light_qwen3", raising=False)
    from light_qwen3 import LightQwen3, Shape
    from transformers import Qwen3Config, Qwen3ForCausalLM

    shape = Shape(
        90,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=16,
    )
    light = LightQwen3(shape, seed=3)
    with torch.no_grad():
        for name, parameter in light.named_parameters():
            if "norm" in name:
                parameter.uniform_(0.5, 1.5)
    whole = Qwen3ForCausalLM(Qwen3Config(**shape.as_config())).eval()
    whole.load_state_dict(light.as_qwen3(), strict=False)
    whole.tie_weights()
    ids = torch.randint(0, 90, (3, 17))
    with torch.no_grad():
        ours = light(ids, torch.arange(3 * 17)).view(3, 17, 90)
        theirs = whole(ids).logits
    torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-4)
    again = LightQwen3(shape, seed=4)
    again.start_from(light.as_qwen3(), light.embedding)
    assert all(torch.equal(a, b) for a, b in zip(light.parameters(), again.parameters(), strict=True))


def test_recipe_starts_from_a_carrier_of_another_vocabulary(
    nano: LocalCarrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(RECIPES))
    from nano_training import start_of

    wider = nano.vocabulary.with_roles([":wingspan"])
    _, rows = start_of(NANO, wider)
    shipped = nano.module.get_input_embeddings().weight
    assert torch.equal(rows[: nano.own_rows], shipped)
    assert torch.equal(rows[wider.id(":wingspan")], shipped[wider.gloss(":wingspan")].mean(0))
