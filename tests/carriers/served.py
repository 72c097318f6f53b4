"""
A carrier without token ids: a server on this machine that speaks text, and its client.

The server wraps the nano carrier without adapters. It renders prompts in nano's own markup (`⟁do` and plain
words), so that nano reads and speaks although nothing was trained. The client knows no vocabulary: prompts,
grammars and answers cross the wire as text.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.request import Request, urlopen

import llguidance
import numpy as np
import torch

from scenograph.bridge.constraint import TextConstraint
from scenograph.carriers import LocalCarrier
from scenograph.carriers.generate import generate
from scenograph.carriers.protocol import Candidate, Job, Written
from scenograph.vocabulary import Prompt, Vocabulary
from scenograph.vocabulary.atoms import DO


class Tokens:
    """
    A vocabulary as bytes: an atom is a token like any other that has its characters.

    Where a piece of the base has the same characters, the atom is used, since nano learned to write atoms.
    """

    bos_token_id = None
    special_token_ids: ClassVar[list[int]] = []

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.atoms = {atom.text.encode(): vocabulary.id(atom.text) for atom in vocabulary.atoms}
        self.tokens = [
            b"\xfe%d" % i if self.atoms.get(token, i) != i else token
            for i, token in enumerate(vocabulary.token_bytes)
        ]
        self.eos_token_id = vocabulary.eos
        longest_first = sorted((atom.text for atom in vocabulary.atoms), key=len, reverse=True)
        self.parts = re.compile(f"({'|'.join(map(re.escape, longest_first))})")

    def __call__(self, text: str) -> Sequence[int]:
        # llguidance asks how text is spelt that the grammar forces, such as `:name"`: with atoms, as trained.
        ids: list[int] = []
        for part in self.parts.split(text):
            atom = self.atoms.get(part.encode())
            ids += [atom] if atom is not None else self.vocabulary.encode_text(part)
        return ids


class GrammarMask:
    """A grammar over characters at work on one row."""

    def __init__(self, matcher: Any, budget: int) -> None:
        self.matcher, self.left, self.was_cut = matcher, budget, False

    def mask(self) -> torch.Tensor:
        """What the grammar allows next."""
        return torch.from_numpy(np.frombuffer(self.matcher.compute_logit_bias(), dtype=np.uint8) != 0)

    def forced(self) -> None:
        """Nothing is known to be forced."""

    def advance(self, token: int) -> None:
        """Go on with *token*."""
        assert self.matcher.consume_token(token)


class Server:
    """Serves nano; *stop_after* tokens it stops, whether or not the answer has ended."""

    def __init__(self, carrier: LocalCarrier, stop_after: int = 500) -> None:
        self.carrier, self.stop_after = carrier, stop_after
        self.vocabulary = carrier.vocabulary
        self.tokenizer = llguidance.LLTokenizer(
            llguidance.TokenizerWrapper(Tokens(carrier.vocabulary)), slices=[]
        )

    def carrier_(self) -> dict[str, Any]:
        """What it is."""
        names = ["scene_interpreter", "decoder.plain"]
        return {"name": "served", "adapters": names, "max_length": self.carrier.max_length}

    def length(self, prompt: list[list[str]]) -> int:
        """Tokens of *prompt*."""
        return len(self.render(prompt))

    def write(self, jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Continue prompts under grammars."""
        masks: list[Any] = []
        for job in jobs:
            if job["lark"] is None:
                masks.append(TextConstraint(self.vocabulary, job["budget"]))
            else:
                masks.append(GrammarMask(llguidance.LLMatcher(self.tokenizer, job["lark"]), job["budget"]))
                assert not masks[-1].matcher.is_error(), masks[-1].matcher.get_error()
        most = min(self.stop_after, max(job["budget"] for job in jobs))
        prompts = [self.render(job["prompt"]) for job in jobs]
        answers = generate(
            self.carrier.module, prompts, stop=self.vocabulary.eos, max_new=most, pad=0, masks=masks
        )
        return [
            {
                "text": self.vocabulary.decode(answer.ids[:-1] if answer.finished else answer.ids),
                "logprobs": answer.logprobs,
                "was_cut": not answer.finished,
            }
            for answer in answers
        ]

    def score(self, candidates: list[dict[str, Any]]) -> list[list[float]]:
        """Score given answers, one by one."""
        scores: list[list[float]] = []
        for candidate in candidates:
            prompt = self.render(candidate["prompt"])
            answer = self.vocabulary.encode_answer(tuple(candidate["answer"]))
            with torch.inference_mode():
                logits = self.carrier.module(torch.tensor([prompt + answer])).logits[0]
            logprobs = logits[len(prompt) - 1 : -1].log_softmax(-1)
            scores.append(logprobs.gather(-1, torch.tensor(answer)[:, None])[:, 0].tolist())
        return scores

    def render(self, prompt: list[list[str]]) -> list[int]:
        """Spell *prompt* with its commands in plain words."""
        data = [(kind, content) for kind, content in prompt if kind != "command"]
        commands = [content for kind, content in prompt if kind == "command"]
        ids = [*self.vocabulary.encode_prompt(data), self.vocabulary.id(DO)]  # type: ignore[arg-type]
        return ids + [i for command in commands for i in self.vocabulary.gloss(command)]


@contextmanager
def serve(server: Server) -> Iterator[str]:
    """Run *server* on a free port; yields its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            call = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            name = self.path.removeprefix("/")
            answer = server.carrier_() if name == "carrier" else getattr(server, name)(**call)
            data = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=http.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{http.server_port}"
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


@dataclass
class ServedCarrier:
    """A `Carrier` over HTTP: text goes out, text comes back."""

    address: str

    def __post_init__(self) -> None:
        about = self._call("carrier")
        self.name: str = about["name"]
        self.adapters: tuple[str, ...] = tuple(about["adapters"])
        self.max_length: int = about["max_length"]
        self.atoms: frozenset[str] = frozenset()

    def _call(self, what: str, **given: Any) -> Any:
        body = json.dumps(given, ensure_ascii=False).encode()
        with urlopen(Request(f"{self.address}/{what}", body)) as answer:
            return json.load(answer)

    def length(self, prompt: Prompt) -> int:
        """Ask the server."""
        return self._call("length", prompt=prompt)

    def write(self, jobs: Sequence[Job]) -> list[Written]:
        """Send prompts, grammars and budgets."""
        sent = [
            {
                "prompt": job.prompt,
                "adapter": job.adapter,
                "lark": job.constraint.lark,
                "budget": job.constraint.budget,
            }
            for job in jobs
        ]
        return [Written(**answer) for answer in self._call("write", jobs=sent)]

    def score(self, candidates: Sequence[Candidate]) -> list[list[float]]:
        """Send prompts and answers."""
        sent = [{"prompt": c.prompt, "adapter": c.adapter, "answer": c.answer} for c in candidates]
        return self._call("score", candidates=sent)
