"""
Real HTTP servers with OpenAI's chat API, each in a thread of its own.

`serve` answers requests by a function. `nano` answers by the embedded carrier: it reads and speaks its world
without adapters, in its own markup, under the grammars that llama.cpp takes.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from carriers.served import Server

from scenograph.carriers import LocalCarrier

Answer = tuple[int, Any] | tuple[int, Any, dict[str, str]] | None
"""Status, JSON value or bytes, headers; None breaks the connection off."""

MODELS = {"object": "list", "data": [{"id": "small", "object": "model"}]}


@contextmanager
def serve(answer: Callable[[str, str, Any, dict[str, str]], Answer]) -> Iterator[str]:
    """
    Answer requests by *answer*, which is given method, path, JSON and headers.

    Yields:
        the address of the API, which ends in `/v1`
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._do("GET")

        def do_POST(self) -> None:
            self._do("POST")

        def _do(self, method: str) -> None:
            data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            found = answer(method, self.path, json.loads(data) if data else None, dict(self.headers))
            if found is None:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)  # `finish` closes it, with all that reads from it
                return
            status, value, *rest = found
            body = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()
            self.send_response(status)
            for name, header in (rest[0] if rest else {}).items():
                self.send_header(name, header)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    class Http(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A client that goes away in the middle is no fault of the server."""

    http = Http(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{http.server_port}/v1"
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


def said(text: str, *, logprobs: list[float] | None = None, finish: str = "stop") -> dict[str, Any]:
    """Return the answer of a chat."""
    choice: dict[str, Any] = {
        "index": 0,
        "finish_reason": finish,
        "message": {"role": "assistant", "content": text},
    }
    if logprobs is not None:
        choice["logprobs"] = {"content": [{"token": "?", "logprob": it} for it in logprobs]}
    return {"object": "chat.completion", "choices": [choice]}


@contextmanager
def nano(carrier: LocalCarrier, *, context: int = 8192) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """
    Serve *carrier*; it obeys Lark grammars and knows nothing of examples.

    Yields:
        the address of the API, and all chats that it was asked for
    """
    server, asked, turn = Server(carrier), [], threading.Lock()

    def answer(method: str, path: str, value: Any, _: dict[str, str]) -> Answer:
        if path == "/v1/models":
            return 200, {"data": [{"id": "nano", "max_model_len": context}]}
        if path != "/v1/chat/completions":
            return 404, {"error": {"message": "File Not Found"}}
        lark = value.get("grammar")
        if lark is not None and not lark.startswith("%llguidance"):
            return 400, {"error": {"message": "no such grammar"}}
        system, last = value["messages"][0]["content"], value["messages"][-1]["content"]
        prompt = [["text", last], ["command", "⟁read"]]
        if system.startswith("Say the scene"):
            style = system.split("Style: ")[1].split(".")[0]
            language = {"English": "en", "Russian": "ru"}[system.split("Language: ")[1].split(".")[0]]
            prompt = [["scene", last], ["command", f"⟁say:{style}"], ["command", f"⟁{language}"]]
        job = {
            "prompt": prompt,
            "lark": None if lark is None else lark.removeprefix("%llguidance {}\n"),
            "budget": value["max_tokens"],
        }
        with turn:
            asked.append(value)
            [written] = server.write([job])
        finish = "length" if written["was_cut"] else "stop"
        return 200, said(written["text"], logprobs=written["logprobs"], finish=finish)

    with serve(answer) as address:
        yield address, asked
