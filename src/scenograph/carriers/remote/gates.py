"""
Gates of a server: what it must do to carry a mind, a verdict for each.

    server         it answers, and has an OpenAI-compatible API that takes the key
    model          it has the model
    answer         the model answers a short question
    grammar        it writes only what a grammar or a schema allows
    glyphs         `⟁`, `🜂` and `Δ41` come back as they were sent
    probabilities  it says how probable each token was, on which the confidence of a reading rests
    context        prompt and answer may be long enough for examples

A mind can be made over a server that fails at grammar or probabilities, but it will read less.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from scenograph.carriers.remote.client import Client
from scenograph.carriers.remote.output import GLYPHS, trial, trials
from scenograph.carriers.remote.server import Address, Form
from scenograph.carriers.verdict import Verdict
from scenograph.errors import CarrierError

NAMES = ("server", "model", "answer", "grammar", "glyphs", "probabilities", "context")
LEAST_CONTEXT = 2048
"""Tokens of a prompt with a few examples."""


def check(address: Address, model: str = "") -> Iterator[Verdict]:
    """Yield a verdict for each gate; if one leaves nothing to ask, the later ones are not checked."""
    with Client(address) as client:
        done = 0
        try:
            for verdict in _gates(client, model):
                done = NAMES.index(verdict.gate) + 1
                yield verdict
                if verdict.state == "failed" and verdict.gate in ("model", "answer"):
                    break
        except CarrierError as error:
            yield Verdict(NAMES[done], "failed", str(error))
            done += 1
        for name in NAMES[done:]:
            yield Verdict(name, "not checked", "the server cannot be asked")


def _gates(client: Client, model: str) -> Iterator[Verdict]:
    models = client.models()
    yield Verdict(
        "server", "passed", f"{client.address.url} has {len(models)} model{'s' * (len(models) != 1)}"
    )
    found = client.model(model)
    yield Verdict("model", "passed", found.name)
    began = time.perf_counter()
    choice = client.chat(
        {
            "model": found.name,
            "messages": [{"role": "user", "content": "Say hello in one word."}],
            "temperature": 0,
            "max_tokens": 16,
            "logprobs": True,
        }
    )
    said = " ".join(str(choice["message"]["content"] or "").split())
    seconds = time.perf_counter() - began
    if said:
        yield Verdict("answer", "passed", f"{said[:40]!r} after {seconds:.1f} s")
    else:
        yield Verdict(
            "answer", "failed", "it says nothing in 16 tokens; a model that thinks first is no carrier"
        )
    tried = list(trials(client, found.name))
    obeyed: list[Form] = [each.form for each in tried if each.obeys]
    if obeyed:
        yield Verdict("grammar", "passed", f"obeys {', '.join(obeyed)}")
        glyphs = trial(client, found.name, obeyed[0], GLYPHS)
        state = "passed" if glyphs.obeys else "failed"
        yield Verdict("glyphs", state, f"{GLYPHS} came back" if glyphs.obeys else glyphs.found)
    else:
        what = "; ".join(f"{each.form}: {each.found}" for each in tried)
        yield Verdict("grammar", "failed", f"nothing binds what it writes, so less can be read ({what})")
        yield Verdict("glyphs", "not checked", "only a grammar can make it write them")
    if (choice.get("logprobs") or {}).get("content"):
        yield Verdict("probabilities", "passed", "it says them for each token")
    else:
        yield Verdict(
            "probabilities", "failed", "it says none: only texts that are exact wordings count as read"
        )
    if found.context is None:
        yield Verdict("context", "not checked", "it does not say how many tokens it takes; 4096 are assumed")
    else:
        state = "passed" if found.context >= LEAST_CONTEXT else "failed"
        yield Verdict("context", state, f"{found.context} tokens")
